//! Jennrich and Sampson's function: exponentials that overflow far from the minimum.

use thalweg_numerics::exp;
use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction, at_least};

/// f(x) = Σ (2 + 2i − e^(i x₁) − e^(i x₂))² over i = 1, …, m.
///
/// The residuals at the minimum are large: for m = 10 it is 124.36, at x₁ = x₂ = 0.2578. Where x₁ → −∞, f comes down to
/// 259.58, at x₂ = 0.3315 in that case, and the same with the variables exchanged.
///
/// From 100 times the start, (30, 40), f is not finite: the last exponential is e⁴⁰⁰, and its square overflows.
///
/// Sources: R. I. Jennrich, P. F. Sampson, Technometrics 10 (1968) 63–72; Moré, Garbow, Hillstrom, function 6.
///
/// ```
/// use thalweg_objectives::classic::{JennrichSampson, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// let f = JennrichSampson::default();
/// assert!((f.value(&[0.3, 0.4]) - 4171.306).abs() < 1e-3);
/// assert_eq!(f.value(&[30.0, 40.0]), f64::INFINITY);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JennrichSampson {
    pub(super) m: usize,
}

impl Default for JennrichSampson {
    /// With the published m = 10.
    fn default() -> Self {
        Self { m: 10 }
    }
}

impl JennrichSampson {
    /// With m ≥ 2 terms.
    ///
    /// # Errors
    /// If m is below 2.
    pub fn new(m: usize) -> Result<Self, InvalidInput> {
        Ok(Self { m: at_least("m", m, 2)? })
    }
}

impl SumOfSquares for JennrichSampson {
    fn size(&self) -> (usize, usize) {
        (2, self.m)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for i in 1..=self.m {
            let i = i as f64;
            let e = [exp(i * x[0]), exp(i * x[1])];
            out.term(|t| {
                t.value(2.0 + 2.0 * i - (e[0] + e[1]));
                for (j, &e) in e.iter().enumerate() {
                    t.slope(j, -i * e);
                    t.curvature(j, j, -i * i * e);
                }
            });
        }
    }
}

objective!(JennrichSampson);

impl TestFunction for JennrichSampson {
    fn name(&self) -> &'static str {
        "Jennrich and Sampson"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.3, 0.4]
    }

    fn minima(&self) -> Vec<Minimum> {
        match self.m {
            10 => vec![
                Minimum::global(&[MINIMUM; 2], VALUE),
                Minimum::local(&[f64::NEG_INFINITY, FAR], FAR_VALUE),
                Minimum::local(&[FAR, f64::NEG_INFINITY], FAR_VALUE),
            ],
            _ => Vec::new(),
        }
    }
}
// Minima, computed with 60 digits and rounded.

/// Both coordinates of the minimum for m = 10, and f there.
const MINIMUM: f64 = 0.2578252136703641;
const VALUE: f64 = 124.36218235561485;
/// The coordinate that stays while the other runs off, and what f comes down to.
const FAR: f64 = 0.33148527792223215;
const FAR_VALUE: f64 = 259.58019013425326;
