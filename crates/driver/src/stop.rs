//! When a run stops.

use thalweg_problem::{CancelFlag, InvalidInput};

/// When to stop: one test of convergence, and budgets.
///
/// The test is on the gradient alone: a small decrease says nothing about being near a minimum.
///
/// ```
/// use thalweg_driver::Stop;
///
/// let patient = Stop { max_steps: 1_000_000, ..Stop::default() };
/// assert_eq!((patient.relative_gradient, patient.max_evaluations), (1e-8, None));
/// ```
#[derive(Clone, Debug)]
pub struct Stop {
    /// Converged once ‖∇f(x)‖ ≤ this · ‖∇f(x₀)‖, Euclidean norms. 0 leaves only an exact zero. Default 1e-8.
    pub relative_gradient: f64,
    /// Converged once ‖∇f(x)‖ ≤ this. Default 0: what is small depends on the scale of f.
    pub absolute_gradient: f64,
    /// Stops once f(x) ≤ this, if given: for a minimum that is known or a value that is good enough.
    pub target_value: Option<f64>,
    /// Stops after so many steps; 0 evaluates the start only. Default 10 000.
    pub max_steps: u64,
    /// Stops after so many evaluations of any kind, the one at the start included; 1 or more.
    /// Default `None`: a hundred for the start and for every step that is allowed, so that no step can hang.
    pub max_evaluations: Option<u64>,
    /// Stops when it is raised, if given.
    pub cancel: Option<CancelFlag>,
}

impl Default for Stop {
    fn default() -> Self {
        Self {
            relative_gradient: 1e-8,
            absolute_gradient: 0.0,
            target_value: None,
            max_steps: 10_000,
            max_evaluations: None,
            cancel: None,
        }
    }
}

impl Stop {
    /// After exactly so many steps, whatever the gradient, unless it becomes exactly zero.
    #[must_use]
    pub fn after(steps: u64) -> Self {
        Self { relative_gradient: 0.0, max_steps: steps, ..Self::default() }
    }

    pub(crate) fn evaluation_limit(&self) -> u64 {
        const A_STEP: u64 = 100;
        self.max_evaluations.unwrap_or_else(|| self.max_steps.saturating_add(1).saturating_mul(A_STEP))
    }

    pub(crate) fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_non_negative("stop.relative_gradient", self.relative_gradient)?;
        InvalidInput::unless_non_negative("stop.absolute_gradient", self.absolute_gradient)?;
        if self.target_value.is_some_and(f64::is_nan) {
            return Err(InvalidInput::new("stop.target_value", f64::NAN, "a number"));
        }
        if self.max_evaluations == Some(0) {
            return Err(InvalidInput::new("stop.max_evaluations", 0, "1 or more: the start is evaluated"));
        }
        Ok(())
    }
}
