//! Linear conjugate gradients: solve A x = b for a symmetric positive definite A, from products A p alone.
//!
//! ```text
//! r₀ = b − A x₀,   z₀ = M⁻¹r₀,   p₀ = z₀
//! αₖ   = rₖᵀzₖ / pₖᵀA pₖ
//! xₖ₊₁ = xₖ + αₖ pₖ
//! rₖ₊₁ = rₖ − αₖ A pₖ,   zₖ₊₁ = M⁻¹rₖ₊₁
//! βₖ   = rₖ₊₁ᵀzₖ₊₁ / rₖᵀzₖ
//! pₖ₊₁ = zₖ₊₁ + βₖ pₖ
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | A, b | `a`, `b` |
//! | M⁻¹ | `preconditioner`, symmetric positive definite |
//! | x, r, z, p | of the state, each of length n |
//! | A p | `product` of the state |
//!
//! xₖ minimizes ½ xᵀA x − bᵀx, and so the error in the norm √(eᵀA e), over x₀ + span{z₀, M⁻¹A z₀, …, (M⁻¹A)ᵏ⁻¹z₀}.
//! Without rounding it is the solution after at most n steps, or as many as M⁻¹A has distinct eigenvalues, and that error
//! shrinks at least like 2 ((√κ − 1)/(√κ + 1))ᵏ, κ the condition number of M⁻¹A.
//! The norm of the residual may rise on the way.
//!
//! Needs: products A v, one a step, and 12n flops beside that and M⁻¹. No memory is asked for after `start`.
//! One more product for x₀ ≠ 0, and one whenever the residual is refreshed.
//!
//! It ends with one of [`Ending`]; x is always the last good iterate.
//!
//! Where the literature disagrees:
//! - The residual. rₖ by the recurrence drifts away from b − A xₖ by rounding, and goes on to shrink when b − A xₖ has
//!   long come to rest near u ‖A‖ ‖x‖ (Greenbaum 1997). Hestenes & Stiefel and Saad use the recurrence alone, Shewchuk
//!   computes b − A x anew every 50 steps. Here `refresh_every` says so; by default it is the recurrence alone, which costs
//!   no product and keeps the directions conjugate. Convergence is judged by whichever of them is at hand.
//! - What a small residual is small against: ‖r₀‖ (Saad, Shewchuk) or ‖b‖ (SciPy). Here ‖b‖: a start that solves the
//!   system already is not asked to be better than rounding lets it.
//! - βₖ = rₖ₊₁ᵀ(zₖ₊₁ − zₖ)/rₖᵀzₖ is equal where M⁻¹ is a fixed matrix, and better where it changes; that takes one more
//!   vector, and a preconditioner here is fixed.
//! - Curvature that is not positive: some go on with |pᵀA p|. Here it ends the iteration and hands out p, because what
//!   is to be done with p is for Newton's method or the trust region around this to say.
//!
//! - Curvature that is 0 but for rounding: on a singular A without a solution p turns into a null vector, and its pᵀA p is
//!   what rounding left of it, near u² ‖A‖ ‖p‖². Divided by that, x would jump out of sight. So a curvature below
//!   (8u)² of the largest one seen ends the iteration too; a matrix in which both exist has a condition number above 10³⁰.
//!
//! r, z and p are kept in units of a power of two near the largest element of r₀, so that their squares neither overflow
//! nor underflow. That costs no rounding: x is, bit for bit, what it would be without.
//!
//! Sources: M. R. Hestenes and E. Stiefel, J. Res. Nat. Bur. Standards 49 (1952) 409–436, section 3, (3:1a)–(3:1f);
//! Y. Saad, Iterative Methods for Sparse Linear Systems, 2nd edition (SIAM 2003), algorithms 6.18 and 9.1, theorem 6.29;
//! J. R. Shewchuk, An Introduction to the Conjugate Gradient Method Without the Agonizing Pain (1994), appendix B;
//! A. Greenbaum, SIAM J. Matrix Anal. Appl. 18 (1997) 535–551.

use std::ops::ControlFlow;

use thalweg_numerics::norm;
use thalweg_problem::{Allowance, Identity, InvalidInput, Preconditioner};

use crate::{ConjugateGradientsState, Ending, LinearOperator, Until};

/// The settings of linear conjugate gradients.
///
/// ```
/// use thalweg_krylov::problem::{Allowance, Diagonal, InvalidInput};
/// use thalweg_krylov::{ConjugateGradients, Until, operator};
///
/// let curvatures = [1.0, 10.0, 100.0];
/// let a = operator(3, |v, out| (0..3).for_each(|i| out[i] = curvatures[i] * v[i]));
/// let jacobi = Diagonal::from_matrix_diagonal(&curvatures)?;
/// let plain = ConjugateGradients::default();
/// let preconditioned = ConjugateGradients { preconditioner: jacobi, refresh_every: None };
///
/// let mut allow = Allowance::evaluations(100);
/// let (b, x0) = ([1.0; 3], [0.0; 3]);
/// let slow = plain.solve(&a, &b, &x0, Until::default(), &mut allow)?;
/// let fast = preconditioned.solve(&a, &b, &x0, Until::default(), &mut allow)?;
/// // Three distinct eigenvalues, and one.
/// assert_eq!((slow.state.iterations(), fast.state.iterations()), (3, 1));
/// # Ok::<(), InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConjugateGradients<M = Identity> {
    /// M⁻¹, an approximation of A⁻¹. Default: [`Identity`], none.
    pub preconditioner: M,
    /// Computes b − A x anew after every so many steps, at the price of a product each; 1 or more.
    /// Default `None`: never.
    pub refresh_every: Option<u64>,
}

/// For the type without a preconditioner only, so that `ConjugateGradients::default()` says which it is.
impl Default for ConjugateGradients {
    fn default() -> Self {
        Self { preconditioner: Identity, refresh_every: None }
    }
}

/// Where an iteration ended, and why.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Solved {
    /// Why it ended.
    pub ending: Ending,
    /// The state there; its [`x`](ConjugateGradientsState::x) is the last good iterate.
    pub state: ConjugateGradientsState,
}

impl<M: Preconditioner> ConjugateGradients<M> {
    /// Solves A x = b from x₀, all of length n, until a test of `until` fires. Every product is asked of `allow`.
    ///
    /// # Errors
    /// If a setting or a length cannot be used, n is 0, or a number of `b` or `x0` is not finite. Nothing has run then.
    /// Once the iteration has begun nothing is an error: [`Solved::ending`] says why it ended.
    pub fn solve<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        b: &[f64],
        x0: &[f64],
        until: Until,
        allow: &mut Allowance,
    ) -> Result<Solved, InvalidInput> {
        let mut state = self.start(b, x0)?;
        let ending = self.run(a, &mut state, until, allow)?;
        Ok(Solved { ending, state })
    }

    /// A state before the first step, for the right-hand side `b` and the start `x0`, both of length n. No product yet.
    ///
    /// # Errors
    /// If a setting cannot be used, n is 0, the lengths differ, or a number or the norm of b is not finite.
    pub fn start(&self, b: &[f64], x0: &[f64]) -> Result<ConjugateGradientsState, InvalidInput> {
        let mut state = ConjugateGradientsState::zeros(b.len());
        self.restart(&mut state, b, x0)?;
        Ok(state)
    }

    /// Brings a state of the same n back to before the first step, for another `b` and `x0`. Allocates nothing.
    ///
    /// # Errors
    /// As [`start`](Self::start); then the state is as it was.
    pub fn restart(
        &self,
        state: &mut ConjugateGradientsState,
        b: &[f64],
        x0: &[f64],
    ) -> Result<(), InvalidInput> {
        self.check()?;
        if b.is_empty() {
            return Err(InvalidInput::new("b", "length 0", "length 1 or more"));
        }
        InvalidInput::unless_length("b", b, state.x.len())?;
        InvalidInput::unless_length("x0", x0, b.len())?;
        InvalidInput::unless_all_finite("b", b)?;
        InvalidInput::unless_all_finite("x0", x0)?;
        InvalidInput::unless_finite("norm(b)", norm(b))?;
        state.reset(b, x0);
        if x0.iter().all(|&x| x == 0.0) {
            state.r.copy_from_slice(b);
            state.adopt_residual(&self.preconditioner);
        }
        Ok(())
    }

    /// Takes one step, whatever the residual; `Break` says why there was none.
    ///
    /// # Errors
    /// If `state` belongs to another n than `a`.
    pub fn iterate<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        state: &mut ConjugateGradientsState,
        allow: &mut Allowance,
    ) -> Result<ControlFlow<Ending>, InvalidInput> {
        self.check()?;
        InvalidInput::unless_length("state.x()", &state.x, a.dim())?;
        Ok(match self.try_iterate(a, state, allow) {
            Ok(()) => ControlFlow::Continue(()),
            Err(ending) => ControlFlow::Break(ending),
        })
    }

    /// Takes steps until a test of `until` fires.
    ///
    /// # Errors
    /// If a setting of `until` cannot be used, or `state` belongs to another n than `a`.
    pub fn run<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        state: &mut ConjugateGradientsState,
        until: Until,
        allow: &mut Allowance,
    ) -> Result<Ending, InvalidInput> {
        until.check()?;
        let limit = until.max_iterations.unwrap_or_else(|| (a.dim() as u64).saturating_mul(10));
        loop {
            // Whether it has converged is known without a product, but for the first residual from x₀ ≠ 0.
            if state.iterations() == 0 {
                InvalidInput::unless_length("state.x()", &state.x, a.dim())?;
                if let Err(ending) = state.refresh(a, &self.preconditioner, allow) {
                    return Ok(ending);
                }
            }
            let norm = state.residual_norm();
            let tolerance = until.absolute_residual.max(until.relative_residual * state.reference);
            if norm <= tolerance || state.has_vanished() {
                return Ok(Ending::Converged { norm, tolerance });
            }
            if state.iterations() >= limit {
                return Ok(Ending::IterationLimit { limit });
            }
            if let ControlFlow::Break(ending) = self.iterate(a, state, allow)? {
                return Ok(ending);
            }
        }
    }

    fn try_iterate<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        state: &mut ConjugateGradientsState,
        allow: &mut Allowance,
    ) -> Result<(), Ending> {
        state.refresh(a, &self.preconditioner, allow)?;
        state.advance(|p, out| a.apply(p, out), &self.preconditioner, allow)?;
        state.residual_is_due = self.is_refreshed_after(state);
        Ok(())
    }

    pub(crate) fn is_refreshed_after(&self, state: &ConjugateGradientsState) -> bool {
        self.refresh_every.is_some_and(|steps| state.iterations().is_multiple_of(steps))
    }

    pub(crate) fn check(&self) -> Result<(), InvalidInput> {
        match self.refresh_every {
            Some(0) => Err(InvalidInput::new("refresh_every", 0, "1 or more, or None")),
            _ => Ok(()),
        }
    }
}
