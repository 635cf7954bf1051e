//! The Huber function: a parabola that continues as straight lines.

use thalweg_problem::{Curved, Differentiable, InvalidInput, Objective};

/// f(w) = Σ h(wᵢ) with h(w) = ½w² for |w| ≤ δ and δ|w| − ½δ² beyond.
///
/// Convex, Lipschitz smooth with L = 1, its gradient at most δ per variable, twice differentiable except at |w| = δ.
/// The minimum is 0, at 0.
///
/// Source: P. J. Huber, Annals of Mathematical Statistics 35 (1964) 73–101.
///
/// ```
/// use thalweg_objectives::Huber;
/// use thalweg_objectives::problem::Differentiable;
///
/// let huber = Huber::new(1, 0.5)?;
/// let mut gradient = [0.0];
/// assert_eq!(huber.value_gradient(&[-2.0], &mut gradient), 0.875);
/// assert_eq!(gradient, [-0.5]);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Huber {
    n: usize,
    delta: f64,
}

impl Huber {
    /// In n ≥ 1 variables, with the half-width δ of the parabola, finite and above 0.
    ///
    /// # Errors
    /// If n is 0 or δ is not above 0.
    pub fn new(n: usize, delta: f64) -> Result<Self, InvalidInput> {
        if n == 0 {
            return Err(InvalidInput::new("n", n, "1 or more"));
        }
        let delta = InvalidInput::unless_positive("delta", delta)?;
        Ok(Self { n, delta })
    }
}

impl Objective for Huber {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, w: &[f64]) -> f64 {
        let delta = self.delta;
        w.iter().fold(0.0, |f, wi| {
            let w = wi.abs();
            f + if w <= delta { 0.5 * w * w } else { delta * (w - 0.5 * delta) }
        })
    }
}

impl Differentiable for Huber {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        for (wi, g) in w.iter().zip(gradient) {
            *g = wi.clamp(-self.delta, self.delta);
        }
        self.value(w)
    }
}

impl Curved for Huber {
    /// At |w| = δ, where there is no second derivative, the parabola's: 1.
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        for ((wi, vi), out) in w.iter().zip(v).zip(out) {
            *out = if wi.abs() <= self.delta { *vi } else { 0.0 };
        }
    }
}
