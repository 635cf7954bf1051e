//! H₀, what is known of the inverse Hessian before any pair.

use thalweg_problem::{InvalidInput, Preconditioner};

/// An approximation H₀ of the inverse Hessian that the pairs of L-BFGS refine.
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
