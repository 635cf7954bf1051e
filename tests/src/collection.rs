//! What counts as solved in the collection of Moré, Garbow and Hillstrom: one rule for all methods.

use thalweg::objectives::classic::TestFunction;

/// Whether `value`, f = Σfᵢ² where a run ended, is one that the collection lists or that is the best known: within 1e-5 of it,
/// relatively, or at most 1e-8 where it is 0.
///
/// The collection lists local minima, and values that f only comes down to as a variable runs off to ±∞ (Bard's 17.43, say):
/// whoever follows f downhill there has done what can be done. What is listed counts; `is_attained` tells the two apart, and
/// both counts are printed.
#[must_use]
pub fn is_known(function: &dyn TestFunction, value: f64) -> bool {
    function.minima().iter().any(|minimum| is_near(value, minimum.value))
}

/// Whether it is a minimum at a finite place, and not a value at infinity.
#[must_use]
pub fn is_attained(function: &dyn TestFunction, value: f64) -> bool {
    let is_somewhere = |x: &Option<Vec<f64>>| x.as_ref().is_none_or(|x| x.iter().all(|x| x.is_finite()));
    function.minima().iter().any(|minimum| is_somewhere(&minimum.x) && is_near(value, minimum.value))
}

fn is_near(value: f64, known: f64) -> bool {
    if known == 0.0 { value <= 1e-8 } else { (value - known).abs() <= 1e-5 * known.abs() }
}
