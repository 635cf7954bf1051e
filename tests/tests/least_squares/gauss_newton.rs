//! Gauss–Newton, which takes every step.

use proptest::prelude::*;
use thalweg::driver::{Stop, StopReason};
use thalweg::numerics::{dot, norm};
use thalweg::objectives::LinearLeastSquares;
use thalweg::problem::{Differentiable, Method, State};
use thalweg_second_order::GaussNewton;

use crate::problems::{from_rows, rosenbrock};
use crate::{plenty, run};

proptest! {
    #[test]
    fn a_linear_problem_takes_one_step_to_its_shortest_solution_whatever_its_rank(
        (m, n) in (1_usize..8, 1_usize..7),
        rank in 1_usize..7,
        numbers in proptest::collection::vec(-1.0..1.0, 200),
        b in proptest::collection::vec(-1.0..1.0, 8),
    ) {
        // A = B C by rows, of rank `rank` unless a factor is nearly deficient.
        let rank = rank.min(m).min(n);
        let (left, right) = numbers.split_at(m * rank);
        let mut a = vec![0.0; m * n];
        for i in 0..m {
            for k in 0..rank {
                (0..n).for_each(|j| a[n * i + j] += left[rank * i + k] * right[n * k + j]);
            }
        }
        let problem = LinearLeastSquares::new(a.clone(), &b[..m]).expect("finite numbers");
        let method = GaussNewton { rank_tolerance: Some(1e-10) };
        let mut state = method.init(&problem, &vec![0.0; n]).expect("valid input");
        prop_assume!(state.model().rank(Some(1e-10)) == rank && state.model().rank(Some(1e-3)) == rank);
        method.step(&problem, &mut state, &mut plenty()).expect("an evaluation is left");
        let x = state.x();
        // Least squares: the gradient vanishes. The shortest: x lies in the row space, that is x = Aᵀu for some u, so
        // that another step of the same kind from the residual of x against the rows finds nothing.
        let size = norm(&a) * norm(&b);
        prop_assert!(norm(state.gradient().expect("it has one")) <= 1e-9 * size);
        let transposed: Vec<f64> = (0..n).flat_map(|j| (0..m).map(|i| a[n * i + j]).collect::<Vec<f64>>()).collect();
        let in_rows = LinearLeastSquares::new(transposed, x).expect("finite numbers");
        let mut fit = method.init(&in_rows, &vec![0.0; m]).expect("valid input");
        method.step(&in_rows, &mut fit, &mut plenty()).expect("an evaluation is left");
        prop_assert!(fit.model().residual_norm() <= 1e-8 * (1.0 + norm(x)), "{}", fit.model().residual_norm());
    }
}

#[test]
fn rosenbrock_takes_two_steps() {
    let end = run(&GaussNewton::default(), &*rosenbrock(), &[-1.2, 1.0], Stop::default());
    assert_eq!((end.steps, end.counts.total()), (2, 3));
    assert!(end.reason.is_converged() && end.best.x.iter().all(|x| (x - 1.0).abs() < 1e-14));
}

/// r = (x + 1, λx² + x − 1), whose minimum is 0: there the second derivatives are −λ times those of the model (Dennis and
/// Schnabel, example 10.2.4).
fn curved(lambda: f64) -> Box<dyn thalweg::problem::LeastSquares> {
    from_rows(2, move |x, i| match i {
        0 => (x[0] + 1.0, [1.0]),
        _ => (lambda * x[0] * x[0] + x[0] - 1.0, [2.0 * lambda * x[0] + 1.0]),
    })
}

#[test]
fn the_rate_is_the_residual_curvature_over_that_of_the_model() {
    // JᵀJ = 2 and r₂ r₂″ = −2λ at 0: errors are multiplied by λ.
    for lambda in [0.5, -0.25, 0.9] {
        let problem = curved(lambda);
        let method = GaussNewton::default();
        let mut state = method.init(&*problem, &[1e-6]).expect("valid input");
        for _ in 0..4 {
            let before = state.x()[0];
            method.step(&*problem, &mut state, &mut plenty()).expect("an evaluation is left");
            let rate = state.x()[0] / before;
            assert!((rate - lambda).abs() < 1e-5, "{lambda}: {rate}");
        }
    }
}

#[test]
fn it_leaves_a_minimum_where_the_model_curves_too_little_and_the_best_point_is_kept() {
    let problem = curved(2.0);
    let mut gradient = [0.0];
    let f = problem.value_gradient(&[0.0], &mut gradient);
    assert_eq!((f, gradient), (1.0, [0.0]));
    let method = GaussNewton::default();
    let mut state = method.init(&*problem, &[1e-3]).expect("valid input");
    for _ in 0..3 {
        method.step(&*problem, &mut state, &mut plenty()).expect("an evaluation is left");
    }
    assert!(state.x()[0].abs() > 4e-3, "{:?}", state.x());
    // x/(1 + x²): from beyond 1 its slope leads away, farther and farther.
    let away = from_rows(1, |x, _| {
        let d = 1.0 + x[0] * x[0];
        (x[0] / d, [(1.0 - x[0] * x[0]) / (d * d)])
    });
    let end = run(&method, &*away, &[2.0], Stop::default());
    assert!(end.best.value <= 0.5 * 0.4 * 0.4, "{:?}", end.best);
    println!("{}", end.reason);
    // ³√x: every step goes to −2x.
    let root = from_rows(1, |x, _| {
        let cube = x[0].signum() * thalweg::numerics::pow(x[0].abs(), 1.0 / 3.0);
        (cube, [1.0 / (3.0 * cube * cube)])
    });
    let end = run(&method, &*root, &[1.0], Stop { max_steps: 60, ..Stop::default() });
    assert_eq!((end.best.x[0], end.best.step), (1.0, 0));
    assert!(matches!(end.reason, StopReason::StepLimit { .. }), "{}", end.reason);
    assert!(dot(end.state.x(), end.state.x()) > 1e30);
}
