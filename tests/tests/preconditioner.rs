//! Preconditioners: what they multiply by, through every pointer, and what they refuse.

use std::sync::Arc;

use thalweg::problem::{Diagonal, Identity, Preconditioner};

fn applied(preconditioner: &(impl Preconditioner + ?Sized), v: &[f64]) -> Vec<f64> {
    let mut out = vec![f64::NAN; v.len()];
    preconditioner.apply(v, &mut out);
    out
}

#[test]
fn diagonal_divides_by_the_matrix_and_multiplies_by_the_inverse() {
    let of_matrix = Diagonal::from_matrix_diagonal(&[2.0, 0.25]).unwrap();
    let of_inverse = Diagonal::from_inverse_diagonal(&[0.5, 4.0]).unwrap();
    assert_eq!(of_matrix, of_inverse);
    assert_eq!((of_matrix.dim(), of_matrix.inverse_diagonal()), (2, &[0.5, 4.0][..]));
    assert_eq!(applied(&of_matrix, &[6.0, -1.0]), [3.0, -4.0]);
}

#[test]
fn pointers_to_a_preconditioner_are_that_preconditioner() {
    let halves = Diagonal::from_inverse_diagonal(&[0.5]).unwrap();
    let behind: [&dyn Preconditioner; 4] =
        [&halves, &&halves, &Box::new(halves.clone()), &Arc::new(halves.clone())];
    for preconditioner in behind {
        assert_eq!(applied(preconditioner, &[8.0]), [4.0]);
    }
    assert_eq!(applied(&Identity, &[1.0, -2.0, 3.0]), [1.0, -2.0, 3.0]);
}

#[test]
fn diagonal_of_another_length_answers_nan_throughout() {
    let two = Diagonal::from_matrix_diagonal(&[1.0, 1.0]).unwrap();
    for n in [1, 3] {
        let out = applied(&two, &vec![1.0; n]);
        assert!(out.len() == n && out.iter().all(|v| v.is_nan()), "{out:?}");
    }
}

#[test]
fn diagonals_that_are_not_positive_are_named() {
    const ALLOWED: &str = "(allowed: a finite number above 0 with a finite reciprocal)";
    for (d, value) in
        [(0.0, "0.0"), (-1.0, "-1.0"), (f64::NAN, "NaN"), (f64::INFINITY, "inf"), (1e-310, "1e-310")]
    {
        for error in [
            Diagonal::from_matrix_diagonal(&[1.0, d]).unwrap_err(),
            Diagonal::from_inverse_diagonal(&[1.0, d]).unwrap_err(),
        ] {
            assert_eq!(error.to_string(), format!("invalid `d[1]`: {value} {ALLOWED}"));
        }
    }
    let none = Diagonal::from_matrix_diagonal(&[]).unwrap_err();
    assert_eq!(none.to_string(), "invalid `d`: length 0 (allowed: length 1 or more)");
}
