//! Linear conjugate gradients as a method under the driver.

use thalweg::objectives::{DiagonalQuadratic, Quadratic};
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Diagonal, Identity, Stuck};
use thalweg_krylov::{ConjugateGradients, HessianAt, Until};

use crate::{PLAIN, plenty};

const MATRIX: [f64; 9] = [4.0, 1.1, -0.5, 1.1, 3.0, 0.7, -0.5, 0.7, 2.5];
const LINEAR: [f64; 3] = [1.0, -2.3, 0.4];

fn bowl() -> Quadratic {
    Quadratic::new(MATRIX, LINEAR, 7.0).expect("a symmetric matrix")
}

#[test]
fn iterates_under_the_driver_are_those_of_the_solver() {
    let bowl = bowl();
    let mut trace = Trace::with_points();
    let x0 = [0.0; 3];
    let run = minimize(&bowl, &PLAIN, &x0, Stop::after(3), trace.observer()).expect("valid input");
    // ∇f(0) = b, so that the linear system is A x = −b.
    let right = LINEAR.map(|b| -b);
    let hessian = HessianAt { problem: &bowl, x: &x0 };
    for (k, point) in trace.points.iter().enumerate() {
        let solved =
            PLAIN.solve(&hessian, &right, &x0, Until::after(k as u64), &mut plenty()).expect("valid input");
        assert_eq!(solved.state.x(), point, "after step {k}");
    }
    assert_eq!((run.steps, run.counts.gradients, run.counts.hessian_vectors), (3, 4, 3));
}

#[test]
fn solves_in_n_steps_whether_refreshed_or_not() {
    for refresh_every in [None, Some(1)] {
        let preconditioner = Diagonal::from_matrix_diagonal(&[4.0, 3.0, 2.5]).expect("positive numbers");
        let method = ConjugateGradients { preconditioner, refresh_every };
        let run =
            minimize(&bowl(), &method, &[10.0, 0.1, -5.0], Stop::after(3), silent).expect("valid input");
        // Gradients begin at 45: three steps of a few roundings each.
        assert!(run.state.point.gradient.iter().all(|g| g.abs() < 1e-12), "{:?}", run.state.point);
    }
}

#[test]
fn driver_says_why_a_saddle_stops_it() {
    let saddle = DiagonalQuadratic::centered([1.0, -3.0]).expect("finite numbers");
    let run = minimize(&saddle, &PLAIN, &[5.0, 1.0], Stop::default(), silent).expect("valid input");
    assert!(matches!(run.reason, StopReason::Stuck(Stuck::Because(_))), "{}", run.reason);
    assert!(
        run.reason.to_string().starts_with("stuck: the matrix is not positive definite"),
        "{}",
        run.reason
    );
    assert!(run.best.x.iter().all(|x| x.is_finite()));
    // ∇f = (5, −3), and pᵀA p = 25 − 27 < 0 at once.
    assert_eq!(run.best.x, [5.0, 1.0]);
}

#[test]
fn budgets_of_the_driver_hold() {
    for budget in 1..=7 {
        let stop = Stop { max_evaluations: Some(budget), ..Stop::after(10) };
        let run = minimize(&bowl(), &PLAIN, &[1.0, 2.0, 3.0], stop, silent).expect("valid input");
        assert!(matches!(run.reason, StopReason::EvaluationLimit { .. }), "{}", run.reason);
        // The start, and two for every step: both or none.
        assert_eq!(run.steps, (budget - 1) / 2);
        assert_eq!(run.counts.total(), 1 + 2 * run.steps);
    }
}

#[test]
fn step_that_may_not_evaluate_twice_moves_nothing() {
    let method = ConjugateGradients { preconditioner: Identity, refresh_every: Some(1) };
    let mut state = method.init(&bowl(), &[1.0, 2.0, 3.0]).expect("valid input");
    let before = state.clone();
    let stuck = method.step(&bowl(), &mut state, &mut Allowance::evaluations(1)).unwrap_err();
    assert_eq!((stuck, &state), (Stuck::OutOfEvaluations, &before));
    method.step(&bowl(), &mut state, &mut Allowance::evaluations(2)).expect("a product and an evaluation");
}

/// x⁴ and a parabola: not quadratic.
struct Quartic;

impl Objective for Quartic {
    fn dim(&self) -> usize {
        2
    }

    fn value(&self, x: &[f64]) -> f64 {
        0.25 * x[0] * x[0] * x[0] * x[0] + x[1] * x[1]
    }
}

impl Differentiable for Quartic {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        (gradient[0], gradient[1]) = (x[0] * x[0] * x[0], 2.0 * x[1]);
        self.value(x)
    }
}

impl Curved for Quartic {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        (out[0], out[1]) = (3.0 * x[0] * x[0] * v[0], 2.0 * v[1]);
    }
}

#[test]
fn function_that_is_not_quadratic_is_taken_for_its_model_at_the_start() {
    let run = minimize(&Quartic, &PLAIN, &[3.0, 5.0], Stop::after(2), silent).expect("valid input");
    // Newton's step: x − x³/(3x²) = ⅔ x, and y to 0.
    assert!((run.state.x()[0] - 2.0).abs() < 1e-14 && run.state.x()[1].abs() < 1e-14, "{:?}", run.state.x());
    // f there, which is not the model's 6.75.
    let value = run.state.value().expect("a value");
    assert!((value - 4.0).abs() < 1e-13, "{value}");
}

#[test]
fn value_that_is_not_finite_at_the_start_takes_no_step() {
    let bad = DiagonalQuadratic::centered([1.0]).expect("a finite number");
    let run = minimize(&bad, &PLAIN, &[1e200], Stop::default(), silent).expect("valid input");
    assert!(matches!(run.reason, StopReason::NonFiniteStart { .. }), "{}", run.reason);
    assert_eq!((run.steps, run.best.x), (0, vec![1e200]));
}

#[test]
fn gradient_of_zero_at_the_start_is_convergence_in_no_step() {
    let bowl = DiagonalQuadratic::centered([1.0, 2.0]).expect("finite numbers");
    let run = minimize(&bowl, &PLAIN, &[0.0, 0.0], Stop::default(), silent).expect("valid input");
    assert!(run.reason.is_converged(), "{}", run.reason);
    assert_eq!((run.steps, run.counts.total()), (0, 1));
    // By hand, without the driver's test, it says so too.
    let mut state = PLAIN.init(&bowl, &[0.0, 0.0]).expect("valid input");
    let stuck = PLAIN.step(&bowl, &mut state, &mut plenty()).unwrap_err();
    assert!(stuck.to_string().starts_with("the residual norm 0e0 is small enough"), "{stuck}");
}

#[test]
fn wrong_lengths_are_refused() {
    let error = PLAIN.init(&bowl(), &[1.0]).unwrap_err();
    assert_eq!(error.to_string(), "invalid `x0`: length 1 (allowed: length 3)");
}
