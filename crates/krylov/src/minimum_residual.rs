//! MINRES: the smallest ‖b − A x‖ for a symmetric A of any definiteness, singular or not, from products A v alone.
//!
//! ```text
//! β₁v₁ = b,   c₀ = −1,   s₀ = 0,   φ₀ = β₁,   d₀ = d₋₁ = 0
//! βₖ₊₁vₖ₊₁ = A vₖ − αₖvₖ − βₖvₖ₋₁,   αₖ = vₖᵀA vₖ                              (Lanczos)
//! δ′ₖ = cₖ₋₁δₖ + sₖ₋₁αₖ,   γₖ = sₖ₋₁δₖ − cₖ₋₁αₖ,   εₖ₊₁ = sₖ₋₁βₖ₊₁,   δₖ₊₁ = −cₖ₋₁βₖ₊₁
//! γ′ₖ = √(γₖ² + βₖ₊₁²),   cₖ = γₖ/γ′ₖ,   sₖ = βₖ₊₁/γ′ₖ
//! dₖ = (vₖ − δ′ₖdₖ₋₁ − εₖdₖ₋₂)/γ′ₖ,   xₖ = xₖ₋₁ + cₖφₖ₋₁dₖ,   φₖ = sₖφₖ₋₁ = ‖rₖ‖
//! ‖A rₖ₋₁‖ = φₖ₋₁ √(γₖ² + δₖ₊₁²)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | A, b | `a`, `b` |
//! | xₖ, φₖ | [`x`](MinimumResidualState::x), [`residual_norm`](MinimumResidualState::residual_norm) |
//! | ‖A rₖ₋₁‖/‖rₖ₋₁‖ | [`pull`](MinimumResidualState::pull) |
//! | the largest ‖(βₖ, αₖ, βₖ₊₁)‖, at most ‖A‖ | [`norm`](MinimumResidualState::norm) |
//!
//! xₖ minimizes ‖b − A x‖ over span{b, A b, …, Aᵏ⁻¹b}: residuals never rise, and b − A xₖ is orthogonal to A xₖ, so that
//! ‖A xₖ‖² = ‖b‖² − ‖rₖ‖². Where A is singular and b not in its range, no x makes the residual 0; then A r becomes 0, and that ends
//! the iteration before it divides by nothing: x is a least-squares solution there.
//!
//! Needs: products A v, one a step, and 13n flops beside that. Seven vectors of length n, and none is asked for after `start`.
//!
//! It ends with one of [`Ending`]; x is always the last good iterate.
//!
//! Where the literature disagrees:
//! - The start. Here it is x₀ = 0: what is said above of b − A x and A x holds from there alone, and Newton's method wants it. For
//!   another start solve A y = b − A x₀ and add.
//! - Singular systems that have no solution. MINRES finds one of the least-squares solutions, MINRES-QLP (Choi, Paige and
//!   Saunders 2011) the shortest. Here it is MINRES: it takes two vectors less, and what it adds lies where A sees nothing.
//! - Lost orthogonality of the vₖ is let be, as everywhere in MINRES: it costs steps, and no accuracy worth the memory.
//!
//! Sources: C. C. Paige and M. A. Saunders, SIAM J. Numer. Anal. 12 (1975) 617–629, section 6; S.-C. T. Choi, C. C. Paige and
//! M. A. Saunders, SIAM J. Sci. Comput. 33 (2011) 1810–1836, sections 2 and 3.

use std::ops::ControlFlow;

use thalweg_numerics::{axpy, dot, norm};
use thalweg_problem::{Allowance, InvalidInput};

use crate::ending::spend;
use crate::{Ending, LinearOperator, Until};

/// 2⁻⁵³.
const U: f64 = 0.5 * f64::EPSILON;

/// The settings of MINRES.
///
/// ```
/// use thalweg_krylov::problem::{Allowance, InvalidInput};
/// use thalweg_krylov::{Ending, MinimumResidual, Until, operator};
///
/// // A saddle that is flat along the third axis.
/// let curvatures = [1.0, -2.0, 0.0];
/// let a = operator(3, |v, out| (0..3).for_each(|i| out[i] = curvatures[i] * v[i]));
/// let mut allow = Allowance::evaluations(100);
/// let minres = MinimumResidual::default();
/// let solved = minres.solve(&a, &[1.0, 1.0, 0.0], Until::default(), &mut allow)?;
/// assert!(solved.ending.is_converged());
/// let x = solved.state.x();
/// assert!((x[0] - 1.0).abs() < 1e-15 && (x[1] + 0.5).abs() < 1e-15 && x[2] == 0.0);
/// // Nothing reaches the third component: what is left of the residual, A makes 0.
/// let least = minres.solve(&a, &[1.0, 1.0, 1.0], Until::default(), &mut allow)?;
/// println!("{}", least.ending);
/// assert!(matches!(least.ending, Ending::LeastSquares { .. }));
/// assert!((least.state.residual_norm() - 1.0).abs() < 1e-12);
/// # Ok::<(), InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MinimumResidual {
    /// Ends with [`Ending::LeastSquares`] once ‖A r‖ ≤ this · ‖A‖ ‖r‖, by the ‖A‖ that was seen; 0 or more, and taken to be
    /// 2⁻⁴⁹ at least, because rounding makes no null vector exactly. Default 1e-12.
    pub relative_pull: f64,
}

impl Default for MinimumResidual {
    fn default() -> Self {
        Self { relative_pull: 1e-12 }
    }
}

/// Where MINRES ended, and why.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LeastResidual {
    /// Why it ended.
    pub ending: Ending,
    /// The state there; its [`x`](MinimumResidualState::x) is the last good iterate.
    pub state: MinimumResidualState,
}

/// Everything that changes from step to step.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MinimumResidualState {
    x: Vec<f64>,
    /// vₖ₋₁, vₖ and room for the next one.
    previous_v: Vec<f64>,
    v: Vec<f64>,
    product: Vec<f64>,
    /// dₖ₋₂ and dₖ₋₁.
    older_d: Vec<f64>,
    d: Vec<f64>,
    /// βₖ, δₖ, εₖ, cₖ₋₁, sₖ₋₁ for the step to come.
    beta: f64,
    delta: f64,
    epsilon: f64,
    cosine: f64,
    sine: f64,
    /// φₖ, and φ₀ = ‖b‖.
    phi: f64,
    reference: f64,
    norm: f64,
    pull: f64,
    iterations: u64,
}

impl MinimumResidualState {
    /// The iterate, length n.
    #[must_use]
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// ‖b − A x‖ by the recurrence.
    #[must_use]
    pub fn residual_norm(&self) -> f64 {
        self.phi
    }

    /// ‖A r‖/‖r‖ of the residual before the last step, by the recurrence: how strongly A pulls at what was left. None before
    /// the first step.
    #[must_use]
    pub fn pull(&self) -> Option<f64> {
        (self.iterations > 0).then_some(self.pull)
    }

    /// The largest ‖A vₖ‖ seen, at most ‖A‖ but for rounding; 0 before the first step.
    #[must_use]
    pub fn norm(&self) -> f64 {
        self.norm
    }

    /// Steps taken.
    #[must_use]
    pub fn iterations(&self) -> u64 {
        self.iterations
    }

    fn zeros(n: usize) -> Self {
        let zeros = || vec![0.0; n];
        Self {
            x: zeros(),
            previous_v: zeros(),
            v: zeros(),
            product: zeros(),
            older_d: zeros(),
            d: zeros(),
            beta: 0.0,
            delta: 0.0,
            epsilon: 0.0,
            cosine: -1.0,
            sine: 0.0,
            phi: 0.0,
            reference: 0.0,
            norm: 0.0,
            pull: 0.0,
            iterations: 0,
        }
    }
}

impl MinimumResidual {
    /// Solves A x = b, length n, from x₀ = 0, until a test of `until` fires or nothing can be gained. Every product is asked of
    /// `allow`.
    ///
    /// # Errors
    /// If a setting or a length cannot be used, n is 0, or a number of `b` is not finite. Nothing has run then.
    /// Once the iteration has begun nothing is an error: [`LeastResidual::ending`] says why it ended.
    pub fn solve<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        b: &[f64],
        until: Until,
        allow: &mut Allowance,
    ) -> Result<LeastResidual, InvalidInput> {
        let mut state = self.start(b)?;
        let ending = self.run(a, &mut state, until, allow)?;
        Ok(LeastResidual { ending, state })
    }

    /// A state before the first step, for the right-hand side `b` of length n. No product yet.
    ///
    /// # Errors
    /// If a setting cannot be used, n is 0, or a number or the norm of b is not finite.
    pub fn start(&self, b: &[f64]) -> Result<MinimumResidualState, InvalidInput> {
        let mut state = MinimumResidualState::zeros(b.len());
        self.restart(&mut state, b)?;
        Ok(state)
    }

    /// Brings a state of the same n back to before the first step, for another `b`. Allocates nothing.
    ///
    /// # Errors
    /// As [`start`](Self::start), or if `b` has another length; then the state is as it was.
    pub fn restart(&self, state: &mut MinimumResidualState, b: &[f64]) -> Result<(), InvalidInput> {
        self.check()?;
        if b.is_empty() {
            return Err(InvalidInput::new("b", "length 0", "length 1 or more"));
        }
        InvalidInput::unless_length("b", b, state.x.len())?;
        InvalidInput::unless_all_finite("b", b)?;
        let length = InvalidInput::unless_finite("norm(b)", norm(b))?;
        for zeroed in [&mut state.x, &mut state.previous_v, &mut state.older_d, &mut state.d] {
            zeroed.fill(0.0);
        }
        for (v, b) in state.v.iter_mut().zip(b) {
            *v = if length > 0.0 { b / length } else { 0.0 };
        }
        // The first βₖ multiplies v₀ = 0.
        (state.beta, state.delta, state.epsilon) = (0.0, 0.0, 0.0);
        (state.cosine, state.sine) = (-1.0, 0.0);
        (state.phi, state.reference) = (length, length);
        (state.norm, state.pull, state.iterations) = (0.0, 0.0, 0);
        Ok(())
    }

    /// Takes one step, whatever the residual; `Break` says why there was none.
    ///
    /// # Errors
    /// If `state` belongs to another n than `a`.
    pub fn iterate<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        state: &mut MinimumResidualState,
        allow: &mut Allowance,
    ) -> Result<ControlFlow<Ending>, InvalidInput> {
        self.check()?;
        InvalidInput::unless_length("state.x()", &state.x, a.dim())?;
        Ok(match self.advance(a, state, allow) {
            Ok(()) => ControlFlow::Continue(()),
            Err(ending) => ControlFlow::Break(ending),
        })
    }

    /// Takes steps until a test of `until` fires or nothing can be gained.
    ///
    /// # Errors
    /// If a setting cannot be used, or `state` belongs to another n than `a`.
    pub fn run<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        state: &mut MinimumResidualState,
        until: Until,
        allow: &mut Allowance,
    ) -> Result<Ending, InvalidInput> {
        until.check()?;
        let limit = until.max_iterations.unwrap_or_else(|| (a.dim() as u64).saturating_mul(10));
        loop {
            let norm = state.phi;
            let tolerance = until.absolute_residual.max(until.relative_residual * state.reference);
            if norm <= tolerance {
                return Ok(Ending::Converged { norm, tolerance });
            }
            if state.iterations >= limit {
                return Ok(Ending::IterationLimit { limit });
            }
            if let ControlFlow::Break(ending) = self.iterate(a, state, allow)? {
                return Ok(ending);
            }
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_non_negative("relative_pull", self.relative_pull).map(drop)
    }

    fn advance<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        state: &mut MinimumResidualState,
        allow: &mut Allowance,
    ) -> Result<(), Ending> {
        if state.phi == 0.0 {
            return Err(Ending::Converged { norm: 0.0, tolerance: 0.0 });
        }
        spend(allow)?;
        a.apply(&state.v, &mut state.product);
        let alpha = dot(&state.v, &state.product);
        axpy(-alpha, &state.v, &mut state.product);
        axpy(-state.beta, &state.previous_v, &mut state.product);
        let next_beta = norm(&state.product);
        let seen = norm(&[state.beta, alpha, next_beta]);
        if !seen.is_finite() {
            return Err(Ending::NonFinite { what: "A v" });
        }
        state.norm = state.norm.max(seen);
        let above = state.cosine * state.delta + state.sine * alpha;
        let gamma = state.sine * state.delta - state.cosine * alpha;
        let (next_epsilon, next_delta) = (state.sine * next_beta, -state.cosine * next_beta);
        state.pull = norm(&[gamma, next_delta]);
        if state.pull <= self.relative_pull.max(16.0 * U) * state.norm {
            return Err(Ending::LeastSquares { norm: state.phi, pull: state.pull });
        }
        let pivot = norm(&[gamma, next_beta]);
        let (cosine, sine) = (gamma / pivot, next_beta / pivot);
        let step = cosine * state.phi;
        for ((d, v), newer) in state.older_d.iter_mut().zip(&state.v).zip(&state.d) {
            *d = (v - above * newer - state.epsilon * *d) / pivot;
        }
        // The new x is written where vₖ₋₁ was, and the old one stays if the new one is not finite.
        let mut finite = true;
        for ((new, x), d) in state.previous_v.iter_mut().zip(&state.x).zip(&state.older_d) {
            *new = x + step * d;
            finite &= new.is_finite();
        }
        if !finite {
            // No step may follow.
            state.phi = f64::NAN;
            return Err(Ending::NonFinite { what: "x" });
        }
        std::mem::swap(&mut state.x, &mut state.previous_v);
        std::mem::swap(&mut state.older_d, &mut state.d);
        // vₖ₋₁ ← vₖ, and vₖ ← A v …, made a unit vector.
        std::mem::swap(&mut state.previous_v, &mut state.v);
        std::mem::swap(&mut state.v, &mut state.product);
        // What is left of an invariant subspace is rounding: then the residual is as small as it becomes.
        let is_invariant = next_beta <= 16.0 * U * state.norm;
        for v in &mut state.v {
            *v = if is_invariant { 0.0 } else { *v / next_beta };
        }
        (state.beta, state.delta, state.epsilon) = (next_beta, next_delta, next_epsilon);
        (state.cosine, state.sine) = (cosine, sine);
        state.phi = if is_invariant { 0.0 } else { sine * state.phi };
        state.iterations += 1;
        Ok(())
    }
}
