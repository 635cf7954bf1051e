//! NIST's regression data sets: are they what NIST certifies, and are our models theirs?

use thalweg::prelude::*;
use thalweg::problem::{LeastSquares, Verdict, check_jacobian};
use thalweg_tests::nist::{DataSet, data_sets};

/// Half a unit in the eleventh digit, to which everything is certified, of a number that begins with 1.
const HALF_A_DIGIT: f64 = 5e-11;

/// How far the residual sum of squares can be from the certified one because the parameters are rounded to 11 digits: they are
/// off by δ, the residuals by J δ, and the gradient vanishes, so that ‖J δ‖² is what is added.
fn from_rounded_parameters(set: &DataSet) -> f64 {
    let (n, m) = (set.dim(), set.residual_count());
    let (mut residuals, mut jacobian) = (vec![0.0; m], vec![0.0; m * n]);
    set.residuals_jacobian(&set.certified, &mut residuals, &mut jacobian);
    let off = |i: usize| -> f64 {
        (0..n).map(|j| jacobian[i + m * j].abs() * HALF_A_DIGIT * set.certified[j].abs()).sum()
    };
    (0..m).map(|i| off(i) * off(i)).sum()
}

#[test]
fn data_sets_are_complete() {
    let sets = data_sets();
    assert_eq!(sets.len(), 27);
    let count = |level: &str| sets.iter().filter(|set| set.level == level).count();
    assert_eq!((count("lower"), count("average"), count("higher")), (8, 11, 8));
    // n and m, as the files state them.
    let sizes: Vec<(&str, usize, usize)> =
        sets.iter().map(|set| (set.name, set.dim(), set.residual_count())).collect();
    for known in
        [("Nelson", 3, 128), ("ENSO", 9, 168), ("Gauss3", 8, 250), ("Hahn1", 7, 236), ("Roszman1", 4, 25)]
    {
        assert!(sizes.contains(&known), "{known:?} is not among {sizes:?}");
    }
}

#[test]
fn residual_sums_of_squares_are_the_certified_ones() {
    for set in data_sets() {
        let sum = 2.0 * set.value(&set.certified);
        let certified = set.residual_sum_of_squares;
        let allowed = 1e-10 * certified + from_rounded_parameters(&set);
        assert!((sum - certified).abs() <= allowed, "{}: {sum:e}, certified {certified:e}", set.name);
    }
}

#[test]
fn residual_standard_deviations_are_the_certified_ones() {
    for set in data_sets() {
        let freedom = (set.residual_count() - set.dim()) as f64;
        let deviation = (set.residual_sum_of_squares / freedom).sqrt();
        let certified = set.residual_standard_deviation;
        assert!(
            (deviation - certified).abs() <= 1e-10 * certified,
            "{}: {deviation:e}, certified {certified:e}",
            set.name
        );
    }
}

#[test]
fn gradients_vanish_at_the_certified_parameters() {
    for set in data_sets() {
        let (n, m) = (set.dim(), set.residual_count());
        let (mut residuals, mut jacobian) = (vec![0.0; m], vec![0.0; m * n]);
        set.residuals_jacobian(&set.certified, &mut residuals, &mut jacobian);
        let allowed = from_rounded_parameters(&set).sqrt();
        let size = residuals.iter().map(|r| r * r).sum::<f64>().sqrt();
        for j in 0..n {
            let column = &jacobian[m * j..m * (j + 1)];
            let length = column.iter().map(|c| c * c).sum::<f64>().sqrt();
            let slope: f64 = column.iter().zip(&residuals).map(|(c, r)| c * r).sum();
            // The gradient along a column of length 1: what the rounded parameters move the residuals by, and the rounding of a sum;
            // the curvature of the model adds to the former where the residuals are large, at most as much again.
            let allowed = 2.0 * allowed + 1e-13 * size;
            assert!(
                (slope / length).abs() <= allowed,
                "{}, b{}: {:e} > {allowed:e}",
                set.name,
                j + 1,
                slope / length
            );
        }
    }
}

#[test]
fn jacobians_and_gradients_agree_with_differences() {
    for set in data_sets() {
        for b in [&set.starts[0], &set.starts[1], &set.certified] {
            let jacobian = check_jacobian(&set, b, CheckSettings::default()).expect("valid input");
            let gradient = check_gradient(&set, b, CheckSettings::default()).expect("valid input");
            for check in [jacobian, gradient] {
                // Differences cannot tell where a slope is less than the rounding of an observation, as those of a distant bump are:
                // that may be a third near the solution, and most from a start at which an exponential is over at once.
                let agree = check.comparisons.iter().filter(|c| c.verdict == Verdict::Agrees).count();
                let enough = *b != set.certified || 3 * agree >= 2 * check.comparisons.len();
                assert!(check.verdict != Verdict::Wrong && enough, "{} at {b:?}: {check}", set.name);
            }
        }
    }
}
