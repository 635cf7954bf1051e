//! The best K rates for a quadratic whose curvatures lie between two bounds (Richardson's iteration with Chebyshev's parameters).
//!
//! ```text
//! 1/ηₖ = (L + μ)/2 + (L − μ)/2 · cos((2θₖ − 1)π/2K),  θ a permutation of 1 … K
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | μ, L | `smallest`, `largest`: bounds of the curvatures, that is of the eigenvalues of the Hessian |
//! | K | `steps`, a power of 2; after K steps it begins again |
//! | θ | Lebedev's and Finogenov's order |
//!
//! After K steps the error along an eigenvector of curvature λ is Π(1 − ηₖλ) of what it was: a polynomial in λ that is 1 at 0.
//! With these rates it is Chebyshev's, and at most 1/T_K((κ+1)/(κ−1)) ≈ 2((√κ−1)/(√κ+1))ᴷ on all of [μ, L], κ = L/μ;
//! no other K rates do better. A constant rate gets ((κ−1)/(κ+1))ᴷ.
//!
//! The order matters for rounding only, but there it does: the largest rates multiply errors by up to κ, so falling and rising
//! rates overflow or lose all digits. Here a large rate is followed by small ones that make up for it:
//! θ of 2K is that of K with every j followed by 2K + 1 − j, such as 1 8 4 5 2 7 3 6.
//!
//! As it begins again, Σηₖ = Σηₖ² = ∞.
//!
//! Where the literature disagrees: one may take any K where the order is of no concern. Conjugate gradients reach the same bound
//! without knowing μ and L.
//!
//! Sources: D. M. Young, Journal of Mathematics and Physics 32 (1953) 243–255; V. I. Lebedev and S. A. Finogenov, USSR
//! Computational Mathematics and Mathematical Physics 11 (1971) 155–170.

use alloc::format;
use core::f64::consts::PI;

use thalweg_numerics::cos;
use thalweg_problem::InvalidInput;

use crate::{RobbinsMonro, Schedule};

/// ηₖ = 1/(½(L + μ) + ½(L − μ) cos((2θₖ − 1)π/2K)), again and again.
///
/// ```
/// use thalweg_schedules::{Chebyshev, Schedule};
///
/// let schedule = Chebyshev { smallest: 1.0, largest: 100.0, steps: 16 };
/// // What is left of the error, for the smallest curvature; a constant rate would leave 73 % of it.
/// let left = |curvature: f64| (0..16).fold(1.0, |left, k| left * (1.0 - curvature * schedule.rate(k)));
/// assert!((left(1.0) - 0.0806).abs() < 1e-4);
/// assert!((left(100.0) - 0.0806).abs() < 1e-4);
/// assert_eq!(schedule.rate(16), schedule.rate(0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chebyshev {
    /// μ, finite and above 0. Default 1.
    pub smallest: f64,
    /// L, finite, at least μ. Default 100.
    pub largest: f64,
    /// K, a power of 2. Default 16.
    pub steps: u64,
}

impl Default for Chebyshev {
    fn default() -> Self {
        Self { smallest: 1.0, largest: 100.0, steps: 16 }
    }
}

impl Chebyshev {
    /// θₖ, from 1 to K, for the step k, counted from 0.
    ///
    /// ```
    /// use thalweg_schedules::Chebyshev;
    ///
    /// let schedule = Chebyshev { steps: 8, ..Chebyshev::default() };
    /// assert_eq!([0, 1, 2, 3, 4, 5, 6, 7].map(|k| schedule.root(k)), [1, 8, 4, 5, 2, 7, 3, 6]);
    /// ```
    #[must_use]
    pub fn root(&self, step: u64) -> u64 {
        let doublings = self.steps.max(1).ilog2();
        // θ of 1 is 1; every bit of the place, from the highest on, doubles it and turns around at the odd places.
        (1..=doublings).fold(1, |root, i| {
            let turns = step >> (doublings - i) & 1 == 1;
            if turns { (1 << i) + 1 - root } else { root }
        })
    }
}

impl Schedule for Chebyshev {
    fn rate(&self, step: u64) -> f64 {
        let angle = PI * ((self.root(step) as f64 - 0.5) / self.steps as f64);
        2.0 / (self.largest + self.smallest + (self.largest - self.smallest) * cos(angle))
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("smallest", self.smallest)?;
        InvalidInput::unless_positive("largest", self.largest)?;
        if self.largest < self.smallest {
            let allowed = format!("at least {:?}, which is smallest", self.smallest);
            return Err(InvalidInput::new("largest", format_args!("{:?}", self.largest), allowed));
        }
        if !self.steps.is_power_of_two() {
            return Err(InvalidInput::new("steps", self.steps, "a power of 2"));
        }
        Ok(())
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        RobbinsMonro::DIVERGES
    }
}
