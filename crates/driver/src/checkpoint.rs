//! Everything that changes during a run.

use thalweg_problem::{Counts, InvalidInput, State};

use crate::quiet::Quiet;
use crate::{Best, Row};

/// A run at one of its steps: the method's state, the best point, the counts and what the tests of [`Stop`](crate::Stop)
/// remember. The tests themselves are not part of it, so that a run can be resumed with other limits.
///
/// [`Running::resume`](crate::Running::resume) goes on from it, with the same bits as if the run had never paused.
///
/// ```
/// # use thalweg_driver::problem::*;
/// # use thalweg_first_order::{GradientDescent, Scheduled, schedules::Constant};
/// # let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.5 } };
/// # let parabola = from_fn(1, |x, g| { g[0] = x[0]; 0.5 * x[0] * x[0] });
/// use thalweg_driver::{Running, Stop, minimize, silent};
///
/// let paused = minimize(&parabola, &method, &[8.0], Stop::after(2), silent)?.into_checkpoint();
/// let resumed = Running::resume(&parabola, &method, paused, Stop::after(3))?.run_to_end(silent);
/// let straight = minimize(&parabola, &method, &[8.0], Stop::after(3), silent)?;
/// assert_eq!((resumed.steps, &resumed.best, resumed.counts), (3, &straight.best, straight.counts));
/// # Ok::<(), InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Checkpoint<S> {
    pub(crate) state: S,
    pub(crate) best: Best,
    pub(crate) past: Past,
}

/// What a run remembers besides its state and its best point.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Past {
    /// The start: the tests compare with it.
    pub(crate) first: Row,
    pub(crate) row: Row,
    pub(crate) counts: Counts,
    pub(crate) quiet: Quiet,
}

impl<S: State> Checkpoint<S> {
    /// The method's state.
    #[must_use]
    pub fn state(&self) -> &S {
        &self.state
    }

    /// The best point so far.
    #[must_use]
    pub fn best(&self) -> &Best {
        &self.best
    }

    /// The numbers of the last step.
    #[must_use]
    pub fn row(&self) -> &Row {
        &self.past.row
    }

    /// Nothing if it fits a problem in n variables.
    pub(crate) fn check(&self, n: usize) -> Result<(), InvalidInput> {
        InvalidInput::unless_length("checkpoint.state.x", self.state.x(), n)?;
        if let Some(gradient) = self.state.gradient() {
            InvalidInput::unless_length("checkpoint.state.gradient", gradient, n)?;
        }
        InvalidInput::unless_length("checkpoint.best.x", &self.best.x, n)?;
        self.past.quiet.unless_length(n)
    }
}
