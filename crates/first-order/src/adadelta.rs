//! Adadelta: scale the gradient by the ratio of how far steps have gone to how large gradients have been.
//!
//! ```text
//! vₖ = ρ vₖ₋₁ + (1 − ρ) gₖ²                     component by component, g = ∇f(w)
//! Δₖ = √(uₖ₋₁ + ε) / √(vₖ + ε) · gₖ
//! uₖ = ρ uₖ₋₁ + (1 − ρ) Δₖ²
//! wₖ₊₁ = wₖ − η Δₖ
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | w, g | `x`, `gradient` |
//! | η | `rate`, a factor; 1 is the paper's rule |
//! | ρ | `decay` |
//! | ε | `epsilon`, under both roots |
//! | v, u | `state.mean_square_gradient`, `state.mean_square_step`, length n each |
//!
//! Needs of the problem: a gradient.
//!
//! One step costs one gradient, and 11n additions and products, 2n square roots and n divisions; it keeps 2n numbers.
//!
//! It ends when the driver says so. The first steps are about √(ε/(1 − ρ)) long and grow from there, so that ε
//! decides how long the start takes. Near a minimum, where v ≪ ε, the ratio of the roots is at least 1, and so it
//! goes on like gradient descent with at least the rate η: with η ≥ 2/λmax it does not settle.
//!
//! Where the literature disagrees: the paper has no rate, and ρ = 0.95, ε = 1e-6, the defaults here. PyTorch's
//! defaults are ρ = 0.9, ε = 1e-6 and η = 1; Keras has ρ = 0.95, ε = 1e-7 and η = 0.001, with which it hardly moves.
//! u averages the steps before η multiplies them, as in both.
//!
//! Sources: M. D. Zeiler, arXiv:1212.5701, algorithm 1 and equation 9.

use alloc::vec;
use alloc::vec::Vec;

use thalweg_numerics::widest;
use thalweg_problem::InvalidInput;

use crate::settings::average;
use crate::{Scalar, UpdateRule, check_shape, check_update};

/// w ← w − η √(u + ε)/√(v + ε) g, where u and v average the squares of the steps and of the gradients.
///
/// In `f32` a gradient above 1.8e19 has an infinite square, and its parameter never moves again. An ε of 0, or one
/// that rounds to 0 (in `f32`, below 7e-46), never moves anything, because u begins at 0; and a gradient of 0 makes
/// 0/0 = NaN of it.
///
/// ```
/// use thalweg_first_order::{Adadelta, UpdateRule};
///
/// let rule = Adadelta::default();
/// let mut w = [1.0_f64, 1.0];
/// let mut state = rule.init(&w)?;
/// // Nothing is said about the length of a step; the first is √(ε/0.05) = 0.0045 where g² ≫ ε.
/// rule.update(&mut state, &mut w, &[3.0, -300.0], 1.0)?;
/// println!("{w:?}");
/// assert!((w[0] - 0.995528).abs() < 1e-6 && (w[1] - 1.004472).abs() < 1e-6);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adadelta {
    /// ρ in [0, 1): how much of the averages a step keeps. Default 0.95.
    pub decay: f64,
    /// ε ≥ 0, added under both roots, to a squared gradient and to a squared step. Default 1e-6.
    pub epsilon: f64,
}

impl Default for Adadelta {
    fn default() -> Self {
        Self { decay: 0.95, epsilon: 1e-6 }
    }
}

/// The state of [`Adadelta`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct AdadeltaState<T> {
    /// v, length n.
    pub mean_square_gradient: Vec<T>,
    /// u, length n.
    pub mean_square_step: Vec<T>,
}

impl<T: Scalar> UpdateRule<T> for Adadelta {
    type State = AdadeltaState<T>;

    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
        average::<T>("decay", self.decay)?;
        InvalidInput::unless_non_negative("epsilon", self.epsilon)?;
        check_shape(x)?;
        let zeros = vec![T::ZERO; x.len()];
        Ok(AdadeltaState { mean_square_gradient: zeros.clone(), mean_square_step: zeros })
    }

    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        let AdadeltaState { mean_square_gradient, mean_square_step } = state;
        InvalidInput::unless_length("state.mean_square_gradient", mean_square_gradient, x.len())?;
        InvalidInput::unless_length("state.mean_square_step", mean_square_step, x.len())?;
        widest(
            #[inline(always)]
            || self.pass(x, gradient, mean_square_gradient, mean_square_step, rate),
        );
        Ok(())
    }
}

impl Adadelta {
    /// The one pass; as arguments of their own the slices are known not to overlap.
    #[inline(always)]
    fn pass<T: Scalar>(
        &self,
        x: &mut [T],
        gradient: &[T],
        mean_square_gradient: &mut [T],
        mean_square_step: &mut [T],
        eta: T,
    ) {
        let (rho, one_minus_rho) = (T::from_f64(self.decay), T::from_f64(1.0 - self.decay));
        let epsilon = T::from_f64(self.epsilon);
        for (((w, &g), v), u) in x.iter_mut().zip(gradient).zip(mean_square_gradient).zip(mean_square_step) {
            *v = rho * *v + one_minus_rho * (g * g);
            let delta = (*u + epsilon).sqrt() / (*v + epsilon).sqrt() * g;
            *u = rho * *u + one_minus_rho * (delta * delta);
            *w = *w - eta * delta;
        }
    }
}
