//! What a search returns: an accepted step, or the reason why there is none, with the best point either way.

use std::fmt;

use thalweg_problem::{InvalidInput, Stuck};

use crate::{Condition, Sample};

/// The step that a search accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Accepted {
    /// α > 0.
    pub alpha: f64,
    /// φ(α) and φ′(α).
    pub end: Sample,
    /// What is claimed of α; [`Condition::holds`] checks it again.
    pub condition: Condition,
    /// Evaluations spent by this search.
    pub evaluations: u64,
}

/// A search that found no acceptable step. Its best point is handed out all the same.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Failed {
    /// Why there is no acceptable step.
    pub reason: Failure,
    /// α of the lowest finite point that was seen; 0 if that is the start.
    pub alpha: f64,
    /// φ and φ′ there, never above the start.
    pub end: Sample,
    /// Evaluations spent by this search.
    pub evaluations: u64,
}

/// Why a search found no acceptable step.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Failure {
    /// φ₀′ is not negative: p does not lead down, or is 0, or the gradient is.
    NotDescent {
        /// φ₀′.
        slope: f64,
    },
    /// Value or slope at α is not finite, and the search has nowhere else to go. α = 0 is the start.
    NonFinite {
        /// Where.
        alpha: f64,
    },
    /// pᵀHp is not positive: along p the function has no minimum that a search could be exact about.
    NonPositiveCurvature {
        /// pᵀHp / pᵀp, at least the lowest eigenvalue of H.
        curvature: f64,
    },
    /// The search took all the trials that its settings allow, or cannot go further.
    NoAcceptableStep {
        /// How many it took.
        trials: u32,
    },
    /// What is left of the interval is rounding.
    Collapsed {
        /// Where.
        alpha: f64,
    },
    /// The [`Allowance`](thalweg_problem::Allowance) has no evaluation left.
    OutOfEvaluations,
    /// Somebody raised the [`CancelFlag`](thalweg_problem::CancelFlag).
    Cancelled,
    /// A setting or an argument cannot be used. Nothing was evaluated.
    Invalid(InvalidInput),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDescent { slope } => {
                write!(f, "the direction does not lead down: its slope is {slope:?}")
            }
            Self::NonFinite { alpha } => write!(f, "value or slope is not finite at α = {alpha:?}"),
            Self::NonPositiveCurvature { curvature } => {
                write!(f, "the curvature along the direction is not positive: {curvature:?}")
            }
            Self::NoAcceptableStep { trials } => write!(f, "no acceptable step in {trials} trials"),
            Self::Collapsed { alpha } => write!(f, "the interval has collapsed at α = {alpha:?}"),
            Self::OutOfEvaluations => Stuck::OutOfEvaluations.fmt(f),
            Self::Cancelled => Stuck::Cancelled.fmt(f),
            Self::Invalid(input) => input.fmt(f),
        }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; the best step seen is {:?}", self.reason, self.alpha)
    }
}

impl std::error::Error for Failure {}

impl std::error::Error for Failed {}

impl From<InvalidInput> for Failure {
    fn from(input: InvalidInput) -> Self {
        Self::Invalid(input)
    }
}

impl From<Stuck> for Failure {
    fn from(stuck: Stuck) -> Self {
        match stuck {
            Stuck::Cancelled => Self::Cancelled,
            Stuck::Invalid(input) => Self::Invalid(input),
            // An allowance has no other reasons.
            _ => Self::OutOfEvaluations,
        }
    }
}

/// For a method that cannot go on without an accepted step.
impl From<Failure> for Stuck {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::OutOfEvaluations => Self::OutOfEvaluations,
            Failure::Cancelled => Self::Cancelled,
            Failure::Invalid(input) => Self::Invalid(input),
            other => Self::Because(format!("line search: {other}").into()),
        }
    }
}
