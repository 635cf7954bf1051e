//! Learning-rate schedules: pure functions of the step that can be asked "what is the rate at step k?".
//!
//! ```
//! use thalweg_schedules::{Constant, OfStep, Schedule};
//!
//! assert_eq!(Constant { rate: 0.1 }.rate(1_000_000), 0.1);
//!
//! let harmonic = OfStep(|step| 0.1 / (1 + step) as f64);
//! assert_eq!(harmonic.rate(4), 0.02);
//! ```

mod constant;
mod of_step;
mod policy;

pub use constant::Constant;
pub use of_step::OfStep;
pub use policy::RatePolicy;
pub use thalweg_problem as problem;
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

/// A pointer to a schedule is that schedule.
macro_rules! forward_through_pointer {
    ($($pointer:ty),*) => {$(
        impl<S: Schedule + ?Sized> Schedule for $pointer {
            fn rate(&self, step: u64) -> f64 {
                (**self).rate(step)
            }

            fn check(&self) -> Result<(), InvalidInput> {
                (**self).check()
            }
        }
    )*};
}

forward_through_pointer!(&S, Box<S>, std::sync::Arc<S>);
