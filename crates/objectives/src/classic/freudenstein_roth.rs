//! Freudenstein and Roth's function: most descents end in the wrong one of two minima.

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = (x₁ + ((5 − x₂) x₂ − 2) x₂ − 13)² + (x₁ + ((x₂ + 1) x₂ − 14) x₂ − 29)².
///
/// The global minimum is 0, at (5, 4); from the start (0.5, −2) most methods come to the other one, 48.98 at
/// x₂ = (2 − √22)/3.
///
/// Sources: F. Freudenstein, B. Roth, Journal of the ACM 10 (1963) 550–556; Moré, Garbow, Hillstrom, function 2.
///
/// ```
/// use thalweg_objectives::classic::FreudensteinRoth;
/// use thalweg_objectives::problem::Objective;
///
/// assert_eq!(FreudensteinRoth.value(&[0.5, -2.0]), 400.5);
/// assert_eq!(FreudensteinRoth.value(&[5.0, 4.0]), 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FreudensteinRoth;

impl SumOfSquares for FreudensteinRoth {
    fn size(&self) -> (usize, usize) {
        (2, 2)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        let y = x[1];
        out.term(|t| {
            t.value(-13.0 + x[0] + ((5.0 - y) * y - 2.0) * y);
            t.slope(0, 1.0);
            t.slope(1, (10.0 - 3.0 * y) * y - 2.0);
            t.curvature(1, 1, 10.0 - 6.0 * y);
        });
        out.term(|t| {
            t.value(-29.0 + x[0] + ((y + 1.0) * y - 14.0) * y);
            t.slope(0, 1.0);
            t.slope(1, (3.0 * y + 2.0) * y - 14.0);
            t.curvature(1, 1, 6.0 * y + 2.0);
        });
    }
}

objective!(FreudensteinRoth);

impl TestFunction for FreudensteinRoth {
    fn name(&self) -> &'static str {
        "Freudenstein and Roth"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.5, -2.0]
    }

    fn minima(&self) -> Vec<Minimum> {
        vec![Minimum::global(&[5.0, 4.0], 0.0), Minimum::local(&LOCAL, LOCAL_VALUE)]
    }
}
// Minima, computed with 60 digits and rounded.

const LOCAL: [f64; 2] = [11.412778986902094, -0.8968052532744765];
const LOCAL_VALUE: f64 = 48.98425367924002;
