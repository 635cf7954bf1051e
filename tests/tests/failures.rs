//! What other libraries were seen to do wrong, and users asked for, one test for each: none of it happens here.
//!
//! The files of each method and of the driver test more of the same; here is the list. What needs more than a few lines is
//! elsewhere: steps that are not Wolfe's in the 24 published cases in `line_search/peers.rs`, covariances in `least_squares`, code
//! in prose in `book.rs`. How many threads take a matrix apart is a field of `hessian`'s backend `Faer`, one unless it is set.

use std::cell::RefCell;
use std::ops::ControlFlow;

use thalweg::driver::{CheckpointFile, minimize};
use thalweg::prelude::*;
use thalweg::problem::Allowance;
use thalweg_quasi_newton::line_search::{Failed, MoreThuente, Sample, search_curve};
use thalweg_second_order::Newton;

fn bowl() -> impl Differentiable {
    from_fn(2, |x, gradient| {
        gradient.copy_from_slice(x);
        0.5 * (x[0] * x[0] + x[1] * x[1])
    })
}

fn rosenbrock(x: &[f64], gradient: &mut [f64]) -> f64 {
    let (a, b) = (x[1] - x[0] * x[0], 1.0 - x[0]);
    (gradient[0], gradient[1]) = (-400.0 * a * x[0] - 2.0 * b, 200.0 * a);
    100.0 * a * a + b * b
}

/// A search that never ends, in spite of all limits.
#[test]
fn function_that_is_nan_everywhere_ends_a_run() {
    let nowhere = from_fn(2, |_, gradient| {
        gradient.fill(f64::NAN);
        f64::NAN
    });
    let run = minimize(&nowhere, &Lbfgs::default(), &[1.0, 1.0], Stop::default(), silent).expect("valid");
    assert!(matches!(run.reason, StopReason::NonFiniteStart { .. }), "{}", run.reason);
    assert_eq!((run.steps, run.counts.total()), (0, 1));
    // Everywhere but at the start.
    let island = from_fn(1, |x, gradient| {
        gradient[0] = if x[0] == 1.0 { 1.0 } else { f64::NAN };
        if x[0] == 1.0 { 1.0 } else { f64::NAN }
    });
    let run = minimize(&island, &Lbfgs::default(), &[1.0], Stop::default(), silent).expect("valid");
    assert!(matches!(run.reason, StopReason::Stuck(_)), "{}", run.reason);
    assert_eq!((&run.best.x[..], run.best.value), (&[1.0][..], 1.0));
    assert!(run.counts.total() < 200, "{}", run.counts.total());
}

/// A step that lands on the minimum, where the next search refuses a slope of 0 and the result is lost.
#[test]
fn step_onto_the_minimum_ends_converged_with_the_minimum_in_hand() {
    fn ends_there<M: for<'p> Method<thalweg::problem::Counted<'p, dyn Differentiable>>>(method: &M) {
        let problem = bowl();
        let problem: &dyn Differentiable = &problem;
        // A first step of length 1 goes down the gradient to the minimum itself.
        let run = minimize(problem, method, &[1.0, 0.0], Stop::default(), silent).expect("valid");
        assert!(run.reason.is_converged(), "{}", run.reason);
        assert_eq!((run.steps, &run.best.x[..]), (1, &[0.0, 0.0][..]));
    }
    let first_length = FirstLength::Absolute(1.0);
    ends_there(&Lbfgs { first_length, ..Lbfgs::default() });
    ends_there(&Bfgs { first_length, ..Bfgs::default() });
    ends_there(&NonlinearConjugateGradients { first_length, ..NonlinearConjugateGradients::default() });
    ends_there(&Scheduled { rule: GradientDescent, schedule: Constant { rate: 1.0 } });
}

/// 604,618 iterations on a quadratic that is solved.
#[test]
fn newton_ends_where_the_gradient_is_0() {
    let valley = thalweg::objectives::Quadratic::new(vec![2.0, 1.0, 1.0, 3.0], vec![1.0, -1.0], 0.0)
        .expect("symmetric");
    let run = minimize(&valley, &Newton::default(), &[4.0, 5.0], Stop::default(), silent).expect("valid");
    assert!(run.reason.is_converged() && run.steps <= 2, "{} after {}", run.reason, run.steps);
}

/// A step that is called converged and violates the condition: function 1 of Moré and Thuente from α₀ = 10³, where their own
/// table has 36.888 after 4 evaluations.
#[test]
fn search_that_claims_a_condition_meets_it() -> Result<(), Failed> {
    let phi = |a: f64| {
        let d = a * a + 2.0;
        Sample { value: -a / d, slope: (a * a - 2.0) / (d * d) }
    };
    let search = MoreThuente { c1: 1e-3, c2: 0.1, ..MoreThuente::default() };
    let accepted = search_curve(&search, phi(0.0), 1e3, &mut Allowance::evaluations(20), phi)?;
    assert!(accepted.condition.holds(phi(0.0), accepted.alpha, accepted.end));
    assert!((accepted.alpha - 36.888).abs() < 5e-4 && accepted.evaluations == 4, "{}", accepted.alpha);
    let decrease = phi(0.0).value + 1e-3 * accepted.alpha * phi(0.0).slope;
    assert!(accepted.end.value <= decrease && accepted.end.slope.abs() <= 0.1 * phi(0.0).slope.abs());
    Ok(())
}

/// A run that diverges to its limit and returns [NaN, NaN]; constructors that panic.
#[test]
fn divergence_is_named_and_the_best_point_kept() {
    let descent = |rate| Scheduled { rule: GradientDescent, schedule: Constant { rate } };
    let run = minimize(&bowl(), &descent(2.5), &[1.0, 1.0], Stop::default(), silent).expect("valid");
    assert!(matches!(run.reason, StopReason::RanAway { .. } | StopReason::Diverged { .. }), "{}", run.reason);
    assert_eq!(run.best.x, [1.0, 1.0]);
    let error = minimize(&bowl(), &descent(f64::NAN), &[1.0, 1.0], Stop::default(), silent).unwrap_err();
    assert!(error.to_string().contains("rate"), "{error}");
    let error =
        minimize(&bowl(), &Lbfgs { memory: 0, ..Lbfgs::default() }, &[1.0, 1.0], Stop::default(), silent);
    assert!(error.unwrap_err().to_string().contains("memory"));
}

/// A gradient that is evaluated again where the search already had it.
#[test]
fn no_point_is_evaluated_twice() {
    let points = RefCell::new(Vec::new());
    let watched = from_fn(2, |x, gradient| {
        points.borrow_mut().push([x[0].to_bits(), x[1].to_bits()]);
        rosenbrock(x, gradient)
    });
    let run = minimize(&watched, &Lbfgs::default(), &[-1.2, 1.0], Stop::default(), silent).expect("valid");
    assert!(run.reason.is_converged(), "{}", run.reason);
    let mut distinct = points.borrow().clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), points.borrow().len());
    assert_eq!(run.counts.total(), distinct.len() as u64);
}

/// A test of |Δf| that knows no scale: a small f is called converged at once, a large one never.
#[test]
fn scale_of_f_decides_nothing() {
    let course = |scale: f64| {
        let scaled = from_fn(2, move |x, gradient| {
            let value = rosenbrock(x, gradient);
            gradient.iter_mut().for_each(|g| *g *= scale);
            scale * value
        });
        let run = minimize(&scaled, &Lbfgs::default(), &[-1.2, 1.0], Stop::default(), silent).expect("valid");
        assert!(run.reason.is_converged(), "{}", run.reason);
        (run.steps, run.counts.total(), run.best.x.iter().map(|x| x.to_bits()).collect::<Vec<_>>())
    };
    let plain = course(1.0);
    // 2^±166 is about 1e±50, and a power of two changes no digit.
    let factor = thalweg::numerics::powi(2.0, 166);
    for scale in [factor, 1.0 / factor] {
        assert_eq!(course(scale), plain);
    }
}

/// A limit that is raised and ignored on going on; a truncated file that makes the run fail; a checkpoint that is refused.
#[test]
fn run_goes_on_from_its_checkpoint_under_a_raised_limit_and_from_the_one_before_a_damaged_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = CheckpointFile { every: 1, ..CheckpointFile::at(folder.path().join("run")) };
    let valley = from_fn(2, rosenbrock);
    let go_on = |steps: u64| {
        let stop = Stop { relative_gradient: 0.0, ..Stop::after(steps) };
        file.minimize(&valley, &Lbfgs::default(), &[-1.2, 1.0], stop, |_| ControlFlow::Continue(()))
            .expect("it goes on")
            .run
    };
    let whole = minimize(
        &valley,
        &Lbfgs::default(),
        &[-1.2, 1.0],
        Stop { relative_gradient: 0.0, ..Stop::after(20) },
        silent,
    )
    .expect("valid");
    assert_eq!(go_on(5).steps, 5);
    assert_eq!(go_on(10).steps, 10);
    let bytes = std::fs::read(&file.path).expect("the newest");
    std::fs::write(&file.path, &bytes[..bytes.len() / 2]).expect("cut in the middle");
    let run = go_on(20);
    assert_eq!(run.steps, 20);
    assert_eq!(run.best.x, whole.best.x);
}

/// A line search that aborts near the solution, where values are noise.
#[test]
fn tolerance_that_rounding_just_allows_is_met() {
    let far = from_fn(2, |x, gradient| 1e6 + rosenbrock(x, gradient));
    let stop = Stop { relative_gradient: 0.0, absolute_gradient: 1e-7, noise_window: 0, ..Stop::default() };
    let run = minimize(&far, &Lbfgs::default(), &[-1.2, 1.0], stop, silent).expect("valid");
    assert!(run.reason.is_converged(), "{}", run.reason);
}

/// Σ(x − ln x), NaN for x ≤ 0, on which two of three libraries fail.
#[test]
fn region_of_nan_is_stepped_back_from() {
    let log = from_fn(2, |x, gradient| {
        gradient.iter_mut().zip(x).for_each(|(g, x)| *g = 1.0 - 1.0 / x);
        x.iter().map(|x| if *x > 0.0 { x - thalweg::numerics::ln(*x) } else { f64::NAN }).sum()
    });
    let run = minimize(&log, &Lbfgs::default(), &[20.0, 0.05], Stop::default(), silent).expect("valid");
    assert!(run.reason.is_converged(), "{}", run.reason);
    assert!(run.best.x.iter().all(|x| (x - 1.0).abs() < 1e-6), "{:?}", run.best.x);
}

/// A batch that is a sum in one place and a mean in another.
#[test]
fn batch_is_a_mean() {
    let data = thalweg_networks::data::three_points();
    let neuron = thalweg_networks::Neuron::new(&data, 0.1, thalweg_networks::NeuronSettings::default())
        .expect("two classes");
    let (w, mut gradient, mut mean) = ([0.3, -0.4, 0.2], [f64::NAN; 3], [0.0; 3]);
    let mut value = 0.0;
    for i in 0..3 {
        value += neuron.batch_value_gradient(&w, &[i], &mut gradient) / 3.0;
        mean.iter_mut().zip(gradient).for_each(|(m, g)| *m += g / 3.0);
    }
    assert!((neuron.value_gradient(&w, &mut gradient) - value).abs() < 1e-15);
    assert!(gradient.iter().zip(mean).all(|(g, m)| (g - m).abs() < 1e-15));
}

/// A schedule that cannot be asked what the rate is at step k.
#[test]
fn schedule_answers_for_any_step() {
    let schedule = ExponentialDecay { rate: 0.5, decay: 0.1 };
    for step in [7, 0, 3, 7] {
        let expected = 0.5 * thalweg::numerics::exp(-0.1 * step as f64);
        assert!((schedule.rate(step) / expected - 1.0).abs() < 1e-15, "{step}");
    }
}

/// A wrong gradient that nobody tells of.
#[test]
fn wrong_gradient_is_named_by_its_coordinate() {
    let slip = from_fn(2, |x, gradient| {
        (gradient[0], gradient[1]) = (x[0], x[1]); // the second should be 3x₁
        0.5 * x[0] * x[0] + 1.5 * x[1] * x[1]
    });
    let check = check_gradient(&slip, &[1.0, 2.0], CheckSettings::default()).expect("valid input");
    assert!(!check.agrees() && check.to_string().contains("∂f/∂x[1] is 2.0"), "{check}");
}
