//! Adam: a running mean of the gradient, divided by the root of a running mean of its squares.
//!
//! ```text
//! mₖ = β₁ mₖ₋₁ + (1 − β₁) gₖ                  component by component, g = ∇f(w), k = 1, 2, …
//! vₖ = β₂ vₖ₋₁ + (1 − β₂) gₖ²
//! m̂ₖ = mₖ/(1 − β₁ᵏ),  v̂ₖ = vₖ/(1 − β₂ᵏ)      because m and v begin at 0
//! wₖ₊₁ = wₖ − η m̂ₖ / (√v̂ₖ + ε)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | w, g, η | `x`, `gradient`, `rate` |
//! | β₁, β₂ | `beta1`, `beta2` |
//! | ε | `epsilon`, in units of g |
//! | m, v, k | `state.first_moment`, `state.second_moment`, length n each; `state.updates` |
//!
//! Needs of the problem: a gradient.
//!
//! One step costs one gradient, and 11n additions and products, n square roots and n divisions; it keeps 2n numbers.
//! The corrections are two numbers a step: η/(1 − β₁ᵏ) and 1/√(1 − β₂ᵏ), taken in `f64`, where powers come from the
//! integer k, so that a resumed run has the same bits.
//!
//! It ends when the driver says so. At a fixed rate it does not settle: steps are about as long as the rate wherever
//! it is.
//!
//! Where the literature disagrees: ε. Algorithm 1 of the paper adds it to the corrected root √v̂, and so do we,
//! PyTorch and optax (all 1e-8). The reordered form at the end of the paper's section 2, which Keras follows (1e-7),
//! adds an ε̂ to the uncorrected √v, which is an ε of ε̂/√(1 − β₂ᵏ) here: up to 32 times as much in the first steps.
//! Others add it under the root (`eps_root` of optax).
//!
//! Sources: D. P. Kingma, J. Ba, ICLR 2015, arXiv:1412.6980, algorithm 1.

use alloc::vec;
use alloc::vec::Vec;

use thalweg_numerics::{powi, sqrt, widest};
use thalweg_problem::InvalidInput;

use crate::settings::average;
use crate::{Scalar, UpdateRule, check_shape, check_update};

/// w ← w − η m̂ / (√v̂ + ε), where m̂ and v̂ average the gradients and their squares.
///
/// In `f32` a gradient above 1.8e19 has an infinite square, and its parameter never moves again. An ε of 0, or one
/// that rounds to 0 (in `f32`, below 7e-46), makes 0/0 = NaN of a parameter whose gradients have all been 0. A β
/// that rounds to 1 (in `f32`, above 1 − 3e-8) is refused.
///
/// ```
/// use thalweg_first_order::{Adam, UpdateRule};
///
/// let rule = Adam::default();
/// let mut w = [1.0_f64, 1.0];
/// let mut state = rule.init(&w)?;
/// // While the gradient stays what it is, every step has the length of the rate.
/// for _ in 0..3 {
///     rule.update(&mut state, &mut w, &[3.0, -1e-3], 0.125)?;
/// }
/// println!("{w:?}");
/// assert!((w[0] - 0.625).abs() < 1e-8 && (w[1] - 1.375).abs() < 1e-5);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// β₁ in [0, 1): how much of the mean gradient a step keeps. Default 0.9.
    pub beta1: f64,
    /// β₂ in [0, 1): how much of the mean square a step keeps. Default 0.999.
    pub beta2: f64,
    /// ε ≥ 0, added to the root of the corrected mean square. Default 1e-8.
    pub epsilon: f64,
}

impl Default for Adam {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }
}

/// The state of [`Adam`] and of [`AdamW`](crate::AdamW).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct AdamState<T> {
    /// m, length n.
    pub first_moment: Vec<T>,
    /// v, length n.
    pub second_moment: Vec<T>,
    /// k, the updates made.
    pub updates: u64,
}

impl<T: Scalar> AdamState<T> {
    pub(crate) fn zeros(x: &[T]) -> Self {
        let zeros = vec![T::ZERO; x.len()];
        Self { first_moment: zeros.clone(), second_moment: zeros, updates: 0 }
    }

    pub(crate) fn check(&self, n: usize) -> Result<(), InvalidInput> {
        InvalidInput::unless_length("state.first_moment", &self.first_moment, n)?;
        InvalidInput::unless_length("state.second_moment", &self.second_moment, n)
    }
}

impl<T: Scalar> UpdateRule<T> for Adam {
    type State = AdamState<T>;

    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
        self.check::<T>()?;
        check_shape(x)?;
        Ok(AdamState::zeros(x))
    }

    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        state.check(x.len())?;
        state.updates = state.updates.saturating_add(1);
        let letters = Letters::corrected(self, state.updates, rate);
        let AdamState { first_moment, second_moment, .. } = state;
        widest(
            #[inline(always)]
            || pass(x, gradient, first_moment, second_moment, &letters),
        );
        Ok(())
    }
}

impl Adam {
    pub(crate) fn check<T: Scalar>(&self) -> Result<(), InvalidInput> {
        average::<T>("beta1", self.beta1)?;
        average::<T>("beta2", self.beta2)?;
        InvalidInput::unless_non_negative("epsilon", self.epsilon).map(drop)
    }
}

/// The one pass; as arguments of their own the slices are known not to overlap.
#[inline(always)]
fn pass<T: Scalar>(x: &mut [T], gradient: &[T], first: &mut [T], second: &mut [T], letters: &Letters<T>) {
    for (((w, &g), m), v) in x.iter_mut().zip(gradient).zip(first).zip(second) {
        letters.average(g, m, v);
        *w = *w - letters.step(*m, *v);
    }
}

/// What is the same for all parameters in an update.
pub(crate) struct Letters<T> {
    beta1: T,
    one_minus_beta1: T,
    beta2: T,
    one_minus_beta2: T,
    epsilon: T,
    /// η/(1 − β₁ᵏ).
    rate: T,
    /// 1/√(1 − β₂ᵏ).
    root: T,
}

impl<T: Scalar> Letters<T> {
    /// With the corrections of update k = 1, 2, ….
    pub(crate) fn corrected(adam: &Adam, k: u64, rate: T) -> Self {
        let rate = rate.into() / (1.0 - powi(adam.beta1, k));
        let root = 1.0 / sqrt(1.0 - powi(adam.beta2, k));
        Self { rate: T::from_f64(rate), root: T::from_f64(root), ..Self::uncorrected(adam, T::ZERO) }
    }

    /// Without: m̂ = m, v̂ = v.
    pub(crate) fn uncorrected(adam: &Adam, rate: T) -> Self {
        Self {
            beta1: T::from_f64(adam.beta1),
            one_minus_beta1: T::from_f64(1.0 - adam.beta1),
            beta2: T::from_f64(adam.beta2),
            one_minus_beta2: T::from_f64(1.0 - adam.beta2),
            epsilon: T::from_f64(adam.epsilon),
            rate,
            root: T::ONE,
        }
    }

    /// Takes g into m and v.
    #[inline(always)]
    pub(crate) fn average(&self, g: T, m: &mut T, v: &mut T) {
        *m = self.beta1 * *m + self.one_minus_beta1 * g;
        *v = self.beta2 * *v + self.one_minus_beta2 * (g * g);
    }

    /// η m̂ / (√v̂ + ε).
    #[inline(always)]
    pub(crate) fn step(&self, m: T, v: T) -> T {
        self.rate * (m / (v.sqrt() * self.root + self.epsilon))
    }
}
