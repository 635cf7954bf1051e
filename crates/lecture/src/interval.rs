//! Intervals that hold the true value whatever was rounded: proofs by computation.
//!
//! Every operation rounds to the nearest double and then goes a step outward; a function of `numerics` goes as many steps as
//! the error that is stated there asks for, and one more. IEEE 754 vouches for the former, and for the latter the measurement
//! that `cargo xtask accuracy` repeats.
//!
//! Source: R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis (SIAM 2009), chapters 2 and 5.

use std::ops::{Add, Div, Mul, Neg, Sub};

use thalweg_numerics::logistic;

/// All numbers from `low` to `high`, both included. Not empty: NaN at an end is a mistake that no test of containment forgives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// The neighbors of a double, `steps` away.
fn outward(low: f64, high: f64, steps: u32) -> Interval {
    let (mut low, mut high) = (low, high);
    for _ in 0..steps {
        (low, high) = (low.next_down(), high.next_up());
    }
    Interval { low, high }
}

impl Interval {
    pub(crate) const ZERO: Self = Self::point(0.0);

    /// One number, exactly.
    pub(crate) const fn point(x: f64) -> Self {
        Self { low: x, high: x }
    }

    /// From x − r to x + r.
    pub(crate) fn around(x: f64, r: f64) -> Self {
        outward(x - r, x + r, 1)
    }

    pub(crate) fn middle(self) -> f64 {
        0.5 * self.low + 0.5 * self.high
    }

    /// Half of the width, rounded up.
    pub(crate) fn radius(self) -> f64 {
        let middle = self.middle();
        (self.high - middle).next_up().max((middle - self.low).next_up())
    }

    /// Whether it lies in the inside of `other`.
    pub(crate) fn is_inside(self, other: Self) -> bool {
        other.low < self.low && self.high < other.high
    }

    #[cfg(test)]
    pub(crate) fn contains(self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    pub(crate) fn is_positive(self) -> bool {
        self.low > 0.0 && self.high < f64::INFINITY
    }

    pub(crate) fn is_negative(self) -> bool {
        self.high < 0.0 && self.low > f64::NEG_INFINITY
    }

    /// All σ(x). `numerics` states 2.09 units in the last place, which are up to 4.2 steps where a power of two lies in between,
    /// for below it they are half as long: five, and one more.
    pub(crate) fn logistic(self) -> Self {
        let Self { low, high } = outward(logistic(self.low), logistic(self.high), 6);
        Self { low: low.max(0.0), high: high.min(1.0) }
    }
}

impl Add for Interval {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        outward(self.low + other.low, self.high + other.high, 1)
    }
}

impl Neg for Interval {
    type Output = Self;

    fn neg(self) -> Self {
        Self { low: -self.high, high: -self.low }
    }
}

impl Sub for Interval {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

/// The smallest and the largest of four products or quotients, one step outward; NaN if one of them is.
fn hull(corners: [f64; 4]) -> Interval {
    if corners.iter().any(|corner| corner.is_nan()) {
        return Interval { low: f64::NAN, high: f64::NAN };
    }
    let (low, high) = corners
        .into_iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), corner| (low.min(corner), high.max(corner)));
    outward(low, high, 1)
}

impl Mul for Interval {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let (Self { low: a, high: b }, Self { low: c, high: d }) = (self, other);
        hull([a * c, a * d, b * c, b * d])
    }
}

impl Div for Interval {
    type Output = Self;

    /// All numbers if 0 is among the divisors.
    fn div(self, other: Self) -> Self {
        if !(other.is_positive() || other.is_negative()) {
            return Self { low: f64::NEG_INFINITY, high: f64::INFINITY };
        }
        let (Self { low: a, high: b }, Self { low: c, high: d }) = (self, other);
        hull([a / c, a / d, b / c, b / d])
    }
}

impl Mul<f64> for Interval {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        self * Self::point(factor)
    }
}

/// Σ aᵢ bᵢ.
pub(crate) fn product(a: &[Interval], b: &[Interval]) -> Interval {
    a.iter().zip(b).fold(Interval::ZERO, |sum, (&a, &b)| sum + a * b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Draws;

    /// Numbers drawn from the operands, and their result, which has to lie within.
    #[test]
    fn what_is_computed_from_members_is_a_member() {
        let mut draws = Draws::from_seed(3);
        for _ in 0..20_000 {
            let mut operand = || {
                let (middle, radius) = (4.0 * draws.signed_unit(), draws.unit() * draws.unit());
                let interval = Interval::around(middle, radius);
                (interval, middle + 0.999 * radius * draws.signed_unit())
            };
            let ((a, x), (b, y)) = (operand(), operand());
            assert!((a + b).contains(x + y) && (a - b).contains(x - y) && (a * b).contains(x * y));
            assert!((a / b).contains(x / y) && a.logistic().contains(logistic(x)));
        }
    }

    #[test]
    fn ends_are_beyond_the_true_ones() {
        // ⅓ lies strictly between the ends although no double is equal to it: 3 · low < 1 < 3 · high, exactly.
        let third = Interval::point(1.0) / Interval::point(3.0);
        assert!(third.low < third.high && third.radius() < 1e-16);
        assert!((Interval::point(1.0) / Interval { low: -1.0, high: 1.0 }).contains(1e300));
        assert_eq!((Interval::point(-2.0) * Interval { low: -1.0, high: 3.0 }).middle(), -2.0);
        assert!(!Interval { low: f64::NAN, high: f64::NAN }.is_inside(Interval { low: -1.0, high: 1.0 }));
    }
}
