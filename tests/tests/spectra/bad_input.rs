//! What cannot be used is named before anything runs.

use thalweg::problem::InvalidInput;
use thalweg_krylov::{
    InverseSquareRoot, InverseTimes, LinearOperator, SpectrumFloor, StochasticQuadrature, operator,
};

use crate::{diagonal, plenty};

/// A product would be noticed.
fn none(n: usize) -> impl LinearOperator {
    operator(n, |_, _| panic!("nothing runs on bad input"))
}

fn sentence<T: std::fmt::Debug>(result: Result<T, InvalidInput>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn vectors_that_cannot_be_used_are_named() {
    for v in [&[1.0; 3][..], &[1.0, f64::NAN], &[f64::MAX; 2]] {
        let expected = match v.len() {
            3 => "invalid `v`: length 3 (allowed: length 2)",
            _ if v[1].is_nan() => "invalid `v[1]`: NaN (allowed: a finite number)",
            _ => "invalid `norm(v)`: inf (allowed: a finite number)",
        };
        assert_eq!(sentence(InverseTimes::default().apply(&none(2), v, &mut plenty())), expected);
        assert_eq!(sentence(InverseSquareRoot::default().apply(&none(2), v, &mut plenty())), expected);
    }
    let empty = InverseSquareRoot::default().apply(&none(0), &[], &mut plenty());
    assert_eq!(sentence(empty), "invalid `v`: length 0 (allowed: length 1 or more)");
    let empty = InverseTimes::default().apply(&none(0), &[], &mut plenty());
    assert_eq!(sentence(empty), "invalid `v`: length 0 (allowed: length 1 or more)");
}

#[test]
fn settings_of_functions_that_cannot_be_used_are_named() {
    for (floor, text) in [(0.0, "0.0"), (-1.0, "-1.0"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let floor = SpectrumFloor::Known(floor);
        let expected = format!("invalid `floor`: {text} (allowed: a finite number above 0)");
        let inverse =
            InverseTimes { floor, ..InverseTimes::default() }.apply(&none(1), &[1.0], &mut plenty());
        assert_eq!(sentence(inverse), expected);
        let root = InverseSquareRoot { floor, ..InverseSquareRoot::default() }.apply(
            &none(1),
            &[1.0],
            &mut plenty(),
        );
        assert_eq!(sentence(root), expected);
    }
    let inverse = |settings: InverseTimes| sentence(settings.apply(&none(1), &[1.0], &mut plenty()));
    let root = |settings: InverseSquareRoot| sentence(settings.apply(&none(1), &[1.0], &mut plenty()));
    let expected = "invalid `relative_error`: NaN (allowed: a finite number, 0 or more)";
    assert_eq!(inverse(InverseTimes { relative_error: f64::NAN, ..InverseTimes::default() }), expected);
    assert_eq!(
        root(InverseSquareRoot { relative_error: f64::NAN, ..InverseSquareRoot::default() }),
        expected
    );
    let expected = "invalid `product_error`: -1.0 (allowed: a finite number, 0 or more)";
    assert_eq!(inverse(InverseTimes { product_error: Some(-1.0), ..InverseTimes::default() }), expected);
    assert_eq!(
        root(InverseSquareRoot { product_error: Some(-1.0), ..InverseSquareRoot::default() }),
        expected
    );
    let expected = "invalid `max_iterations`: 0 (allowed: 1 or more)";
    assert_eq!(root(InverseSquareRoot { max_iterations: 0, ..InverseSquareRoot::default() }), expected);
}

#[test]
fn settings_of_quadrature_that_cannot_be_used_are_named() {
    let plain = StochasticQuadrature::default();
    for (settings, expected) in [
        (StochasticQuadrature { probes: 1, ..plain }, "invalid `probes`: 1 (allowed: 2 or more)"),
        (StochasticQuadrature { steps: 0, ..plain }, "invalid `steps`: 0 (allowed: 1 or more)"),
        (
            StochasticQuadrature { confidence: 1.0, ..plain },
            "invalid `confidence`: 1.0 (allowed: a number between 0 and 1, without them)",
        ),
        (
            StochasticQuadrature { product_error: Some(f64::NAN), ..plain },
            "invalid `product_error`: NaN (allowed: a finite number, 0 or more)",
        ),
    ] {
        assert_eq!(sentence(settings.run(&none(2), &mut plenty())), expected);
    }
    assert_eq!(sentence(plain.run(&none(0), &mut plenty())), "invalid `a.dim()`: 0 (allowed: 1 or more)");
}

#[test]
fn questions_that_cannot_be_answered_are_named() {
    let sample =
        StochasticQuadrature::default().run(&diagonal(&[1.0, 2.0]), &mut plenty()).expect("valid input");
    assert_eq!(sentence(sample.density(f64::NAN, 1.0)), "invalid `x`: NaN (allowed: a finite number)");
    assert_eq!(sentence(sample.density(0.0, 0.0)), "invalid `width`: 0.0 (allowed: a finite number above 0)");
    assert_eq!(
        sentence(sample.log_determinant(Some(-1.0))),
        "invalid `floor`: -1.0 (allowed: a finite number above 0)"
    );
}
