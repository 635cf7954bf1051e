//! Elementary functions, from the portable code of `libm` (a translation of musl's, which is FreeBSD's msun).
//!
//! The errors stated are those of `cargo xtask accuracy`: the largest over 2²⁰ arguments, in units in the last place.

use crate::exponential::{exp, exp_each};

/// eˣ − 1, without the cancellation near x = 0.
/// Largest error measured: 0.80 ulp.
///
/// ```
/// assert_eq!(thalweg_numerics::expm1(1e-20), 1e-20);
/// ```
#[must_use]
pub fn expm1(x: f64) -> f64 {
    libm::expm1(x)
}

/// Natural logarithm. −∞ at 0, NaN below.
/// Largest error measured: 0.79 ulp.
///
/// ```
/// assert_eq!(thalweg_numerics::ln(1.0), 0.0);
/// ```
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Logarithm to base 10. −∞ at 0, NaN below.
/// Largest error measured: 0.66 ulp.
///
/// ```
/// assert_eq!(thalweg_numerics::log10(1000.0), 3.0);
/// ```
#[must_use]
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// ln(1 + x), without the cancellation near x = 0. −∞ at −1, NaN below.
/// Largest error measured: 0.79 ulp.
///
/// ```
/// assert_eq!(thalweg_numerics::log1p(1e-20), 1e-20);
/// ```
#[must_use]
pub fn log1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// xʸ. NaN where x < 0 and y is not an integer.
/// Largest error measured: 0.86 ulp.
///
/// ```
/// assert_eq!(thalweg_numerics::pow(2.0, 0.5), 2.0_f64.sqrt());
/// ```
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// Sine of x radians. NaN at ±∞.
/// Largest error measured: 0.76 ulp.
///
/// ```
/// assert_eq!(thalweg_numerics::sin(1e22), -0.8522008497671888);
/// ```
#[must_use]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of x radians. NaN at ±∞.
/// Largest error measured: 0.77 ulp.
///
/// ```
/// assert_eq!(thalweg_numerics::cos(1e22), 0.523214785395139);
/// ```
#[must_use]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// The angle in (−π/2, π/2) whose tangent is x, in radians. ±π/2, rounded, at ±∞.
/// Largest error measured: 0.83 ulp.
///
/// ```
/// assert_eq!(thalweg_numerics::atan(1.0), core::f64::consts::FRAC_PI_4);
/// ```
#[must_use]
pub fn atan(x: f64) -> f64 {
    libm::atan(x)
}

/// ln(1 + eˣ), the integral of [`logistic`](crate::logistic), without overflow.
/// Largest error measured: 1.51 ulp.
///
/// ```
/// assert_eq!(thalweg_numerics::softplus(0.0), core::f64::consts::LN_2);
/// ```
#[must_use]
pub fn softplus(x: f64) -> f64 {
    softplus_from(x, exp(-x.abs()))
}

/// Softplus from e = exp(−|x|).
fn softplus_from(x: f64, e: f64) -> f64 {
    x.max(0.0) + log1p(e)
}

/// outᵢ ← [`softplus`]\(xᵢ\), with the same bits.
///
/// ```
/// use thalweg_numerics::{softplus, softplus_each};
///
/// let mut out = [0.0; 3];
/// softplus_each(&[-2.0, 0.0, 800.0], &mut out);
/// assert_eq!(out, [softplus(-2.0), core::f64::consts::LN_2, 800.0]);
/// ```
///
/// # Panics
/// If the lengths differ.
pub fn softplus_each(x: &[f64], out: &mut [f64]) {
    const CHUNK: usize = 256;
    assert_eq!(x.len(), out.len(), "softplus_each: lengths differ");
    let mut minus_magnitude = [0.0; CHUNK];
    for (x, out) in x.chunks(CHUNK).zip(out.chunks_mut(CHUNK)) {
        let minus_magnitude = &mut minus_magnitude[..x.len()];
        minus_magnitude.iter_mut().zip(x).for_each(|(minus, x)| *minus = -x.abs());
        exp_each(minus_magnitude, out);
        out.iter_mut().zip(x).for_each(|(out, &x)| *out = softplus_from(x, *out));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dot, norm};

    #[test]
    fn softplus_does_not_overflow() {
        assert_eq!(softplus(1e4), 1e4);
        assert_eq!(softplus(-1e4), 0.0);
        assert!(softplus(f64::NAN).is_nan());
    }

    /// The same numbers whether AVX2 or AVX-512 may be chosen or not: `.ci/run` has this with the feature `std` and without.
    #[test]
    fn bits_are_those_that_were_written_down_with_std_and_without() {
        let tenths = [0.1; 1000];
        let found = [exp(0.7), ln(0.7), dot(&tenths, &tenths), norm(&tenths)].map(f64::to_bits);
        let expected =
            [0x4000_1c2a_6126_8987, 0xbfd6_d3c3_24e1_3f50, 0x4024_0000_0000_0004, 0x4009_4c58_3ada_5b55];
        assert_eq!(found, expected, "{found:x?}");
    }
}
