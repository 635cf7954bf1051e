//! The single neuron: derivatives to high precision, tails, finite sums, bad input.

use proptest::prelude::*;
use thalweg::prelude::*;
use thalweg::problem::{CheckSettings, check_gradient};
use thalweg_hessian::TwiceDifferentiable;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_networks::data::{breast_cancer, digits, spoiled_points, three_points};
use thalweg_networks::{
    DataSet, HingeNeuron, Neuron, NeuronLoss, NeuronOutput, NeuronSettings, ThresholdNeuron,
};

use crate::reference::{hex_float, rows};

const FEATURES: [f64; 10] = [1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -5.0, 0.75, -1.5];
const LABELS: [usize; 5] = [1, 1, 0, 1, 0];

fn data() -> DataSet {
    DataSet::new(2, FEATURES, LABELS, 2).unwrap()
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(' ').map(hex_float).collect()
}

fn neuron_of(row: &[&str]) -> Neuron {
    let output = match row[0] {
        "logistic" => NeuronOutput::Logistic,
        "tanh" => NeuronOutput::Tanh,
        other => panic!("{other}"),
    };
    let loss = match row[1] {
        "squared" => NeuronLoss::Squared,
        "one-sided" => NeuronLoss::OneSidedSquared,
        "cross-entropy" => NeuronLoss::CrossEntropy,
        other => panic!("{other}"),
    };
    let has_bias = numbers(row[4]).len() == 3;
    let settings = NeuronSettings { output, loss, slope: hex_float(row[2]), has_bias };
    Neuron::new(&data(), hex_float(row[3]), settings).unwrap()
}

#[track_caller]
fn assert_near(what: &str, row: &[&str], measured: &[f64], expected: &[f64]) {
    let size = expected.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
    for (measured, expected) in measured.iter().zip(expected) {
        // Relative to the largest element: each is a sum in which terms of that size may cancel.
        assert!(
            (measured - expected).abs() <= 1e-13 * size,
            "{what} of {row:?}: {measured:e}, not {expected:e}"
        );
    }
}

#[test]
fn values_and_derivatives_agree_with_high_precision() {
    let table = include_str!("../../references/neuron.tsv");
    let mut count = 0;
    for row in rows(table) {
        let neuron = neuron_of(&row);
        let (w, v) = (numbers(row[4]), numbers(row[5]));
        let (mut gradient, mut product) = (vec![f64::NAN; w.len()], vec![f64::NAN; w.len()]);
        let value = neuron.value_gradient(&w, &mut gradient);
        neuron.hessian_vector(&w, &v, &mut product);
        assert_eq!(value, neuron.value(&w));
        assert_near("the value", &row, &[value], &numbers(row[6]));
        assert_near("the gradient", &row, &gradient, &numbers(row[7]));
        assert_near("the product", &row, &product, &numbers(row[8]));
        count += 1;
    }
    assert_eq!(count, 90);
}

#[test]
fn hessian_is_what_products_say_and_symmetric() {
    let (mut matrix, w) = (DMatrix::zeros(3, 3), [0.5, -1.25, 0.375]);
    for row in rows(include_str!("../../references/neuron.tsv")).filter(|row| numbers(row[4]).len() == 3) {
        let neuron = neuron_of(&row);
        neuron.hessian(&w, &mut matrix);
        assert_eq!(matrix, matrix.transpose());
        for j in 0..3 {
            let (mut unit, mut column) = ([0.0; 3], [0.0; 3]);
            unit[j] = 1.0;
            neuron.hessian_vector(&w, &unit, &mut column);
            for i in 0..3 {
                assert!((column[i] - matrix[(i, j)]).abs() <= 1e-15 * (1.0 + matrix[(i, j)].abs()));
            }
        }
    }
}

#[test]
fn gradients_pass_the_checker() {
    let cancer = breast_cancer().standardized().unwrap();
    // Steep where ten features of 500 points add up, so that differences know only some digits.
    let settings = CheckSettings { resolution: 1e-3, ..CheckSettings::default() };
    for loss in [NeuronLoss::Squared, NeuronLoss::OneSidedSquared, NeuronLoss::CrossEntropy] {
        let neuron =
            Neuron::new(&cancer, 0.01, NeuronSettings { loss, ..NeuronSettings::default() }).unwrap();
        let w: Vec<_> = (0..31).map(|i| 0.1 * f64::from(i % 7) - 0.3).collect();
        let check = check_gradient(&neuron, &w, settings).unwrap();
        assert!(check.agrees(), "{loss:?}: {check}");
    }
}

#[test]
fn tails_keep_their_digits() {
    // One point with the target 1 and a margin far on the right side, or far on the wrong one.
    let point = DataSet::new(1, [1.0], [1], 2).unwrap();
    let settings = |loss| NeuronSettings { loss, has_bias: false, ..NeuronSettings::default() };
    let squared = Neuron::new(&point, 0.0, settings(NeuronLoss::Squared)).unwrap();
    let entropy = Neuron::new(&point, 0.0, settings(NeuronLoss::CrossEntropy)).unwrap();
    let at = |neuron: &Neuron, m: f64| {
        let mut gradient = [f64::NAN];
        (neuron.value_gradient(&[m], &mut gradient), gradient[0])
    };
    let e = thalweg::numerics::exp;
    // (σ(−m))² → e^(−2m), its derivative −2e^(−2m), where 1 − σ(m) would be 0.
    let (value, slope) = at(&squared, 300.0);
    assert!((value / e(-600.0) - 1.0).abs() < 1e-13 && (slope / (-2.0 * e(-600.0)) - 1.0).abs() < 1e-13);
    let (value, slope) = at(&entropy, 300.0);
    assert!((value / e(-300.0) - 1.0).abs() < 1e-13 && (slope / -e(-300.0) - 1.0).abs() < 1e-13);
    assert_eq!(at(&entropy, -1e5), (1e5, -1.0));
    assert_eq!(at(&squared, -1e5), (1.0, -0.0));
    assert!(at(&squared, f64::NAN).0.is_nan() && at(&entropy, f64::NAN).0.is_nan());
}

#[test]
fn the_whole_is_the_mean_of_its_terms() {
    let data = spoiled_points(3.0).unwrap();
    let w = [0.4, -0.3, 0.2];
    let smooth = Neuron::new(&data, 0.01, NeuronSettings::default()).unwrap();
    let hinge = HingeNeuron::new(&data).unwrap();
    let sums: [&dyn FiniteSum; 2] = [&smooth, &hinge];
    for sum in sums {
        let (mut whole, mut part, mut mean) = ([0.0; 3], [0.0; 3], [0.0; 3]);
        let value = sum.value_gradient(&w, &mut whole);
        let mut total = 0.0;
        for i in 0..sum.terms() {
            total += sum.batch_value_gradient(&w, &[i], &mut part) / 4.0;
            mean.iter_mut().zip(part).for_each(|(mean, part)| *mean += part / 4.0);
        }
        assert!((value - total).abs() < 1e-15);
        assert!(whole.iter().zip(mean).all(|(whole, mean)| (whole - mean).abs() < 1e-15));
        assert_eq!(sum.batch_value_gradient(&w, &[0, 1, 2, 3], &mut part), value);
        assert_eq!(part, whole);
        // An index that comes twice counts twice.
        let twice = sum.batch_value_gradient(&w, &[1, 1, 2], &mut part);
        let one = |i| sum.batch_value_gradient(&w, &[i], &mut [0.0; 3]);
        assert!((twice - (2.0 * one(1) + one(2)) / 3.0).abs() < 1e-15);
    }
}

#[test]
fn targets_may_be_any_and_labels_are_a_short_way_to_write_them() {
    let settings = NeuronSettings::default();
    let by_label = Neuron::new(&data(), 0.125, settings).unwrap();
    let targets = LABELS.map(|label| if label == 1 { 0.875 } else { 0.125 });
    assert_eq!(Neuron::with_targets(2, &FEATURES, &targets, settings).unwrap(), by_label);
    // Auer, Herbster and Warmuth: (σ(10w) − .55)² + (σ(.7w) − .25)², halved.
    let no_bias = NeuronSettings { has_bias: false, ..settings };
    let wells = Neuron::with_targets(1, &[10.0, 0.7], &[0.55, 0.25], no_bias).unwrap();
    let s = thalweg::numerics::logistic;
    for w in [-3.0, -0.1, 0.0, 0.02, 1.5] {
        let (a, b) = (s(10.0 * w) - 0.55, s(0.7 * w) - 0.25);
        assert!((wells.value(&[w]) - 0.5 * (a * a + b * b)).abs() < 1e-15);
    }
}

#[test]
fn threshold_counts_and_hinge_has_the_stated_subgradient() {
    let data = spoiled_points(5.0).unwrap();
    let threshold = ThresholdNeuron::new(&data).unwrap();
    assert_eq!(threshold.dim(), 3);
    for (w, errors) in
        [([1.0, 1.0, 0.0], 1.0), ([2.0, 0.0, 1.0], 0.0), ([0.0; 3], 4.0), ([-1.0, -1.0, 0.0], 3.0)]
    {
        assert_eq!(threshold.value(&w), errors, "{w:?}");
    }
    let hinge = HingeNeuron::new(&three_points()).unwrap();
    let mut gradient = [f64::NAN; 3];
    // All margins are exactly 1: nothing pushes.
    assert_eq!(hinge.value_gradient(&[1.0, 1.0, 0.0], &mut gradient), 0.0);
    assert_eq!(gradient, [0.0; 3]);
    assert!(hinge.value(&[f64::NAN, 0.0, 0.0]).is_nan());
}

#[test]
fn bad_input_is_refused_by_name() {
    let settings = NeuronSettings::default();
    let argument = |result: Result<Neuron, InvalidInput>| result.unwrap_err().argument;
    for epsilon in [-0.1, 0.5, f64::NAN, f64::INFINITY] {
        assert_eq!(argument(Neuron::new(&data(), epsilon, settings)), "epsilon");
    }
    let tanh = NeuronSettings { output: NeuronOutput::Tanh, ..settings };
    assert!(Neuron::new(&data(), 0.9, tanh).is_ok() && Neuron::new(&data(), 1.0, tanh).is_err());
    for slope in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(argument(Neuron::new(&data(), 0.0, NeuronSettings { slope, ..settings })), "slope");
    }
    assert_eq!(argument(Neuron::new(&digits(), 0.0, settings)), "data.classes()");
    assert_eq!(argument(Neuron::with_targets(2, &FEATURES, &[0.5; 4], settings)), "features");
    assert_eq!(
        argument(Neuron::with_targets(2, &FEATURES, &[0.5, 0.5, 1.5, 0.5, 0.5], settings)),
        "targets[2]"
    );
    assert_eq!(argument(Neuron::with_targets(1, &[1.0], &[f64::NAN], settings)), "targets[0]");
    assert_eq!(argument(Neuron::with_targets(1, &[f64::NAN], &[0.5], settings)), "features[0]");
    assert_eq!(argument(Neuron::with_targets(1, &[], &[], settings)), "labels");
    assert!(ThresholdNeuron::new(&digits()).is_err() && HingeNeuron::new(&digits()).is_err());
}

proptest! {
    /// vᵀHu = uᵀHv.
    #[test]
    fn products_are_symmetric(
        w in proptest::array::uniform3(-6.0..6.0),
        u in proptest::array::uniform3(-1.0..1.0),
        v in proptest::array::uniform3(-1.0..1.0),
        t in 0.1..100.0,
        which in 0_usize..3,
    ) {
        let loss = [NeuronLoss::Squared, NeuronLoss::OneSidedSquared, NeuronLoss::CrossEntropy][which];
        let settings = NeuronSettings { loss, ..NeuronSettings::default() };
        let neuron = Neuron::new(&spoiled_points(t).unwrap(), 0.01, settings).unwrap();
        let times = |v: &[f64], other: &[f64]| {
            let mut out = [f64::NAN; 3];
            neuron.hessian_vector(&w, v, &mut out);
            thalweg::numerics::dot(&out, other)
        };
        let size = times(&u, &u).abs() + times(&v, &v).abs() + times(&u, &v).abs();
        prop_assert!((times(&u, &v) - times(&v, &u)).abs() <= 1e-12 * (1.0 + t * t) * size.max(1e-300));
    }
}
