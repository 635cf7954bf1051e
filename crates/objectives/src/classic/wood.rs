//! Wood's function: two of Rosenbrock's valleys, tied together.

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = 100 (x₂ − x₁²)² + (1 − x₁)² + 90 (x₄ − x₃²)² + (1 − x₃)² + 10 (x₂ + x₄ − 2)² + (x₂ − x₄)²/10.
///
/// The minimum is 0, at (1, 1, 1, 1). Near (−1, 1, −1, 1), where f is 7.877, there is a saddle on which methods dwell.
///
/// Sources: A. R. Colville, A comparative study on nonlinear programming codes, IBM New York Scientific Center (1968); Moré,
/// Garbow, Hillstrom, function 14.
///
/// ```
/// use thalweg_objectives::classic::Wood;
/// use thalweg_objectives::problem::Objective;
///
/// assert!((Wood.value(&[-3.0, -1.0, -3.0, -1.0]) - 19192.0).abs() < 1e-9);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wood;

const ROOT_90: f64 = 9.486_832_980_505_138;
const ROOT_10: f64 = 3.162_277_660_168_379_5;

impl SumOfSquares for Wood {
    fn size(&self) -> (usize, usize) {
        (4, 6)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for (j, wall) in [(0, 10.0), (2, ROOT_90)] {
            out.term(|t| {
                t.value(wall * (x[j + 1] - x[j] * x[j]));
                t.slope(j, -2.0 * wall * x[j]);
                t.slope(j + 1, wall);
                t.curvature(j, j, -2.0 * wall);
            });
            out.term(|t| {
                t.value(1.0 - x[j]);
                t.slope(j, -1.0);
            });
        }
        out.term(|t| {
            t.value(ROOT_10 * (x[1] + x[3] - 2.0));
            t.slope(1, ROOT_10);
            t.slope(3, ROOT_10);
        });
        out.term(|t| {
            t.value((x[1] - x[3]) / ROOT_10);
            t.slope(1, 1.0 / ROOT_10);
            t.slope(3, -1.0 / ROOT_10);
        });
    }
}

objective!(Wood);

impl TestFunction for Wood {
    fn name(&self) -> &'static str {
        "Wood"
    }

    fn start(&self) -> Vec<f64> {
        vec![-3.0, -1.0, -3.0, -1.0]
    }

    fn minima(&self) -> Vec<Minimum> {
        vec![Minimum::global(&[1.0; 4], 0.0)]
    }
}
