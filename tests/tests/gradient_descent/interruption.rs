//! Who ends a run before it is done, and what a run is when somebody else holds the reins.

use std::cell::Cell;
use std::fmt;
use std::ops::ControlFlow;

use thalweg::objectives::Quadratic;
use thalweg::prelude::*;
use thalweg::problem::{Allowance, CancelFlag};

use crate::{at_rate, halving, parabola, parabola_except};

#[test]
fn evaluation_budget_is_used_to_the_last_one_and_never_exceeded() {
    for budget in 1..=5 {
        let evaluations = Cell::new(0);
        let counting = parabola_except(|_| {
            evaluations.set(evaluations.get() + 1);
            None
        });
        let run = halving(&counting, 8.0, Stop { max_evaluations: Some(budget), ..Stop::default() });
        assert!(
            matches!(run.reason, StopReason::EvaluationLimit { limit } if limit == budget),
            "{}",
            run.reason
        );
        assert_eq!((evaluations.get(), run.counts.total(), run.counts.gradients), (budget, budget, budget));
        assert_eq!(run.steps, budget - 1);
    }
}

#[test]
fn step_limit_of_zero_evaluates_the_start_and_no_more() {
    let run = halving(&parabola(), 8.0, Stop::after(0));
    assert!(matches!(run.reason, StopReason::StepLimit { limit: 0 }), "{}", run.reason);
    assert_eq!((run.steps, run.counts.total(), run.best.value), (0, 1, 32.0));
}

#[test]
fn flag_raised_by_the_observer_stops_before_the_next_evaluation() {
    let cancel = CancelFlag::default();
    let stop = Stop { cancel: Some(cancel.clone()), ..Stop::default() };
    let run = minimize(&parabola(), &at_rate(0.5), &[8.0], stop, |record| {
        if record.step == 2 {
            cancel.raise();
        }
        ControlFlow::Continue(())
    })
    .expect("valid input");
    assert!(matches!(run.reason, StopReason::Cancelled { cause: None }), "{}", run.reason);
    assert_eq!((run.steps, run.counts.total(), run.best.x), (2, 3, vec![2.0]));
}

#[test]
fn flag_raised_by_one_objective_stops_the_runs_of_others() {
    let cancel = CancelFlag::default();
    let stop = || Stop { cancel: Some(cancel.clone()), ..Stop::default() };
    let raising = parabola_except(|x| {
        if x < 2.0 {
            cancel.raise_because(Box::<dyn std::error::Error + Send + Sync>::from("below two").into());
        }
        None
    });
    let first = halving(&raising, 8.0, stop());
    assert_eq!(first.reason.to_string(), "the run was cancelled: below two");
    // The point itself is a good one.
    assert_eq!((first.steps, first.best.x), (3, vec![1.0]));
    let second = halving(&parabola(), 8.0, stop());
    assert_eq!(second.reason.to_string(), "the run was cancelled: below two");
    assert_eq!((second.steps, second.best.x), (0, vec![8.0]));
}

#[test]
fn flag_that_says_why_is_heard_before_one_that_does_not() {
    // The same signal stops the caller and kills the simulation.
    let cancel = CancelFlag::default();
    let stop = Stop { cancel: Some(cancel.clone()), ..Stop::default() };
    let simulation = from_fallible_fn(1, |x, g| {
        g[0] = x[0];
        if x[0] < 1.0 {
            cancel.raise();
            return Err(OffTheTable(x[0]));
        }
        Ok(0.5 * x[0] * x[0])
    });
    let run = halving(&simulation, 8.0, stop);
    assert_eq!(run.reason.to_string(), "the objective failed: 0.5 is off the table");
}

/// An error of the user's own type.
#[derive(Debug, PartialEq)]
struct OffTheTable(f64);

impl fmt::Display for OffTheTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is off the table", self.0)
    }
}

impl std::error::Error for OffTheTable {}

#[test]
fn error_of_a_fallible_objective_comes_out_in_the_reason() {
    let fallible = || {
        from_fallible_fn(1, |x, g| {
            g[0] = x[0];
            if x[0] >= 1.0 { Ok(0.5 * x[0] * x[0]) } else { Err(OffTheTable(x[0])) }
        })
    };
    for (x0, steps, best) in [(8.0, 4, 1.0), (0.25, 0, 0.25)] {
        let run = halving(&fallible(), x0, Stop::default());
        let StopReason::ObjectiveFailed { error: cause } = &run.reason else { panic!("{}", run.reason) };
        assert_eq!(cause.downcast_ref(), Some(&OffTheTable(if steps == 0 { x0 } else { 0.5 })));
        assert!(run.reason.to_string().ends_with("is off the table"));
        assert_eq!((run.steps, run.best.x), (steps, vec![best]));
    }
}

#[test]
fn observer_that_breaks_ends_the_run_where_it_is() {
    let run = minimize(&parabola(), &at_rate(0.5), &[8.0], Stop::default(), |record| {
        if record.step == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .expect("valid input");
    assert!(matches!(run.reason, StopReason::Caller), "{}", run.reason);
    assert_eq!((run.steps, run.counts.total(), run.state.x(), run.best.x), (2, 3, &[2.0][..], vec![2.0]));
}

#[test]
fn observer_sees_step_value_norm_rate_and_evaluations() {
    let mut trace = Trace::default();
    // At rate ½ on a curvature of 1: 8, 4, 2.
    minimize(&parabola(), &at_rate(0.5), &[-8.0], Stop::after(2), trace.observer()).expect("valid input");
    let rows: Vec<_> =
        trace.rows.iter().map(|r| (r.step, r.value, r.gradient_norm, r.rate, r.evaluations)).collect();
    let expected = [
        (0, Some(32.0), Some(8.0), None, 1),
        (1, Some(8.0), Some(4.0), Some(0.5), 2),
        (2, Some(2.0), Some(2.0), Some(0.5), 3),
    ];
    assert_eq!(rows, expected);
}

/// Full, so that an iterate has something to round.
fn tilted() -> Quadratic {
    Quadratic::new([4.0, 1.1, 1.1, 3.0], [1.0, -2.3], 0.0).expect("a symmetric matrix")
}

#[test]
fn run_by_hand_equals_minimize() {
    let (problem, method) = (tilted(), at_rate(0.2));
    for stop in [Stop::default(), Stop::after(7), Stop { max_evaluations: Some(9), ..Stop::default() }] {
        let mut trace = Trace::with_points();
        let whole =
            minimize(&problem, &method, &[10.0, 0.1], stop.clone(), trace.observer()).expect("valid input");

        let mut running = Running::start(&problem, &method, &[10.0, 0.1], stop).expect("valid input");
        for (row, point) in trace.rows.iter().zip(&trace.points) {
            assert!(running.reason().is_none());
            assert_eq!(running.next(), Some(*row));
            assert_eq!(
                (running.record().row, running.record().x, running.state().x()),
                (*row, &point[..], &point[..])
            );
        }
        assert!(running.reason().is_some());
        // Having ended it stays ended.
        assert_eq!((running.next(), running.next()), (None, None));
        let by_hand = running.finish();
        assert_eq!(by_hand.reason.to_string(), whole.reason.to_string());
        assert_eq!((by_hand.best, by_hand.state), (whole.best, whole.state));
        assert_eq!((by_hand.steps, by_hand.counts), (whole.steps, whole.counts));
    }
}

#[test]
fn run_resumed_from_a_copied_state_is_the_uninterrupted_one_at_every_step() {
    const STEPS: usize = 40;
    let problem = tilted();
    // A rate that depends on the step: a copy that forgot its step would show.
    let method =
        Scheduled { rule: GradientDescent, schedule: OfStep(|step| 0.2 / (1.0 + 0.01 * step as f64)) };
    let advance = |state: &mut _| {
        method
            .step(&problem, state, &mut Allowance::evaluations(1))
            .expect("one evaluation is what a step costs")
    };
    let mut states = vec![method.init(&problem, &[10.0, 0.1]).expect("valid input")];
    for k in 0..STEPS {
        let mut next = states[k].clone();
        advance(&mut next);
        states.push(next);
    }
    let bits = |state: &thalweg::first_order::ScheduledState<()>| {
        let numbers = state.point.x.iter().chain(&state.point.gradient).chain([&state.point.value]);
        (state.step, numbers.map(|v| v.to_bits()).collect::<Vec<_>>())
    };
    // In `states` every step started from a copy; here none does.
    let mut uninterrupted = method.init(&problem, &[10.0, 0.1]).expect("valid input");
    for (k, state) in states.iter().enumerate() {
        assert_eq!(bits(&uninterrupted), bits(state), "before step {k}");
        let mut resumed = state.clone();
        for later in &states[k + 1..] {
            advance(&mut resumed);
            assert_eq!(bits(&resumed), bits(later), "resumed at step {k}");
        }
        advance(&mut uninterrupted);
    }
}
