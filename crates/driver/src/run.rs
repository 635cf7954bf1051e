//! The loop itself.

use std::ops::ControlFlow;

use thalweg_numerics::norm;
use thalweg_problem::{
    Allowance, Counted, Counts, InvalidInput, Method, Objective, State, Stuck, check_start,
};

use crate::{NonFinite, Record, Row, Stop, StopReason};

/// Runs `method` on `problem` from `x0`, length n, until a test of `stop` fires or the observer breaks.
///
/// The observer sees the start and every step; [`silent`](crate::silent) looks away.
/// Evaluations are counted here, whatever the method does.
/// Observing and stopping allocate nothing per step.
///
/// # Errors
/// If `stop`, a setting of the method or `x0` cannot be used. Once the run has begun nothing is an error:
/// whatever goes wrong is a [`StopReason`], and the best point is kept.
pub fn minimize<'p, P, M>(
    problem: &'p P,
    method: &M,
    x0: &[f64],
    stop: Stop,
    mut observer: impl FnMut(&Record<'_>) -> ControlFlow<()>,
) -> Result<Run<M::State>, InvalidInput>
where
    P: Objective + ?Sized,
    M: Method<Counted<'p, P>>,
{
    let mut running = Running::start(problem, method, x0, stop)?;
    while running.next().is_some() {
        if observer(&running.record()).is_break() {
            break;
        }
    }
    Ok(running.finish())
}

/// What a run leaves behind.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Run<S> {
    /// The point with the lowest value seen at any step.
    pub best: Best,
    /// The method's state after the last step; its iterate need not be the best one.
    pub state: S,
    /// Steps taken.
    pub steps: u64,
    /// Evaluations, by kind.
    pub counts: Counts,
    /// Why it stopped.
    pub reason: StopReason,
}

/// The best point of a run.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Best {
    /// x, length n.
    pub x: Vec<f64>,
    /// f(x). NaN if the method never evaluated f, or f is not finite at the start, where `x` then is.
    pub value: f64,
    /// ‖∇f(x)‖, if the method evaluated it. Where rounding hides the last decrease of f it can be above the norm that
    /// ended the run: the point that converged is that of [`Run::state`].
    pub gradient_norm: Option<f64>,
    /// The step that reached it; 0 is the start.
    pub step: u64,
}

/// A run that is driven by hand, step by step: an iterator over its rows, the start first.
///
/// ```
/// # use thalweg_driver::problem::*;
/// # use thalweg_first_order::{GradientDescent, Scheduled, schedules::Constant};
/// # let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.5 } };
/// # let parabola = from_fn(1, |x, g| { g[0] = x[0]; 0.5 * x[0] * x[0] });
/// use thalweg_driver::{Running, Stop};
///
/// let mut running = Running::start(&parabola, &method, &[8.0], Stop::default())?;
/// let row = running.find(|row| row.value < Some(1.0)).expect("it gets there");
/// assert_eq!((row.step, running.record().x), (3, &[1.0][..]));
/// let run = running.finish();
/// assert_eq!(run.reason.to_string(), "the caller asked to stop");
/// # Ok::<(), InvalidInput>(())
/// ```
#[derive(Debug)]
pub struct Running<'p, 'm, P, M>
where
    P: Objective + ?Sized,
    M: Method<Counted<'p, P>>,
{
    problem: Counted<'p, P>,
    method: &'m M,
    stop: Stop,
    gradient_tolerance: f64,
    allow: Allowance,
    state: M::State,
    row: Row,
    best: Best,
    begun: bool,
    reason: Option<StopReason>,
}

impl<'p, 'm, P, M> Running<'p, 'm, P, M>
where
    P: Objective + ?Sized,
    M: Method<Counted<'p, P>>,
{
    /// Checks everything and evaluates the start.
    ///
    /// # Errors
    /// As [`minimize`].
    pub fn start(problem: &'p P, method: &'m M, x0: &[f64], stop: Stop) -> Result<Self, InvalidInput> {
        stop.check()?;
        check_start(problem, x0)?;
        let problem = Counted::new(problem);
        let allow = Allowance::default().watching([stop.cancel.clone(), problem.cancel_flag().cloned()]);
        let state = method.init(&problem, x0)?;
        let row = row_of(&state, 0, None, problem.counts());
        let gradient_tolerance =
            stop.absolute_gradient.max(stop.relative_gradient * row.gradient_norm.unwrap_or(0.0));
        let best = Best {
            x: state.x().to_vec(),
            value: row.value.filter(|value| value.is_finite()).unwrap_or(f64::NAN),
            gradient_norm: row.gradient_norm,
            step: 0,
        };
        Ok(Self {
            problem,
            method,
            stop,
            gradient_tolerance,
            allow,
            state,
            row,
            best,
            begun: false,
            reason: None,
        })
    }

    /// The current row with its iterate.
    #[must_use]
    pub fn record(&self) -> Record<'_> {
        Record { row: self.row, x: self.state.x() }
    }

    /// The method's state.
    #[must_use]
    pub fn state(&self) -> &M::State {
        &self.state
    }

    /// Why it stopped, once it has.
    #[must_use]
    pub fn reason(&self) -> Option<&StopReason> {
        self.reason.as_ref()
    }

    /// Ends the run where it is. If no test has fired by then, the reason is [`StopReason::Caller`].
    #[must_use]
    pub fn finish(mut self) -> Run<M::State> {
        if !self.begun {
            self.judge();
        }
        Run {
            counts: self.problem.counts(),
            steps: self.row.step,
            reason: self.reason.unwrap_or(StopReason::Caller),
            best: self.best,
            state: self.state,
        }
    }

    /// The one place where it is decided whether a run stops, and whether the point is the best so far.
    fn judge(&mut self) {
        let non_finite = self.non_finite();
        if non_finite.is_none() {
            self.keep_best();
        }
        self.reason = self.reason_to_stop(non_finite);
    }

    fn reason_to_stop(&self, non_finite: Option<NonFinite>) -> Option<StopReason> {
        let Row { step, value, gradient_norm, evaluations, .. } = self.row;
        if let Some(reason) = self.cancellation() {
            return Some(reason);
        }
        if let Some(what) = non_finite {
            return Some(if step == 0 {
                StopReason::NonFiniteStart { what }
            } else {
                StopReason::Diverged { step, what }
            });
        }
        let tolerance = self.gradient_tolerance;
        if let Some(norm) = gradient_norm.filter(|&norm| norm <= tolerance) {
            return Some(StopReason::GradientTolerance { norm, tolerance });
        }
        if let (Some(value), Some(target)) = (value, self.stop.target_value) {
            if value <= target {
                return Some(StopReason::TargetValue { value, target });
            }
        }
        if step >= self.stop.max_steps {
            return Some(StopReason::StepLimit { limit: self.stop.max_steps });
        }
        let limit = self.stop.evaluation_limit();
        if evaluations >= limit {
            return Some(StopReason::EvaluationLimit { limit });
        }
        None
    }

    /// Whether a flag is up, and whose.
    fn cancellation(&self) -> Option<StopReason> {
        let own = self.problem.cancel_flag().and_then(|flag| flag.cause());
        let failed = own.map(|error| StopReason::ObjectiveFailed { error: error.clone() });
        let cancelled =
            || self.allow.raised().map(|flag| StopReason::Cancelled { cause: flag.cause().cloned() });
        failed.or_else(cancelled)
    }

    fn non_finite(&self) -> Option<NonFinite> {
        let value = self.row.value.filter(|v| !v.is_finite()).map(NonFinite::Value);
        let gradient = || self.row.gradient_norm.filter(|g| !g.is_finite()).map(NonFinite::GradientNorm);
        let iterate = || {
            let x = self.state.x();
            x.iter().position(|v| !v.is_finite()).map(|i| NonFinite::Iterate(i, x[i]))
        };
        value.or_else(gradient).or_else(iterate)
    }

    /// Keeps the current point, finite throughout, if its value is the lowest so far.
    fn keep_best(&mut self) {
        let better = match self.row.value {
            // On a tie the later point, whose gradient is usually the smaller one.
            Some(value) => self.best.value.is_nan() || value <= self.best.value,
            // Nothing to compare by: the last finite iterate is the best guess, until there is a value.
            None => self.best.value.is_nan(),
        };
        if better {
            self.best.x.copy_from_slice(self.state.x());
            self.best.value = self.row.value.unwrap_or(f64::NAN);
            self.best.gradient_norm = self.row.gradient_norm;
            self.best.step = self.row.step;
        }
    }
}

impl<'p, P, M> Iterator for Running<'p, '_, P, M>
where
    P: Objective + ?Sized,
    M: Method<Counted<'p, P>>,
{
    type Item = Row;

    /// The start, then one row for every step, until a test fires.
    fn next(&mut self) -> Option<Row> {
        if self.reason.is_some() {
            return None;
        }
        if !self.begun {
            self.begun = true;
            self.judge();
            return Some(self.row);
        }
        // What was really evaluated, not what the method says it spent.
        let limit = self.stop.evaluation_limit();
        self.allow.set_left(limit.saturating_sub(self.problem.counts().total()));
        match self.method.step(&self.problem, &mut self.state, &mut self.allow) {
            Ok(step) => {
                self.row = row_of(&self.state, self.row.step + 1, step.rate, self.problem.counts());
                self.judge();
                Some(self.row)
            }
            Err(stuck) => {
                // The method may have moved its state before it gave up.
                self.row = row_of(&self.state, self.row.step, self.row.rate, self.problem.counts());
                self.reason = self.cancellation().or(Some(match stuck {
                    Stuck::OutOfEvaluations => StopReason::EvaluationLimit { limit },
                    Stuck::Cancelled => StopReason::Cancelled { cause: None },
                    other => StopReason::Stuck(other),
                }));
                None
            }
        }
    }
}

fn row_of(state: &impl State, step: u64, rate: Option<f64>, counts: Counts) -> Row {
    Row {
        step,
        value: state.value(),
        gradient_norm: state.gradient().map(norm),
        rate,
        evaluations: counts.total(),
    }
}
