//! Learning-rate schedules: pure functions of the step that can be asked "what is the rate at step k?".
//!
//! ```
//! use thalweg_schedules::{Constant, Schedule};
//!
//! assert_eq!(Constant { rate: 0.1 }.rate(1_000_000), 0.1);
//!
//! // Any function of the step is a schedule.
//! let halving = |step: u64| 0.1 / (1 + step / 100) as f64;
//! assert_eq!(halving.rate(250), 0.1 / 3.0);
//! ```

mod constant;

pub use constant::Constant;
use thalweg_problem::InvalidInput;

/// The rate as a pure function of the step: it does not depend on how the step was reached.
pub trait Schedule {
    /// The rate for step `step`, counted from 0: finite and not negative.
    fn rate(&self, step: u64) -> f64;

    /// Checks the settings; a method does so before it starts.
    ///
    /// # Errors
    /// If a setting cannot be used. The default has no settings and accepts.
    fn check(&self) -> Result<(), InvalidInput> {
        Ok(())
    }
}

impl<F: Fn(u64) -> f64> Schedule for F {
    fn rate(&self, step: u64) -> f64 {
        self(step)
    }
}
