//! Settings that cannot be used are named before anything is evaluated, and a state that does not fit at the step that sees it.

use thalweg::objectives::LinearLeastSquares;
use thalweg::prelude::*;
use thalweg::problem::{Allowance, InvalidInput, Stuck};

use crate::{constant, scattered};

/// Ten terms that must not be touched.
struct Untouched {
    terms: usize,
}

impl Objective for Untouched {
    fn dim(&self) -> usize {
        2
    }
    fn value(&self, _: &[f64]) -> f64 {
        unreachable!("nothing is to be evaluated")
    }
}

impl Differentiable for Untouched {
    fn value_gradient(&self, _: &[f64], _: &mut [f64]) -> f64 {
        unreachable!("nothing is to be evaluated")
    }
}

impl FiniteSum for Untouched {
    fn terms(&self) -> usize {
        self.terms
    }
    fn batch_value_gradient(&self, _: &[f64], _: &[usize], _: &mut [f64]) -> f64 {
        unreachable!("nothing is to be evaluated")
    }
}

#[track_caller]
fn refused<S: RatePolicy>(method: &MiniBatch<GradientDescent, S>, terms: usize, x0: &[f64]) -> InvalidInput {
    let run = minimize(&Untouched { terms }, method, x0, Stop::default(), silent);
    run.err().expect("a setting that cannot be used")
}

#[test]
fn settings_are_named() {
    let x0 = [0.0, 0.0];
    for batch_size in [0, 11, usize::MAX] {
        let error = refused(&constant(0.1, batch_size), 10, &x0);
        assert_eq!(
            error.to_string(),
            format!("invalid `batch_size`: {batch_size} (allowed: from 1 to 10, the number of terms)")
        );
    }
    assert_eq!(refused(&constant(0.1, 1), 0, &x0).argument, "problem.terms()");
    let never = MiniBatch { evaluate_every: Some(0), ..constant(0.1, 1) };
    assert_eq!(refused(&never, 10, &x0).argument, "evaluate_every");
    assert_eq!(refused(&constant(-0.1, 1), 10, &x0).argument, "rate");
    assert_eq!(refused(&constant(0.1, 1), 10, &[0.0]).argument, "x0");
    assert_eq!(refused(&constant(0.1, 1), 10, &[0.0, f64::NAN]).argument, "x0[1]");
}

#[test]
fn state_of_another_problem_is_named() {
    let smaller = LinearLeastSquares::new([1.0, 2.0, 3.0, 4.0], [1.0, 0.0]).expect("finite numbers");
    let mut state = constant(0.1, 1).init(&smaller, &[0.0, 0.0]).expect("valid settings");
    let before = state.clone();
    let stuck = constant(0.1, 1).step(&scattered(), &mut state, &mut Allowance::evaluations(9));
    let Err(Stuck::Invalid(error)) = stuck else { panic!("{stuck:?}") };
    assert_eq!((error.argument.as_ref(), state.step, state.point.x), ("state.order", 0, before.point.x));
}

#[test]
fn state_of_other_settings_is_named_or_goes_on() {
    let problem = scattered();
    let mut state = constant(0.01, 9).init(&problem, &[0.0, 0.0]).expect("valid settings");
    constant(0.01, 9).step(&problem, &mut state, &mut Allowance::evaluations(1)).expect("one is left");
    let refused = |method: MiniBatch<GradientDescent, Constant>| {
        let stuck = method.step(&problem, &mut state.clone(), &mut Allowance::evaluations(9));
        let Err(Stuck::Invalid(error)) = stuck else { panic!("{stuck:?}") };
        error.argument
    };
    // Eight terms of ten are used then, and nine have had their turn.
    assert_eq!(refused(MiniBatch { drop_last: true, ..constant(0.01, 4) }), "state.position");
    assert_eq!(refused(constant(0.01, 0)), "batch_size");
    assert_eq!(refused(MiniBatch { evaluate_every: Some(0), ..constant(0.01, 4) }), "evaluate_every");
    constant(0.01, 4)
        .step(&problem, &mut state, &mut Allowance::evaluations(1))
        .expect("a short batch is left");
    assert_eq!((state.epoch, state.position), (1, 0));
}
