//! Box's three-dimensional function: exponentials that can replace one another.

use thalweg_numerics::exp;
use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction, at_least};

/// f(x) = Σ (e^(−tᵢx₁) − e^(−tᵢx₂) − x₃ (e^(−tᵢ) − e^(−10tᵢ)))² over i = 1, …, m, with tᵢ = i/10.
///
/// The minimum is 0, at (1, 10, 1), at (10, 1, −1), and on the whole line x₁ = x₂, x₃ = 0, of which (0, 0, 0) is listed. Where
/// x₁ → ∞ f comes down to another, 0.0755887 for m = 10, as it does where x₂ → ∞.
///
/// Sources: M. J. Box, Computer Journal 9 (1966) 67–77; Moré, Garbow, Hillstrom, function 12. The minima at infinity are
/// from our own search.
///
/// ```
/// use thalweg_objectives::classic::BoxThreeDimensional;
/// use thalweg_objectives::problem::Objective;
///
/// let f = BoxThreeDimensional::default();
/// assert_eq!(f.value(&[1.0, 10.0, 1.0]), 0.0);
/// assert_eq!(f.value(&[7.0, 7.0, 0.0]), 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoxThreeDimensional {
    pub(super) m: usize,
}

impl Default for BoxThreeDimensional {
    /// With m = 10.
    fn default() -> Self {
        Self { m: 10 }
    }
}

impl BoxThreeDimensional {
    /// With m ≥ 3 terms.
    ///
    /// # Errors
    /// If m is below 3.
    pub fn new(m: usize) -> Result<Self, InvalidInput> {
        Ok(Self { m: at_least("m", m, 3)? })
    }
}

impl SumOfSquares for BoxThreeDimensional {
    fn size(&self) -> (usize, usize) {
        (3, self.m)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for i in 1..=self.m {
            let time = i as f64 / 10.0;
            let e = [exp(-time * x[0]), exp(-time * x[1])];
            let bump = exp(-time) - exp(-10.0 * time);
            out.term(|t| {
                t.value(e[0] - e[1] - x[2] * bump);
                t.slope(0, -time * e[0]);
                t.slope(1, time * e[1]);
                t.slope(2, -bump);
                t.curvature(0, 0, time * time * e[0]);
                t.curvature(1, 1, -time * time * e[1]);
            });
        }
    }
}

objective!(BoxThreeDimensional);

impl TestFunction for BoxThreeDimensional {
    fn name(&self) -> &'static str {
        "Box three-dimensional"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.0, 10.0, 20.0]
    }

    fn minima(&self) -> Vec<Minimum> {
        let zeros = [[1.0, 10.0, 1.0], [10.0, 1.0, -1.0], [0.0; 3]];
        let mut minima = zeros.map(|x| Minimum::global(&x, 0.0)).to_vec();
        if self.m == 10 {
            let [finite, factor] = FAR;
            minima.push(Minimum::local(&[f64::INFINITY, finite, factor], FAR_VALUE));
            minima.push(Minimum::local(&[finite, f64::INFINITY, -factor], FAR_VALUE));
        }
        minima
    }
}
// Minima, computed with 60 digits and rounded.

/// x₂ and x₃ where x₁ runs off, and what f comes down to.
const FAR: [f64; 2] = [0.6136003525261593, -1.3199552092025277];
const FAR_VALUE: f64 = 0.0755887407549974;
