//! What a schedule is.

use alloc::boxed::Box;

use thalweg_problem::InvalidInput;

use crate::{Clamped, RobbinsMonro, Scaled, Then};

/// The rate as a pure function of the step: it does not depend on how the step was reached.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a `Schedule` nor a `RatePolicy`",
    note = "a number is a schedule as `Constant {{ rate: 0.1 }}`, a closure as `OfStep(|step| …)`"
)]
pub trait Schedule {
    /// The rate for step `step`, counted from 0: finite and not negative, up to `u64::MAX`.
    fn rate(&self, step: u64) -> f64;

    /// Checks the settings; a method does so before it starts.
    ///
    /// # Errors
    /// If a setting cannot be used. The default has no settings and accepts.
    fn check(&self) -> Result<(), InvalidInput> {
        Ok(())
    }

    /// Whether Σηₖ and Σηₖ² are finite, and what they are: by formula, for settings that [`check`](Self::check) accepts.
    ///
    /// The default knows nothing.
    fn robbins_monro(&self) -> RobbinsMonro {
        RobbinsMonro::UNKNOWN
    }

    /// This schedule for the steps before `at`, then `next`, which counts from its own 0.
    ///
    /// ```
    /// use thalweg_schedules::{Constant, QuadraticDecay, Schedule};
    ///
    /// let schedule = Constant { rate: 2.0 }.then(100, QuadraticDecay { rate: 1.0 });
    /// assert_eq!([99, 100, 101].map(|k| schedule.rate(k)), [2.0, 1.0, 0.25]);
    /// ```
    fn then<S: Schedule>(self, at: u64, next: S) -> Then<Self, S>
    where
        Self: Sized,
    {
        Then { first: self, at, next }
    }

    /// `factor` times this schedule.
    ///
    /// ```
    /// use thalweg_schedules::{Constant, Schedule};
    ///
    /// assert_eq!(Constant { rate: 0.5 }.scaled(0.5).rate(7), 0.25);
    /// ```
    fn scaled(self, factor: f64) -> Scaled<Self>
    where
        Self: Sized,
    {
        Scaled { schedule: self, factor }
    }

    /// This schedule where it lies between `low` and `high`, else the nearer of the two. `0.0` and `f64::INFINITY` bound nothing.
    ///
    /// ```
    /// use thalweg_schedules::{QuadraticDecay, Schedule};
    ///
    /// let schedule = QuadraticDecay { rate: 1.0 }.clamped(0.1, 0.5);
    /// assert_eq!([0, 1, 9].map(|k| schedule.rate(k)), [0.5, 0.25, 0.1]);
    /// ```
    fn clamped(self, low: f64, high: f64) -> Clamped<Self>
    where
        Self: Sized,
    {
        Clamped { schedule: self, low, high }
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

            fn robbins_monro(&self) -> RobbinsMonro {
                (**self).robbins_monro()
            }
        }
    )*};
}

forward_through_pointer!(&S, Box<S>, alloc::sync::Arc<S>);
