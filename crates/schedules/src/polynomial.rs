//! A power of the steps that are left.
//!
//! ```text
//! ηₖ = η_N + (η₀ − η_N)(1 − k/N)ᵖ  for k < N,  η_N from there on
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | η₀, η_N | `rate`, `end` |
//! | N | `steps` |
//! | p | `power`; 1 is a straight line |
//!
//! With η_N = 0 both sums are finite, Σηₖ = η₀(N + 1)/2 for p = 1; otherwise both are infinite.
//!
//! Sources: the "poly" policy of W. Liu, A. Rabinovich and A. C. Berg, "ParseNet: looking wider to see better",
//! arXiv:1506.04579, section 3; for p = 1 the straight line η₀ − αk, which is elsewhere called linear decay.

use alloc::format;

use thalweg_numerics::pow;
use thalweg_problem::InvalidInput;

use crate::{RobbinsMonro, Schedule};

/// ηₖ = η_N + (η₀ − η_N)(1 − k/N)ᵖ, and η_N from step N on.
///
/// ```
/// use thalweg_schedules::{Polynomial, Schedule};
///
/// let line = Polynomial { rate: 1.0, steps: 4, ..Polynomial::default() };
/// assert_eq!([0, 1, 2, 3, 4, 9].map(|k| line.rate(k)), [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]);
/// assert_eq!(line.robbins_monro().rates.sum(), Some(2.5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Polynomial {
    /// η₀, finite and above 0. Default 1.
    pub rate: f64,
    /// η_N, from 0 to `rate`. Default 0.
    pub end: f64,
    /// N, 1 or more. Default 1000.
    pub steps: u64,
    /// p, finite and above 0. Default 1.
    pub power: f64,
}

impl Default for Polynomial {
    fn default() -> Self {
        Self { rate: 1.0, end: 0.0, steps: 1000, power: 1.0 }
    }
}

impl Schedule for Polynomial {
    fn rate(&self, step: u64) -> f64 {
        if step >= self.steps {
            return self.end;
        }
        let left = (self.steps - step) as f64 / self.steps as f64;
        self.end + (self.rate - self.end) * pow(left, self.power)
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("rate", self.rate)?;
        InvalidInput::unless_non_negative("end", self.end)?;
        if self.end > self.rate {
            return Err(InvalidInput::new("end", self.end, format!("at most {:?}, the rate", self.rate)));
        }
        if self.steps == 0 {
            return Err(InvalidInput::new("steps", 0, "1 or more"));
        }
        InvalidInput::unless_positive("power", self.power).map(drop)
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        if self.end > 0.0 { RobbinsMonro::DIVERGES } else { RobbinsMonro::until(self, self.steps) }
    }
}
