//! Derivatives compared with differences: three answers, and a sentence that says which number is off.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

mod comparison;
mod gradient;
mod hessian;
mod hessian_vector;
mod jacobian;
mod rounding;

pub use comparison::{Comparison, Entry};
pub use gradient::{check_gradient, check_gradient_along};
pub use hessian::check_hessian_columns;
pub use hessian_vector::check_hessian_vector;
pub use jacobian::check_jacobian;

use core::fmt;

use crate::{Differences, InvalidInput, Objective};

/// What a check of derivatives looks at, and how closely.
///
/// ```
/// use thalweg_problem::CheckSettings;
///
/// let some = CheckSettings { coordinates: Some(&[3, 17]), ..CheckSettings::default() };
/// assert_eq!((some.tolerance, some.resolution, some.directions), (1e-9, 1e-6, 2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckSettings<'a> {
    /// The coordinates of x to look at, each below n; default `None`: all. For gradients and the columns of
    /// Jacobians and Hessians.
    pub coordinates: Option<&'a [usize]>,
    /// How many directions to multiply a Hessian with. Default 2, the least that can show an asymmetry.
    pub directions: usize,
    /// A difference below this times the larger number is never wrong, and no bound need be smaller. Default 1e-9.
    pub tolerance: f64,
    /// A bound above this times the number it belongs to is too wide to call the number right; above `tolerance`. Default
    /// 1e-6.
    ///
    /// Where the number is all but 0, as at a minimum, its size in the surroundings stands for it: the slope of f over the
    /// steps that were taken, or |f″ x|. An error below 1e-6 of that moves the minimum by 1e-6 of x. For an element of a
    /// Hessian it is √|Hᵢᵢ Hⱼⱼ|, if that is larger.
    pub resolution: f64,
}

impl Default for CheckSettings<'_> {
    fn default() -> Self {
        Self { coordinates: None, directions: 2, tolerance: 1e-9, resolution: 1e-6 }
    }
}

impl CheckSettings<'_> {
    fn check(&self, n: usize) -> Result<(), InvalidInput> {
        InvalidInput::unless_non_negative("settings.tolerance", self.tolerance)?;
        InvalidInput::unless_positive("settings.resolution", self.resolution)?;
        if self.resolution <= self.tolerance {
            let value = format!("{:?}", self.resolution);
            return Err(InvalidInput::new("settings.resolution", value, "more than settings.tolerance"));
        }
        if self.directions == 0 {
            return Err(InvalidInput::new("settings.directions", 0, "1 or more"));
        }
        let coordinates = self.coordinates.unwrap_or_default();
        match coordinates.iter().position(|i| *i >= n) {
            None => Ok(()),
            Some(k) => Err(InvalidInput::new(
                format!("settings.coordinates[{k}]"),
                coordinates[k],
                format!("0 to {}", n - 1),
            )),
        }
    }

    /// What a number is compared with, where x can go so far until it has changed by its own size.
    fn differences(&self, reach: f64) -> Differences {
        Differences { reach, tolerance: self.tolerance }
    }

    /// The coordinates to look at, in the order in which they were asked for.
    fn coordinates(&self, n: usize) -> Vec<usize> {
        self.coordinates.map_or_else(|| (0..n).collect(), <[usize]>::to_vec)
    }
}

/// What every check asks of its point.
fn check_point<P: Objective + ?Sized>(
    problem: &P,
    x: &[f64],
    settings: &CheckSettings<'_>,
) -> Result<(), InvalidInput> {
    let n = problem.dim();
    if n == 0 {
        return Err(InvalidInput::new("problem.dim()", 0, "1 or more"));
    }
    InvalidInput::unless_length("x", x, n)?;
    InvalidInput::unless_all_finite("x", x)?;
    settings.check(n)
}

/// The answer of a check, of one number or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The number is right within the bound, and the bound is small.
    Agrees,
    /// The number is within the bound, but the bound is too wide for that to mean anything.
    CannotTell,
    /// The number differs by more than the bound, or is not finite.
    Wrong,
}

/// What a check found: a verdict, and every comparison that was made.
///
/// Printed, it is a sentence that names the worst number.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DerivativeCheck {
    /// Wrong if any number is wrong, else that it cannot tell if it cannot for one, else that all agree.
    pub verdict: Verdict,
    /// All comparisons, in the order of the coordinates.
    pub comparisons: Vec<Comparison>,
}

impl DerivativeCheck {
    fn new(comparisons: Vec<Comparison>) -> Self {
        let verdict = comparisons.iter().map(|c| c.verdict).max().unwrap_or(Verdict::CannotTell);
        Self { verdict, comparisons }
    }

    /// At a point where f has the value `value`, which is not finite, there is nothing to compare.
    fn nowhere(value: f64) -> Self {
        let entry = Entry::Value;
        let (bound, verdict) = (f64::INFINITY, Verdict::CannotTell);
        Self::new(vec![Comparison { entry, analytic: value, numeric: f64::NAN, bound, size: 0.0, verdict }])
    }

    /// The worst of the comparisons: among the wrong ones that with the largest relative difference, else that with the
    /// widest bound. `None` if nothing was compared.
    #[must_use]
    pub fn worst(&self) -> Option<&Comparison> {
        let badness = |c: &&Comparison| (c.verdict, c.badness());
        self.comparisons.iter().max_by(|a, b| {
            let ((va, a), (vb, b)) = (badness(a), badness(b));
            va.cmp(&vb).then(a.total_cmp(&b))
        })
    }

    /// Whether every number is right, as far as differences can tell.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.verdict == Verdict::Agrees
    }
}

impl fmt::Display for DerivativeCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(worst) = self.worst() else { return write!(f, "nothing was compared") };
        let all = self.comparisons.len();
        let some = self.comparisons.iter().filter(|c| c.verdict == self.verdict).count();
        match self.verdict {
            Verdict::Agrees => write!(f, "all {all} numbers agree; the least certain: {worst}"),
            Verdict::Wrong => write!(f, "{some} of {all} numbers wrong; the worst: {worst}"),
            Verdict::CannotTell => {
                write!(f, "cannot tell for {some} of {all} numbers; the least certain: {worst}")
            }
        }
    }
}
