//! Why a run stopped.

use std::fmt;

use thalweg_problem::{Cause, Stuck};

use crate::Noise;

/// Why a run stopped: the test that fired, its value and its tolerance. It reads aloud as a sentence.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum StopReason {
    /// The gradient is small: converged.
    GradientTolerance {
        /// ‖∇f(x)‖ at the last iterate.
        norm: f64,
        /// What it had to reach: the larger of the absolute and the relative tolerance.
        tolerance: f64,
    },
    /// The value that was asked for is reached.
    TargetValue {
        /// f(x) at the last iterate.
        value: f64,
        /// What it had to reach.
        target: f64,
    },
    /// The steps are used up.
    StepLimit {
        /// How many there were.
        limit: u64,
    },
    /// The evaluations are used up.
    EvaluationLimit {
        /// How many there were.
        limit: u64,
    },
    /// A [`CancelFlag`](thalweg_problem::CancelFlag) is up.
    Cancelled {
        /// The reason, if whoever raised it gave one.
        cause: Option<Cause>,
    },
    /// The objective failed, and this is its own error.
    ObjectiveFailed {
        /// What a closure of [`from_fallible_fn`](thalweg_problem::from_fallible_fn) returned.
        error: Cause,
    },
    /// The observer, or whoever drives the run by hand, asked to stop.
    Caller,
    /// The value or the gradient is not finite at the start; no step was taken.
    NonFiniteStart {
        /// What is not finite, with its value.
        what: NonFinite,
    },
    /// The iterates left the finite numbers; the best point before that is kept.
    Diverged {
        /// The step after which something was not finite, counted from 1.
        step: u64,
        /// What was not finite, with its value.
        what: NonFinite,
    },
    /// The iterates are still finite but far worse than the start, in value and in gradient; the best point is kept.
    RanAway {
        /// The step after which that was so, counted from 1.
        step: u64,
        /// f(x) there.
        value: f64,
        /// ‖∇f(x)‖ there.
        gradient_norm: f64,
    },
    /// Rounding hides what is left to gain: f no longer changes by more than its noise, and the gradient no longer falls.
    NoiseFloor(Noise),
    /// The method could not take another step.
    Stuck(Stuck),
}

/// Something that should have been finite.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum NonFinite {
    /// f(x), with its value.
    Value(f64),
    /// ‖∇f(x)‖, with its value.
    GradientNorm(f64),
    /// An element of x: its index and its value.
    Iterate(usize, f64),
}

impl StopReason {
    /// Whether the run reached what it was asked for: a small gradient or the target value.
    #[must_use]
    pub fn is_converged(&self) -> bool {
        matches!(self, Self::GradientTolerance { .. } | Self::TargetValue { .. })
    }

    /// Whether the iterates left every useful region, finite or not.
    #[must_use]
    pub fn is_divergence(&self) -> bool {
        matches!(self, Self::Diverged { .. } | Self::RanAway { .. })
    }
}

impl fmt::Display for NonFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => write!(f, "the value is {value}"),
            Self::GradientNorm(norm) => write!(f, "the norm of the gradient is {norm}"),
            Self::Iterate(i, value) => write!(f, "x[{i}] is {value}"),
        }
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GradientTolerance { norm, tolerance } => {
                write!(f, "the gradient norm {norm:e} is at most {tolerance:e}")
            }
            Self::TargetValue { value, target } => {
                write!(f, "the value {value} is at most the target {target}")
            }
            Self::StepLimit { limit } => write!(f, "the limit of {limit} steps is reached"),
            Self::EvaluationLimit { limit } => write!(f, "the limit of {limit} evaluations is reached"),
            Self::Cancelled { cause: None } => write!(f, "the run was cancelled"),
            Self::Cancelled { cause: Some(cause) } => write!(f, "the run was cancelled: {cause}"),
            Self::ObjectiveFailed { error } => write!(f, "the objective failed: {error}"),
            Self::Caller => write!(f, "the caller asked to stop"),
            Self::NonFiniteStart { what } => write!(f, "no step was taken: at the start {what}"),
            Self::Diverged { step, what } => write!(f, "diverged: after step {step} {what}"),
            Self::RanAway { step, value, gradient_norm } => write!(
                f,
                "ran away: after step {step} the value is {value:e} and the norm of the gradient {gradient_norm:e}"
            ),
            Self::NoiseFloor(Noise { steps, estimate, explained, gradient_norm }) => write!(
                f,
                "near the noise floor: in {steps} steps f changed by no more than its noise of {estimate:e}, of which \
                 the gradient explains {explained:e} at most, and the gradient norm stays at {gradient_norm:e}"
            ),
            Self::Stuck(stuck) => write!(f, "stuck: {stuck}"),
        }
    }
}
