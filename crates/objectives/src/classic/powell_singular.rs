//! Powell's singular function: at the minimum two of four curvatures vanish.

use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, objective};
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
    groups: usize,
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
        if n == 0 || n % 4 != 0 {
            return Err(InvalidInput::new("n", n, "a multiple of 4, and not 0"));
        }
        Ok(Self { groups: n / 4 })
    }
}

/// √5 and √10 before the second and the fourth term.
const ROOT_5: f64 = 2.236_067_977_499_79;
const ROOT_10: f64 = 3.162_277_660_168_379_5;

/// The two variables of a term in its group, and the factor of the second one: term i is a power of xⱼ + c xₖ.
const PAIRS: [(usize, usize, f64); 4] = [(0, 1, 10.0), (2, 3, -1.0), (1, 2, -2.0), (0, 3, -1.0)];
const FACTORS: [f64; 4] = [1.0, ROOT_5, 1.0, ROOT_10];

/// Which variables term i has, with their factors, and what their sum is.
fn inner(i: usize, x: &[f64]) -> ([(usize, f64); 2], f64) {
    let (first, second, factor) = PAIRS[i % 4];
    let (j, k) = (i / 4 * 4 + first, i / 4 * 4 + second);
    ([(j, 1.0), (k, factor)], x[j] + factor * x[k])
}

/// Whether term i is the square of its sum, not the sum itself.
fn is_squared(i: usize) -> bool {
    i % 4 >= 2
}

impl SumOfSquares for PowellSingular {
    fn variables(&self) -> usize {
        4 * self.groups
    }

    fn terms(&self) -> usize {
        4 * self.groups
    }

    fn term(&self, i: usize, x: &[f64]) -> f64 {
        let (_, sum) = inner(i, x);
        FACTORS[i % 4] * if is_squared(i) { sum * sum } else { sum }
    }

    fn slopes(&self, i: usize, x: &[f64], mut entry: impl FnMut(usize, f64)) {
        let (variables, sum) = inner(i, x);
        let slope = FACTORS[i % 4] * if is_squared(i) { 2.0 * sum } else { 1.0 };
        variables.into_iter().for_each(|(j, factor)| entry(j, slope * factor));
    }

    fn curvatures(&self, i: usize, x: &[f64], mut entry: impl FnMut(usize, usize, f64)) {
        if is_squared(i) {
            let ([(j, cj), (k, ck)], _) = inner(i, x);
            let curvature = 2.0 * FACTORS[i % 4];
            entry(j, j, curvature * cj * cj);
            entry(j, k, curvature * cj * ck);
            entry(k, k, curvature * ck * ck);
        }
    }
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
        vec![Minimum::zero(vec![0.0; 4 * self.groups])]
    }
}
