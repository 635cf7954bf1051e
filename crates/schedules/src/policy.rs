//! Rates that may depend on how the run goes.

use thalweg_problem::InvalidInput;

use crate::Schedule;

/// Where a method takes its rate from. Every [`Schedule`] is one, with nothing to remember; a policy with a state looks at
/// the values that the run comes by.
pub trait RatePolicy {
    /// What it remembers.
    type State: Clone;

    /// Checks the settings and makes the state of a run that begins.
    ///
    /// # Errors
    /// If a setting cannot be used.
    fn start(&self) -> Result<Self::State, InvalidInput>;

    /// The rate for step `step`, counted from 0: finite and not negative.
    fn rate_at(&self, state: &Self::State, step: u64) -> f64;

    /// Shows it the point that `step` steps led to, and f there; a method that sees only parts of f shows what it knows of it,
    /// and says what that is.
    fn observe(&self, state: &mut Self::State, step: u64, x: &[f64], value: f64);
}

impl<S: Schedule + ?Sized> RatePolicy for S {
    type State = ();

    fn start(&self) -> Result<(), InvalidInput> {
        self.check()
    }

    fn rate_at(&self, _state: &(), step: u64) -> f64 {
        self.rate(step)
    }

    fn observe(&self, _state: &mut (), _step: u64, _x: &[f64], _value: f64) {}
}
