//! An objective in variables in which its curvatures are alike.
//!
//! ```text
//! Ê(ŵ) = E(S⁻¹ŵ)       ∇Ê = S⁻ᵀ∇E       ∇²Ê = S⁻ᵀ ∇²E S⁻¹
//! ```
//!
//! Gradient descent on Ê is the modified rule w ← w − η S⁻¹S⁻ᵀ ∇E(w) = w − η A⁻¹∇E(w) on E, whatever S with SᵀS = A was
//! taken; so is any method that knows no coordinates, momentum and conjugate gradients among them. Where A is the Hessian
//! of a quadratic, ∇²Ê = I.
//!
//! Slides 67–76.

use nalgebra::DMatrix;
use thalweg_problem::{
    CancelFlag, Curved, Differentiable, FiniteSum, InvalidInput, LeastSquares, Objective, Scratch,
};

use crate::symmetric::{symmetrize_square, transpose_in_place};
use crate::{
    Backend, DecompositionError, Eigen, Nalgebra, Normalization, SymmetricRoot, TwiceDifferentiable,
};

/// `problem` in the variables ŵ = S w. Every trait of the wrapped objective is there.
///
/// An evaluation costs one of the problem and two changes of variables. After the first one nothing is allocated.
///
/// ```
/// use thalweg_hessian::problem::{Differentiable, from_fn};
/// use thalweg_hessian::{DiagonalRoot, Normalized};
///
/// // ½ (4 w₁² + 100 w₂²): in ŵ = (2 w₁, 10 w₂) it is ½ ‖ŵ‖².
/// let valley = from_fn(2, |w, g| {
///     (g[0], g[1]) = (4.0 * w[0], 100.0 * w[1]);
///     0.5 * (4.0 * w[0] * w[0] + 100.0 * w[1] * w[1])
/// });
/// let round = Normalized::new(&valley, DiagonalRoot::of(&[4.0, 100.0])?)?;
/// let mut gradient = [f64::NAN; 2];
/// assert_eq!(round.value_gradient(&[3.0, 4.0], &mut gradient), 12.5);
/// assert_eq!(gradient, [3.0, 4.0]);
/// # Ok::<(), thalweg_hessian::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug)]
pub struct Normalized<P, S = SymmetricRoot> {
    problem: P,
    normalization: S,
    /// w, and one more vector of length n.
    scratch: Scratch,
}

impl<P: Objective, S: Normalization> Normalized<P, S> {
    /// Wraps `problem`, by value or by reference.
    ///
    /// # Errors
    /// If the normalization was made for another n.
    pub fn new(problem: P, normalization: S) -> Result<Self, InvalidInput> {
        let (n, made_for) = (problem.dim(), normalization.dim());
        if made_for != n {
            return Err(InvalidInput::new("normalization.dim()", made_for, format!("{n}, as the problem")));
        }
        Ok(Self { problem, normalization, scratch: Scratch::new(2 * n) })
    }
}

impl<P: TwiceDifferentiable> Normalized<P> {
    /// Wraps `problem` with the root of its Hessian at `w`, length n, which has to be positive definite: one Hessian, one
    /// decomposition.
    ///
    /// # Errors
    /// If `w` has another length, or an element or the Hessian there is not finite, or the Hessian is not positive definite.
    pub fn at(problem: P, w: &[f64]) -> Result<Self, DecompositionError> {
        Self::at_by(&Nalgebra, problem, w)
    }

    /// As [`at`](Self::at), by another backend.
    ///
    /// # Errors
    /// As for [`at`](Self::at).
    pub fn at_by<B: Backend + ?Sized>(
        backend: &B,
        problem: P,
        w: &[f64],
    ) -> Result<Self, DecompositionError> {
        let n = problem.dim();
        InvalidInput::unless_length("w", w, n)?;
        InvalidInput::unless_all_finite("w", w)?;
        let mut hessian = DMatrix::from_element(n, n, f64::NAN);
        problem.hessian(w, &mut hessian);
        let root = SymmetricRoot::of(&Eigen::by(backend, &hessian)?)?;
        Ok(Self::new(problem, root)?)
    }
}

impl<P, S: Normalization> Normalized<P, S> {
    /// The objective that is wrapped.
    #[must_use]
    pub fn inner(&self) -> &P {
        &self.problem
    }

    /// S.
    #[must_use]
    pub fn normalization(&self) -> &S {
        &self.normalization
    }

    /// Writes ŵ = S w, both of length n: where a start in w is.
    ///
    /// # Errors
    /// If a length is another one.
    pub fn to_normalized(&self, w: &[f64], out: &mut [f64]) -> Result<(), InvalidInput> {
        self.check_lengths("w", w, out)?;
        self.normalization.to_normalized(w, out);
        Ok(())
    }

    /// Writes w = S⁻¹ ŵ, both of length n: the way back from where a run in ŵ has ended.
    ///
    /// # Errors
    /// If a length is another one.
    pub fn to_original(&self, w_hat: &[f64], out: &mut [f64]) -> Result<(), InvalidInput> {
        self.check_lengths("w_hat", w_hat, out)?;
        self.normalization.to_original(w_hat, out);
        Ok(())
    }

    fn check_lengths(&self, argument: &'static str, point: &[f64], out: &[f64]) -> Result<(), InvalidInput> {
        let n = self.normalization.dim();
        InvalidInput::unless_length(argument, point, n)?;
        InvalidInput::unless_length("out", out, n)
    }

    /// Runs `work` on w = S⁻¹ ŵ and a second vector of length n.
    fn at_original<R>(&self, w_hat: &[f64], work: impl FnOnce(&P, &[f64], &mut [f64]) -> R) -> R {
        self.scratch.with(|scratch| {
            let (w, other) = scratch.split_at_mut(self.normalization.dim());
            self.normalization.to_original(w_hat, w);
            work(&self.problem, w, other)
        })
    }
}

impl<P: Objective, S: Normalization> Objective for Normalized<P, S> {
    fn dim(&self) -> usize {
        self.problem.dim()
    }

    fn value(&self, w_hat: &[f64]) -> f64 {
        self.at_original(w_hat, |problem, w, _| problem.value(w))
    }

    fn cancel_flag(&self) -> Option<&CancelFlag> {
        self.problem.cancel_flag()
    }
}

impl<P: Differentiable, S: Normalization> Differentiable for Normalized<P, S> {
    fn value_gradient(&self, w_hat: &[f64], gradient: &mut [f64]) -> f64 {
        self.at_original(w_hat, |problem, w, in_w| {
            // What the problem forgets to write shall not be taken for a number, as it is not without this wrapper.
            in_w.fill(f64::NAN);
            let value = problem.value_gradient(w, in_w);
            self.normalization.gradient_to_normalized(in_w, gradient);
            value
        })
    }
}

impl<P: Curved, S: Normalization> Curved for Normalized<P, S> {
    fn hessian_vector(&self, w_hat: &[f64], v: &[f64], out: &mut [f64]) {
        self.at_original(w_hat, |problem, w, in_w| {
            // S⁻¹v waits in `out` until the product is there.
            self.normalization.to_original(v, out);
            problem.hessian_vector(w, out, in_w);
            self.normalization.gradient_to_normalized(in_w, out);
        });
    }
}

impl<P: TwiceDifferentiable, S: Normalization> TwiceDifferentiable for Normalized<P, S> {
    fn hessian(&self, w_hat: &[f64], out: &mut DMatrix<f64>) {
        self.at_original(w_hat, |problem, w, column| {
            problem.hessian(w, out);
            // S⁻ᵀ times the columns, and then, the other way round, times the rows.
            for _ in 0..2 {
                for mut of_out in out.column_iter_mut() {
                    column.copy_from_slice(of_out.as_slice());
                    self.normalization.gradient_to_normalized(column, of_out.as_mut_slice());
                }
                transpose_in_place(out);
            }
        });
        symmetrize_square(out);
    }
}

impl<P: FiniteSum, S: Normalization> FiniteSum for Normalized<P, S> {
    fn terms(&self) -> usize {
        self.problem.terms()
    }

    fn batch_value_gradient(&self, w_hat: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        self.at_original(w_hat, |problem, w, in_w| {
            in_w.fill(f64::NAN);
            let value = problem.batch_value_gradient(w, batch, in_w);
            self.normalization.gradient_to_normalized(in_w, gradient);
            value
        })
    }
}

/// The residuals are the same, the Jacobian is J S⁻¹.
impl<P: LeastSquares, S: Normalization> LeastSquares for Normalized<P, S> {
    fn residual_count(&self) -> usize {
        self.problem.residual_count()
    }

    fn residuals(&self, w_hat: &[f64], residuals: &mut [f64]) {
        self.at_original(w_hat, |problem, w, _| problem.residuals(w, residuals));
    }

    fn residuals_jacobian(&self, w_hat: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        self.scratch.with(|scratch| {
            let (w, row) = scratch.split_at_mut(self.normalization.dim());
            self.normalization.to_original(w_hat, w);
            self.problem.residuals_jacobian(w, residuals, jacobian);
            // Row after row of J, each a gradient; w is free by now.
            let m = residuals.len();
            for i in 0..m {
                for (j, element) in row.iter_mut().enumerate() {
                    *element = jacobian[i + m * j];
                }
                self.normalization.gradient_to_normalized(row, w);
                for (j, element) in w.iter().enumerate() {
                    jacobian[i + m * j] = *element;
                }
            }
        });
    }
}
