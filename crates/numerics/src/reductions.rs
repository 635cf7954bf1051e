//! Sums over slices, each in the one order that the crate's documentation states.

use crate::dispatch::dispatched;
use crate::powers::sqrt;
use crate::scale::power_of_two;

const LANES: usize = 16;

/// From this length on, four elements at a time pay for asking whether the CPU can do that.
const WORTH_A_CALL: usize = 2 * LANES;

/// Σ tᵢ with tᵢ = `term`(xᵢ, yᵢ), in the order above.
#[inline(always)]
fn lane_tree(x: &[f64], y: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    let (x_blocks, y_blocks) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    let tail = x_blocks.remainder().iter().zip(y_blocks.remainder());
    let tail = tail.fold(0.0, |total, (&xi, &yi)| total + term(xi, yi));
    if x.len() < LANES {
        return tail;
    }
    let mut lanes = [0.0; LANES];
    for (x, y) in x_blocks.zip(y_blocks) {
        for l in 0..LANES {
            lanes[l] += term(x[l], y[l]);
        }
    }
    fold(lanes) + tail
}

/// The lanes in halves, as the documentation states.
#[inline(always)]
fn fold(mut lanes: [f64; LANES]) -> f64 {
    let mut half = LANES / 2;
    while half > 0 {
        for l in 0..half {
            lanes[l] += lanes[l + half];
        }
        half /= 2;
    }
    lanes[0]
}

#[inline(always)]
fn plain_sum(x: &[f64]) -> f64 {
    lane_tree(x, x, |xi, _| xi)
}

#[inline(always)]
pub(crate) fn plain_dot(x: &[f64], y: &[f64]) -> f64 {
    lane_tree(x, y, |xi, yi| xi * yi)
}

/// Σ (xᵢ a b)².
#[inline(always)]
fn plain_scaled_squares(x: &[f64], a: f64, b: f64) -> f64 {
    lane_tree(x, x, |xi, _| {
        let s = xi * a * b;
        s * s
    })
}

#[inline(always)]
fn plain_axpy(a: f64, x: &[f64], y: &mut [f64]) {
    for (yi, &xi) in y.iter_mut().zip(x) {
        *yi += a * xi;
    }
}

#[inline(always)]
fn plain_axpy_dot(a: f64, x: &[f64], y: &mut [f64], z: &[f64]) -> f64 {
    let (x_blocks, z_blocks) = (x.chunks_exact(LANES), z.chunks_exact(LANES));
    let (x_tail, z_tail) = (x_blocks.remainder(), z_blocks.remainder());
    let mut y_blocks = y.chunks_exact_mut(LANES);
    let mut lanes = [0.0; LANES];
    for ((x, y), z) in x_blocks.zip(&mut y_blocks).zip(z_blocks) {
        for l in 0..LANES {
            y[l] += a * x[l];
            lanes[l] += y[l] * z[l];
        }
    }
    let mut tail = 0.0;
    for ((x, y), z) in x_tail.iter().zip(y_blocks.into_remainder()).zip(z_tail) {
        *y += a * x;
        tail += *y * z;
    }
    if x.len() < LANES { tail } else { fold(lanes) + tail }
}

// Shorter than the lanes a sum goes from left to right, and a call would cost as much as the sum: these are inlined.

#[inline]
fn short_sum(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |total, xi| total + xi)
}

#[inline]
fn short_dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).fold(0.0, |total, (xi, yi)| total + xi * yi)
}

#[inline]
fn short_axpy_dot(a: f64, x: &[f64], y: &mut [f64], z: &[f64]) -> f64 {
    let terms = x.iter().zip(y).zip(z);
    terms.fold(0.0, |total, ((xi, yi), zi)| {
        *yi += a * xi;
        total + *yi * zi
    })
}

fn blocks_sum(x: &[f64]) -> f64 {
    if x.len() < WORTH_A_CALL { plain_sum(x) } else { long_sum(x) }
}

fn blocks_dot(x: &[f64], y: &[f64]) -> f64 {
    if x.len() < WORTH_A_CALL { plain_dot(x, y) } else { long_dot(x, y) }
}

fn blocks_axpy_dot(a: f64, x: &[f64], y: &mut [f64], z: &[f64]) -> f64 {
    if x.len() < WORTH_A_CALL { plain_axpy_dot(a, x, y, z) } else { long_axpy_dot(a, x, y, z) }
}

dispatched! { up to 4: fn long_axpy_dot(a: f64, x: &[f64], y: &mut [f64], z: &[f64]) -> f64 = plain_axpy_dot; }
dispatched! { up to 4: fn long_sum(x: &[f64]) -> f64 = plain_sum; }
dispatched! { up to 4: fn long_dot(x: &[f64], y: &[f64]) -> f64 = plain_dot; }
dispatched! { up to 4: fn long_axpy(a: f64, x: &[f64], y: &mut [f64]) = plain_axpy; }

/// Σ xᵢ, in [the stated order](crate#the-order-of-a-sum). 0 for an empty slice.
///
/// ```
/// use thalweg_numerics::sum;
///
/// // Fewer than 16 are added up from left to right, and 1 + 10¹⁶ is 10¹⁶ after rounding.
/// assert_eq!(sum(&[1.0, 1e16, -1e16]), 0.0);
/// assert_eq!(sum(&[0.25; 1000]), 250.0);
/// ```
#[inline]
#[must_use]
pub fn sum(x: &[f64]) -> f64 {
    if x.len() < LANES { short_sum(x) } else { blocks_sum(x) }
}

/// Σ xᵢ yᵢ, in [the stated order](crate#the-order-of-a-sum), every product rounded before it is added.
///
/// ```
/// assert_eq!(thalweg_numerics::dot(&[1.0, 2.0, 3.0], &[4.0, -5.0, 6.0]), 12.0);
/// ```
///
/// # Panics
/// If the lengths differ: an inner product of unequal vectors is a mistake of the caller's code, not of its data.
#[inline]
#[must_use]
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    assert_eq!(x.len(), y.len(), "dot: lengths differ");
    if x.len() < LANES { short_dot(x, y) } else { blocks_dot(x, y) }
}

/// y ← y + a x, every product rounded before it is added.
///
/// ```
/// let mut y = [1.0, 2.0];
/// thalweg_numerics::axpy(-2.0, &[0.5, 0.25], &mut y);
/// assert_eq!(y, [0.0, 1.5]);
/// ```
///
/// # Panics
/// If the lengths differ.
#[inline]
pub fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    assert_eq!(x.len(), y.len(), "axpy: lengths differ");
    if x.len() < WORTH_A_CALL { plain_axpy(a, x, y) } else { long_axpy(a, x, y) }
}

/// y ← y + a x, and then yᵀz of the new y: one pass over memory, the bits of [`axpy`] and [`dot`].
///
/// ```
/// let mut y = [1.0, 2.0];
/// assert_eq!(thalweg_numerics::axpy_dot(-2.0, &[0.5, 0.25], &mut y, &[7.0, 2.0]), 3.0);
/// assert_eq!(y, [0.0, 1.5]);
/// ```
///
/// # Panics
/// If the lengths differ.
#[inline]
pub fn axpy_dot(a: f64, x: &[f64], y: &mut [f64], z: &[f64]) -> f64 {
    assert_eq!(x.len(), y.len(), "axpy_dot: lengths differ");
    assert_eq!(z.len(), y.len(), "axpy_dot: lengths differ");
    if x.len() < LANES { short_axpy_dot(a, x, y, z) } else { blocks_axpy_dot(a, x, y, z) }
}

/// Euclidean norm, which overflows or underflows only when the answer itself does.
///
/// NaN if any element is NaN, else ∞ if any is infinite. The squares are added up in
/// [the stated order](crate#the-order-of-a-sum): one pass where they are safe, and otherwise a second one over
/// elements that a power of two has scaled.
///
/// ```
/// assert_eq!(thalweg_numerics::norm(&[1e200; 4]), 2e200);
/// ```
#[must_use]
pub fn norm(x: &[f64]) -> f64 {
    // Between these bounds neither a square nor the sum has lost anything to overflow or underflow.
    const SAFE: core::ops::Range<f64> = 1e-280..1e300;
    let squares = dot(x, x);
    if SAFE.contains(&squares) {
        return sqrt(squares);
    }
    let largest =
        x.iter().fold(0.0_f64, |m, &xi| if xi.is_nan() || m.is_nan() { f64::NAN } else { m.max(xi.abs()) });
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    // A power of two scales without rounding. Two factors, because one alone can overflow where `largest` is subnormal.
    let exponent = binary_exponent(largest);
    let (half, rest) = (power_of_two(-exponent / 2), power_of_two(-exponent - (-exponent / 2)));
    sqrt(plain_scaled_squares(x, half, rest)) / half / rest
}

/// e with 2ᵉ ≤ x < 2ᵉ⁺¹, for finite x > 0; for subnormals the exponent of the smallest normal, −1022.
fn binary_exponent(x: f64) -> i32 {
    let biased = (x.to_bits() >> 52) & 0x7ff;
    biased.max(1) as i32 - 1023
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

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
    fn norm_of_a_scaled_vector_is_the_scaled_norm() {
        // Powers of two scale without rounding, so the two ways of `norm` must agree to the bit.
        let x: Vec<f64> = (1..=100).map(|i| 1.0 / f64::from(i)).collect();
        for scale in [power_of_two(600), power_of_two(-600)] {
            let scaled: Vec<f64> = x.iter().map(|xi| xi * scale).collect();
            assert_eq!(norm(&scaled), norm(&x) * scale);
        }
    }

    #[test]
    fn the_order_is_the_documented_one() {
        // Numbers whose sum shows every change of the order.
        let x: Vec<f64> = (0..200).map(|i| 1.0 / (1.0 + f64::from(i * i % 97))).collect();
        for n in 0..=x.len() {
            let x = &x[..n];
            let blocks = n / 16;
            let lane = |l: usize| (0..blocks).fold(0.0, |total, b| total + x[16 * b + l]);
            let one: Vec<f64> = (0..8).map(|l| lane(l) + lane(l + 8)).collect();
            let two: Vec<f64> = (0..4).map(|l| one[l] + one[l + 4]).collect();
            let three = [two[0] + two[2], two[1] + two[3]];
            let tail = x[16 * blocks..].iter().fold(0.0, |total, xi| total + xi);
            let expected: f64 = (three[0] + three[1]) + tail;
            assert_eq!(sum(x).to_bits(), expected.to_bits(), "n = {n}");
        }
    }

    proptest::proptest! {
        /// On a CPU with AVX2, the two ways through the same code.
        #[test]
        fn both_ways_give_the_same_bits(
            x in proptest::collection::vec(proptest::num::f64::ANY, 0..230),
            offset in 0_usize..8,
            a in -2.0..2.0,
        ) {
            let x = &x[offset.min(x.len())..];
            let y: Vec<f64> = x.iter().rev().map(|x| x * a).collect();
            let bits = |x: f64| if x.is_nan() { u64::MAX } else { x.to_bits() };
            proptest::prop_assert_eq!(bits(long_sum(x)), bits(plain_sum(x)));
            proptest::prop_assert_eq!(bits(long_dot(x, &y)), bits(plain_dot(x, &y)));
            let (mut plain, mut long) = (y.clone(), y);
            plain_axpy(a, x, &mut plain);
            long_axpy(a, x, &mut long);
            proptest::prop_assert!(plain.iter().zip(&long).all(|(p, l)| bits(*p) == bits(*l)));
            let (mut fused, mut in_turn) = (plain.clone(), plain);
            let product = axpy_dot(a, x, &mut fused, x);
            axpy(a, x, &mut in_turn);
            proptest::prop_assert!(fused.iter().zip(&in_turn).all(|(f, t)| bits(*f) == bits(*t)));
            proptest::prop_assert_eq!(bits(product), bits(dot(&in_turn, x)));
        }
    }

    #[test]
    fn a_sum_of_nothing_is_zero_and_not_its_negative() {
        assert_eq!(sum(&[]).to_bits(), 0);
        assert_eq!(sum(&[-0.0]).to_bits(), 0);
        assert_eq!(sum(&[-0.0; 40]).to_bits(), 0);
    }
}
