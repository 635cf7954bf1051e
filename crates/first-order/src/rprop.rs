//! Rprop: every parameter has a step size of its own, and only the sign of its derivative counts.
//!
//! While the derivative keeps its sign, the step size Δ grows; when the sign changes, a minimum was jumped over and Δ
//! shrinks:
//!
//! ```text
//! Δ ← min(η⁺ Δ, Δmax)   where sign ∂E = sign ∂E of the update before
//! Δ ← max(η⁻ Δ, Δmin)   where the two are opposed
//! Δ as it was           where either is 0
//! ```
//!
//! The variants differ in what they do after a sign change:
//!
//! | type | after a sign change | state, per parameter |
//! | --- | --- | --- |
//! | [`Rprop`] | back, and at once forward again by the smaller step; where that fails, too, back only | Δ, Δw, ∂E |
//! | [`RpropPlus`] | back, and the derivative counts as 0 | Δ, Δw |
//! | [`RpropMinus`] | a smaller step the other way | Δ, Δw |
//! | [`IRpropPlus`] | back only if E has risen, and the derivative counts as 0 | Δ, Δw; E |
//! | [`IRpropMinus`] | no step, and the derivative counts as 0 | Δ, Δw |
//!
//! | symbol | here |
//! | --- | --- |
//! | w | `x`, length n |
//! | ∂E | an element of `gradient`, length n |
//! | Δ | [`RpropState::step_size`], length n |
//! | Δw | [`RpropState::moved`], length n; what was added to w, 0 where there is nothing to take back |
//! | Δ₀, Δmin, Δmax, η⁺, η⁻ | [`StepSizes`] |
//! | E | `value` of [`update_with_value`](crate::UpdateRule::update_with_value) |
//!
//! The papers have no rate: here it multiplies the step that is taken, not Δ, so that 1 is what the papers do.
//! What is taken back is what was added, whatever the rate is by then.
//! The sign of the derivative before is read off Δw, which points against it; so a rate of 0 moves nothing and
//! teaches nothing.
//!
//! The sign of 0 is 0, as in the papers: such a parameter stays, and Δ stays, now and at the next update.
//! Signs are compared, never multiplied as derivatives, so that tiny derivatives do not vanish in a product.
//! A NaN makes the parameter NaN; an infinite derivative has a sign and counts like any other.
//!
//! Needs of the problem: a gradient, of which only the signs are used, of the whole sum: the noise of a small batch
//! changes signs. [`IRpropPlus`] needs the value as well.
//!
//! One step costs one gradient, and per parameter some comparisons, a product for Δ, a product and a sum for w.
//!
//! It ends when the driver says so. Δ cannot fall below Δmin, so that w can come no closer to a minimum than about that.
//!
//! Where the literature disagrees: Riedmiller & Braun's first paper describes [`RpropPlus`], and libraries call other variants
//! Rprop as well; Igel & Hüsken gave them the names used here.
//! PyTorch's `Rprop` is [`IRpropMinus`] with `lr` as Δ₀. The library Shark's `IRpropMinus` steps at once after a sign change,
//! by the smaller Δ, and only the next adaptation is left out; its other three are those here.
//! [`Rprop`] without a sign is the lecture's picture, with one repair that its documentation states.
//!
//! Sources: M. Riedmiller and H. Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm",
//! ICNN 1993, 586–591; C. Igel and M. Hüsken, "Empirical evaluation of the improved Rprop learning algorithms",
//! Neurocomputing 50 (2003) 105–123, algorithms 1–4; CMU 11-785 (Fall 2020), Optimization Part 1, slides 104–115.

use alloc::vec;
use alloc::vec::Vec;

mod improved_minus;
mod improved_plus;
mod minus;
mod plus;
mod retrying;

use thalweg_numerics::widest;
use thalweg_problem::InvalidInput;

pub use self::improved_minus::IRpropMinus;
pub use self::improved_plus::{IRpropPlus, IRpropPlusState};
pub use self::minus::RpropMinus;
pub use self::plus::RpropPlus;
pub use self::retrying::{Rprop, RpropRetryState};
use crate::{Scalar, check_shape};

/// How Rprop's step sizes begin, grow and shrink; the defaults are those of the first paper.
///
/// What the whole family shares:
///
/// - The rate multiplies the step that is taken, not Δ; 1 is what the papers do. What is taken back is what was added.
/// - The sign of a derivative of 0 is 0: the parameter stays, and Δ stays, now and at the next update.
/// - A NaN makes the parameter NaN; an infinite derivative has a sign and counts like any other.
/// - Settings are checked by `init`, after they were rounded to the type of the parameters.
/// - No parameter comes closer to a minimum than about Δmin.
///
/// ```
/// use thalweg_first_order::{IRpropMinus, StepSizes, UpdateRule};
///
/// let rule = IRpropMinus { sizes: StepSizes { first: 0.01, ..StepSizes::default() } };
/// let mut w = [1.0];
/// let mut state = rule.init(&w)?;
/// rule.update(&mut state, &mut w, &[7.0], 1.0)?;
/// assert_eq!(w, [0.99]);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepSizes {
    /// Δ₀, the first step, in units of the parameters: between the smallest and the largest. Default 0.1.
    pub first: f64,
    /// η⁺, above 1. Default 1.2.
    pub grow: f64,
    /// η⁻, above 0 and below 1. Default 0.5.
    pub shrink: f64,
    /// Δmin, above 0. Default 1e-6. For a run that is to pass a strict test of ∇f it has to be smaller.
    pub smallest: f64,
    /// Δmax, finite. Default 50.
    pub largest: f64,
}

impl Default for StepSizes {
    fn default() -> Self {
        Self { first: 0.1, grow: 1.2, shrink: 0.5, smallest: 1e-6, largest: 50.0 }
    }
}

/// What the Rprop rules remember.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct RpropState<T> {
    /// Δ, how far each parameter goes at rate 1, length n.
    pub step_size: Vec<T>,
    /// Δw, what the last update added to each parameter, length n; 0 where the derivative was 0 or counts as 0.
    pub moved: Vec<T>,
}

impl<T: Scalar> RpropState<T> {
    fn new(sizes: &StepSizes, x: &[T]) -> Result<Self, InvalidInput> {
        check_shape(x)?;
        let first = Rounded::<T>::checked(sizes)?.first;
        Ok(Self { step_size: vec![first; x.len()], moved: vec![T::ZERO; x.len()] })
    }

    fn check(&self, n: usize) -> Result<(), InvalidInput> {
        InvalidInput::unless_length("state.step_size", &self.step_size, n)?;
        InvalidInput::unless_length("state.moved", &self.moved, n)
    }
}

/// The settings as numbers of the parameters' type.
#[derive(Clone, Copy)]
struct Rounded<T> {
    first: T,
    grow: T,
    shrink: T,
    smallest: T,
    largest: T,
}

impl<T: Scalar> Rounded<T> {
    fn new(sizes: &StepSizes) -> Self {
        let StepSizes { first, grow, shrink, smallest, largest } = *sizes;
        let [first, grow, shrink, smallest, largest] =
            [first, grow, shrink, smallest, largest].map(T::from_f64);
        Self { first, grow, shrink, smallest, largest }
    }

    /// After rounding, since these are the numbers that are used: a Δmin that is 0 as `f32` is refused there.
    fn checked(sizes: &StepSizes) -> Result<Self, InvalidInput> {
        let rounded = Self::new(sizes);
        let Self { first, grow, shrink, smallest, largest } = rounded;
        let refuse = |argument: &'static str, value: T, allowed: &'static str| {
            Err(InvalidInput::new(argument, format_args!("{value:?}"), allowed))
        };
        let finite = |number: T| number.into().is_finite();
        if !(grow > T::ONE && finite(grow)) {
            return refuse("sizes.grow", grow, "a finite number above 1");
        }
        if !(shrink > T::ZERO && shrink < T::ONE) {
            return refuse("sizes.shrink", shrink, "a number above 0 and below 1");
        }
        InvalidInput::unless_positive("sizes.smallest", smallest)?;
        if !(largest >= smallest && finite(largest)) {
            return refuse("sizes.largest", largest, "a finite number, sizes.smallest or more");
        }
        if !(first >= smallest && first <= largest) {
            return refuse("sizes.first", first, "a number from sizes.smallest to sizes.largest");
        }
        Ok(rounded)
    }

    /// Δ after the derivative has `turned`: see [`turned`].
    #[inline(always)]
    fn adapted(&self, step_size: T, turned: T) -> T {
        let grown = step_size * self.grow;
        let grown = if grown < self.largest { grown } else { self.largest };
        let shrunk = step_size * self.shrink;
        let shrunk = if shrunk > self.smallest { shrunk } else { self.smallest };
        let adapted = if turned < T::ZERO { grown } else { step_size };
        if turned > T::ZERO { shrunk } else { adapted }
    }
}

/// 1, −1, or what it was given: ±0 and NaN.
#[inline(always)]
pub(crate) fn sign<T: Scalar>(x: T) -> T {
    let negative_or_itself = if x < T::ZERO { -T::ONE } else { x };
    if x > T::ZERO { T::ONE } else { negative_or_itself }
}

/// Above 0 where the derivative has changed its sign since the last step, below 0 where it has kept it; 0 where there is
/// nothing to compare, NaN where it is NaN.
///
/// The last step went against the derivative of then: where the derivative of now points along it, the sign has changed.
#[inline(always)]
fn turned<T: Scalar>(sign: T, moved: T) -> T {
    sign * moved
}

/// One pass: `step` tells from ∂E, Δ and Δw what is to be added to w, the new Δ and the new Δw.
#[inline(always)]
fn sweep<T: Scalar>(
    x: &mut [T],
    gradient: &[T],
    step_size: &mut [T],
    moved: &mut [T],
    step: impl Fn(T, T, T) -> [T; 3],
) {
    widest(
        #[inline(always)]
        || pass(x, gradient, step_size, moved, step),
    );
}

/// The slices come one by one, so that the compiler knows that they do not overlap.
#[inline(always)]
fn pass<T: Scalar>(
    x: &mut [T],
    gradient: &[T],
    step_size: &mut [T],
    moved: &mut [T],
    step: impl Fn(T, T, T) -> [T; 3],
) {
    for (((w, &g), delta), moved) in x.iter_mut().zip(gradient).zip(step_size).zip(moved) {
        let [add, new_delta, new_moved] = step(g, *delta, *moved);
        *w = *w + add;
        *delta = new_delta;
        *moved = new_moved;
    }
}
