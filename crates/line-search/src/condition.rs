//! What a search claims of the step it returns, and the means to check the claim again.
//!
//! With φ(α) = f(x + αp), φ₀ = φ(0), φ₀′ = φ′(0) < 0:
//!
//! ```text
//! sufficient decrease   φ(α) ≤ φ₀ + c₁ α φ₀′        and φ(α) < φ₀
//! curvature             φ′(α) ≥ c₂ φ₀′
//! strong curvature      |φ′(α)| ≤ c₂ |φ₀′|
//! approximate decrease  φ′(α) ≤ (2c₁ − 1) φ₀′       and φ(α) ≤ φ₀ + ε |φ₀|
//! ```
//!
//! φ(α) < φ₀ follows from the first inequality, but not after rounding: where c₁ α φ₀′ is lost in φ₀, equal values would
//! pass for a decrease.
//!
//! The approximate decrease is the sufficient one with φ(α) replaced by φ₀ + α (φ₀′ + φ′(α))/2, which is φ(α) on a
//! parabola. It asks slopes, which keep their digits near a minimum where the values have lost theirs.
//!
//! Sources: P. Wolfe, SIAM Review 11 (1969) 226–235; L. Armijo, Pacific J. Math. 16 (1966) 1–3; W. W. Hager and H. Zhang,
//! SIAM J. Optim. 16 (2005) 170–192, section 4.

use std::fmt;

use crate::Sample;

/// A condition on a step α along a ray. Every search returns the one that it claims.
///
/// ```
/// use thalweg_line_search::{Condition, Sample};
///
/// // φ(α) = (α − 1)² at 0 and at 0.75.
/// let (start, end) = (Sample { value: 1.0, slope: -2.0 }, Sample { value: 0.0625, slope: -0.5 });
/// assert!(Condition::StrongWolfe { c1: 1e-4, c2: 0.25 }.holds(start, 0.75, end));
/// assert!(!Condition::StrongWolfe { c1: 1e-4, c2: 0.1 }.holds(start, 0.75, end));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// Sufficient decrease and strong curvature.
    StrongWolfe {
        /// c₁, the share of the first decrease that is asked for.
        c1: f64,
        /// c₂, the share of the first slope that may be left.
        c2: f64,
    },
    /// Sufficient decrease and curvature.
    Wolfe {
        /// c₁ as above.
        c1: f64,
        /// c₂ as above, for a slope that is still negative.
        c2: f64,
    },
    /// Approximate decrease and curvature: f changes by its rounding only, and the slopes say that α is right.
    ApproximateWolfe {
        /// c₁ as above.
        c1: f64,
        /// c₂ as above.
        c2: f64,
        /// ε: f may rise by this times |φ₀|.
        noise: f64,
    },
    /// Sufficient decrease alone.
    Armijo {
        /// c₁ as above.
        c1: f64,
    },
    /// Approximate decrease alone.
    ApproximateArmijo {
        /// c₁ as above.
        c1: f64,
        /// ε as above.
        noise: f64,
    },
    /// The slope is 0 but for rounding: |φ′(α)| ≤ `tolerance` |φ₀′|.
    Exact {
        /// The share of the first slope that counts as rounding.
        tolerance: f64,
    },
    /// Nothing but that value and slope are finite: a fixed step may go uphill.
    None,
}

impl Condition {
    /// Whether the condition holds for a step `alpha` from a point with the sample `start` to one with the sample `end`.
    ///
    /// False for whatever is not finite, for α ≤ 0 and for φ₀′ ≥ 0.
    #[must_use]
    pub fn holds(self, start: Sample, alpha: f64, end: Sample) -> bool {
        let is_step = alpha > 0.0 && alpha.is_finite() && start.is_finite() && start.slope < 0.0;
        if !(is_step && end.is_finite()) {
            return false;
        }
        match self {
            Self::StrongWolfe { c1, c2 } => {
                decreases(c1, start, alpha, end) && end.slope.abs() <= c2 * start.slope.abs()
            }
            Self::Wolfe { c1, c2 } => decreases(c1, start, alpha, end) && end.slope >= c2 * start.slope,
            Self::ApproximateWolfe { c1, c2, noise } => {
                decreases_approximately(c1, noise, start, end) && end.slope >= c2 * start.slope
            }
            Self::Armijo { c1 } => decreases(c1, start, alpha, end),
            Self::ApproximateArmijo { c1, noise } => decreases_approximately(c1, noise, start, end),
            Self::Exact { tolerance } => end.slope.abs() <= tolerance * start.slope.abs(),
            Self::None => true,
        }
    }
}

fn decreases(c1: f64, start: Sample, alpha: f64, end: Sample) -> bool {
    end.value <= start.value + c1 * alpha * start.slope && end.value < start.value
}

fn decreases_approximately(c1: f64, noise: f64, start: Sample, end: Sample) -> bool {
    end.slope <= (2.0 * c1 - 1.0) * start.slope && end.value <= start.value + noise * start.value.abs()
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StrongWolfe { c1, c2 } => write!(f, "strong Wolfe, c₁ = {c1:?}, c₂ = {c2:?}"),
            Self::Wolfe { c1, c2 } => write!(f, "Wolfe, c₁ = {c1:?}, c₂ = {c2:?}"),
            Self::ApproximateWolfe { c1, c2, noise } => {
                write!(f, "approximate Wolfe, c₁ = {c1:?}, c₂ = {c2:?}, ε = {noise:?}")
            }
            Self::Armijo { c1 } => write!(f, "Armijo, c₁ = {c1:?}"),
            Self::ApproximateArmijo { c1, noise } => {
                write!(f, "approximate Armijo, c₁ = {c1:?}, ε = {noise:?}")
            }
            Self::Exact { tolerance } => write!(f, "exact, slope below {tolerance:?} of the first"),
            Self::None => f.write_str("no condition"),
        }
    }
}
