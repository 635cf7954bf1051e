//! What all test functions have in common: they are sums of squares of simple functions.

/// f(x) = Σ fᵢ(x)², i = 0, …, m − 1, by the fᵢ and those of their derivatives that are not 0 everywhere.
pub(super) trait SumOfSquares {
    /// n.
    fn variables(&self) -> usize;

    /// m.
    fn terms(&self) -> usize;

    /// fᵢ(x).
    fn term(&self, i: usize, x: &[f64]) -> f64;

    /// Calls `entry(j, ∂fᵢ/∂xⱼ)`.
    fn slopes(&self, i: usize, x: &[f64], entry: impl FnMut(usize, f64));

    /// Calls `entry(j, k, ∂²fᵢ/∂xⱼ∂xₖ)` for one of (j, k) and (k, j).
    fn curvatures(&self, i: usize, x: &[f64], entry: impl FnMut(usize, usize, f64));
}

pub(super) fn value<F: SumOfSquares>(f: &F, x: &[f64]) -> f64 {
    (0..f.terms()).fold(0.0, |sum, i| {
        let term = f.term(i, x);
        sum + term * term
    })
}

pub(super) fn value_gradient<F: SumOfSquares>(f: &F, x: &[f64], gradient: &mut [f64]) -> f64 {
    gradient.fill(0.0);
    (0..f.terms()).fold(0.0, |sum, i| {
        let term = f.term(i, x);
        f.slopes(i, x, |j, slope| gradient[j] += 2.0 * term * slope);
        sum + term * term
    })
}

/// H v = 2 Σ (∇fᵢ (∇fᵢ·v) + fᵢ ∇²fᵢ v).
pub(super) fn hessian_vector<F: SumOfSquares>(f: &F, x: &[f64], v: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    for i in 0..f.terms() {
        let term = f.term(i, x);
        let mut along_v = 0.0;
        f.slopes(i, x, |j, slope| along_v += slope * v[j]);
        f.slopes(i, x, |j, slope| out[j] += 2.0 * along_v * slope);
        f.curvatures(i, x, |j, k, curvature| {
            out[j] += 2.0 * term * curvature * v[k];
            if j != k {
                out[k] += 2.0 * term * curvature * v[j];
            }
        });
    }
}

pub(super) fn residuals<F: SumOfSquares>(f: &F, x: &[f64], residuals: &mut [f64]) {
    for (i, residual) in residuals.iter_mut().enumerate() {
        *residual = std::f64::consts::SQRT_2 * f.term(i, x);
    }
}

pub(super) fn jacobian<F: SumOfSquares>(f: &F, x: &[f64], jacobian: &mut [f64]) {
    jacobian.fill(0.0);
    let m = f.terms();
    for i in 0..m {
        f.slopes(i, x, |j, slope| jacobian[i + m * j] += std::f64::consts::SQRT_2 * slope);
    }
}

/// A sum of squares is an objective of every kind.
macro_rules! objective {
    ($function:ty) => {
        impl thalweg_problem::Objective for $function {
            fn dim(&self) -> usize {
                self.variables()
            }

            fn value(&self, x: &[f64]) -> f64 {
                crate::classic::sum_of_squares::value(self, x)
            }
        }

        impl thalweg_problem::Differentiable for $function {
            fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
                crate::classic::sum_of_squares::value_gradient(self, x, gradient)
            }
        }

        impl thalweg_problem::Curved for $function {
            fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
                crate::classic::sum_of_squares::hessian_vector(self, x, v, out);
            }
        }

        impl thalweg_problem::LeastSquares for $function {
            fn residual_count(&self) -> usize {
                self.terms()
            }

            fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
                crate::classic::sum_of_squares::residuals(self, x, residuals);
            }

            fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
                crate::classic::sum_of_squares::residuals(self, x, residuals);
                crate::classic::sum_of_squares::jacobian(self, x, jacobian);
            }
        }
    };
}

pub(super) use objective;
