//! When an iteration ends, and why it did.

use std::fmt;

use thalweg_problem::{Allowance, InvalidInput, Stuck};

/// When to end: one test of convergence, and a budget.
///
/// ```
/// use thalweg_krylov::Until;
///
/// // Roughly: what an inexact Newton step asks for far from the minimum.
/// let roughly = Until { relative_residual: 0.5, ..Until::default() };
/// assert_eq!((roughly.absolute_residual, roughly.max_iterations), (0.0, None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Until {
    /// Converged once ‖r‖ ≤ this · ‖b‖, Euclidean norms; ‖r₀‖ stands in for ‖b‖ where b = 0. Default 1e-8.
    pub relative_residual: f64,
    /// Converged once ‖r‖ ≤ this. Default 0: what is small depends on the scale of b.
    pub absolute_residual: f64,
    /// Ends after so many iterations, counted from the start. Default `None`: 10 n, because rounding can take more
    /// than the n that are enough in exact arithmetic.
    pub max_iterations: Option<u64>,
}

impl Default for Until {
    fn default() -> Self {
        Self { relative_residual: 1e-8, absolute_residual: 0.0, max_iterations: None }
    }
}

impl Until {
    /// Exactly so many iterations, unless the residual vanishes.
    #[must_use]
    pub fn after(iterations: u64) -> Self {
        Self { relative_residual: 0.0, absolute_residual: 0.0, max_iterations: Some(iterations) }
    }

    pub(crate) fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_non_negative("until.relative_residual", self.relative_residual)?;
        InvalidInput::unless_non_negative("until.absolute_residual", self.absolute_residual).map(drop)
    }
}

/// Why an iteration ended. It reads aloud as a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Ending {
    /// The residual is small enough, or so far below the first one (1e-60) that its squares mean nothing any more.
    Converged {
        /// ‖r‖ by the recurrence.
        norm: f64,
        /// What it had to reach.
        tolerance: f64,
    },
    /// The iterations are used up.
    IterationLimit {
        /// How many there were.
        limit: u64,
    },
    /// A is not positive definite: pᵀA p ≤ 0 along [`direction`](crate::ConjugateGradientsState::direction), or above 0 by
    /// no more than rounding makes of a null vector.
    ///
    /// x is the last iterate before that. Along p the quadratic ½ xᵀA x − bᵀx falls without bound, for p leads downhill.
    NonPositiveCurvature {
        /// pᵀA p / pᵀp, at least the lowest eigenvalue of A.
        curvature: f64,
    },
    /// The preconditioner is not positive definite: rᵀM⁻¹r ≤ 0 although r is not 0.
    IndefinitePreconditioner {
        /// rᵀM⁻¹r / rᵀr.
        quotient: f64,
    },
    /// A number that should be finite is not. x is the last iterate that was.
    NonFinite {
        /// Which: "A x", "M⁻¹ r", "A p", "A q", "A v", "x".
        what: &'static str,
    },
    /// The vectors of the basis span a space that A does not lead out of, but for rounding: their Ritz values are eigenvalues.
    InvariantSubspace {
        /// How many vectors span it.
        dimension: usize,
        /// The norm of what leads out of it.
        beta: f64,
    },
    /// What was asked for is accurate enough.
    Accurate {
        /// What the error is at most; about, where that is all that is known.
        error: f64,
        /// What it had to reach.
        tolerance: f64,
    },
    /// It is as accurate as rounding lets it become, and that is not enough.
    RoundingFloor {
        /// What the error is at most; about, where that is all that is known.
        error: f64,
        /// What it should have reached.
        tolerance: f64,
    },
    /// A is not positive definite: it has an eigenvalue at or below this Ritz value, but for rounding.
    NotPositiveDefinite {
        /// The smallest Ritz value.
        ritz_value: f64,
    },
    /// A has an eigenvalue below what was said to be a lower bound of all.
    BelowFloor {
        /// The smallest Ritz value.
        ritz_value: f64,
        /// What was said.
        floor: f64,
    },
    /// The eigenvalues of the small projected matrix did not converge. No matrix is known on which that happens.
    UnresolvedProjection,
    /// A makes next to nothing of the residual: no x makes it smaller, and x is a least-squares solution.
    LeastSquares {
        /// ‖r‖ by the recurrence.
        norm: f64,
        /// ‖A r‖/‖r‖.
        pull: f64,
    },
    /// The [`Allowance`] has no product left.
    OutOfEvaluations,
    /// Somebody raised the [`CancelFlag`](thalweg_problem::CancelFlag).
    Cancelled,
}

impl Ending {
    /// Whether the residual, or the error, became as small as it was asked to.
    #[must_use]
    pub fn is_converged(&self) -> bool {
        matches!(self, Self::Converged { .. } | Self::Accurate { .. })
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Converged { norm, tolerance } => {
                write!(f, "the residual norm {norm:e} is small enough (tolerance {tolerance:e})")
            }
            Self::IterationLimit { limit } => write!(f, "the limit of {limit} iterations is reached"),
            Self::NonPositiveCurvature { curvature } => {
                write!(f, "the matrix is not positive definite: a direction has the curvature {curvature:e}")
            }
            Self::IndefinitePreconditioner { quotient } => {
                write!(
                    f,
                    "the preconditioner is not positive definite: a direction has the quotient {quotient:e}"
                )
            }
            Self::NonFinite { what } => write!(f, "{what} is not finite"),
            Self::InvariantSubspace { dimension, beta } => {
                write!(f, "an invariant subspace of dimension {dimension} is found: {beta:e} leads out of it")
            }
            Self::Accurate { error, tolerance } => {
                write!(f, "the error, at most {error:e}, is small enough (tolerance {tolerance:e})")
            }
            Self::RoundingFloor { error, tolerance } => {
                write!(f, "rounding leaves an error of up to {error:e} (tolerance {tolerance:e})")
            }
            Self::NotPositiveDefinite { ritz_value } => {
                write!(f, "the matrix is not positive definite: it has the Ritz value {ritz_value:e}")
            }
            Self::BelowFloor { ritz_value, floor } => {
                write!(f, "the Ritz value {ritz_value:e} is below the floor {floor:e} of the spectrum")
            }
            Self::UnresolvedProjection => {
                write!(f, "the eigenvalues of the projected matrix did not converge")
            }
            Self::LeastSquares { norm, pull } => {
                write!(
                    f,
                    "no residual is smaller than {norm:e}: the matrix shrinks it to {pull:e} of its length"
                )
            }
            Self::OutOfEvaluations => write!(f, "no product is left"),
            Self::Cancelled => write!(f, "the iteration was cancelled"),
        }
    }
}

/// Where a function has nothing else to hand out, the reason is its error.
impl std::error::Error for Ending {}

/// Asks for one product.
pub(crate) fn spend(allow: &mut Allowance) -> Result<(), Ending> {
    allow.spend().map_err(|stuck| match stuck {
        Stuck::OutOfEvaluations => Ending::OutOfEvaluations,
        _ => Ending::Cancelled,
    })
}
