//! One objective of every kind, to be wrapped.

use thalweg::hessian::TwiceDifferentiable;
use thalweg::hessian::nalgebra::{DMatrix, DVector};
use thalweg::prelude::*;

/// f = ½‖r‖² with r = (x₁ x₂ − 1, 3 x₁, x₂ − 2), which is also the mean of 3 terms ³⁄₂ rₜ².
#[derive(Clone, Copy, Debug)]
pub struct Everything;

impl Objective for Everything {
    fn dim(&self) -> usize {
        2
    }
    fn value(&self, x: &[f64]) -> f64 {
        self.value_gradient(x, &mut [0.0; 2])
    }
}

impl Differentiable for Everything {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.batch_value_gradient(x, &[0, 1, 2], gradient)
    }
}

impl Curved for Everything {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        let mut h = DMatrix::zeros(2, 2);
        self.hessian(x, &mut h);
        out.copy_from_slice((h * DVector::from_column_slice(v)).as_slice());
    }
}

impl TwiceDifferentiable for Everything {
    fn hessian(&self, x: &[f64], out: &mut DMatrix<f64>) {
        let mixed = 2.0 * x[0] * x[1] - 1.0;
        out.copy_from_slice(&[x[1] * x[1] + 9.0, mixed, mixed, x[0] * x[0] + 1.0]);
    }
}

impl FiniteSum for Everything {
    fn terms(&self) -> usize {
        3
    }
    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        let (mut r, mut jacobian) = ([0.0; 3], [0.0; 6]);
        self.residuals_jacobian(x, &mut r, &mut jacobian);
        let weight = 3.0 / batch.len() as f64;
        for (j, g) in gradient.iter_mut().enumerate() {
            *g = weight * batch.iter().map(|&t| jacobian[t + 3 * j] * r[t]).sum::<f64>();
        }
        0.5 * weight * batch.iter().map(|&t| r[t] * r[t]).sum::<f64>()
    }
}

impl LeastSquares for Everything {
    fn residual_count(&self) -> usize {
        3
    }
    fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
        residuals.copy_from_slice(&[x[0] * x[1] - 1.0, 3.0 * x[0], x[1] - 2.0]);
    }
    fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        self.residuals(x, residuals);
        jacobian.copy_from_slice(&[x[1], 3.0, 0.0, x[0], 0.0, 1.0]);
    }
}
