//! What an update rule is.

use alloc::boxed::Box;

use thalweg_problem::InvalidInput;

use crate::Scalar;

/// A rule that moves parameters by a gradient and a rate, in one pass over memory.
///
/// A loop by hand is the same for all of them:
///
/// ```
/// use thalweg_first_order::problem::InvalidInput;
/// use thalweg_first_order::{GradientDescent, UpdateRule};
///
/// fn train<R: UpdateRule<f32>>(rule: &R, w: &mut [f32]) -> Result<(), InvalidInput> {
///     let mut state = rule.init(w)?;
///     for _ in 0..10 {
///         rule.look_ahead(&mut state, w)?;
///         let (value, gradient) = (0.5 * w[0] * w[0], [w[0]]);
///         rule.update_with_value(&mut state, w, value, &gradient, 0.5)?;
///     }
///     Ok(())
/// }
///
/// let mut w = [1024.0];
/// train(&GradientDescent, &mut w)?;
/// assert_eq!(w, [1.0]);
/// # Ok::<(), InvalidInput>(())
/// ```
///
/// For a rule that says nothing about [`look_ahead`](Self::look_ahead) and values the loop shrinks to [`update`](Self::update).
pub trait UpdateRule<T: Scalar> {
    /// What the rule remembers between updates.
    type State: Clone;

    /// A state for parameters shaped like `x`; their values do not matter.
    ///
    /// # Errors
    /// If a setting of the rule cannot be used, or `x` is empty.
    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput>;

    /// Moves `x` by one update, given the gradient at `x` and the rate η.
    ///
    /// A gradient that is not finite is not refused: it ends up in `x`, where the loop's owner looks anyway.
    ///
    /// # Errors
    /// If `x` is empty, the lengths differ (also that of what the state remembers), the rate is negative or not finite,
    /// or the rule needs what only [`update_with_value`](Self::update_with_value) tells it. Then `x` is as it was.
    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput>;

    /// The same for a rule that wants to know f(x), too; the others ignore it.
    ///
    /// # Errors
    /// Those of [`update`](Self::update).
    fn update_with_value(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        value: T,
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        let _ = value;
        self.update(state, x, gradient, rate)
    }

    /// Moves `x` from the iterate to where the rule wants its next gradient. Most rules want it at the iterate, and do nothing.
    ///
    /// A rule that does something says so, refuses an update of a point that has not been moved, and does nothing when it
    /// is called again before the update.
    ///
    /// # Errors
    /// If the length of `x` is not that of the state.
    fn look_ahead(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
        let _ = (state, x);
        Ok(())
    }

    /// Moves `x` back from where [`look_ahead`](Self::look_ahead) took it to the iterate, up to rounding.
    ///
    /// Where a run ends in between, it is the iterate that one wants.
    ///
    /// # Errors
    /// If the length of `x` is not that of the state.
    fn look_back(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
        let _ = (state, x);
        Ok(())
    }
}

/// A pointer to a rule is that rule.
macro_rules! forward_through_pointer {
    ($($pointer:ty),*) => {$(
        impl<T: Scalar, R: UpdateRule<T> + ?Sized> UpdateRule<T> for $pointer {
            type State = R::State;

            fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
                (**self).init(x)
            }

            fn update(
                &self,
                state: &mut Self::State,
                x: &mut [T],
                gradient: &[T],
                rate: T,
            ) -> Result<(), InvalidInput> {
                (**self).update(state, x, gradient, rate)
            }

            fn update_with_value(
                &self,
                state: &mut Self::State,
                x: &mut [T],
                value: T,
                gradient: &[T],
                rate: T,
            ) -> Result<(), InvalidInput> {
                (**self).update_with_value(state, x, value, gradient, rate)
            }

            fn look_ahead(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
                (**self).look_ahead(state, x)
            }

            fn look_back(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
                (**self).look_back(state, x)
            }
        }
    )*};
}

forward_through_pointer!(&R, Box<R>);

/// What every rule asks of an update before it touches anything.
///
/// What the rule remembers per parameter is checked by `InvalidInput::unless_length("state.velocity", …, x.len())`.
///
/// # Errors
/// If `x` is empty, `gradient` has another length, or the rate is negative or not finite.
pub fn check_update<T: Scalar>(x: &[T], gradient: &[T], rate: T) -> Result<(), InvalidInput> {
    check_shape(x)?;
    InvalidInput::unless_length("gradient", gradient, x.len())?;
    InvalidInput::unless_non_negative("rate", rate).map(drop)
}

/// What every rule asks of the parameters it makes a state for.
///
/// # Errors
/// If there are none.
pub fn check_shape<T: Scalar>(x: &[T]) -> Result<(), InvalidInput> {
    if x.is_empty() { Err(InvalidInput::new("x", "length 0", "length 1 or more")) } else { Ok(()) }
}
