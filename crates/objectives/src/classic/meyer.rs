//! Meyer's function: the resistance of a thermistor, hard to fit because its parameters nearly replace one another.

use thalweg_numerics::exp;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = Σ (x₁ exp(x₂/(tᵢ + x₃)) − yᵢ)² over 16 observations, with tᵢ = 45 + 5i.
///
/// The minimum is 87.9458, near (0.00561, 6181, 345): six orders of magnitude between the variables, and f is 1.7·10⁹ at the
/// start (0.02, 4000, 250), at the end of a bent valley.
///
/// Sources: R. R. Meyer, in J. B. Rosen, O. L. Mangasarian, K. Ritter (eds.), Nonlinear Programming (Academic Press 1970)
/// 465–486; Moré, Garbow, Hillstrom, function 10.
///
/// ```
/// use thalweg_objectives::classic::Meyer;
/// use thalweg_objectives::problem::Objective;
///
/// assert!((Meyer.value(&[0.02, 4000.0, 250.0]) / 1.693608e9 - 1.0).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meyer;

const Y: [f64; 16] = [
    34780.0, 28610.0, 23650.0, 19630.0, 16370.0, 13720.0, 11540.0, 9744.0, 8261.0, 7030.0, 6005.0, 5147.0,
    4427.0, 3820.0, 3307.0, 2872.0,
];

impl SumOfSquares for Meyer {
    fn size(&self) -> (usize, usize) {
        (3, Y.len())
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for (i, y) in (1..).zip(Y) {
            let d = 45.0 + 5.0 * f64::from(i) + x[2];
            let q = x[1] / d;
            let e = exp(q);
            out.term(|t| {
                t.value(x[0] * e - y);
                t.slope(0, e);
                t.slope(1, x[0] * e / d);
                t.slope(2, -x[0] * e * q / d);
                t.curvature(0, 1, e / d);
                t.curvature(0, 2, -e * q / d);
                t.curvature(1, 1, x[0] * e / (d * d));
                t.curvature(1, 2, -x[0] * e * (q + 1.0) / (d * d));
                t.curvature(2, 2, x[0] * e * q * (q + 2.0) / (d * d));
            });
        }
    }
}

objective!(Meyer);

impl TestFunction for Meyer {
    fn name(&self) -> &'static str {
        "Meyer"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.02, 4000.0, 250.0]
    }

    fn minima(&self) -> Vec<Minimum> {
        vec![Minimum::global(&MINIMUM, VALUE)]
    }
}
// Minima, computed with 60 digits and rounded.

const MINIMUM: [f64; 3] = [0.005609636471028053, 6181.346346286372, 345.2236346241365];
const VALUE: f64 = 87.94585517085112;
