//! What cannot be used is named before anything runs.

use thalweg::prelude::*;
use thalweg::problem::Identity;
use thalweg_krylov::{ConjugateGradients, LinearOperator, Solved, Until, operator};

use crate::{PLAIN, diagonal, plenty};

fn refused(b: &[f64], x0: &[f64], until: Until) -> String {
    // A product would be noticed.
    let a = operator(2, |_, _| panic!("nothing runs on bad input"));
    PLAIN.solve(&a, b, x0, until, &mut plenty()).expect_err("bad input").to_string()
}

#[test]
fn arguments_that_cannot_be_used_are_named() {
    let until = Until::default();
    let with = |relative_residual: f64, absolute_residual: f64| Until {
        relative_residual,
        absolute_residual,
        ..until
    };
    for (refused, sentence) in [
        (refused(&[], &[], until), "invalid `b`: length 0 (allowed: length 1 or more)"),
        (refused(&[1.0; 3], &[0.0; 3], until), "invalid `state.x()`: length 3 (allowed: length 2)"),
        (refused(&[1.0; 2], &[0.0; 3], until), "invalid `x0`: length 3 (allowed: length 2)"),
        (refused(&[1.0, f64::NAN], &[0.0; 2], until), "invalid `b[1]`: NaN (allowed: a finite number)"),
        (refused(&[1.0; 2], &[f64::INFINITY, 0.0], until), "invalid `x0[0]`: inf (allowed: a finite number)"),
        (refused(&[f64::MAX; 2], &[0.0; 2], until), "invalid `norm(b)`: inf (allowed: a finite number)"),
        (
            refused(&[1.0; 2], &[0.0; 2], with(f64::NAN, 0.0)),
            "invalid `until.relative_residual`: NaN (allowed: a finite number, 0 or more)",
        ),
        (
            refused(&[1.0; 2], &[0.0; 2], with(0.0, -1.0)),
            "invalid `until.absolute_residual`: -1.0 (allowed: a finite number, 0 or more)",
        ),
    ] {
        assert_eq!(refused, sentence);
    }
}

#[test]
fn refreshing_after_every_zeroth_step_is_refused() {
    let method = ConjugateGradients { preconditioner: Identity, refresh_every: Some(0) };
    let sentence = "invalid `refresh_every`: 0 (allowed: 1 or more, or None)";
    assert_eq!(method.start(&[1.0], &[0.0]).unwrap_err().to_string(), sentence);
    let bowl = thalweg::objectives::DiagonalQuadratic::centered([1.0]).expect("a finite number");
    assert_eq!(method.init(&bowl, &[1.0]).unwrap_err().to_string(), sentence);
}

#[test]
fn operator_without_variables_is_refused() {
    let solved = PLAIN.solve(&diagonal(&[]), &[], &[], Until::default(), &mut plenty());
    assert_eq!(solved.unwrap_err().to_string(), "invalid `b`: length 0 (allowed: length 1 or more)");
}

#[test]
fn state_of_another_system_is_refused_and_stays() {
    let mut state = PLAIN.start(&[1.0, 2.0], &[0.0; 2]).expect("valid input");
    let before = state.clone();
    let sentence = "invalid `state.x()`: length 2 (allowed: length 3)";
    let three = [1.0; 3];
    let error = PLAIN.iterate(&diagonal(&three), &mut state, &mut plenty()).unwrap_err();
    assert_eq!(error.to_string(), sentence);
    let error = PLAIN.run(&diagonal(&three), &mut state, Until::default(), &mut plenty()).unwrap_err();
    assert_eq!(error.to_string(), sentence);
    let error = PLAIN.restart(&mut state, &three, &three).unwrap_err();
    assert_eq!(error.to_string(), "invalid `b`: length 3 (allowed: length 2)");
    let error = state.residual(&mut [0.0; 3]).unwrap_err();
    assert_eq!(error.to_string(), "invalid `out`: length 3 (allowed: length 2)");
    assert_eq!(state, before);
}

#[test]
fn operators_are_chosen_at_run_time() {
    let (two, three) = ([2.0; 2], [3.0; 2]);
    let choices: [Box<dyn LinearOperator>; 2] =
        [Box::new(diagonal(&two)), Box::new(std::sync::Arc::new(diagonal(&three)))];
    let solutions = choices.map(|a| {
        let Solved { state, .. } =
            PLAIN.solve(&*a, &[6.0; 2], &[0.0; 2], Until::default(), &mut plenty()).expect("valid input");
        state.x().to_vec()
    });
    assert_eq!(solutions, [[3.0, 3.0], [2.0, 2.0]]);
}
