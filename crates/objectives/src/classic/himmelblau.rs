//! Himmelblau's function: four minima of the same depth.

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = (x₁² + x₂ − 11)² + (x₁ + x₂² − 7)².
///
/// Two parabolas cross in four points: four global minima of value 0, between them four [saddles](Self::SADDLES), and one local
/// [maximum](Self::MAXIMUM).
///
/// The source names no start; (0, 0), from where all minima are in sight, is used here.
///
/// Source: D. M. Himmelblau, Applied Nonlinear Programming (McGraw–Hill 1972).
///
/// ```
/// use thalweg_objectives::classic::Himmelblau;
/// use thalweg_objectives::problem::Differentiable;
///
/// let mut gradient = [1.0; 2];
/// assert_eq!(Himmelblau.value_gradient(&[3.0, 2.0], &mut gradient), 0.0);
/// assert_eq!(gradient, [0.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Himmelblau;

impl Himmelblau {
    /// The saddles, where f is 13.312, 67.719, 104.015 and 178.337.
    pub const SADDLES: [[f64; 2]; 4] = [
        [3.385154183607021, 0.07385187983774928],
        [0.08667750455539636, 2.884254701174776],
        [-3.0730257507643897, -0.08135304428796751],
        [-0.12796134673068008, -1.9537149802445763],
    ];

    /// The local maximum, where f is 181.617.
    pub const MAXIMUM: [f64; 2] = [-0.2708445906673476, -0.9230385564799815];
}

impl SumOfSquares for Himmelblau {
    fn size(&self) -> (usize, usize) {
        (2, 2)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        // The second parabola is the first with its variables exchanged, and another constant.
        for (i, constant) in [11.0, 7.0].into_iter().enumerate() {
            out.term(|t| {
                t.value(x[i] * x[i] + x[1 - i] - constant);
                t.slope(i, 2.0 * x[i]);
                t.slope(1 - i, 1.0);
                t.curvature(i, i, 2.0);
            });
        }
    }
}

objective!(Himmelblau);

impl TestFunction for Himmelblau {
    fn name(&self) -> &'static str {
        "Himmelblau"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.0, 0.0]
    }

    fn minima(&self) -> Vec<Minimum> {
        // x₂ = 11 − x₁² turns the second parabola into (x₁ − 3)(x₁³ + 3x₁² − 13x₁ − 38) = 0.
        let crossings = [
            [3.0, 2.0],
            [-2.805118086952745, 3.131312518250573],
            [-3.779310253377747, -3.2831859912861696],
            [3.5844283403304917, -1.8481265269644036],
        ];
        crossings.map(|x| Minimum::global(&x, 0.0)).to_vec()
    }
}
