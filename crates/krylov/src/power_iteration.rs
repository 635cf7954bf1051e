//! Power iteration: the eigenpair whose eigenvalue is farthest from a shift, by multiplying again and again.
//!
//! ```text
//! x ← (A − σI) x / ‖(A − σI) x‖
//! θ = xᵀA x,   r = A x − θx
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | A, σ | `a`, `shift` |
//! | x, θ, ‖r‖ | `x()`, `value()`, `residual()` of the state |
//!
//! The part of x beside the wanted eigenvector shrinks by |λ₂ − σ|/|λ₁ − σ| a step, λ₁ the eigenvalue farthest from σ and λ₂ the
//! next one; the error of θ by the square of that. With σ = 0 it is the dominant eigenvalue; with σ at or above the highest,
//! the lowest. Where two eigenvalues are equally far, one on either side, nothing converges, and it ends at the limit of iterations.
//!
//! It is what gradient descent does to its error on a quadratic: e ← (I − ηA) e is a power iteration with σ = 1/η, unnormalized.
//! Lanczos' iteration gets more out of the same products; see [`ExtremeEigenpairs`](crate::ExtremeEigenpairs).
//!
//! Needs: products A x, one a step, 10n flops beside that, and 3 vectors of length n. No memory is asked for after `start`.
//!
//! It ends with one of [`Ending`]; x, θ and r always belong together, and within ‖r‖ + `product_error` of θ there is an eigenvalue.
//!
//! Source: R. von Mises and H. Pollaczek-Geiringer, Z. Angew. Math. Mech. 9 (1929) 58–77 and 152–164;
//! B. N. Parlett, The Symmetric Eigenvalue Problem (SIAM 1998), chapter 4.

use std::ops::ControlFlow;

use thalweg_numerics::{dot, norm};
use thalweg_problem::{Allowance, InvalidInput};

use crate::ending::spend;
use crate::lanczos_state::U;
use crate::{Ending, LinearOperator};

/// The settings of power iteration.
///
/// ```
/// use thalweg_krylov::problem::Allowance;
/// use thalweg_krylov::{PowerIteration, operator};
///
/// let a = operator(2, |v, out| (out[0], out[1]) = (2.0 * v[0] + v[1], v[0] + 2.0 * v[1]));
/// let mut allow = Allowance::evaluations(1000);
/// let power = PowerIteration::default();
/// let mut state = power.start(&[1.0, 0.0])?;
/// let ending = power.run(&a, &mut state, &mut allow)?;
/// println!("{ending} after {} steps: {} ± {:e}", state.iterations(), state.value(), state.bound());
/// assert!((state.value() - 3.0).abs() <= state.bound() && state.bound() < 1e-7);
/// // From above, the lowest is the farthest.
/// let lowest = PowerIteration { shift: 3.0, ..power };
/// lowest.restart(&mut state, &[1.0, 0.0])?;
/// lowest.run(&a, &mut state, &mut allow)?;
/// assert!((state.value() - 1.0).abs() <= state.bound());
/// # Ok::<(), thalweg_krylov::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerIteration {
    /// σ, finite. Default 0.
    pub shift: f64,
    /// Converged once ‖A x − θx‖ ≤ this · the largest ‖A x‖ so far; 0 or more. Default 1e-8.
    pub relative_residual: f64,
    /// Ends after so many steps. Default 10 000.
    pub max_iterations: u64,
    /// As in [`Lanczos::product_error`](crate::Lanczos::product_error), in units of the largest ‖A x‖ where it is not given.
    pub product_error: Option<f64>,
}

impl Default for PowerIteration {
    fn default() -> Self {
        Self { shift: 0.0, relative_residual: 1e-8, max_iterations: 10_000, product_error: None }
    }
}

/// Everything that changes from step to step.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PowerIterationState {
    x: Vec<f64>,
    /// The next x, of norm 1.
    next: Vec<f64>,
    product: Vec<f64>,
    value: f64,
    residual: f64,
    product_error: f64,
    /// The largest ‖A x‖ so far, at most ‖A‖.
    largest: f64,
    iterations: u64,
    /// Whether (A − σI) x has no direction: because it is 0, or has overflowed.
    is_invariant: bool,
}

impl PowerIterationState {
    /// x, length n and norm 1. The start, before the first step.
    #[must_use]
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// θ = xᵀA x; NaN before the first step.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// ‖A x − θx‖; NaN before the first step.
    #[must_use]
    pub fn residual(&self) -> f64 {
        self.residual
    }

    /// A has an eigenvalue that is not farther from θ than this; NaN before the first step.
    #[must_use]
    pub fn bound(&self) -> f64 {
        // Norms of n terms are added up in sixteen lanes: that of x is 1, and that of r what it is, but for so many roundings.
        let norms = (self.x.len() as f64 / 8.0 + 20.0) * U;
        self.residual * (1.0 + norms) + self.product_error
    }

    /// Steps taken, and products made.
    #[must_use]
    pub fn iterations(&self) -> u64 {
        self.iterations
    }
}

impl PowerIteration {
    /// A state before the first step, for a start ≠ 0 of length n. No product yet.
    ///
    /// # Errors
    /// If a setting cannot be used, n is 0, or the start or its norm is 0 or not finite.
    pub fn start(&self, start: &[f64]) -> Result<PowerIterationState, InvalidInput> {
        let n = start.len();
        if n == 0 {
            return Err(InvalidInput::new("start", "length 0", "length 1 or more"));
        }
        let mut state = PowerIterationState {
            x: vec![0.0; n],
            next: vec![0.0; n],
            product: vec![0.0; n],
            value: f64::NAN,
            residual: f64::NAN,
            product_error: 0.0,
            largest: 0.0,
            iterations: 0,
            is_invariant: false,
        };
        self.restart(&mut state, start)?;
        Ok(state)
    }

    /// Brings a state of the same n back to before the first step, for another start. Allocates nothing.
    ///
    /// # Errors
    /// As [`start`](Self::start); then the state is as it was.
    pub fn restart(&self, state: &mut PowerIterationState, start: &[f64]) -> Result<(), InvalidInput> {
        self.check()?;
        InvalidInput::unless_length("start", start, state.x.len())?;
        InvalidInput::unless_all_finite("start", start)?;
        let length = InvalidInput::unless_positive("norm(start)", norm(start))?;
        for (x, v) in state.x.iter_mut().zip(start) {
            *x = v / length;
        }
        // The smallest norms are themselves rounded coarsely.
        let length = norm(&state.x);
        state.x.iter_mut().for_each(|x| *x /= length);
        state.next.copy_from_slice(&state.x);
        (state.value, state.residual, state.largest) = (f64::NAN, f64::NAN, 0.0);
        (state.iterations, state.is_invariant) = (0, false);
        Ok(())
    }

    /// Takes one step; `Break` says why there was none.
    ///
    /// # Errors
    /// If a setting cannot be used, or the state belongs to another n than `a`.
    pub fn iterate<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        state: &mut PowerIterationState,
        allow: &mut Allowance,
    ) -> Result<ControlFlow<Ending>, InvalidInput> {
        self.check()?;
        InvalidInput::unless_length("state.x()", &state.x, a.dim())?;
        Ok(match self.advance(a, state, allow) {
            Ok(()) => ControlFlow::Continue(()),
            Err(ending) => ControlFlow::Break(ending),
        })
    }

    /// Takes steps until the residual is small enough or the iterations are used up.
    ///
    /// # Errors
    /// As [`iterate`](Self::iterate).
    pub fn run<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        state: &mut PowerIterationState,
        allow: &mut Allowance,
    ) -> Result<Ending, InvalidInput> {
        loop {
            let (norm, tolerance) = (state.residual, self.relative_residual * state.largest);
            if norm <= tolerance {
                return Ok(Ending::Converged { norm, tolerance });
            }
            if state.iterations >= self.max_iterations {
                return Ok(Ending::IterationLimit { limit: self.max_iterations });
            }
            if let ControlFlow::Break(ending) = self.iterate(a, state, allow)? {
                return Ok(ending);
            }
        }
    }

    fn advance<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        state: &mut PowerIterationState,
        allow: &mut Allowance,
    ) -> Result<(), Ending> {
        if state.is_invariant {
            return Err(Ending::InvariantSubspace { dimension: 1, beta: state.residual });
        }
        spend(allow)?;
        a.apply(&state.next, &mut state.product);
        let (value, length) = (dot(&state.next, &state.product), norm(&state.product));
        if !(value.is_finite() && length.is_finite()) {
            return Err(Ending::NonFinite { what: "A x" });
        }
        std::mem::swap(&mut state.x, &mut state.next);
        state.iterations += 1;
        (state.value, state.largest) = (value, state.largest.max(length));
        for ((next, x), product) in state.next.iter_mut().zip(&state.x).zip(&state.product) {
            *next = product - value * x;
        }
        state.residual = norm(&state.next);
        let root = (state.x.len() as f64).sqrt();
        state.product_error =
            self.product_error.unwrap_or((10.0 + root) * U * state.largest) + 4.0 * U * length;
        for ((next, x), product) in state.next.iter_mut().zip(&state.x).zip(&state.product) {
            *next = product - self.shift * x;
        }
        let length = norm(&state.next);
        state.is_invariant = !(length > 0.0 && length.is_finite());
        if !state.is_invariant {
            state.next.iter_mut().for_each(|next| *next /= length);
        }
        Ok(())
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_finite("shift", self.shift)?;
        InvalidInput::unless_non_negative("relative_residual", self.relative_residual)?;
        self.product_error
            .map_or(Ok(()), |error| InvalidInput::unless_non_negative("product_error", error).map(drop))
    }
}
