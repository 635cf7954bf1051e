//! One cycle: up, down again, and far down at the end.
//!
//! ```text
//! low → rate in N steps,  rate → low in N steps,  low → end in M steps,  end from there on; straight lines
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | the largest rate | `rate` |
//! | the rates before, and after everything | `low`, `end` |
//! | N | `half`: steps of one flank |
//! | M | `tail` |
//!
//! With `end` = 0 both sums are finite, Σηₖ = N(rate + low) + (M + 1)low/2; otherwise both are infinite.
//!
//! Where the literature disagrees: Smith draws straight lines and equal flanks, as here; other libraries use halves of a cosine
//! and a short first flank. Smith also moves the momentum, against the rate; that is no matter of a rate.
//!
//! Sources: L. N. Smith, "A disciplined approach to neural network hyper-parameters: part 1", arXiv:1803.09820, section 4;
//! L. N. Smith and N. Topin, "Super-convergence", arXiv:1708.07120.

use alloc::format;

use thalweg_problem::InvalidInput;

use crate::{RobbinsMonro, Schedule};

/// Straight lines from `low` to `rate`, back to `low`, and on to `end`.
///
/// ```
/// use thalweg_schedules::{OneCycle, Schedule};
///
/// let schedule = OneCycle { rate: 1.0, low: 0.25, end: 0.0, half: 8, tail: 2 };
/// assert_eq!([0, 4, 8, 12, 16, 17, 18].map(|k| schedule.rate(k)), [0.25, 0.625, 1.0, 0.625, 0.25, 0.125, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    /// The largest rate, finite and above 0. Default 1.
    pub rate: f64,
    /// The rate at the start, from 0 to `rate`. Default 0.1.
    pub low: f64,
    /// The rate at the end, from 0 to `low`. Default 0.001.
    pub end: f64,
    /// Steps from `low` to `rate`, and as many back, 1 or more. Default 450.
    pub half: u64,
    /// Steps from `low` to `end`. Default 100.
    pub tail: u64,
}

impl Default for OneCycle {
    fn default() -> Self {
        Self { rate: 1.0, low: 0.1, end: 0.001, half: 450, tail: 100 }
    }
}

impl Schedule for OneCycle {
    fn rate(&self, step: u64) -> f64 {
        let Self { rate, low, end, half, tail } = *self;
        let between =
            |from: f64, to: f64, steps: u64, of: u64| from + (to - from) * (steps as f64 / of as f64);
        if step < half {
            return between(low, rate, step, half);
        }
        let down = step - half;
        if down < half {
            return between(rate, low, down, half);
        }
        let last = down - half;
        if last < tail { between(low, end, last, tail) } else { end }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("rate", self.rate)?;
        InvalidInput::unless_non_negative("low", self.low)?;
        InvalidInput::unless_non_negative("end", self.end)?;
        if self.low > self.rate {
            return Err(InvalidInput::new("low", self.low, format!("at most {:?}, the rate", self.rate)));
        }
        if self.end > self.low {
            return Err(InvalidInput::new("end", self.end, format!("at most {:?}, which is low", self.low)));
        }
        if self.half == 0 { Err(InvalidInput::new("half", 0, "1 or more")) } else { Ok(()) }
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        let end = self.half.saturating_mul(2).saturating_add(self.tail);
        if self.end > 0.0 { RobbinsMonro::DIVERGES } else { RobbinsMonro::until(self, end) }
    }
}
