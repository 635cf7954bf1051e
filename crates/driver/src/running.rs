//! The loop itself.

use std::ops::ControlFlow;

use thalweg_numerics::norm;
use thalweg_problem::{
    Allowance, Counted, Counts, InvalidInput, Method, Objective, State, Stuck, check_start,
};

use crate::checkpoint::Past;
use crate::quiet::Quiet;
use crate::{Best, Checkpoint, NonFinite, Record, Row, Run, Stop, StopReason};

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
    allow: Allowance,
    /// Everything that changes.
    now: Checkpoint<M::State>,
    start_shown: bool,
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
    /// As [`minimize`](crate::minimize).
    pub fn start(problem: &'p P, method: &'m M, x0: &[f64], stop: Stop) -> Result<Self, InvalidInput> {
        stop.check()?;
        check_start(problem, x0)?;
        let problem = Counted::new(problem);
        let state = method.init(&problem, x0)?;
        let counts = problem.counts();
        let row = row_of(&state, 0, None, counts);
        let best = Best {
            x: state.x().to_vec(),
            value: row.value.filter(|value| value.is_finite()).unwrap_or(f64::NAN),
            gradient_norm: row.gradient_norm,
            step: 0,
        };
        let quiet = Quiet::new(stop.noise_window, x0.len(), &row);
        let past = Past { first: row, row, counts, quiet };
        let mut running = Self::of(problem, method, Checkpoint { state, best, past }, stop);
        running.judge();
        Ok(running)
    }

    /// Goes on from where another run was, with this `stop`, whose limits count from that run's start.
    ///
    /// The first row is the one after the checkpoint's; there is none if a test of `stop` fires there.
    /// Nothing is evaluated here: problem and method must be those of the checkpoint for its numbers to mean anything.
    ///
    /// # Errors
    /// If `stop` cannot be used, or the checkpoint has not the problem's dimension.
    pub fn resume(
        problem: &'p P,
        method: &'m M,
        checkpoint: Checkpoint<M::State>,
        stop: Stop,
    ) -> Result<Self, InvalidInput> {
        stop.check()?;
        checkpoint.check(problem.dim())?;
        let problem = Counted::going_on(problem, checkpoint.past.counts);
        let mut running = Self::of(problem, method, checkpoint, stop);
        running.start_shown = true;
        running.now.past.quiet.resume(running.stop.noise_window);
        running.reason = running.reason_to_stop(running.non_finite());
        Ok(running)
    }

    fn of(problem: Counted<'p, P>, method: &'m M, now: Checkpoint<M::State>, stop: Stop) -> Self {
        let allow = Allowance::default().watching([stop.cancel.clone(), problem.cancel_flag().cloned()]);
        Self { problem, method, stop, allow, now, start_shown: false, reason: None }
    }

    /// The current row with its iterate.
    #[must_use]
    pub fn record(&self) -> Record<'_> {
        Record { row: self.now.past.row, x: self.now.state.x() }
    }

    /// The method's state.
    #[must_use]
    pub fn state(&self) -> &M::State {
        &self.now.state
    }

    /// Where the run is: clone it, or write it down, to go on from here another time.
    ///
    /// After the method gave up in the middle of a step it is where the method left its state.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint<M::State> {
        &self.now
    }

    /// Why it stopped, once it has.
    #[must_use]
    pub fn reason(&self) -> Option<&StopReason> {
        self.reason.as_ref()
    }

    /// Whether the run is at a point worth going on from: finite, and not run away.
    #[cfg(feature = "checkpoint")]
    pub(crate) fn is_sound(&self) -> bool {
        self.non_finite().is_none() && !self.reason.as_ref().is_some_and(StopReason::is_divergence)
    }

    /// Shows every further row to the observer until a test fires or the observer breaks.
    pub fn run_to_end(mut self, mut observer: impl FnMut(&Record<'_>) -> ControlFlow<()>) -> Run<M::State> {
        while self.next().is_some() {
            if observer(&self.record()).is_break() {
                break;
            }
        }
        self.finish()
    }

    /// Ends the run where it is. If no test has fired by then, the reason is [`StopReason::Caller`].
    #[must_use]
    pub fn finish(self) -> Run<M::State> {
        let reason = self.reason.unwrap_or(StopReason::Caller);
        let Checkpoint { state, best, past } = self.now;
        #[cfg(feature = "tracing")]
        tracing::debug!(steps = past.row.step, evaluations = past.row.evaluations, %reason, "stopped");
        Run { best, state, steps: past.row.step, counts: past.counts, reason, past }
    }

    /// Writes down where the method's state is now.
    fn arrive(&mut self, step: u64, rate: Option<f64>) {
        let past = &mut self.now.past;
        past.counts = self.problem.counts();
        past.row = row_of(&self.now.state, step, rate, past.counts);
    }

    /// The one place where it is decided whether a run stops, and whether the point is the best so far.
    fn judge(&mut self) {
        #[cfg(feature = "tracing")]
        tracing::trace!(row = ?self.now.past.row, "step");
        let non_finite = self.non_finite();
        if non_finite.is_none() {
            self.keep_best();
            let Checkpoint { state, past, .. } = &mut self.now;
            if past.row.step > 0 {
                past.quiet.observe(&past.row, state);
            }
        }
        self.reason = self.reason_to_stop(non_finite);
    }

    fn reason_to_stop(&self, non_finite: Option<NonFinite>) -> Option<StopReason> {
        let Past { first, row, quiet, .. } = &self.now.past;
        let &Row { step, value, gradient_norm, evaluations, .. } = row;
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
        let tolerance = self.stop.gradient_tolerance(first);
        if let Some(norm) = gradient_norm.filter(|&norm| norm <= tolerance) {
            return Some(StopReason::GradientTolerance { norm, tolerance });
        }
        if let (Some(value), Some(target)) = (value, self.stop.target_value)
            && value <= target
        {
            return Some(StopReason::TargetValue { value, target });
        }
        if let Some((value, gradient_norm)) = self.stop.runs_away(first, row, self.now.best.value) {
            return Some(StopReason::RanAway { step, value, gradient_norm });
        }
        if let Some(noise) = quiet.floor() {
            return Some(StopReason::NoiseFloor(noise));
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
        let Row { value, gradient_norm, .. } = self.now.past.row;
        let value = value.filter(|v| !v.is_finite()).map(NonFinite::Value);
        let gradient = || gradient_norm.filter(|g| !g.is_finite()).map(NonFinite::GradientNorm);
        value.or_else(gradient).or_else(|| first_non_finite(self.now.state.x()))
    }

    /// Keeps the current point, finite throughout, if its value is the lowest so far.
    fn keep_best(&mut self) {
        let Checkpoint { state, best, past } = &mut self.now;
        let better = match past.row.value {
            // On a tie the later point, whose gradient is usually the smaller one.
            Some(value) => best.value.is_nan() || value <= best.value,
            // Nothing to compare by: the last finite iterate is the best guess, until there is a value.
            None => best.value.is_nan(),
        };
        if better {
            best.x.copy_from_slice(state.x());
            best.value = past.row.value.unwrap_or(f64::NAN);
            best.gradient_norm = past.row.gradient_norm;
            best.step = past.row.step;
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
        if !self.start_shown {
            self.start_shown = true;
            return Some(self.now.past.row);
        }
        if self.reason.is_some() {
            return None;
        }
        // What was really evaluated, not what the method says it spent.
        let limit = self.stop.evaluation_limit();
        self.allow.set_left(limit.saturating_sub(self.problem.counts().total()));
        let Row { step, rate, .. } = self.now.past.row;
        match self.method.step(&self.problem, &mut self.now.state, &mut self.allow) {
            Ok(taken) => {
                self.arrive(step + 1, taken.rate);
                self.judge();
                Some(self.now.past.row)
            }
            Err(stuck) => {
                // The method may have moved its state before it gave up.
                self.arrive(step, rate);
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

fn first_non_finite(x: &[f64]) -> Option<NonFinite> {
    // No early exit: the whole slice in wide registers is faster than stopping at an element that hardly ever comes.
    let all_finite = x.iter().fold(true, |finite, v| finite & v.is_finite());
    if all_finite {
        return None;
    }
    x.iter().position(|v| !v.is_finite()).map(|i| NonFinite::Iterate(i, x[i]))
}
