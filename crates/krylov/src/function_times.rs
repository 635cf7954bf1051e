//! What the products f(A) v with a bound have in common: where the spectrum begins, and what is said about the error.

use thalweg_problem::InvalidInput;

use crate::Ending;

/// Where the spectrum of A begins, which every bound of an error needs to know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SpectrumFloor {
    /// No eigenvalue of A is below this number > 0: then the error has a bound. For a loss with the penalty ½λ‖w‖² on top of
    /// a convex one it is λ.
    Known(f64),
    /// The smallest Ritz value stands in for it. That is above the smallest eigenvalue, if soon by little, and so what is
    /// said about the error is an estimate.
    SmallestRitzValue,
}

impl SpectrumFloor {
    pub(crate) fn check(self) -> Result<(), InvalidInput> {
        match self {
            Self::Known(floor) => InvalidInput::unless_positive("floor", floor).map(drop),
            Self::SmallestRitzValue => Ok(()),
        }
    }

    /// The floor if it is known, else ∞ until there are Ritz values.
    pub(crate) fn at_first(self) -> f64 {
        if let Self::Known(floor) = self { floor } else { f64::INFINITY }
    }

    /// The floor in view of the smallest Ritz value, which rounding may have moved by `slack`.
    pub(crate) fn given(self, smallest_ritz: f64, slack: f64) -> Result<f64, Ending> {
        if smallest_ritz <= 0.0 {
            return Err(Ending::NotPositiveDefinite { ritz_value: smallest_ritz });
        }
        match self {
            Self::Known(floor) if smallest_ritz < floor - slack => {
                Err(Ending::BelowFloor { ritz_value: smallest_ritz, floor })
            }
            Self::Known(floor) => Ok(floor),
            Self::SmallestRitzValue => Ok(smallest_ritz),
        }
    }

    pub(crate) fn error(self, error: f64) -> ErrorSize {
        match self {
            Self::Known(_) => ErrorSize::Bound(error),
            Self::SmallestRitzValue => ErrorSize::Estimate(error),
        }
    }
}

/// How large an error is: at most, or about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ErrorSize {
    /// Not larger than this, rounding included. ∞ if nothing is known.
    Bound(f64),
    /// Probably not larger than this: something in it is not known for certain.
    Estimate(f64),
}

impl ErrorSize {
    /// The number.
    #[must_use]
    pub fn value(self) -> f64 {
        match self {
            Self::Bound(error) | Self::Estimate(error) => error,
        }
    }

    /// Whether it holds for certain.
    #[must_use]
    pub fn is_bound(self) -> bool {
        matches!(self, Self::Bound(_))
    }
}

/// An approximation of f(A) v, and how good it is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FunctionTimes {
    /// Why it ended.
    pub ending: Ending,
    /// x ≈ f(A) v, length n; the best that was reached, whatever the ending.
    pub x: Vec<f64>,
    /// ‖x − f(A) v‖.
    pub error: ErrorSize,
    /// Steps of the iteration inside.
    pub iterations: u64,
    /// Products made.
    pub products: u64,
}
