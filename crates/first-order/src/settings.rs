//! What several rules ask of their settings.

use thalweg_problem::InvalidInput;

use crate::Scalar;

/// The factor β of an exponential average or sum, rounded to `T`: 0 remembers nothing, 1 would forget nothing.
pub(crate) fn average<T: Scalar>(argument: &'static str, beta: f64) -> Result<T, InvalidInput> {
    let rounded = T::from_f64(beta);
    if beta >= 0.0 && rounded < T::ONE {
        Ok(rounded)
    } else {
        Err(InvalidInput::new(argument, format_args!("{beta:?}"), "0 or more, and below 1 after rounding"))
    }
}
