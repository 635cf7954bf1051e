//! The logarithm of the hyperbolic cosine: a parabola that flattens into straight lines without a corner.

use std::f64::consts::LN_2;

use thalweg_numerics::{exp, expm1, log1p, tanh};
use thalweg_problem::{Curved, Differentiable, InvalidInput, Objective};

/// f(w) = Σ ln cosh wᵢ.
///
/// Convex, Lipschitz smooth with L = 1, its gradient tanh wᵢ below 1 per variable.
/// The curvature 1 − tanh² wᵢ is 1 at the minimum and vanishes far from it: strictly, but not strongly convex.
/// The minimum is 0, at 0.
///
/// ```
/// use thalweg_objectives::LogCosh;
/// use thalweg_objectives::problem::Differentiable;
///
/// let f = LogCosh::new(1)?;
/// let mut gradient = [0.0];
/// assert_eq!(f.value_gradient(&[1.0], &mut gradient), 0.4337808304830272);
/// assert_eq!(gradient, [0.7615941559557649]);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogCosh {
    n: usize,
}

impl LogCosh {
    /// In n ≥ 1 variables.
    ///
    /// # Errors
    /// If n is 0.
    pub fn new(n: usize) -> Result<Self, InvalidInput> {
        if n == 0 {
            return Err(InvalidInput::new("n", n, "1 or more"));
        }
        Ok(Self { n })
    }
}

/// ln cosh w, to a relative error of a few roundings near 0 and without overflow far from it.
fn log_cosh(w: f64) -> f64 {
    let w = w.abs();
    if w < 1.0 {
        // cosh w − 1 = (eʷ − 1)²/(2eʷ)
        let e = expm1(w);
        log1p(0.5 * e * e / (1.0 + e))
    } else {
        w - LN_2 + log1p(exp(-2.0 * w))
    }
}

impl Objective for LogCosh {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, w: &[f64]) -> f64 {
        w.iter().fold(0.0, |f, &wi| f + log_cosh(wi))
    }
}

impl Differentiable for LogCosh {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        for (&wi, g) in w.iter().zip(gradient) {
            *g = tanh(wi);
        }
        self.value(w)
    }
}

impl Curved for LogCosh {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        for ((&wi, vi), out) in w.iter().zip(v).zip(out) {
            let slope = tanh(wi);
            *out = (1.0 - slope) * (1.0 + slope) * vi;
        }
    }
}
