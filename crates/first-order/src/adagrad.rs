//! Adagrad: divide every component of the gradient by the norm of all that it has been.
//!
//! ```text
//! Gₖ = Gₖ₋₁ + gₖ²
//! wₖ₊₁ = wₖ − η gₖ / (√Gₖ + ε)        component by component, g = ∇f(w)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | w, g, η | `x`, `gradient`, `rate` |
//! | G | `state.sum_of_squares`, length n |
//! | G₀ | `initial_accumulator`, in units of g² |
//! | ε | `epsilon`, in units of g |
//!
//! Needs of the problem: a gradient.
//!
//! One step costs one gradient, and 4n additions and products, n square roots and n divisions; it keeps n numbers.
//!
//! It ends when the driver says so. G only grows, so that steps shrink like 1/√k where gradients keep their size, and a
//! fixed rate converges on convex functions.
//!
//! Where the literature disagrees: ε is added to the root in the paper (there δ) and in PyTorch (1e-10, the default
//! here), and to G under the root in Keras (1e-7). The paper begins with G₀ = 0, as here and in PyTorch; Keras begins
//! with 0.1. An ε under the root is nothing but so much more in G₀, so that Keras' rule is
//! `Adagrad { epsilon: 0.0, initial_accumulator: 0.1 + 1e-7 }`.
//! PyTorch's `lr_decay` is a schedule, η/(1 + d k), and not part of the rule here.
//!
//! Sources: J. Duchi, E. Hazan, Y. Singer, JMLR 12 (2011) 2121–2159, section 1.3 and figure 1.

use alloc::vec;
use alloc::vec::Vec;

use thalweg_numerics::widest;
use thalweg_problem::InvalidInput;

use crate::{Scalar, UpdateRule, check_shape, check_update};

/// w ← w − η g / (√G + ε), where G sums up the squares of the gradients.
///
/// In `f32` a gradient above 1.8e19 has an infinite square, and its parameter never moves again; one below 2.6e-23 adds
/// nothing to G. An ε of 0, or one that rounds to 0 (in `f32`, below 7e-46), makes 0/0 = NaN of a parameter whose
/// gradients have all been 0.
///
/// ```
/// use thalweg_first_order::{Adagrad, UpdateRule};
///
/// let rule = Adagrad::default();
/// let mut w = [1.0_f64, 1.0];
/// let mut state = rule.init(&w)?;
/// // The first step has the length of the rate whatever the gradient's; the second divides by √(3² + 4²).
/// rule.update(&mut state, &mut w, &[3.0, -1e-3], 0.5)?;
/// rule.update(&mut state, &mut w, &[4.0, 0.0], 0.5)?;
/// println!("{w:?}");
/// assert!((w[0] - (1.0 - 0.5 - 0.5 * 4.0 / 5.0)).abs() < 1e-9 && (w[1] - 1.5).abs() < 1e-6);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adagrad {
    /// ε ≥ 0, added to the root. Default 1e-10.
    pub epsilon: f64,
    /// G₀ ≥ 0: what the sum of squares begins with. Default 0.
    pub initial_accumulator: f64,
}

impl Default for Adagrad {
    fn default() -> Self {
        Self { epsilon: 1e-10, initial_accumulator: 0.0 }
    }
}

/// The state of [`Adagrad`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct AdagradState<T> {
    /// G, length n.
    pub sum_of_squares: Vec<T>,
}

impl<T: Scalar> UpdateRule<T> for Adagrad {
    type State = AdagradState<T>;

    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
        InvalidInput::unless_non_negative("epsilon", self.epsilon)?;
        let start = InvalidInput::unless_non_negative("initial_accumulator", self.initial_accumulator)?;
        check_shape(x)?;
        Ok(AdagradState { sum_of_squares: vec![T::from_f64(start); x.len()] })
    }

    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        InvalidInput::unless_length("state.sum_of_squares", &state.sum_of_squares, x.len())?;
        let epsilon = T::from_f64(self.epsilon);
        widest(
            #[inline(always)]
            || pass(x, gradient, &mut state.sum_of_squares, rate, epsilon),
        );
        Ok(())
    }
}

/// The one pass; as arguments of their own the slices are known not to overlap.
#[inline(always)]
fn pass<T: Scalar>(x: &mut [T], gradient: &[T], sums: &mut [T], rate: T, epsilon: T) {
    for ((w, &g), s) in x.iter_mut().zip(gradient).zip(sums) {
        *s = *s + g * g;
        *w = *w - rate * (g / (s.sqrt() + epsilon));
    }
}
