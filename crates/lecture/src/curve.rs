//! Functions of one variable, given by their first two derivatives.

use thalweg_hessian::TwiceDifferentiable;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_numerics::{exp, expm1};
use thalweg_problem::{Curved, Differentiable, Objective};

/// E(w) with E′ and E″, in one variable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Curve {
    pub(crate) value: fn(f64) -> f64,
    pub(crate) slope: fn(f64) -> f64,
    pub(crate) curvature: fn(f64) -> f64,
}

/// eʷ − w: strictly convex, minimum 1 at 0, steep on the right and nearly straight on the left.
pub(crate) const EXPONENTIAL: Curve = Curve { value: |w| exp(w) - w, slope: expm1, curvature: exp };

/// √(1 + w²): strictly convex, minimum 1 at 0, and nearly straight far from it on both sides.
pub(crate) const HYPERBOLA: Curve = Curve {
    value: |w| (1.0 + w * w).sqrt(),
    slope: |w| w / (1.0 + w * w).sqrt(),
    curvature: |w| 1.0 / ((1.0 + w * w) * (1.0 + w * w).sqrt()),
};

/// ¼w⁴: convex, minimum 0 at 0, where the curvature vanishes.
pub(crate) const QUARTIC: Curve =
    Curve { value: |w| 0.25 * w * w * w * w, slope: |w| w * w * w, curvature: |w| 3.0 * w * w };

/// ¼(w² − 1)²: minima 0 at ±1, a maximum at 0 between them.
pub(crate) const TWO_WELLS: Curve = Curve {
    value: |w| 0.25 * (w * w - 1.0) * (w * w - 1.0),
    slope: |w| w * (w * w - 1.0),
    curvature: |w| 3.0 * w * w - 1.0,
};

impl Objective for Curve {
    fn dim(&self) -> usize {
        1
    }

    fn value(&self, w: &[f64]) -> f64 {
        (self.value)(w[0])
    }
}

impl Differentiable for Curve {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        gradient[0] = (self.slope)(w[0]);
        (self.value)(w[0])
    }
}

impl Curved for Curve {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        out[0] = (self.curvature)(w[0]) * v[0];
    }
}

impl TwiceDifferentiable for Curve {
    fn hessian(&self, w: &[f64], out: &mut DMatrix<f64>) {
        out[(0, 0)] = (self.curvature)(w[0]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_belong_to_their_functions() {
        const H: f64 = 1e-5;
        for curve in [EXPONENTIAL, HYPERBOLA, QUARTIC, TWO_WELLS] {
            for w in [-1.3, -0.4, 0.2, 1.7] {
                let quotient = |f: fn(f64) -> f64| (f(w + H) - f(w - H)) / (2.0 * H);
                // h²/6 times the third derivative, at most 10, and rounding of 1e-16/h.
                assert!((quotient(curve.value) - (curve.slope)(w)).abs() < 1e-9);
                assert!((quotient(curve.slope) - (curve.curvature)(w)).abs() < 1e-9);
            }
        }
    }
}
