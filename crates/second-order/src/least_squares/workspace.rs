//! The memory of a step, which means nothing between steps.

use super::sheet::Sheet;
use super::step_within::StepWork;

/// For m residuals of n variables; of no size until it is fitted, as in a state that was read from a file.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    pub(crate) sheet: Sheet,
    pub(crate) step: StepWork,
    /// The step p, length n.
    pub(crate) p: Vec<f64>,
    /// Two more vectors of length n.
    pub(crate) product: Vec<f64>,
    pub(crate) other: Vec<f64>,
}

impl Workspace {
    pub(crate) fn new(m: usize, n: usize) -> Self {
        let zeros = || vec![0.0; n];
        Self { sheet: Sheet::new(m, n), step: StepWork::new(n), p: zeros(), product: zeros(), other: zeros() }
    }

    /// Allocates only if it is of another size.
    pub(crate) fn fit(&mut self, m: usize, n: usize) {
        if self.sheet.residuals.len() != m || self.p.len() != n {
            *self = Self::new(m, n);
        }
    }
}

impl Default for Workspace {
    fn default() -> Self {
        Self::new(0, 0)
    }
}

/// States are equal if they go on alike, whatever is left over in here.
impl PartialEq for Workspace {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
