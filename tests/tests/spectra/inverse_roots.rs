//! A^-½v: the error is never larger than its bound, on a thousand random matrices of known spectra.

use proptest::prelude::*;
use thalweg::numerics::norm;
use thalweg::problem::Allowance;
use thalweg_krylov::{Ending, ErrorSize, InverseSquareRoot, SpectrumFloor, operator};

use crate::reflected::{matrices, start, the_same_every_time};
use crate::{U, diagonal, distance, plenty};

proptest! {
    #![proptest_config(the_same_every_time(1000, 19_920_209))]

    #[test]
    fn error_is_within_the_bound(
        a in matrices(60, true), exponent in -10.0..0.0_f64, share in 0.1..1.0_f64, max_iterations in 1..70_usize,
    ) {
        let n = a.eigenvalues.len();
        let v = start(n);
        let mut exact = vec![f64::NAN; n];
        a.apply_function(|lambda| 1.0 / lambda.sqrt(), &v, &mut exact);
        // What is compared with is itself off by the roundings of four reflections.
        let own = 60.0 * U * norm(&v) / a.lowest().sqrt();
        let settings = InverseSquareRoot {
            floor: SpectrumFloor::Known(share * a.lowest()),
            relative_error: thalweg::numerics::pow(10.0, exponent),
            max_iterations,
            product_error: Some(50.0 * U * a.norm()),
        };
        let result = settings.apply(&a, &v, &mut plenty()).expect("valid input");
        prop_assert!(result.error.is_bound());
        let (error, bound) = (distance(&result.x, &exact), result.error.value());
        prop_assert!(error <= bound + own, "{}: {error:e} and {bound:e}", result.ending);
        match result.ending {
            Ending::Accurate { error, tolerance } => prop_assert!(error <= tolerance && error == bound),
            Ending::IterationLimit { limit } => prop_assert_eq!((limit, result.iterations), (max_iterations as u64, limit)),
            Ending::RoundingFloor { error, tolerance } => prop_assert!(error > tolerance),
            other => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn estimate_is_near_the_error_when_it_is_small(a in matrices(60, true)) {
        let n = a.eigenvalues.len();
        let v = start(n);
        let mut exact = vec![f64::NAN; n];
        a.apply_function(|lambda| 1.0 / lambda.sqrt(), &v, &mut exact);
        let settings = InverseSquareRoot { product_error: Some(50.0 * U * a.norm()), ..InverseSquareRoot::default() };
        let result = settings.apply(&a, &v, &mut plenty()).expect("valid input");
        prop_assert!(!result.error.is_bound());
        let is_at_its_best = result.ending.is_converged() || matches!(result.ending, Ending::RoundingFloor { .. });
        prop_assert!(is_at_its_best, "{}", result.ending);
        // The smallest Ritz value has long been there when the error is as small as that.
        prop_assert!(distance(&result.x, &exact) <= 1.1 * result.error.value() + 60.0 * U * norm(&v) / a.lowest().sqrt());
    }
}

#[test]
fn bound_falls_with_the_error_once_the_residual_does() {
    // Condition number 10⁴, spread evenly: the error falls by a factor near (√κ − 1)/(√κ + 1) a step, squared for the residual.
    let n = 400;
    let d: Vec<f64> = (0..n).map(|i| 1.0 + 9999.0 * i as f64 / (n - 1) as f64).collect();
    let exact: Vec<f64> = d.iter().map(|d| 1.0 / d.sqrt()).collect();
    // The bound takes qₘ₊₁ to lie along the lowest eigenvector, which it does not: that costs a factor of some hundreds here.
    // What rounding may do, by a worst case that does not happen either, is 1e-8.
    let mut last = f64::INFINITY;
    for max_iterations in [60, 80, 100, 120, 140] {
        let settings = InverseSquareRoot {
            floor: SpectrumFloor::Known(1.0),
            relative_error: 0.0,
            max_iterations,
            ..InverseSquareRoot::default()
        };
        let result = settings.apply(&diagonal(&d), &vec![1.0; n], &mut plenty()).expect("valid input");
        let (error, bound) = (distance(&result.x, &exact), result.error.value());
        assert!(
            error <= bound && bound <= 1000.0 * error + 2e-8,
            "{max_iterations}: {error:e} and {bound:e}"
        );
        assert!(bound < last, "{max_iterations}: {bound:e} after {last:e}, {}", result.ending);
        last = bound;
    }
    assert!(last < 1e-6, "{last:e}");
}

#[test]
fn bound_is_sharper_than_the_residual_over_the_root() {
    // One step: x = v/√α, and everything is known by hand.
    let (d, floor) = ([1.0, 4.0], 1.0_f64);
    let settings = InverseSquareRoot {
        floor: SpectrumFloor::Known(floor),
        relative_error: 0.0,
        max_iterations: 1,
        ..InverseSquareRoot::default()
    };
    let result = settings.apply(&diagonal(&d), &[1.0, 1.0], &mut plenty()).expect("valid input");
    // α = 5/2, β = 3/2, ‖v‖ = √2.
    let rho = 2.0_f64.sqrt() * 1.5 / 2.5;
    let expected = rho / (1.0 + (floor / 2.5).sqrt());
    assert!((result.error.value() / expected - 1.0).abs() < 1e-13, "{:?} and {expected}", result.error);
    assert!(result.x.iter().all(|x| (x - 1.0 / 2.5_f64.sqrt()).abs() < 1e-15));
}

#[test]
fn matrix_that_is_not_positive_definite_is_named_by_its_ritz_value() {
    for lowest in [-1.0, -1e-3, 0.0] {
        let d = [lowest, 2.0, 3.0, 7.0];
        for floor in [SpectrumFloor::SmallestRitzValue, SpectrumFloor::Known(1e-9)] {
            let settings = InverseSquareRoot { floor, relative_error: 1e-14, ..InverseSquareRoot::default() };
            let result = settings.apply(&diagonal(&d), &[1.0; 4], &mut plenty()).expect("valid input");
            let ritz = match result.ending {
                Ending::NotPositiveDefinite { ritz_value } => ritz_value,
                // 0, but for rounding, which may be on either side.
                Ending::BelowFloor { ritz_value, .. } if lowest == 0.0 => ritz_value,
                Ending::RoundingFloor { .. } if lowest == 0.0 => continue,
                other => panic!("{lowest}, {floor:?}: {other}"),
            };
            assert!(ritz >= lowest - 1e-14 && ritz <= 1e-14, "{ritz}");
            assert_eq!(result.error, ErrorSize::Bound(f64::INFINITY));
        }
    }
}

#[test]
fn floor_that_is_none_is_found_out() {
    let settings = InverseSquareRoot { floor: SpectrumFloor::Known(1.5), ..InverseSquareRoot::default() };
    let result = settings.apply(&diagonal(&[1.0, 2.0, 3.0]), &[1.0; 3], &mut plenty()).expect("valid input");
    let Ending::BelowFloor { ritz_value, floor } = result.ending else { panic!("{}", result.ending) };
    assert!(ritz_value > 1.0 - 1e-14 && ritz_value < floor && floor == 1.5);
    assert_eq!(result.error, ErrorSize::Bound(f64::INFINITY));
}

#[test]
fn zero_and_eigenvectors_take_no_more_than_one_step() {
    let settings = InverseSquareRoot { floor: SpectrumFloor::Known(4.0), ..InverseSquareRoot::default() };
    let none = operator(2, |_, _| panic!("there is nothing to multiply"));
    let result = settings.apply(&none, &[0.0, -0.0], &mut plenty()).expect("valid input");
    assert_eq!((&result.x[..], result.error, result.products), (&[0.0, 0.0][..], ErrorSize::Bound(0.0), 0));
    assert!(result.ending.is_converged());
    let result = settings.apply(&diagonal(&[4.0, 9.0]), &[0.0, 6.0], &mut plenty()).expect("valid input");
    assert!(result.ending.is_converged() && result.products == 1 && (result.x[1] - 2.0).abs() < 1e-15);
}

#[test]
fn every_scale_is_alike() {
    let (d, v) = ([1.0, 10.0, 3.0, 0.5], [1.0, -2.0, 0.5, 1.0]);
    let at = |a_scale: f64, v_scale: f64| {
        let settings = InverseSquareRoot {
            floor: SpectrumFloor::Known(0.5 * a_scale),
            relative_error: 0.5,
            ..InverseSquareRoot::default()
        };
        settings
            .apply(&diagonal(&d.map(|d| d * a_scale)), &v.map(|v| v * v_scale), &mut plenty())
            .expect("valid input")
    };
    let plain = at(1.0, 1.0);
    for a_scale in [-500.0, 0.0, 500.0].map(|e| thalweg::numerics::pow(2.0, e)) {
        for v_scale in [-500.0, 0.0, 500.0].map(|e| thalweg::numerics::pow(2.0, e)) {
            let scaled = at(a_scale, v_scale);
            let factor = v_scale / a_scale.sqrt();
            assert_eq!(scaled.iterations, plain.iterations);
            assert!(scaled.x.iter().zip(&plain.x).all(|(s, p)| *s == p * factor));
            assert_eq!(scaled.error.value(), plain.error.value() * factor);
        }
    }
}

#[test]
fn budget_that_is_too_small_leaves_a_bound_that_holds() {
    let d: Vec<f64> = (1..=50).map(f64::from).collect();
    let exact: Vec<f64> = d.iter().map(|d| 1.0 / d.sqrt()).collect();
    for budget in [0, 1, 5] {
        let settings = InverseSquareRoot { floor: SpectrumFloor::Known(1.0), ..InverseSquareRoot::default() };
        let mut allow = Allowance::evaluations(budget);
        let result = settings.apply(&diagonal(&d), &[1.0; 50], &mut allow).expect("valid input");
        assert_eq!((result.ending, result.products), (Ending::OutOfEvaluations, budget));
        assert!(result.error.is_bound() && distance(&result.x, &exact) <= result.error.value());
    }
    let unknown = InverseSquareRoot::default();
    let result =
        unknown.apply(&diagonal(&d), &[1.0; 50], &mut Allowance::evaluations(0)).expect("valid input");
    assert_eq!(result.error.value(), f64::INFINITY);
    let bad = operator(50, |_, out| out.fill(f64::NAN));
    let result = unknown.apply(&bad, &[1.0; 50], &mut plenty()).expect("valid input");
    assert_eq!((result.ending, result.error.value()), (Ending::NonFinite { what: "A q" }, f64::INFINITY));
}
