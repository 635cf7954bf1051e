//! Why a method for least squares has nothing left to do.

use std::fmt;

use thalweg_problem::Stuck;

/// Which test says that going on is useless, with its value and its tolerance.
///
/// None of them is convergence, which is a matter of the gradient and of whoever asks for it: a model that gains little
/// gains little wherever it is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Stall {
    /// −r is at right angles to the columns of J: the point is stationary as far as rounding lets it be seen.
    Orthogonal {
        /// The largest cosine between −r and a column of J.
        cosine: f64,
        /// What it did not exceed.
        tolerance: f64,
    },
    /// The last trial lowered f by a small share of it, and the model had promised no more.
    Reduction {
        /// 1 − f(x + p)/f(x), negative where the trial was rejected.
        actual: f64,
        /// The same of the model.
        predicted: f64,
        /// What neither exceeded.
        tolerance: f64,
    },
    /// The last trial, undamped, changed f by so little that it may be rounding, and the model had promised no more; and the
    /// gradient no longer falls.
    Blurred {
        /// 1 − f(x + p)/f(x).
        actual: f64,
        /// The same of the model.
        predicted: f64,
        /// The largest cosine between −r and a column of J.
        cosine: f64,
    },
    /// The region in which the model is trusted is a small share of x.
    Radius {
        /// Δ.
        radius: f64,
        /// ‖D x‖.
        scaled_norm: f64,
        /// What their ratio did not exceed.
        tolerance: f64,
    },
    /// The same, because r or J was not finite at the last trial: x is at the edge of where f is defined.
    Edge {
        /// Δ.
        radius: f64,
    },
    /// So much damping that x + p = x, and still f does not fall.
    Motionless {
        /// λ.
        damping: f64,
    },
    /// f or J is not finite where the state is: it is that of a start where there is no model.
    NonFinite,
}

impl fmt::Display for Stall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Orthogonal { cosine, tolerance } => write!(
                f,
                "the residuals are orthogonal to the columns of the Jacobian: the largest cosine {cosine:e} is at most \
                 {tolerance:e}"
            ),
            Self::Reduction { actual, predicted, tolerance } => write!(
                f,
                "no reduction is left: the last trial changed f by {:e} of it, the model by {:e}, and neither is more than \
                 {tolerance:e}",
                // A change, not a reduction; + 0.0 so that none at all is not written as −0.
                0.0 - actual,
                0.0 - predicted,
            ),
            Self::Blurred { actual, predicted, cosine } => write!(
                f,
                "rounding hides what is left: the last trial changed f by {:e} of it, the model by {:e}, and the largest cosine \
                 between residuals and columns of the Jacobian stays at {cosine:e}",
                0.0 - actual,
                0.0 - predicted,
            ),
            Self::Radius { radius, scaled_norm, tolerance } => write!(
                f,
                "the model is trusted nowhere: the radius {radius:e} is at most {tolerance:e} of the size {scaled_norm:e} of \
                 the scaled variables"
            ),
            Self::Edge { radius } => write!(
                f,
                "at the edge of where f is defined: trials are not finite, down to steps of {radius:e} in the scaled variables"
            ),
            Self::Motionless { damping } => {
                write!(f, "no step that changes x lowers f: the damping is {damping:e}")
            }
            Self::NonFinite => write!(f, "f or the Jacobian is not finite"),
        }
    }
}

impl From<Stall> for Stuck {
    fn from(stall: Stall) -> Self {
        Self::Because(stall.to_string().into())
    }
}
