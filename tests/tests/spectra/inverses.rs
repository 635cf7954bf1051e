//! A⁻¹v: the error is never larger than its bound.

use proptest::prelude::*;
use thalweg::numerics::norm;
use thalweg::problem::Allowance;
use thalweg_krylov::{Ending, ErrorSize, InverseTimes, SpectrumFloor, operator};

use crate::reflected::{matrices, start, the_same_every_time};
use crate::{U, diagonal, distance, plenty};

proptest! {
    #![proptest_config(the_same_every_time(1000, 19_520_049))]

    #[test]
    fn error_is_within_the_bound(
        a in matrices(60, true), exponent in -12.0..0.0_f64, share in 0.1..1.0_f64, limit in 0..80_u64,
    ) {
        let n = a.eigenvalues.len();
        let v = start(n);
        let mut exact = vec![f64::NAN; n];
        a.apply_function(|lambda| 1.0 / lambda, &v, &mut exact);
        let own = 60.0 * U * norm(&v) / a.lowest();
        let settings = InverseTimes {
            floor: SpectrumFloor::Known(share * a.lowest()),
            relative_error: thalweg::numerics::pow(10.0, exponent),
            max_iterations: Some(limit),
            product_error: Some(50.0 * U * a.norm()),
        };
        let result = settings.apply(&a, &v, &mut plenty()).expect("valid input");
        prop_assert!(result.error.is_bound());
        let (error, bound) = (distance(&result.x, &exact), result.error.value());
        prop_assert!(error <= bound + own, "{}: {error:e} and {bound:e}", result.ending);
        // A Ritz value of conjugate gradients is never below the spectrum: the floor is believed.
        let is_believed = !matches!(result.ending, Ending::BelowFloor { .. });
        prop_assert!(is_believed, "{}", result.ending);
        if let Ending::Accurate { error, tolerance } = result.ending {
            prop_assert!(error <= tolerance && error == bound);
        }
    }
}

#[test]
fn smallest_ritz_value_stands_in_for_the_floor() {
    let d: Vec<f64> = (1..=80).map(|i| 0.25 * f64::from(i)).collect();
    let exact: Vec<f64> = d.iter().map(|d| 1.0 / d).collect();
    let settings = InverseTimes { relative_error: 1e-10, ..InverseTimes::default() };
    let result = settings.apply(&diagonal(&d), &[1.0; 80], &mut plenty()).expect("valid input");
    assert!(result.ending.is_converged() && !result.error.is_bound(), "{}", result.ending);
    assert!(distance(&result.x, &exact) <= result.error.value());
    assert_eq!(result.products, result.iterations + 1);
    let known = InverseTimes { floor: SpectrumFloor::Known(0.25), ..settings };
    let known = known.apply(&diagonal(&d), &[1.0; 80], &mut plenty()).expect("valid input");
    // It is there when the error is that small.
    assert!((result.error.value() / known.error.value() - 1.0).abs() < 1e-3, "{result:?} {known:?}");
}

#[test]
fn what_is_no_positive_definite_matrix_or_no_floor_is_found_out() {
    let result = |d: &[f64], floor| {
        let settings = InverseTimes { floor, ..InverseTimes::default() };
        settings.apply(&diagonal(d), &vec![1.0; d.len()], &mut plenty()).expect("valid input")
    };
    let indefinite = result(&[1.0, -1.0, 3.0], SpectrumFloor::Known(0.5));
    assert!(matches!(indefinite.ending, Ending::NonPositiveCurvature { .. }), "{}", indefinite.ending);
    assert_eq!(indefinite.error, ErrorSize::Bound(f64::INFINITY));
    let wrong = result(&[1.0, 2.0, 3.0], SpectrumFloor::Known(1.5));
    let Ending::BelowFloor { ritz_value, floor } = wrong.ending else { panic!("{}", wrong.ending) };
    assert!((ritz_value - 1.0).abs() < 1e-12 && floor == 1.5);
    assert_eq!(wrong.error, ErrorSize::Bound(f64::INFINITY));
}

#[test]
fn more_than_rounding_allows_is_refused_honestly() {
    let d = [1e-9, 1.0, 2.0, 3.0];
    let settings =
        InverseTimes { floor: SpectrumFloor::Known(1e-9), relative_error: 1e-15, ..InverseTimes::default() };
    let result = settings.apply(&diagonal(&d), &[1.0; 4], &mut plenty()).expect("valid input");
    let Ending::RoundingFloor { error, tolerance } = result.ending else { panic!("{}", result.ending) };
    assert!(error > tolerance && error == result.error.value());
    let exact: Vec<f64> = d.iter().map(|d| 1.0 / d).collect();
    assert!(distance(&result.x, &exact) <= error);
}

#[test]
fn zero_takes_no_product() {
    let none = operator(2, |_, _| panic!("there is nothing to multiply"));
    let result = InverseTimes::default().apply(&none, &[0.0, -0.0], &mut plenty()).expect("valid input");
    assert_eq!((&result.x[..], result.error, result.products), (&[0.0, 0.0][..], ErrorSize::Bound(0.0), 0));
    assert!(result.ending.is_converged());
}

#[test]
fn budget_that_is_too_small_says_what_is_known() {
    let d: Vec<f64> = (1..=50).map(f64::from).collect();
    let exact: Vec<f64> = d.iter().map(|d| 1.0 / d).collect();
    for (budget, is_bound) in [(0, true), (1, false), (9, false)] {
        let settings = InverseTimes { floor: SpectrumFloor::Known(1.0), ..InverseTimes::default() };
        let result = settings
            .apply(&diagonal(&d), &[1.0; 50], &mut Allowance::evaluations(budget))
            .expect("valid input");
        assert_eq!((result.ending, result.products), (Ending::OutOfEvaluations, budget));
        // The last product would have measured the residual.
        assert_eq!(result.error.is_bound(), is_bound, "{budget}");
        assert!(distance(&result.x, &exact) <= result.error.value());
    }
    let bad = operator(50, |_, out| out.fill(f64::NAN));
    let result = InverseTimes::default().apply(&bad, &[1.0; 50], &mut plenty()).expect("valid input");
    assert_eq!((result.ending, result.error.value()), (Ending::NonFinite { what: "A p" }, f64::INFINITY));
}

#[test]
fn every_scale_is_alike() {
    let (d, v) = ([1.0, 10.0, 3.0, 0.5], [1.0, -2.0, 0.5, 1.0]);
    let at = |a_scale: f64, v_scale: f64| {
        let settings = InverseTimes { floor: SpectrumFloor::Known(0.5 * a_scale), ..InverseTimes::default() };
        settings
            .apply(&diagonal(&d.map(|d| d * a_scale)), &v.map(|v| v * v_scale), &mut plenty())
            .expect("valid input")
    };
    let plain = at(1.0, 1.0);
    for a_scale in [1e-150, 1.0, 1e150] {
        for v_scale in [1e-150, 1.0, 1e150] {
            let scaled = at(a_scale, v_scale);
            assert!(scaled.ending.is_converged(), "{a_scale:e}, {v_scale:e}: {}", scaled.ending);
            assert_eq!(scaled.iterations, plain.iterations);
            // 1e-300 and its like have lost a few bits by being divided.
            let factor = v_scale / a_scale;
            assert!(scaled.x.iter().zip(&plain.x).all(|(s, p)| (s / (p * factor) - 1.0).abs() < 1e-12));
        }
    }
}
