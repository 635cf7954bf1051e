//! Rprop as the lecture draws it: back to the previous location, and forward again by a smaller step.

use alloc::vec;
use alloc::vec::Vec;

use thalweg_numerics::widest;
use thalweg_problem::InvalidInput;

use super::{Rounded, RpropState, StepSizes, sign, turned};
use crate::{Scalar, UpdateRule, check_update};

/// Rprop as the lecture draws it: after a sign change back to the previous location, and at once forward again by the
/// smaller step.
///
/// ```text
/// Δw = −sign(∂E) Δ                          where the sign has not changed
/// go back by Δw, then Δw = sign(Δw) Δ       where it has: the smaller step, in the direction of before
/// go back by Δw, then Δw = 0                where it had already changed at the update before
/// ```
///
/// In one dimension the second line needs no derivative at the previous location: it is known.
/// Among other parameters, which move as well, what is known there is one update old.
/// So it is trusted once: where the smaller step meets the opposite sign again, the parameter only goes back, and the next
/// derivative, taken there, decides. Without that a parameter whose derivative changes its sign behind it shrinks its
/// steps forever, and the method stops where the gradient is not 0; the lecture's pseudo-code does.
///
/// ```
/// use thalweg_first_order::{Rprop, UpdateRule};
///
/// let rule = Rprop::default();
/// let mut w = [0.0_f64];
/// let mut state = rule.init(&w)?;
/// let mut path = Vec::new();
/// for _ in 0..6 {
///     let derivative = w[0] - 0.3;
///     rule.update(&mut state, &mut w, &[derivative], 1.0)?;
///     path.push(format!("{:.3}", w[0]));
/// }
/// // 0.364 is beyond the minimum: back to 0.22 and forward by 0.072, a smaller step; then on.
/// assert_eq!(path, ["0.100", "0.220", "0.364", "0.292", "0.378", "0.335"]);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
///
/// The symbols, what the rate does, zeros and sources: [the family](StepSizes).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rprop {
    /// How the step sizes begin, grow and shrink.
    pub sizes: StepSizes,
}

/// What [`Rprop`] remembers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct RpropRetryState<T> {
    /// Δ and Δw of every parameter.
    pub steps: RpropState<T>,
    /// ∂E of the update before, length n. Where it points along Δw, that step was a second try.
    pub derivative: Vec<T>,
}

impl<T: Scalar> UpdateRule<T> for Rprop {
    type State = RpropRetryState<T>;

    fn init(&self, x: &[T]) -> Result<RpropRetryState<T>, InvalidInput> {
        Ok(RpropRetryState { steps: RpropState::new(&self.sizes, x)?, derivative: vec![T::ZERO; x.len()] })
    }

    fn update(
        &self,
        state: &mut RpropRetryState<T>,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        let RpropRetryState { steps, derivative } = state;
        steps.check(x.len())?;
        InvalidInput::unless_length("state.derivative", derivative, x.len())?;
        let (RpropState { step_size, moved }, sizes) = (steps, Rounded::new(&self.sizes));
        widest(
            #[inline(always)]
            || sweep(x, gradient, step_size, moved, derivative, sizes, rate),
        );
        Ok(())
    }
}

/// One pass; the slices come one by one, so that the compiler knows that they do not overlap.
#[inline(always)]
fn sweep<T: Scalar>(
    x: &mut [T],
    gradient: &[T],
    step_size: &mut [T],
    moved: &mut [T],
    derivative: &mut [T],
    sizes: Rounded<T>,
    rate: T,
) {
    let columns = x.iter_mut().zip(gradient).zip(step_size).zip(moved).zip(derivative);
    for ((((w, &g), delta), moved), before) in columns {
        let direction = sign(g);
        let turned = turned(direction, *moved);
        let was_second_try = sign(*before) * *moved > T::ZERO;
        *delta = sizes.adapted(*delta, turned);
        let length = rate * *delta;
        let again = if was_second_try { T::ZERO } else { sign(*moved) * length };
        let (back, step) = if turned > T::ZERO { (*moved, again) } else { (T::ZERO, -(direction * length)) };
        *w = *w - back + step;
        *moved = step;
        *before = g;
    }
}
