//! The eigenvalues of tridiagonal matrices beside numbers of 60 digits (tests/references/lanczos.py).

use std::collections::BTreeMap;

use thalweg::numerics::{dot, norm};
use thalweg_krylov::{Tridiagonal, TridiagonalError};

use crate::U;
use crate::reference::{hex_float, rows};

const TABLE: &str = include_str!("../../references/lanczos.tsv");

/// By name: diagonal, off, values, |last components|.
fn table() -> BTreeMap<&'static str, BTreeMap<&'static str, Vec<f64>>> {
    let mut table: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for row in rows(TABLE).filter(|row| row[0] == "tridiagonal") {
        let numbers = row[3..].iter().map(|text| hex_float(text)).collect();
        table.entry(row[1]).or_default().insert(row[2], numbers);
    }
    assert_eq!(table.len(), 14);
    table
}

/// ‖T‖, by its eigenvalues.
fn size(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |m: f64, x| m.max(x.abs()))
}

#[test]
fn eigenvalues_agree_with_sixty_digits() {
    for (name, case) in table() {
        let t = Tridiagonal { diagonal: &case["diagonal"], off_diagonal: &case["off"] };
        let n = t.diagonal.len() as f64;
        let values = t.eigenvalues().expect("it converges");
        for (i, (value, exact)) in values.iter().zip(&case["values"]).enumerate() {
            let error = (value - exact).abs() / (U * size(&case["values"]));
            assert!(error <= 2.0 * n.sqrt() + 4.0, "{name}, {i}: {value:e} is {error} u‖T‖ from {exact:e}");
        }
    }
}

#[test]
fn small_eigenvalues_of_graded_matrices_are_accurate_themselves() {
    let table = table();
    // From the wrong end the third would be off by 280 u, and others of its kind by much more.
    for name in ["graded down", "graded up", "graded, both signs"] {
        let case = &table[name];
        let t = Tridiagonal { diagonal: &case["diagonal"], off_diagonal: &case["off"] };
        let values = t.eigenvalues().expect("it converges");
        let smallest = case["values"].iter().fold(f64::INFINITY, |m, v| m.min(v.abs()));
        assert!(smallest < 1e-10 * size(&case["values"]));
        for (value, exact) in values.iter().zip(&case["values"]) {
            assert!((value / exact - 1.0).abs() <= 30.0 * U, "{name}: {value:e} and {exact:e}");
        }
    }
}

#[test]
fn last_components_agree_where_eigenvalues_stand_apart() {
    for (name, case) in table() {
        let t = Tridiagonal { diagonal: &case["diagonal"], off_diagonal: &case["off"] };
        let ends = t.end_components().expect("it converges");
        let values = &case["values"];
        for (i, (last, exact)) in ends.last.iter().zip(&case["last"]).enumerate() {
            let others =
                values.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, v)| (v - values[i]).abs());
            let gap = others.fold(2.0 * size(values), f64::min);
            // An eigenvector turns by the perturbation over the gap.
            let tolerance = 10.0 * U * size(values) / gap;
            assert!((last.abs() - exact).abs() <= tolerance + 4.0 * U, "{name}, {i}: {last:e} and {exact:e}");
        }
    }
}

#[test]
fn the_three_ways_give_the_same_bits() {
    for (name, case) in table() {
        let t = Tridiagonal { diagonal: &case["diagonal"], off_diagonal: &case["off"] };
        let (values, ends, all) = (t.eigenvalues(), t.end_components(), t.eigenvectors());
        let (values, ends, all) = (values.unwrap(), ends.unwrap(), all.unwrap());
        assert_eq!((&values, &values), (&ends.values, &all.values), "{name}");
        for i in 0..values.len() {
            let s = all.vector(i);
            assert_eq!((s[0], s[s.len() - 1]), (ends.first[i], ends.last[i]), "{name}, {i}");
            assert!(s[0] >= 0.0);
        }
    }
}

#[test]
fn eigenvectors_are_orthonormal_and_leave_a_small_residual() {
    for (name, case) in table() {
        let t = Tridiagonal { diagonal: &case["diagonal"], off_diagonal: &case["off"] };
        let eigen = t.eigenvectors().expect("it converges");
        let n = eigen.values.len();
        for i in 0..n {
            let s = eigen.vector(i);
            let residual: Vec<f64> = (0..n)
                .map(|k| {
                    let before = if k > 0 { t.off_diagonal[k - 1] * s[k - 1] } else { 0.0 };
                    let after = if k + 1 < n { t.off_diagonal[k] * s[k + 1] } else { 0.0 };
                    (before + after + t.diagonal[k] * s[k]) - eigen.values[i] * s[k]
                })
                .collect();
            let measured = norm(&residual) / (U * size(&case["values"]));
            assert!(measured <= 40.0, "{name}, {i}: {measured} u‖T‖");
            for j in 0..=i {
                let product = dot(s, eigen.vector(j)) - f64::from(u8::from(i == j));
                assert!(product.abs() <= 40.0 * U, "{name}, {i}, {j}: {product:e}");
            }
        }
    }
}

#[test]
fn powers_of_two_scale_every_bit() {
    let (d, e) = ([1.0, -0.3, 7.0, 0.2, 0.9], [0.5, 0.25, 1.5, -2.0]);
    let plain = Tridiagonal { diagonal: &d, off_diagonal: &e }.eigenvectors().expect("it converges");
    for exponent in [-1000.0, -500.0, 500.0, 1000.0] {
        let scale = thalweg::numerics::pow(2.0, exponent);
        let (d, e) = (d.map(|x| x * scale), e.map(|x| x * scale));
        let scaled = Tridiagonal { diagonal: &d, off_diagonal: &e }.eigenvectors().expect("it converges");
        assert_eq!(scaled.vectors, plain.vectors);
        assert!(scaled.values.iter().zip(&plain.values).all(|(s, p)| *s == p * scale), "2^{exponent}");
    }
}

#[test]
fn matrices_without_structure_to_lean_on_converge() {
    // Nothing but zeros; zeros on the diagonal; the smallest numbers there are; an element that vanishes beside the others.
    let tiny = f64::from_bits(1);
    for (d, e, expected) in [
        (vec![0.0; 4], vec![0.0; 3], vec![0.0; 4]),
        (vec![0.0; 2], vec![tiny], vec![-tiny, tiny]),
        (vec![f64::MAX, 0.0], vec![0.0], vec![0.0, f64::MAX]),
        (vec![1.0, 2.0, 3.0], vec![1e-320, 0.0], vec![1.0, 2.0, 3.0]),
        (vec![1e150, 1e-150], vec![1e-150], vec![1e-150, 1e150]),
        (vec![-0.0], vec![], vec![0.0]),
    ] {
        let values = Tridiagonal { diagonal: &d, off_diagonal: &e }.eigenvalues().expect("it converges");
        assert_eq!(values, expected, "{d:?}, {e:?}");
    }
}

#[test]
fn what_is_no_tridiagonal_matrix_is_named() {
    let refused = |diagonal: &[f64], off_diagonal: &[f64]| {
        let t = Tridiagonal { diagonal, off_diagonal };
        let sentences = [
            t.eigenvalues().unwrap_err().to_string(),
            t.end_components().unwrap_err().to_string(),
            t.eigenvectors().unwrap_err().to_string(),
        ];
        assert!(sentences.iter().all(|s| *s == sentences[0]));
        assert!(matches!(t.eigenvalues(), Err(TridiagonalError::Invalid(_))));
        sentences[0].clone()
    };
    assert_eq!(refused(&[], &[]), "invalid `diagonal`: length 0 (allowed: length 1 or more)");
    assert_eq!(refused(&[1.0], &[1.0]), "invalid `off_diagonal`: length 1 (allowed: length 0)");
    assert_eq!(refused(&[1.0, f64::NAN], &[1.0]), "invalid `diagonal[1]`: NaN (allowed: a finite number)");
    assert_eq!(
        refused(&[1.0; 2], &[f64::INFINITY]),
        "invalid `off_diagonal[0]`: inf (allowed: a finite number)"
    );
}
