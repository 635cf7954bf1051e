//! Newton's method bare, damped, modified and saddle-free, as a user meets them.

mod bounds;
mod interruption;
mod order;
mod peers;
#[path = "../reference/mod.rs"]
mod reference;
mod saddles;
mod traces;

use thalweg::numerics::ln;
use thalweg::problem::{Curved, Differentiable, Objective};
use thalweg_hessian::TwiceDifferentiable;
use thalweg_hessian::nalgebra::DMatrix;

/// Σ (wᵢ − ln wᵢ), not a number where a w is not above 0. Newton's step squares the error: 1 − w₊ = (1 − w)².
#[derive(Clone, Copy, Debug)]
struct LogBarrier {
    n: usize,
}

impl Objective for LogBarrier {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, w: &[f64]) -> f64 {
        w.iter().map(|&w| w - ln(w)).sum()
    }
}

impl Differentiable for LogBarrier {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        for (g, w) in gradient.iter_mut().zip(w) {
            *g = 1.0 - 1.0 / w;
        }
        self.value(w)
    }
}

impl Curved for LogBarrier {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        for ((out, v), w) in out.iter_mut().zip(v).zip(w) {
            *out = v / w / w;
        }
    }
}

impl TwiceDifferentiable for LogBarrier {
    fn hessian(&self, w: &[f64], out: &mut DMatrix<f64>) {
        thalweg_hessian::hessian_by_products(self, w, out);
    }
}
