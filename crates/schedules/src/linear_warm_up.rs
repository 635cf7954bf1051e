//! A ramp up to the rate that is wanted.
//!
//! ```text
//! ηₖ = η_start + (η − η_start)(k + 1)/N  for k < N,  η from there on
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | η | `rate` |
//! | η_start | `start`: the rate before the first step, so to speak |
//! | N | `steps`; the last of them has the rate η already |
//!
//! The rate stays η, so Σηₖ = Σηₖ² = ∞. What comes after the ramp is joined by [`then`](crate::Schedule::then).
//!
//! Where the literature disagrees: with k/N in place of (k + 1)/N the first step of a ramp from 0 would have the rate 0 and
//! cost an evaluation for nothing.
//!
//! Source: P. Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", arXiv:1706.02677, section 2.2.

use alloc::format;

use thalweg_problem::InvalidInput;

use crate::{RobbinsMonro, Schedule};

/// ηₖ = η_start + (η − η_start)(k + 1)/N, and η from step N − 1 on.
///
/// ```
/// use thalweg_schedules::{LinearWarmUp, Schedule};
///
/// let schedule = LinearWarmUp { rate: 1.0, start: 0.0, steps: 4 };
/// assert_eq!([0, 1, 2, 3, 4, 9].map(|k| schedule.rate(k)), [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearWarmUp {
    /// η, finite and above 0. Default 1.
    pub rate: f64,
    /// η_start, from 0 to `rate`. Default 0.
    pub start: f64,
    /// N; 0 is no ramp. Default 1000.
    pub steps: u64,
}

impl Default for LinearWarmUp {
    fn default() -> Self {
        Self { rate: 1.0, start: 0.0, steps: 1000 }
    }
}

impl Schedule for LinearWarmUp {
    fn rate(&self, step: u64) -> f64 {
        if step >= self.steps.saturating_sub(1) {
            return self.rate;
        }
        self.start + (self.rate - self.start) * ((step + 1) as f64 / self.steps as f64)
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("rate", self.rate)?;
        InvalidInput::unless_non_negative("start", self.start)?;
        if self.start > self.rate {
            return Err(InvalidInput::new("start", self.start, format!("at most {:?}, the rate", self.rate)));
        }
        Ok(())
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        RobbinsMonro::DIVERGES
    }
}
