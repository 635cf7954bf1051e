//! Closures that know residuals and their derivatives.

use std::fmt;

use thalweg_numerics::dot;
use thalweg_problem::{Differentiable, LeastSquares, Objective, Scratch};

/// Makes a sum of squares of two closures: one that writes r(x), length m, and one that writes the m × n Jacobian, column after
/// column: ∂rᵢ/∂xⱼ goes to `jacobian[i + m * j]`. All of it: nothing is set to 0 before.
///
/// f = ½‖r‖² and ∇f = Jᵀr follow. [`check_jacobian`](crate::problem::check_jacobian) says whether the two belong together.
///
/// ```
/// use thalweg_second_order::problem::{Allowance, InvalidInput, Method, State};
/// use thalweg_second_order::{LevenbergMarquardt, from_residuals};
///
/// // How fast a reaction runs: a t/(b + t).
/// let t = [0.02, 0.06, 0.11, 0.22, 0.56, 1.1];
/// let y = [76.0, 97.0, 123.0, 159.0, 191.0, 207.0];
/// let fit = from_residuals(
///     2,
///     6,
///     move |x, r| (0..6).for_each(|i| r[i] = x[0] * t[i] / (x[1] + t[i]) - y[i]),
///     move |x, jacobian| {
///         for i in 0..6 {
///             let d = x[1] + t[i];
///             (jacobian[i], jacobian[i + 6]) = (t[i] / d, -x[0] * t[i] / d / d);
///         }
///     },
/// );
/// let method = LevenbergMarquardt::default();
/// let mut state = method.init(&fit, &[200.0, 0.1])?;
/// while method.step(&fit, &mut state, &mut Allowance::evaluations(100)).is_ok() {}
/// let covariance = state.model().covariance(None).expect("two variables that six numbers determine");
/// for (i, name) in ["a", "b"].iter().enumerate() {
///     println!("{name} = {:.4} ± {:.4}", state.x()[i], covariance.standard_error(i));
/// }
/// assert!(state.model().largest_cosine() < 1e-9);
/// # Ok::<(), InvalidInput>(())
/// ```
pub fn from_residuals<R, J>(n: usize, m: usize, residuals: R, jacobian: J) -> FromResiduals<R, J>
where
    R: Fn(&[f64], &mut [f64]),
    J: Fn(&[f64], &mut [f64]),
{
    FromResiduals { n, m, residuals, jacobian, scratch: Scratch::new(m + m * n) }
}

/// A sum of squares made by [`from_residuals`].
#[derive(Clone)]
pub struct FromResiduals<R, J> {
    n: usize,
    m: usize,
    residuals: R,
    jacobian: J,
    /// r and J, where only f and ∇f are asked for.
    scratch: Scratch,
}

impl<R, J> fmt::Debug for FromResiduals<R, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromResiduals").field("n", &self.n).field("m", &self.m).finish_non_exhaustive()
    }
}

impl<R: Fn(&[f64], &mut [f64]), J: Fn(&[f64], &mut [f64])> Objective for FromResiduals<R, J> {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.scratch.with(|scratch| {
            let r = &mut scratch[..self.m];
            (self.residuals)(x, r);
            0.5 * dot(r, r)
        })
    }
}

impl<R: Fn(&[f64], &mut [f64]), J: Fn(&[f64], &mut [f64])> Differentiable for FromResiduals<R, J> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.scratch.with(|scratch| {
            let (r, jacobian) = scratch.split_at_mut(self.m);
            self.residuals_jacobian(x, r, jacobian);
            for (j, g) in gradient.iter_mut().enumerate() {
                *g = dot(&jacobian[self.m * j..][..self.m], r);
            }
            0.5 * dot(r, r)
        })
    }
}

impl<R: Fn(&[f64], &mut [f64]), J: Fn(&[f64], &mut [f64])> LeastSquares for FromResiduals<R, J> {
    fn residual_count(&self) -> usize {
        self.m
    }

    fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
        (self.residuals)(x, residuals);
    }

    fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        (self.residuals)(x, residuals);
        (self.jacobian)(x, jacobian);
    }
}
