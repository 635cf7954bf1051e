//! Half a cosine from the largest rate down, and from the start again (SGDR).
//!
//! ```text
//! ηₖ = η_min + ½(η_max − η_min)(1 + cos(π j/Tᵢ)),  Tᵢ = T₀ gⁱ
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | η_max, η_min | `rate`, `floor` |
//! | T₀ | `period`, steps of the first cycle |
//! | g (the paper's T_mult) | `growth`: every cycle is so many times as long as the one before |
//! | i, j | the cycle that k lies in, and the steps taken in it |
//!
//! Every cycle begins with η_max, and there is no last one, so Σηₖ = Σηₖ² = ∞.
//!
//! Finding the cycle of a step costs at most 64 subtractions, one where g = 1.
//!
//! Where the literature disagrees: the paper moves the rate with every batch and counts T in epochs; here everything
//! counts in steps of the method that asks. One cycle alone is `.then(period, Constant { rate: floor })`.
//!
//! Source: I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, arXiv:1608.03983,
//! equation 5.

use alloc::format;
use core::f64::consts::PI;

use thalweg_numerics::cos;
use thalweg_problem::InvalidInput;

use crate::{RobbinsMonro, Schedule};

/// ηₖ = η_min + ½(η_max − η_min)(1 + cos(π j/Tᵢ)).
///
/// ```
/// use thalweg_schedules::{CosineWarmRestarts, Schedule};
///
/// // Cycles of 4, 8, 16, … steps.
/// let schedule = CosineWarmRestarts { rate: 1.0, floor: 0.0, period: 4, growth: 2 };
/// assert_eq!([0, 4, 12, 28].map(|k| schedule.rate(k)), [1.0; 4]);
/// assert_eq!([2, 8, 20].map(|k| schedule.rate(k)), [0.5; 3]);
/// assert!(schedule.rate(27) < 0.01);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CosineWarmRestarts {
    /// η_max, finite and above 0. Default 1.
    pub rate: f64,
    /// η_min, from 0 to `rate`. Default 0.
    pub floor: f64,
    /// T₀, in steps, 1 or more. Default 1000.
    pub period: u64,
    /// g, 1 or more. Default 2.
    pub growth: u64,
}

impl Default for CosineWarmRestarts {
    fn default() -> Self {
        Self { rate: 1.0, floor: 0.0, period: 1000, growth: 2 }
    }
}

impl CosineWarmRestarts {
    /// j and Tᵢ.
    fn place(&self, step: u64) -> (u64, u64) {
        let (mut within, mut period) = (step, self.period);
        if self.growth == 1 {
            return (within % period, period);
        }
        // Tᵢ at least doubles, so this ends.
        while within >= period {
            within -= period;
            period = period.saturating_mul(self.growth);
        }
        (within, period)
    }
}

impl Schedule for CosineWarmRestarts {
    fn rate(&self, step: u64) -> f64 {
        let (j, period) = self.place(step);
        let falling = 0.5 * (1.0 + cos(PI * (j as f64 / period as f64)));
        self.floor + (self.rate - self.floor) * falling
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("rate", self.rate)?;
        InvalidInput::unless_non_negative("floor", self.floor)?;
        if self.floor > self.rate {
            return Err(InvalidInput::new("floor", self.floor, format!("at most {:?}, the rate", self.rate)));
        }
        for (argument, count) in [("period", self.period), ("growth", self.growth)] {
            if count == 0 {
                return Err(InvalidInput::new(argument, 0, "1 or more"));
            }
        }
        Ok(())
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        RobbinsMonro::DIVERGES
    }
}
