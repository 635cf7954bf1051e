//! Elementary functions, from the portable code of `libm` (a translation of musl's, which is FreeBSD's msun).

/// eˣ. Overflows to ∞ above 709.78…, underflows to 0 below −745.13….
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// eˣ − 1, without the cancellation near x = 0.
#[must_use]
pub fn expm1(x: f64) -> f64 {
    libm::expm1(x)
}

/// Natural logarithm. −∞ at 0, NaN below.
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Logarithm to base 10. −∞ at 0, NaN below.
#[must_use]
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// ln(1 + x), without the cancellation near x = 0. −∞ at −1, NaN below.
#[must_use]
pub fn log1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// xʸ. NaN where x < 0 and y is not an integer.
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// xᵏ by repeated squaring, in a fixed order: at most 2 log₂ k roundings, where [`pow`] has one.
///
/// 0⁰ is 1.
#[must_use]
pub fn powi(x: f64, k: u64) -> f64 {
    let (mut power, mut square, mut k) = (1.0, x, k);
    while k > 0 {
        if k % 2 == 1 {
            power *= square;
        }
        square *= square;
        k /= 2;
    }
    power
}

/// Sine of x radians. NaN at ±∞.
#[must_use]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of x radians. NaN at ±∞.
#[must_use]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Hyperbolic tangent.
#[must_use]
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// The logistic function σ(x) = 1 / (1 + e⁻ˣ), accurate in both tails.
///
/// ```
/// assert_eq!(thalweg_numerics::logistic(0.0), 0.5);
/// assert_eq!(thalweg_numerics::logistic(-800.0), 0.0);
/// ```
#[must_use]
pub fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + exp(-x))
    } else {
        // eˣ cannot overflow here; the other form would be 1 / ∞ where the answer is still a normal number.
        let e = exp(x);
        e / (1.0 + e)
    }
}

/// ln(1 + eˣ), the integral of [`logistic`], without overflow.
#[must_use]
pub fn softplus(x: f64) -> f64 {
    x.max(0.0) + log1p(exp(-x.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powi_is_repeated_multiplication_where_that_is_exact() {
        for k in 0..=20 {
            let product: f64 = (0..k).map(|_| 3.0).product();
            assert_eq!(powi(3.0, k), product);
        }
        assert_eq!(powi(-2.0, 63), -9_223_372_036_854_775_808.0);
        assert_eq!(powi(0.0, 0), 1.0);
    }

    #[test]
    fn softplus_and_logistic_do_not_overflow() {
        assert_eq!(softplus(1e4), 1e4);
        assert_eq!(softplus(-1e4), 0.0);
        assert_eq!(logistic(1e4), 1.0);
        assert!(softplus(f64::NAN).is_nan() && logistic(f64::NAN).is_nan());
    }
}
