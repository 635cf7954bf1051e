//! When a run stops.

use thalweg_problem::{CancelFlag, InvalidInput};

use crate::Row;

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
    /// Ran away once ‖∇f(x)‖ > r ‖∇f(x₀)‖ and f rose above f(x₀) by more than r² times the larger of |f(x₀)| and how far it
    /// had fallen before, with this r, above 1. Both, so that neither a start on a plateau or near a saddle nor one with
    /// the value 0 is taken for an end; on a quadratic, where f grows like the square of its gradient, they come together.
    /// Values that fall without end are no worse than the start: they end as not finite, or at a limit. ∞ never stops.
    /// Default 1e10.
    pub runaway: f64,
    /// Near the noise floor once so many steps on end show nothing but rounding; 4 or more, for two halves are compared.
    /// A run that has neither descended nor moved shows nothing. 0 never stops. Default 101.
    pub noise_window: u64,
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
            runaway: 1e10,
            noise_window: 101,
            cancel: None,
        }
    }
}

impl Stop {
    /// After so many steps, wherever they lead, unless the gradient becomes exactly zero, something is not finite, the method is
    /// stuck, or the steps take more than a hundred evaluations each on average.
    #[must_use]
    pub fn after(steps: u64) -> Self {
        Self {
            relative_gradient: 0.0,
            runaway: f64::INFINITY,
            noise_window: 0,
            max_steps: steps,
            ..Self::default()
        }
    }

    /// What ‖∇f(x)‖ has to reach, given the start.
    pub(crate) fn gradient_tolerance(&self, first: &Row) -> f64 {
        self.absolute_gradient.max(self.relative_gradient * first.gradient_norm.unwrap_or(0.0))
    }

    /// Value and norm of the gradient, if they are those of a run that has run away; `lowest` is the least value so far.
    pub(crate) fn runs_away(&self, first: &Row, row: &Row, lowest: f64) -> Option<(f64, f64)> {
        let (value, norm) = row.value.zip(row.gradient_norm)?;
        let (first_value, first_norm) = first.value.zip(first.gradient_norm)?;
        let (r, scale) = (self.runaway, first_value.abs().max(first_value - lowest));
        // r times the scale before another r: r² alone may overflow where the product does not.
        (norm > r * first_norm && value - first_value > r * scale * r).then_some((value, norm))
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
        if self.runaway.is_nan() || self.runaway <= 1.0 {
            return Err(InvalidInput::new(
                "stop.runaway",
                format_args!("{:?}", self.runaway),
                "a number above 1",
            ));
        }
        if (1..4).contains(&self.noise_window) {
            return Err(InvalidInput::new("stop.noise_window", self.noise_window, "0, or 4 or more"));
        }
        if self.max_evaluations == Some(0) {
            return Err(InvalidInput::new("stop.max_evaluations", 0, "1 or more: the start is evaluated"));
        }
        Ok(())
    }
}
