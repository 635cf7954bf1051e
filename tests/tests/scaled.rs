//! Objectives in the units of their variables.

use std::error::Error;

use thalweg::objectives::{DiagonalQuadratic, Quadratic};
use thalweg::prelude::*;
use thalweg::problem::{
    CheckSettings, Counted, Diagonal, Preconditioner, Scaled, check_gradient, check_hessian_vector,
    check_jacobian,
};
use thalweg_tests::everything::Everything;

#[test]
fn every_derivative_of_a_scaled_objective_is_that_of_its_value() {
    let z = [0.7, -1.3];
    for (typical_x, typical_f) in [([1.0, 1.0], 1.0), ([3.0, 0.2], 7.0), ([1e-8, 1e8], 1e3)] {
        let scaled = Scaled::new(&Everything, typical_x, typical_f).unwrap();
        let gradient = check_gradient(&scaled, &z, CheckSettings::default()).unwrap();
        assert!(gradient.agrees(), "{gradient}");
        let products = check_hessian_vector(&scaled, &z, CheckSettings::default()).unwrap();
        assert!(products.agrees(), "{products}");
        let jacobian = check_jacobian(&scaled, &z, CheckSettings::default()).unwrap();
        assert!(jacobian.agrees(), "{jacobian}");
    }
}

#[test]
fn batches_are_scaled_as_the_whole_is() {
    // Powers of two, so that scaling rounds nothing; F = 4 is a square, so that √F does not either.
    let scaled = Scaled::new(&Everything, [2.0, 0.5], 4.0).unwrap();
    let (z, x) = ([0.75, -1.5], [1.5, -0.75]);
    let (mut of_scaled, mut of_original) = ([0.0; 2], [0.0; 2]);
    for batch in [&[0, 1, 2][..], &[2], &[1, 1, 0]] {
        let value = Everything.batch_value_gradient(&x, batch, &mut of_original);
        assert_eq!(scaled.batch_value_gradient(&z, batch, &mut of_scaled), value / 4.0);
        assert_eq!(of_scaled, [of_original[0] * 2.0 / 4.0, of_original[1] * 0.5 / 4.0]);
    }
    assert_eq!((scaled.dim(), scaled.terms(), scaled.residual_count()), (2, 3, 3));
    assert_eq!(scaled.value(&z), Everything.value(&x) / 4.0);
    let (mut r, mut scaled_r) = ([0.0; 3], [0.0; 3]);
    Everything.residuals(&x, &mut r);
    scaled.residuals(&z, &mut scaled_r);
    assert_eq!(scaled_r, r.map(|r| r / 2.0));
}

#[test]
fn points_go_there_and_back() {
    let scaled = Scaled::new(&Everything, [1e-8, 1e8], 1.0).unwrap();
    let (mut z, mut x) = ([0.0; 2], [0.0; 2]);
    scaled.to_scaled(&[2e-8, -3e8], &mut z).expect("equal lengths");
    scaled.to_original(&z, &mut x).expect("equal lengths");
    for (number, expected) in [(z[0], 2.0), (z[1], -3.0), (x[0], 2e-8), (x[1], -3e8)] {
        assert!((number / expected - 1.0).abs() < 1e-15, "{number:e}");
    }
    assert_eq!((scaled.typical_x(), scaled.typical_f()), (&[1e-8, 1e8][..], 1.0));
    assert_eq!(scaled.inner().dim(), 2);
}

#[test]
fn descent_in_scaled_variables_is_preconditioned_descent_to_the_last_bit() {
    // Curvatures 2²⁰ and 2⁻²⁰ with a little coupling: plain descent at any one rate crawls along the second variable.
    let (large, small) = (f64::from(1 << 20), 1.0 / f64::from(1 << 20));
    let f = Quadratic::new([large, 0.25, 0.25, small], [1.0, -1.0], 0.0).unwrap();
    let typical_x = [1.0 / f64::from(1 << 10), f64::from(1 << 10)];
    let scaled = Scaled::new(&f, typical_x, 1.0).unwrap();
    let rate = 0.5;
    let start = [1.0, 3.0];

    let mut z = [0.0; 2];
    scaled.to_scaled(&start, &mut z).expect("equal lengths");
    let method = Scheduled { rule: GradientDescent, schedule: Constant { rate } };
    let run = minimize(&scaled, &method, &z, Stop::default(), silent).unwrap();
    assert!(run.reason.is_converged(), "{}", run.reason);
    let mut x = [0.0; 2];
    scaled.to_original(run.state.x(), &mut x).expect("equal lengths");

    // x ← x − η D² ∇f(x), by hand.
    let preconditioner = Diagonal::from_inverse_diagonal(&typical_x.map(|d| d * d)).unwrap();
    let (mut by_hand, mut gradient, mut step) = (start, [0.0; 2], [0.0; 2]);
    for _ in 0..run.steps {
        f.value_gradient(&by_hand, &mut gradient);
        preconditioner.apply(&gradient, &mut step);
        by_hand = [0, 1].map(|i| by_hand[i] - rate * step[i]);
    }
    assert_eq!(x, by_hand);

    let plain = Scheduled { rule: GradientDescent, schedule: Constant { rate: 1.0 / large } };
    let crawl = minimize(&f, &plain, &start, Stop { max_steps: 10 * run.steps, ..Stop::default() }, silent);
    assert!(crawl.unwrap().best.value > run.best.value * scaled.typical_f() + 1e3);
}

#[test]
fn newton_goes_the_same_way_whatever_the_units_are() {
    use thalweg::hessian::{TwiceDifferentiable, hessian_by_products, nalgebra::DMatrix};
    use thalweg::objectives::classic::Wood;
    use thalweg::second_order::Newton;

    let typical = [1e-3, 2.0, 1e4, 0.5];
    let scaled = Scaled::new(Wood, typical, 7.0).expect("above 0");
    let start = [-3.0, -1.0, -3.0, -1.0];
    let mut z = [0.0; 4];
    scaled.to_scaled(&start, &mut z).expect("equal lengths");
    let [mut written, mut by_products] = [(); 2].map(|()| DMatrix::zeros(4, 4));
    scaled.hessian(&z, &mut written);
    hessian_by_products(&scaled, &z, &mut by_products);
    for (written, by_product) in written.iter().zip(&by_products) {
        assert!((written - by_product).abs() <= 1e-15 * by_product.abs(), "{written} and {by_product}");
    }

    let stop = Stop::after(5);
    let plain = minimize(&Wood, &Newton::default(), &start, stop.clone(), silent).expect("valid input");
    let run = minimize(&scaled, &Newton::default(), &z, stop, silent).expect("valid input");
    let mut x = [0.0; 4];
    scaled.to_original(run.state.x(), &mut x).expect("equal lengths");
    for (x, plain) in x.iter().zip(plain.state.x()) {
        assert!((x - plain).abs() < 1e-9 * plain.abs(), "{x} and {plain}");
    }
}

#[test]
fn pointers_counting_and_the_flag_pass_through() -> Result<(), Box<dyn Error>> {
    let failing = from_fallible_fn(1, |_, _| Err::<f64, _>(std::io::Error::other("broken")));
    let scaled = Scaled::new(&failing, [2.0], 1.0)?;
    assert!(scaled.value(&[1.0]).is_nan());
    assert!(scaled.cancel_flag().is_some_and(CancelFlag::is_raised));

    let boxed: Box<dyn Differentiable> = Box::new(DiagonalQuadratic::centered([2.0])?);
    let scaled = Scaled::new(boxed, [0.5], 2.0)?;
    let counted = Counted::new(&scaled);
    let mut gradient = [0.0];
    assert_eq!((counted.value_gradient(&[4.0], &mut gradient), gradient), (2.0, [1.0]));
    assert_eq!(counted.counts().gradients, 1);
    Ok(())
}

#[test]
fn scales_that_cannot_be_used_are_named() {
    for (typical_x, typical_f, message) in [
        (vec![1.0], 1.0, "invalid `typical_x`: length 1 (allowed: length 2)"),
        (vec![1.0, 0.0], 1.0, "invalid `typical_x[1]`: 0.0 (allowed: a finite number above 0)"),
        (vec![-1.0, 1.0], 1.0, "invalid `typical_x[0]`: -1.0 (allowed: a finite number above 0)"),
        (vec![f64::NAN, 1.0], 1.0, "invalid `typical_x[0]`: NaN (allowed: a finite number above 0)"),
        (vec![1.0, f64::INFINITY], 1.0, "invalid `typical_x[1]`: inf (allowed: a finite number above 0)"),
        (vec![1.0, 1.0], -2.0, "invalid `typical_f`: -2.0 (allowed: a finite number above 0)"),
        (vec![1.0, 1.0], f64::NAN, "invalid `typical_f`: NaN (allowed: a finite number above 0)"),
    ] {
        let error = Scaled::new(&Everything, typical_x, typical_f).map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    let scaled = Scaled::new(&Everything, [1.0, 1.0], 1.0).expect("above 0");
    for (refused, message) in [
        (scaled.to_scaled(&[1.0], &mut [0.0; 2]), "invalid `x`: length 1 (allowed: length 2)"),
        (scaled.to_original(&[1.0; 2], &mut [0.0; 3]), "invalid `x`: length 3 (allowed: length 2)"),
    ] {
        assert_eq!(refused.unwrap_err().to_string(), message);
    }
}
