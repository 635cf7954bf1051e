//! Beale's function: a flat valley that a long way off turns towards a line where it never ends.

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = Σ (yᵢ − x₁ (1 − x₂ⁱ))² over i = 1, 2, 3, with y = (1.5, 2.25, 2.625).
///
/// One minimum, 0 at (3, ½), and a saddle at (0, 1), near the start (1, 1). Where x₂ → 1 and |x₁| → ∞ while x₁ (1 − x₂) stays
/// 111/112, f tends to 0.452009: from above, and nowhere ending, where x₁ goes to −∞; from below where it goes to +∞.
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

impl SumOfSquares for Beale {
    fn size(&self) -> (usize, usize) {
        (2, 3)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        // x₂⁰, …, x₂³.
        let powers = [1.0, x[1], x[1] * x[1], x[1] * x[1] * x[1]];
        for (i, y) in (1..).zip(Y) {
            let p = i as f64;
            out.term(|t| {
                t.value(y - x[0] * (1.0 - powers[i]));
                t.slope(0, powers[i] - 1.0);
                t.slope(1, x[0] * p * powers[i - 1]);
                t.curvature(0, 1, p * powers[i - 1]);
                if i > 1 {
                    t.curvature(1, 1, x[0] * p * (p - 1.0) * powers[i - 2]);
                }
            });
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
        // Σ yᵢ² − 14 (111/112)².
        let far = 0.45200892857142855;
        vec![Minimum::global(&[3.0, 0.5], 0.0), Minimum::local(&[f64::NEG_INFINITY, 1.0], far)]
    }
}
