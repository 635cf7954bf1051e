//! The functions in arbitrary precision, and how far a double is from such a value.

use astro_float::{BigFloat, Consts, RoundingMode};

/// f(x, y) to about `bits` bits, for finite x in the function's domain that is not 0.
pub(crate) fn exact(function: &str, x: f64, y: f64, bits: usize, consts: &mut Consts) -> BigFloat {
    let mut at = At { bits, consts };
    let x = big(x, bits);
    match function {
        "exp" => at.exp(&x),
        "expm1" => at.expm1(&x),
        "ln" => x.ln(bits, ROUNDING, at.consts),
        "log1p" => at.log1p(&x),
        "log10" => x.log10(bits, ROUNDING, at.consts),
        "sin" => x.sin(bits, ROUNDING, at.consts),
        "cos" => x.cos(bits, ROUNDING, at.consts),
        "atan" => x.atan(bits, ROUNDING, at.consts),
        "tanh" => x.tanh(bits, ROUNDING, at.consts),
        "logistic" => {
            let e = at.exp(&x.neg());
            at.one().div(&at.one().add(&e, bits, ROUNDING), bits, ROUNDING)
        }
        "softplus" => {
            let e = at.exp(&x.abs().neg());
            let rest = at.log1p(&e);
            if x.is_positive() { x.add(&rest, bits, ROUNDING) } else { rest }
        }
        "pow" => x.pow(&BigFloat::from_f64(y, bits), bits, ROUNDING, at.consts),
        _ => panic!("there is no reference for {function}"),
    }
}

/// x itself. `from_f64` of astro-float 0.9.6 halves subnormal numbers, so they take a way around.
fn big(x: f64, bits: usize) -> BigFloat {
    const UP: i32 = 64;
    if x.is_normal() {
        return BigFloat::from_f64(x, bits);
    }
    let mut scaled = BigFloat::from_f64(x * power_of_two(UP), bits);
    if let Some(exponent) = scaled.exponent() {
        scaled.set_exponent(exponent - UP);
    }
    scaled
}

/// The last of the bits may be wrong, which is far below what is measured.
const ROUNDING: RoundingMode = RoundingMode::None;

/// Below 2⁻³⁰ six terms of a series leave less than 2⁻¹⁸⁰; above, a difference loses at most 30 bits.
const SERIES_BELOW: i32 = -30;
const TERMS: u64 = 6;
const SPARE: usize = 64;

struct At<'a> {
    bits: usize,
    consts: &'a mut Consts,
}

impl At<'_> {
    fn one(&self) -> BigFloat {
        BigFloat::from_f64(1.0, self.bits)
    }

    fn exp(&mut self, x: &BigFloat) -> BigFloat {
        x.exp(self.bits, ROUNDING, self.consts)
    }

    /// Σ x⁺ᵏ c(k) for k = 1, 2, … in Horner's scheme, with the quotient of neighboring coefficients ±`ratio`.
    fn series(&self, x: &BigFloat, ratio: impl Fn(u64) -> (f64, f64)) -> BigFloat {
        let bits = self.bits + SPARE;
        let mut total = BigFloat::from_f64(1.0, bits);
        for k in (1..TERMS).rev() {
            let (numerator, denominator) = ratio(k);
            let factor = x.mul(&BigFloat::from_f64(numerator, bits), bits, ROUNDING);
            let factor = factor.div(&BigFloat::from_f64(denominator, bits), bits, ROUNDING);
            total = total.mul(&factor, bits, ROUNDING).add(&BigFloat::from_f64(1.0, bits), bits, ROUNDING);
        }
        total.mul(x, bits, ROUNDING)
    }

    fn expm1(&mut self, x: &BigFloat) -> BigFloat {
        if is_small(x) {
            return self.series(x, |k| (1.0, (k + 1) as f64));
        }
        let bits = self.bits + SPARE;
        x.exp(bits, ROUNDING, self.consts).sub(&self.one(), bits, ROUNDING)
    }

    fn log1p(&mut self, x: &BigFloat) -> BigFloat {
        if is_small(x) {
            return self.series(x, |k| (-(k as f64), (k + 1) as f64));
        }
        let bits = self.bits + SPARE;
        x.add(&self.one(), bits, ROUNDING).ln(bits, ROUNDING, self.consts)
    }
}

fn is_small(x: &BigFloat) -> bool {
    x.is_zero() || x.exponent().is_some_and(|exponent| exponent < SERIES_BELOW)
}

/// A value as the nearest double and what is left, in units of the last place of that value.
#[derive(Clone, Copy)]
pub(crate) struct Rounded {
    pub(crate) nearest: f64,
    pub(crate) rest: f64,
    /// The exponent of the unit in the last place.
    unit: i32,
}

impl Rounded {
    pub(crate) fn of(value: &BigFloat) -> Rounded {
        let negative = value.is_negative();
        let signed = |magnitude: f64| if negative { -magnitude } else { magnitude };
        if value.is_inf() {
            return Rounded { nearest: signed(f64::INFINITY), rest: 0.0, unit: 971 };
        }
        let (words, _, _, exponent, _) = value.as_raw_parts().expect("not NaN");
        // |value| = mantissa · 2^(exponent − 128), the first bit of the mantissa set.
        if exponent > 1024 {
            return Rounded { nearest: signed(f64::INFINITY), rest: 0.0, unit: 971 };
        }
        // Zero, or nothing beside the smallest double.
        if value.is_zero() || exponent < -1200 {
            return Rounded { nearest: signed(0.0), rest: 0.0, unit: -1074 };
        }
        let word = |back: usize| words.len().checked_sub(back).map_or(0, |i| u128::from(words[i]));
        let mantissa = word(1) << 64 | word(2);
        let unit = (exponent - 1).max(-1022) - 52;
        let shift = u32::try_from(unit + 128 - exponent).expect("a mantissa is longer than a double's");
        let whole = mantissa.checked_shr(shift).unwrap_or(0);
        let fraction = mantissa - whole.checked_shl(shift).unwrap_or(0);
        // Compared as integers, because next to a tie a double would round to the tie.
        let beyond = words.iter().rev().skip(2).any(|&word| word != 0);
        let half = 1_u128.checked_shl(shift - 1).unwrap_or(u128::MAX);
        let up = fraction > half || (fraction == half && (beyond || whole % 2 == 1));
        let fraction = fraction as f64 * power_of_two(-(shift as i32));
        // A carry into the exponent, and from the largest double to ∞, comes out right by itself.
        let biased = u64::try_from(unit + 52 + 1022).expect("at least 0");
        let bits = (biased << 52) + whole as u64 + u64::from(up);
        let rest = if up { fraction - 1.0 } else { fraction };
        Rounded { nearest: signed(f64::from_bits(bits)), rest: signed(rest), unit }
    }

    /// |got − value| in units of the last place; ∞ if only one of the two is ∞ or NaN.
    pub(crate) fn error(&self, got: f64) -> f64 {
        if got == self.nearest && got.is_infinite() {
            return 0.0;
        }
        if !got.is_finite() || self.nearest.is_infinite() {
            return f64::INFINITY;
        }
        // Neighbors: their difference is exact, and so is the scaling, in two steps because 2¹⁰⁷⁴ is no double.
        let half = self.unit / 2;
        let ulps = (got - self.nearest) * power_of_two(-half) * power_of_two(half - self.unit);
        (ulps - self.rest).abs()
    }
}

/// 2ᵉ, for −1022 ≤ e ≤ 1023.
fn power_of_two(e: i32) -> f64 {
    f64::from_bits(((e + 1023) as u64) << 52)
}
