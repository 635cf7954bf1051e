//! A flag that goes up during an evaluation stops the run before the next one, inside a step too.

use std::cell::Cell;
use std::error::Error;
use std::sync::Arc;

use thalweg::prelude::*;
use thalweg::problem::Counted;

use crate::{HalvingDescent, at_rate};

/// Minimizes ½x² until the flag goes up during evaluation j, counted from 1; returns the reason and the evaluations.
fn raised_at<M>(method: &M, j: u64, raise: impl Fn(&CancelFlag)) -> (StopReason, u64)
where
    M: for<'p> Method<Counted<'p, dyn Differentiable + 'p>>,
{
    let (flag, calls) = (CancelFlag::default(), Cell::new(0));
    let parabola = from_fn(1, |x, g| {
        calls.set(calls.get() + 1);
        if calls.get() == j {
            raise(&flag);
        }
        g[0] = x[0];
        0.5 * x[0] * x[0]
    });
    let stop = Stop { cancel: Some(flag.clone()), ..Stop::default() };
    let run =
        minimize::<dyn Differentiable, _>(&parabola, method, &[8.0], stop, silent).expect("valid input");
    assert_eq!(run.counts.total(), calls.get(), "no evaluation goes uncounted");
    (run.reason, calls.get())
}

#[test]
fn gradient_descent_stops_before_the_next_evaluation() {
    for j in 1..=10 {
        let (reason, calls) = raised_at(&at_rate(0.5), j, CancelFlag::raise);
        assert!(matches!(reason, StopReason::Cancelled { cause: None }), "{j}: {reason}");
        assert_eq!(calls, j);
    }
}

#[test]
fn loop_inside_a_step_stops_before_the_next_evaluation() {
    // The first rate is so much too large that the first step takes eleven trials; further steps begin within the ten.
    for first_rate in [1000.0, 3.0] {
        for j in 1..=10 {
            let (reason, calls) = raised_at(&HalvingDescent { first_rate }, j, CancelFlag::raise);
            assert!(matches!(reason, StopReason::Cancelled { cause: None }), "{j}: {reason}");
            assert_eq!(calls, j, "first rate {first_rate}");
        }
    }
}

#[test]
fn cause_comes_out_wherever_the_flag_went_up() {
    let because =
        |flag: &CancelFlag| flag.raise_because(Arc::from(Box::<dyn Error + Send + Sync>::from("enough")));
    for j in 1..=10 {
        let told = |(reason, calls): (StopReason, u64)| (reason.to_string(), calls);
        let expected = ("the run was cancelled: enough".to_owned(), j);
        assert_eq!(told(raised_at(&at_rate(0.5), j, because)), expected);
        assert_eq!(told(raised_at(&HalvingDescent { first_rate: 1000.0 }, j, because)), expected);
    }
}

#[test]
fn objective_that_fails_is_not_asked_again() {
    for j in 1..=10 {
        let calls = Cell::new(0);
        let fails = from_fallible_fn(1, |x, g| {
            calls.set(calls.get() + 1);
            g[0] = x[0];
            if calls.get() == j { Err(std::io::Error::other("worn out")) } else { Ok(0.5 * x[0] * x[0]) }
        });
        let method = HalvingDescent { first_rate: 1000.0 };
        let run = minimize(&fails, &method, &[8.0], Stop::default(), silent).expect("valid input");
        assert_eq!((run.reason.to_string(), calls.get()), ("the objective failed: worn out".to_owned(), j));
    }
}

#[test]
fn budget_holds_inside_a_step_as_well() {
    for limit in 1..=20 {
        let stop = Stop { max_evaluations: Some(limit), ..Stop::default() };
        let parabola = from_fn(1, |x, g| {
            g[0] = x[0];
            0.5 * x[0] * x[0]
        });
        let method = HalvingDescent { first_rate: 1000.0 };
        let run = minimize(&parabola, &method, &[8.0], stop, silent).expect("valid input");
        assert!(matches!(run.reason, StopReason::EvaluationLimit { .. }), "{limit}: {}", run.reason);
        assert_eq!(run.counts.total(), limit);
    }
}
