//! Signs of eigenvalues, and who may ask for them.

use thalweg::objectives::DiagonalQuadratic;
use thalweg::objectives::classic::Himmelblau;
use thalweg::problem::{Allowance, Curved, Differentiable, Objective, Stuck};
use thalweg_landscape::{CriticalPoint, NotVerified, SignedSpectrum, Stationarity};

fn spectrum(problem: &impl Curved) -> SignedSpectrum {
    let mut allow = Allowance::evaluations(1000);
    let x = vec![0.0; problem.dim()];
    let point = CriticalPoint::verify(problem, &x, Stationarity::default(), &mut allow).expect("stationary");
    point.spectrum(&mut allow).expect("products are left")
}

/// ½xᵀ(S + K)x as its products tell it, S with known eigenvalues along turned axes, K antisymmetric.
struct Turned {
    eigenvalues: Vec<f64>,
    slip: f64,
}

impl Turned {
    fn reflect(v: &mut [f64]) {
        let squares: f64 = (1..=v.len()).map(|i| (i * i) as f64).sum();
        let along = 2.0 * v.iter().zip(1..).map(|(v, i)| v * f64::from(i)).sum::<f64>() / squares;
        v.iter_mut().zip(1..).for_each(|(v, i)| *v -= along * f64::from(i));
    }
}

impl Objective for Turned {
    fn dim(&self) -> usize {
        self.eigenvalues.len()
    }
    fn value(&self, x: &[f64]) -> f64 {
        self.value_gradient(x, &mut vec![0.0; x.len()])
    }
}

impl Differentiable for Turned {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.hessian_vector(x, x, gradient);
        0.5 * x.iter().zip(gradient).map(|(x, g)| x * *g).sum::<f64>()
    }
}

impl Curved for Turned {
    fn hessian_vector(&self, _: &[f64], v: &[f64], out: &mut [f64]) {
        out.copy_from_slice(v);
        Self::reflect(out);
        out.iter_mut().zip(&self.eigenvalues).for_each(|(out, lambda)| *out *= lambda);
        Self::reflect(out);
        out[0] += self.slip * v[1];
        out[1] -= self.slip * v[0];
    }
}

#[test]
fn known_eigenvalues_lie_within_the_bound_copies_included() {
    let known = [-7.0, -2.0, -2.0, 1e-3, 0.5, 3.0, 3.0, 3.0, 100.0];
    let found = spectrum(&Turned { eigenvalues: known.to_vec(), slip: 0.0 });
    assert!(found.bound() < 1e-11, "{}", found.bound());
    assert!(
        found.values().iter().zip(known).all(|(found_value, k)| (found_value - k).abs() <= found.bound())
    );
    assert_eq!((found.index(), found.undecided(), found.positive()), (3, 0, 6));
}

#[test]
fn eigenvalues_below_the_bound_are_counted_as_undecided() {
    let found = spectrum(&Turned { eigenvalues: vec![-1.0, -1e-17, 0.0, 1e-17, 2.0], slip: 0.0 });
    assert_eq!((found.index(), found.undecided(), found.positive()), (1, 3, 1));
    assert!(!found.is_signed() && found.bound() > 1e-17);
    let widened = found.clone().widened(1.5).expect("a finite number");
    assert_eq!((widened.index(), widened.undecided(), widened.positive()), (0, 4, 1));
    assert!(found.widened(-1.0).is_err());
}

#[test]
fn products_that_no_symmetric_matrix_makes_widen_the_bound() {
    let found = spectrum(&Turned { eigenvalues: vec![-1.0, 0.05, 2.0], slip: 0.2 });
    assert!(found.bound() >= 0.2, "{}", found.bound());
    assert_eq!((found.index(), found.undecided()), (1, 1));
}

#[test]
fn a_point_that_is_not_stationary_has_no_index() {
    let mut allow = Allowance::evaluations(100);
    let stationarity = Stationarity { tolerance: 1e-8, scale: 10.0 };
    let verify = |x: &[f64], allow: &mut Allowance| {
        CriticalPoint::verify(&Himmelblau, x, stationarity, allow).map(|point| point.value())
    };
    assert_eq!(verify(&[3.0, 2.0], &mut allow), Ok(0.0));
    let Err(NotVerified::NotStationary { gradient_norm, threshold }) = verify(&[3.0, 2.1], &mut allow) else {
        panic!()
    };
    assert!(gradient_norm > 1.0 && threshold == 1e-7);
    assert!(matches!(verify(&[f64::NAN, 0.0], &mut allow), Err(NotVerified::Stuck(Stuck::Invalid(_)))));
    let none = verify(&[3.0, 2.0], &mut Allowance::evaluations(0));
    assert_eq!(none, Err(NotVerified::Stuck(Stuck::OutOfEvaluations)));
    // Where nothing is a number nothing is stationary.
    let hole = DiagonalQuadratic::centered([f64::MAX]).expect("finite");
    let far = CriticalPoint::verify(&hole, &[f64::MAX], Stationarity::default(), &mut allow);
    assert!(matches!(far, Err(NotVerified::NotStationary { .. })));
}

#[test]
fn a_spectrum_takes_twice_n_products_and_ends_when_they_are_used_up() {
    let saddle = DiagonalQuadratic::centered([1.0, -1.0, 2.0]).expect("finite");
    let mut allow = Allowance::evaluations(7);
    let point =
        CriticalPoint::verify(&saddle, &[0.0; 3], Stationarity::default(), &mut allow).expect("stationary");
    assert_eq!(point.spectrum(&mut allow).expect("six are left").index(), 1);
    assert_eq!(allow.left(), 0);
    for left in 0..6 {
        let stuck = point.spectrum(&mut Allowance::evaluations(left)).unwrap_err();
        assert_eq!(stuck, Stuck::OutOfEvaluations);
    }
}
