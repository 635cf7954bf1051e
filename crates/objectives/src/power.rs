//! Powers of the distance: convex, and flatter at the minimum the higher the power.

use thalweg_numerics::pow;
use thalweg_problem::{Differentiable, InvalidInput, Objective};

/// f(w) = Σ |wᵢ|ᵖ with p > 1. The minimum is 0, at 0.
///
/// For p > 2 the second derivative vanishes at the minimum: convex, but not strongly so.
///
/// ```
/// use thalweg_objectives::Power;
/// use thalweg_objectives::problem::Differentiable;
///
/// let quartic = Power::new(1, 4.0)?;
/// let mut gradient = [0.0];
/// assert_eq!(quartic.value_gradient(&[-2.0], &mut gradient), 16.0);
/// assert_eq!(gradient, [-32.0]);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Power {
    n: usize,
    exponent: f64,
}

impl Power {
    /// In n ≥ 1 variables, with the exponent p, finite and above 1 so that there is a gradient at 0.
    ///
    /// # Errors
    /// If n is 0 or p is not above 1.
    pub fn new(n: usize, exponent: f64) -> Result<Self, InvalidInput> {
        if n == 0 {
            return Err(InvalidInput::new("n", n, "1 or more"));
        }
        if !(exponent > 1.0 && exponent.is_finite()) {
            return Err(InvalidInput::new(
                "exponent",
                format_args!("{exponent:?}"),
                "a finite number above 1",
            ));
        }
        Ok(Self { n, exponent })
    }
}

impl Objective for Power {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, w: &[f64]) -> f64 {
        w.iter().fold(0.0, |f, wi| f + pow(wi.abs(), self.exponent))
    }
}

impl Differentiable for Power {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        for (wi, g) in w.iter().zip(gradient) {
            // d|w|ᵖ/dw = p |w|ᵖ⁻¹ sign(w)
            *g = self.exponent * pow(wi.abs(), self.exponent - 1.0) * wi.signum();
        }
        self.value(w)
    }
}
