//! The factor of Student's t beside scipy's (tests/references/lanczos.py).

use thalweg_krylov::student_factor;

use crate::reference::{hex_float, rows};

const TABLE: &str = include_str!("../../references/lanczos.tsv");

#[test]
fn factors_agree_with_scipy() {
    let mut count = 0;
    for row in rows(TABLE).filter(|row| row[0] == "student") {
        let (confidence, degrees, factor) =
            (hex_float(row[1]), row[2].parse().expect("a whole number"), hex_float(row[3]));
        let measured = student_factor(confidence, degrees).expect("valid input");
        // Towards 1 the confidence itself has only so many digits left.
        let tolerance = if confidence > 0.9999 { 1e-9 } else { 1e-12 };
        assert!(
            (measured / factor - 1.0).abs() <= tolerance,
            "{confidence}, {degrees}: {measured} and {factor}"
        );
        count += 1;
    }
    assert_eq!(count, 54);
}

#[test]
fn many_degrees_of_freedom_are_normal() {
    // The quantile of the normal distribution for 95 %.
    let factor = student_factor(0.95, u64::MAX).expect("valid input");
    assert!((factor / 1.959_963_984_540_054 - 1.0).abs() < 2e-5, "{factor}");
}

#[test]
fn what_is_no_confidence_is_named() {
    let refused = |confidence, degrees| student_factor(confidence, degrees).unwrap_err().to_string();
    for (confidence, value) in [(0.0, "0.0"), (1.0, "1.0"), (-0.5, "-0.5"), (f64::NAN, "NaN")] {
        let sentence =
            format!("invalid `confidence`: {value} (allowed: a number between 0 and 1, without them)");
        assert_eq!(refused(confidence, 5), sentence);
    }
    assert_eq!(refused(0.5, 0), "invalid `degrees`: 0 (allowed: 1 or more)");
}
