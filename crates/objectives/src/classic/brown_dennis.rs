//! Brown and Dennis's function: residuals that stay large at the minimum, and are squares already.

use thalweg_numerics::{cos, exp, sin};
use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction, at_least};

/// f(x) = Σ ((x₁ + tᵢx₂ − e^tᵢ)² + (x₃ + x₄ sin tᵢ − cos tᵢ)²)² over i = 1, …, m, with tᵢ = i/5.
///
/// For m = 20 the minimum is 85822.2, near (−11.59, 13.20, −0.40, 0.24): what Gauss–Newton leaves out of the Hessian is not small
/// there. f is convex, since the squared residuals are.
///
/// Sources: K. M. Brown, J. E. Dennis, New computational algorithms for minimizing a sum of squares of nonlinear functions,
/// Report 71-6, Department of Computer Science, Yale University (1971); Moré, Garbow, Hillstrom, function 16.
///
/// ```
/// use thalweg_objectives::classic::BrownDennis;
/// use thalweg_objectives::problem::Objective;
///
/// let f = BrownDennis::default();
/// assert!((f.value(&[25.0, 5.0, -5.0, -1.0]) / 7.926693e6 - 1.0).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrownDennis {
    pub(super) m: usize,
}

impl Default for BrownDennis {
    /// With the published m = 20.
    fn default() -> Self {
        Self { m: 20 }
    }
}

impl BrownDennis {
    /// With m ≥ 4 terms.
    ///
    /// # Errors
    /// If m is below 4.
    pub fn new(m: usize) -> Result<Self, InvalidInput> {
        Ok(Self { m: at_least("m", m, 4)? })
    }
}

impl SumOfSquares for BrownDennis {
    fn size(&self) -> (usize, usize) {
        (4, self.m)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for i in 1..=self.m {
            let time = i as f64 / 5.0;
            let sine = sin(time);
            let line = x[0] + time * x[1] - exp(time);
            let wave = x[2] + x[3] * sine - cos(time);
            out.term(|t| {
                t.value(line * line + wave * wave);
                for (first, inner, factor) in [(0, line, time), (2, wave, sine)] {
                    t.slope(first, 2.0 * inner);
                    t.slope(first + 1, 2.0 * inner * factor);
                    t.curvature(first, first, 2.0);
                    t.curvature(first, first + 1, 2.0 * factor);
                    t.curvature(first + 1, first + 1, 2.0 * factor * factor);
                }
            });
        }
    }
}

objective!(BrownDennis);

impl TestFunction for BrownDennis {
    fn name(&self) -> &'static str {
        "Brown and Dennis"
    }

    fn start(&self) -> Vec<f64> {
        vec![25.0, 5.0, -5.0, -1.0]
    }

    fn minima(&self) -> Vec<Minimum> {
        if self.m == 20 { vec![Minimum::global(&MINIMUM, VALUE)] } else { Vec::new() }
    }
}
// Minima, computed with 60 digits and rounded.

const MINIMUM: [f64; 4] = [-11.594439904762165, 13.203630051207204, -0.40343948817685954, 0.2367787744557363];
const VALUE: f64 = 85822.20162635634;
