//! How large the momentum of an accelerated method is, step by step.

use thalweg_numerics::sqrt;
use thalweg_problem::InvalidInput;

use crate::Scalar;
use crate::settings::average;

/// βₖ, the momentum with which the point after k updates looks ahead.
///
/// The growing sequences are for convex functions whose curvature from below nobody knows: the gap to the minimum falls
/// like 1/k² at the rate 1/L. They count from the last restart.
///
/// | k | 0 | 1 | 2 | 3 | 10 | 100 |
/// | --- | --- | --- | --- | --- | --- | --- |
/// | [`BeckTeboulle`](Self::BeckTeboulle) | 0 | 0 | 0.28 | 0.43 | 0.76 | 0.97 |
/// | [`Ratio`](Self::Ratio) | 0 | 0 | 0.25 | 0.40 | 0.75 | 0.97 |
///
/// Sources: Yu. Nesterov, Soviet Mathematics Doklady 27 (1983) 372–376; A. Beck and M. Teboulle, SIAM Journal on Imaging
/// Sciences 2 (2009) 183–202, eq. 4.2 and 4.3; W. Su, S. Boyd, E. Candès, Journal of Machine Learning Research 17(153)
/// (2016), eq. 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MomentumSequence {
    /// βₖ = β, 0 ≤ β < 1. For μ ≤ curvature ≤ L and the rate 1/L, (√L − √μ)/(√L + √μ) is the usual choice.
    Constant(f64),
    /// βₖ = (tₖ₋₁ − 1)/tₖ with t₀ = 1, tₖ₊₁ = (1 + √(1 + 4tₖ²))/2.
    BeckTeboulle,
    /// βₖ₊₁ = k/(k + 3): the same to first order, without a root.
    Ratio,
}

impl MomentumSequence {
    /// βₖ after k = `updates`, where `t` is tₖ₋₁.
    pub(crate) fn coefficient<T: Scalar>(&self, updates: u64, t: f64) -> Result<T, InvalidInput> {
        match *self {
            Self::Constant(beta) => average("momentum", beta),
            // Before the first update t is 0, which stands for "no step that could be made again".
            Self::BeckTeboulle => Ok(T::from_f64(((t - 1.0) / next(t)).max(0.0))),
            Self::Ratio => {
                let k = updates.saturating_sub(1) as f64;
                Ok(T::from_f64(k / (k + 3.0)))
            }
        }
    }

    /// tₖ from tₖ₋₁; 1 from 0.
    pub(crate) fn advance(&self, t: f64) -> f64 {
        if *self == Self::BeckTeboulle { next(t) } else { t }
    }
}

fn next(t: f64) -> f64 {
    0.5 * (1.0 + sqrt(1.0 + 4.0 * t * t))
}
