//! iRprop⁻: Rprop⁻ that pauses after a sign change.

use thalweg_problem::InvalidInput;

use super::{Rounded, RpropState, StepSizes, sign, sweep, turned};
use crate::{Scalar, UpdateRule, check_update};

/// iRprop⁻ of Igel & Hüsken (algorithm 4): after a sign change the derivative counts as 0.
///
/// ```text
/// Δw = 0             where the sign has changed; the next update neither grows nor shrinks Δ
/// Δw = −sign(∂E) Δ   elsewhere
/// ```
///
/// This is the variant that PyTorch calls `Rprop`, with `lr` as [`StepSizes::first`].
///
/// ```
/// use thalweg_first_order::{IRpropMinus, UpdateRule};
///
/// let rule = IRpropMinus::default();
/// let mut w = [0.0_f64];
/// let mut state = rule.init(&w)?;
/// let mut steps = Vec::new();
/// for derivative in [1.0, 1.0, 1.0, -1.0, 1.0] {
///     let before = w[0];
///     rule.update(&mut state, &mut w, &[derivative], 1.0)?;
///     steps.push(format!("{:.3}", before - w[0]));
/// }
/// assert_eq!(steps, ["0.100", "0.120", "0.144", "0.000", "0.072"]);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
///
/// The symbols, what the rate does, zeros and sources: [the family](StepSizes).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct IRpropMinus {
    /// How the step sizes begin, grow and shrink.
    pub sizes: StepSizes,
}

impl<T: Scalar> UpdateRule<T> for IRpropMinus {
    type State = RpropState<T>;

    fn init(&self, x: &[T]) -> Result<RpropState<T>, InvalidInput> {
        RpropState::new(&self.sizes, x)
    }

    fn update(
        &self,
        state: &mut RpropState<T>,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        state.check(x.len())?;
        let sizes = Rounded::new(&self.sizes);
        sweep(x, gradient, &mut state.step_size, &mut state.moved, move |g, delta, moved| {
            let sign = sign(g);
            let turned = turned(sign, moved);
            let delta = sizes.adapted(delta, turned);
            let step = if turned > T::ZERO { T::ZERO } else { -(sign * (rate * delta)) };
            [step, delta, step]
        });
        Ok(())
    }
}
