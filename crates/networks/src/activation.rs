//! What a unit makes of the sum that it receives, with two derivatives.
//!
//! | | σ(z) | σ′(z) | σ″(z) |
//! | --- | --- | --- | --- |
//! | linear | z | 1 | 0 |
//! | logistic | 1/(1 + e⁻ᶻ) | σ (1 − σ) | σ′ (1 − 2σ) |
//! | tanh | tanh z | 1 − σ² | −2σ σ′ |
//! | rectified linear | max(z, 0) | 1 where z > 0, else 0 | 0 |
//! | softplus | ln(1 + eᶻ) | 1/(1 + e⁻ᶻ) | σ′ (1 − σ′) |
//!
//! At its kink the rectified linear unit has the slope 0, one of its subgradients, and what is called its second derivative
//! is the one beside the kink: 0.
//!
//! In a pass over many units the slope comes from the value, a = σ(z), which is at hand; there its error is a rounding error
//! of a, small beside 1 but not beside the slope of a saturated unit. The functions of z alone are accurate in both tails.

use thalweg_numerics::{
    exp, expm1, logistic, logistic_each, softplus, softplus_each, tanh, tanh_each, widest,
};

/// The function of a unit.
///
/// ```
/// use thalweg_networks::Activation;
///
/// let tanh = Activation::Tanh;
/// assert_eq!([tanh.value(0.0), tanh.slope(0.0), tanh.curvature(0.0)], [0.0, 1.0, 0.0]);
/// // Far out, where 1 − tanh² is nothing but rounding.
/// assert!((tanh.slope(30.0) / (4.0 * thalweg_numerics::exp(-60.0)) - 1.0).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Activation {
    /// z itself.
    Linear,
    /// 1/(1 + e⁻ᶻ), from 0 to 1.
    Logistic,
    /// tanh z, from −1 to 1.
    Tanh,
    /// max(z, 0), the rectified linear unit.
    Relu,
    /// ln(1 + eᶻ), a rectified linear unit without a kink.
    Softplus,
}

impl Activation {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Linear, Self::Logistic, Self::Tanh, Self::Relu, Self::Softplus];

    /// σ(z).
    #[must_use]
    pub fn value(self, z: f64) -> f64 {
        match self {
            Self::Linear => z,
            Self::Logistic => logistic(z),
            Self::Tanh => tanh(z),
            Self::Relu => rectified(z),
            Self::Softplus => softplus(z),
        }
    }

    /// σ′(z), to a few units in the last place in both tails.
    #[must_use]
    pub fn slope(self, z: f64) -> f64 {
        match self {
            Self::Linear => 1.0,
            Self::Logistic => {
                let e = exp(-z.abs());
                e / ((1.0 + e) * (1.0 + e))
            }
            Self::Tanh => {
                let e = exp(-2.0 * z.abs());
                4.0 * e / ((1.0 + e) * (1.0 + e))
            }
            Self::Relu => Rectified::slope(z),
            Self::Softplus => logistic(z),
        }
    }

    /// σ″(z), to a few units in the last place in both tails.
    #[must_use]
    pub fn curvature(self, z: f64) -> f64 {
        match self {
            Self::Linear | Self::Relu => 0.0,
            // 1 − 2σ = −tanh(z/2), without the cancellation near z = 0.
            Self::Logistic => -tanh(0.5 * z) * self.slope(z),
            Self::Tanh => -2.0 * tanh(z) * self.slope(z),
            Self::Softplus => Self::Logistic.slope(z),
        }
    }

    /// a ← σ(z), element by element.
    pub(crate) fn value_each(self, z: &[f64], a: &mut [f64]) {
        match self {
            Self::Linear => a.copy_from_slice(z),
            Self::Logistic => logistic_each(z, a),
            Self::Tanh => tanh_each(z, a),
            Self::Relu => a.iter_mut().zip(z).for_each(|(a, &z)| *a = rectified(z)),
            Self::Softplus => softplus_each(z, a),
        }
    }

    /// δ ← δ σ′, element by element, with σ′ from a.
    pub(crate) fn scale_by_slope(self, a: &[f64], delta: &mut [f64]) {
        match self {
            Self::Linear => {}
            Self::Logistic => scale_by_slope::<Logistic>(a, delta),
            Self::Tanh => scale_by_slope::<Tanh>(a, delta),
            Self::Relu => scale_by_slope::<Rectified>(a, delta),
            Self::Softplus => scale_by_slope::<Softplus>(a, delta),
        }
    }

    /// out ← ż σ′, element by element, with σ′ from a.
    pub(crate) fn times_slope(self, a: &[f64], z_dot: &[f64], out: &mut [f64]) {
        out.copy_from_slice(z_dot);
        self.scale_by_slope(a, out);
    }

    /// δ̇ ← δ̇ σ′ + δ ż σ″/σ′, element by element, with σ′ and σ″/σ′ from a: the derivative of δ = (…) σ′, where δ̇ holds the
    /// derivative of what is in the parentheses.
    pub(crate) fn bend(self, a: &[f64], delta: &[f64], z_dot: &[f64], delta_dot: &mut [f64]) {
        match self {
            Self::Linear => {}
            Self::Logistic => bend::<Logistic>(a, delta, z_dot, delta_dot),
            Self::Tanh => bend::<Tanh>(a, delta, z_dot, delta_dot),
            Self::Relu => bend::<Rectified>(a, delta, z_dot, delta_dot),
            Self::Softplus => bend::<Softplus>(a, delta, z_dot, delta_dot),
        }
    }
}

/// max(z, 0), and NaN for NaN.
fn rectified(z: f64) -> f64 {
    if z <= 0.0 { 0.0 } else { z }
}

/// Derivatives as functions of the value a = σ(z); types, so that a loop is compiled for each.
trait OfValue {
    /// σ′.
    fn slope(a: f64) -> f64;
    /// σ″/σ′, which has no pole anywhere.
    fn bend(a: f64) -> f64;
}

struct Logistic;
struct Tanh;
struct Rectified;
struct Softplus;

impl OfValue for Logistic {
    #[inline(always)]
    fn slope(a: f64) -> f64 {
        a * (1.0 - a)
    }

    #[inline(always)]
    fn bend(a: f64) -> f64 {
        1.0 - 2.0 * a
    }
}

impl OfValue for Tanh {
    #[inline(always)]
    fn slope(a: f64) -> f64 {
        // Both factors are exact or all but so, where 1 − a² would round a² first.
        (1.0 - a) * (1.0 + a)
    }

    #[inline(always)]
    fn bend(a: f64) -> f64 {
        -2.0 * a
    }
}

impl OfValue for Rectified {
    #[inline(always)]
    fn slope(a: f64) -> f64 {
        if a > 0.0 { 1.0 } else { 0.0 }
    }

    #[inline(always)]
    fn bend(_: f64) -> f64 {
        0.0
    }
}

impl OfValue for Softplus {
    #[inline(always)]
    fn slope(a: f64) -> f64 {
        -expm1(-a)
    }

    #[inline(always)]
    fn bend(a: f64) -> f64 {
        exp(-a)
    }
}

fn scale_by_slope<S: OfValue>(a: &[f64], delta: &mut [f64]) {
    widest(
        #[inline(always)]
        || {
            for (delta, &a) in delta.iter_mut().zip(a) {
                *delta *= S::slope(a);
            }
        },
    );
}

fn bend<S: OfValue>(a: &[f64], delta: &[f64], z_dot: &[f64], delta_dot: &mut [f64]) {
    widest(
        #[inline(always)]
        || {
            for (((delta_dot, &a), &delta), &z_dot) in delta_dot.iter_mut().zip(a).zip(delta).zip(z_dot) {
                *delta_dot = *delta_dot * S::slope(a) + delta * (S::bend(a) * z_dot);
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_from_the_value_are_those_from_the_argument() {
        for activation in Activation::ALL {
            for i in -80..=80 {
                let z = f64::from(i) * 0.1 + 0.013;
                let mut a = [0.0];
                activation.value_each(&[z], &mut a);
                assert_eq!(a[0].to_bits(), activation.value(z).to_bits(), "{activation:?} at {z}");
                let mut slope = [1.0];
                activation.scale_by_slope(&a, &mut slope);
                // Rounding of a, which is at most 8 here, is all that is lost.
                assert!((slope[0] - activation.slope(z)).abs() < 4e-16, "{activation:?} at {z}");
                let mut curvature = [0.0];
                activation.bend(&a, &slope, &[1.0], &mut curvature);
                assert!((curvature[0] - activation.curvature(z)).abs() < 1e-15, "{activation:?} at {z}");
            }
        }
    }

    #[test]
    fn values_that_are_no_numbers_stay_so() {
        for activation in Activation::ALL {
            let mut a = [0.0; 2];
            activation.value_each(&[f64::NAN, 1.0], &mut a);
            assert!(a[0].is_nan() && activation.value(f64::NAN).is_nan(), "{activation:?}");
        }
    }

    #[test]
    fn kink_of_the_rectified_unit_has_slope_zero() {
        let relu = Activation::Relu;
        assert_eq!(
            [relu.value(0.0), relu.slope(0.0), relu.slope(5e-324), relu.slope(-1.0)],
            [0.0, 0.0, 1.0, 0.0]
        );
    }
}
