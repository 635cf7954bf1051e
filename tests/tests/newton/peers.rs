//! Failures of other libraries' Newton methods, shown to be absent.

use thalweg::driver::{Stop, StopReason, minimize, silent};
use thalweg::objectives::Quadratic;
use thalweg::prelude::*;
use thalweg::problem::Allowance;
use thalweg_hessian::ByDifferences;
use thalweg_second_order::{
    CubicRegularization, DampedNewton, ModifiedNewton, Newton, SaddleFreeNewton, TrustRegion,
};

use crate::barrier;

fn bowl() -> Quadratic {
    Quadratic::new([3.0, 1.0, 1.0, 2.0], [-4.0, -3.0], 0.0).expect("a symmetric matrix")
}

/// Elsewhere Newton's method has no test of convergence, and goes on for 604 618 iterations where nothing is left to do.
#[test]
fn solved_quadratic_ends_the_run() {
    for (x0, steps) in [([20.0, -7.0], 1), ([1.0, 1.0], 0)] {
        let run = minimize(&bowl(), &Newton::default(), &x0, Stop::default(), silent).expect("valid input");
        assert!(run.reason.is_converged(), "{}", run.reason);
        assert_eq!(run.steps, steps);
        assert_eq!(run.counts.total(), 1 + 2 * steps);
    }
}

/// Elsewhere it takes a matrix type that can be inverted, and does not compile with plain vectors.
#[test]
fn closure_over_plain_slices_is_enough() {
    let f = ByDifferences::new(from_fn(2, |x, g| {
        (g[0], g[1]) = (4.0 * x[0] * x[0] * x[0] - 4.0 * x[1], 4.0 * x[1] * x[1] * x[1] - 4.0 * x[0]);
        x[0] * x[0] * x[0] * x[0] + x[1] * x[1] * x[1] * x[1] - 4.0 * x[0] * x[1]
    }));
    let run =
        minimize(&f, &TrustRegion::default(), &[3.0, 0.5], Stop::default(), silent).expect("valid input");
    assert!(
        run.reason.is_converged() && (run.best.value + 2.0).abs() < 1e-12,
        "{:?}: {}",
        run.best,
        run.reason
    );
}

/// Elsewhere a step that lands on the optimum makes the next search fail, and the result is lost.
#[test]
fn step_onto_the_optimum_loses_nothing() {
    let run = minimize(&bowl(), &DampedNewton::default(), &[2.0, 5.0], Stop::default(), silent)
        .expect("valid input");
    assert!(run.reason.is_converged() && run.best.x.iter().all(|x| (x - 1.0).abs() < 1e-14));
    // Even by hand, where nobody looks at the gradient first.
    let method = DampedNewton::default();
    let mut state = method.init(&bowl(), &[1.0, 1.0]).expect("valid input");
    let before = state.point.clone();
    method.step(&bowl(), &mut state, &mut Allowance::evaluations(10)).expect_err("there is nothing to gain");
    assert_eq!(state.point, before);
}

/// Elsewhere an objective that is not a number keeps the search going for ever.
#[test]
fn objective_that_is_never_a_number_ends_the_run() {
    struct Nowhere;
    impl Objective for Nowhere {
        fn dim(&self) -> usize {
            1
        }
        fn value(&self, _x: &[f64]) -> f64 {
            f64::NAN
        }
    }
    impl Differentiable for Nowhere {
        fn value_gradient(&self, _x: &[f64], g: &mut [f64]) -> f64 {
            g.fill(f64::NAN);
            f64::NAN
        }
    }
    let problem = ByDifferences::new(Nowhere);
    let run =
        minimize(&problem, &TrustRegion::default(), &[1.0], Stop::default(), silent).expect("valid input");
    assert!(matches!(run.reason, StopReason::NonFiniteStart { .. }));
}

/// Elsewhere Σ (x − ln x) from (20, 0.05), not a number for x < 0, is not solved.
#[test]
fn barrier_is_solved_from_a_start_with_curvatures_of_all_sizes() {
    let problem = barrier(2);
    let start = [20.0, 0.05];
    let runs = [
        minimize(&problem, &DampedNewton::default(), &start, Stop::default(), silent)
            .map(|run| (run.best, run.counts)),
        minimize(&problem, &ModifiedNewton::default(), &start, Stop::default(), silent)
            .map(|run| (run.best, run.counts)),
        minimize(&problem, &SaddleFreeNewton::default(), &start, Stop::default(), silent)
            .map(|run| (run.best, run.counts)),
        minimize(&problem, &TrustRegion::default(), &start, Stop::default(), silent)
            .map(|run| (run.best, run.counts)),
        minimize(&problem, &CubicRegularization::default(), &start, Stop::default(), silent)
            .map(|run| (run.best, run.counts)),
    ];
    for run in runs {
        let (best, counts) = run.expect("valid input");
        assert!((best.value - 2.0).abs() < 1e-12, "{best:?} {counts:?}");
        assert!(counts.gradients <= 40, "{counts:?}");
    }
}
