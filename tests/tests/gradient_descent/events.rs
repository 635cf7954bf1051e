//! What a run can meet on its way, and what the user is told.

use thalweg::driver::NonFinite;
use thalweg::objectives::{DiagonalQuadratic, Quadratic};
use thalweg::prelude::*;

use crate::{at_rate, halving, parabola, parabola_except};

#[test]
fn value_that_is_not_finite_at_the_start_takes_no_step() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let run = halving(&parabola_except(|_| Some((bad, 1.0))), 8.0, Stop::default());
        let StopReason::NonFiniteStart { what: NonFinite::Value(value) } = run.reason else {
            panic!("{}", run.reason)
        };
        assert_eq!(value.to_bits(), bad.to_bits());
        assert_eq!((run.steps, run.counts.total(), &run.best.x[..], run.best.step), (0, 1, &[8.0][..], 0));
    }
}

#[test]
fn gradient_that_is_not_finite_at_the_start_takes_no_step() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let run = halving(&parabola_except(|_| Some((1.0, bad))), 8.0, Stop::default());
        let StopReason::NonFiniteStart { what: NonFinite::GradientNorm(norm) } = run.reason else {
            panic!("{}", run.reason)
        };
        assert!(!norm.is_finite());
        assert_eq!((run.steps, run.counts.total(), &run.best.x[..]), (0, 1, &[8.0][..]));
    }
}

#[test]
fn gradient_of_zero_at_the_start_is_convergence_in_no_step() {
    // Even where only an exact zero counts.
    for stop in [Stop::default(), Stop::after(5)] {
        let run = halving(&parabola(), 0.0, stop);
        assert!(matches!(run.reason, StopReason::GradientTolerance { norm: 0.0, .. }), "{}", run.reason);
        assert!(run.reason.is_converged());
        assert_eq!((run.steps, run.counts.total(), run.best.value), (0, 1, 0.0));
    }
}

#[test]
fn constant_function_converges_where_it_starts() {
    let run = halving(&parabola_except(|_| Some((42.0, 0.0))), 8.0, Stop::default());
    assert!(run.reason.is_converged(), "{}", run.reason);
    assert_eq!((run.steps, run.best.x, run.best.value), (0, vec![8.0], 42.0));
}

#[test]
fn function_without_a_lower_bound_runs_until_a_budget_ends_it() {
    let line = || parabola_except(|x| Some((x, 1.0)));
    let steps = halving(&line(), 8.0, Stop { max_steps: 50, ..Stop::default() });
    assert!(matches!(steps.reason, StopReason::StepLimit { limit: 50 }), "{}", steps.reason);
    let evaluations = halving(&line(), 8.0, Stop { max_evaluations: Some(51), ..Stop::default() });
    assert!(
        matches!(evaluations.reason, StopReason::EvaluationLimit { limit: 51 }),
        "{}",
        evaluations.reason
    );
    for run in [steps, evaluations] {
        assert!(!run.reason.is_converged());
        // 50 steps of ½ down the line; the last point is the best.
        assert_eq!((run.steps, run.best.x, run.best.step), (50, vec![8.0 - 25.0], 50));
    }
}

#[test]
fn rate_above_two_over_the_largest_curvature_diverges_and_says_so() {
    let bowl = DiagonalQuadratic::new([1.0, 10.0], [0.0, 0.0], 0.0).expect("finite numbers");
    let mut trace = Trace::default();
    // The second variable grows by the factor |1 − 0.3 · 10| = 2 a step, the first shrinks.
    let stop = Stop { runaway: f64::INFINITY, ..Stop::default() };
    let run = minimize(&bowl, &at_rate(0.3), &[100.0, 1.0], stop, trace.observer()).expect("valid input");
    let StopReason::Diverged { step, what: NonFinite::Value(value) } = run.reason else {
        panic!("{}", run.reason)
    };
    assert_eq!(value, f64::INFINITY);
    assert_eq!(step, run.steps);
    let best = trace.rows.iter().filter_map(|row| row.value).fold(f64::INFINITY, f64::min);
    assert_eq!(run.best.value, best);
    assert_eq!(bowl.value(&run.best.x), best);
    assert!(run.best.step > 0 && run.best.x.iter().all(|x| x.is_finite()));
}

#[test]
fn rate_below_two_over_the_largest_curvature_converges() {
    let bowl = DiagonalQuadratic::new([1.0, 10.0], [0.0, 0.0], 0.0).expect("finite numbers");
    let run = minimize(&bowl, &at_rate(0.19), &[100.0, 1.0], Stop::default(), silent).expect("valid input");
    assert!(run.reason.is_converged(), "{}", run.reason);
}

#[test]
fn region_without_finite_values_is_never_the_best_point() {
    // Around the minimum f is not defined: 8, 4, 2, 1, and then 0.5.
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let run = halving(&parabola_except(|x| (x < 1.0).then_some((bad, 1.0))), 8.0, Stop::default());
        let StopReason::Diverged { step: 4, what: NonFinite::Value(value) } = run.reason else {
            panic!("{}", run.reason)
        };
        assert_eq!(value.to_bits(), bad.to_bits());
        assert_eq!((run.best.x, run.best.value, run.best.step), (vec![1.0], 0.5, 3), "where f is {bad}");
    }
}

#[test]
fn region_without_finite_gradients_is_never_the_best_point() {
    for bad in [f64::NAN, f64::INFINITY] {
        let run = halving(&parabola_except(|x| (x < 1.0).then_some((0.1, bad))), 8.0, Stop::default());
        let StopReason::Diverged { step: 4, what: NonFinite::GradientNorm(_) } = run.reason else {
            panic!("{}", run.reason)
        };
        assert_eq!((run.best.x, run.best.value, run.best.step), (vec![1.0], 0.5, 3), "where ∇f is {bad}");
    }
}

#[test]
fn best_value_is_nan_where_the_start_is_not_finite() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let run = halving(&parabola_except(|_| Some((bad, 1.0))), 8.0, Stop::default());
        assert!(run.best.value.is_nan(), "{} where f is {bad}", run.best.value);
    }
}

#[test]
fn values_of_any_scale_converge_alike() {
    for scale in [1e150, 1.0, 1e-150] {
        let bowl = DiagonalQuadratic::new([scale, 1.5 * scale], [-scale, -3.0 * scale], 0.0)
            .expect("finite numbers");
        let run = minimize(&bowl, &at_rate(0.5 / scale), &[-20.0, 7.0], Stop::default(), silent)
            .expect("valid input");
        assert!(run.reason.is_converged(), "at scale {scale:e}: {}", run.reason);
        // ‖∇f‖ ≤ 10⁻⁸ ‖∇f(x₀)‖ with curvatures of 1 and above, and ‖∇f(x₀)‖ < 23 in units of the scale.
        for (x, minimum) in run.best.x.iter().zip([1.0, 2.0]) {
            assert!((x - minimum).abs() <= 23e-8, "at scale {scale:e}: {x}");
        }
    }
}

#[test]
fn one_variable_is_enough_for_every_quadratic() {
    let full = Quadratic::new([1.0], [0.0], 0.0).expect("finite numbers");
    let diagonal = DiagonalQuadratic::centered([1.0]).expect("finite numbers");
    for run in [halving(&full, 8.0, Stop::after(3)).best, halving(&diagonal, 8.0, Stop::after(3)).best] {
        assert_eq!((run.x, run.value, run.step), (vec![1.0], 0.5, 3));
    }
}
