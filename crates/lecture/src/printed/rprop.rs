//! "Rprop (simplified)" of slides 113 and 114, and what can be repaired in it.
//!
//! ```text
//! prevD = ∂E(w), Δw = sign(prevD) Δw                      once
//! repeat: w = w − Δw; D = ∂E(w)
//!         if sign(prevD) = sign(D): Δw = min(αΔw, Δmax), prevD = D
//!         else:                     w = w + Δw, Δw = max(βΔw, Δmin)
//! ```
//!
//! Slide 114 has the same without Δmax and Δmin. Both write the loop over the weights around all that.

use thalweg_first_order::{StepSizes, UpdateRule, check_shape, check_update};
use thalweg_problem::{Differentiable, InvalidInput};

/// Slides 113 and 114 with the weights moving together, as slide 114's note has it: "updated independently".
///
/// The rate multiplies Δw; the slides have none, and 1 is theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct RpropAsPrinted {
    /// Δ at the start, α, β, Δmin and Δmax.
    pub(crate) sizes: StepSizes,
    /// What min and max are taken of.
    pub(crate) clamp: Clamp,
    /// What is mended.
    pub(crate) repairs: Repairs,
}

/// What min(·, Δmax) and max(·, Δmin) are taken of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Clamp {
    /// Nothing: slide 114.
    Nowhere,
    /// The signed Δw: slide 113.
    #[default]
    Signed,
    /// Its size |Δw|: the first repair.
    Size,
}

/// The other two repairs; neither is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Repairs {
    /// Δw takes the sign of the current derivative at every step.
    pub(crate) refresh_sign: bool,
    /// After a sign change the weight only goes back, and its next step compares nothing. A derivative of 0 is no sign
    /// change: the weight stays, and its next step compares nothing either.
    pub(crate) zero_derivative: bool,
}

/// What [`RpropAsPrinted`] remembers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PrintedState {
    /// Δw, with its sign.
    step: Vec<f64>,
    /// sign(prevD); 0 where there is nothing to compare.
    sign: Vec<f64>,
    has_begun: bool,
}

fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

impl Clamp {
    fn no_larger(self, step: f64, largest: f64) -> f64 {
        match self {
            Self::Nowhere => step,
            Self::Signed => step.min(largest),
            Self::Size => sign(step) * step.abs().min(largest),
        }
    }

    fn no_smaller(self, step: f64, smallest: f64) -> f64 {
        match self {
            Self::Nowhere => step,
            Self::Signed => step.max(smallest),
            Self::Size => sign(step) * step.abs().max(smallest),
        }
    }
}

impl UpdateRule<f64> for RpropAsPrinted {
    type State = PrintedState;

    fn init(&self, x: &[f64]) -> Result<PrintedState, InvalidInput> {
        check_shape(x)?;
        Ok(PrintedState { step: vec![self.sizes.first; x.len()], sign: vec![0.0; x.len()], has_begun: false })
    }

    fn update(
        &self,
        state: &mut PrintedState,
        x: &mut [f64],
        gradient: &[f64],
        rate: f64,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        let Self { sizes, clamp, repairs } = *self;
        let PrintedState { step, sign: signs, has_begun } = state;
        for (((w, &d), step), prev) in x.iter_mut().zip(gradient).zip(step).zip(signs) {
            let d = sign(d);
            if repairs.zero_derivative && d == 0.0 {
                *prev = 0.0;
                continue;
            }
            let changed = *has_begun && *prev != 0.0 && *prev != d;
            if changed {
                *w += rate * *step;
                *step = clamp.no_smaller(sizes.shrink * *step, sizes.smallest);
            } else if *has_begun && *prev != 0.0 {
                *step = clamp.no_larger(sizes.grow * *step, sizes.largest);
            }
            if changed && repairs.zero_derivative {
                *prev = 0.0;
                continue;
            }
            // A derivative of 0 has no direction to give.
            if (!*has_begun || repairs.refresh_sign) && d != 0.0 {
                *step = d * step.abs();
            }
            if !changed || repairs.refresh_sign {
                *prev = d;
            }
            *w -= rate * *step;
        }
        *has_begun = true;
        Ok(())
    }
}

/// The loops as slides 113 and 114 nest them: each weight for so many steps, one after the other, once.
pub(crate) fn one_weight_at_a_time<P: Differentiable>(
    problem: &P,
    rule: &RpropAsPrinted,
    w0: &[f64],
    steps: u64,
) -> Vec<f64> {
    let (mut w, mut gradient) = (w0.to_vec(), vec![0.0; w0.len()]);
    for i in 0..w.len() {
        let mut state = rule.init(&w[i..=i]).expect("one weight");
        for _ in 0..steps {
            problem.value_gradient(&w, &mut gradient);
            rule.update(&mut state, &mut w[i..=i], &gradient[i..=i], 1.0).expect("one weight and its slope");
        }
    }
    w
}
