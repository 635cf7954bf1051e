//! How fast the error shrinks, measured.

use thalweg::numerics::ln;
use thalweg::problem::{Allowance, Method, State};
use thalweg_hessian::{ByDifferences, TwiceDifferentiable};
use thalweg_second_order::{
    CubicRegularization, DampedNewton, ModifiedNewton, Newton, SaddleFreeNewton, TrustRegion,
};

use crate::barrier;

/// |1 − w| at the start and after every step, down to the last that is above 1e-13.
fn errors<P, M>(problem: &P, method: &M, w0: f64) -> Vec<f64>
where
    P: TwiceDifferentiable,
    M: Method<P>,
{
    let mut state = method.init(problem, &[w0]).expect("valid input");
    let mut errors = vec![(1.0 - w0).abs()];
    for _ in 0..30 {
        method.step(problem, &mut state, &mut Allowance::evaluations(100)).expect("there is a way down");
        let error = (1.0 - state.x()[0]).abs();
        if error <= 1e-13 {
            break;
        }
        errors.push(error);
    }
    errors
}

/// The slope of ln eₖ₊₁ over ln eₖ, by least squares, over the pairs that begin below `from`.
fn fitted_order(errors: &[f64], from: f64) -> f64 {
    let pairs: Vec<(f64, f64)> =
        errors.windows(2).filter(|pair| pair[0] < from).map(|pair| (ln(pair[0]), ln(pair[1]))).collect();
    assert!(pairs.len() >= 3, "an order takes three pairs: {errors:?}");
    let mean = |part: fn(&(f64, f64)) -> f64| pairs.iter().map(part).sum::<f64>() / pairs.len() as f64;
    let (x, y) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let covariance: f64 = pairs.iter().map(|pair| (pair.0 - x) * (pair.1 - y)).sum();
    covariance / pairs.iter().map(|pair| (pair.0 - x) * (pair.0 - x)).sum::<f64>()
}

#[test]
fn newton_squares_the_error_on_w_minus_ln_w() {
    // From 0.3 the errors are 0.7, 0.49, 0.2401, …: (1 − w)² to rounding, a multiple of u, at every step.
    let errors = errors(&barrier(1), &Newton::default(), 0.3);
    for pair in errors.windows(2) {
        assert!((pair[1] - pair[0] * pair[0]).abs() <= 4.0 * f64::EPSILON, "{errors:?}");
    }
    let order = fitted_order(&errors, 1.0);
    assert!((order - 2.0).abs() < 1e-6, "order {order}: {errors:?}");
}

#[test]
fn newton_by_differences_of_the_gradient_keeps_the_order_as_far_as_differences_go() {
    // A Hessian that is off by 1e-10 takes an error of e to e² + 1e-10 e: below 1e-6 that is no square.
    let by_differences = ByDifferences::new(barrier(1));
    let errors: Vec<f64> =
        errors(&by_differences, &Newton::default(), 0.3).into_iter().take_while(|e| *e > 1e-6).collect();
    let order = fitted_order(&errors, 1.0);
    assert!((order - 2.0).abs() < 1e-3, "order {order}: {errors:?}");
}

#[test]
fn what_keeps_newton_in_bounds_keeps_its_order() {
    let problem = barrier(1);
    // Above 2 Newton's step leads below 0, where f is not a number. Once the error is below 0.3 the steps are Newton's.
    for w0 in [0.05, 3.0, 20.0] {
        let runs = [
            ("damped", errors(&problem, &DampedNewton::default(), w0)),
            ("modified", errors(&problem, &ModifiedNewton::default(), w0)),
            ("saddle-free", errors(&problem, &SaddleFreeNewton::default(), w0)),
            ("trust region", errors(&problem, &TrustRegion::default(), w0)),
        ];
        for (name, errors) in runs {
            let order = fitted_order(&errors, 0.3);
            assert!((order - 2.0).abs() < 0.05, "{name} from {w0}: order {order}: {errors:?}");
        }
        // A cubic term that has not yet fallen to nothing adds σ e² to e²: the order is 2, with another constant.
        let errors = errors(&problem, &CubicRegularization::default(), w0);
        let last: Vec<f64> = errors.windows(2).map(|pair| pair[1] / pair[0] / pair[0]).collect();
        assert!(last.last().is_some_and(|ratio| *ratio < 5.0), "cubic from {w0}: {errors:?}");
    }
}
