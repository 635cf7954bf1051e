//! H₀, what is known of the inverse Hessian before any pair.

use thalweg_problem::{InvalidInput, Preconditioner};

/// An approximation H₀ of the inverse Hessian that the pairs of L-BFGS refine.
///
/// ```
/// use thalweg_driver::{Stop, minimize, silent};
/// use thalweg_quasi_newton::problem::{Diagonal, from_fn};
/// use thalweg_quasi_newton::{Lbfgs, Preconditioned};
///
/// // Curvatures from 1 to 10⁶, which the diagonal knows and one number γ does not.
/// let curvature = |i: usize| 10.0_f64.powi(i as i32);
/// let bowl = from_fn(7, |x, gradient| {
///     gradient.iter_mut().enumerate().for_each(|(i, g)| *g = curvature(i) * x[i]);
///     0.5 * x.iter().zip(&*gradient).map(|(x, g)| x * g).sum::<f64>()
/// });
/// let plain = Lbfgs::default();
/// let diagonal = Diagonal::from_matrix_diagonal(&std::array::from_fn::<_, 7, _>(curvature))?;
/// let Lbfgs { memory, search, least_cosine, first_length, .. } = plain;
/// let scaled = Lbfgs { initial: Preconditioned(diagonal), memory, search, least_cosine, first_length };
///
/// let with_one_number = minimize(&bowl, &plain, &[1.0; 7], Stop::default(), silent)?;
/// let with_the_diagonal = minimize(&bowl, &scaled, &[1.0; 7], Stop::default(), silent)?;
/// println!("{} steps with γI, {} with the diagonal", with_one_number.steps, with_the_diagonal.steps);
/// assert!(with_the_diagonal.steps < with_one_number.steps);
/// # Ok::<(), thalweg_quasi_newton::problem::InvalidInput>(())
/// ```
pub trait InitialInverse {
    /// v ← H₀ v for the newest pair's γ. `spare` has the length of v and may be overwritten.
    fn apply(&self, gamma: f64, v: &mut [f64], spare: &mut [f64]);

    /// Whether the settings can be used for vectors of length n.
    ///
    /// # Errors
    /// If not.
    fn check(&self, _n: usize) -> Result<(), InvalidInput> {
        Ok(())
    }
}

/// H₀ = γI, or I.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScaledIdentity {
    /// γ = sᵀy/yᵀy of the newest pair, anew in every step.
    #[default]
    Latest,
    /// I for good, as in a proof: steps far too long or too short, until the pairs have learned.
    Unscaled,
}

impl InitialInverse for ScaledIdentity {
    fn apply(&self, gamma: f64, v: &mut [f64], _spare: &mut [f64]) {
        match self {
            Self::Latest => v.iter_mut().for_each(|v| *v *= gamma),
            Self::Unscaled => {}
        }
    }
}

/// H₀ = M⁻¹ of a preconditioner, which answers for the scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preconditioned<M>(
    /// M⁻¹, symmetric positive definite.
    pub M,
);

impl<M: Preconditioner> InitialInverse for Preconditioned<M> {
    fn apply(&self, _gamma: f64, v: &mut [f64], spare: &mut [f64]) {
        self.0.apply(v, spare);
        v.copy_from_slice(spare);
    }
}
