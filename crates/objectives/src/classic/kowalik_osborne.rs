//! Kowalik and Osborne's function: a rational fit with minima beyond its poles and at infinity.

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = Σ (yᵢ − x₁ (uᵢ² + uᵢx₂)/(uᵢ² + uᵢx₃ + x₄))² over 11 observations of an enzyme's reaction.
///
/// The global minimum is 3.0751·10⁻⁴. Where x₁ → ∞ with x₃ and x₄ running off to −∞ in proportion, f comes down to
/// 1.02734·10⁻³, at x₂ = −14.08. The poles of the fit, one for every observation, cut space into cells; the other minima
/// listed lie in other cells, and they are not all.
///
/// Sources: J. S. Kowalik, M. R. Osborne, Methods for Unconstrained Optimization Problems (Elsevier 1968); Moré, Garbow,
/// Hillstrom, function 15. The minima between the poles are from our own search.
///
/// ```
/// use thalweg_objectives::classic::KowalikOsborne;
/// use thalweg_objectives::problem::Objective;
///
/// assert!((KowalikOsborne.value(&[0.25, 0.39, 0.415, 0.39]) - 5.313172e-3).abs() < 1e-9);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KowalikOsborne;

const Y: [f64; 11] = [0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246];
const U: [f64; 11] = [4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];

impl SumOfSquares for KowalikOsborne {
    fn size(&self) -> (usize, usize) {
        (4, Y.len())
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for (y, u) in Y.into_iter().zip(U) {
            let numerator = u * (u + x[1]);
            let d = u * (u + x[2]) + x[3];
            let q = numerator / d;
            out.term(|t| {
                t.value(y - x[0] * q);
                t.slope(0, -q);
                t.slope(1, -x[0] * u / d);
                t.slope(2, x[0] * q * u / d);
                t.slope(3, x[0] * q / d);
                t.curvature(0, 1, -u / d);
                t.curvature(0, 2, q * u / d);
                t.curvature(0, 3, q / d);
                t.curvature(1, 2, x[0] * u * u / (d * d));
                t.curvature(1, 3, x[0] * u / (d * d));
                t.curvature(2, 2, -2.0 * x[0] * q * u * u / (d * d));
                t.curvature(2, 3, -2.0 * x[0] * q * u / (d * d));
                t.curvature(3, 3, -2.0 * x[0] * q / (d * d));
            });
        }
    }
}

objective!(KowalikOsborne);

impl TestFunction for KowalikOsborne {
    fn name(&self) -> &'static str {
        "Kowalik and Osborne"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.25, 0.39, 0.415, 0.39]
    }

    fn minima(&self) -> Vec<Minimum> {
        let far = f64::INFINITY;
        let mut minima = vec![Minimum::global(&MINIMUM, VALUE)];
        minima.extend(BETWEEN_POLES.map(|(x, value)| Minimum::local(&x, value)));
        minima.push(Minimum::local(&[far, FAR, -far, -far], FAR_VALUE));
        minima
    }
}
// Minima, computed with 60 digits and rounded.

const MINIMUM: [f64; 4] =
    [0.19280693457903786, 0.19128232873436696, 0.12305650692632066, 0.13606233068379484];
const VALUE: f64 = 0.00030750560384923745;
/// Minima and their values.
const BETWEEN_POLES: [([f64; 4], f64); 5] = [
    (
        [0.2253564377988867, -0.41475380600553824, -0.02445269621513163, -0.17796965980126556],
        0.0004236746264698345,
    ),
    (
        [0.2339237308689686, -1.292283387337197, -0.8358331955370851, -0.5506774225155381],
        0.001594352026021962,
    ),
    (
        [0.22993603600755372, -0.1889842049387054, 0.19801019857670765, -0.07552664151918063],
        0.001622955515064394,
    ),
    (
        [0.23050860201742948, -0.13224733291263957, 0.2585042107800213, -0.05272769501275108],
        0.0016272854211609377,
    ),
    ([0.03952208614489005, -1.3483260742392125, -2.264965328046332, 0.7882828852414742], 0.0711294542771835),
];
/// x₂ where the others run off, and what f comes down to.
const FAR: f64 = -14.07588340060331;
const FAR_VALUE: f64 = 0.0010273430486954578;
