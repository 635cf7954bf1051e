//! Linear decay, as the lecture calls it: the harmonic or inverse-time schedule.
//!
//! ```text
//! ηₖ = η₀/(k + 1),  or with a time scale  ηₖ = η₀/(1 + k/τ)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | η₀ | `rate` |
//! | τ | `time_scale`, in steps: after τ steps the rate is halved |
//!
//! Σηₖ = ∞ and Σηₖ² = η₀²τ²ψ₁(τ), with the trigamma function ψ₁(τ) = Σ 1/(τ + k)², which is π²/6 for τ = 1.
//! So it is a schedule in the sense of Robbins and Monro.
//!
//! Where the literature disagrees: elsewhere "linear decay" is a straight line, η₀ − αk; that is [`Polynomial`](crate::Polynomial)
//! with the power 1. The slide's formula is kept under the slide's name.
//!
//! Sources: CMU 11-785 (Fall 2020), Optimization Part 1, slide 99; H. Robbins and S. Monro, Annals of Mathematical
//! Statistics 22 (1951) 400–407.

use thalweg_problem::InvalidInput;

use crate::{RobbinsMonro, Schedule, Series};

/// ηₖ = η₀/(1 + k/τ), which is η₀/(k + 1) for τ = 1.
///
/// ```
/// use thalweg_schedules::{LinearDecay, Schedule};
///
/// let slide = LinearDecay { rate: 3.0, ..LinearDecay::default() };
/// assert_eq!([0, 1, 2, 5].map(|k| slide.rate(k)), [3.0, 1.5, 1.0, 0.5]);
///
/// let slower = LinearDecay { rate: 3.0, time_scale: 100.0 };
/// assert_eq!([0, 100, 200, 500].map(|k| slower.rate(k)), [3.0, 1.5, 1.0, 0.5]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearDecay {
    /// η₀, finite and above 0. Default 1.
    pub rate: f64,
    /// τ, in steps, finite and above 0. Default 1.
    pub time_scale: f64,
}

impl Default for LinearDecay {
    fn default() -> Self {
        Self { rate: 1.0, time_scale: 1.0 }
    }
}

impl Schedule for LinearDecay {
    fn rate(&self, step: u64) -> f64 {
        self.rate / (1.0 + step as f64 / self.time_scale)
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("rate", self.rate)?;
        InvalidInput::unless_positive("time_scale", self.time_scale).map(drop)
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        let squares = self.rate * self.rate * sum_of_squares(self.time_scale);
        RobbinsMonro { rates: Series::Diverges, squares: Series::Converges(Some(squares)) }
    }
}

/// Σ (τ/(τ + k))² = τ²ψ₁(τ): twenty terms, and for the rest Euler's and Maclaurin's
/// ψ₁(x) = 1/x + 1/2x² + 1/6x³ − 1/30x⁵ + 1/42x⁷ − 1/30x⁹ + …, whose next term is below 1e-14 of it for x ≥ 20.
fn sum_of_squares(tau: f64) -> f64 {
    const TERMS: u32 = 20;
    let x = tau + f64::from(TERMS);
    let (u, share) = (1.0 / x, tau / x);
    let v = u * u;
    let rest =
        tau * share * (1.0 + u * (0.5 + u * (1.0 / 6.0 - v * (1.0 / 30.0 - v * (1.0 / 42.0 - v / 30.0)))));
    (0..TERMS).rev().fold(rest, |sum, k| {
        let term = tau / (tau + f64::from(k));
        sum + term * term
    })
}

#[cfg(test)]
mod tests {
    use core::f64::consts::PI;

    use super::sum_of_squares;

    #[test]
    fn trigamma_has_its_known_values() {
        // ψ₁(1) = π²/6, ψ₁(½) = π²/2, ψ₁(2) = π²/6 − 1; for large τ it is 1/τ + 1/2τ².
        for (tau, psi) in
            [(1.0, PI * PI / 6.0), (0.5, PI * PI / 2.0), (2.0, PI * PI / 6.0 - 1.0), (1e9, 1e-9 + 0.5e-18)]
        {
            assert!((sum_of_squares(tau) / (tau * tau * psi) - 1.0).abs() < 1e-15 * 4.0, "τ = {tau}");
        }
        assert_eq!(sum_of_squares(1e-300), 1.0);
        assert!(sum_of_squares(1e300).is_finite());
    }
}
