//! The helical valley of Fletcher and Powell: the bottom winds around an axis.

use std::f64::consts::{PI, TAU};

use thalweg_numerics::atan;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = 100 (x₃ − 10 θ)² + 100 (ρ − 1)² + x₃², with x₁ = ρ cos 2πθ and x₂ = ρ sin 2πθ, −¼ < θ < ¾.
///
/// The minimum is 0, at (1, 0, 0); from the start (−1, 0, 0) the way there is half a turn.
///
/// θ jumps where x₁ = 0 and x₂ < 0, and f with it. On the axis x₁ = x₂ = 0 there is no θ: f is NaN.
///
/// Sources: R. Fletcher, M. J. D. Powell, Computer Journal 6 (1963) 163–168; Moré, Garbow, Hillstrom, function 7.
///
/// ```
/// use thalweg_objectives::classic::HelicalValley;
/// use thalweg_objectives::problem::Objective;
///
/// assert_eq!(HelicalValley.value(&[-1.0, 0.0, 0.0]), 2500.0);
/// assert_eq!(HelicalValley.value(&[1.0, 0.0, 0.0]), 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HelicalValley;

impl SumOfSquares for HelicalValley {
    fn size(&self) -> (usize, usize) {
        (3, 3)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        let [a, b] = [x[0], x[1]];
        let square = a * a + b * b;
        let rho = square.sqrt();
        // At x₁ = 0 the quotient is ±∞ and the angle a quarter of a turn, as it should be.
        let turns = (atan(b / a) + if a < 0.0 { PI } else { 0.0 }) / TAU;
        out.term(|t| {
            t.value(10.0 * (x[2] - 10.0 * turns));
            let scale = -100.0 / (TAU * square);
            t.slope(0, -scale * b);
            t.slope(1, scale * a);
            t.slope(2, 10.0);
            t.curvature(0, 0, scale * 2.0 * a * b / square);
            t.curvature(0, 1, scale * (b * b - a * a) / square);
            t.curvature(1, 1, -scale * 2.0 * a * b / square);
        });
        out.term(|t| {
            t.value(10.0 * (rho - 1.0));
            t.slope(0, 10.0 * a / rho);
            t.slope(1, 10.0 * b / rho);
            t.curvature(0, 0, 10.0 * b * b / (square * rho));
            t.curvature(0, 1, -10.0 * a * b / (square * rho));
            t.curvature(1, 1, 10.0 * a * a / (square * rho));
        });
        out.term(|t| {
            t.value(x[2]);
            t.slope(2, 1.0);
        });
    }
}

objective!(HelicalValley);

impl TestFunction for HelicalValley {
    fn name(&self) -> &'static str {
        "Helical valley"
    }

    fn start(&self) -> Vec<f64> {
        vec![-1.0, 0.0, 0.0]
    }

    fn minima(&self) -> Vec<Minimum> {
        vec![Minimum::global(&[1.0, 0.0, 0.0], 0.0)]
    }
}
