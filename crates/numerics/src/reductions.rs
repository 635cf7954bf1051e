//! Sums over slices, each in one stated order.
//!
//! The order is part of the contract: floating-point addition is not associative, so another order is another
//! result. Here it is left to right.

/// Σ xᵢ, left to right.
#[must_use]
pub fn sum(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |total, &xi| total + xi)
}

/// Σ xᵢ yᵢ, left to right, every product rounded before it is added.
///
/// # Panics
/// If the lengths differ: an inner product of unequal vectors is a mistake of the caller's code, not of its data.
#[must_use]
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    assert_eq!(x.len(), y.len(), "dot: lengths differ");
    x.iter().zip(y).fold(0.0, |total, (&xi, &yi)| total + xi * yi)
}

/// y ← y + a x.
///
/// # Panics
/// If the lengths differ.
pub fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    assert_eq!(x.len(), y.len(), "axpy: lengths differ");
    for (yi, &xi) in y.iter_mut().zip(x) {
        *yi += a * xi;
    }
}

/// out ← A x, with A of `out.len()` × `x.len()` elements, row after row.
///
/// # Panics
/// If `a` does not hold `out.len() · x.len()` elements.
pub fn matrix_vector(a: &[f64], x: &[f64], out: &mut [f64]) {
    assert_eq!(a.len(), out.len() * x.len(), "matrix_vector: a is not out.len() × x.len()");
    if x.is_empty() {
        out.fill(0.0);
        return;
    }
    for (row, out_i) in a.chunks_exact(x.len()).zip(out) {
        *out_i = dot(row, x);
    }
}

/// Euclidean norm, which overflows or underflows only when the answer itself does.
///
/// NaN if any element is NaN, else ∞ if any is infinite.
#[must_use]
pub fn norm(x: &[f64]) -> f64 {
    // Between these bounds neither a square nor the sum has lost anything to overflow or underflow.
    const SAFE: std::ops::Range<f64> = 1e-280..1e300;
    let squares = dot(x, x);
    if SAFE.contains(&squares) {
        return squares.sqrt();
    }
    let largest =
        x.iter().fold(0.0_f64, |m, &xi| if xi.is_nan() || m.is_nan() { f64::NAN } else { m.max(xi.abs()) });
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    // A power of two scales without rounding. Two factors, because one alone can overflow where `largest` is subnormal.
    let exponent = binary_exponent(largest);
    let (half, rest) = (power_of_two(-exponent / 2), power_of_two(-exponent - (-exponent / 2)));
    let scaled = x.iter().fold(0.0, |total, &xi| {
        let s = xi * half * rest;
        total + s * s
    });
    scaled.sqrt() / half / rest
}

/// e with 2ᵉ ≤ x < 2ᵉ⁺¹, for finite x > 0; for subnormals the exponent of the smallest normal, −1022.
fn binary_exponent(x: f64) -> i32 {
    let biased = (x.to_bits() >> 52) & 0x7ff;
    biased.max(1) as i32 - 1023
}

/// 2ᵉ for −1022 ≤ e ≤ 1023.
fn power_of_two(e: i32) -> f64 {
    f64::from_bits(((e + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norm_holds_at_every_scale() {
        for scale in [5e-324, 1e-310, 1e-200, 1.0, 1e200, 3e307] {
            let measured = norm(&[3.0 * scale, -4.0 * scale]);
            assert!((measured / (5.0 * scale) - 1.0).abs() < 1e-15, "{scale:e}: {measured:e}");
        }
        assert_eq!(norm(&[]), 0.0);
        assert_eq!(norm(&[0.0, -0.0]), 0.0);
        assert_eq!(norm(&[1.0, f64::NEG_INFINITY]), f64::INFINITY);
        assert!(norm(&[f64::INFINITY, f64::NAN]).is_nan());
        assert!(norm(&[f64::NAN, f64::INFINITY]).is_nan());
        assert_eq!(norm(&[f64::MAX, f64::MAX]), f64::INFINITY);
    }

    #[test]
    fn matrix_vector_takes_rows() {
        let mut out = [0.0; 2];
        matrix_vector(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[1.0, 0.0, -1.0], &mut out);
        assert_eq!(out, [-2.0, -2.0]);
    }

    #[test]
    fn axpy_adds_in_place_and_sum_runs_left_to_right() {
        let mut y = [1.0, 2.0];
        axpy(-2.0, &[0.5, 0.25], &mut y);
        assert_eq!(y, [0.0, 1.5]);
        // 1 + 1e16 rounds to 1e16 only in this order.
        assert_eq!(sum(&[1.0, 1e16, -1e16]), 0.0);
        assert_eq!(sum(&[1e16, -1e16, 1.0]), 1.0);
    }
}
