//! The factor of Student's t, by the finite series that it has for whole degrees of freedom.
//!
//! ```text
//! A(t | ν) = (2/π) (φ + sin φ (cos φ + ⅔ cos³φ + ⅔·⅘ cos⁵φ + …))        ν odd,   t = √ν tan φ
//! A(t | ν) = sin φ (1 + ½ cos²φ + ½·¾ cos⁴φ + …)                        ν even
//! ```
//!
//! Each series ends with the power ν − 2. A is the probability of |T| ≤ t; φ is found by halving an interval.
//!
//! Source: M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4.

use thalweg_numerics::{cos, sin};
use thalweg_problem::InvalidInput;

/// Beyond so many degrees of freedom the factor changes by less than 1e-5 of itself, and the series would only take longer.
const MANY: u64 = 100_000;

/// t with P(|T| ≤ t) = `confidence` for Student's T with so many degrees of freedom, 1 or more.
///
/// The mean of N normally distributed numbers is within t s/√N of what it estimates with that probability, for N − 1 degrees of
/// freedom and their standard deviation s. The relative error is below 1e-10 up to a confidence of 0.999999; above 100 000 degrees
/// of freedom those of 100 000 are taken.
///
/// ```
/// let factor = thalweg_krylov::student_factor(0.95, 29)?;
/// assert!((factor - 2.045_229_642).abs() < 1e-9);
/// # Ok::<(), thalweg_krylov::problem::InvalidInput>(())
/// ```
///
/// # Errors
/// If the confidence is not between 0 and 1, or there is no degree of freedom.
pub fn student_factor(confidence: f64, degrees: u64) -> Result<f64, InvalidInput> {
    check_confidence(confidence)?;
    if degrees == 0 {
        return Err(InvalidInput::new("degrees", 0, "1 or more"));
    }
    let degrees = degrees.min(MANY);
    let (mut low, mut high) = (0.0, std::f64::consts::FRAC_PI_2);
    // As often as there are bits, and then some.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if probability(middle, degrees) < confidence { low = middle } else { high = middle }
    }
    Ok((degrees as f64).sqrt() * sin(low) / cos(low))
}

pub(super) fn check_confidence(confidence: f64) -> Result<(), InvalidInput> {
    if confidence > 0.0 && confidence < 1.0 {
        return Ok(());
    }
    Err(InvalidInput::new(
        "confidence",
        format_args!("{confidence:?}"),
        "a number between 0 and 1, without them",
    ))
}

/// A(√ν tan φ | ν).
fn probability(phi: f64, degrees: u64) -> f64 {
    let (sine, cosine) = (sin(phi), cos(phi));
    let is_odd = degrees % 2 == 1;
    let (mut term, mut power) = if is_odd { (cosine, 1) } else { (1.0, 0) };
    let mut series = 0.0;
    while power + 2 <= degrees {
        series += term;
        term *= (power + 1) as f64 / (power + 2) as f64 * cosine * cosine;
        power += 2;
    }
    if is_odd { std::f64::consts::FRAC_2_PI * (phi + sine * series) } else { sine * series }
}
