//! The bounds that somebody else sets.

use thalweg_driver::{Stop, StopReason};
use thalweg_problem::CancelFlag;

use super::{Ended, Examined, START, ensure, run, within};
use crate::trial::Shape;
use crate::{Candidate, Trial};

pub(super) fn budget<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    // The second shape sends a search that waits for a finite value round and round.
    let falls = if candidate.least_squares { Shape::Tail } else { Shape::Line };
    for shape in [Shape::Quadratic, Shape::OnlyAtStart, falls] {
        for limit in 1..=12 {
            let trial = Trial::quadratic(5, 1.0, 1.0).shaped(shape);
            let stop = Stop {
                max_evaluations: Some(limit),
                relative_gradient: 0.0,
                runaway: f64::INFINITY,
                ..within(500)
            };
            let Ended { counts, reason, .. } = run(&(candidate.method)(1.0), &trial, &START, stop, |_| ())?;
            let evaluations = trial.calls();
            ensure(evaluations <= limit && counts.total() == evaluations, || {
                format!(
                    "with a budget of {limit} it evaluates {evaluations} times and stops because {reason}"
                )
            })?;
        }
    }
    Ok(())
}

pub(super) fn cancelled<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    for shape in [Shape::Quadratic, Shape::OnlyAtStart] {
        for call in 1..=8 {
            let flag = CancelFlag::default();
            let trial = Trial::quadratic(5, 3.0, 1.0).shaped(shape).cancelling_at(call, flag.clone());
            let stop = Stop { cancel: Some(flag.clone()), relative_gradient: 0.0, ..within(500) };
            let Ended { reason, .. } = run(&(candidate.method)(3.0), &trial, &START, stop, |_| ())?;
            let evaluations = trial.calls();
            ensure(evaluations <= call, || {
                format!(
                    "cancelled in evaluation {call} it goes on to {evaluations} and stops because {reason}"
                )
            })?;
            ensure(!flag.is_raised() || matches!(reason, StopReason::Cancelled { .. }), || {
                format!("cancelled in evaluation {call} it says that {reason}")
            })?;
        }
    }
    Ok(())
}
