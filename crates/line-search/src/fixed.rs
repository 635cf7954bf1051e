//! No search: always the same step.
//!
//! ```text
//! α = α_fixed
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | α_fixed | `alpha` |
//!
//! Needs of the problem: a gradient.
//!
//! It costs one evaluation and about 6n flops.
//!
//! It ends with that step, whatever the value there, as long as value and slope are finite; otherwise there is none. It
//! claims no condition, and with it a method may go uphill or diverge, as the pure Newton method does.
//!
//! Where the literature disagrees: nowhere. What a caller proposes as its first trial is not looked at.
//!
//! Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd edition (Springer 2006), section 3.3, on pure Newton steps.

use thalweg_problem::InvalidInput;

use crate::{Condition, Failure, Line, Next, OneDimensional, Sample};

/// The step that is always taken.
///
/// ```
/// use thalweg_line_search::problem::Allowance;
/// use thalweg_line_search::{Condition, Fixed, Sample, search_curve};
///
/// let phi = |a: f64| Sample { value: (a - 3.0) * (a - 3.0), slope: 2.0 * (a - 3.0) };
/// let accepted = search_curve(&Fixed::default(), phi(0.0), 9.0, &mut Allowance::evaluations(1), phi)?;
/// assert_eq!((accepted.alpha, accepted.end.value, accepted.condition), (1.0, 4.0, Condition::None));
/// # Ok::<(), thalweg_line_search::Failed>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fixed {
    /// α, finite and above 0. Default 1, Newton's own step.
    pub alpha: f64,
}

impl Default for Fixed {
    fn default() -> Self {
        Self { alpha: 1.0 }
    }
}

impl Fixed {
    /// Whether the settings can be used.
    ///
    /// # Errors
    /// If not, naming the first that cannot.
    pub fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("alpha", self.alpha).map(|_| ())
    }
}

impl OneDimensional for Fixed {
    /// α.
    type State = f64;

    fn check(&self) -> Result<(), InvalidInput> {
        self.check()
    }

    fn begin(&self, _line: Line, _first: f64) -> (f64, f64) {
        (self.alpha, self.alpha)
    }

    fn next_trial(&self, alpha: &mut f64, trial: Sample) -> Next {
        if trial.is_finite() {
            Next::Accept(Condition::None)
        } else {
            Next::GiveUp(Failure::NonFinite { alpha: *alpha })
        }
    }
}
