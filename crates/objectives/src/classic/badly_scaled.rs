//! Two functions whose variables differ by orders of magnitude at the minimum: Powell's and Brown's.

use thalweg_numerics::exp;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = (10⁴ x₁x₂ − 1)² + (e^(−x₁) + e^(−x₂) − 1.0001)².
///
/// The global minima, 0, are near (1.098·10⁻⁵, 9.106) and at the same point mirrored; at a third one, with x₁ = x₂ below 0,
/// f is 1.04. Where one variable runs off and the other goes to 0, with x₁x₂ = 10⁻⁴, f comes down to 10⁻⁸. Curvatures of 10⁻⁸ and 10¹⁰ meet there, and the valley follows a hyperbola along which f hardly falls.
///
/// Sources: M. J. D. Powell, in P. Rabinowitz (ed.), Numerical Methods for Nonlinear Algebraic Equations (Gordon and Breach
/// 1970) 87–114; Moré, Garbow, Hillstrom, function 3. The third minimum and the infima
/// are our own.
///
/// ```
/// use thalweg_objectives::classic::{PowellBadlyScaled, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// let minima = PowellBadlyScaled.minima();
/// let values: Vec<f64> = minima.iter().map(|minimum| minimum.value).collect();
/// assert_eq!((values[0], values[1]), (0.0, 0.0));
/// assert!((values[2] - 1.040294).abs() < 1e-6);
/// assert!((PowellBadlyScaled.value(&[0.0, 1.0]) - 1.135262).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PowellBadlyScaled;

impl SumOfSquares for PowellBadlyScaled {
    fn size(&self) -> (usize, usize) {
        (2, 2)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        out.term(|t| {
            t.value(1e4 * x[0] * x[1] - 1.0);
            t.slope(0, 1e4 * x[1]);
            t.slope(1, 1e4 * x[0]);
            t.curvature(0, 1, 1e4);
        });
        let e = [exp(-x[0]), exp(-x[1])];
        out.term(|t| {
            t.value(e[0] + e[1] - 1.0001);
            for (j, &e) in e.iter().enumerate() {
                t.slope(j, -e);
                t.curvature(j, j, e);
            }
        });
    }
}

objective!(PowellBadlyScaled);

impl TestFunction for PowellBadlyScaled {
    fn name(&self) -> &'static str {
        "Powell badly scaled"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.0, 1.0]
    }

    fn minima(&self) -> Vec<Minimum> {
        let [small, large] = POWELL;
        vec![
            Minimum::global(&[small, large], 0.0),
            Minimum::global(&[large, small], 0.0),
            Minimum::local(&[POWELL_LOCAL; 2], POWELL_LOCAL_VALUE),
            Minimum::local(&[0.0, f64::INFINITY], 1e-8),
            Minimum::local(&[f64::INFINITY, 0.0], 1e-8),
        ]
    }
}

/// f(x) = (x₁ − 10⁶)² + (x₂ − 2·10⁻⁶)² + (x₁x₂ − 2)².
///
/// The minimum is 0, at (10⁶, 2·10⁻⁶), where the curvatures are 10¹² apart.
///
/// Sources: K. M. Brown, unpublished; Moré, Garbow, Hillstrom, function 4.
///
/// ```
/// use thalweg_objectives::classic::BrownBadlyScaled;
/// use thalweg_objectives::problem::Objective;
///
/// assert_eq!(BrownBadlyScaled.value(&[1e6, 2e-6]), 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BrownBadlyScaled;

impl SumOfSquares for BrownBadlyScaled {
    fn size(&self) -> (usize, usize) {
        (2, 3)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for (j, target) in [1e6, 2e-6].into_iter().enumerate() {
            out.term(|t| {
                t.value(x[j] - target);
                t.slope(j, 1.0);
            });
        }
        out.term(|t| {
            t.value(x[0] * x[1] - 2.0);
            t.slope(0, x[1]);
            t.slope(1, x[0]);
            t.curvature(0, 1, 1.0);
        });
    }
}

objective!(BrownBadlyScaled);

impl TestFunction for BrownBadlyScaled {
    fn name(&self) -> &'static str {
        "Brown badly scaled"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.0, 1.0]
    }

    fn minima(&self) -> Vec<Minimum> {
        vec![Minimum::global(&[1e6, 2e-6], 0.0)]
    }
}
// Minima, computed with 60 digits and rounded.

/// The coordinates of the global minima.
const POWELL: [f64; 2] = [1.0981593296998175e-5, 9.106146739866524];
/// Both coordinates of the third minimum, and f there.
const POWELL_LOCAL: f64 = -0.009948091925800946;
const POWELL_LOCAL_VALUE: f64 = 1.0402940039616395;
