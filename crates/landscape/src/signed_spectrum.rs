//! The eigenvalues of a Hessian with a bound of their error, and how many have a sign that the bound vouches for.
//!
//! ```text
//! R = H V − V Θ,   δ = ‖VᵀV − I‖_F
//! |λᵢ − θᵢ| ≤ (‖R‖_F + n^½ ε + 2δ max|θ|) / (1 − δ)   for every i, both in ascending order
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | θᵢ | [`values`](SignedSpectrum::values) |
//! | the right side | [`bound`](SignedSpectrum::bound) |
//! | ε | how far a product with a unit vector may be from H v: (10 + √n) u max\|θ\|, as elsewhere for Hessians |
//!
//! It holds for whatever V and Θ an eigensolver has delivered: with the polar decomposition V = Q S, ‖S − I‖ ≤ δ, the symmetric
//! matrix QᵀH Q differs from Θ by (S Θ − Θ S) S⁻¹ + QᵀR S⁻¹, and Weyl's inequality does the rest. It bounds all eigenvalues
//! together, so that a count by signs is a count of eigenvalues, copies included, which intervals about single ones do not give.
//!
//! It is a bound for H at the point where it was measured. How H changes on the way to the stationary point nearby, it does not
//! know; [`widened`](SignedSpectrum::widened) takes that from who does. Otherwise there is an interval test.
//!
//! Source: B. N. Parlett, The Symmetric Eigenvalue Problem (SIAM 1998), sections 10.3 and 11.5.

use thalweg_hessian::Eigen;
use thalweg_krylov::LinearOperator;
use thalweg_numerics::{dot, norm};
use thalweg_problem::{Allowance, InvalidInput, Stuck};

/// Eigenvalues, in ascending order, and one bound for all of them. It comes from [`CriticalPoint::spectrum`](crate::CriticalPoint::spectrum)
/// alone.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedSpectrum {
    values: Vec<f64>,
    bound: f64,
}

impl SignedSpectrum {
    /// How well the eigenvectors fit the operator itself: n products.
    pub(crate) fn measure<A: LinearOperator + ?Sized>(
        operator: &A,
        eigen: Eigen,
        allow: &mut Allowance,
    ) -> Result<Self, Stuck> {
        let n = eigen.dim();
        let values = eigen.values().to_vec();
        let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let mut product = vec![f64::NAN; n];
        let (mut residuals, mut angles) = (Vec::with_capacity(n), Vec::with_capacity(n * n));
        for (i, value) in values.iter().enumerate() {
            let v = eigen.vector(i);
            allow.spend()?;
            operator.apply(v, &mut product);
            for (p, v) in product.iter_mut().zip(v) {
                *p -= value * v;
            }
            residuals.push(norm(&product));
            angles.extend((0..n).map(|j| dot(v, eigen.vector(j)) - if i == j { 1.0 } else { 0.0 }));
        }
        let root = (n as f64).sqrt();
        let unit = 0.5 * f64::EPSILON;
        let rounding = root * (10.0 + root) * unit * largest;
        // Sums of n products of numbers that are at most 1 in size.
        let delta = norm(&angles) + n as f64 * (10.0 + root) * unit;
        let bound = if delta < 1.0 {
            (norm(&residuals) + rounding + 2.0 * delta * largest) / (1.0 - delta)
        } else {
            f64::INFINITY
        };
        // A residual that is NaN bounds nothing.
        let bound = if bound.is_nan() { f64::INFINITY } else { bound };
        Ok(Self { values, bound })
    }

    /// θ₁ ≤ θ₂ ≤ …, length n.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// No eigenvalue is farther than this from the value in its place.
    #[must_use]
    pub fn bound(&self) -> f64 {
        self.bound
    }

    /// The same with `by` added to the bound: for a Hessian that is not the one meant. If the stationary point is not farther than δ and
    /// no third derivative is larger than L on the way, the eigenvalues there are within L δ of those here.
    ///
    /// # Errors
    /// If `by` is negative or not finite.
    pub fn widened(self, by: f64) -> Result<Self, InvalidInput> {
        let by = InvalidInput::unless_non_negative("by", by)?;
        Ok(Self { bound: self.bound + by, ..self })
    }

    /// How many eigenvalues are certainly negative: the index, if [`undecided`](Self::undecided) is 0, and otherwise the least
    /// that it can be.
    #[must_use]
    pub fn index(&self) -> usize {
        self.values.iter().filter(|value| **value < -self.bound).count()
    }

    /// How many may have either sign, or be 0.
    #[must_use]
    pub fn undecided(&self) -> usize {
        self.values.len() - self.index() - self.positive()
    }

    /// How many are certainly positive.
    #[must_use]
    pub fn positive(&self) -> usize {
        self.values.iter().filter(|value| **value > self.bound).count()
    }

    /// Whether every eigenvalue has a sign.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.undecided() == 0
    }
}
