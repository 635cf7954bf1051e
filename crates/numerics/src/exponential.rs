//! exp, and what is made of it: tanh and the logistic function, for one number and for slices, by one kernel.
//!
//! x = k ln 2 + r with an integer k and |r| ≤ (ln 2)/2, so that eˣ = 2ᵏ eʳ with eʳ = 1 + r + r² q(r) (Cody and Waite 1980,
//! *Software Manual for the Elementary Functions*, chapter 6). ln 2 is subtracted in two parts, the first of which is exact.
//! q is a polynomial of degree 9; `tests/references/exp_kernel.py` computes it and the other constants.
//!
//! The errors stated are those of `cargo xtask accuracy`: the largest over 2²⁰ arguments, in units in the last place.
//!
//! There is no branch and no table, so a compiler can do as many elements at a time as the CPU has lanes.
//! The slice forms take chunks of 64 elements in three short loops instead of one long one: a CPU looks ahead over a limited
//! number of operations, and a short chain of them lets it work on more elements at once.

use core::f64::consts::LOG2_E;

use crate::dispatch::dispatched;

/// ln 2 to 33 bits: its product with k is exact.
const LN2_HIGH: f64 = 0.6931471804855391;
/// ln 2 − `LN2_HIGH`.
const LN2_LOW: f64 = 7.440617110012397e-11;
/// r² q(r) misses eʳ − 1 − r by at most 2⁻⁵⁷·².
const Q: [f64; 10] = [
    0.5,
    0.16666666666666685,
    0.04166666666660319,
    0.008333333333314106,
    0.0013888888927116709,
    0.00019841269904549808,
    2.480150827807639e-05,
    2.7557226381393012e-06,
    2.762534664147714e-07,
    2.5115005355793035e-08,
];

/// Beyond these, eˣ is ∞ or rounds to 0.
const LARGEST: f64 = 710.0;
const SMALLEST: f64 = -746.0;
/// Up to here, in magnitude, 2ᵏ and eˣ are normal numbers.
const ORDINARY: f64 = 708.0;
/// From here on tanh rounds to 1.
const SATURATED: f64 = 20.0;

/// 1.5 · 2⁵²: where it is added to a small number, that is rounded to an integer, which the last bits of the sum then hold.
const TO_INTEGER: f64 = 6_755_399_441_055_744.0;
/// The bias of an exponent, so that the last bits of `TO_INTEGER + BIAS + k`, moved into the exponent's place, make 2ᵏ.
const BIAS: f64 = 1023.0;

/// k as the sum `TO_INTEGER + BIAS + k`, and r.
#[inline(always)]
fn reduce(x: f64) -> (f64, f64) {
    let shifted = x * LOG2_E + (TO_INTEGER + BIAS);
    let k = shifted - (TO_INTEGER + BIAS);
    (shifted, (x - k * LN2_HIGH) - k * LN2_LOW)
}

/// eʳ − 1 − r = r² q(r), in pairs of terms rather than one by one, so that the chain of operations is short.
#[inline(always)]
fn curvature(r: f64) -> f64 {
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (Q[0] + r * Q[1]) + r2 * (Q[2] + r * Q[3]);
    let high = (Q[4] + r * Q[5]) + r2 * (Q[6] + r * Q[7]);
    r2 * (low + r4 * (high + r4 * (Q[8] + r * Q[9])))
}

/// eʳ, the small terms first.
#[inline(always)]
fn one_plus(r: f64, curvature: f64) -> f64 {
    1.0 + (r + curvature)
}

/// 2ᵏ, for −1022 ≤ k ≤ 1023.
#[inline(always)]
fn power_of_two(shifted: f64) -> f64 {
    f64::from_bits(shifted.to_bits() << 52)
}

/// y 2ᵏ by two factors, because 2ᵏ alone may be beyond all doubles where the product is not; rounded at most once.
#[inline(always)]
fn scale(y: f64, shifted: f64) -> f64 {
    // 2 · 1023 + k, which is positive where 1023 + k, for a subnormal result, is not.
    let both = shifted.to_bits().wrapping_add(1023) & 0xfff;
    let first = both >> 1;
    y * f64::from_bits(first << 52) * f64::from_bits((both - first) << 52)
}

#[inline(always)]
fn plain_exp(x: f64) -> f64 {
    // Comparisons that leave a NaN as it is.
    let x = if x > LARGEST { LARGEST } else { x };
    let x = if x < SMALLEST { SMALLEST } else { x };
    let (shifted, r) = reduce(x);
    scale(one_plus(r, curvature(r)), shifted)
}

/// −2 |x|, as far as tanh still changes.
#[inline(always)]
fn tanh_argument(x: f64) -> f64 {
    let magnitude = x.abs();
    -2.0 * if magnitude > SATURATED { SATURATED } else { magnitude }
}

/// tanh |x| = (1 − e) / (1 + e) with e = exp(−2 |x|) = 2ᵏ + 2ᵏ (eʳ − 1), where 1 ± 2ᵏ is exact as far as it counts.
///
/// What the sum r + `curvature` loses is given back to the numerator, where it is felt most.
#[inline(always)]
fn tanh_from(x: f64, shifted: f64, r: f64, curvature: f64) -> f64 {
    let power = power_of_two(shifted);
    let sum = r + curvature;
    let lost = power * (curvature - (sum - r));
    let rest = power * sum;
    ((((1.0 - power) - rest) - lost) / ((1.0 + power) + rest)).copysign(x)
}

#[inline(always)]
fn plain_tanh(x: f64) -> f64 {
    let (shifted, r) = reduce(tanh_argument(x));
    tanh_from(x, shifted, r, curvature(r))
}

/// σ(x) from e = exp(−|x|), which cannot overflow; e / (1 + e) keeps its digits where 1 − 1 / (1 + e) would lose them.
#[inline(always)]
fn logistic_from(x: f64, e: f64) -> f64 {
    (if x >= 0.0 { 1.0 } else { e }) / (1.0 + e)
}

#[inline(always)]
fn plain_logistic(x: f64) -> f64 {
    logistic_from(x, plain_exp(-x.abs()))
}

const CHUNK: usize = 64;

/// What the loops over a chunk hand on; aligned, so that no store falls into two lines of the cache.
#[repr(align(64))]
struct Handed {
    shifted: [f64; CHUNK],
    r: [f64; CHUNK],
    curvature: [f64; CHUNK],
}

/// From this length on, several elements at a time pay for asking whether the CPU can do that.
const WORTH_A_CALL: usize = 16;

/// out ← f(x), element by element, where f(x) is `from`(x, k, r, eʳ − 1 − r) for the k and r of `argument`(x).
///
/// That takes arguments up to `ORDINARY`; a chunk with another one in it, and what is left over at the end, takes `whole`,
/// which gives the same bits.
#[allow(clippy::needless_range_loop, reason = "the loops run over several arrays at once, by the same index")]
#[inline(always)]
fn in_chunks(
    x: &[f64],
    out: &mut [f64],
    argument: impl Fn(f64) -> f64,
    from: impl Fn(f64, f64, f64, f64) -> f64,
    whole: impl Fn(f64) -> f64,
) {
    let full = x.len() / CHUNK * CHUNK;
    if full > 0 {
        let zeros = [0.0; CHUNK];
        let mut handed = Handed { shifted: zeros, r: zeros, curvature: zeros };
        for (x, out) in x.chunks_exact(CHUNK).zip(out.chunks_exact_mut(CHUNK)) {
            let mut ordinary = true;
            for i in 0..CHUNK {
                let v = argument(x[i]);
                // False for NaN too.
                ordinary &= v.abs() <= ORDINARY;
                (handed.shifted[i], handed.r[i]) = reduce(v);
            }
            if ordinary {
                for i in 0..CHUNK {
                    handed.curvature[i] = curvature(handed.r[i]);
                }
                for i in 0..CHUNK {
                    out[i] = from(x[i], handed.shifted[i], handed.r[i], handed.curvature[i]);
                }
            } else {
                for i in 0..CHUNK {
                    out[i] = whole(x[i]);
                }
            }
        }
    }
    for (out, &x) in out[full..].iter_mut().zip(&x[full..]) {
        *out = whole(x);
    }
}

#[inline(always)]
fn plain_exp_each(x: &[f64], out: &mut [f64]) {
    let from = |_, shifted, r, curvature| one_plus(r, curvature) * power_of_two(shifted);
    in_chunks(x, out, |x| x, from, plain_exp);
}

#[inline(always)]
fn plain_tanh_each(x: &[f64], out: &mut [f64]) {
    in_chunks(x, out, tanh_argument, tanh_from, plain_tanh);
}

#[inline(always)]
fn plain_logistic_each(x: &[f64], out: &mut [f64]) {
    let from = |x, shifted, r, curvature| logistic_from(x, one_plus(r, curvature) * power_of_two(shifted));
    in_chunks(x, out, |x| -x.abs(), from, plain_logistic);
}

dispatched! { up to 8: fn wide_exp_each(x: &[f64], out: &mut [f64]) = plain_exp_each; }
dispatched! { up to 8: fn wide_tanh_each(x: &[f64], out: &mut [f64]) = plain_tanh_each; }
dispatched! { up to 8: fn wide_logistic_each(x: &[f64], out: &mut [f64]) = plain_logistic_each; }

/// eˣ. Overflows to ∞ above 709.78…, underflows to 0 below −745.13….
/// Largest error measured: 0.99 ulp.
///
/// ```
/// assert_eq!(thalweg_numerics::exp(2.0), 7.38905609893065);
/// ```
#[must_use]
pub fn exp(x: f64) -> f64 {
    plain_exp(x)
}

/// Hyperbolic tangent. Odd to the bit, ±1 from |x| = 19.06… on.
/// Largest error measured: 1.98 ulp.
///
/// ```
/// assert_eq!(thalweg_numerics::tanh(0.5), 0.46211715726000973);
/// ```
#[must_use]
pub fn tanh(x: f64) -> f64 {
    plain_tanh(x)
}

/// The logistic function σ(x) = 1 / (1 + e⁻ˣ), accurate in both tails.
/// Largest error measured: 2.09 ulp.
///
/// ```
/// assert_eq!(thalweg_numerics::logistic(0.0), 0.5);
/// assert_eq!(thalweg_numerics::logistic(-800.0), 0.0);
/// ```
#[must_use]
pub fn logistic(x: f64) -> f64 {
    plain_logistic(x)
}

/// outᵢ ← [`exp`]\(xᵢ\), with the same bits.
///
/// ```
/// use thalweg_numerics::{exp, exp_each};
///
/// let mut out = [0.0; 3];
/// exp_each(&[-1.0, 0.0, 1.0], &mut out);
/// assert_eq!(out, [exp(-1.0), 1.0, exp(1.0)]);
/// ```
///
/// # Panics
/// If the lengths differ.
pub fn exp_each(x: &[f64], out: &mut [f64]) {
    assert_eq!(x.len(), out.len(), "exp_each: lengths differ");
    if x.len() < WORTH_A_CALL { plain_exp_each(x, out) } else { wide_exp_each(x, out) }
}

/// [`exp`] of a few numbers, with the same bits and without a call: for a handful that stays in registers.
///
/// ```
/// use thalweg_numerics::{exp, exp_few};
///
/// assert_eq!(exp_few([-1.0, 0.0, 1.0]), [exp(-1.0), 1.0, exp(1.0)]);
/// ```
#[inline]
#[must_use]
pub fn exp_few<const N: usize>(mut x: [f64; N]) -> [f64; N] {
    // A loop and not `map`, which becomes a call.
    for x in &mut x {
        *x = plain_exp(*x);
    }
    x
}

/// outᵢ ← [`tanh`]\(xᵢ\), with the same bits.
///
/// ```
/// use thalweg_numerics::{tanh, tanh_each};
///
/// let mut out = [0.0; 3];
/// tanh_each(&[-0.5, 0.0, 40.0], &mut out);
/// assert_eq!(out, [-tanh(0.5), 0.0, 1.0]);
/// ```
///
/// # Panics
/// If the lengths differ.
pub fn tanh_each(x: &[f64], out: &mut [f64]) {
    assert_eq!(x.len(), out.len(), "tanh_each: lengths differ");
    if x.len() < WORTH_A_CALL { plain_tanh_each(x, out) } else { wide_tanh_each(x, out) }
}

/// outᵢ ← [`logistic`]\(xᵢ\), with the same bits.
///
/// ```
/// use thalweg_numerics::{logistic, logistic_each};
///
/// let mut out = [0.0; 3];
/// logistic_each(&[-2.0, 0.0, 40.0], &mut out);
/// assert_eq!(out, [logistic(-2.0), 0.5, 1.0]);
/// ```
///
/// # Panics
/// If the lengths differ.
pub fn logistic_each(x: &[f64], out: &mut [f64]) {
    assert_eq!(x.len(), out.len(), "logistic_each: lengths differ");
    if x.len() < WORTH_A_CALL { plain_logistic_each(x, out) } else { wide_logistic_each(x, out) }
}

#[cfg(test)]
mod tests {
    use std::vec;

    use super::*;
    use crate::dispatch::at_most;

    #[test]
    fn edges_are_where_the_documentation_puts_them() {
        // The neighbor farther from 0.
        let beyond = |x: f64| f64::from_bits(x.to_bits() + 1);
        let (largest, smallest) = (709.782712893384, -745.1332191019411);
        assert!(exp(largest).is_finite() && exp(beyond(largest)) == f64::INFINITY);
        assert!(exp(smallest) > 0.0 && exp(beyond(smallest)) == 0.0);
        assert_eq!(
            (exp(0.0), exp(-0.0), exp(f64::INFINITY), exp(f64::NEG_INFINITY)),
            (1.0, 1.0, f64::INFINITY, 0.0)
        );
        assert_eq!(tanh(-0.0).to_bits(), (-0.0_f64).to_bits());
        assert_eq!((tanh(f64::INFINITY), tanh(-20.0), tanh(5e-324)), (1.0, -1.0, 5e-324));
        assert_eq!((logistic(1e4), logistic(-1e4)), (1.0, 0.0));
        assert!(exp(f64::NAN).is_nan() && tanh(f64::NAN).is_nan() && logistic(f64::NAN).is_nan());
    }

    proptest::proptest! {
        /// On a CPU with AVX-512, the three ways through the same code; with and without elements that leave the fast path.
        #[test]
        fn all_ways_give_the_same_bits(
            mut x in proptest::collection::vec(-800.0..800.0, 0..230),
            odd in proptest::num::f64::ANY,
            narrow in proptest::bool::ANY,
            lanes in proptest::sample::select(&[4, 8]),
        ) {
            at_most(lanes);
            if narrow {
                x.iter_mut().for_each(|x| *x *= 0.03);
            }
            if let Some(first) = x.first_mut() {
                *first = odd;
            }
            type Form = fn(&[f64], &mut [f64]);
            let pairs: [(Form, Form); 3] = [
                (wide_exp_each, plain_exp_each),
                (wide_tanh_each, plain_tanh_each),
                (wide_logistic_each, plain_logistic_each),
            ];
            for (wide, plain) in pairs {
                let (mut wide_out, mut plain_out) = (vec![0.0; x.len()], vec![0.0; x.len()]);
                wide(&x, &mut wide_out);
                plain(&x, &mut plain_out);
                let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
                proptest::prop_assert!(wide_out.iter().zip(&plain_out).all(same));
            }
        }
    }
}
