//! AdamW: Adam, and beside its step a shrinking of the parameters that Adam's averages do not see.
//!
//! ```text
//! wₖ₊₁ = wₖ − η m̂ₖ / (√v̂ₖ + ε) − η λ wₖ        m̂ and v̂ as in Adam
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | w, g, η | `x`, `gradient`, `rate` |
//! | β₁, β₂, ε | `beta1`, `beta2`, `epsilon` |
//! | λ | `weight_decay`, in units of 1/η |
//! | m, v, k | `state.first_moment`, `state.second_moment`, length n each; `state.updates` |
//!
//! Needs of the problem: a gradient.
//!
//! One step costs one gradient, and 13n additions and products, n square roots and n divisions; it keeps 2n numbers.
//! It is [`WeightDecay`](crate::WeightDecay) around [`Adam`] to the last bit (but for the sign of a zero where ηλ is
//! 0), in one pass instead of three.
//!
//! It ends when the driver says so; its fixed points are not those of f, nor those of f + ½λ‖w‖².
//!
//! Where the literature disagrees: what multiplies λ. In the paper it is the schedule's factor alone (ηₖλw beside
//! ηₖα m̂/(…)), so that λ is not tuned together with α; in PyTorch, and here, it is the whole rate, so that the
//! paper's λ is λ/α here. λ = 0.01 is PyTorch's default and ours; Keras has 0.004; the paper tunes it. PyTorch
//! shrinks first and then subtracts the step, which differs in rounding only.
//!
//! Sources: I. Loshchilov, F. Hutter, ICLR 2019, arXiv:1711.05101, algorithm 2, line 12.

use thalweg_numerics::widest;
use thalweg_problem::InvalidInput;

use crate::adam::Letters;
use crate::weight_decay::shrinkage;
use crate::{Adam, AdamState, Scalar, UpdateRule, check_shape, check_update};

/// w ← w − η m̂ / (√v̂ + ε) − η λ w.
///
/// Special values are those of [`Adam`]. Where ηλ ≥ 1, a parameter without a gradient jumps to 0 or beyond.
///
/// ```
/// use thalweg_first_order::{AdamW, UpdateRule};
///
/// let rule = AdamW { weight_decay: 0.1, ..AdamW::default() };
/// let mut w = [4.0_f64, 4.0];
/// let mut state = rule.init(&w)?;
/// // Without a gradient the parameter shrinks by ηλ = 0.05, with one it goes a rate further.
/// rule.update(&mut state, &mut w, &[0.0, 3.0], 0.5)?;
/// println!("{w:?}");
/// assert!((w[0] - 3.8).abs() < 1e-12 && (w[1] - 3.3).abs() < 1e-8);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamW {
    /// β₁ in [0, 1): how much of the mean gradient a step keeps. Default 0.9.
    pub beta1: f64,
    /// β₂ in [0, 1): how much of the mean square a step keeps. Default 0.999.
    pub beta2: f64,
    /// ε ≥ 0, added to the root of the corrected mean square. Default 1e-8.
    pub epsilon: f64,
    /// λ ≥ 0: a step takes ηλ of every parameter away. Default 0.01.
    pub weight_decay: f64,
}

impl Default for AdamW {
    fn default() -> Self {
        let Adam { beta1, beta2, epsilon } = Adam::default();
        Self { beta1, beta2, epsilon, weight_decay: 0.01 }
    }
}

impl AdamW {
    /// The rule beside which it shrinks.
    fn adam(&self) -> Adam {
        Adam { beta1: self.beta1, beta2: self.beta2, epsilon: self.epsilon }
    }
}

impl<T: Scalar> UpdateRule<T> for AdamW {
    type State = AdamState<T>;

    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
        self.adam().check::<T>()?;
        InvalidInput::unless_non_negative("weight_decay", self.weight_decay)?;
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
        let letters = Letters::corrected(&self.adam(), state.updates, rate);
        let shrinkage = shrinkage(rate, self.weight_decay);
        let AdamState { first_moment, second_moment, .. } = state;
        widest(
            #[inline(always)]
            || pass(x, gradient, first_moment, second_moment, &letters, shrinkage),
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
    letters: &Letters<T>,
    shrinkage: T,
) {
    for (((w, &g), m), v) in x.iter_mut().zip(gradient).zip(first).zip(second) {
        letters.average(g, m, v);
        *w = *w - letters.step(*m, *v) - shrinkage * *w;
    }
}
