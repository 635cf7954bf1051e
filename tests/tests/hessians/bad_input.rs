//! Bad input is refused by name, before anything is evaluated.

use thalweg::prelude::*;
use thalweg::problem::{Allowance, CheckSettings, Stuck};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{ByProducts, DifferenceSettings, assemble, check_hessian, hessian_by_differences};
use thalweg_krylov::operator;

fn never(n: usize) -> impl Differentiable {
    from_fn(n, |_, _| panic!("nothing should be evaluated"))
}

fn words<T: std::fmt::Debug>(result: Result<T, Stuck>) -> String {
    let Err(Stuck::Invalid(input)) = result else { panic!("{result:?}") };
    input.to_string()
}

#[test]
fn estimates_refuse_what_they_cannot_use() {
    let ask = |n: usize, x: &[f64], settings: DifferenceSettings| {
        let mut allow = Allowance::evaluations(9);
        let result = words(hessian_by_differences(&never(n), x, settings, &mut allow));
        assert_eq!(allow.left(), 9);
        result
    };
    let good = DifferenceSettings::default();
    assert_eq!(ask(0, &[], good), "invalid `problem.dim()`: 0 (allowed: 1 or more)");
    assert_eq!(ask(2, &[1.0], good), "invalid `x`: length 1 (allowed: length 2)");
    assert_eq!(ask(2, &[1.0, f64::NAN], good), "invalid `x[1]`: NaN (allowed: a finite number)");
    assert_eq!(
        ask(1, &[1.0], DifferenceSettings { tolerance: -1.0, ..good }),
        "invalid `settings.tolerance`: -1.0 (allowed: a finite number, 0 or more)"
    );
    for typical_x in [0.0, f64::INFINITY, f64::NAN] {
        assert_eq!(
            ask(1, &[1.0], DifferenceSettings { typical_x, ..good }),
            format!("invalid `settings.typical_x`: {typical_x:?} (allowed: a finite number above 0)")
        );
    }
}

#[test]
fn assembling_refuses_matrices_of_another_size() {
    let nothing = |n| operator(n, |_: &[f64], _: &mut [f64]| panic!("nothing should be evaluated"));
    let ask = |n, rows, columns| {
        let mut allow = Allowance::evaluations(9);
        words(assemble(&nothing(n), &mut DMatrix::zeros(rows, columns), &mut allow))
    };
    assert_eq!(ask(0, 0, 0), "invalid `operator.dim()`: 0 (allowed: 1 or more)");
    assert_eq!(ask(3, 2, 3), "invalid `out`: 2 × 3 (allowed: 3 × 3)");
    assert_eq!(ask(2, 3, 3), "invalid `out`: 3 × 3 (allowed: 2 × 2)");
}

#[test]
fn checks_of_hessians_refuse_what_checks_of_gradients_refuse() {
    let bowl = thalweg::objectives::DiagonalQuadratic::centered([1.0, 2.0]).expect("finite numbers");
    let ask = |x: &[f64], settings: CheckSettings<'_>| {
        check_hessian(&ByProducts(&bowl), x, settings).unwrap_err().to_string()
    };
    let good = CheckSettings::default();
    assert_eq!(ask(&[1.0], good), "invalid `x`: length 1 (allowed: length 2)");
    assert_eq!(ask(&[f64::INFINITY, 0.0], good), "invalid `x[0]`: inf (allowed: a finite number)");
    let settings = CheckSettings { coordinates: Some(&[2]), ..good };
    assert_eq!(ask(&[1.0, 1.0], settings), "invalid `settings.coordinates[0]`: 2 (allowed: 0 to 1)");
    let settings = CheckSettings { directions: 0, ..good };
    assert_eq!(ask(&[1.0, 1.0], settings), "invalid `settings.directions`: 0 (allowed: 1 or more)");
}
