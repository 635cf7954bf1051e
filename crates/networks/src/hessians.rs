//! Hessians as matrices, for methods that want one.

use thalweg_hessian::TwiceDifferentiable;
use thalweg_hessian::nalgebra::DMatrix;

use crate::Neuron;

impl TwiceDifferentiable for Neuron {
    fn hessian(&self, w: &[f64], out: &mut DMatrix<f64>) {
        // H = (1/T) Σ ψ″ zzᵀ, the lower triangle written and mirrored.
        out.fill(0.0);
        self.for_each_curvature(w, |z, curvature| {
            for (j, zj) in z.iter().enumerate() {
                let along = curvature * zj;
                for (i, zi) in z.iter().enumerate().skip(j) {
                    out[(i, j)] += along * zi;
                }
            }
        });
        out.fill_upper_triangle_with_lower_triangle();
    }
}
