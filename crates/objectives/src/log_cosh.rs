//! The logarithm of the hyperbolic cosine: a parabola near its minimum, a straight line far away, and smooth between.

use std::f64::consts::LN_2;

use thalweg_numerics::{exp, log1p, tanh};
use thalweg_problem::{Curved, Differentiable, InvalidInput, Objective};

/// f(w) = Σ ln cosh wᵢ. The minimum is 0, at 0.
///
/// Strictly convex, Lipschitz smooth with L = 1: the second derivative, 1/cosh² wᵢ, is 1 at the minimum and falls
/// towards 0 on both sides. The gradient is tanh wᵢ, at most 1 per variable.
///
/// Accurate to a few units in the last place everywhere: cosh itself, which overflows, is never computed.
///
/// ```
/// use thalweg_objectives::LogCosh;
/// use thalweg_objectives::problem::Differentiable;
///
/// let valley = LogCosh::new(1)?;
/// let mut gradient = [0.0];
/// let far = valley.value_gradient(&[1000.0], &mut gradient);
/// assert_eq!((far, gradient), (1000.0 - std::f64::consts::LN_2, [1.0]));
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

/// ln cosh w.
fn log_cosh(w: f64) -> f64 {
    let w = w.abs();
    if w < 1.0 {
        // ln cosh w = −½ ln(1 − tanh² w), which keeps the digits that the other form loses near 0.
        let t = tanh(w);
        -0.5 * log1p(-t * t)
    } else {
        w + log1p(exp(-2.0 * w)) - LN_2
    }
}

impl Objective for LogCosh {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, w: &[f64]) -> f64 {
        w.iter().fold(0.0, |f, wi| f + log_cosh(*wi))
    }
}

impl Differentiable for LogCosh {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        for (wi, g) in w.iter().zip(gradient) {
            *g = tanh(*wi);
        }
        self.value(w)
    }
}

impl Curved for LogCosh {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        for ((wi, vi), out) in w.iter().zip(v).zip(out) {
            // 1/cosh² w = 4e⁻²ʷ/(1 + e⁻²ʷ)²: 1 − tanh² w would cancel far out.
            let e = exp(-2.0 * wi.abs());
            *out = 4.0 * e / ((1.0 + e) * (1.0 + e)) * vi;
        }
    }
}
