//! Square roots and whole powers, which need arithmetic and no other crate.

#[cfg(any(not(feature = "std"), test))]
use crate::scale::power_of_two;

/// xᵏ by repeated squaring, in a fixed order: at most 2 log₂ k roundings, where `pow` has one.
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

/// √x, correctly rounded; NaN below 0.
///
/// `core` gives no way to the CPU's instruction, so without the feature `std` whole numbers do the work: the same bits, only slower.
///
/// ```
/// assert_eq!(thalweg_numerics::sqrt(2.0), std::f64::consts::SQRT_2);
/// ```
#[inline]
#[must_use]
pub fn sqrt(x: f64) -> f64 {
    #[cfg(feature = "std")]
    return x.sqrt();
    #[cfg(not(feature = "std"))]
    return root_of_integers(x);
}

/// √x by the root of a whole number of 126 or 127 bits, which has twice the bits that rounding has to see.
#[cfg(any(not(feature = "std"), test))]
fn root_of_integers(x: f64) -> f64 {
    const FRACTION: u32 = f64::MANTISSA_DIGITS - 1;
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 || x == f64::INFINITY {
        return x;
    }
    // x = m · 2ᵉ.
    let (biased, fraction) = ((x.to_bits() >> FRACTION) as i32, x.to_bits() & ((1 << FRACTION) - 1));
    let (m, e) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << FRACTION, biased - 1075) };
    // m · 2ˢ has its highest bit at the 126th or 127th place, and e − s is even.
    let s = m.leading_zeros() as i32 + 62;
    let s = s + (e - s).rem_euclid(2);
    let square = u128::from(m) << s;
    let root = square.isqrt();
    // One more bit says whether anything was cut off, so that the rounding to f64 is the only one.
    let root = (root << 1) | u128::from(root * root != square);
    root as f64 * power_of_two((e - s) / 2 - 1)
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
    fn a_root_of_integers_has_the_bits_of_the_cpu() {
        for i in 0..200_000_u64 {
            // Multiples of the golden section of 2⁶⁴ meet every exponent, that of the subnormals too.
            let x = f64::from_bits(i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 1);
            if x.is_finite() {
                assert_eq!(root_of_integers(x).to_bits(), x.sqrt().to_bits(), "{x:e}");
                let square = x * x;
                assert_eq!(root_of_integers(square).to_bits(), square.sqrt().to_bits(), "{square:e}");
            }
        }
        for x in [0.0, -0.0, 5e-324, f64::MIN_POSITIVE, 1.0, 4.0, f64::MAX, f64::INFINITY] {
            assert_eq!(root_of_integers(x).to_bits(), x.sqrt().to_bits(), "{x:e}");
        }
        assert!(root_of_integers(-1.0).is_nan() && root_of_integers(f64::NAN).is_nan());
        assert!(sqrt(-1.0).is_nan() && sqrt(2.0) == root_of_integers(2.0));
    }
}
