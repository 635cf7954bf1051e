//! ln det A lies between the two quadratures.

use proptest::prelude::*;
use thalweg::numerics::ln;
use thalweg_krylov::{Ending, StochasticQuadrature};

use crate::reflected::{matrices, the_same_every_time};
use crate::{U, diagonal, plenty};

proptest! {
    #![proptest_config(the_same_every_time(300, 19_730_318))]

    /// With full steps from every probe the quadrature is exact: so are, for each probe alone, the bounds of fewer steps.
    #[test]
    fn gauss_is_above_and_radau_below_for_every_probe(a in matrices(40, true), steps in 1..12_usize, share in 0.1..1.0_f64) {
        let product_error = Some(50.0 * U * a.norm());
        let quadrature = StochasticQuadrature { probes: 3, steps, product_error, ..StochasticQuadrature::default() };
        let few = quadrature.run(&a, &mut plenty()).expect("valid input");
        let all = StochasticQuadrature { steps: 40, ..quadrature }.run(&a, &mut plenty()).expect("valid input");
        let floor = share * a.lowest();
        let few = few.log_determinant(Some(floor)).expect("valid input").expect("definite");
        let all = all.log_determinant(Some(floor)).expect("valid input").expect("definite");
        let radau = few.radau.expect("there is a floor");
        // What rounding may do is what is left of the half-width without the sampling; here it is bounded from outside.
        let n = a.eigenvalues.len() as f64;
        let rounding = 4.0 * n * (2000.0 * U * a.norm() / floor + 1e-13);
        prop_assert!(all.gauss.value <= few.gauss.value + rounding, "{all:?}, {few:?}");
        prop_assert!(radau.value <= all.gauss.value + rounding, "{all:?}, {few:?}");
        prop_assert!(few.interval().0 <= radau.value && few.gauss.value <= few.interval().1);
        prop_assert!((radau.value..=few.gauss.value).contains(&few.value()) || radau.value > few.gauss.value);
    }
}

#[test]
fn bracket_closes_with_the_steps() {
    let d: Vec<f64> = (1..=100).map(|i| 0.1 * f64::from(i)).collect();
    let exact: f64 = d.iter().map(|d| ln(*d)).sum();
    let mut last = f64::INFINITY;
    for steps in [2, 4, 8, 16, 32] {
        let sample = StochasticQuadrature { probes: 2, steps, ..StochasticQuadrature::default() }
            .run(&diagonal(&d), &mut plenty())
            .expect("valid input");
        // A diagonal matrix has no sampling error: what is left is quadrature.
        let both = sample.log_determinant(Some(0.1)).expect("valid input").expect("definite");
        let (low, high) = both.interval();
        assert!(low <= exact && exact <= high, "{steps}: {low} {exact} {high}");
        assert!(high - low < 0.5 * last, "{steps}: {low} {high}");
        last = high - low;
        let gauss = sample.log_determinant(None).expect("valid input").expect("definite");
        assert_eq!(
            (gauss.gauss.value, gauss.radau, gauss.interval().0),
            (both.gauss.value, None, f64::NEG_INFINITY)
        );
    }
    assert!(last < 1e-3, "{last}");
}

#[test]
fn matrix_that_is_not_positive_definite_is_named_by_its_ritz_value() {
    let sample =
        |d: &[f64]| StochasticQuadrature::default().run(&diagonal(d), &mut plenty()).expect("valid input");
    let indefinite = sample(&[-2.0, 1.0, 5.0]);
    for floor in [None, Some(0.1)] {
        let ending = indefinite.log_determinant(floor).expect("valid input").unwrap_err();
        let Ending::NotPositiveDefinite { ritz_value } = ending else { panic!("{ending}") };
        assert!((ritz_value + 2.0).abs() < 1e-14);
    }
    let ending = sample(&[1.0, 2.0, 5.0]).log_determinant(Some(1.1)).expect("valid input").unwrap_err();
    let Ending::BelowFloor { ritz_value, floor } = ending else { panic!("{ending}") };
    assert!((ritz_value - 1.0).abs() < 1e-14 && floor == 1.1);
    // Exactly the lowest eigenvalue is a bound of it.
    let both = sample(&[1.0, 2.0, 5.0]).log_determinant(Some(1.0)).expect("valid input").expect("definite");
    assert!((both.value() - ln(10.0)).abs() < 1e-13);
}
