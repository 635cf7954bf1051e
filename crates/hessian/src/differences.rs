//! Hessians of problems that have a gradient only, by central differences of it.
//!
//! ```text
//! H v ≈ (∇f(x + h v) − ∇f(x − h v)) / 2h      2 gradients a product, 2n a matrix      error ≈ h² ∇f‴/6 + u ‖∇f‖/h
//! h = 2⁻¹⁷ minᵢ sᵢ/|vᵢ|      sᵢ = max(|xᵢ|, typical size)
//! ```
//!
//! u = 2⁻⁵³ is the largest relative error of one rounding; near h = ∛u ≈ 2⁻¹⁷ times the scale of x the sum of both errors is
//! smallest. With the largest element of v measured in units of sᵢ, no element of x moves by more than 2⁻¹⁷ of its size, whatever the
//! units of x and the length of v; a step that follows ‖x‖/‖v‖ instead would move a small element along with a large one.
//!
//! - [`ByDifferences`] is a problem with such products and such a matrix, at one step: cheap, and right to about ten digits
//!   of the largest term. Its error is not known.
//! - [`hessian_by_differences`] takes many steps and says for each element how far it may be off. About seven times the
//!   price.
//!
//! Both take a column for every variable. Where most elements are 0, fewer will do: see the module of
//! [`assemble`](crate::assemble()), which names the literature on coloring; it is not done here.
//!
//! Sources: J. E. Dennis and R. B. Schnabel, Numerical Methods for Unconstrained Optimization and Nonlinear Equations
//! (1983), sections 5.4 and 5.6; for products, P. N. Brown and Y. Saad, SIAM J. Sci. Stat. Comput. 11 (1990) 450–481.

mod estimate;

pub use estimate::{DifferenceSettings, HessianEstimate, hessian_by_differences};

use nalgebra::DMatrix;
use thalweg_problem::{CancelFlag, Curved, Differentiable, FiniteSum, LeastSquares, Objective, Scratch};

use crate::TwiceDifferentiable;
use crate::symmetric::symmetrize_square;

/// A problem whose Hessian comes from central differences of its gradient: nobody writes it by hand.
///
/// Holds the problem by value or by reference, and passes everything else on. A product takes 2 gradients, a matrix 2n;
/// whoever counts from outside ([`Counted`](thalweg_problem::Counted), the driver's budget) still counts one product and
/// one Hessian: count inside, `ByDifferences::new(Counted::new(&problem))`, to know the gradients.
///
/// Products are right to about ten digits, relative to the largest term in them, and uᵀ(H v) equals vᵀ(H u) only so far:
/// conjugate gradients and Lanczos' method see a matrix that is symmetric to 1e-10 or so, and their residuals stop falling
/// there. The matrix is made symmetric, to the last bit.
///
/// Where f is finite on one side of x only, the difference to that side, to five digits and for one gradient more; on none,
/// a product that is NaN. The product with v = 0 is 0, and costs nothing.
/// After the first call nothing is allocated.
///
/// ```
/// use thalweg_hessian::ByDifferences;
/// use thalweg_hessian::problem::{Curved, from_fn};
///
/// // x²y has the Hessian (2y, 2x; 2x, 0).
/// let f = from_fn(2, |x, g| {
///     (g[0], g[1]) = (2.0 * x[0] * x[1], x[0] * x[0]);
///     x[0] * x[0] * x[1]
/// });
/// let mut product = [0.0; 2];
/// ByDifferences::new(&f).hessian_vector(&[3.0, 2.0], &[1.0, 10.0], &mut product);
/// println!("{product:?}");
/// assert!((product[0] - 64.0).abs() < 1e-8 && (product[1] - 6.0).abs() < 1e-8);
/// ```
#[derive(Clone, Debug)]
pub struct ByDifferences<P> {
    /// How far an element of x moves at most, over its size. Default 2⁻¹⁷, which suits a gradient that is accurate to its
    /// last digits; if it is known to a relative ε only, ∛ε is better. Above 0: with anything else products are NaN.
    pub relative_step: f64,
    /// What a number of ordinary size is among the xᵢ, above 0: |xᵢ| alone says nothing where it is near 0. Default 1. If
    /// one number does not fit all, wrap the problem in [`Scaled`](thalweg_problem::Scaled) first.
    pub typical_x: f64,
    problem: P,
    /// A point beside x, and the gradient at another.
    scratch: Scratch,
}

impl<P: Objective> ByDifferences<P> {
    /// Wraps `problem`, by value or by reference. The settings are public: change them before a run.
    pub fn new(problem: P) -> Self {
        let scratch = Scratch::new(2 * problem.dim());
        Self { relative_step: 1.0 / f64::from(1 << 17), typical_x: 1.0, problem, scratch }
    }
}

impl<P> ByDifferences<P> {
    /// The problem that is wrapped.
    #[must_use]
    pub fn inner(&self) -> &P {
        &self.problem
    }

    /// sᵢ, the size of xᵢ.
    fn size(&self, x: f64) -> f64 {
        x.abs().max(self.typical_x)
    }
}

impl<P: Differentiable> ByDifferences<P> {
    /// Writes H w, where `move_to(t, point)` writes x + t w and the element `lead` of w is 1. It moves by h.
    fn derivative(&self, lead: usize, h: f64, move_to: impl Fn(f64, &mut [f64]), out: &mut [f64]) {
        self.scratch.with(|scratch| {
            let (point, behind) = scratch.split_at_mut(out.len());
            // Where the lead arrives once x + t is rounded, and whether f is defined there.
            let mut gradient_at = |t: f64, gradient: &mut [f64]| {
                move_to(t, point);
                // So that an element that is never written is not taken for what stood there.
                gradient.fill(f64::NAN);
                let value = self.problem.value_gradient(point, gradient);
                (point[lead], value.is_finite() && gradient.iter().all(|g| g.is_finite()))
            };
            let (mut to, is_ahead) = gradient_at(h, out);
            let (mut from, is_behind) = gradient_at(-h, behind);
            match (is_ahead, is_behind) {
                (true, true) => (),
                (true, false) => from = gradient_at(0.0, behind).0,
                (false, true) => to = gradient_at(0.0, out).0,
                // A gradient may go on where f has no value.
                (false, false) => return out.fill(f64::NAN),
            }
            // The step that was really taken: a rounding of x + h is no error then.
            let step = to - from;
            for (out, behind) in out.iter_mut().zip(behind) {
                *out = (*out - *behind) / step;
            }
        });
    }
}

impl<P: Differentiable> Curved for ByDifferences<P> {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        // The element that moves farthest, in units of its size.
        let units = x.iter().zip(v).map(|(x, v)| self.size(*x) / v.abs()).enumerate();
        let lead = units.filter(|(i, _)| v[*i] != 0.0).min_by(|(_, a), (_, b)| a.total_cmp(b));
        let Some((lead, _)) = lead else {
            out.fill(0.0);
            return;
        };
        // Differences along w = v/v_lead, so that the length of v neither overflows nor vanishes.
        let along = |t: f64, point: &mut [f64]| {
            for ((point, x), v_i) in point.iter_mut().zip(x).zip(v) {
                *point = x + t * (v_i / v[lead]);
            }
        };
        self.derivative(lead, self.relative_step * self.size(x[lead]), along, out);
        for out in out.iter_mut() {
            *out *= v[lead];
        }
    }
}

impl<P: Differentiable> TwiceDifferentiable for ByDifferences<P> {
    /// 2n gradients.
    fn hessian(&self, x: &[f64], out: &mut DMatrix<f64>) {
        for (j, column) in out.as_mut_slice().chunks_exact_mut(x.len().max(1)).enumerate() {
            let along = |t: f64, point: &mut [f64]| {
                point.copy_from_slice(x);
                point[j] += t;
            };
            self.derivative(j, self.relative_step * self.size(x[j]), along, column);
        }
        symmetrize_square(out);
    }
}

impl<P: Objective> Objective for ByDifferences<P> {
    fn dim(&self) -> usize {
        self.problem.dim()
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.problem.value(x)
    }

    fn cancel_flag(&self) -> Option<&CancelFlag> {
        self.problem.cancel_flag()
    }
}

impl<P: Differentiable> Differentiable for ByDifferences<P> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.problem.value_gradient(x, gradient)
    }
}

impl<P: FiniteSum> FiniteSum for ByDifferences<P> {
    fn terms(&self) -> usize {
        self.problem.terms()
    }

    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        self.problem.batch_value_gradient(x, batch, gradient)
    }
}

impl<P: LeastSquares> LeastSquares for ByDifferences<P> {
    fn residual_count(&self) -> usize {
        self.problem.residual_count()
    }

    fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
        self.problem.residuals(x, residuals);
    }

    fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        self.problem.residuals_jacobian(x, residuals, jacobian);
    }
}
