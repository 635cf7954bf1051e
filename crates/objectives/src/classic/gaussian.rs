//! The Gaussian function: the bell curve's table, fitted by a bell curve.

use thalweg_numerics::exp;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = Σ (x₁ exp(−x₂ (tᵢ − x₃)²/2) − yᵢ)² over 15 observations, with tᵢ = (8 − i)/2 and yᵢ the normal density to four digits.
///
/// The minimum is 1.1279·10⁻⁸, near (1/√2π, 1, 0). Where the bell is pressed flat or narrow between two observations, f stays near
/// Σ yᵢ² = 0.564, a plateau.
///
/// Source: Moré, Garbow, Hillstrom, function 9.
///
/// ```
/// use thalweg_objectives::classic::Gaussian;
/// use thalweg_objectives::problem::Objective;
///
/// assert!((Gaussian.value(&[0.4, 1.0, 0.0]) - 3.888107e-6).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaussian;

/// The first half and the middle; the other half mirrors it.
const Y: [f64; 8] = [0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989];

impl SumOfSquares for Gaussian {
    fn size(&self) -> (usize, usize) {
        (3, 15)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for i in 0..15_usize {
            let (time, y) = ((7.0 - i as f64) / 2.0, Y[i.min(14 - i)]);
            let s = time - x[2];
            let e = exp(-0.5 * x[1] * s * s);
            out.term(|t| {
                t.value(x[0] * e - y);
                t.slope(0, e);
                t.slope(1, -0.5 * x[0] * e * s * s);
                t.slope(2, x[0] * e * x[1] * s);
                t.curvature(0, 1, -0.5 * e * s * s);
                t.curvature(0, 2, e * x[1] * s);
                t.curvature(1, 1, 0.25 * x[0] * e * s * s * s * s);
                t.curvature(1, 2, x[0] * e * s * (1.0 - 0.5 * x[1] * s * s));
                t.curvature(2, 2, x[0] * x[1] * e * (x[1] * s * s - 1.0));
            });
        }
    }
}

objective!(Gaussian);

impl TestFunction for Gaussian {
    fn name(&self) -> &'static str {
        "Gaussian"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.4, 1.0, 0.0]
    }

    fn minima(&self) -> Vec<Minimum> {
        vec![Minimum::global(&MINIMUM, VALUE)]
    }
}
// Minima, computed with 60 digits and rounded.

const MINIMUM: [f64; 3] = [0.39895613783875666, 1.0000190844878056, 0.0];
const VALUE: f64 = 1.127932769618648e-8;
