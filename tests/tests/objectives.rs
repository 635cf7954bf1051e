//! The objectives: gradients and curvatures agree with differences, minima are minima, bad input is refused.

use thalweg::objectives::{
    DiagonalQuadratic, HeavyBallCycle, Huber, LinearLeastSquares, LogBarrier, LogCosh, LogSumExp,
    NesterovWorst, Power, Quadratic,
};
use thalweg::prelude::*;
use thalweg::problem::check_hessian_vector;

/// Points off every kink, on both sides of zero and of Huber's corner.
const POINTS: [[f64; 3]; 4] = [[0.3, -1.7, 2.5], [-0.4, 0.2, -3.1], [5.0, -6.0, 0.1], [-0.05, 0.9, 1.3]];
const STEP: f64 = 1e-5;

/// Compares with central differences: they miss by h²f‴/6 and by u|f|/h, together below 1e-8 of what is compared.
fn assert_gradient(name: &str, f: &dyn Differentiable) {
    for point in POINTS {
        let mut gradient = [0.0; 3];
        let value = f.value_gradient(&point, &mut gradient);
        assert_eq!(value, f.value(&point), "{name}: one value, however it is asked for");
        for i in 0..3 {
            let shifted = |h: f64| {
                let mut x = point;
                x[i] += h;
                f.value(&x)
            };
            let difference = (shifted(STEP) - shifted(-STEP)) / (2.0 * STEP);
            let size = 1.0 + gradient[i].abs() + value.abs();
            assert!(
                (difference - gradient[i]).abs() < 1e-8 * size,
                "{name}, ∂{i} at {point:?}: {difference}"
            );
        }
    }
}

/// Compares H v with central differences of the gradient along v.
fn assert_curvature(name: &str, f: &dyn Curved) {
    let v = [0.5, -1.0, 2.0];
    for point in POINTS {
        let mut product = [f64::NAN; 3];
        f.hessian_vector(&point, &v, &mut product);
        let gradient = |h: f64| {
            let x: Vec<f64> = point.iter().zip(v).map(|(x, v)| x + h * v).collect();
            let mut gradient = [0.0; 3];
            f.value_gradient(&x, &mut gradient);
            gradient
        };
        let (ahead, behind) = (gradient(STEP), gradient(-STEP));
        for i in 0..3 {
            let difference = (ahead[i] - behind[i]) / (2.0 * STEP);
            let size = 1.0 + product[i].abs() + ahead[i].abs();
            assert!((difference - product[i]).abs() < 1e-8 * size, "{name}, H v at {point:?}: {difference}");
        }
    }
}

fn tilted() -> Quadratic {
    Quadratic::new([4.0, 1.0, 0.5, 1.0, 3.0, -0.25, 0.5, -0.25, -2.0], [1.0, -2.0, 0.5], 7.0).unwrap()
}

/// Four terms in three variables, none of them dominant everywhere.
fn soft_maximum() -> LogSumExp {
    let rows = [1.0, -0.5, 0.25, -1.0, 0.5, 0.0, 0.3, 1.0, -0.7, 0.0, -0.2, 0.6];
    LogSumExp::new(rows, [0.5, -0.25, 0.0, 1.0]).unwrap()
}

/// Two equations in three variables.
fn underdetermined() -> LinearLeastSquares {
    LinearLeastSquares::new([1.0, 2.0, 0.5, -0.5, 1.0, -1.0], [4.0, 1.0]).unwrap()
}

#[test]
fn gradients_agree_with_differences_of_values() {
    assert_gradient("quadratic", &tilted());
    assert_gradient("diagonal", &DiagonalQuadratic::new([1.5, 0.5, -2.0], [-2.5, 0.0, 1.0], 3.0).unwrap());
    assert_gradient("nesterov", &NesterovWorst::new(3, 1.7).unwrap());
    assert_gradient("heavy ball cycle", &HeavyBallCycle::new(3).unwrap());
    assert_gradient("huber", &Huber::new(3, 0.7).unwrap());
    assert_gradient("log cosh", &LogCosh::new(3).unwrap());
    assert_gradient("log-sum-exp", &soft_maximum());
    assert_gradient("linear least squares", &underdetermined());
    for exponent in [1.5, 2.0, 4.0] {
        assert_gradient("power", &Power::new(3, exponent).unwrap());
    }
}

#[test]
fn curvatures_agree_with_differences_of_gradients() {
    assert_curvature("quadratic", &tilted());
    assert_curvature("diagonal", &DiagonalQuadratic::centered([1.5, 0.5, -2.0]).unwrap());
    assert_curvature("nesterov", &NesterovWorst::new(3, 1.7).unwrap());
    assert_curvature("heavy ball cycle", &HeavyBallCycle::new(3).unwrap());
    assert_curvature("huber", &Huber::new(3, 0.7).unwrap());
    assert_curvature("log cosh", &LogCosh::new(3).unwrap());
    assert_curvature("log-sum-exp", &soft_maximum());
    assert_curvature("linear least squares", &underdetermined());
}

#[test]
fn diagonal_quadratics_are_quadratics_with_a_diagonal_matrix() {
    let diagonal = DiagonalQuadratic::new([1.5, 0.5, -2.0], [-2.5, 0.25, 1.0], 3.0).unwrap();
    let matrix = [1.5, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, -2.0];
    let full = Quadratic::new(matrix, [-2.5, 0.25, 1.0], 3.0).unwrap();
    for point in POINTS {
        let (mut one, mut other) = ([0.0; 3], [0.0; 3]);
        let values = [diagonal.value_gradient(&point, &mut one), full.value_gradient(&point, &mut other)];
        assert_eq!(one, other);
        // The two sum the same terms in another order: a few roundings of numbers up to 40.
        assert!((values[0] - values[1]).abs() < 1e-13, "{values:?}");
    }
}

#[test]
fn known_minima_are_minima() {
    let bowl = DiagonalQuadratic::new([1.5, 0.5], [-3.0, 2.0], 1.0).unwrap();
    assert_eq!(bowl.stationary_point(), Some(vec![2.0, -4.0]));
    assert_eq!(bowl.value(&[2.0, -4.0]), 1.0 - 3.0 - 4.0);
    assert_eq!(DiagonalQuadratic::centered([1.0, 0.0]).unwrap().stationary_point(), None);
    let at_zero: [(&str, &dyn Differentiable); 4] = [
        ("heavy ball cycle", &HeavyBallCycle::new(2).unwrap()),
        ("huber", &Huber::new(2, 0.5).unwrap()),
        ("log cosh", &LogCosh::new(2).unwrap()),
        ("power", &Power::new(2, 1.5).unwrap()),
    ];
    for (name, f) in at_zero {
        let mut gradient = [f64::NAN; 2];
        assert_eq!(f.value_gradient(&[0.0, -0.0], &mut gradient), 0.0, "{name}");
        assert_eq!(gradient, [0.0, 0.0], "{name}");
    }
}

#[test]
fn pieces_of_the_heavy_ball_s_cycle_meet() {
    let f = HeavyBallCycle::new(1).unwrap();
    for (joint, slope, value) in [(1.0, 25.0, 12.5), (2.0, 26.0, 38.0)] {
        let mut gradient = [0.0];
        assert_eq!((f.value_gradient(&[joint], &mut gradient), gradient), (value, [slope]));
        let before = f64::next_down(joint);
        // A step of one last bit, at slopes of 26 and curvatures of 25.
        assert!((f.value_gradient(&[before], &mut gradient) - value).abs() < 1e-13);
        assert!((gradient[0] - slope).abs() < 1e-13);
    }
}

#[test]
fn values_that_are_not_numbers_stay_so() {
    let all: [&dyn Differentiable; 10] = [
        &HeavyBallCycle::new(1).unwrap(),
        &NesterovWorst::new(1, 2.0).unwrap(),
        &DiagonalQuadratic::centered([1.0]).unwrap(),
        &Quadratic::new([1.0], [0.0], 0.0).unwrap(),
        &Huber::new(1, 0.5).unwrap(),
        &LinearLeastSquares::new([1.0], [0.0]).unwrap(),
        &LogBarrier::new(1).unwrap(),
        &LogCosh::new(1).unwrap(),
        &LogSumExp::new([1.0, -1.0], [0.0, 0.0]).unwrap(),
        &Power::new(1, 3.0).unwrap(),
    ];
    for f in all {
        let mut gradient = [0.0];
        assert!(f.value_gradient(&[f64::NAN], &mut gradient).is_nan() && gradient[0].is_nan());
        // ∞ or, where a term is 0 · ∞, NaN: both say "not allowed".
        assert!(!f.value(&[f64::NEG_INFINITY]).is_finite());
    }
}

#[test]
fn nesterov_s_worst_function_is_the_quadratic_of_its_matrix() {
    for n in [1, 2, 5] {
        let chain = NesterovWorst::new(n, 8.0).unwrap();
        let entry = |at: usize| match (at / n).abs_diff(at % n) {
            0 => 4.0,
            1 => -2.0,
            _ => 0.0,
        };
        let mut linear = vec![0.0; n];
        linear[0] = -2.0;
        let full = Quadratic::new((0..n * n).map(entry).collect::<Vec<_>>(), linear, 0.0).unwrap();
        let x: Vec<f64> = [0.5, -2.0, 1.25, 3.0, -0.75][..n].to_vec();
        let (mut one, mut other) = (vec![f64::NAN; n], vec![f64::NAN; n]);
        // Small dyadic fractions: no sum rounds, in whatever order.
        assert_eq!(chain.value_gradient(&x, &mut one), full.value_gradient(&x, &mut other));
        assert_eq!(one, other);
        chain.hessian_vector(&x, &[1.0, 2.0, -1.0, 0.5, 4.0][..n], &mut one);
        full.hessian_vector(&x, &[1.0, 2.0, -1.0, 0.5, 4.0][..n], &mut other);
        assert_eq!(one, other);

        let minimizer = chain.minimizer();
        chain.value_gradient(&minimizer, &mut one);
        assert!(one.iter().all(|g| g.abs() < 1e-15), "{one:?}");
        assert!((chain.value(&minimizer) - chain.minimum()).abs() < 1e-15);
        let squares: f64 = minimizer.iter().map(|x| x * x).sum();
        assert!((squares - chain.distance_squared()).abs() < 1e-15 * n as f64);
    }
}

#[test]
fn huber_has_the_curvature_of_its_parabola_up_to_the_corner() {
    let mut product = [f64::NAN; 4];
    Huber::new(4, 0.5).unwrap().hessian_vector(&[0.5, -0.5, 0.6, -0.6], &[3.0; 4], &mut product);
    assert_eq!(product, [3.0, 3.0, 0.0, 0.0]);
}

#[test]
fn log_barrier_is_a_function_above_zero_only() {
    let f = LogBarrier::new(3).unwrap();
    for x in [f.start(), vec![1.0, 1.0, 1.0], vec![0.3, 1.7, 25.0]] {
        let gradient = check_gradient(&f, &x, CheckSettings::default()).expect("valid input");
        assert!(gradient.agrees(), "{gradient}");
        let curvature = check_hessian_vector(&f, &x, CheckSettings::default()).expect("valid input");
        assert!(curvature.agrees(), "{curvature}");
    }
    let mut gradient = [f64::NAN; 3];
    assert_eq!(f.value_gradient(&[1.0; 3], &mut gradient), 3.0);
    assert_eq!(gradient, [0.0; 3]);
    assert_eq!(f.value(&[1.0, 0.0, 1.0]), f64::INFINITY);
    assert!(f.value_gradient(&[1.0, -1e-300, 1.0], &mut gradient).is_nan() && gradient[1].is_nan());
    let mut product = [0.0; 3];
    f.hessian_vector(&[1.0, -2.0, 0.5], &[1.0; 3], &mut product);
    assert!(product[0] == 1.0 && product[1].is_nan() && product[2] == 4.0, "{product:?}");
}

#[test]
fn log_cosh_keeps_its_digits_near_and_far() {
    let f = LogCosh::new(1).unwrap();
    // The series ½w² − w⁴/12 + w⁶/45; the next term is below 1e-20 of it.
    let near = |w: f64| 0.5 * w * w * (1.0 - w * w / 6.0 * (1.0 - 4.0 * w * w / 15.0));
    for w in [1e-3, 1e-5, 1e-10, 1e-150] {
        assert!((f.value(&[w]) / near(w) - 1.0).abs() < 1e-15, "{w:e}: {:e}", f.value(&[w]));
    }
    // The two forms meet at 1 without a jump beyond rounding.
    assert!((f.value(&[1.0]) - f.value(&[1.0_f64.next_down()])).abs() < 1e-15);
    let mut curvature = [f64::NAN];
    f.hessian_vector(&[-20.0], &[1.0], &mut curvature);
    // 4e⁻⁴⁰, of which 1 − tanh² 20 would keep no digit.
    assert!((curvature[0] / 1.699_341_702_116_635_5e-17 - 1.0).abs() < 1e-15);
    assert_eq!((f.value(&[-1e308]), f.value(&[f64::INFINITY])), (1e308, f64::INFINITY));
}

#[test]
fn log_sum_exp_does_not_overflow_and_its_curvature_is_bounded() {
    let f = soft_maximum();
    assert_eq!(f.value(&[1e4, 0.0, 0.0]), 10000.5, "the largest term");
    let mut gradient = [f64::NAN; 3];
    f.value_gradient(&[1e4, 0.0, 0.0], &mut gradient);
    assert_eq!(gradient, [1.0, -0.5, 0.25]);
    for point in POINTS {
        for v in [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.6, 0.0, -0.8], [-0.48, 0.6, 0.64]] {
            let mut product = [f64::NAN; 3];
            f.hessian_vector(&point, &v, &mut product);
            let curvature: f64 = v.iter().zip(product).map(|(v, p)| v * p).sum();
            assert!(curvature > 0.0 && curvature <= f.curvature_bound(), "{curvature} at {point:?}");
        }
    }
    // Midway between two terms the bound is reached.
    let two = LogSumExp::new([3.0, -1.0], [0.0, 0.0]).unwrap();
    let mut curvature = [0.0];
    two.hessian_vector(&[0.0], &[1.0], &mut curvature);
    assert!((curvature[0] / two.curvature_bound() - 1.0).abs() < 1e-15);
}

#[test]
fn least_squares_are_half_the_square_of_their_residuals() {
    let f = underdetermined();
    assert_eq!((f.dim(), f.residual_count()), (3, 2));
    for point in POINTS {
        let (mut alone, mut residuals, mut jacobian) = ([f64::NAN; 2], [f64::NAN; 2], [f64::NAN; 6]);
        f.residuals(&point, &mut alone);
        f.residuals_jacobian(&point, &mut residuals, &mut jacobian);
        assert_eq!(alone, residuals);
        assert_eq!(jacobian, [1.0, -0.5, 2.0, 1.0, 0.5, -1.0], "column after column");
        assert_eq!(f.value(&point), 0.5 * residuals[0] * residuals[0] + 0.5 * residuals[1] * residuals[1]);
    }
    // (1, 2, 0.5) × (−0.5, 1, −1): the direction along which nothing changes.
    let mut product = [f64::NAN; 3];
    f.hessian_vector(&POINTS[0], &[-2.5, 0.75, 2.0], &mut product);
    assert_eq!(product, [0.0; 3]);
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let asymmetric = Quadratic::new([1.0, 2.0, 2.5, 1.0], [0.0; 2], 0.0);
    for (error, sentence) in [
        (Huber::new(0, 1.0).unwrap_err(), "invalid `n`: 0 (allowed: 1 or more)"),
        (Huber::new(1, 0.0).unwrap_err(), "invalid `delta`: 0.0 (allowed: a finite number above 0)"),
        (
            LinearLeastSquares::new([], []).unwrap_err(),
            "invalid `targets`: length 0 (allowed: length 1 or more)",
        ),
        (
            LinearLeastSquares::new([], [1.0; 2]).unwrap_err(),
            "invalid `matrix`: length 0 (allowed: a multiple of 2, the number of targets, and not 0)",
        ),
        (
            LinearLeastSquares::new([1.0], [f64::INFINITY]).unwrap_err(),
            "invalid `targets[0]`: inf (allowed: a finite number)",
        ),
        (LogBarrier::new(0).unwrap_err(), "invalid `n`: 0 (allowed: 1 or more)"),
        (LogCosh::new(0).unwrap_err(), "invalid `n`: 0 (allowed: 1 or more)"),
        (LogSumExp::new([], []).unwrap_err(), "invalid `offsets`: length 0 (allowed: length 1 or more)"),
        (
            LogSumExp::new([1.0; 3], [0.0; 2]).unwrap_err(),
            "invalid `rows`: length 3 (allowed: a multiple of 2, the number of offsets, and not 0)",
        ),
        (
            LogSumExp::new([1.0, f64::NAN], [0.0]).unwrap_err(),
            "invalid `rows[1]`: NaN (allowed: a finite number)",
        ),
        (NesterovWorst::new(0, 1.0).unwrap_err(), "invalid `n`: 0 (allowed: 1 or more)"),
        (
            NesterovWorst::new(1, -1.0).unwrap_err(),
            "invalid `lipschitz`: -1.0 (allowed: a finite number above 0)",
        ),
        (Power::new(0, 2.0).unwrap_err(), "invalid `n`: 0 (allowed: 1 or more)"),
        (Power::new(1, 1.0).unwrap_err(), "invalid `exponent`: 1.0 (allowed: a finite number above 1)"),
        (Power::new(1, f64::NAN).unwrap_err(), "invalid `exponent`: NaN (allowed: a finite number above 1)"),
        (
            DiagonalQuadratic::new([], [], 0.0).unwrap_err(),
            "invalid `curvatures`: length 0 (allowed: length 1 or more)",
        ),
        (
            DiagonalQuadratic::new([1.0], [1.0, 2.0], 0.0).unwrap_err(),
            "invalid `linear`: length 2 (allowed: length 1)",
        ),
        (
            DiagonalQuadratic::new([1.0, f64::INFINITY], [0.0; 2], 0.0).unwrap_err(),
            "invalid `curvatures[1]`: inf (allowed: a finite number)",
        ),
        (
            DiagonalQuadratic::new([1.0], [1.0], f64::NAN).unwrap_err(),
            "invalid `constant`: NaN (allowed: a finite number)",
        ),
        (Quadratic::new([], [], 0.0).unwrap_err(), "invalid `linear`: length 0 (allowed: length 1 or more)"),
        (
            Quadratic::new([1.0; 3], [0.0; 2], 0.0).unwrap_err(),
            "invalid `matrix`: length 3 (allowed: length 4)",
        ),
        (asymmetric.unwrap_err(), "invalid `matrix[(1, 0)]`: 2.5 (allowed: 2.0, the element (0, 1))"),
    ] {
        assert_eq!(error.to_string(), sentence);
    }
}
