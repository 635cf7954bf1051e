//! The function of Gulf Research and Development: wide plateaus around a minimum.

use thalweg_numerics::{exp, ln, pow};
use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = Σ (exp(−|yᵢ − x₂|^x₃ / x₁) − tᵢ)² over i = 1, …, m, with tᵢ = i/100 and yᵢ = 25 + (−50 ln tᵢ)^⅔.
///
/// A minimum is 0, at (50, 25, 1.5): there |yᵢ − x₂|^x₃ is −50 ln tᵢ, and the exponential is tᵢ.
///
/// The collection prints the power as that of `yᵢ m i x₂`, a misprinted `yᵢ − x₂`: read as a product, it has no such minimum.
///
/// Where x₂ = yᵢ, which among doubles happens for i = 100 only, the derivatives of that term are taken to be 0: so they are if
/// x₃ is above 2, and the first ones if it is above 1.
///
/// Sources: R. A. Cox, Comparison of the performance of seven optimization algorithms on twelve unconstrained optimization
/// problems, Gulf Research and Development Company (1969); Moré, Garbow, Hillstrom, function 11.
///
/// ```
/// use thalweg_objectives::classic::Gulf;
/// use thalweg_objectives::problem::Objective;
///
/// let f = Gulf::default();
/// assert!(f.value(&[50.0, 25.0, 1.5]) < 1e-28);
/// assert!((f.value(&[5.0, 2.5, 0.15]) - 12.11071).abs() < 1e-5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gulf {
    pub(super) m: usize,
}

impl Default for Gulf {
    /// With m = 99, all i for which tᵢ is below 1.
    fn default() -> Self {
        Self { m: 99 }
    }
}

impl Gulf {
    /// With m terms, from 3 to 100.
    ///
    /// # Errors
    /// For any other m.
    pub fn new(m: usize) -> Result<Self, InvalidInput> {
        if !(3..=100).contains(&m) {
            return Err(InvalidInput::new("m", m, "from 3 to 100"));
        }
        Ok(Self { m })
    }
}

impl SumOfSquares for Gulf {
    fn size(&self) -> (usize, usize) {
        (3, self.m)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for i in 1..=self.m {
            let time = i as f64 / 100.0;
            let difference = 25.0 + pow(-50.0 * ln(time), 2.0 / 3.0) - x[1];
            let distance = difference.abs();
            let q = pow(distance, x[2]) / x[0];
            let e = exp(-q);
            out.term(|t| {
                t.value(e - time);
                // Where q is infinite, e is 0 and beats it. Where the distance is 0, see above.
                if e == 0.0 || distance == 0.0 {
                    return;
                }
                // The derivatives of ln q: l of the first order, and what is not 0 of the second.
                let l = [-1.0 / x[0], -x[2] / difference, ln(distance)];
                let mut second = [[0.0; 3]; 3];
                second[0][0] = 1.0 / (x[0] * x[0]);
                second[1][1] = -x[2] / (distance * distance);
                second[1][2] = -1.0 / difference;
                for j in 0..3 {
                    t.slope(j, -e * q * l[j]);
                    for k in j..3 {
                        t.curvature(j, k, e * q * ((q - 1.0) * l[j] * l[k] - second[j][k]));
                    }
                }
            });
        }
    }
}

objective!(Gulf);

impl TestFunction for Gulf {
    fn name(&self) -> &'static str {
        "Gulf research and development"
    }

    fn start(&self) -> Vec<f64> {
        vec![5.0, 2.5, 0.15]
    }

    fn minima(&self) -> Vec<Minimum> {
        vec![Minimum::global(&[50.0, 25.0, 1.5], 0.0)]
    }
}
