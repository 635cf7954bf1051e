//! Quickprop: a parabola through two slopes, for every parameter by itself.
//!
//! ```text
//! S = −(∂E + decay · w)
//! Δw ← ε S                                       where Δw = 0
//! Δw ← [ε S] + Δw S / (S⁻ − S)                   where S < μ/(1 + μ) S⁻, seen along Δw
//! Δw ← [ε S] + μ Δw                              elsewhere: the slope falls too little for a parabola, or grows
//! w  ← w + Δw
//! ```
//!
//! The term \[ε S\] is added only where S still points along Δw. "Seen along Δw" turns both slopes around where Δw < 0.
//!
//! | symbol | here |
//! | --- | --- |
//! | w | `x`, length n |
//! | ∂E | an element of `gradient`, length n |
//! | ε | `rate` |
//! | μ | [`Quickprop::growth_limit`] |
//! | decay | [`Quickprop::weight_decay`] |
//! | S⁻ | [`QuickpropState::slope`], length n: S of the update before |
//! | Δw | [`QuickpropState::moved`], length n |
//!
//! Needs of the problem: a gradient, of the whole sum: a secant through two different batches means nothing.
//!
//! One step costs one gradient, and per parameter a quotient, about four products and five sums.
//!
//! It ends when the driver says so. On a function that is not convex it may leave: the growth limit lets steps grow by the
//! factor μ, and nothing ends that.
//!
//! No denominator is 0: the parabola is used only where S < μ/(1 + μ) S⁻, and then S⁻ − S > 0.
//! Where a slope is exactly 0 the parameter stays, and goes on by ε S as soon as it is not.
//! A rate of 0 never starts: the first step is ε S. A NaN makes the parameter NaN.
//!
//! Where the literature disagrees: Fahlman's S is ∂E/∂w in the text of the report and its negative in his program; he
//! writes the decay as −10⁻⁴ times w in S, here it is 10⁻⁴. He divides ε by the number of inputs of a unit, which is a
//! rate per group of parameters and not the rule's. His offset 0.1 to σ′ and his clipped error belong to the network.
//! The lecture's Quickprop is the parabola alone: [`DiagonalSecant`](crate::DiagonalSecant).
//!
//! Sources: S. E. Fahlman, "An empirical study of learning speed in back-propagation networks", CMU-CS-88-162 (1988), and
//! his program; CMU 11-785 (Fall 2020), Optimization Part 1, slides 116–121.

use alloc::vec;
use alloc::vec::Vec;

use thalweg_numerics::widest;
use thalweg_problem::InvalidInput;

use crate::rprop::sign;
use crate::{Scalar, UpdateRule, check_shape, check_update};

/// Quickprop with Fahlman's growth limit and decay; the rate is his ε.
///
/// ```
/// use thalweg_first_order::{Quickprop, UpdateRule};
///
/// let rule = Quickprop { weight_decay: 0.0, ..Quickprop::default() };
/// let mut w = [2.0];
/// let mut state = rule.init(&w)?;
/// let mut path = Vec::new();
/// for _ in 0..2 {
///     let derivative = w[0]; // of ½w²
///     rule.update(&mut state, &mut w, &[derivative], 1.5)?;
///     path.push(w[0]);
/// }
/// // A step of −1.5 · 2 beyond the minimum, and the parabola through both slopes back to it.
/// assert_eq!(path, [-1.0, 0.0]);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quickprop {
    /// μ, above 0: by how much a step may be longer than the one before. Default 1.75.
    pub growth_limit: f64,
    /// 0 or more: how strongly weights are drawn to 0, as a share of them in the slope. Default 1e-4.
    /// Above 0 it moves the minimum: a run then comes to rest where ∇f = −decay · w, and a test for ∇f = 0 need not fire.
    pub weight_decay: f64,
}

impl Default for Quickprop {
    fn default() -> Self {
        Self { growth_limit: 1.75, weight_decay: 1e-4 }
    }
}

/// What [`Quickprop`] and [`DiagonalSecant`](crate::DiagonalSecant) remember.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct QuickpropState<T> {
    /// S⁻, the slope of the update before, downhill positive, length n; 0 before the first.
    pub slope: Vec<T>,
    /// Δw, what the last update added to each parameter, length n; 0 before the first.
    pub moved: Vec<T>,
}

impl<T: Scalar> QuickpropState<T> {
    pub(crate) fn new(x: &[T]) -> Result<Self, InvalidInput> {
        check_shape(x)?;
        Ok(Self { slope: vec![T::ZERO; x.len()], moved: vec![T::ZERO; x.len()] })
    }

    pub(crate) fn check(&self, n: usize) -> Result<(), InvalidInput> {
        InvalidInput::unless_length("state.slope", &self.slope, n)?;
        InvalidInput::unless_length("state.moved", &self.moved, n)
    }
}

impl<T: Scalar> UpdateRule<T> for Quickprop {
    type State = QuickpropState<T>;

    fn init(&self, x: &[T]) -> Result<QuickpropState<T>, InvalidInput> {
        InvalidInput::unless_positive("growth_limit", T::from_f64(self.growth_limit))?;
        InvalidInput::unless_non_negative("weight_decay", T::from_f64(self.weight_decay))?;
        QuickpropState::new(x)
    }

    fn update(
        &self,
        state: &mut QuickpropState<T>,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        state.check(x.len())?;
        let shrink = T::from_f64(self.growth_limit / (1.0 + self.growth_limit));
        let (growth, decay) = (T::from_f64(self.growth_limit), T::from_f64(self.weight_decay));
        sweep(x, gradient, &mut state.slope, &mut state.moved, move |w, g, slope_before, moved| {
            let slope = -(g + decay * w);
            let along = sign(moved);
            let (ahead, ahead_before) = (along * slope, along * slope_before);
            let by_gradient = rate * slope;
            // "Not above 0" would be true for NaN, which must not be lost.
            let gradient_term = if ahead <= T::ZERO { T::ZERO } else { by_gradient };
            let parabola = moved * (slope / (slope_before - slope));
            let grown = growth * moved;
            let jump = if ahead < shrink * ahead_before { parabola } else { grown };
            let step = if moved == T::ZERO { by_gradient } else { gradient_term + jump };
            [step, slope]
        });
        Ok(())
    }
}

/// One pass: `step` tells from w, ∂E, S⁻ and Δw what is to be added to w, which is the new Δw, and the new S.
#[inline(always)]
pub(crate) fn sweep<T: Scalar>(
    x: &mut [T],
    gradient: &[T],
    slope: &mut [T],
    moved: &mut [T],
    step: impl Fn(T, T, T, T) -> [T; 2],
) {
    widest(
        #[inline(always)]
        || pass(x, gradient, slope, moved, step),
    );
}

/// The slices come one by one, so that the compiler knows that they do not overlap.
#[inline(always)]
fn pass<T: Scalar>(
    x: &mut [T],
    gradient: &[T],
    slope: &mut [T],
    moved: &mut [T],
    step: impl Fn(T, T, T, T) -> [T; 2],
) {
    for (((w, &g), slope), moved) in x.iter_mut().zip(gradient).zip(slope).zip(moved) {
        let [add, new_slope] = step(*w, g, *slope, *moved);
        *w = *w + add;
        *slope = new_slope;
        *moved = add;
    }
}
