//! One number beside another way to compute it, and whether the two agree.

use alloc::format;
use alloc::string::String;
use core::fmt;

use super::{CheckSettings, Verdict};
use crate::differences::Derivative;

/// Which number is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entry {
    /// f(x), which `value_gradient` and `value` both return.
    Value,
    /// ∂f/∂xᵢ.
    Gradient(usize),
    /// ∇f(x)ᵀ v.
    Along,
    /// Element `row` of H(x) v for one of the directions v.
    HessianVector {
        /// Which direction, from 0.
        direction: usize,
        /// Which element of the product.
        row: usize,
    },
    /// uᵀ H(x) v against vᵀ H(x) u for two of the directions.
    Symmetry {
        /// The direction u, from 0.
        u: usize,
        /// The direction v, from 0.
        v: usize,
    },
    /// ∂²f/∂xᵢ∂xⱼ, as an element of a matrix.
    Hessian {
        /// i.
        row: usize,
        /// j.
        column: usize,
    },
    /// An element of the matrix H(x) below the diagonal against that above.
    HessianMirrored {
        /// The row of the one below.
        row: usize,
        /// Its column.
        column: usize,
    },
    /// Element `row` of the matrix H(x) times v, for one of the directions v, against the product.
    HessianTimes {
        /// Which direction, from 0.
        direction: usize,
        /// Which element of the product.
        row: usize,
    },
    /// rᵢ(x), which `residuals_jacobian` and `residuals` both write.
    Residual(usize),
    /// ∂rᵢ/∂xⱼ.
    Jacobian {
        /// i.
        row: usize,
        /// j.
        column: usize,
    },
    /// ½‖r(x)‖² against f(x).
    HalfSquares,
    /// ∂f/∂xᵢ against (J(x)ᵀ r(x))ᵢ.
    JacobianTransposeResidual(usize),
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value => write!(f, "f(x) of value_gradient"),
            Self::Gradient(i) => write!(f, "∂f/∂x[{i}]"),
            Self::Along => write!(f, "∇f·v"),
            Self::HessianVector { direction, row } => write!(f, "(H v{direction})[{row}]"),
            Self::Symmetry { u, v } => write!(f, "v{u}·H v{v}"),
            Self::Hessian { row, column } => write!(f, "∂²f/∂x[{row}]∂x[{column}]"),
            Self::HessianMirrored { row, column } => write!(f, "H[{row}, {column}]"),
            Self::HessianTimes { direction, row } => write!(f, "(H v{direction})[{row}] of the matrix"),
            Self::Residual(i) => write!(f, "r[{i}] of residuals_jacobian"),
            Self::Jacobian { row, column } => write!(f, "∂r[{row}]/∂x[{column}]"),
            Self::HalfSquares => write!(f, "f(x)"),
            Self::JacobianTransposeResidual(i) => write!(f, "∂f/∂x[{i}]"),
        }
    }
}

impl Entry {
    /// What the number is compared with.
    fn reference(&self) -> String {
        match self {
            Self::Value => "value gives".into(),
            Self::Symmetry { u, v } => format!("v{v}·H v{u} is"),
            Self::HessianMirrored { row, column } => format!("H[{column}, {row}] is"),
            Self::HessianTimes { .. } => "hessian_vector gives".into(),
            Self::Residual(_) => "residuals gives".into(),
            Self::HalfSquares => "½‖r‖² is".into(),
            Self::JacobianTransposeResidual(i) => format!("(Jᵀr)[{i}] is"),
            _ => "differences give".into(),
        }
    }
}

/// One number of the problem's own beside another way to compute it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// Which number.
    pub entry: Entry,
    /// What the problem says. NaN if it never wrote it.
    pub analytic: f64,
    /// What the differences, or whatever it is compared with, say. NaN, with the bound ∞, if there is no step at which f is
    /// finite on both sides.
    pub numeric: f64,
    /// How far the two may be apart: truncation, noise of f, and roundings of both.
    pub bound: f64,
    /// What `bound` is measured against when it is asked whether it is small enough to tell; ∞ for two numbers that are
    /// equal but for roundings, where it always is.
    pub size: f64,
    /// The answer for this number.
    pub verdict: Verdict,
}

impl Comparison {
    /// `rounding` is what the analytic number may be off by when it is right.
    pub(super) fn new(
        entry: Entry,
        analytic: f64,
        numeric: Derivative,
        rounding: f64,
        settings: &CheckSettings<'_>,
    ) -> Self {
        let larger = analytic.abs().max(numeric.value.abs());
        let bound = numeric.bound + rounding + settings.tolerance * larger;
        let size = larger.max(numeric.slope);
        let difference = (analytic - numeric.value).abs();
        // Differences that say nothing have the bound ∞; any other NaN is a number that was never written.
        let is_within = difference <= bound || bound == f64::INFINITY;
        let verdict = if !analytic.is_finite() || !is_within {
            Verdict::Wrong
        } else if bound <= settings.resolution * size || (analytic == 0.0 && numeric.is_constant) {
            Verdict::Agrees
        } else {
            Verdict::CannotTell
        };
        Self { entry, analytic, numeric: numeric.value, bound, size, verdict }
    }

    /// Two numbers that should be the same up to `rounding`.
    pub(super) fn of_equals(
        entry: Entry,
        analytic: f64,
        other: f64,
        rounding: f64,
        settings: &CheckSettings<'_>,
    ) -> Self {
        let exact = Derivative { value: other, bound: 0.0, slope: f64::INFINITY, is_constant: false };
        Self::new(entry, analytic, exact, rounding, settings)
    }

    /// |analytic − numeric| over the larger one. ∞ if one of them is not finite.
    fn relative_difference(&self) -> f64 {
        let difference = (self.analytic - self.numeric).abs();
        let larger = self.analytic.abs().max(self.numeric.abs());
        match difference {
            0.0 => 0.0,
            d if d.is_finite() => d / larger,
            _ => f64::INFINITY,
        }
    }

    /// How bad it is, among those with the same verdict.
    pub(super) fn badness(&self) -> f64 {
        match self.verdict {
            Verdict::Wrong => self.relative_difference(),
            _ if self.bound > 0.0 => self.bound / self.size,
            _ => 0.0,
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entry, analytic, numeric, bound, .. } = self;
        if *entry == Entry::Value && numeric.is_nan() {
            return write!(f, "f(x) is {analytic:?}, and derivatives are for points where f is finite");
        }
        if numeric.is_nan() && *bound == f64::INFINITY {
            return write!(f, "{entry} is {analytic:?}, and f is not finite on both sides of x at any step");
        }
        let numeric = certain_digits(*numeric, *bound);
        write!(f, "{entry} is {analytic:?}, {} {numeric:?} ± {bound:.1e}", entry.reference())
    }
}

/// `number` to the digits that are not lost in `bound`, and one more.
fn certain_digits(number: f64, bound: f64) -> f64 {
    let mut digits = 1;
    let mut last = number.abs();
    while last > bound && digits < 16 {
        last /= 10.0;
        digits += 1;
    }
    // Printing rounds in decimal, which is what a reader sees; nothing else does it right.
    format!("{number:.digits$e}").parse().unwrap_or(number)
}
