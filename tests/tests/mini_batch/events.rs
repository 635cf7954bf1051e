//! What ends a run on estimates, and what does not.

use thalweg::prelude::*;
use thalweg::problem::{Allowance, Stuck};

use crate::{Noting, constant, scattered, solvable};

#[test]
fn run_never_converges_on_an_estimate() {
    // At the solution the gradient of every batch is 0, and still nobody has looked at f.
    let method = constant(0.05, 2);
    let run = minimize(&solvable(), &method, &[1.0, -2.0], Stop { max_steps: 50, ..Stop::default() }, silent)
        .expect("valid settings");
    assert!(matches!(run.reason, StopReason::StepLimit { limit: 50 }), "{}", run.reason);
    assert_eq!((run.counts.batches, run.counts.gradients, run.counts.values), (50, 0, 0));
    assert!(run.best.value.is_nan() && run.best.gradient_norm.is_none());
    assert_eq!(run.best.x, run.state.x());
}

#[test]
fn full_evaluations_come_when_asked_for_and_the_driver_judges_by_them() {
    let method = MiniBatch { evaluate_every: Some(3), ..constant(0.03, 2) };
    let mut trace = Trace::default();
    let run = minimize(&solvable(), &method, &[0.0, 0.0], Stop::default(), trace.observer())
        .expect("valid settings");
    assert!(matches!(run.reason, StopReason::GradientTolerance { .. }), "{}", run.reason);
    assert!((run.best.x[0] - 1.0).abs() < 1e-6 && (run.best.x[1] + 2.0).abs() < 1e-6, "{:?}", run.best.x);
    // Five batches an epoch, three epochs between two looks.
    for row in &trace.rows {
        assert_eq!(
            (row.value.is_some(), row.gradient_norm.is_some()),
            (row.step % 15 == 0, row.step % 15 == 0)
        );
    }
    assert_eq!(run.counts.gradients, run.steps / 15 + 1);
    assert_eq!((run.counts.batches, run.best.step), (run.steps, run.steps));
    assert_eq!(run.state.value(), Some(solvable().value(run.state.x())));
}

#[test]
fn run_out_of_evaluations_rests_between_two_steps() {
    let method = MiniBatch { evaluate_every: Some(1), ..constant(0.01, 5) };
    let problem = scattered();
    let mut state = method.init(&problem, &[1.0, 1.0]).expect("valid settings");
    method.step(&problem, &mut state, &mut Allowance::evaluations(1)).expect("one is enough within an epoch");
    let before = state.clone();
    for left in [0, 1] {
        let stuck = method.step(&problem, &mut state, &mut Allowance::evaluations(left));
        assert_eq!((stuck, &state), (Err(Stuck::OutOfEvaluations), &before));
    }
    method.step(&problem, &mut state, &mut Allowance::evaluations(2)).expect("two for the end of an epoch");
    assert_eq!((state.epoch, state.is_exact), (1, true));

    let stop = Stop { max_evaluations: Some(7), ..Stop::default() };
    let run = minimize(&problem, &method, &[1.0, 1.0], stop, silent).expect("valid settings");
    assert!(matches!(run.reason, StopReason::EvaluationLimit { limit: 7 }), "{}", run.reason);
    assert_eq!((run.counts.total(), run.steps), (7, 4));
}

/// The mean of ½(w − t)² over t = 0, …, 9; the last term is not defined for w above 6.
fn with_a_hole() -> impl FiniteSum {
    struct Hole;
    impl Objective for Hole {
        fn dim(&self) -> usize {
            1
        }
        fn value(&self, w: &[f64]) -> f64 {
            self.value_gradient(w, &mut [0.0])
        }
    }
    impl Differentiable for Hole {
        fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
            self.batch_value_gradient(w, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], gradient)
        }
    }
    impl FiniteSum for Hole {
        fn terms(&self) -> usize {
            10
        }
        fn batch_value_gradient(&self, w: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
            let share = 1.0 / batch.len() as f64;
            gradient[0] = batch.iter().map(|&t| share * (w[0] - t as f64)).sum();
            let value = batch.iter().map(|&t| 0.5 * share * (w[0] - t as f64) * (w[0] - t as f64)).sum();
            if batch.contains(&9) && w[0] > 6.0 { f64::NAN } else { value }
        }
    }
    Hole
}

#[test]
fn batch_that_is_not_finite_ends_the_run_where_it_is() {
    // Every step goes up towards the terms' mean of 4.5 and beyond, into the hole.
    let method = constant(0.9, 1);
    let problem = Noting::new(with_a_hole());
    let run = minimize(&problem, &method, &[0.0], Stop::default(), silent).expect("valid settings");
    assert!(matches!(run.reason, StopReason::Diverged { .. }), "{}", run.reason);
    let batches = problem.batches.borrow();
    assert_eq!((batches.last(), batches.len() as u64), (Some(&vec![9]), run.steps));
    assert!(run.state.x()[0] > 6.0, "it did not move on: {:?}", run.state.x());

    // At the start it is a start that is not finite, if somebody looks.
    let looking = MiniBatch { evaluate_every: Some(1), ..method };
    let run = minimize(&with_a_hole(), &looking, &[7.0], Stop::default(), silent).expect("valid settings");
    assert!(matches!(run.reason, StopReason::NonFiniteStart { .. }), "{}", run.reason);
}

#[test]
fn rate_that_is_too_large_is_named_as_divergence() {
    let run = minimize(&scattered(), &constant(10.0, 2), &[1.0, 1.0], Stop::default(), silent)
        .expect("valid settings");
    assert!(matches!(run.reason, StopReason::Diverged { .. }), "{}", run.reason);
    assert!(run.best.x.iter().all(|x| x.is_finite()));
    let looking = MiniBatch { evaluate_every: Some(1), ..constant(10.0, 2) };
    let run = minimize(&scattered(), &looking, &[1.0, 1.0], Stop::default(), silent).expect("valid settings");
    assert!(matches!(run.reason, StopReason::RanAway { .. }), "{}", run.reason);
    // Of the points that somebody looked at, the start was the best.
    assert_eq!((run.best.step, &run.best.x[..]), (0, &[1.0, 1.0][..]));
}

#[test]
fn interrupted_step_by_step_equals_minimize() {
    let (problem, method) = (scattered(), constant(0.01, 3));
    let whole = minimize(&problem, &method, &[1.0, 1.0], Stop::after(17), silent).expect("valid settings");
    let mut state = method.init(&problem, &[1.0, 1.0]).expect("valid settings");
    for _ in 0..17 {
        // A copy goes the same way as the original.
        let mut copy = state.clone();
        method.step(&problem, &mut copy, &mut Allowance::evaluations(1)).expect("one is left");
        method.step(&problem, &mut state, &mut Allowance::evaluations(1)).expect("one is left");
        assert_eq!(copy, state);
    }
    assert_eq!(state, whole.state);
}
