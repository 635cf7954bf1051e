//! iRprop⁺: backtracking only where it helps.

use thalweg_problem::InvalidInput;

use super::{Rounded, RpropState, StepSizes, sign, sweep, turned};
use crate::{Scalar, UpdateRule, check_update};

/// iRprop⁺ of Igel & Hüsken (algorithm 3): after a sign change it goes back, but only if E has risen.
///
/// ```text
/// Δw = −Δw of the update before   where the sign has changed and E has risen
/// Δw = 0                          where the sign has changed and E has not
/// Δw = −sign(∂E) Δ                elsewhere
/// ```
///
/// In the first two cases ∂E counts as 0: no adaptation of Δ at the next update.
/// A value of NaN has not risen.
///
/// ```
/// use thalweg_first_order::{IRpropPlus, UpdateRule};
///
/// let rule = IRpropPlus::default();
/// let (mut w, mut other) = ([0.0_f64], [0.0_f64]);
/// let mut state = rule.init(&w)?;
/// rule.update_with_value(&mut state, &mut w, 5.0, &[-3.0], 1.0)?;
/// let (mut other_state, before) = (state.clone(), w);
/// other = w;
/// rule.update_with_value(&mut state, &mut w, 4.0, &[1.0], 1.0)?;
/// assert_eq!(w, before); // lower: it stays
/// rule.update_with_value(&mut other_state, &mut other, 6.0, &[1.0], 1.0)?;
/// assert_eq!(other, [0.0]); // higher: it goes back
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
///
/// The symbols, what the rate does, zeros and sources: [the family](StepSizes).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct IRpropPlus {
    /// How the step sizes begin, grow and shrink.
    pub sizes: StepSizes,
}

/// What [`IRpropPlus`] remembers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct IRpropPlusState<T> {
    /// Δ and Δw of every parameter.
    pub steps: RpropState<T>,
    /// E at the update before; none before the first.
    pub value: Option<T>,
}

impl<T: Scalar> UpdateRule<T> for IRpropPlus {
    type State = IRpropPlusState<T>;

    fn init(&self, x: &[T]) -> Result<IRpropPlusState<T>, InvalidInput> {
        Ok(IRpropPlusState { steps: RpropState::new(&self.sizes, x)?, value: None })
    }

    /// Refused: without E it cannot be known whether E has risen.
    fn update(
        &self,
        _state: &mut IRpropPlusState<T>,
        _x: &mut [T],
        _gradient: &[T],
        _rate: T,
    ) -> Result<(), InvalidInput> {
        Err(InvalidInput::new("value", "none", "f(x), by `update_with_value`"))
    }

    fn update_with_value(
        &self,
        state: &mut IRpropPlusState<T>,
        x: &mut [T],
        value: T,
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        let IRpropPlusState { steps, value: value_before } = state;
        steps.check(x.len())?;
        let sizes = Rounded::new(&self.sizes);
        let has_risen = value_before.is_some_and(|before| value > before);
        sweep(x, gradient, &mut steps.step_size, &mut steps.moved, move |g, delta, moved| {
            let sign = sign(g);
            let turned = turned(sign, moved);
            let delta = sizes.adapted(delta, turned);
            let step = -(sign * (rate * delta));
            let back = if has_risen { -moved } else { T::ZERO };
            if turned > T::ZERO { [back, delta, T::ZERO] } else { [step, delta, step] }
        });
        *value_before = Some(value);
        Ok(())
    }
}
