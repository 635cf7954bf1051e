//! Units in which numbers are of ordinary size.

/// The largest power of two that is not above x, for finite x > 0; 2⁻¹⁰²² for what is smaller, 2¹⁰²³ for ∞.
///
/// Numbers near x are divided by it without rounding, and then their squares neither overflow nor underflow.
///
/// ```
/// use thalweg_numerics::power_of_two_below;
///
/// assert_eq!([0.7, 1.0, 1e300].map(power_of_two_below), [0.5, 1.0, f64::from_bits(2019 << 52)]);
/// ```
#[must_use]
pub fn power_of_two_below(x: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff << 52;
    f64::from_bits(x.min(f64::MAX).to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
}

/// 2ᵉ for −1022 ≤ e ≤ 1023.
pub(crate) fn power_of_two(e: i32) -> f64 {
    f64::from_bits(((e + 1023) as u64) << 52)
}
