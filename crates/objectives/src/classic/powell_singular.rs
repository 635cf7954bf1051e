//! Powell's singular function: at the minimum two of four curvatures vanish.

use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = Σ (x₁ + 10x₂)² + 5 (x₃ − x₄)² + (x₂ − 2x₃)⁴ + 10 (x₁ − x₄)⁴ over n/4 groups of four variables.
///
/// The minimum is 0, at 0, and the only one. Its Hessian has rank n/2: in the other directions f grows like a fourth
/// power, so that Newton's method converges linearly and a small gradient does not mean a near minimum.
///
/// Sources: M. J. D. Powell, Computer Journal 5 (1962) 147–151; Moré, Garbow, Hillstrom, functions 13 and 22.
///
/// ```
/// use thalweg_objectives::classic::{PowellSingular, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// let f = PowellSingular::default();
/// // (3 − 10)² + 5 + 1 + 10 · 2⁴, but for the roundings of √5 and √10.
/// assert!((f.value(&f.start()) - 215.0).abs() < 1e-12);
/// assert_eq!(PowellSingular::extended(8)?.start().len(), 8);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PowellSingular {
    pub(super) groups: usize,
}

impl Default for PowellSingular {
    /// In four variables.
    fn default() -> Self {
        Self { groups: 1 }
    }
}

impl PowellSingular {
    /// In n variables, a multiple of 4.
    ///
    /// # Errors
    /// If n is 0 or no multiple of 4.
    pub fn extended(n: usize) -> Result<Self, InvalidInput> {
        if n == 0 || !n.is_multiple_of(4) {
            return Err(InvalidInput::new("n", n, "a multiple of 4, and not 0"));
        }
        Ok(Self { groups: n / 4 })
    }
}

/// √5 and √10 before the second and the fourth term.
const ROOT_5: f64 = 2.236_067_977_499_79;
const ROOT_10: f64 = 3.162_277_660_168_379_5;

impl SumOfSquares for PowellSingular {
    fn size(&self) -> (usize, usize) {
        (4 * self.groups, 4 * self.groups)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for first in (0..x.len()).step_by(4) {
            let variable = |k| first + k;
            linear(out, x, 1.0, variable(0), variable(1), 10.0);
            linear(out, x, ROOT_5, variable(2), variable(3), -1.0);
            squared(out, x, 1.0, variable(1), variable(2), -2.0);
            squared(out, x, ROOT_10, variable(0), variable(3), -1.0);
        }
    }
}

/// The term scale · (xⱼ + c xₖ).
fn linear<W: Terms>(out: &mut W, x: &[f64], scale: f64, j: usize, k: usize, c: f64) {
    out.term(|t| {
        t.value(scale * (x[j] + c * x[k]));
        t.slope(j, scale);
        t.slope(k, scale * c);
    });
}

/// The term scale · (xⱼ + c xₖ)².
fn squared<W: Terms>(out: &mut W, x: &[f64], scale: f64, j: usize, k: usize, c: f64) {
    let sum = x[j] + c * x[k];
    out.term(|t| {
        t.value(scale * (sum * sum));
        t.slope(j, scale * (2.0 * sum));
        t.slope(k, scale * (2.0 * sum) * c);
        t.curvature(j, j, 2.0 * scale);
        t.curvature(j, k, 2.0 * scale * c);
        t.curvature(k, k, 2.0 * scale * c * c);
    });
}

objective!(PowellSingular);

impl TestFunction for PowellSingular {
    fn name(&self) -> &'static str {
        if self.groups == 1 { "Powell singular" } else { "Powell singular, extended" }
    }

    fn start(&self) -> Vec<f64> {
        [3.0, -1.0, 0.0, 1.0].repeat(self.groups)
    }

    fn minima(&self) -> Vec<Minimum> {
        vec![Minimum::global(&vec![0.0; 4 * self.groups], 0.0)]
    }
}
