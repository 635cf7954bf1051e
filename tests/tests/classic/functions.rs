//! Values, derivatives and minima.

use thalweg::objectives::classic::{
    Beale, BiggsExp6, BoxThreeDimensional, BrownAlmostLinear, BrownDennis, BroydenBanded, BroydenTridiagonal,
    Chebyquad, DiscreteBoundaryValue, DiscreteIntegralEquation, Gulf, Himmelblau, JennrichSampson,
    LinearFullRank, LinearRank1, LinearRank1WithZeros, Penalty1, Penalty2, PowellSingular, Rosenbrock,
    TestFunction, Trigonometric, VariableDimension, Watson,
};
use thalweg::prelude::*;
use thalweg::problem::{check_hessian_vector, check_jacobian};

use crate::all;

/// The start, every minimum, and points that are neither, away from zeros and from each other.
fn points(f: &dyn TestFunction) -> Vec<Vec<f64>> {
    let n = f.dim();
    let odd: Vec<f64> = (0..n).map(|i| 0.7 - 0.9 * i as f64 / (i + 2) as f64).collect();
    let far: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { -3.1 } else { 2.3 }).collect();
    let minima = f.minima();
    let minima = minima.iter().filter_map(|minimum| minimum.place().map(<[f64]>::to_vec));
    [f.start(), odd, far].into_iter().chain(minima).collect()
}

#[test]
fn derivatives_agree_with_differences() {
    for f in all() {
        for x in points(&*f) {
            let what = || format!("{} in {} variables at {x:?}", f.name(), f.dim());
            let gradient = check_gradient(&*f, &x, CheckSettings::default()).expect("valid input");
            assert!(gradient.agrees(), "{}: {gradient}", what());
            let curvature = check_hessian_vector(&*f, &x, CheckSettings::default()).expect("valid input");
            assert!(curvature.agrees(), "{}: {curvature}", what());
            let jacobian = check_jacobian(&*f, &x, CheckSettings::default()).expect("valid input");
            assert!(jacobian.agrees(), "{}: {jacobian}", what());
        }
    }
}

#[test]
fn value_is_one_however_it_is_asked_for() {
    for f in all() {
        for x in points(&*f) {
            let (mut gradient, mut residuals) = (vec![f64::NAN; f.dim()], vec![f64::NAN; f.residual_count()]);
            let value = f.value(&x);
            assert_eq!(f.value_gradient(&x, &mut gradient), value, "{}", f.name());
            f.residuals(&x, &mut residuals);
            let half_square = 0.5 * residuals.iter().map(|r| r * r).sum::<f64>();
            // √2 is rounded, and so is its product with each term: four roundings of every square.
            assert!((half_square - value).abs() <= 1e-15 * value, "{}: {half_square} and {value}", f.name());
        }
    }
}

#[test]
fn values_at_the_starts_are_those_of_the_sources() {
    // 100 (1 − 1.44)² + 2.2² per pair; in a chain every second link begins at 1: 100 (−1.2 − 1)² instead.
    let close = |f: &dyn TestFunction, value: f64| {
        let at_start = f.value(&f.start());
        assert!((at_start - value).abs() < 1e-14 * value, "{}: {at_start}", f.name());
    };
    close(&Rosenbrock::default(), 24.2);
    close(&Rosenbrock::extended(10).expect("even"), 121.0);
    close(&Rosenbrock::chained(2).expect("2 or more"), 24.2);
    close(&Rosenbrock::chained(4).expect("2 or more"), 532.4);
    close(&Beale, 14.203125);
    close(&Himmelblau, 170.0);
    close(&PowellSingular::default(), 215.0);
    close(&PowellSingular::extended(20).expect("a multiple of 4"), 1075.0);
}

#[test]
fn minima_are_minima() {
    for f in all() {
        let minima = f.minima();
        assert!(minima[0].is_global, "{}", f.name());
        for minimum in &minima {
            let Some(x) = minimum.place() else { continue };
            let (mut gradient, mut product) = (vec![0.0; f.dim()], vec![0.0; f.dim()]);
            let value = f.value_gradient(x, &mut gradient);
            let what = || format!("{} at {x:?}", f.name());
            // The digits that a minimum is rounded to, times curvatures of up to 2000.
            assert!((value - minimum.value).abs() < 1e-14, "{}: {value}", what());
            assert!(gradient.iter().all(|g| g.abs() < 1e-12), "{}: {gradient:?}", what());
            assert_eq!(minimum.is_global, minimum.value == minima[0].value, "{}", what());
            assert!(minimum.value >= minima[0].value, "{}", what());
            // No direction leads down, in a sample of them: the axes and what lies between two of them.
            for i in 0..f.dim() {
                for j in 0..f.dim() {
                    for sign in [1.0, -1.0] {
                        let mut v = vec![0.0; f.dim()];
                        v[i] += 1.0;
                        v[j] += sign * 0.5;
                        f.hessian_vector(x, &v, &mut product);
                        let curvature: f64 = v.iter().zip(&product).map(|(v, p)| v * p).sum();
                        assert!(curvature >= 0.0, "{}: {curvature} along {v:?}", what());
                    }
                }
            }
        }
    }
}

#[test]
fn himmelblau_has_four_saddles_and_a_maximum() {
    // f and how many eigenvalues of the Hessian are negative, by its determinant and its trace.
    let at = |x: [f64; 2]| {
        let (mut gradient, mut column) = ([0.0; 2], [0.0; 2]);
        let value = Himmelblau.value_gradient(&x, &mut gradient);
        // Curvatures of up to 75, times the last digit of x.
        assert!(gradient.iter().all(|g| g.abs() < 1e-13), "{gradient:?} at {x:?}");
        Himmelblau.hessian_vector(&x, &[1.0, 0.0], &mut column);
        let [a, b] = column;
        Himmelblau.hessian_vector(&x, &[0.0, 1.0], &mut column);
        let (determinant, trace) = (a * column[1] - b * b, a + column[1]);
        let negative = match (determinant > 0.0, trace > 0.0) {
            (false, _) => 1,
            (true, true) => 0,
            (true, false) => 2,
        };
        (format!("{value:.3}"), negative)
    };
    let saddles = Himmelblau::SADDLES.map(at);
    let values = ["13.312", "67.719", "104.015", "178.337"];
    assert_eq!(saddles, values.map(|value| (value.to_owned(), 1)));
    assert_eq!(at(Himmelblau::MAXIMUM), ("181.617".to_owned(), 2));
}

#[test]
fn local_minima_of_the_chain_are_there_from_4_variables_on() {
    let second = |n| {
        let minima = Rosenbrock::chained(n).expect("2 or more").minima();
        minima.into_iter().filter(|minimum| !minimum.is_global).map(|minimum| minimum.value).next()
    };
    assert_eq!([2, 3].map(second), [None, None]);
    for n in 4..=7 {
        let value = second(n).expect("it is listed");
        assert!((3.7..4.0).contains(&value), "n = {n}: {value}");
    }
}

#[test]
fn sizes_that_make_no_sense_are_refused_by_name() {
    for n in [0, 1, 3] {
        assert_eq!(Rosenbrock::extended(n).expect_err("odd or none").argument, "n");
    }
    for n in [0, 1] {
        assert_eq!(Rosenbrock::chained(n).expect_err("no pair").argument, "n");
    }
    for n in [0, 2, 6] {
        assert_eq!(PowellSingular::extended(n).expect_err("no multiple of 4").argument, "n");
    }
    let refused = [
        JennrichSampson::new(1).map(drop),
        Gulf::new(2).map(drop),
        Gulf::new(101).map(drop),
        BoxThreeDimensional::new(2).map(drop),
        BrownDennis::new(3).map(drop),
        BiggsExp6::new(5).map(drop),
        LinearFullRank::new(3, 2).map(drop),
        LinearRank1::new(3, 2).map(drop),
        LinearRank1WithZeros::new(3, 2).map(drop),
        Chebyquad::new(3, 2).map(drop),
    ];
    for refusal in refused {
        assert_eq!(refusal.expect_err("too few or too many terms").argument, "m");
    }
    let refused = [
        Watson::new(1).map(drop),
        Watson::new(32).map(drop),
        Penalty1::new(0).map(drop),
        Penalty2::new(1).map(drop),
        VariableDimension::new(0).map(drop),
        Trigonometric::new(0).map(drop),
        BrownAlmostLinear::new(1).map(drop),
        DiscreteBoundaryValue::new(0).map(drop),
        DiscreteIntegralEquation::new(0).map(drop),
        BroydenTridiagonal::new(0).map(drop),
        BroydenBanded::new(0).map(drop),
        LinearFullRank::new(0, 2).map(drop),
        LinearRank1::new(0, 2).map(drop),
        LinearRank1WithZeros::new(2, 2).map(drop),
        Chebyquad::new(0, 2).map(drop),
    ];
    for refusal in refused {
        assert_eq!(refusal.expect_err("too few or too many variables").argument, "n");
    }
}
