//! Weight decay around any rule: as a part of the gradient, or beside the rule's step.
//!
//! ```text
//! coupled      the rule sees g + λ w instead of g        which is ∇(f + ½ λ ‖w‖²)
//! decoupled    wₖ₊₁ = rule(wₖ, g) − η λ wₖ
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | w, g, η | `x`, `gradient`, `rate` |
//! | λ | the number in `decay`: coupled in units of g/w, decoupled in units of 1/η |
//!
//! Needs of the problem: what the rule needs.
//!
//! One step costs what the rule's does and 2n flops in a pass or two more over memory; where f(x) is passed on, the
//! coupled form needs ‖w‖², another pass. It keeps n numbers for the changed gradient or for wₖ. A λ of 0 costs
//! nothing, and leaves every bit as it is.
//!
//! For gradient descent the two are the same but for rounding. They differ where a rule remembers or divides:
//! momentum adds up coupled decay, and Adam divides it by the size of the gradients, which is why
//! [`AdamW`](crate::AdamW) exists.
//!
//! Where the literature disagrees: what multiplies a decoupled λ. In Loshchilov and Hutter it is the schedule's
//! factor without the base rate; in PyTorch's AdamW, and here, it is the whole rate η. Coupled decay is what
//! `weight_decay` means in PyTorch's SGD, Adagrad, RMSprop, Adadelta and Adam.
//!
//! For a rule that looks ahead, w is the point at which the gradient was taken.
//!
//! Sources: S. J. Hanson, L. Y. Pratt, NIPS 1988, 177–185; I. Loshchilov, F. Hutter, ICLR 2019, arXiv:1711.05101,
//! algorithms 1 and 2.

use alloc::vec;
use alloc::vec::Vec;

use thalweg_numerics::widest;
use thalweg_problem::InvalidInput;

use crate::{Scalar, UpdateRule, check_shape, check_update};

/// What draws the parameters towards 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decay {
    /// λ ≥ 0: g + λw instead of g. A rule that wants f(x) is given f(x) + ½λ‖x‖².
    Coupled(f64),
    /// λ ≥ 0: ηλw is taken away beside the rule's step.
    Decoupled(f64),
}

impl Default for Decay {
    /// None.
    fn default() -> Self {
        Self::Decoupled(0.0)
    }
}

impl Decay {
    /// λ.
    pub(crate) fn strength(self) -> f64 {
        match self {
            Self::Coupled(lambda) | Self::Decoupled(lambda) => lambda,
        }
    }
}

/// A rule with weight decay.
///
/// ```
/// use thalweg_first_order::{Decay, GradientDescent, UpdateRule, WeightDecay};
///
/// let rule = WeightDecay { rule: GradientDescent, decay: Decay::Decoupled(0.5) };
/// let mut w = [4.0, 4.0];
/// let mut state = rule.init(&w)?;
/// // Each loses ηλ = 1/8 of itself; the second also takes a step of ηg = 1.
/// rule.update(&mut state, &mut w, &[0.0, 4.0], 0.25)?;
/// println!("{w:?}");
/// assert_eq!(w, [3.5, 2.5]);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WeightDecay<R> {
    /// The rule.
    pub rule: R,
    /// λ, and how it acts. Default none.
    pub decay: Decay,
}

/// The state of [`WeightDecay`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct WeightDecayState<S, T> {
    /// What the rule remembers.
    pub rule: S,
    /// Room for g + λw or for wₖ, length n; empty without decay. What is in it between updates does not matter.
    pub scratch: Vec<T>,
}

impl<T: Scalar, R: UpdateRule<T>> UpdateRule<T> for WeightDecay<R> {
    type State = WeightDecayState<R::State, T>;

    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
        let lambda = InvalidInput::unless_non_negative("decay", self.decay.strength())?;
        check_shape(x)?;
        let scratch = vec![T::ZERO; if lambda == 0.0 { 0 } else { x.len() }];
        Ok(WeightDecayState { rule: self.rule.init(x)?, scratch })
    }

    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        self.decay_beside(state, x, gradient, rate, |rule, x, gradient, _| {
            self.rule.update(rule, x, gradient, rate)
        })
    }

    fn update_with_value(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        value: T,
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        self.decay_beside(state, x, gradient, rate, |rule, x, gradient, lambda| {
            // Where nothing is added, −0 is to stay what it is, too.
            let value = if lambda == 0.0 {
                value
            } else {
                let squares = widest(
                    #[inline(always)]
                    || sum_of_squares(x),
                );
                T::from_f64(value.into() + 0.5 * lambda * squares)
            };
            self.rule.update_with_value(rule, x, value, gradient, rate)
        })
    }

    fn look_ahead(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
        self.rule.look_ahead(&mut state.rule, x)
    }

    fn look_back(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
        self.rule.look_back(&mut state.rule, x)
    }
}

impl<R> WeightDecay<R> {
    /// The update, with `step` (state, x, gradient, coupled λ) as that of the rule.
    fn decay_beside<S, T: Scalar>(
        &self,
        state: &mut WeightDecayState<S, T>,
        x: &mut [T],
        gradient: &[T],
        rate: T,
        step: impl FnOnce(&mut S, &mut [T], &[T], f64) -> Result<(), InvalidInput>,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        let WeightDecayState { rule, scratch } = state;
        let lambda = self.decay.strength();
        InvalidInput::unless_length("state.scratch", scratch, if lambda == 0.0 { 0 } else { x.len() })?;
        match self.decay {
            _ if lambda == 0.0 => step(rule, x, gradient, 0.0),
            Decay::Coupled(_) => {
                let factor = T::from_f64(lambda);
                for ((sum, &g), &w) in scratch.iter_mut().zip(gradient).zip(&*x) {
                    *sum = g + factor * w;
                }
                step(rule, x, scratch, lambda)
            }
            Decay::Decoupled(_) => {
                scratch.copy_from_slice(x);
                step(rule, x, gradient, 0.0)?;
                let shrinkage = shrinkage(rate, lambda);
                for (w, &before) in x.iter_mut().zip(&*scratch) {
                    *w = *w - shrinkage * before;
                }
                Ok(())
            }
        }
    }
}

/// ηλ, rounded once.
pub(crate) fn shrinkage<T: Scalar>(rate: T, lambda: f64) -> T {
    T::from_f64(rate.into() * lambda)
}

/// ‖x‖² in `f64`: eight sums side by side, taken together in a fixed order, and the rest from left to right.
#[inline(always)]
fn sum_of_squares<T: Scalar>(x: &[T]) -> f64 {
    const LANES: usize = 8;
    let square = |w: T| w.into() * w.into();
    let blocks = x.chunks_exact(LANES);
    let rest = blocks.remainder().iter().fold(0.0, |total, &w| total + square(w));
    let mut lanes = [0.0; LANES];
    for block in blocks {
        for (lane, &w) in lanes.iter_mut().zip(block) {
            *lane += square(w);
        }
    }
    lanes.iter().fold(0.0, |total, lane| total + lane) + rest
}
