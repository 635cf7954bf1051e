//! Products and matrices from two gradients each, at one step.

use std::sync::Arc;

use thalweg::numerics::{ln, powi};
use thalweg::objectives::{DiagonalQuadratic, LinearLeastSquares, NesterovWorst};
use thalweg::prelude::*;
use thalweg::problem::Counted;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{ByDifferences, TwiceDifferentiable};
use thalweg_krylov::ConjugateGradients;

use crate::{is_symmetric, x_squared_y};
use thalweg_tests::random_objective::{Difficulty, Random, RandomObjective};

/// The largest error of a product and of a matrix, over the largest term of what was wrong.
fn largest_error(f: &RandomObjective, v: &[f64]) -> f64 {
    let n = f.dim();
    let mut by_differences = ByDifferences::new(f);
    // In the middle of the scales, of which there is one for all.
    by_differences.typical_x = f.scales[0];
    let exact = f.elements(&f.x);
    let (mut product, mut matrix) = (vec![f64::NAN; n], DMatrix::repeat(n, n, f64::NAN));
    by_differences.hessian_vector(&f.x, v, &mut product);
    by_differences.hessian(&f.x, &mut matrix);
    assert!(is_symmetric(&matrix));
    // Rows of H whose terms differ in size share one step, so an error is measured against the largest.
    let largest = exact.iter().flatten().map(|element| element.size).fold(0.0, f64::max);
    let length = v.iter().fold(0.0, |length: f64, v| length.max(v.abs()));
    let mut error = 0.0_f64;
    for i in 0..n {
        let along: f64 = (0..n).map(|j| exact[i][j].value * v[j]).sum();
        error = error.max((product[i] - along).abs() / (largest * length));
        for j in 0..n {
            error = error.max((matrix[(i, j)] - exact[i][j].value).abs() / largest);
        }
    }
    error
}

#[test]
fn products_and_matrices_are_right_to_about_ten_digits() {
    let mut random = Random(31);
    let mut errors = Vec::new();
    for (scale, factor) in [(1.0, 1.0), (1e6, 1e-3), (1e100, 1.0), (1e-100, 1e-50)] {
        for _ in 0..500 {
            let f = RandomObjective::new(&mut random, Difficulty::Benign).at_scales(scale, factor);
            let size = random.scale();
            let v: Vec<f64> = (0..f.dim()).map(|_| size * random.between(-1.0, 1.0)).collect();
            errors.push(largest_error(&f, &v));
        }
    }
    errors.sort_by(f64::total_cmp);
    println!("median {:e}, largest {:e}", errors[errors.len() / 2], errors[errors.len() - 1]);
    // Truncation and noise are both about u^⅔ = 2e-11 where f varies on the scale of x and its gradient is as large as its
    // curvature; some of these vary ten times faster, which counts squared.
    assert!(errors[errors.len() / 2] < 1e-10 && errors[errors.len() - 1] < 1e-8, "{errors:?}");
}

#[test]
fn quadratics_are_right_but_for_roundings_whatever_the_step() {
    let chain = NesterovWorst::new(50, 4.0).expect("positive");
    let mut by_differences = ByDifferences::new(&chain);
    let x: Vec<f64> = (0..50).map(|i| f64::from(i) / 7.0 - 3.0).collect();
    let v: Vec<f64> = (0..50).map(|i| f64::from(i % 5) - 2.0).collect();
    let (mut exact, mut product) = (vec![0.0; 50], vec![0.0; 50]);
    chain.hessian_vector(&x, &v, &mut exact);
    for relative_step in [1e-6, 1e-3, 1.0, 1e3] {
        by_differences.relative_step = relative_step;
        by_differences.hessian_vector(&x, &v, &mut product);
        for (product, exact) in product.iter().zip(&exact) {
            // A few roundings of x + hv and of gradients that are at most 10 + 10 h.
            assert!(
                (product - exact).abs() < 1e-14 * (1.0 + 1.0 / relative_step) * 100.0,
                "{relative_step}: {product}"
            );
        }
    }
}

#[test]
fn no_element_moves_by_more_than_its_share_of_its_size() {
    // A large variable beside a small one that f bends with on its own scale: a step as long as ‖x‖ would see nothing.
    let f = from_fn(2, |x, g| {
        (g[0], g[1]) = (x[0], 1e6 * powi(1e6 * x[1], 3));
        0.5 * x[0] * x[0] + 0.25 * powi(1e6 * x[1], 4)
    });
    let mut by_differences = ByDifferences::new(&f);
    by_differences.typical_x = 1e-6;
    let mut product = [0.0; 2];
    by_differences.hessian_vector(&[1e6, 2e-6], &[1.0, 1e-12], &mut product);
    assert!((product[0] - 1.0).abs() < 1e-3, "{product:?}");
    by_differences.hessian_vector(&[1e6, 2e-6], &[1.0, 1.0], &mut product);
    assert!((product[1] / 12e12 - 1.0).abs() < 1e-9, "{product:?}");
}

#[test]
fn units_that_are_powers_of_two_change_no_bit() {
    let two = |exponent: i64| f64::from_bits(((1023 + exponent) as u64) << 52);
    let product = |x_unit: f64, v_unit: f64, f_unit: f64| {
        let f = from_fn(2, |x, g| {
            let (a, b) = (x[0] / x_unit, x[1] / x_unit);
            (g[0], g[1]) = (2.0 * a * b * f_unit / x_unit, (a * a + 3.0 * b * b) * f_unit / x_unit);
            (a * a * b + b * b * b) * f_unit
        });
        let mut by_differences = ByDifferences::new(&f);
        by_differences.typical_x = x_unit;
        let (mut out, x, v) = ([f64::NAN; 2], [3.0 * x_unit, -0.1 * x_unit], [0.3 * v_unit, 7.0 * v_unit]);
        by_differences.hessian_vector(&x, &v, &mut out);
        out.map(|h| h / v_unit / f_unit * x_unit * x_unit)
    };
    let plain = product(1.0, 1.0, 1.0);
    assert!((plain[0] - (2.0 * -0.1 * 0.3 + 6.0 * 7.0)).abs() < 1e-8, "{plain:?}");
    for (x, v, f) in
        [(330, 1, 0), (-330, 1, 0), (0, 900, 0), (0, -1000, 0), (300, -300, 300), (-300, 300, -300)]
    {
        assert_eq!(product(two(x), two(v), two(f)), plain, "2^{x}, 2^{v}, 2^{f}");
    }
    // Minus v gives minus H v: the same two points.
    assert_eq!(product(1.0, -1.0, 1.0), plain);
}

#[test]
fn step_that_was_taken_is_the_one_that_is_divided_by() {
    // ½x² at a point where x + h has other last bits than h: the product of a parabola is exact nevertheless.
    let parabola = DiagonalQuadratic::centered([1.0]).expect("finite");
    let by_differences = ByDifferences::new(&parabola);
    for x in [0.1, 1.0 / 3.0, 1e5 + 0.1, 1e10 / 3.0, -7e-7] {
        let (mut product, mut matrix) = ([0.0], DMatrix::zeros(1, 1));
        by_differences.hessian_vector(&[x], &[1.0], &mut product);
        by_differences.hessian(&[x], &mut matrix);
        assert_eq!((product, matrix[(0, 0)]), ([1.0], 1.0), "{x}");
    }
}

#[test]
fn product_takes_two_gradients_and_a_matrix_two_for_each_column() {
    let f = x_squared_y();
    let by_differences = ByDifferences::new(Counted::new(&f));
    let mut product = [f64::NAN; 2];
    by_differences.hessian_vector(&[3.0, 2.0], &[1.0, 1.0], &mut product);
    assert_eq!(by_differences.inner().counts().gradients, 2);
    by_differences.hessian(&[3.0, 2.0], &mut DMatrix::zeros(2, 2));
    assert_eq!(by_differences.inner().counts().gradients, 6);
    by_differences.hessian_vector(&[3.0, 2.0], &[0.0, -0.0], &mut product);
    assert_eq!((product, by_differences.inner().counts().total()), ([0.0; 2], 6));
    // From outside it is one product and one Hessian.
    let counted = Counted::new(&by_differences);
    counted.hessian_vector(&[3.0, 2.0], &[1.0, 1.0], &mut product);
    counted.hessian(&[3.0, 2.0], &mut DMatrix::zeros(2, 2));
    let counts = counted.counts();
    assert_eq!((counts.hessian_vectors, counts.hessians, counts.total()), (1, 1, 2));
}

#[test]
fn one_side_is_used_where_the_other_is_outside_the_domain() {
    // x ln x, defined above 0 (where it ends in 0) and up to 1, both included; its gradient goes on where f does not.
    let f = from_fn(1, |x, g| {
        g[0] = 1.0 + ln(x[0].abs());
        if x[0] > 1.0 { f64::NAN } else { x[0] * ln(x[0]) }
    });
    let by_differences = ByDifferences::new(Counted::new(&f));
    for (v, expected) in [(2.0, 2.0), (-2.0, -2.0)] {
        let mut product = [f64::NAN];
        by_differences.hessian_vector(&[1.0], &[v], &mut product);
        // One-sided: an error of h f‴/2, with h = 2⁻¹⁷.
        assert!((product[0] - expected).abs() < 2e-5, "{product:?}");
        assert!((product[0] - expected).abs() > 1e-7, "a central difference across the border: {product:?}");
    }
    assert_eq!(by_differences.inner().counts().gradients, 6);
    // On neither side.
    let point = from_fn(1, |x, g| {
        g[0] = x[0];
        if x[0] == 1.0 { 0.5 } else { f64::NAN }
    });
    let mut product = [0.0];
    ByDifferences::new(&point).hessian_vector(&[1.0], &[1.0], &mut product);
    let mut gradient_too = [0.0];
    let nowhere = from_fn(1, |_, g| {
        g[0] = f64::NAN;
        0.5
    });
    ByDifferences::new(&nowhere).hessian_vector(&[1.0], &[1.0], &mut gradient_too);
    assert!(product[0].is_nan() && gradient_too[0].is_nan(), "{product:?} {gradient_too:?}");
}

#[test]
fn what_is_not_a_number_stays_so() {
    let f = x_squared_y();
    let mut by_differences = ByDifferences::new(&f);
    let product = |by_differences: &ByDifferences<_>, x: [f64; 2], v: [f64; 2]| {
        let mut out = [0.0; 2];
        by_differences.hessian_vector(&x, &v, &mut out);
        out
    };
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for (x, v) in
            [([bad, 1.0], [1.0; 2]), ([1.0, bad], [1.0; 2]), ([1.0; 2], [bad, 1.0]), ([1.0; 2], [0.0, bad])]
        {
            let out = product(&by_differences, x, v);
            assert!(out.iter().any(|h| !h.is_finite()), "{x:?} {v:?}: {out:?}");
        }
    }
    let forgetful = from_fn(2, |x, g| {
        g[0] = x[0];
        0.5 * x[0] * x[0]
    });
    let mut out = [0.0; 2];
    ByDifferences::new(&forgetful).hessian_vector(&[1.0; 2], &[1.0; 2], &mut out);
    assert!(out[1].is_nan(), "an element that is never written: {out:?}");
    for relative_step in [0.0, f64::NAN, f64::INFINITY] {
        by_differences.relative_step = relative_step;
        assert!(product(&by_differences, [1.0; 2], [1.0; 2]).iter().all(|h| h.is_nan()), "{relative_step}");
    }
}

/// A problem of every kind, with a flag.
struct Everything {
    squares: LinearLeastSquares,
    flag: CancelFlag,
}

impl Objective for Everything {
    fn dim(&self) -> usize {
        self.squares.dim()
    }
    fn value(&self, x: &[f64]) -> f64 {
        self.squares.value(x)
    }
    fn cancel_flag(&self) -> Option<&CancelFlag> {
        Some(&self.flag)
    }
}

impl Differentiable for Everything {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.squares.value_gradient(x, gradient)
    }
}

impl FiniteSum for Everything {
    fn terms(&self) -> usize {
        self.squares.terms()
    }
    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        self.squares.batch_value_gradient(x, batch, gradient)
    }
}

impl LeastSquares for Everything {
    fn residual_count(&self) -> usize {
        self.squares.residual_count()
    }
    fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
        self.squares.residuals(x, residuals);
    }
    fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        self.squares.residuals_jacobian(x, residuals, jacobian);
    }
}

impl Curved for Everything {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.squares.hessian_vector(x, v, out);
    }
}

/// Asks everything once through the wrapper and once of what is inside.
fn ask_everything(wrapped: &(impl TwiceDifferentiable + FiniteSum + LeastSquares), inner: &Everything) {
    let x = [0.5, -1.0, 2.0];
    assert_eq!((wrapped.dim(), wrapped.terms(), wrapped.residual_count()), (3, 2, 2));
    assert_eq!(wrapped.value(&x), inner.value(&x));
    let (mut one, mut other) = ([f64::NAN; 3], [f64::NAN; 3]);
    assert_eq!(wrapped.value_gradient(&x, &mut one), inner.value_gradient(&x, &mut other));
    assert_eq!(one, other);
    assert_eq!(
        wrapped.batch_value_gradient(&x, &[1], &mut one),
        inner.batch_value_gradient(&x, &[1], &mut other)
    );
    assert_eq!(one, other);
    let (mut r, mut s, mut t) = ([f64::NAN; 2], [f64::NAN; 2], [f64::NAN; 2]);
    let (mut j, mut k) = ([f64::NAN; 6], [f64::NAN; 6]);
    wrapped.residuals(&x, &mut r);
    wrapped.residuals_jacobian(&x, &mut s, &mut j);
    inner.residuals_jacobian(&x, &mut t, &mut k);
    assert_eq!((r, s, j), (t, t, k));
    let v = [1.0, 0.5, -0.25];
    wrapped.hessian_vector(&x, &v, &mut one);
    inner.hessian_vector(&x, &v, &mut other);
    assert!(one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-9), "{one:?} {other:?}");
    let mut matrix = DMatrix::repeat(3, 3, f64::NAN);
    wrapped.hessian(&x, &mut matrix);
    for (j, column) in matrix.column_iter().enumerate() {
        let mut unit = [0.0; 3];
        unit[j] = 1.0;
        inner.hessian_vector(&x, &unit, &mut other);
        assert!(column.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-9), "{matrix} {other:?}");
    }
    assert!(!wrapped.cancel_flag().expect("it is passed on").is_raised());
}

#[test]
fn every_trait_is_passed_on_by_value_by_reference_and_behind_pointers() {
    let squares =
        LinearLeastSquares::new([1.0, 2.0, 0.5, -0.5, 1.0, -1.0], [4.0, 1.0]).expect("finite numbers");
    let inner = Arc::new(Everything { squares, flag: CancelFlag::default() });
    ask_everything(&ByDifferences::new(&*inner), &inner);
    ask_everything(&ByDifferences::new(Arc::clone(&inner)), &inner);
    ask_everything(&Box::new(ByDifferences::new(Arc::clone(&inner)).clone()), &inner);
    ask_everything(&thalweg_hessian::ByProducts(&*inner), &inner);
    ask_everything(&Arc::new(thalweg_hessian::ByProducts(Arc::clone(&inner))), &inner);
    inner.flag.raise();
    assert!(ByDifferences::new(&*inner).cancel_flag().is_some_and(CancelFlag::is_raised));
    assert!(thalweg_hessian::ByProducts(&*inner).cancel_flag().is_some_and(CancelFlag::is_raised));
    // It can be shared between threads, and so can what borrows it.
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&ByDifferences::new(&inner.squares));
}

#[test]
fn methods_for_problems_with_products_run_on_differences() {
    let chain = NesterovWorst::new(30, 4.0).expect("positive");
    let problem = ByDifferences::new(&chain);
    let stop = Stop { relative_gradient: 1e-8, ..Stop::default() };
    let run =
        minimize(&problem, &ConjugateGradients::default(), &[0.0; 30], stop, silent).expect("valid input");
    assert!(run.reason.is_converged(), "{}", run.reason);
    let distance = run.best.x.iter().zip(chain.minimizer()).map(|(x, m)| (x - m).abs()).fold(0.0, f64::max);
    assert!(distance < 1e-6, "{distance:e}");
}
