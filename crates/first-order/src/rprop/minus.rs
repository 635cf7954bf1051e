//! Rprop⁻: no backtracking.

use thalweg_problem::InvalidInput;

use super::{Rounded, RpropState, StepSizes, sign, sweep, turned};
use crate::{Scalar, UpdateRule, check_update};

/// Rprop⁻ of Igel & Hüsken (algorithm 2): after a sign change a smaller step the other way.
///
/// ```text
/// Δw = −sign(∂E) Δ, always
/// ```
///
/// ```
/// use thalweg_first_order::{RpropMinus, UpdateRule};
///
/// let rule = RpropMinus::default();
/// let mut w = [0.0_f64];
/// let mut state = rule.init(&w)?;
/// for derivative in [-3.0, -2.0, 1.0] {
///     rule.update(&mut state, &mut w, &[derivative], 1.0)?;
/// }
/// // 0.1 + 0.12 − 0.06
/// assert!((w[0] - 0.16).abs() < 1e-15);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
///
/// The symbols, what the rate does, zeros and sources: [the family](StepSizes).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RpropMinus {
    /// How the step sizes begin, grow and shrink.
    pub sizes: StepSizes,
}

impl<T: Scalar> UpdateRule<T> for RpropMinus {
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
            let delta = sizes.adapted(delta, turned(sign, moved));
            let step = -(sign * (rate * delta));
            [step, delta, step]
        });
        Ok(())
    }
}
