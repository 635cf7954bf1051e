//! Beale's function: a flat valley that a long way off turns towards a line where it never ends.

use super::sum_of_squares::{SumOfSquares, objective};
use super::{Minimum, TestFunction};

/// f(x) = Σ (yᵢ − x₁ (1 − x₂ⁱ))² over i = 1, 2, 3, with y = (1.5, 2.25, 2.625).
///
/// One minimum, 0 at (3, ½), and a saddle at (0, 1), near the start (1, 1). Where x₂ → 1 and |x₁| → ∞ while x₁ (1 − x₂) stays
/// 111/112, f comes down to 0.452009 and nowhere ends.
///
/// Sources: E. M. L. Beale, On an iterative method of finding a local minimum of a function of more than one variable,
/// Technical Report 25, Statistical Techniques Research Group, Princeton (1958); Moré, Garbow, Hillstrom, function 5.
///
/// ```
/// use thalweg_objectives::classic::Beale;
/// use thalweg_objectives::problem::Differentiable;
///
/// let mut gradient = [0.0; 2];
/// assert_eq!(Beale.value_gradient(&[1.0, 1.0], &mut gradient), 14.203125);
/// assert_eq!(gradient, [0.0, 27.75]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beale;

const Y: [f64; 3] = [1.5, 2.25, 2.625];

/// x⁰, x¹, x², x³.
fn powers(x: f64) -> [f64; 4] {
    [1.0, x, x * x, x * x * x]
}

impl SumOfSquares for Beale {
    fn variables(&self) -> usize {
        2
    }

    fn terms(&self) -> usize {
        3
    }

    fn term(&self, i: usize, x: &[f64]) -> f64 {
        Y[i] - x[0] * (1.0 - powers(x[1])[i + 1])
    }

    fn slopes(&self, i: usize, x: &[f64], mut entry: impl FnMut(usize, f64)) {
        let (p, powers) = ((i + 1) as f64, powers(x[1]));
        entry(0, powers[i + 1] - 1.0);
        entry(1, x[0] * p * powers[i]);
    }

    fn curvatures(&self, i: usize, x: &[f64], mut entry: impl FnMut(usize, usize, f64)) {
        let (p, powers) = ((i + 1) as f64, powers(x[1]));
        entry(0, 1, p * powers[i]);
        if i > 0 {
            entry(1, 1, x[0] * p * (p - 1.0) * powers[i - 1]);
        }
    }
}

objective!(Beale);

impl TestFunction for Beale {
    fn name(&self) -> &'static str {
        "Beale"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.0, 1.0]
    }

    fn minima(&self) -> Vec<Minimum> {
        vec![Minimum::zero([3.0, 0.5])]
    }
}
