//! Functions that give a method nothing to work with.

use thalweg_driver::{Best, Stop, StopReason};
use thalweg_problem::{Allowance, Counted, State};

use super::{Ended, Examined, START, ensure, run, within};
use crate::trial::Shape;
use crate::{Candidate, Trial};

pub(super) fn at_the_start<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    const BAD: [f64; 3] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    let nowhere = BAD.iter().flat_map(|&bad| [(bad, 1.0), (1.0, bad), (bad, bad)]);
    for (value, slope) in nowhere {
        let trial = Trial::quadratic(5, 1.0, 1.0).shaped(Shape::Nowhere { value, slope });
        let Ended { steps, reason, .. } = run(&(candidate.method)(1.0), &trial, &START, within(500), |_| ())?;
        let named = matches!(reason, StopReason::NonFiniteStart { .. });
        ensure(named && steps == 0, || {
            format!(
                "where f = {value} and every slope is {slope} it takes {steps} steps and stops because {reason}"
            )
        })?;
        ensure(trial.calls() <= 1, || format!("it evaluates {} times to find that out", trial.calls()))?;
    }
    Ok(())
}

pub(super) fn region<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    loses_nothing(candidate, f64::NAN)?;
    let trial = Trial::quadratic(5, 1.0, 1.0).shaped(Shape::OnlyAtStart);
    let ended = run(&(candidate.method)(1.0), &trial, &START, within(500), |_| ())?;
    ensure(!ended.reason.is_converged() && ended.best.x == START, || {
        format!("where f is a number at the start only it ends at {:?}: {}", ended.best.x, ended.reason)
    })?;
    if !candidate.safeguarded {
        return Ok(());
    }
    // Σ (x − ln x) from a point with curvatures 1/400 and 400: minimum 2 at (1, 1).
    let trial = Trial::quadratic(2, 1.0, 0.0).shaped(Shape::LogBarrier);
    let mut left = false;
    let stop = within(candidate.steps);
    let ended = run(&(candidate.method)(400.0), &trial, &[20.0, 0.05], stop, |row| {
        left |= row.value.is_some_and(|value| !value.is_finite());
    })?;
    ensure(!left, || "it accepts a point of Σ (x − ln x) with an x that is not above 0".to_owned())?;
    ensure(ended.reason.is_converged() && (ended.best.value - 2.0).abs() < 1e-9, || {
        format!("on Σ (x − ln x) from (20, 0.05) it ends at {:?}: {}", ended.best, ended.reason)
    })
}

pub(super) fn barrier<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    loses_nothing(candidate, f64::INFINITY)
}

/// The minimum lies beyond an edge at which f stops being finite.
fn loses_nothing<M: Examined>(candidate: &Candidate<M>, value: f64) -> Result<(), String> {
    // The start is 20 in x₀, the minimum −3: the edge comes early, late, or in between.
    for below in [19.0, 5.0, -1.0] {
        let trial = Trial::quadratic(5, 1.0, -3.0).shaped(Shape::Edge { below, value });
        let mut accepted = false;
        let ended = run(&(candidate.method)(1.0), &trial, &START, within(500), |row| {
            accepted |= row.value.is_some_and(|value| !value.is_finite());
        })?;
        is_where_it_says(&trial, &ended.best)?;
        ensure(!(accepted && candidate.safeguarded), || {
            format!("it accepts a point where f = {value}, beyond the edge at {below}")
        })?;
    }
    Ok(())
}

/// The best point is finite, not above the start, and f there is what the run says.
fn is_where_it_says(trial: &Trial, best: &Best) -> Result<(), String> {
    let mut gradient = vec![0.0; best.x.len()];
    let (value, at_start) = (trial.look(&best.x, &mut gradient), trial.look(&START, &mut gradient));
    let finite = best.x.iter().all(|x| x.is_finite()) && best.value.is_finite();
    ensure(finite && value.to_bits() == best.value.to_bits() && best.value <= at_start, || {
        format!("from a start with f = {at_start} it keeps {best:?} as the best point, where f is {value}")
    })
}

pub(super) fn flat<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    let minimum = [2.0, -2.0, 2.0, -2.0, 2.0];
    for stop in [within(500), Stop::after(5)] {
        let trial = Trial::quadratic(5, 1.0, 2.0);
        converges_at_once(run(&(candidate.method)(1.0), &trial, &minimum, stop, |_| ())?)?;
    }
    // By hand, where no driver looks at the gradient first.
    let trial = Trial::quadratic(5, 1.0, 2.0);
    let (counted, method) = (Counted::new(&trial), (candidate.method)(1.0));
    let mut state = method.init(&counted, &minimum).map_err(|error| error.to_string())?;
    for _ in 0..3 {
        // Whether it says that it is stuck is its own affair.
        let said = method.step(&counted, &mut state, &mut Allowance::evaluations(100));
        ensure(state.x() == minimum, || {
            format!("from a gradient of zero it steps to {:?} and says {said:?}", state.x())
        })?;
    }
    Ok(())
}

pub(super) fn constant<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    let trial = Trial::quadratic(5, 1.0, 1.0).shaped(Shape::Nowhere { value: 42.0, slope: 0.0 });
    converges_at_once(run(&(candidate.method)(1.0), &trial, &START, within(500), |_| ())?)
}

fn converges_at_once(ended: Ended) -> Result<(), String> {
    let Ended { steps, reason, .. } = ended;
    ensure(reason.is_converged() && steps == 0, || {
        format!("where the gradient is zero it takes {steps} steps and stops because {reason}")
    })
}

pub(super) fn unbounded<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    if candidate.least_squares {
        // Its gradient falls with it, so that convergence is no false claim.
        let trial = Trial::quadratic(5, 1.0, 1.0).shaped(Shape::Tail);
        let ended = run(&(candidate.method)(1.0), &trial, &START, within(500), |_| ())?;
        return is_where_it_says(&trial, &ended.best);
    }
    for shape in [Shape::Line, Shape::Hill] {
        let trial = Trial::quadratic(5, 1.0, 1.0).shaped(shape);
        let stop = within(500);
        let ended = run(&(candidate.method)(1.0), &trial, &START, stop, |_| ())?;
        is_where_it_says(&trial, &ended.best)?;
        ensure(!ended.reason.is_converged(), || {
            format!("on a function without a lower bound it claims that {}", ended.reason)
        })?;
    }
    Ok(())
}

pub(super) fn wrong_gradient<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    for factor in [-1.0, 1e-3, 1e3, 0.0] {
        let trial = Trial::quadratic(5, 1.0, 1.0).shaped(Shape::WrongGradient { factor });
        let stop = within(500);
        is_where_it_says(&trial, &run(&(candidate.method)(1.0), &trial, &START, stop, |_| ())?.best)?;
    }
    Ok(())
}
