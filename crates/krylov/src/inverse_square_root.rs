//! A^-½v for a symmetric positive definite A from products alone, by Lanczos' iteration, with a bound of the error.
//!
//! ```text
//! xₘ = ‖v‖ Qₘ Tₘ^-½ e₁
//! ‖A^-½v − xₘ‖ ≤ ρₘ / (√λ (1 + √(λ tr Tₘ⁻¹))) + rounding,     ρₘ = ‖v‖ Π βⱼ / Π θᵢ,   λ = λ_low
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | λ_low | `floor`: no eigenvalue of A is below it |
//! | Qₘ, Tₘ, θᵢ, βⱼ | of [`Lanczos`], with full reorthogonalization |
//! | ρₘ | the norm of the residual that conjugate gradients would have for A x = v after m steps |
//!
//! **Why.** A^-½ = (2/π) ∫₀^∞ (A + t²)⁻¹ dt. One Lanczos run serves all the systems (A + t²) x = v: the residual of the
//! approximation ‖v‖ Q (T + t²)⁻¹ e₁ is ± ρ(t) qₘ₊₁ with ρ(t) = ‖v‖ Π βⱼ / Π (θᵢ + t²), since
//! A Q = Q T + βₘ qₘ₊₁ eₘᵀ and the corner of (T + t²)⁻¹ is the product of the off-diagonal over the determinant. So the error is at most
//! (2/π) ∫ ρ(t) / (λ + t²) dt. As ρ(t) ≤ ρ(0), that is at most ρₘ/√λ. But ρ falls with t:
//! Π (1 + t²/θᵢ) ≥ 1 + t² Σ 1/θᵢ = 1 + t² τ with τ = tr T⁻¹, and (2/π) ∫ dt / ((1 + τt²)(λ + t²)) = 1/(√λ (1 + √(λτ))).
//! For m = 1 nothing is lost by that; and the more small Ritz values there are, the more is won over ρₘ/√λ.
//! What is lost is that qₘ₊₁ is taken to lie along the lowest eigenvector: with eigenvalues spread evenly and κ = 10⁴ the bound
//! is a few hundred times the error, or some tens of steps late. And like the residual of conjugate gradients it may rise at first.
//!
//! **Rounding.** With F in A Q = Q T + βqeᵀ + F the error grows by (2/π) ∫ ‖F‖ ‖v‖ / ((λ + t²)(θ₁ + t²)) dt
//! = ‖F‖ ‖v‖ / (√λ√θ₁ (√λ + √θ₁)), which is about u κ/2 of ‖v‖/√λ; no κ above 1/u is of any use here, as everywhere.
//!
//! Needs: products A q, one a step. Memory: m + 4 vectors of length n. A step costs 4jn flops for j vectors beside the product.
//!
//! It ends with one of [`Ending`]; x is the best that was reached. Orthogonality is always kept up, because the bound needs it.
//!
//! Where the literature disagrees: a posteriori bounds for f(A)v are mostly estimates, from differences of iterates or from
//! running on for some steps (Saad 1992; Frommer & Simoncini 2008). For A^-½ the integral makes a bound of it, at the price of λ_low.
//!
//! Sources: Y. Saad, SIAM J. Numer. Anal. 29 (1992) 209–228; G. H. Golub and G. Meurant, Matrices, Moments and Quadrature with
//! Applications (Princeton 2010); A. Frommer and V. Simoncini, in Model Order Reduction (Springer 2008) 275–303;
//! N. J. Higham, Functions of Matrices (SIAM 2008), chapter 6.

use thalweg_numerics::norm;
use thalweg_problem::{Allowance, InvalidInput};

use crate::lanczos_state::U;
use crate::{
    Ending, ErrorSize, FunctionTimes, Lanczos, LanczosState, LinearOperator, SpectrumFloor, TridiagonalError,
};

/// The settings of A^-½v.
///
/// ```
/// use thalweg_krylov::problem::Allowance;
/// use thalweg_krylov::{InverseSquareRoot, SpectrumFloor, operator};
///
/// let a = operator(3, |v, out| (0..3).for_each(|i| out[i] = [4.0, 9.0, 25.0][i] * v[i]));
/// let root = InverseSquareRoot { floor: SpectrumFloor::Known(4.0), ..InverseSquareRoot::default() };
/// let result = root.apply(&a, &[2.0, 3.0, 5.0], &mut Allowance::evaluations(10))?;
/// println!("{}: ‖error‖ ≤ {:e}", result.ending, result.error.value());
/// assert!(result.error.is_bound() && result.error.value() < 1e-8);
/// assert!(result.x.iter().all(|x| (x - 1.0).abs() <= result.error.value()));
/// # Ok::<(), thalweg_krylov::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InverseSquareRoot {
    /// Where the spectrum begins. Default: the smallest Ritz value, which makes the error an estimate.
    pub floor: SpectrumFloor,
    /// Ends once the error is at most this times ‖x‖; 0 or more. Default 1e-8.
    pub relative_error: f64,
    /// Ends after so many steps, which are vectors in memory too; 1 or more. Default 200.
    pub max_iterations: usize,
    /// As in [`Lanczos::product_error`]. Default `None`.
    pub product_error: Option<f64>,
}

impl Default for InverseSquareRoot {
    fn default() -> Self {
        Self {
            floor: SpectrumFloor::SmallestRitzValue,
            relative_error: 1e-8,
            max_iterations: 200,
            product_error: None,
        }
    }
}

impl InverseSquareRoot {
    /// x ≈ A^-½v for v of length n.
    ///
    /// # Errors
    /// If a setting cannot be used, n is 0 or another than `a`'s, or a number or the norm of v is not finite.
    pub fn apply<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        v: &[f64],
        allow: &mut Allowance,
    ) -> Result<FunctionTimes, InvalidInput> {
        self.floor.check()?;
        InvalidInput::unless_non_negative("relative_error", self.relative_error)?;
        let lanczos = Lanczos {
            max_iterations: self.max_iterations,
            product_error: self.product_error,
            ..Lanczos::default()
        };
        lanczos.check()?;
        if v.is_empty() {
            return Err(InvalidInput::new("v", "length 0", "length 1 or more"));
        }
        InvalidInput::unless_length("v", v, a.dim())?;
        InvalidInput::unless_all_finite("v", v)?;
        let v_norm = InvalidInput::unless_finite("norm(v)", norm(v))?;
        let mut result = FunctionTimes {
            ending: Ending::Accurate { error: 0.0, tolerance: 0.0 },
            x: vec![0.0; v.len()],
            error: ErrorSize::Bound(0.0),
            iterations: 0,
            products: 0,
        };
        if v_norm == 0.0 {
            return Ok(result);
        }
        let left = allow.left();
        let mut run = Run {
            settings: self,
            state: lanczos.start(v)?,
            pivot: 0.0,
            ratio: 1.0,
            corner: 0.0,
            floor: self.floor.at_first(),
        };
        let ending = run.iterate(a, allow);
        (result.ending, result.error) = run.finish(ending, &mut result.x);
        (result.iterations, result.products) = (run.state.steps() as u64, left - allow.left());
        Ok(result)
    }
}

struct Run<'a> {
    settings: &'a InverseSquareRoot,
    state: LanczosState,
    /// The last pivot of T = L D Lᵀ.
    pivot: f64,
    /// Π βⱼ / Π dⱼ = ρₘ/‖v‖.
    ratio: f64,
    /// (T⁻¹)₁₁ = ‖xₘ‖²/‖v‖².
    corner: f64,
    floor: f64,
}

impl Run<'_> {
    /// Steps until the error is small enough, or cannot become so.
    fn iterate<A: LinearOperator + ?Sized>(&mut self, a: &A, allow: &mut Allowance) -> Ending {
        loop {
            let coupling = self.state.beta().last().copied().unwrap_or(0.0);
            let stopped = match self.state.advance(a, allow) {
                Ok(()) => None,
                Err(ending @ Ending::InvariantSubspace { .. }) => Some(ending),
                Err(ending) => return ending,
            };
            self.follow(coupling);
            let is_definite = self.pivot > 0.0;
            // The bound is up to 1 + √m times better than this; and a floor that is no setting may have fallen since.
            let (roughly, better) =
                (self.ratio / self.floor.sqrt(), 1.0 + (self.state.steps() as f64).sqrt());
            let is_near = roughly <= better * self.settings.relative_error * self.corner.sqrt();
            if stopped.is_none() && is_definite && !is_near {
                continue;
            }
            match self.error() {
                Err(ending) => return ending,
                Ok((truncation, rounding)) => {
                    let (error, tolerance) = (truncation + rounding, self.tolerance());
                    if error <= tolerance {
                        return Ending::Accurate { error, tolerance };
                    }
                    if stopped.is_some() || truncation <= rounding {
                        return Ending::RoundingFloor { error, tolerance };
                    }
                }
            }
        }
    }

    /// Goes on with the factors of T after a step: dⱼ = αⱼ − βⱼ₋₁²/dⱼ₋₁.
    fn follow(&mut self, coupling: f64) {
        let (Some(alpha), Some(beta)) = (self.state.alpha().last(), self.state.beta().last()) else { return };
        let taken = if self.state.steps() > 1 { coupling * (coupling / self.pivot) } else { 0.0 };
        self.pivot = alpha - taken;
        self.corner += self.ratio * self.ratio / self.pivot;
        self.ratio *= beta / self.pivot;
    }

    fn tolerance(&self) -> f64 {
        self.settings.relative_error * self.corner.sqrt() * self.state.start_norm()
    }

    /// What the finite number of steps and what rounding contribute.
    fn error(&mut self) -> Result<(f64, f64), Ending> {
        let ritz = self.state.tridiagonal().eigenvalues()?;
        self.floor = self.settings.floor.given(ritz[0], self.state.rounding())?;
        let (root, root_ritz) = (self.floor.sqrt(), ritz[0].sqrt());
        let trace: f64 = ritz.iter().map(|theta| self.floor / theta).sum();
        let truncation = self.ratio / (root * (1.0 + trace.sqrt()));
        // The second term is that of the sums over m vectors of which x is made.
        let sums = (4.0 * ritz.len() as f64 + 16.0) * U * self.corner.sqrt();
        let rounding = self.state.rounding() / root / root_ritz / (root + root_ritz) + sums;
        let v_norm = self.state.start_norm();
        Ok((truncation * v_norm, rounding * v_norm))
    }

    fn finish(&mut self, ending: Ending, x: &mut [f64]) -> (Ending, ErrorSize) {
        let unknown = ErrorSize::Bound(f64::INFINITY);
        if self.state.steps() == 0 {
            // x = 0.
            let largest = self.state.start_norm() / self.floor.sqrt();
            return (ending, if self.floor.is_finite() { ErrorSize::Bound(largest) } else { unknown });
        }
        let (ending, error) = match (ending, self.error()) {
            (ending @ (Ending::NotPositiveDefinite { .. } | Ending::BelowFloor { .. }), _) => {
                (ending, unknown)
            }
            (_, Err(ending)) => (ending, unknown),
            (ending, Ok((truncation, rounding))) => {
                (ending, self.settings.floor.error(truncation + rounding))
            }
        };
        let root = |theta: f64| if theta > 0.0 { 1.0 / theta.sqrt() } else { 0.0 };
        match self.state.function_times(root, x) {
            Ok(()) => (ending, error),
            Err(TridiagonalError::Invalid(_) | TridiagonalError::NotConverged(_)) => {
                (Ending::UnresolvedProjection, unknown)
            }
        }
    }
}
