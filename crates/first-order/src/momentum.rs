//! Momentum: keep going where the past steps went, and let the gradient bend the way.
//!
//! ```text
//! vₖ₊₁ = β vₖ − η ∇f(wₖ)
//! wₖ₊₁ = wₖ + vₖ₊₁
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | w | `x`, length n |
//! | ∇f(w) | `gradient`, length n |
//! | η | `rate` |
//! | β, from 0 up to 1 without 1 | [`Momentum::momentum`] |
//! | v, v₀ = 0 | [`MomentumState::memory`], length n, in the form above |
//!
//! Needs of the problem: a gradient.
//!
//! One step costs one gradient, 4n flops (6n in two of the forms) and one pass over three arrays of length n.
//!
//! It ends when the driver says so: it has no test of its own. With a fixed rate above 2 (1 + β)/λmax it diverges on a
//! quadratic.
//!
//! v is a geometric sum of the gradients, not an average of them: gradients that stay the same add up to η/(1 − β) times
//! their size, gradients that alternate to η/(1 + β) times.
//!
//! Where the literature disagrees: what is remembered, and whether the rate stands inside of it. At a constant rate the
//! forms are one method in other variables, and [`MomentumForm`] says in which. Where the rate changes they are two:
//! the velocity and the heavy ball carry old gradients along at the rates of their own time, the sum and the average at
//! today's rate.
//!
//! Sources: B. T. Polyak, USSR Computational Mathematics and Mathematical Physics 4(5) (1964) 1–17;
//! D. E. Rumelhart, G. E. Hinton, R. J. Williams, Nature 323 (1986) 533–536, eq. 9; documentation of PyTorch's
//! `torch.optim.SGD`, where the two places of the rate are told apart; CMU 11-785 (Fall 2020), Optimization Part 1,
//! slides 126–133.

use alloc::vec;
use alloc::vec::Vec;

use thalweg_numerics::widest;
use thalweg_problem::InvalidInput;

use crate::restarted::slope_along;
use crate::settings::average;
use crate::{Restart, Scalar, UpdateRule, check_shape, check_update};

/// Gradient descent with momentum.
///
/// ```
/// use thalweg_first_order::{Momentum, UpdateRule};
///
/// let rule = Momentum { momentum: 0.5, ..Momentum::default() };
/// let mut w = [16.0];
/// let mut state = rule.init(&w)?;
/// let path: Vec<f64> = (0..3)
///     .map(|_| {
///         let gradient = w; // of ½w²
///         rule.update(&mut state, &mut w, &gradient, 0.25)?;
///         Ok(w[0])
///     })
///     .collect::<Result<_, thalweg_first_order::problem::InvalidInput>>()?;
/// println!("{path:?}");
/// assert_eq!(path, [12.0, 7.0, 2.75]);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Momentum {
    /// β, 0 ≤ β < 1: the share of the last step that is made again. 0 is gradient descent. Default 0.9.
    pub momentum: f64,
    /// What is remembered, and where the rate stands. Default [`MomentumForm::Velocity`].
    pub form: MomentumForm,
}

impl Default for Momentum {
    fn default() -> Self {
        Self { momentum: 0.9, form: MomentumForm::Velocity }
    }
}

/// What a momentum rule remembers, and where the rate stands.
///
/// With the same β and a constant rate all go through the same points:
///
/// | form | memory | in terms of the velocity | rate for the same path |
/// | --- | --- | --- | --- |
/// | `Velocity` | vₖ | vₖ | η |
/// | `Sum` | bₖ | −vₖ/η | η |
/// | `Average` | mₖ | −(1 − β) vₖ/η | η/(1 − β) |
/// | `HeavyBall` | wₖ₋₁ | wₖ − vₖ | η |
///
/// Where the rate changes, `Velocity` and `HeavyBall` still agree, and `Sum` and `Average` do, but not the one pair with the
/// other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MomentumForm {
    /// v ← βv − ηg, w ← w + v: the rate inside, each gradient keeps the rate of its own step. The form of Rumelhart, Hinton
    /// and Williams, and of Sutskever et al.
    #[default]
    Velocity,
    /// b ← βb + g, w ← w − ηb: the rate outside, today's rate for all gradients. PyTorch's `SGD(momentum=β)`.
    Sum,
    /// m ← βm + (1 − β)g, w ← w − ηm: a weighted mean of the gradients, whose first 1/(1 − β) steps are short because
    /// m₀ = 0 is part of it. PyTorch's `dampening=β`, except that PyTorch begins with m₁ = g₁.
    Average,
    /// w₊ = w − ηg + β(w − w₋): positions only, Polyak's heavy ball. A `x` that is changed between updates, by a projection,
    /// say, changes the momentum with it.
    HeavyBall,
}

/// What [`Momentum`] remembers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct MomentumState<T> {
    /// v, b, m or the last position, by the [`MomentumForm`]; length n.
    pub memory: Vec<T>,
    /// Updates since the start or since the momentum was forgotten.
    pub updates: u64,
}

impl<T: Scalar> UpdateRule<T> for Momentum {
    type State = MomentumState<T>;

    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
        check_shape(x)?;
        average::<T>("momentum", self.momentum)?;
        Ok(MomentumState { memory: vec![T::ZERO; x.len()], updates: 0 })
    }

    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        InvalidInput::unless_length("state.memory", &state.memory, x.len())?;
        let beta = average::<T>("momentum", self.momentum)?;
        if state.updates == 0 && self.form == MomentumForm::HeavyBall {
            // It starts from rest.
            state.memory.copy_from_slice(x);
        }
        // w = x, g = ∇f(w), η = rate, β = beta
        let memory = &mut state.memory;
        match self.form {
            MomentumForm::Velocity => sweep(x, memory, gradient, move |w, v, g| {
                let v = beta * v - rate * g;
                [w + v, v]
            }),
            // Measured: for this form the widest registers are no faster, and slower where all lies in the cache.
            MomentumForm::Sum => pass(x, memory, gradient, move |w, b, g| {
                let b = beta * b + g;
                [w - rate * b, b]
            }),
            MomentumForm::Average => {
                let fresh = T::ONE - beta;
                sweep(x, memory, gradient, move |w, m, g| {
                    let m = beta * m + fresh * g;
                    [w - rate * m, m]
                });
            }
            MomentumForm::HeavyBall => {
                sweep(x, memory, gradient, move |w, last, g| [w - rate * g + beta * (w - last), w]);
            }
        }
        state.updates += 1;
        Ok(())
    }
}

/// One pass: `step` tells from w, what is remembered and g the new w and what is remembered next.
pub(crate) fn sweep<T: Scalar>(
    x: &mut [T],
    memory: &mut [T],
    gradient: &[T],
    step: impl Fn(T, T, T) -> [T; 2],
) {
    widest(
        #[inline(always)]
        || pass(x, memory, gradient, step),
    );
}

/// The slices come one by one, so that the compiler knows that they do not overlap.
#[inline(always)]
fn pass<T: Scalar>(x: &mut [T], memory: &mut [T], gradient: &[T], step: impl Fn(T, T, T) -> [T; 2]) {
    for ((w, memory), &g) in x.iter_mut().zip(memory).zip(gradient) {
        [*w, *memory] = step(*w, *memory, g);
    }
}

impl<T: Scalar> Restart<T> for Momentum {
    fn slope_along_step(&self, state: &Self::State, x: &[T], gradient: &[T]) -> f64 {
        let memory = &state.memory;
        match self.form {
            MomentumForm::Velocity => slope_along(memory, x, gradient, |v, _| v),
            MomentumForm::Sum | MomentumForm::Average => slope_along(memory, x, gradient, |b, _| -b),
            MomentumForm::HeavyBall => slope_along(memory, x, gradient, |last, w| w - last),
        }
    }

    fn forget(&self, state: &mut Self::State) {
        state.memory.fill(T::ZERO);
        state.updates = 0;
    }
}
