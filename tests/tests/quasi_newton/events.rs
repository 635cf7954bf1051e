//! What happens where functions are not as they should be.

use thalweg::prelude::*;
use thalweg_quasi_newton::line_search::{Backtracking, HagerZhang, MoreThuente, StrongWolfe};
use thalweg_quasi_newton::{Bfgs, FirstLength, Lbfgs, LowCurvature, NonlinearConjugateGradients};

use crate::{START, bowl};

/// Σ (x − ln x), which is NaN where an x is not above 0.
fn barrier() -> impl Differentiable {
    from_fn(2, |x, gradient| {
        let mut value = 0.0;
        for (x, g) in x.iter().zip(gradient) {
            let inside = *x > 0.0;
            *g = if inside { 1.0 - 1.0 / x } else { f64::NAN };
            value += if inside { x - thalweg::numerics::ln(*x) } else { f64::NAN };
        }
        value
    })
}

#[test]
fn wall_of_nan_is_not_crossed() {
    macro_rules! check {
        ($name:expr, $method:expr) => {
            let run = minimize(&barrier(), &$method, &[20.0, 0.05], Stop::default(), silent).expect("valid");
            assert!(run.reason.is_converged(), "{}: {}", $name, run.reason);
            assert!((run.best.value - 2.0).abs() < 1e-12, "{}: {}", $name, run.best.value);
            assert!(run.counts.total() <= 60, "{}: {} evaluations", $name, run.counts.total());
        };
    }
    check!("L-BFGS", Lbfgs::default());
    check!("L-BFGS, strong Wolfe", Lbfgs::with(StrongWolfe::default()));
    check!("L-BFGS, Hager–Zhang", Lbfgs::with(HagerZhang::default()));
    check!("L-BFGS, backtracking", Lbfgs::with(Backtracking::default()));
    check!("BFGS", Bfgs::default());
    check!("conjugate gradients", NonlinearConjugateGradients::default());
}

#[test]
fn gradient_that_is_wrong_ends_the_run_with_the_best_point() {
    // The gradient points the wrong way: no point along it is lower.
    let wrong = from_fn(2, |x, g| {
        (g[0], g[1]) = (-x[0], -x[1]);
        0.5 * (x[0] * x[0] + x[1] * x[1])
    });
    let run = minimize(&wrong, &Lbfgs::default(), &[1.0, 2.0], Stop::default(), silent).expect("valid input");
    assert!(!run.reason.is_converged(), "{}", run.reason);
    assert!(run.reason.to_string().contains("the line search finds no lower point"), "{}", run.reason);
    assert_eq!((run.best.x, run.best.value), (vec![1.0, 2.0], 2.5));
    assert!(run.counts.total() < 100, "{}", run.counts.total());
}

#[test]
fn pairs_without_curvature_are_skipped_or_damped_and_the_run_arrives() {
    // x⁴/4 − x²/2 + y²/2 from near its saddle, with a search that knows no curvature condition: sᵀy < 0 at first.
    let double_well = from_fn(2, |x, g| {
        (g[0], g[1]) = (x[0] * x[0] * x[0] - x[0], x[1]);
        0.25 * x[0] * x[0] * x[0] * x[0] - 0.5 * x[0] * x[0] + 0.5 * x[1] * x[1]
    });
    let searching = Backtracking::default();
    let run = |method: &Bfgs<Backtracking>| {
        let mut inverses = Vec::new();
        let mut running =
            Running::start(&double_well, method, &[1e-3, 1e-2], Stop::default()).expect("valid input");
        while running.next().is_some() {
            inverses.extend(running.state().inverse_hessian().map(<[f64]>::to_vec));
        }
        let run = running.finish();
        assert!(run.reason.is_converged() && (run.best.x[0] - 1.0).abs() < 1e-6, "{}", run.reason);
        for h in inverses {
            assert!(h[0] > 0.0 && h[0] * h[3] > h[1] * h[2], "H is not positive definite: {h:?}");
        }
        run.steps
    };
    let first_length = FirstLength::Absolute(1e-3);
    let skipping = Bfgs { first_length, ..Bfgs::with(searching) };
    let damping = Bfgs { low_curvature: LowCurvature::Damp, ..skipping };
    assert_ne!(run(&skipping), run(&damping));
    let limited = Lbfgs { first_length, ..Lbfgs::with(searching) };
    let run = minimize(&double_well, &limited, &[1e-3, 1e-2], Stop::default(), silent).expect("valid");
    assert!(run.reason.is_converged() && (run.best.x[0] - 1.0).abs() < 1e-6, "{}", run.reason);
}

#[test]
fn solved_problem_is_not_an_error() {
    // The first step lands on the minimum: where others fail at a gradient of zero, this has converged.
    let round = from_fn(2, |x, g| {
        g.copy_from_slice(x);
        0.5 * (x[0] * x[0] + x[1] * x[1])
    });
    let first_length = FirstLength::Absolute(2.0_f64.sqrt());
    for start in [[1.0, 1.0], [0.0, 0.0]] {
        let method = Lbfgs { first_length, ..Lbfgs::default() };
        let run = minimize(&round, &method, &start, Stop::default(), silent).expect("valid input");
        assert!(run.reason.is_converged(), "{}", run.reason);
        assert!(run.best.value < 1e-30);
        let bent = NonlinearConjugateGradients { first_length, ..NonlinearConjugateGradients::default() };
        let run = minimize(&round, &bent, &start, Stop::default(), silent).expect("valid input");
        assert!(run.reason.is_converged(), "{}", run.reason);
    }
}

#[test]
fn function_without_a_lower_bound_ends_by_its_budget_or_by_running_away() {
    let down = from_fn(2, |x, g| {
        (g[0], g[1]) = (-1.0, 0.0);
        -x[0]
    });
    for stop in [Stop::default(), Stop { max_steps: 50, ..Stop::default() }] {
        let run = minimize(&down, &Lbfgs::default(), &[0.0, 0.0], stop, silent).expect("valid input");
        assert!(!run.reason.is_converged() && run.best.value < -1.0, "{}", run.reason);
    }
}

#[test]
fn rounding_does_not_keep_a_run_from_a_tight_tolerance() {
    // With a large constant before it, f shows none of the last steps.
    let bowl = bowl();
    let raised = from_fn(5, |x, g| 1e6 + bowl.value_gradient(x, g));
    let stop = || Stop { relative_gradient: 0.0, absolute_gradient: 1e-9, ..Stop::default() };
    macro_rules! check {
        ($name:expr, $method:expr) => {
            let run = minimize(&raised, &$method, &START, stop(), silent).expect("valid input");
            assert!(run.reason.is_converged(), "{}: {}", $name, run.reason);
        };
    }
    check!("Moré–Thuente", Lbfgs::with(MoreThuente::default()));
    check!("strong Wolfe", Lbfgs::with(StrongWolfe::default()));
    check!("Hager–Zhang", Lbfgs::with(HagerZhang::default()));
    check!("BFGS", Bfgs::default());
}
