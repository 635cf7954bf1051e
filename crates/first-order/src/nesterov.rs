//! Nesterov's accelerated gradient: make the last step again, and only then ask for the gradient.
//!
//! ```text
//! yₖ   = wₖ + βₖ vₖ
//! vₖ₊₁ = βₖ vₖ − η ∇f(yₖ)
//! wₖ₊₁ = wₖ + vₖ₊₁ = yₖ − η ∇f(yₖ)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | w, or y where the form or [`look_ahead`](UpdateRule::look_ahead) says so | `x`, length n |
//! | ∇f(y) | `gradient`, length n |
//! | η | `rate` |
//! | βₖ | [`Nesterov::momentum`] |
//! | v, v₀ = 0 | [`NesterovState::velocity`], length n |
//!
//! Needs of the problem: a gradient, at y.
//!
//! One step costs one gradient and 5n flops; the look-ahead form goes over memory twice, the one-pass form once.
//!
//! It ends when the driver says so. On a quadratic it diverges at fixed rates above 2 (1 + β)/((1 + 2β) λmax), which is
//! less than without momentum.
//!
//! Where the literature disagrees: which point is called the parameters, and where the rate stands. Both points are here,
//! as forms; the rate is inside the velocity. PyTorch's `SGD(nesterov=True)` is the one-pass form with the velocity −ηb, the
//! same path at a constant rate.
//!
//! Sources: Yu. Nesterov, Soviet Mathematics Doklady 27 (1983) 372–376; I. Sutskever, J. Martens, G. Dahl, G. Hinton,
//! ICML 2013, eq. 3 and 4; Y. Bengio, N. Boulanger-Lewandowski, R. Pascanu, ICASSP 2013, for the one pass;
//! CMU 11-785 (Fall 2020), Optimization Part 1, slides 134–140.

use alloc::vec;
use alloc::vec::Vec;

use thalweg_problem::InvalidInput;

use crate::momentum::sweep;
use crate::restarted::slope_along;
use crate::{MomentumSequence, Restart, Scalar, UpdateRule, check_shape, check_update};

/// Nesterov's accelerated gradient.
///
/// ```
/// use thalweg_first_order::{MomentumSequence, Nesterov, UpdateRule};
///
/// let rule = Nesterov { momentum: MomentumSequence::Constant(0.5), ..Nesterov::default() };
/// let mut w = [16.0];
/// let mut state = rule.init(&w)?;
/// let mut path = Vec::new();
/// for _ in 0..3 {
///     rule.look_ahead(&mut state, &mut w)?;
///     let gradient = w; // of ½w²
///     rule.update(&mut state, &mut w, &gradient, 0.25)?;
///     path.push(w[0]);
/// }
/// println!("{path:?}");
/// assert_eq!(path, [12.0, 7.5, 3.9375]);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nesterov {
    /// β₀, β₁, …: how much of the last step is made again. Default constant, 0.9.
    pub momentum: MomentumSequence,
    /// Which point `x` is. Default [`NesterovForm::LookAhead`].
    pub form: NesterovForm,
}

impl Default for Nesterov {
    fn default() -> Self {
        Self { momentum: MomentumSequence::Constant(0.9), form: NesterovForm::LookAhead }
    }
}

/// Which point the parameters of [`Nesterov`] are.
///
/// Both see the same gradients and have the same velocity; y = w + βv is the change of variables, and
/// [`UpdateRule::look_back`] makes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NesterovForm {
    /// `x` is the iterate w. [`UpdateRule::look_ahead`] moves it to y for the gradient, [`UpdateRule::update`] from there to
    /// the next iterate.
    #[default]
    LookAhead,
    /// `x` is y all the time, and [`UpdateRule::update`] goes from one y to the next. Nothing is to be done for the gradient,
    /// so that it fits into a loop written for gradient descent.
    OnePass,
}

/// What [`Nesterov`] remembers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct NesterovState<T> {
    /// v, the last step from iterate to iterate, length n.
    pub velocity: Vec<T>,
    /// k, the updates since the start or since the momentum was forgotten.
    pub updates: u64,
    /// tₖ₋₁ of [`MomentumSequence::BeckTeboulle`]; 0 before the first update, and always for the other sequences.
    pub t: f64,
    /// Whether `x` is y, where the gradient is wanted, or the iterate w.
    pub is_ahead: bool,
}

impl Nesterov {
    fn coefficient<T: Scalar>(&self, state: &NesterovState<T>) -> Result<T, InvalidInput> {
        self.momentum.coefficient(state.updates, state.t)
    }
}

impl<T: Scalar> UpdateRule<T> for Nesterov {
    type State = NesterovState<T>;

    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
        check_shape(x)?;
        // At rest, y and w are one point.
        let is_ahead = self.form == NesterovForm::OnePass;
        let state = NesterovState { velocity: vec![T::ZERO; x.len()], updates: 0, t: 0.0, is_ahead };
        self.coefficient(&state)?;
        Ok(state)
    }

    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        InvalidInput::unless_length("state.velocity", &state.velocity, x.len())?;
        if !state.is_ahead {
            return Err(InvalidInput::new("x", "the iterate", "where `look_ahead` moves it"));
        }
        let now = self.coefficient(state)?;
        state.updates += 1;
        state.t = self.momentum.advance(state.t);
        // y = x, g = ∇f(y), η = rate, βₖ = now, βₖ₊₁ = next
        let velocity = &mut state.velocity;
        match self.form {
            NesterovForm::LookAhead => {
                sweep(x, velocity, gradient, move |y, v, g| {
                    let descent = rate * g;
                    [y - descent, now * v - descent]
                });
                state.is_ahead = false;
            }
            NesterovForm::OnePass => {
                let next: T = self.momentum.coefficient(state.updates, state.t)?;
                sweep(x, velocity, gradient, move |y, v, g| {
                    let descent = rate * g;
                    let v = now * v - descent;
                    [y - descent + next * v, v]
                });
            }
        }
        Ok(())
    }

    /// From w to y, where `x` is not there already.
    fn look_ahead(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
        InvalidInput::unless_length("state.velocity", &state.velocity, x.len())?;
        if !state.is_ahead {
            let beta = self.coefficient(state)?;
            for (w, &v) in x.iter_mut().zip(&state.velocity) {
                *w = *w + beta * v;
            }
            state.is_ahead = true;
        }
        Ok(())
    }

    /// From y to w, up to rounding; for both forms. An update wants [`look_ahead`](UpdateRule::look_ahead) before it then.
    fn look_back(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
        InvalidInput::unless_length("state.velocity", &state.velocity, x.len())?;
        if state.is_ahead {
            let beta = self.coefficient(state)?;
            for (y, &v) in x.iter_mut().zip(&state.velocity) {
                *y = *y - beta * v;
            }
            state.is_ahead = false;
        }
        Ok(())
    }
}

impl<T: Scalar> Restart<T> for Nesterov {
    fn slope_along_step(&self, state: &Self::State, x: &[T], gradient: &[T]) -> f64 {
        slope_along(&state.velocity, x, gradient, |v, _| v)
    }

    fn forget(&self, state: &mut Self::State) {
        state.velocity.fill(T::ZERO);
        state.updates = 0;
        state.t = 0.0;
        state.is_ahead |= self.form == NesterovForm::OnePass;
    }
}
