//! A method that is to be examined.

use std::fmt;

/// A method with what the suite has to know about it.
pub struct Candidate<M> {
    /// Its name, for the report.
    pub name: &'static str,
    /// The method with the settings that suit a function whose largest curvature this is.
    pub method: Box<dyn Fn(f64) -> M>,
    /// Whether it promises never to accept a point that is not finite, nor one above its start: a line search or a trust
    /// region does, a fixed rate does not. Default false.
    pub safeguarded: bool,
    /// Whether it asks for residuals, so that f is a sum of squares: none is without a lower bound, and it meets one that falls for
    /// ever instead. Default false.
    pub least_squares: bool,
    /// The steps in which it must converge on a quadratic with condition number 10. Default 2000.
    pub steps: u64,
    /// Settings that it must refuse, each with the name of the setting. Default none.
    pub refused: Vec<(&'static str, M)>,
}

impl<M> Candidate<M> {
    /// A method that promises nothing special.
    #[must_use]
    pub fn new(name: &'static str, method: impl Fn(f64) -> M + 'static) -> Self {
        Self {
            name,
            method: Box::new(method),
            safeguarded: false,
            least_squares: false,
            steps: 2_000,
            refused: Vec::new(),
        }
    }
}

impl<M> fmt::Debug for Candidate<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate")
            .field("name", &self.name)
            .field("safeguarded", &self.safeguarded)
            .field("least_squares", &self.least_squares)
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}
