//! Biggs's function: three exponentials whose sum is that of three others.

use thalweg_numerics::exp;
use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction, at_least};

/// f(x) = Σ (x₃ e^(−tᵢx₁) − x₄ e^(−tᵢx₂) + x₆ e^(−tᵢx₅) − yᵢ)² over i = 1, …, m, with tᵢ = i/10 and
/// yᵢ = e^(−tᵢ) − 5 e^(−10tᵢ) + 3 e^(−4tᵢ).
///
/// A global minimum is 0, at (1, 10, 1, 5, 4, 3). The exponentials can change places, together with their factors, so that there are six;
/// all are listed. For m = 13 there is the minimum that the collection mentions, 5.65565·10⁻³, where two of the exponentials are one, and another,
/// 0.306367, where all are: neither is a point, because one exponential's factor can be the other's; one point of each is listed.
///
/// Sources: M. C. Biggs, Journal of the Institute of Mathematics and its Applications 8 (1971) 315–327; Moré, Garbow,
/// Hillstrom, function 18.
///
/// ```
/// use thalweg_objectives::classic::BiggsExp6;
/// use thalweg_objectives::problem::Objective;
///
/// let f = BiggsExp6::default();
/// assert!((f.value(&[1.0, 2.0, 1.0, 1.0, 1.0, 1.0]) - 0.7790701).abs() < 1e-7);
/// assert!(f.value(&[4.0, 10.0, 3.0, 5.0, 1.0, 1.0]) < 1e-30);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BiggsExp6 {
    pub(super) m: usize,
}

impl Default for BiggsExp6 {
    /// With m = 13.
    fn default() -> Self {
        Self { m: 13 }
    }
}

impl BiggsExp6 {
    /// With m ≥ 6 terms.
    ///
    /// # Errors
    /// If m is below 6.
    pub fn new(m: usize) -> Result<Self, InvalidInput> {
        Ok(Self { m: at_least("m", m, 6)? })
    }
}

/// Where the three exponentials have their rate and their factor, and the sign of the factor.
const EXPONENTIALS: [(usize, usize, f64); 3] = [(0, 2, 1.0), (1, 3, -1.0), (4, 5, 1.0)];

impl SumOfSquares for BiggsExp6 {
    fn size(&self) -> (usize, usize) {
        (6, self.m)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for i in 1..=self.m {
            let time = i as f64 / 10.0;
            let y = exp(-time) - 5.0 * exp(-10.0 * time) + 3.0 * exp(-4.0 * time);
            let e = EXPONENTIALS.map(|(rate, _, sign)| sign * exp(-time * x[rate]));
            out.term(|t| {
                t.value(x[2] * e[0] + x[3] * e[1] + x[5] * e[2] - y);
                for ((rate, factor, _), e) in EXPONENTIALS.into_iter().zip(e) {
                    t.slope(factor, e);
                    t.slope(rate, -time * x[factor] * e);
                    t.curvature(factor, rate, -time * e);
                    t.curvature(rate, rate, time * time * x[factor] * e);
                }
            });
        }
    }
}

objective!(BiggsExp6);

impl TestFunction for BiggsExp6 {
    fn name(&self) -> &'static str {
        "Biggs EXP6"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.0, 2.0, 1.0, 1.0, 1.0, 1.0]
    }

    fn minima(&self) -> Vec<Minimum> {
        // Rates with their factors, in every order; the one in the middle is subtracted.
        let [a, b, c] = [(1.0, 1.0), (10.0, -5.0), (4.0, 3.0)];
        let orders = [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]];
        let zero = |[p, q, r]: [(f64, f64); 3]| Minimum::global(&[p.0, q.0, p.1, -q.1, r.0, r.1], 0.0);
        let mut minima = orders.map(zero).to_vec();
        if self.m == 13 {
            minima.extend(LOCAL.map(|(x, value)| Minimum::local(&x, value)));
        }
        minima
    }
}
// Minima, computed with 60 digits and rounded.

/// Minima for m = 13 and their values.
const LOCAL: [([f64; 6], f64); 2] = [
    (
        [
            17.683198180949066,
            1.7114159947195875,
            -5.186561551993452,
            -3.0,
            1.7114159947195875,
            -0.6737126781622149,
        ],
        0.005655649925499931,
    ),
    (
        [
            1.227555947524032,
            1.227555947524032,
            0.5551353755564401,
            -0.5551353755564401,
            1.227555947524032,
            0.5551353755564401,
        ],
        0.3063667726247898,
    ),
];
