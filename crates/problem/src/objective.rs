//! The functions that are minimized.
//!
//! Slices have the lengths that the documentation states: whoever calls an objective sees to that (a method checks its
//! start once, in `init`), and an objective need not check again.
//! Objectives return numbers, never errors: a value that is not finite means "not allowed here", and methods treat it so.
//! An objective that can fail for other reasons is built with [`from_fallible_fn`](crate::from_fallible_fn).

use alloc::boxed::Box;

use crate::CancelFlag;

/// A function f: ℝⁿ → ℝ.
pub trait Objective {
    /// n, the number of variables.
    fn dim(&self) -> usize;

    /// f(x), for `x` of length n. Not finite where f is not defined.
    fn value(&self, x: &[f64]) -> f64;

    /// The flag by which the objective itself can end a run, if it has one. A wrapper passes on that of what it wraps.
    fn cancel_flag(&self) -> Option<&CancelFlag> {
        None
    }
}

/// An objective with a gradient.
pub trait Differentiable: Objective {
    /// Writes ∇f(x), length n, into `gradient` and returns f(x). One pass, one evaluation.
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64;
}

/// An objective whose Hessian H(x) = ∇²f(x) can be multiplied with a vector.
pub trait Curved: Differentiable {
    /// Writes H(x) v, length n, into `out`.
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]);
}

/// An objective that is the **mean** (not the sum) of `terms` functions: f = (1/T) Σ fₜ.
pub trait FiniteSum: Differentiable {
    /// T, the number of terms.
    fn terms(&self) -> usize;

    /// Writes the gradient of the mean over the terms listed in `batch` into `gradient`, length n, and returns that mean.
    ///
    /// Every index is below [`terms`](Self::terms); an index that appears twice counts twice.
    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64;
}

/// An objective f(x) = ½‖r(x)‖² with m residuals.
pub trait LeastSquares: Differentiable {
    /// m, the number of residuals.
    fn residual_count(&self) -> usize;

    /// Writes r(x), length m, into `residuals`.
    fn residuals(&self, x: &[f64], residuals: &mut [f64]);

    /// Writes r(x) and the m × n Jacobian, column after column: ∂rᵢ/∂xⱼ goes to `jacobian[i + m * j]`.
    fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]);
}

/// A pointer to an objective is that objective.
macro_rules! forward_through_pointer {
    ($($pointer:ty),*) => {$(
        impl<P: Objective + ?Sized> Objective for $pointer {
            fn dim(&self) -> usize {
                (**self).dim()
            }
            fn value(&self, x: &[f64]) -> f64 {
                (**self).value(x)
            }
            fn cancel_flag(&self) -> Option<&CancelFlag> {
                (**self).cancel_flag()
            }
        }
        impl<P: Differentiable + ?Sized> Differentiable for $pointer {
            fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
                (**self).value_gradient(x, gradient)
            }
        }
        impl<P: Curved + ?Sized> Curved for $pointer {
            fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
                (**self).hessian_vector(x, v, out);
            }
        }
        impl<P: FiniteSum + ?Sized> FiniteSum for $pointer {
            fn terms(&self) -> usize {
                (**self).terms()
            }
            fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
                (**self).batch_value_gradient(x, batch, gradient)
            }
        }
        impl<P: LeastSquares + ?Sized> LeastSquares for $pointer {
            fn residual_count(&self) -> usize {
                (**self).residual_count()
            }
            fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
                (**self).residuals(x, residuals);
            }
            fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
                (**self).residuals_jacobian(x, residuals, jacobian);
            }
        }
    )*};
}

forward_through_pointer!(&P, Box<P>, alloc::sync::Arc<P>);
