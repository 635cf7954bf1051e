//! Least squares as a mean of terms.

use proptest::prelude::*;
use thalweg::objectives::LinearLeastSquares;
use thalweg::prelude::*;

use crate::scattered;

fn batch(problem: &LinearLeastSquares, w: &[f64], terms: &[usize]) -> (f64, [f64; 2]) {
    let mut gradient = [f64::NAN; 2];
    let value = problem.batch_value_gradient(w, terms, &mut gradient);
    (value, gradient)
}

#[test]
fn one_term_is_m_halves_of_its_residual_squared() {
    let problem = LinearLeastSquares::new([1.0, 2.0, 3.0, 4.0], [1.0, 0.0]).expect("finite numbers");
    assert_eq!(problem.terms(), 2);
    // r = (1·1 + 2·1 − 1, 3·1 + 4·1) = (2, 7).
    assert_eq!(batch(&problem, &[1.0, 1.0], &[0]), (4.0, [4.0, 8.0]));
    assert_eq!(batch(&problem, &[1.0, 1.0], &[1]), (49.0, [42.0, 56.0]));
    // An index that appears twice counts twice.
    assert_eq!(batch(&problem, &[1.0, 1.0], &[0, 1, 0, 0]), (15.25, [13.5, 20.0]));
}

proptest! {
    #[test]
    fn mean_of_all_terms_is_the_function(w in [-10.0..10.0_f64, -10.0..10.0_f64]) {
        let problem = scattered();
        let mut whole = [0.0; 2];
        let value = problem.value_gradient(&w, &mut whole);
        let all: Vec<usize> = (0..10).rev().collect();
        let (mean, gradient) = batch(&problem, &w, &all);
        // Ten terms, each no larger than the sum of their sizes.
        let size: f64 = 1e-14 * (1.0 + (0..10).map(|t| batch(&problem, &w, &[t]).1.iter().map(|g| g.abs()).sum::<f64>()).sum::<f64>());
        prop_assert!((mean - value).abs() <= 1e-14 * value);
        prop_assert!(gradient.iter().zip(whole).all(|(a, b)| (a - b).abs() <= size), "{gradient:?} {whole:?}");
    }

    #[test]
    fn batches_have_the_gradients_they_claim(w in [-10.0..10.0_f64, -10.0..10.0_f64], term in 0_usize..10) {
        let problem = scattered();
        let one = from_fn(2, |x, g| problem.batch_value_gradient(x, &[term, 3], g));
        let check = check_gradient(&one, &w, CheckSettings::default()).expect("a finite point");
        prop_assert!(check.agrees(), "{check}");
    }
}
