//! What an observer sees after every step.

use std::ops::{ControlFlow, Deref};

/// The numbers of one step; step 0 is the start.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Row {
    /// Steps taken.
    pub step: u64,
    /// f(x), if the method evaluated it.
    pub value: Option<f64>,
    /// ‖∇f(x)‖, Euclidean, if the method evaluated it.
    pub gradient_norm: Option<f64>,
    /// The rate of the step that led here; none at the start.
    pub rate: Option<f64>,
    /// Evaluations so far, of any kind.
    pub evaluations: u64,
}

/// A [`Row`] together with the iterate it belongs to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Record<'a> {
    /// The numbers.
    pub row: Row,
    /// x, length n.
    pub x: &'a [f64],
}

impl Deref for Record<'_> {
    type Target = Row;

    fn deref(&self) -> &Row {
        &self.row
    }
}

/// The observer that looks away.
pub fn silent(_record: &Record<'_>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// One observer that is two: the second does not see a row at which the first breaks.
///
/// ```
/// # use thalweg_driver::problem::*;
/// # use thalweg_first_order::{GradientDescent, Scheduled, schedules::Constant};
/// # let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.5 } };
/// # let parabola = from_fn(1, |x, g| { g[0] = x[0]; 0.5 * x[0] * x[0] });
/// use std::ops::ControlFlow;
/// use thalweg_driver::{Stop, Trace, both, minimize};
///
/// let mut trace = Trace::default();
/// let near = |record: &thalweg_driver::Record<'_>| match record.x[0] < 3.0 {
///     true => ControlFlow::Break(()),
///     false => ControlFlow::Continue(()),
/// };
/// minimize(&parabola, &method, &[8.0], Stop::default(), both(trace.observer(), near))?;
/// assert_eq!(trace.rows.len(), 3); // 8, 4, 2
/// # Ok::<(), InvalidInput>(())
/// ```
pub fn both(
    mut first: impl FnMut(&Record<'_>) -> ControlFlow<()>,
    mut second: impl FnMut(&Record<'_>) -> ControlFlow<()>,
) -> impl FnMut(&Record<'_>) -> ControlFlow<()> {
    move |record| {
        first(record)?;
        second(record)
    }
}
