//! A run from its start to its end, and what it leaves behind.

use std::ops::ControlFlow;

use thalweg_problem::{Counted, Counts, InvalidInput, Method, Objective};

use crate::checkpoint::Past;
use crate::{Checkpoint, Record, Running, Stop, StopReason};

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
    observer: impl FnMut(&Record<'_>) -> ControlFlow<()>,
) -> Result<Run<M::State>, InvalidInput>
where
    P: Objective + ?Sized,
    M: Method<Counted<'p, P>>,
{
    Ok(Running::start(problem, method, x0, stop)?.run_to_end(observer))
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
    pub(crate) past: Past,
}

impl<S> Run<S> {
    /// What [`Running::resume`] goes on from: with a larger limit, say.
    ///
    /// If the method gave up in the middle of a step it is where the method left its state: a resumed run then goes on, but need
    /// not be the uninterrupted one.
    #[must_use]
    pub fn into_checkpoint(self) -> Checkpoint<S> {
        Checkpoint { state: self.state, best: self.best, past: self.past }
    }
}

/// The best point of a run.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
