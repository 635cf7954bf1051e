//! A run, written down.

use std::ops::ControlFlow;

use crate::{Record, Row};

/// Keeps the rows of a run, and its points if asked to.
///
/// ```
/// # use thalweg_driver::problem::*;
/// # use thalweg_first_order::{GradientDescent, Scheduled, schedules::Constant};
/// # let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.5 } };
/// # let parabola = from_fn(1, |x, g| { g[0] = x[0]; 0.5 * x[0] * x[0] });
/// use thalweg_driver::{Stop, Trace, minimize};
///
/// let mut trace = Trace::with_points();
/// minimize(&parabola, &method, &[8.0], Stop::after(3), trace.observer())?;
/// assert_eq!(trace.points, [[8.0], [4.0], [2.0], [1.0]]);
/// assert_eq!(trace.rows[3].value, Some(0.5));
///
/// // A trace and a reason of one's own to stop, in one observer.
/// use std::ops::ControlFlow;
/// let mut trace = Trace::default();
/// let mut write = trace.observer();
/// let run = minimize(&parabola, &method, &[8.0], Stop::default(), |record| {
///     write(record)?;
///     if record.x[0] < 3.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
/// })?;
/// assert_eq!(run.reason.to_string(), "the caller asked to stop");
/// drop(write);
/// assert_eq!(trace.rows.len(), 3);
/// # Ok::<(), InvalidInput>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// One row for the start and one for every step.
    pub rows: Vec<Row>,
    /// The iterates, one for every row; empty unless the trace was made by [`with_points`](Self::with_points).
    pub points: Vec<Vec<f64>>,
    keep_points: bool,
}

impl Trace {
    /// A trace that also keeps the iterates: n numbers a step.
    #[must_use]
    pub fn with_points() -> Self {
        Self { keep_points: true, ..Self::default() }
    }

    /// The observer that writes into this trace.
    pub fn observer(&mut self) -> impl FnMut(&Record<'_>) -> ControlFlow<()> + '_ {
        |record| {
            self.rows.push(record.row);
            if self.keep_points {
                self.points.push(record.x.to_vec());
            }
            ControlFlow::Continue(())
        }
    }
}
