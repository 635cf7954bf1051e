//! What all test functions have in common: they are sums of squares of simple functions.
//!
//! A function writes down its terms fᵢ once, each with its slopes and curvatures; what is wanted of them, be it the value,
//! the gradient, a Hessian–vector product, the residuals or the Jacobian, listens and takes what it needs.
//! Nothing is stored between the terms, so nothing is allocated.

use std::f64::consts::SQRT_2;

/// f(x) = Σ fᵢ(x)² over m terms.
pub(super) trait SumOfSquares {
    /// (n, m): how many variables, and how many terms.
    fn size(&self) -> (usize, usize);

    /// Calls `out.term` for every fᵢ, in order.
    fn write<W: Terms>(&self, x: &[f64], out: &mut W);
}

/// What listens to the terms of a sum.
pub(super) trait Terms {
    /// The next term. `write` says its value first, then those of its derivatives that are not 0 everywhere.
    ///
    /// It may be called twice, and has to say the same.
    fn term(&mut self, write: impl Fn(&mut Self)) {
        write(self);
    }

    /// fᵢ(x).
    fn value(&mut self, value: f64);

    /// ∂fᵢ/∂xⱼ. Where the same j comes again, both count.
    fn slope(&mut self, _j: usize, _slope: f64) {}

    /// ∂²fᵢ/∂xⱼ∂xₖ, for one of (j, k) and (k, j). Where the same pair comes again, both count.
    fn curvature(&mut self, _j: usize, _k: usize, _curvature: f64) {}
}

/// Σ fᵢ².
struct Value {
    sum: f64,
}

impl Terms for Value {
    fn value(&mut self, value: f64) {
        self.sum += value * value;
    }
}

/// Σ fᵢ², and 2 Σ fᵢ ∇fᵢ.
struct Gradient<'a> {
    sum: f64,
    term: f64,
    gradient: &'a mut [f64],
}

impl Terms for Gradient<'_> {
    fn value(&mut self, value: f64) {
        self.term = value;
        self.sum += value * value;
    }

    fn slope(&mut self, j: usize, slope: f64) {
        self.gradient[j] += 2.0 * self.term * slope;
    }
}

/// H v = 2 Σ (∇fᵢ (∇fᵢ·v) + fᵢ ∇²fᵢ v): a term is asked for ∇fᵢ·v first, and then again for what it adds.
struct HessianVector<'a> {
    v: &'a [f64],
    out: &'a mut [f64],
    term: f64,
    along_v: f64,
    is_first_pass: bool,
}

impl Terms for HessianVector<'_> {
    fn term(&mut self, write: impl Fn(&mut Self)) {
        self.along_v = 0.0;
        for is_first_pass in [true, false] {
            self.is_first_pass = is_first_pass;
            write(self);
        }
    }

    fn value(&mut self, value: f64) {
        self.term = value;
    }

    fn slope(&mut self, j: usize, slope: f64) {
        if self.is_first_pass {
            self.along_v += slope * self.v[j];
        } else {
            self.out[j] += 2.0 * self.along_v * slope;
        }
    }

    fn curvature(&mut self, j: usize, k: usize, curvature: f64) {
        if !self.is_first_pass {
            self.out[j] += 2.0 * self.term * curvature * self.v[k];
            if j != k {
                self.out[k] += 2.0 * self.term * curvature * self.v[j];
            }
        }
    }
}

/// √2 fᵢ, and √2 ∂fᵢ/∂xⱼ where there is room for it.
struct Residuals<'a> {
    next: usize,
    residuals: &'a mut [f64],
    jacobian: Option<&'a mut [f64]>,
}

impl Terms for Residuals<'_> {
    fn value(&mut self, value: f64) {
        self.residuals[self.next] = SQRT_2 * value;
        self.next += 1;
    }

    fn slope(&mut self, j: usize, slope: f64) {
        if let Some(jacobian) = &mut self.jacobian {
            // Its value came before, so `next` is one too far.
            jacobian[self.next - 1 + self.residuals.len() * j] += SQRT_2 * slope;
        }
    }
}

pub(super) fn value<F: SumOfSquares>(f: &F, x: &[f64]) -> f64 {
    let mut out = Value { sum: 0.0 };
    f.write(x, &mut out);
    out.sum
}

pub(super) fn value_gradient<F: SumOfSquares>(f: &F, x: &[f64], gradient: &mut [f64]) -> f64 {
    gradient.fill(0.0);
    let mut out = Gradient { sum: 0.0, term: 0.0, gradient };
    f.write(x, &mut out);
    out.sum
}

pub(super) fn hessian_vector<F: SumOfSquares>(f: &F, x: &[f64], v: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    f.write(x, &mut HessianVector { v, out, term: 0.0, along_v: 0.0, is_first_pass: true });
}

pub(super) fn residuals<F: SumOfSquares>(f: &F, x: &[f64], residuals: &mut [f64]) {
    f.write(x, &mut Residuals { next: 0, residuals, jacobian: None });
}

pub(super) fn residuals_jacobian<F: SumOfSquares>(
    f: &F,
    x: &[f64],
    residuals: &mut [f64],
    jacobian: &mut [f64],
) {
    jacobian.fill(0.0);
    f.write(x, &mut Residuals { next: 0, residuals, jacobian: Some(jacobian) });
}

/// A sum of squares is an objective of every kind.
macro_rules! objective {
    ($function:ty) => {
        impl thalweg_problem::Objective for $function {
            fn dim(&self) -> usize {
                self.size().0
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
                self.size().1
            }

            fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
                crate::classic::sum_of_squares::residuals(self, x, residuals);
            }

            fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
                crate::classic::sum_of_squares::residuals_jacobian(self, x, residuals, jacobian);
            }
        }
    };
}

pub(super) use objective;
