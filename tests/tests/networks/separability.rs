//! Certificates of separability, and the maximal margin.

use proptest::prelude::*;
use thalweg_networks::DataSet;
use thalweg_networks::data::{
    Rings, SpoiledClusters, breast_cancer, digits, spoiled_points, three_points, xor,
};
use thalweg_networks::separability::{Separability, maximal_margin, separability};

#[test]
fn three_points_and_the_spoiler_are_separable_for_every_t() {
    for t in [1e-9, 0.25, 1.0, 50.0, 1e6, 1e12] {
        let data = spoiled_points(t).unwrap();
        let Separability::Separable(separator) = separability(&data).unwrap() else { panic!("t = {t}") };
        assert!(separator.is_proof_for(&data));
        // The separator of another problem proves nothing here.
        assert!(!separator.is_proof_for(&digits()));
    }
}

#[test]
fn margin_of_the_spoiler_is_known() {
    for t in [1.0, 2.0, 50.0, 1e4] {
        let margin = maximal_margin(&spoiled_points(t).unwrap()).unwrap().expect("separable");
        // γ = 1/√5 along (2, 0, 1), R² = 1 + t².
        assert!((margin.at_least * 5.0_f64.sqrt() - 1.0).abs() < 1e-9, "t = {t}: {margin:?}");
        assert!((margin.at_most * 5.0_f64.sqrt() - 1.0).abs() < 1e-9, "t = {t}: {margin:?}");
        assert!((margin.mistake_bound() / (5.0 * (1.0 + t * t)) - 1.0).abs() < 1e-9);
        for (w, expected) in margin.weights.iter().zip([2.0, 0.0, 1.0]) {
            assert!((w * 5.0_f64.sqrt() - expected).abs() < 1e-9, "t = {t}: {margin:?}");
        }
    }
    let margin = maximal_margin(&three_points()).unwrap().expect("separable");
    // (1, 1, 0)/√2: nothing but the bias tells it from the spoiled one.
    assert!((margin.at_least - margin.at_most).abs() < 1e-12);
}

#[test]
fn obstacles_are_exact() {
    let Separability::Inseparable(obstacle) = separability(&xor()).unwrap() else { panic!() };
    let multiples: Vec<_> = obstacle.multiples().collect();
    assert_eq!(multiples, [0, 1, 2, 3].map(|i| (i, "1".to_owned())));
    assert!(obstacle.is_proof_for(&xor()));
    assert!(!obstacle.is_proof_for(&spoiled_points(1.0).unwrap()));
    // Decimal fractions are no dyadic ones: the multiples are integers of many digits, and the sum is 0 all the same.
    let data = DataSet::new(1, [0.1, 0.3, 0.2, 0.7], [0, 0, 1, 1], 2).unwrap();
    let Separability::Inseparable(obstacle) = separability(&data).unwrap() else { panic!() };
    assert!(obstacle.is_proof_for(&data));
    // Moved by an ulp it is another problem.
    let moved = DataSet::new(1, [0.1, 0.3_f64.next_up(), 0.2, 0.7], [0, 0, 1, 1], 2).unwrap();
    let touched = obstacle.multiples().any(|(i, _)| i == 1);
    assert!(touched != obstacle.is_proof_for(&moved));
    // Two equal points of different classes.
    let twins = DataSet::new(2, [0.1, 0.2, 0.1, 0.2], [0, 1], 2).unwrap();
    let Separability::Inseparable(obstacle) = separability(&twins).unwrap() else { panic!() };
    assert_eq!(obstacle.to_string(), "1·(point 0) of class 0 = 1·(point 1) of class 1");
    assert!(maximal_margin(&twins).unwrap().is_none() && maximal_margin(&xor()).unwrap().is_none());
}

#[test]
fn one_class_alone_is_separable() {
    let data = DataSet::new(1, [1.0, -1.0], [0, 0], 2).unwrap();
    assert!(matches!(separability(&data), Ok(Separability::Separable(_))));
}

#[test]
fn real_data_are_decided() {
    // Known to be separable with all 30 features (Street, Wolberg and Mangasarian 1993).
    let Separability::Separable(separator) = separability(&breast_cancer()).unwrap() else { panic!() };
    assert!(separator.is_proof_for(&breast_cancer()));
    let rings = Rings::default().draw().unwrap();
    let Separability::Inseparable(obstacle) = separability(&rings).unwrap() else { panic!() };
    assert!(obstacle.is_proof_for(&rings) && obstacle.multiples().count() <= 4);
    let clusters = SpoiledClusters { per_cluster: 100, deviation: 0.5, spoilers: 1, seed: 1 }.draw().unwrap();
    assert!(matches!(separability(&clusters), Ok(Separability::Inseparable(_))));
}

#[test]
fn more_than_two_classes_are_refused() {
    assert_eq!(separability(&digits()).unwrap_err().argument, "data.classes()");
    assert_eq!(maximal_margin(&digits()).unwrap_err().argument, "data.classes()");
    let huge = DataSet::new(1, [1e200], [1], 2).unwrap();
    assert_eq!(maximal_margin(&huge).unwrap_err().argument, "data");
}

proptest! {
    /// Exactly one of the two has a proof, on data that are often on the border between them.
    #[test]
    fn small_data_are_always_decided_with_a_proof(
        points in proptest::collection::vec([-3_i32..4, -3_i32..4], 1..12),
        labels in proptest::collection::vec(0_usize..2, 12),
        scale in -60_i32..60,
    ) {
        let power = (0..scale.abs()).fold(1.0, |p, _| if scale < 0 { 0.5 * p } else { 2.0 * p });
        let features: Vec<f64> = points.iter().flatten().map(|&x| f64::from(x) * power).collect();
        let data = DataSet::new(2, features, &labels[..points.len()], 2).unwrap();
        match separability(&data).unwrap() {
            Separability::Separable(separator) => prop_assert!(separator.is_proof_for(&data)),
            Separability::Inseparable(obstacle) => prop_assert!(obstacle.is_proof_for(&data)),
            Separability::Undecided => prop_assert!(false, "undecided"),
        }
    }
}
