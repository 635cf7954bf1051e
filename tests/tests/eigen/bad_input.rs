//! What cannot be used is named, whichever backend was asked to compute.

use thalweg_hessian::nalgebra::{DMatrix, DVector};
use thalweg_hessian::{
    Backend, DecompositionError, DiagonalRoot, Eigen, Nalgebra, NotConverged, SymmetricRoot, symmetrize,
};

use crate::matrices::{diagonal, hilbert};

fn square(elements: &[f64]) -> DMatrix<f64> {
    let n = (1..).find(|n| n * n >= elements.len()).expect("there is a root");
    DMatrix::from_row_slice(n, n, elements)
}

/// The sentence of an error that must be one of bad input.
fn refused<B: Backend>(backend: &B, a: &DMatrix<f64>) -> String {
    match Eigen::by(backend, a).map(|_| ()) {
        Err(DecompositionError::Invalid(input)) => input.to_string(),
        other => panic!("{other:?}"),
    }
}

fn refuses_what_cannot_be_decomposed<B: Backend>(backend: &B) {
    let nan = f64::NAN;
    for (a, sentence) in [
        (DMatrix::zeros(0, 0), "invalid `a`: 0 × 0 (allowed: a square matrix, 1 × 1 or larger)"),
        (DMatrix::zeros(2, 3), "invalid `a`: 2 × 3 (allowed: a square matrix, 1 × 1 or larger)"),
        (DMatrix::zeros(0, 3), "invalid `a`: 0 × 3 (allowed: a square matrix, 1 × 1 or larger)"),
        (square(&[nan]), "invalid `a[(0, 0)]`: NaN (allowed: a finite number)"),
        (square(&[1.0, nan, 2.0, 1.0]), "invalid `a[(0, 1)]`: NaN (allowed: a finite number)"),
        (square(&[1.0, 0.0, 0.0, f64::NEG_INFINITY]), "invalid `a[(1, 1)]`: -inf (allowed: a finite number)"),
        (
            square(&[4.0, 1.0, 1.0 + 1e-11, 2.0]),
            "invalid `a[(1, 0)]`: 1.00000000001 (allowed: 1.0, the element (0, 1), give or take 4.0e-12)",
        ),
        (
            square(&[0.0, f64::MAX, -f64::MAX, 0.0]),
            "invalid `a[(1, 0)]`: -1.7976931348623157e308 (allowed: 1.7976931348623157e308, the element (0, 1), give or take \
             1.8e296)",
        ),
        (
            DMatrix::from_element(3, 3, 1e308),
            "invalid `a`: a matrix with an element of size 1e308 (allowed: eigenvalues below 1.8e308)",
        ),
    ] {
        assert_eq!(refused(backend, &a), sentence);
    }
    // Rounding is no asymmetry: the mean of the two elements counts.
    let eigen = Eigen::by(backend, &square(&[0.0, 1.0, 1.0 + 1e-13, 0.0])).expect("nearly symmetric");
    assert!((eigen.highest() - (1.0 + 0.5e-13)).abs() < 1e-15);
    // Where the asymmetric element lies in a large matrix does not matter.
    for at in [(99, 0), (99, 98), (70, 3), (65, 64)] {
        let mut a = hilbert(100);
        a[at] += 1e-6;
        let sentence = refused(backend, &a);
        assert!(sentence.starts_with(&format!("invalid `a[{at:?}]`: ")), "{sentence}");
    }
}

fn names_the_eigenvalue_that_is_in_the_way<B: Backend>(backend: &B) {
    let of = |values: &[f64]| Eigen::by(backend, &diagonal(values)).expect("a good matrix");
    let eigen = of(&[4.0, -0.5, 1.0]);
    let allowed = "above 2.7e-15, for A to be positive definite";
    let sentence = format!("invalid `eigenvalue 0 of A`: -0.5 (allowed: {allowed})");
    assert_eq!(eigen.inverse_root().expect_err("indefinite").to_string(), sentence);
    assert_eq!(eigen.check_positive_definite().expect_err("indefinite").to_string(), sentence);
    assert_eq!(SymmetricRoot::of(&eigen).expect_err("indefinite").to_string(), sentence);
    assert_eq!(
        eigen.root().expect_err("indefinite").to_string(),
        "invalid `eigenvalue 0 of A`: -0.5 (allowed: 0 or more, give or take 2.7e-15)"
    );
    assert!((eigen.inverse().expect("regular") - diagonal(&[0.25, -2.0, 1.0])).amax() < 1e-15);

    let singular = of(&[1.0, 0.0, -1.0]);
    assert_eq!(
        singular.inverse().expect_err("singular").to_string(),
        "invalid `eigenvalue 1 of A`: 0.0 (allowed: an absolute value above 6.7e-16)"
    );
    // What may be 0 is not positive; for a root, 0 will do.
    let nearly = of(&[1.0, -1e-17]);
    assert!(nearly.inverse_root().is_err() && nearly.check_positive_definite().is_err());
    assert_eq!(nearly.root().expect("0 but for rounding"), diagonal(&[1.0, 0.0]));
    let nothing = Eigen::by(backend, &DMatrix::zeros(2, 2)).expect("all zero");
    assert_eq!(nothing.root().expect("semidefinite"), DMatrix::zeros(2, 2));
    assert!(nothing.inverse_root().is_err() && nothing.inverse().is_err());
    assert_eq!((nothing.condition_number(), nothing.uncertainty()), (f64::INFINITY, 0.0));
    // 1/λ would overflow, 1/√λ does not.
    let tiny = of(&[1e-310, 2e-310]);
    assert!(tiny.inverse().expect_err("too small").to_string().contains("an absolute value above 5.6e-309"));
    assert!((tiny.inverse_root().expect("positive")[(0, 0)] / 1e155 - 1.0).abs() < 1e-9);
}

fn checks_lengths_and_tolerances<B: Backend>(backend: &B) {
    let eigen = Eigen::by(backend, &hilbert(3)).expect("a good matrix");
    let times =
        |v: &[f64], out: &mut [f64]| eigen.map_times(|x| x, v, out).expect_err("a length").to_string();
    assert_eq!(times(&[0.0; 2], &mut [0.0; 3]), "invalid `v`: length 2 (allowed: length 3)");
    assert_eq!(times(&[0.0; 3], &mut [0.0; 4]), "invalid `out`: length 4 (allowed: length 3)");
    for (tolerance, said) in [(-1e-9, "-1e-9"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let sentence = format!("invalid `tolerance`: {said} (allowed: a finite number, 0 or more)");
        assert_eq!(eigen.inertia_within(tolerance).expect_err("no tolerance").to_string(), sentence);
    }
}

macro_rules! table {
    ($(#[$feature:meta])? $name:ident, $backend:expr) => {
        $(#[$feature])?
        mod $name {
            use super::*;

            #[test]
            fn matrices_that_cannot_be_decomposed_are_refused() {
                refuses_what_cannot_be_decomposed(&$backend);
            }

            #[test]
            fn eigenvalues_in_the_way_are_named() {
                names_the_eigenvalue_that_is_in_the_way(&$backend);
            }

            #[test]
            fn lengths_and_tolerances_are_checked() {
                checks_lengths_and_tolerances(&$backend);
            }
        }
    };
}

table!(nalgebra, Nalgebra);
table!(
    #[cfg(feature = "faer")]
    faer,
    thalweg_hessian::Faer::default()
);
table!(
    #[cfg(feature = "lapack")]
    lapack_divide_and_conquer,
    thalweg_hessian::Lapack::default()
);
table!(
    #[cfg(feature = "lapack")]
    lapack_qr_steps,
    thalweg_hessian::Lapack { driver: thalweg_hessian::backend::Driver::QrSteps }
);

/// Backends that fail.
struct GivesUp;
struct ReturnsNan;
struct ReturnsTooFew;

impl Backend for GivesUp {
    fn decompose(&self, _: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NotConverged> {
        Err(NotConverged::new("it had enough"))
    }
}

impl Backend for ReturnsNan {
    fn decompose(&self, a: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NotConverged> {
        Ok((DVector::from_element(a.nrows(), f64::NAN), a))
    }
}

impl Backend for ReturnsTooFew {
    fn decompose(&self, a: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NotConverged> {
        Ok((DVector::from_element(a.nrows() - 1, 1.0), a))
    }
}

#[test]
fn backends_that_fail_are_quoted() {
    let failing: [(&dyn Backend, &str); 3] = [
        (&GivesUp, "the eigenvalues were not all found: it had enough"),
        (&ReturnsNan, "the eigenvalues were not all found: the backend returns numbers that are not finite"),
        (
            &ReturnsTooFew,
            "the eigenvalues were not all found: the backend returns other numbers of them than there are",
        ),
    ];
    for (backend, sentence) in failing {
        let error = Eigen::by(backend, &hilbert(2)).expect_err("it fails");
        assert!(matches!(error, DecompositionError::NotConverged(_)), "{error:?}");
        assert_eq!(error.to_string(), sentence);
    }
    // What the input is refused for is said before a backend is asked.
    assert_eq!(
        refused(&GivesUp, &square(&[f64::NAN])),
        "invalid `a[(0, 0)]`: NaN (allowed: a finite number)"
    );
}

#[test]
fn symmetrizing_says_how_far_it_was_off_and_refuses_the_rest() {
    let mut a = square(&[1.0, 5.0, 2.0, 3.0, 4.0, -1.0, 2.0, 1.0, f64::MAX]);
    assert_eq!(symmetrize(&mut a).map(|a| a.difference()), Ok(2.0));
    assert_eq!(a, square(&[1.0, 4.0, 2.0, 4.0, 4.0, 0.0, 2.0, 0.0, f64::MAX]));
    assert_eq!(symmetrize(&mut a).map(|a| a.difference()), Ok(0.0));
    for (mut a, sentence) in [
        (DMatrix::zeros(1, 2), "invalid `a`: 1 × 2 (allowed: a square matrix, 1 × 1 or larger)"),
        (square(&[0.0, 0.0, f64::INFINITY, 0.0]), "invalid `a[(1, 0)]`: inf (allowed: a finite number)"),
    ] {
        let before = a.clone();
        assert_eq!(symmetrize(&mut a).expect_err("unusable").to_string(), sentence);
        assert_eq!(a, before, "what is refused is left alone");
    }
}

#[test]
fn curvatures_that_have_no_root_are_named() {
    for (curvatures, sentence) in [
        (&[][..], "invalid `curvatures`: length 0 (allowed: length 1 or more)"),
        (&[1.0, 0.0], "invalid `curvatures[1]`: 0.0 (allowed: a finite number above 0)"),
        (&[-2.0], "invalid `curvatures[0]`: -2.0 (allowed: a finite number above 0)"),
        (&[1.0, f64::NAN], "invalid `curvatures[1]`: NaN (allowed: a finite number above 0)"),
        (&[f64::INFINITY], "invalid `curvatures[0]`: inf (allowed: a finite number above 0)"),
    ] {
        assert_eq!(DiagonalRoot::of(curvatures).expect_err("unusable").to_string(), sentence);
    }
}
