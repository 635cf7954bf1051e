//! What Lanczos' iteration knows about eigenvalues: Ritz values and vectors, and how far they may be off.
//!
//! ```text
//! T = S Θ Sᵀ,   yᵢ = Q sᵢ
//! A yᵢ − θᵢ yᵢ = βₘ sₘᵢ qₘ₊₁ + F sᵢ
//! |λ − θᵢ| ≤ ‖A y − θᵢ y‖ / ‖y‖   for some eigenvalue λ of A, whatever y ≠ 0 is
//! ```
//!
//! A bound here is βₘ|sₘᵢ| plus what rounding may have added, so that [θ − bound, θ + bound] always contains an eigenvalue.
//! With `Reorthogonalization::None` it is 2.5 βₘ|sₘᵢ| plus a rounding that grows like m³: Paige's theorem, which holds
//! although ‖y‖ may be anything.
//! Which eigenvalue it is, and how often A has it, is not known. A vector is as good as its gap: the angle to the eigenspace is
//! at most the bound over the distance to the rest of the spectrum.
//!
//! [`verify`] pays one product and asks nobody: ‖A v − θv‖/‖v‖ of the vector as it is, plus the rounding of that product.
//!
//! Sources: B. N. Parlett, The Symmetric Eigenvalue Problem (SIAM 1998), sections 4.5, 11.7 and 13.2;
//! C. C. Paige, Linear Algebra Appl. 34 (1980) 235–258, section 3.

use thalweg_numerics::{matrix_transposed_vector, norm};
use thalweg_problem::{Allowance, InvalidInput};

use crate::ending::spend;
use crate::lanczos_state::U;
use crate::{Ending, LanczosState, LinearOperator, Reorthogonalization, Tridiagonal, TridiagonalError};

/// One eigenvalue of T.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RitzValue {
    /// θ.
    pub value: f64,
    /// βₘ|sₘ|, the norm of the residual of its Ritz vector but for rounding.
    pub residual: f64,
    /// A has an eigenvalue that is not farther from θ than this.
    pub bound: f64,
    /// s₁², the share of the start in its Ritz vector: the weights of all add up to 1.
    pub weight: f64,
}

/// The eigenvalues of T with all its eigenvectors, from which Ritz vectors are made: m² numbers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Ritz {
    /// Ascending, length m.
    pub values: Vec<RitzValue>,
    /// m × m numbers, row after row: row i is sᵢ.
    pub vectors: Vec<f64>,
}

impl LanczosState {
    /// T, without the last β.
    #[must_use]
    pub fn tridiagonal(&self) -> Tridiagonal<'_> {
        Tridiagonal { diagonal: self.alpha(), off_diagonal: &self.beta()[..self.steps().saturating_sub(1)] }
    }

    /// The Ritz values, ascending, one for each step. It takes O(m²) flops, no vector and no product.
    ///
    /// # Errors
    /// If there is no step yet; or if the sweeps do not converge, which no matrix is known for.
    pub fn ritz_values(&self) -> Result<Vec<RitzValue>, TridiagonalError> {
        self.check_steps()?;
        let ends = self.tridiagonal().end_components()?;
        let each = ends.values.iter().zip(&ends.first).zip(&ends.last);
        Ok(each.map(|((&value, first), last)| self.ritz_value(value, *first, *last)).collect())
    }

    /// The Ritz values, and what Ritz vectors are made of. It takes O(m³) flops and no product.
    ///
    /// # Errors
    /// As [`ritz_values`](Self::ritz_values).
    pub fn ritz(&self) -> Result<Ritz, TridiagonalError> {
        self.check_steps()?;
        let eigen = self.tridiagonal().eigenvectors()?;
        let m = self.steps();
        let each = eigen.values.iter().zip(eigen.vectors.chunks_exact(m));
        let values = each.map(|(&value, s)| self.ritz_value(value, s[0], s[m - 1])).collect();
        Ok(Ritz { values, vectors: eigen.vectors })
    }

    /// Writes the Ritz vector of `ritz.values[i]`, length n and of norm 1 but for rounding and lost orthogonality, into `out`.
    ///
    /// # Errors
    /// If the basis was not kept, `ritz` is of another number of steps, there is no such i, or `out` has another length.
    pub fn ritz_vector(&self, ritz: &Ritz, i: usize, out: &mut [f64]) -> Result<(), InvalidInput> {
        let m = self.steps();
        InvalidInput::unless_length("ritz.values", &ritz.values, m)?;
        InvalidInput::unless_length("ritz.vectors", &ritz.vectors, m * m)?;
        if i >= m {
            return Err(InvalidInput::new("i", i, format!("less than {m}, the number of steps")));
        }
        self.combine(&ritz.vectors[i * m..][..m], out)
    }

    /// Writes ‖v‖ Q f(T) e₁, length n, into `out`: an approximation of f(A) v, the better the nearer f is to a polynomial of
    /// degree m − 1 on the spectrum. f is called once for each Ritz value.
    ///
    /// There is no bound here; [`InverseSquareRoot`](crate::InverseSquareRoot) has one.
    ///
    /// ```
    /// use thalweg_krylov::problem::Allowance;
    /// use thalweg_krylov::{Lanczos, operator};
    ///
    /// let a = operator(3, |v, out| (0..3).for_each(|i| out[i] = [0.0, 1.0, 2.0][i] * v[i]));
    /// let lanczos = Lanczos::default();
    /// let mut state = lanczos.start(&[1.0; 3])?;
    /// lanczos.run(&a, &mut state, &mut Allowance::evaluations(3))?;
    /// let mut out = [f64::NAN; 3];
    /// state.function_times(thalweg_numerics::exp, &mut out)?;
    /// let e = std::f64::consts::E;
    /// for (out, exact) in out.iter().zip([1.0, e, e * e]) {
    ///     assert!((out - exact).abs() < 1e-14);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no step yet, the basis was not kept, or `out` has another length; or as [`ritz_values`](Self::ritz_values).
    pub fn function_times(&self, f: impl Fn(f64) -> f64, out: &mut [f64]) -> Result<(), TridiagonalError> {
        let ritz = self.ritz()?;
        let m = self.steps();
        let factor = |(ritz, s): (&RitzValue, &[f64])| f(ritz.value) * s[0];
        let factors: Vec<f64> = ritz.values.iter().zip(ritz.vectors.chunks_exact(m)).map(factor).collect();
        let mut coefficients = vec![0.0; m];
        matrix_transposed_vector(&ritz.vectors, &factors, &mut coefficients);
        self.combine(&coefficients, out)?;
        out.iter_mut().for_each(|x| *x *= self.start_norm());
        Ok(())
    }

    /// Writes Σ cⱼ qⱼ into `out`.
    fn combine(&self, c: &[f64], out: &mut [f64]) -> Result<(), InvalidInput> {
        InvalidInput::unless_length("out", out, self.dim())?;
        if !self.keeps_basis() {
            return Err(InvalidInput::new("keep_basis", false, "true, for what is made of the basis"));
        }
        matrix_transposed_vector(self.basis(), c, out);
        Ok(())
    }

    fn check_steps(&self) -> Result<(), InvalidInput> {
        match self.steps() {
            0 => Err(InvalidInput::new("state.steps()", 0, "1 or more")),
            _ => Ok(()),
        }
    }

    fn ritz_value(&self, value: f64, first: f64, last: f64) -> RitzValue {
        let residual = self.beta().last().map_or(0.0, |beta| beta * last.abs());
        let bound = match self.reorthogonalization {
            Reorthogonalization::Full | Reorthogonalization::Partial => residual + self.rounding(),
            Reorthogonalization::None => {
                let m = self.steps() as f64;
                let one_step = self.product_error() + 8.0 * U * self.norm_bound();
                let m_cubed = (m + 1.0) * (m + 1.0) * (m + 1.0) + 2.0 * m * m;
                f64::max(2.5 * (residual + self.rounding()), m_cubed * one_step)
            }
        };
        RitzValue { value, residual, bound, weight: first * first }
    }
}

/// What one product says about a value and a vector.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Verified {
    /// θ.
    pub value: f64,
    /// ‖A v − θv‖/‖v‖ as computed.
    pub residual: f64,
    /// How far rounding may have moved it.
    pub rounding: f64,
}

impl Verified {
    /// A has an eigenvalue that is not farther from θ than this.
    #[must_use]
    pub fn bound(&self) -> f64 {
        self.residual + self.rounding
    }

    /// [θ − bound, θ + bound], rounded outward: A has an eigenvalue in it.
    #[must_use]
    pub fn interval(&self) -> (f64, f64) {
        // One unit in the last place more, whatever the size.
        let ulp = |x: f64| f64::EPSILON * x.abs() + f64::MIN_POSITIVE;
        let (low, high) = (self.value - self.bound(), self.value + self.bound());
        (low - ulp(low), high + ulp(high))
    }
}

/// Measures ‖A v − θv‖/‖v‖ of a value θ and a vector v ≠ 0 of length n, by one product.
///
/// `product_error` says how far a product with a vector of norm 1 may be from A v;
/// [`LanczosState::product_error`] has an answer.
/// Where the product is not finite or not allowed, the inner result says so.
///
/// ```
/// use thalweg_krylov::problem::Allowance;
/// use thalweg_krylov::{operator, verify};
///
/// let a = operator(2, |v, out| (out[0], out[1]) = (2.0 * v[0] + v[1], v[0] + 2.0 * v[1]));
/// let verified = verify(&a, 3.0, &[1.0, 1.0], 1e-15, &mut Allowance::evaluations(1))??;
/// assert_eq!(verified.residual, 0.0);
/// let roughly = verify(&a, 3.1, &[1.0, 0.9], 1e-15, &mut Allowance::evaluations(1))??;
/// let (low, high) = roughly.interval();
/// assert!(low < 3.0 && 3.0 < high && high - low < 0.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If n is 0 or another than `a`'s, θ or v is not finite, v is 0, or `product_error` is negative.
pub fn verify<A: LinearOperator + ?Sized>(
    a: &A,
    value: f64,
    vector: &[f64],
    product_error: f64,
    allow: &mut Allowance,
) -> Result<Result<Verified, Ending>, InvalidInput> {
    InvalidInput::unless_length("vector", vector, a.dim())?;
    InvalidInput::unless_all_finite("vector", vector)?;
    InvalidInput::unless_positive("norm(vector)", norm(vector))?;
    InvalidInput::unless_finite("value", value)?;
    InvalidInput::unless_non_negative("product_error", product_error)?;
    let mut product = vec![f64::NAN; vector.len()];
    Ok(verify_into(a, value, vector, product_error, allow, &mut product))
}

/// [`verify`], with room for the product.
pub(crate) fn verify_into<A: LinearOperator + ?Sized>(
    a: &A,
    value: f64,
    vector: &[f64],
    product_error: f64,
    allow: &mut Allowance,
    product: &mut [f64],
) -> Result<Verified, Ending> {
    spend(allow)?;
    a.apply(vector, product);
    let length = norm(vector);
    for (product, v) in product.iter_mut().zip(vector) {
        *product -= value * v;
    }
    let residual = norm(product) / length;
    if !residual.is_finite() {
        return Err(Ending::NonFinite { what: "A x" });
    }
    // The difference of two terms of about |θ||vᵢ|, each rounded; and two norms of n terms, in sixteen lanes.
    let norms = (vector.len() as f64 / 16.0 + 10.0) * U * residual;
    Ok(Verified { value, residual, rounding: product_error + 2.0 * U * value.abs() + norms })
}

/// The sweeps' one failure, as the end of an iteration: what goes into them here is finite and fits.
impl From<TridiagonalError> for Ending {
    fn from(_: TridiagonalError) -> Self {
        Self::UnresolvedProjection
    }
}
