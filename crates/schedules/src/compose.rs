//! Schedules made of schedules: joined, scaled, clamped.
//!
//! Joining is associative, (a then b) then c being a then (b then c) where the joints lie at the same steps; and joining at 0,
//! scaling by 1 and clamping between 0 and ∞ change no bit.

use alloc::format;

use thalweg_problem::InvalidInput;

use crate::{RobbinsMonro, Schedule, Series};

/// Says which of several schedules it is that has the setting.
fn within(part: &str, checked: Result<(), InvalidInput>) -> Result<(), InvalidInput> {
    checked.map_err(|mut error| {
        error.argument = format!("{part}.{}", error.argument).into();
        error
    })
}

/// One schedule after the other: `first` before step `at`, then `next`, which counts from its own 0.
/// Made by [`Schedule::then`].
///
/// Σηₖ is what `first` sums up to before `at`, and all of `next`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Then<A, B> {
    /// What comes first.
    pub first: A,
    /// The step that is step 0 of `next`.
    pub at: u64,
    /// What comes then.
    pub next: B,
}

impl<A: Schedule, B: Schedule> Schedule for Then<A, B> {
    fn rate(&self, step: u64) -> f64 {
        match step.checked_sub(self.at) {
            None => self.first.rate(step),
            Some(step) => self.next.rate(step),
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        within("first", self.first.check())?;
        within("next", self.next.check())
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        self.next.robbins_monro().after(&self.first, self.at)
    }
}

/// A multiple of a schedule. Made by [`Schedule::scaled`].
///
/// Σηₖ is multiplied by the factor, Σηₖ² by its square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaled<S> {
    /// What is scaled.
    pub schedule: S,
    /// The factor, finite and above 0.
    pub factor: f64,
}

impl<S: Schedule> Schedule for Scaled<S> {
    fn rate(&self, step: u64) -> f64 {
        self.factor * self.schedule.rate(step)
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("factor", self.factor)?;
        within("schedule", self.schedule.check())
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        let RobbinsMonro { rates, squares } = self.schedule.robbins_monro();
        let square = self.factor * self.factor;
        RobbinsMonro { rates: rates.map(|sum| self.factor * sum), squares: squares.map(|sum| square * sum) }
    }
}

/// A schedule kept between two bounds. Made by [`Schedule::clamped`].
///
/// A lower bound above 0 makes both sums infinite, whatever is clamped. An upper bound does not decide whether they are:
/// a sum of min(ηₖ, high) is finite if and only if that of ηₖ is. What the finite sum then is, no formula says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clamped<S> {
    /// What is clamped.
    pub schedule: S,
    /// The least rate, finite, 0 or more.
    pub low: f64,
    /// The largest rate, above 0, not below `low`; may be ∞.
    pub high: f64,
}

impl<S: Schedule> Schedule for Clamped<S> {
    fn rate(&self, step: u64) -> f64 {
        let rate = self.schedule.rate(step);
        // Not `f64::clamp`, which panics where the bounds cross. A NaN stays one, so that the run says so.
        if rate < self.low {
            self.low
        } else if rate > self.high {
            self.high
        } else {
            rate
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_non_negative("low", self.low)?;
        if !(self.high > 0.0 && self.high >= self.low) {
            let allowed = format!("above 0, and at least {:?}, which is low", self.low);
            return Err(InvalidInput::new("high", format_args!("{:?}", self.high), allowed));
        }
        within("schedule", self.schedule.check())
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        if self.low > 0.0 {
            return RobbinsMonro::DIVERGES;
        }
        let RobbinsMonro { rates, squares } = self.schedule.robbins_monro();
        if self.high == f64::INFINITY {
            return RobbinsMonro { rates, squares };
        }
        let forgotten = |series| match series {
            Series::Converges(_) => Series::Converges(None),
            other => other,
        };
        RobbinsMonro { rates: forgotten(rates), squares: forgotten(squares) }
    }
}
