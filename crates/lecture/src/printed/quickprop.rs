//! Quickprop as slides 119 and 120 print it.
//!
//! ```text
//! Δwᵏ = Δwᵏ⁻¹ / (E'(wᵏ) − E'(wᵏ⁻¹)) · E'(wᵏ)
//! wᵏ⁺¹ = wᵏ − Δwᵏ
//! ```
//!
//! The second line makes Δwᵏ⁻¹ = wᵏ⁻¹ − wᵏ, so that the first divides by the negative of a second derivative.

use thalweg_first_order::{UpdateRule, check_shape, check_update};
use thalweg_problem::InvalidInput;

/// Slides 119 and 120; the first Δw, which they leave open, is a gradient step with the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QuickpropAsPrinted {
    /// Which difference it divides by. Nothing is done about 0/0.
    pub(crate) denominator: Denominator,
}

/// A difference of two derivatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denominator {
    /// E'(wᵏ) − E'(wᵏ⁻¹).
    AsPrinted,
    /// E'(wᵏ⁻¹) − E'(wᵏ), which is what the secant needs.
    TurnedAround,
}

/// What [`QuickpropAsPrinted`] remembers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PrintedState {
    step: Vec<f64>,
    derivative: Vec<f64>,
    has_begun: bool,
}

impl UpdateRule<f64> for QuickpropAsPrinted {
    type State = PrintedState;

    fn init(&self, x: &[f64]) -> Result<PrintedState, InvalidInput> {
        check_shape(x)?;
        Ok(PrintedState { step: vec![0.0; x.len()], derivative: vec![0.0; x.len()], has_begun: false })
    }

    fn update(
        &self,
        state: &mut PrintedState,
        x: &mut [f64],
        gradient: &[f64],
        rate: f64,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        let PrintedState { step, derivative, has_begun } = state;
        for (((w, &d), step), before) in x.iter_mut().zip(gradient).zip(step).zip(derivative) {
            let difference = match self.denominator {
                Denominator::AsPrinted => d - *before,
                Denominator::TurnedAround => *before - d,
            };
            *step = if *has_begun { *step / difference * d } else { rate * d };
            *before = d;
            *w -= *step;
        }
        *has_begun = true;
        Ok(())
    }
}
