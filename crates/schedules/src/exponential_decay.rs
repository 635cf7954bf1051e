//! Exponential decay.
//!
//! ```text
//! ηₖ = η₀e^(−βk)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | η₀ | `rate` |
//! | β | `decay`, per step; the rate is halved every ln 2/β steps |
//!
//! Σηₖ = η₀/(1 − e^(−β)) and Σηₖ² = η₀²/(1 − e^(−2β)). Both are finite: a run travels a limited way.
//!
//! Where the literature disagrees: many libraries ask for the factor γ = e^(−β) of a step instead.
//!
//! Source: CMU 11-785 (Fall 2020), Optimization Part 1, slide 99.

use thalweg_numerics::{exp, expm1};
use thalweg_problem::InvalidInput;

use crate::{RobbinsMonro, Schedule, Series};

/// ηₖ = η₀e^(−βk).
///
/// ```
/// use thalweg_schedules::{ExponentialDecay, Schedule};
///
/// let schedule = ExponentialDecay { rate: 0.5, decay: std::f64::consts::LN_2 / 100.0 };
/// assert_eq!(schedule.rate(0), 0.5);
/// assert!((schedule.rate(100) - 0.25).abs() < 1e-15);
/// assert_eq!(schedule.rate(u64::MAX), 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExponentialDecay {
    /// η₀, finite and above 0. Default 1.
    pub rate: f64,
    /// β, finite and above 0. Default 0.01.
    pub decay: f64,
}

impl Default for ExponentialDecay {
    fn default() -> Self {
        Self { rate: 1.0, decay: 0.01 }
    }
}

impl Schedule for ExponentialDecay {
    fn rate(&self, step: u64) -> f64 {
        self.rate * exp(-self.decay * step as f64)
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("rate", self.rate)?;
        InvalidInput::unless_positive("decay", self.decay).map(drop)
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        let rates = self.rate / -expm1(-self.decay);
        let squares = self.rate * self.rate / -expm1(-2.0 * self.decay);
        RobbinsMonro { rates: Series::Converges(Some(rates)), squares: Series::Converges(Some(squares)) }
    }
}
