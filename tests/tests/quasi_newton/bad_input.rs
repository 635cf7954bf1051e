//! Settings and starts that cannot be used.

use thalweg::prelude::*;
use thalweg_quasi_newton::line_search::MoreThuente;
use thalweg_quasi_newton::{Bfgs, FirstLength, Kept, Lbfgs, NonlinearConjugateGradients, Pairs};

use crate::{START, bowl};

fn refused<M: Method<thalweg::objectives::Quadratic>>(method: &M, x0: &[f64]) -> String {
    match method.init(&bowl(), x0) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn starts_that_cannot_be_used_are_named() {
    fn check<M: Method<thalweg::objectives::Quadratic>>(method: &M) {
        assert_eq!(refused(method, &START), "accepted");
        assert_eq!(refused(method, &START[..4]), "invalid `x0`: length 4 (allowed: length 5)");
        let nan = [1.0, 2.0, f64::NAN, 4.0, 5.0];
        assert_eq!(refused(method, &nan), "invalid `x0[2]`: NaN (allowed: a finite number)");
    }
    check(&Lbfgs::default());
    check(&Bfgs::default());
    check(&NonlinearConjugateGradients::default());
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let lbfgs = Lbfgs::default();
    assert_eq!(refused(&Lbfgs { memory: 0, ..lbfgs }, &START), "invalid `memory`: 0 (allowed: 1 or more)");
    assert_eq!(
        refused(&Lbfgs { memory: usize::MAX, ..lbfgs }, &START),
        format!("invalid `memory`: {} (allowed: as many pairs as fit into memory)", usize::MAX)
    );
    for least_cosine in [-1e-9, 1.0, f64::NAN] {
        let allowed = format!("invalid `least_cosine`: {least_cosine:?} (allowed: from 0 to below 1)");
        assert_eq!(refused(&Lbfgs { least_cosine, ..lbfgs }, &START), allowed);
        assert_eq!(refused(&Bfgs { least_cosine, ..Bfgs::default() }, &START), allowed);
    }
    for number in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let allowed = format!("invalid `first_length`: {number:?} (allowed: a finite number above 0)");
        assert_eq!(refused(&Lbfgs { first_length: FirstLength::Absolute(number), ..lbfgs }, &START), allowed);
        let first_length = FirstLength::Relative(number);
        assert_eq!(refused(&Lbfgs { first_length, ..lbfgs }, &START), allowed);
        assert_eq!(refused(&Bfgs { first_length, ..Bfgs::default() }, &START), allowed);
        let bent = NonlinearConjugateGradients { first_length, ..NonlinearConjugateGradients::default() };
        assert_eq!(refused(&bent, &START), allowed);
    }
    let never =
        NonlinearConjugateGradients { restart_every: Some(0), ..NonlinearConjugateGradients::default() };
    assert_eq!(refused(&never, &START), "invalid `restart_every`: 0 (allowed: 1 or more, or None)");
    // The settings of the search are looked at before anything runs, too.
    let search = MoreThuente { c1: -1.0, ..MoreThuente::default() };
    assert!(refused(&Lbfgs::with(search), &START).starts_with("invalid `c1`: -1.0"));
    assert!(refused(&Bfgs::with(search), &START).starts_with("invalid `c1`: -1.0"));
    assert!(refused(&NonlinearConjugateGradients::with(search), &START).starts_with("invalid `c1`: -1.0"));
}

#[test]
fn pairs_of_another_length_are_named() {
    let name = |outcome: Result<Kept, InvalidInput>| outcome.expect_err("another length").to_string();
    let mut pairs: Pairs = Pairs::new(3, 2).expect("room");
    assert_eq!(name(pairs.push(&[1.0; 2], &[1.0; 3], 0.0)), "invalid `s`: length 2 (allowed: length 3)");
    assert_eq!(name(pairs.push(&[1.0; 3], &[1.0; 4], 0.0)), "invalid `y`: length 4 (allowed: length 3)");
    assert!(Pairs::<f32>::new(0, 2).is_err() && Pairs::<f32>::new(2, 0).is_err());
}
