//! A method that lives outside the workspace's crates, as the book shows it.

// ANCHOR: method
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Point, Step, Stuck, check_start};

/// Descent that halves its rate until the value falls.
struct HalvingDescent {
    /// The rate that each step tries first, finite and above 0.
    first_rate: f64,
}

/// The point and a second one to try.
#[derive(Clone, Debug)]
struct HalvingState {
    point: Point,
    trial: Point,
}

impl State for HalvingState {
    fn x(&self) -> &[f64] {
        &self.point.x
    }

    fn value(&self) -> Option<f64> {
        Some(self.point.value)
    }

    fn gradient(&self) -> Option<&[f64]> {
        Some(&self.point.gradient)
    }
}

impl<P: Differentiable + ?Sized> Method<P> for HalvingDescent {
    type State = HalvingState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<HalvingState, InvalidInput> {
        check_start(problem, x0)?;
        InvalidInput::unless_positive("first_rate", self.first_rate)?;
        let point = Point::new(problem, x0);
        Ok(HalvingState { trial: point.clone(), point })
    }

    fn step(&self, problem: &P, state: &mut HalvingState, allow: &mut Allowance) -> Result<Step, Stuck> {
        let HalvingState { point, trial } = state;
        let mut rate = self.first_rate;
        while rate > 0.0 {
            for ((trial, x), g) in trial.x.iter_mut().zip(&point.x).zip(&point.gradient) {
                *trial = x - rate * g;
            }
            allow.spend()?;
            trial.evaluate(problem);
            // A point where anything is not finite is not allowed, however low its value.
            if trial.value < point.value && trial.is_finite() {
                std::mem::swap(point, trial);
                return Ok(Step::at_rate(rate));
            }
            rate *= 0.5;
        }
        Err(Stuck::Because("no rate makes the value fall".into()))
    }
}
// ANCHOR_END: method

/// Σ (x − ln x), minimum 2 at (1, 1); NaN where an x is below 0.
fn barrier() -> impl Differentiable {
    from_fn(2, |x, g| {
        for (g, x) in g.iter_mut().zip(x) {
            *g = 1.0 - 1.0 / x;
        }
        x.iter().map(|&x| x - thalweg::numerics::ln(x)).sum()
    })
}

#[test]
fn own_method_runs_under_the_driver_and_never_enters_a_nan_region() {
    let method = HalvingDescent { first_rate: 1.0 };
    let mut trace = Trace::with_points();
    let run = minimize(&barrier(), &method, &[20.0, 0.05], Stop::default(), trace.observer()).unwrap();
    assert!(run.reason.is_converged(), "{}", run.reason);
    assert!((run.best.value - 2.0).abs() < 1e-12, "{}", run.best.value);
    assert!(trace.points.iter().flatten().all(|&x| x > 0.0));
    assert!(run.counts.gradients > run.steps, "trials are counted, accepted or not");
}

#[test]
fn own_method_is_held_to_its_budget_within_a_step() {
    // From here the first rate overshoots, so the first step alone needs several trials.
    let stop = Stop { max_evaluations: Some(3), ..Stop::default() };
    let run = minimize(&barrier(), &HalvingDescent { first_rate: 1.0 }, &[0.05, 0.05], stop, silent).unwrap();
    assert!(matches!(run.reason, StopReason::EvaluationLimit { limit: 3 }), "{}", run.reason);
    assert_eq!((run.counts.gradients, run.steps), (3, 0));
    assert_eq!(run.best.x, [0.05, 0.05]);
}

#[test]
fn own_method_says_when_it_is_stuck_and_keeps_the_best_point() {
    let uphill = from_fn(1, |x, g| {
        g[0] = -1.0; // The wrong sign: no rate makes the value fall.
        x[0]
    });
    let run =
        minimize(&uphill, &HalvingDescent { first_rate: 1.0 }, &[3.0], Stop::default(), silent).unwrap();
    assert_eq!(run.reason.to_string(), "stuck: no rate makes the value fall");
    assert_eq!((run.best.x, run.best.value), (vec![3.0], 3.0));
}

#[test]
fn own_method_checks_its_settings() {
    let error =
        minimize(&barrier(), &HalvingDescent { first_rate: -1.0 }, &[1.0, 1.0], Stop::default(), silent);
    assert_eq!(
        error.unwrap_err().to_string(),
        "invalid `first_rate`: -1.0 (allowed: a finite number above 0)"
    );
}
