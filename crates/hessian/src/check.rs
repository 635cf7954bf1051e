//! A Hessian that somebody wrote down against differences.

use nalgebra::DMatrix;
use thalweg_problem::{CheckSettings, DerivativeCheck, InvalidInput, check_hessian_columns};

use crate::TwiceDifferentiable;

/// Compares H(x), element by element, with differences of the gradient; with its own mirror image; and with the products of
/// [`hessian_vector`](thalweg_problem::Curved::hessian_vector).
///
/// `x` has length n. What it costs and how it decides: [`check_hessian_columns`].
///
/// ```
/// use nalgebra::DMatrix;
/// use thalweg_hessian::problem::{CheckSettings, Curved, Differentiable, Objective, Verdict};
/// use thalweg_hessian::{TwiceDifferentiable, check_hessian};
///
/// /// x²y with a slip in its Hessian: the last element is 0, not 1.
/// struct Slip;
/// impl Objective for Slip {
///     fn dim(&self) -> usize { 2 }
///     fn value(&self, x: &[f64]) -> f64 { x[0] * x[0] * x[1] }
/// }
/// impl Differentiable for Slip {
///     fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
///         (gradient[0], gradient[1]) = (2.0 * x[0] * x[1], x[0] * x[0]);
///         self.value(x)
///     }
/// }
/// impl Curved for Slip {
///     fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
///         (out[0], out[1]) = (2.0 * (x[1] * v[0] + x[0] * v[1]), 2.0 * x[0] * v[0]);
///     }
/// }
/// impl TwiceDifferentiable for Slip {
///     fn hessian(&self, x: &[f64], out: &mut DMatrix<f64>) {
///         out.copy_from_slice(&[2.0 * x[1], 2.0 * x[0], 2.0 * x[0], 1.0]);
///     }
/// }
/// let check = check_hessian(&Slip, &[3.0, 2.0], CheckSettings::default())?;
/// assert_eq!(check.verdict, Verdict::Wrong);
/// println!("{check}");
/// assert!(check.to_string().contains("∂²f/∂x[1]∂x[1] is 1.0, differences give"), "{check}");
/// # Ok::<(), thalweg_hessian::problem::InvalidInput>(())
/// ```
///
/// # Errors
/// If n is 0, `x` has another length or an element that is not finite, or a setting cannot be used.
pub fn check_hessian<P: TwiceDifferentiable + ?Sized>(
    problem: &P,
    x: &[f64],
    settings: CheckSettings<'_>,
) -> Result<DerivativeCheck, InvalidInput> {
    let n = problem.dim();
    let write = |x: &[f64], out: &mut [f64]| {
        // NaN, so that an element that is never written is not taken for a zero.
        let mut matrix = DMatrix::repeat(n, n, f64::NAN);
        problem.hessian(x, &mut matrix);
        out.copy_from_slice(matrix.as_slice());
    };
    check_hessian_columns(problem, x, write, settings)
}
