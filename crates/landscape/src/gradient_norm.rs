//! ½‖∇f‖² as an objective: its minima of height 0 are the stationary points of f, of any index.
//!
//! ```text
//! φ(x) = ½‖∇f(x)‖²,   ∇φ(x) = H(x) ∇f(x)
//! ```
//!
//! Any method that minimizes will do, and with it comes the oldest mistake of a census of critical points: φ has minima of its own
//! where H∇f = 0 although ∇f is not 0, and on neural networks most runs end there (Frye et al. 2021). Nobody should call the end
//! of such a run a critical point before ∇f was looked at: [`CriticalPoint::verify`](crate::CriticalPoint::verify) does so.
//!
//! Needs: a gradient of f a value, and a product with the Hessian more a gradient.
//!
//! Sources: F. H. Stillinger and T. A. Weber, Science 225 (1984) 983–989, who looked for the inherent structures of liquids so;
//! C. G. Frye, J. Simon, N. S. Wadia, A. Ligeralde, M. R. DeWeese and K. E. Bouchard, Neural Computation 33 (2021) 1469–1497.

use thalweg_numerics::dot;
use thalweg_problem::{CancelFlag, Curved, Differentiable, Objective, Scratch};

/// ½‖∇f‖² of a problem f that is held by value or by reference.
///
/// ```
/// use thalweg_landscape::GradientNorm;
/// use thalweg_objectives::DiagonalQuadratic;
/// use thalweg_landscape::problem::{Differentiable, InvalidInput};
///
/// let bowl = DiagonalQuadratic::centered([1.0, 10.0])?;
/// let steepness = GradientNorm::new(&bowl);
/// let mut gradient = [0.0; 2];
/// // ∇f = (2, 10), and H∇f.
/// assert_eq!(steepness.value_gradient(&[2.0, 1.0], &mut gradient), 52.0);
/// assert_eq!(gradient, [2.0, 100.0]);
/// # Ok::<(), InvalidInput>(())
/// ```
#[derive(Clone, Debug)]
pub struct GradientNorm<P> {
    problem: P,
    gradient: Scratch,
}

impl<P: Curved> GradientNorm<P> {
    /// Wraps `problem`.
    pub fn new(problem: P) -> Self {
        let gradient = Scratch::new(problem.dim());
        Self { problem, gradient }
    }
}

impl<P> GradientNorm<P> {
    /// f.
    #[must_use]
    pub fn inner(&self) -> &P {
        &self.problem
    }
}

impl<P: Curved> Objective for GradientNorm<P> {
    fn dim(&self) -> usize {
        self.problem.dim()
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.gradient.with(|gradient| {
            self.problem.value_gradient(x, gradient);
            0.5 * dot(gradient, gradient)
        })
    }

    fn cancel_flag(&self) -> Option<&CancelFlag> {
        self.problem.cancel_flag()
    }
}

impl<P: Curved> Differentiable for GradientNorm<P> {
    fn value_gradient(&self, x: &[f64], out: &mut [f64]) -> f64 {
        self.gradient.with(|gradient| {
            self.problem.value_gradient(x, gradient);
            self.problem.hessian_vector(x, gradient, out);
            0.5 * dot(gradient, gradient)
        })
    }
}
