//! Closures that know their value only: the gradient comes from finite differences.
//!
//! ```text
//! central   gᵢ = (f(x + hᵢeᵢ) − f(x − hᵢeᵢ)) / 2hᵢ     2n + 1 values     error ≈ hᵢ² f‴/6 + u|f|/hᵢ
//! forward   gᵢ = (f(x + hᵢeᵢ) − f(x)) / hᵢ              n + 1 values     error ≈ hᵢ  f″/2 + 2u|f|/hᵢ
//! ```
//!
//! u = 2⁻⁵³ is the largest relative error of one rounding. The sum of both errors is smallest near hᵢ = ∛u and hᵢ = √u
//! times the scale of xᵢ, and then about u^(2/3) ≈ 2e-11 and √u ≈ 1e-8 of |f| over that scale.
//!
//! Source: J. E. Dennis and R. B. Schnabel, Numerical Methods for Unconstrained Optimization and Nonlinear Equations
//! (1983), sections 5.4 and 5.6, algorithms A5.6.3 and A5.6.4.

use core::fmt;

use crate::scratch::Scratch;
use crate::{Differentiable, Objective};

/// Makes a differentiable objective of a closure that returns f(x) only, by finite differences.
///
/// One gradient calls the closure 2n + 1 times, and where [`scheme`](FromValue::scheme) is [`Scheme::Forward`] n + 1 times.
/// Whoever counts from outside ([`Counted`](crate::Counted), the driver's budget) still counts one gradient: multiply to
/// know the values.
///
/// The gradient is right to about ten digits (forward: seven) relative to |f| over the scale of x. Do not ask a run for
/// a smaller gradient than that: where the offset of f is large, a tolerance of 1e-6 may be all there is.
///
/// ```
/// use thalweg_problem::{Differentiable, Scheme, from_value};
///
/// let f = from_value(2, |x| x[0] * x[0] * x[1]);
/// let mut gradient = [0.0; 2];
/// assert_eq!(f.value_gradient(&[3.0, 2.0], &mut gradient), 18.0);
/// println!("{gradient:?}");
/// assert!((gradient[0] - 12.0).abs() < 1e-8 && (gradient[1] - 9.0).abs() < 1e-8);
///
/// // Half the price, half the digits.
/// let mut cheap = f;
/// cheap.scheme = Scheme::Forward;
/// cheap.value_gradient(&[3.0, 2.0], &mut gradient);
/// assert!((gradient[0] - 12.0).abs() < 1e-5 && (gradient[0] - 12.0).abs() > 1e-9);
/// ```
pub fn from_value<F: Fn(&[f64]) -> f64>(n: usize, value: F) -> FromValue<F> {
    FromValue {
        scheme: Scheme::default(),
        relative_step: None,
        typical_x: 1.0,
        value,
        moved: Scratch::new(n),
    }
}

/// An objective made by [`from_value`]. The settings are public: change them before a run.
#[derive(Clone)]
pub struct FromValue<F> {
    /// On which sides of x the closure is called.
    pub scheme: Scheme,
    /// hᵢ over the scale of xᵢ. Default `None`: 2⁻¹⁷ for central differences, 2⁻²⁶ for forward ones, which suits a
    /// function that is accurate to its last digits. If it is known to a relative ε only, ∛ε and √ε are better.
    pub relative_step: Option<f64>,
    /// What a number of ordinary size is among the xᵢ, above 0: hᵢ is scaled with max(|xᵢ|, this), for |xᵢ| alone says
    /// nothing where it is near 0. Default 1. If one number does not fit all, wrap the objective in
    /// [`Scaled`](crate::Scaled).
    pub typical_x: f64,
    value: F,
    /// A point beside x, for one call at a time.
    moved: Scratch,
}

impl<F> fmt::Debug for FromValue<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, relative_step, typical_x, .. } = self;
        f.debug_struct("FromValue")
            .field("n", &self.moved.length())
            .field("scheme", scheme)
            .field("relative_step", relative_step)
            .field("typical_x", typical_x)
            .finish_non_exhaustive()
    }
}

/// Where finite differences look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// On both sides: 2n + 1 values for value and gradient.
    #[default]
    Central,
    /// Ahead only: n + 1 values.
    Forward,
}

impl Scheme {
    /// A power of two near ∛u or √u.
    fn relative_step(self) -> f64 {
        match self {
            Self::Central => 1.0 / f64::from(1 << 17),
            Self::Forward => 1.0 / f64::from(1 << 26),
        }
    }
}

impl<F: Fn(&[f64]) -> f64> Objective for FromValue<F> {
    fn dim(&self) -> usize {
        self.moved.length()
    }

    fn value(&self, x: &[f64]) -> f64 {
        (self.value)(x)
    }
}

impl<F: Fn(&[f64]) -> f64> Differentiable for FromValue<F> {
    /// Where f is finite on one side of x only, the difference to that side; on none, an element that is not finite.
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let relative_step = self.relative_step.unwrap_or(self.scheme.relative_step());
        let here = self.value(x);
        self.moved.with(|moved| {
            moved.copy_from_slice(x);
            for i in 0..x.len() {
                let h = relative_step * x[i].abs().max(self.typical_x);
                // The slope to x + h, with the step that was really taken: a rounding of x + h is no error then.
                let mut beside = |h: f64| {
                    moved[i] = x[i] + h;
                    let (step, value) = (moved[i] - x[i], self.value(moved));
                    moved[i] = x[i];
                    (step, value)
                };
                let (ahead, above) = beside(h);
                let forward = (above - here) / ahead;
                gradient[i] = match self.scheme {
                    Scheme::Forward if forward.is_finite() => forward,
                    _ => {
                        let (behind, below) = beside(-h);
                        let backward = (below - here) / behind;
                        match (forward.is_finite(), backward.is_finite()) {
                            (true, true) => (above - below) / (ahead - behind),
                            (true, false) => forward,
                            _ => backward,
                        }
                    }
                };
            }
        });
        here
    }
}
