//! Checks of settings that several searches share.

use thalweg_problem::InvalidInput;

/// 0 < c₁ < c₂ < 1: then a step exists that satisfies both Wolfe conditions on every φ that is smooth and bounded below.
pub(crate) fn check_wolfe(c1: f64, c2: f64) -> Result<(), InvalidInput> {
    check_share("c1", c1)?;
    check_share("c2", c2)
}

/// A number strictly between 0 and 1.
pub(crate) fn check_share(argument: &'static str, value: f64) -> Result<(), InvalidInput> {
    if value > 0.0 && value < 1.0 {
        Ok(())
    } else {
        Err(InvalidInput::new(argument, format_args!("{value:?}"), "a number between 0 and 1, both excluded"))
    }
}

/// ε: 0 or more, and below 1.
pub(crate) fn check_noise(argument: &'static str, value: f64) -> Result<(), InvalidInput> {
    if (0.0..1.0).contains(&value) {
        Ok(())
    } else {
        Err(InvalidInput::new(argument, format_args!("{value:?}"), "a number from 0 to below 1"))
    }
}

pub(crate) fn check_max_alpha(max_alpha: f64) -> Result<(), InvalidInput> {
    if max_alpha > 0.0 {
        Ok(())
    } else {
        Err(InvalidInput::new("max_alpha", format_args!("{max_alpha:?}"), "a number above 0, or infinity"))
    }
}

pub(crate) fn check_max_trials(max_trials: u32) -> Result<(), InvalidInput> {
    if max_trials > 0 { Ok(()) } else { Err(InvalidInput::new("max_trials", 0, "1 or more")) }
}
