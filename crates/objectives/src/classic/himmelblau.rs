//! Himmelblau's function: four minima of the same depth.

use super::sum_of_squares::{SumOfSquares, objective};
use super::{Minimum, TestFunction};

/// f(x) = (x₁² + x₂ − 11)² + (x₁ + x₂² − 7)².
///
/// Two parabolas cross in four points: four global minima of value 0, between them four saddles, and a local maximum of
/// 181.617 at (−0.270845, −0.923039).
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

impl SumOfSquares for Himmelblau {
    fn variables(&self) -> usize {
        2
    }

    fn terms(&self) -> usize {
        2
    }

    fn term(&self, i: usize, x: &[f64]) -> f64 {
        // The second parabola is the first with its variables exchanged, and another constant.
        x[i] * x[i] + x[1 - i] - [11.0, 7.0][i]
    }

    fn slopes(&self, i: usize, x: &[f64], mut entry: impl FnMut(usize, f64)) {
        entry(i, 2.0 * x[i]);
        entry(1 - i, 1.0);
    }

    fn curvatures(&self, i: usize, _x: &[f64], mut entry: impl FnMut(usize, usize, f64)) {
        entry(i, i, 2.0);
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
        crossings.map(Minimum::zero).to_vec()
    }
}
