//! A logarithmic barrier: a function that is defined on one side only, and steep towards its edge.

use thalweg_numerics::ln;
use thalweg_problem::{Curved, Differentiable, InvalidInput, Objective};

/// f(w) = Σ (wᵢ − ln wᵢ). The minimum is n, at (1, …, 1).
///
/// Strictly convex where all wᵢ are above 0. At 0 it is +∞, below it is NaN: a method has to shorten a step that leads there.
/// The curvature, 1/wᵢ², has no bound, neither above nor, away from 0, below.
///
/// [`start`](Self::start) has wᵢ = 20 and 0.05 in turn: on the one side f is nearly straight, so that a step sized on the other
/// side's curvature goes nowhere, and a step sized on its own goes over the edge.
///
/// ```
/// use thalweg_objectives::LogBarrier;
/// use thalweg_objectives::problem::{Differentiable, Objective};
///
/// let barrier = LogBarrier::new(2)?;
/// let mut gradient = [f64::NAN; 2];
/// assert_eq!(barrier.value_gradient(&[1.0, 0.5], &mut gradient), 1.5 + std::f64::consts::LN_2);
/// assert_eq!(gradient, [0.0, -1.0]);
/// assert!(barrier.value(&[1.0, -0.5]).is_nan());
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogBarrier {
    n: usize,
}

impl LogBarrier {
    /// In n ≥ 1 variables.
    ///
    /// # Errors
    /// If n is 0.
    pub fn new(n: usize) -> Result<Self, InvalidInput> {
        if n == 0 {
            return Err(InvalidInput::new("n", n, "1 or more"));
        }
        Ok(Self { n })
    }

    /// 20 and 0.05 in turn, length n.
    #[must_use]
    pub fn start(&self) -> Vec<f64> {
        [20.0, 0.05].into_iter().cycle().take(self.n).collect()
    }
}

impl Objective for LogBarrier {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, w: &[f64]) -> f64 {
        w.iter().fold(0.0, |f, &wi| f + (wi - ln(wi)))
    }
}

impl Differentiable for LogBarrier {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        for (wi, g) in w.iter().zip(gradient) {
            // 1 − 1/w, and as undefined as f on the other side.
            *g = if *wi < 0.0 { f64::NAN } else { (wi - 1.0) / wi };
        }
        self.value(w)
    }
}

impl Curved for LogBarrier {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        for ((wi, vi), out) in w.iter().zip(v).zip(out) {
            *out = if *wi < 0.0 { f64::NAN } else { vi / (wi * wi) };
        }
    }
}
