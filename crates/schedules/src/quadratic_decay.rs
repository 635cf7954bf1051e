//! Quadratic decay.
//!
//! ```text
//! ηₖ = η₀/(k + 1)²
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | η₀ | `rate` |
//!
//! Σηₖ = η₀ζ(2) = η₀π²/6 and Σηₖ² = η₀²ζ(4) = η₀²π⁴/90. Both are finite: on gradients of size G a run travels at most
//! Gη₀π²/6, wherever the minimum lies.
//!
//! Sources: CMU 11-785 (Fall 2020), Optimization Part 1, slide 99; L. Euler, De summis serierum reciprocarum (1740), for the
//! sums.

use core::f64::consts::PI;

use thalweg_problem::InvalidInput;

use crate::{RobbinsMonro, Schedule, Series};

/// ηₖ = η₀/(k + 1)².
///
/// ```
/// use thalweg_schedules::{QuadraticDecay, Schedule};
///
/// let schedule = QuadraticDecay { rate: 36.0 };
/// assert_eq!([0, 1, 2, 5].map(|k| schedule.rate(k)), [36.0, 9.0, 4.0, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuadraticDecay {
    /// η₀, finite and above 0. Default 1.
    pub rate: f64,
}

impl Default for QuadraticDecay {
    fn default() -> Self {
        Self { rate: 1.0 }
    }
}

impl Schedule for QuadraticDecay {
    fn rate(&self, step: u64) -> f64 {
        let count = step as f64 + 1.0;
        self.rate / (count * count)
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("rate", self.rate).map(drop)
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        let rates = self.rate * PI * PI / 6.0;
        let squares = self.rate * self.rate * (PI * PI) * (PI * PI) / 90.0;
        RobbinsMonro { rates: Series::Converges(Some(rates)), squares: Series::Converges(Some(squares)) }
    }
}
