//! What several rules ask of their settings.

use thalweg_problem::InvalidInput;

/// Nothing if `value` can be the factor of an exponential average: 0 remembers nothing, 1 would forget nothing.
pub(crate) fn check_average(argument: &'static str, value: f64) -> Result<(), InvalidInput> {
    if (0.0..1.0).contains(&value) {
        Ok(())
    } else {
        Err(InvalidInput::new(argument, format_args!("{value:?}"), "0 or more, and below 1"))
    }
}
