//! What an observer sees after every step.

use std::ops::{ControlFlow, Deref};

/// The numbers of one step; step 0 is the start.
#[derive(Clone, Copy, Debug, PartialEq)]
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
