//! The loop around a method: what it stops for, what it keeps, and what it does with methods that misbehave.

use std::ops::ControlFlow;

use thalweg::driver::NonFinite;
use thalweg::objectives::DiagonalQuadratic;
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Step, Stuck};

/// ½x² in one variable.
fn parabola() -> DiagonalQuadratic {
    DiagonalQuadratic::centered([1.0]).expect("a finite curvature")
}

fn halving() -> Scheduled<GradientDescent, Constant> {
    Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.5 } }
}

/// From 8: 8, 4, 2, 1, ½, … with the values 32, 8, 2, ½, ⅛, … and the gradients equal to x.
fn halve(stop: Stop) -> Run<impl State> {
    minimize(&parabola(), &halving(), &[8.0], stop, silent).expect("valid input")
}

#[test]
fn absolute_tolerance_is_reached_exactly() {
    let stop = Stop { relative_gradient: 0.0, absolute_gradient: 1.0, ..Stop::default() };
    let run = halve(stop);
    assert!(
        matches!(run.reason, StopReason::GradientTolerance { norm: 1.0, tolerance: 1.0 }),
        "{}",
        run.reason
    );
    assert_eq!((run.steps, run.best.gradient_norm), (3, Some(1.0)));
}

#[test]
fn larger_of_the_two_tolerances_counts() {
    let run = halve(Stop { relative_gradient: 0.25, absolute_gradient: 1.0, ..Stop::default() });
    assert!(
        matches!(run.reason, StopReason::GradientTolerance { norm: 2.0, tolerance: 2.0 }),
        "{}",
        run.reason
    );
}

#[test]
fn target_value_is_reached_exactly_and_counts_as_converged() {
    let run = halve(Stop { target_value: Some(2.0), ..Stop::default() });
    assert!(matches!(run.reason, StopReason::TargetValue { value: 2.0, target: 2.0 }), "{}", run.reason);
    assert!(run.reason.is_converged());
    assert_eq!(run.reason.to_string(), "the value 2 is at most the target 2");
    assert_eq!(run.steps, 2);
}

#[test]
fn limits_follow_from_the_steps_that_are_allowed() {
    assert_eq!(Stop::default().max_steps, 10_000);
    // 1 is never reached: a step of 10⁻⁹ at a time.
    let crawl = Scheduled { rule: GradientDescent, schedule: Constant { rate: 1e-9 } };
    let patient = Stop { max_steps: 150_000, ..Stop::default() };
    let run = minimize(&parabola(), &crawl, &[8.0], patient, silent).expect("valid input");
    assert!(matches!(run.reason, StopReason::StepLimit { limit: 150_000 }), "{}", run.reason);
    // A method that never finishes its step is held to a hundred evaluations for each.
    let run = minimize(&parabola(), &ENDLESS, &[8.0], Stop::after(4), silent).expect("valid input");
    assert!(matches!(run.reason, StopReason::EvaluationLimit { limit: 500 }), "{}", run.reason);
    assert_eq!((run.counts.total(), run.steps), (500, 0));
}

#[test]
fn best_point_on_a_tie_is_the_later_one() {
    let cycling = Scheduled { rule: GradientDescent, schedule: Constant { rate: 2.0 } };
    let run = minimize(&parabola(), &cycling, &[8.0], Stop::after(3), silent).expect("valid input");
    assert_eq!((run.best.x, run.best.value, run.best.step), (vec![-8.0], 32.0, 3));
}

#[test]
fn gradient_that_is_never_written_is_found_at_the_start() {
    let forgets_everything = from_fn(1, |x, _| x[0] * x[0]);
    let forgets_one = from_fn(2, |x, g| {
        g[0] = x[0];
        x[0] * x[0] + x[1] * x[1]
    });
    let adds = from_fn(1, |x, g| {
        g[0] += x[0];
        x[0] * x[0]
    });
    for run in [
        minimize(&forgets_everything, &halving(), &[1.0], Stop::default(), silent),
        minimize(&forgets_one, &halving(), &[1.0, 1.0], Stop::default(), silent),
        minimize(&adds, &halving(), &[1.0], Stop::default(), silent),
    ] {
        let reason = run.expect("valid input").reason;
        assert!(
            matches!(reason, StopReason::NonFiniteStart { what: NonFinite::GradientNorm(_) }),
            "{reason}"
        );
    }
}

#[test]
fn finishing_by_hand_before_the_first_row_still_judges_the_start() {
    let (nowhere, method) = (from_fn(1, |_, _| f64::NAN), halving());
    let running = Running::start(&nowhere, &method, &[1.0], Stop::default()).expect("valid input");
    assert!(matches!(running.finish().reason, StopReason::NonFiniteStart { .. }));
    let problem = parabola();
    let running = Running::start(&problem, &method, &[1.0], Stop::default()).expect("valid input");
    assert_eq!(running.finish().reason.to_string(), "the caller asked to stop");
}

#[test]
fn results_can_be_sent_to_other_threads() {
    fn is_sent<T: Send + Sync>(_: &T) {}
    let run = halve(Stop::default());
    is_sent(&run.reason);
    is_sent(&run.best);
    is_sent(&minimize(&parabola(), &halving(), &[8.0], Stop::default(), silent));
}

/// A state that goes wherever its step takes it.
#[derive(Clone, Debug)]
struct Script {
    x: Vec<f64>,
    value: Option<f64>,
    step: u64,
}

impl State for Script {
    fn x(&self) -> &[f64] {
        &self.x
    }
    fn value(&self) -> Option<f64> {
        self.value
    }
    fn gradient(&self) -> Option<&[f64]> {
        None
    }
}

/// A method that misbehaves as a test asks: what it claims to know at the start, and its step.
struct Scripted {
    first_value: Option<f64>,
    step: fn(&dyn Objective, &mut Script, &mut Allowance) -> Result<Step, Stuck>,
}

impl<P: Objective> Method<P> for Scripted {
    type State = Script;
    fn init(&self, _: &P, x0: &[f64]) -> Result<Script, InvalidInput> {
        Ok(Script { x: x0.to_vec(), value: self.first_value, step: 0 })
    }
    fn step(&self, problem: &P, state: &mut Script, allow: &mut Allowance) -> Result<Step, Stuck> {
        (self.step)(problem, state, allow)
    }
}

/// Evaluates without end, as long as it is allowed to.
const ENDLESS: Scripted = Scripted {
    first_value: None,
    step: |problem, state, allow| loop {
        allow.spend()?;
        problem.value(&state.x);
    },
};

#[test]
fn method_that_does_not_ask_is_stopped_between_steps() {
    let greedy = Scripted {
        first_value: None,
        step: |problem, state, allow| {
            // It does look at what is left, so what is left has to be true.
            if allow.left() == 0 {
                return Err(Stuck::OutOfEvaluations);
            }
            problem.value(&state.x);
            problem.value(&state.x);
            Ok(Step::default())
        },
    };
    let stop = Stop { max_evaluations: Some(5), ..Stop::default() };
    let mut evaluations = Vec::new();
    let run = minimize(&parabola(), &greedy, &[8.0], stop, |record| {
        evaluations.push(record.evaluations);
        ControlFlow::Continue(())
    })
    .expect("valid input");
    assert!(matches!(run.reason, StopReason::EvaluationLimit { limit: 5 }), "{}", run.reason);
    assert_eq!(evaluations, [0, 2, 4, 6]);
    assert_eq!(run.steps, 3);
}

#[test]
fn point_with_a_value_is_not_lost_to_later_ones_without() {
    // It knows f at step 2 only, and walks on without knowing.
    let seldom = Scripted {
        first_value: None,
        step: |problem, state, _| {
            state.step += 1;
            state.x[0] += 1.0;
            state.value = (state.step == 2).then(|| problem.value(&state.x));
            Ok(Step::default())
        },
    };
    let run = minimize(&parabola(), &seldom, &[-2.0], Stop::after(5), silent).expect("valid input");
    assert_eq!((run.best.x, run.best.value, run.best.step), (vec![0.0], 0.0, 2));
    // Before any value is known, the last point is the best guess.
    let run = minimize(&parabola(), &seldom, &[-2.0], Stop::after(1), silent).expect("valid input");
    assert_eq!((run.best.x, run.best.step), (vec![-1.0], 1));
    assert!(run.best.value.is_nan());
}

#[test]
fn iterate_that_is_not_finite_is_found_though_its_value_is() {
    let blind = Scripted {
        first_value: None,
        step: |_, state, _| {
            state.x[1] = f64::INFINITY;
            state.value = Some(0.0);
            Ok(Step::at_rate(1.0))
        },
    };
    let bowl = DiagonalQuadratic::centered([1.0, 1.0]).expect("finite curvatures");
    let run = minimize(&bowl, &blind, &[1.0, 2.0], Stop::default(), silent).expect("valid input");
    let StopReason::Diverged { step: 1, what } = run.reason else { panic!("{}", run.reason) };
    assert_eq!(what, NonFinite::Iterate(1, f64::INFINITY));
    assert_eq!(run.best.x, [1.0, 2.0]);
}

#[test]
fn record_after_a_method_gave_up_fits_together() {
    // It moves, and then gives up.
    let quitter = Scripted {
        first_value: Some(1.0),
        step: |_, state, _| {
            state.x[0] = 1e9;
            state.value = Some(7.0);
            Err(Stuck::Because("tired".into()))
        },
    };
    let problem = parabola();
    let mut running = Running::start(&problem, &quitter, &[8.0], Stop::default()).expect("valid input");
    assert_eq!(running.by_ref().count(), 1);
    assert_eq!((running.record().x, running.record().value), (&[1e9][..], Some(7.0)));
    let run = running.finish();
    assert_eq!(run.reason.to_string(), "stuck: tired");
    assert_eq!((run.best.x, run.best.value), (vec![8.0], 1.0));
}

/// The way to hold any method in a struct of one's own.
struct Fit<M> {
    method: M,
}

impl<M> Fit<M> {
    fn fit<'p, P>(&self, problem: &'p P, x0: &[f64]) -> Result<Run<M::State>, InvalidInput>
    where
        P: Objective + ?Sized,
        M: Method<thalweg::problem::Counted<'p, P>>,
    {
        minimize(problem, &self.method, x0, Stop::default(), silent)
    }
}

#[test]
fn methods_problems_and_schedules_work_behind_pointers() {
    let schedules: [Box<dyn Schedule>; 2] = [Box::new(Constant { rate: 0.5 }), Box::new(OfStep(|_| 0.5))];
    for schedule in schedules {
        let method = Scheduled { rule: GradientDescent, schedule: &schedule };
        let problem: Box<dyn Differentiable> = Box::new(parabola());
        let run = Fit { method: &method }.fit(&*problem, &[8.0]).expect("valid input");
        assert!(run.reason.is_converged());
        let boxed = Fit { method: Box::new(method) }.fit(&problem, &[8.0]).expect("valid input");
        assert_eq!(boxed.best, run.best);
    }
    let refused: &dyn Schedule = &Constant { rate: -1.0 };
    assert!(Box::new(refused).check().is_err());
}
