//! AMSGrad: Adam with a second moment that never falls.
//!
//! ```text
//! mₖ = β₁ mₖ₋₁ + (1 − β₁) gₖ                  component by component, g = ∇f(w), k = 1, 2, …
//! vₖ = β₂ vₖ₋₁ + (1 − β₂) gₖ²
//! Vₖ = max(Vₖ₋₁, vₖ)
//! wₖ₊₁ = wₖ − η m̂ₖ / (√V̂ₖ + ε)              m̂ₖ = mₖ/(1 − β₁ᵏ), V̂ₖ = Vₖ/(1 − β₂ᵏ)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | w, g, η | `x`, `gradient`, `rate` |
//! | β₁, β₂ | `beta1`, `beta2` |
//! | ε | `epsilon`, in units of g |
//! | m, v | `state.first_moment`, `state.second_moment`, length n each |
//! | V (v̂ in the paper) | `state.largest_second_moment`, length n |
//! | k | `state.updates` |
//!
//! Needs of the problem: a gradient.
//!
//! One step costs one gradient, and 11n additions and products, n comparisons, n square roots and n divisions; it
//! keeps 3n numbers.
//!
//! It ends when the driver says so. It mends the example on which Adam moves away from the minimum because it forgets
//! the rare large gradients.
//!
//! Where the literature disagrees: the paper corrects neither m nor V, has no ε, and lets η and β₁ fall with k for
//! its proof. With `bias_correction: false` and `epsilon: 0.0` this is the paper's algorithm 2 with a fixed β₁; its
//! first step is (1 − β₁)/√(1 − β₂) rates long, 3.2 by default. PyTorch and Keras correct, and so does the default
//! here. All three take the largest of the uncorrected vₖ, as here; the correction comes after. (A largest of the
//! corrected ones would be another rule: v̂ₖ is largest early, when few gradients are in it.)
//!
//! Sources: S. J. Reddi, S. Kale, S. Kumar, ICLR 2018, arXiv:1904.09237, algorithm 2.

use alloc::vec;
use alloc::vec::Vec;

use thalweg_numerics::widest;
use thalweg_problem::InvalidInput;

use crate::adam::Letters;
use crate::{Adam, Scalar, UpdateRule, check_shape, check_update};

/// w ← w − η m̂ / (√V̂ + ε), where V is the largest mean square that there has been.
///
/// Special values are those of [`Adam`].
///
/// ```
/// use thalweg_first_order::{Adam, AmsGrad, UpdateRule};
///
/// // A large gradient, and a long time after that only small ones.
/// fn last_step(rule: &impl UpdateRule<f64>) -> Result<f64, thalweg_first_order::problem::InvalidInput> {
///     let mut w = [0.0];
///     let mut state = rule.init(&w)?;
///     rule.update(&mut state, &mut w, &[100.0], 1.0)?;
///     for _ in 0..5000 {
///         rule.update(&mut state, &mut w, &[1.0], 1.0)?;
///     }
///     let before = w[0];
///     rule.update(&mut state, &mut w, &[1.0], 1.0)?;
///     Ok(before - w[0])
/// }
/// let (adam, ams_grad) = (last_step(&Adam::default())?, last_step(&AmsGrad::default())?);
/// println!("{adam:.3}, {ams_grad:.3}");
/// assert!((adam - 0.968).abs() < 1e-3); // it has forgotten
/// assert!((ams_grad - 0.315).abs() < 1e-3); // 1/√(10⁴ (1 − β₂)), for ever
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmsGrad {
    /// β₁ in [0, 1): how much of the mean gradient a step keeps. Default 0.9.
    pub beta1: f64,
    /// β₂ in [0, 1): how much of the mean square a step keeps. Default 0.999.
    pub beta2: f64,
    /// ε ≥ 0, added to the root. Default 1e-8.
    pub epsilon: f64,
    /// Whether to correct m and V for their start at 0, as Adam does. Default yes.
    pub bias_correction: bool,
}

impl Default for AmsGrad {
    fn default() -> Self {
        let Adam { beta1, beta2, epsilon } = Adam::default();
        Self { beta1, beta2, epsilon, bias_correction: true }
    }
}

impl AmsGrad {
    fn adam(&self) -> Adam {
        Adam { beta1: self.beta1, beta2: self.beta2, epsilon: self.epsilon }
    }
}

/// The state of [`AmsGrad`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct AmsGradState<T> {
    /// m, length n.
    pub first_moment: Vec<T>,
    /// v, length n.
    pub second_moment: Vec<T>,
    /// V, length n.
    pub largest_second_moment: Vec<T>,
    /// k, the updates made.
    pub updates: u64,
}

impl<T: Scalar> UpdateRule<T> for AmsGrad {
    type State = AmsGradState<T>;

    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
        self.adam().check::<T>()?;
        check_shape(x)?;
        let zeros = vec![T::ZERO; x.len()];
        Ok(AmsGradState {
            first_moment: zeros.clone(),
            second_moment: zeros.clone(),
            largest_second_moment: zeros,
            updates: 0,
        })
    }

    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        let AmsGradState { first_moment, second_moment, largest_second_moment, updates } = state;
        InvalidInput::unless_length("state.first_moment", first_moment, x.len())?;
        InvalidInput::unless_length("state.second_moment", second_moment, x.len())?;
        InvalidInput::unless_length("state.largest_second_moment", largest_second_moment, x.len())?;
        *updates = updates.saturating_add(1);
        let letters = if self.bias_correction {
            Letters::corrected(&self.adam(), *updates, rate)
        } else {
            Letters::uncorrected(&self.adam(), rate)
        };
        widest(
            #[inline(always)]
            || pass(x, gradient, first_moment, second_moment, largest_second_moment, &letters),
        );
        Ok(())
    }
}

/// The one pass; as arguments of their own the slices are known not to overlap.
#[inline(always)]
fn pass<T: Scalar>(
    x: &mut [T],
    gradient: &[T],
    first: &mut [T],
    second: &mut [T],
    largest: &mut [T],
    letters: &Letters<T>,
) {
    for ((((w, &g), m), v), largest) in x.iter_mut().zip(gradient).zip(first).zip(second).zip(largest) {
        letters.average(g, m, v);
        let top = if *v > *largest { *v } else { *largest };
        // Adding 0 changes nothing, but keeps the compiler from a store under a mask, which takes as long as all the rest.
        *largest = top + T::ZERO;
        *w = *w - letters.step(*m, *largest);
    }
}
