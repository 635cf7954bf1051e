//! The convex function on which the heavy ball, tuned for a quadratic, runs in circles.

use thalweg_problem::{Curved, Differentiable, InvalidInput, Objective};

/// f(w) = Σ φ(wᵢ), where φ is 0 at 0 and φ′ is continuous and of three pieces:
///
/// | w | φ′(w) | φ(w) |
/// | --- | --- | --- |
/// | below 1 | 25w | 25w²/2 |
/// | from 1 up to 2 | w + 24 | w²/2 + 24w − 12 |
/// | from 2 on | 25w − 24 | 25w²/2 − 24w + 36 |
///
/// Strongly convex with μ = 1 and Lipschitz smooth with L = 25; twice differentiable except at 1 and 2. The minimum is 0,
/// at 0.
///
/// Gradient descent converges at every rate below 2/25. The heavy ball with the settings that are best for quadratics between
/// these curvatures, η = 1/9 and β = 4/9, goes from many starts to a cycle of three points.
///
/// Source: L. Lessard, B. Recht, A. Packard, SIAM Journal on Optimization 26 (2016) 57–95, section 4.
///
/// ```
/// use thalweg_objectives::HeavyBallCycle;
/// use thalweg_objectives::problem::Differentiable;
///
/// let f = HeavyBallCycle::new(3)?;
/// let mut gradient = [0.0; 3];
/// assert_eq!(f.value_gradient(&[-2.0, 1.5, 4.0], &mut gradient), 50.0 + 25.125 + 140.0);
/// assert_eq!(gradient, [-50.0, 25.5, 76.0]);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeavyBallCycle {
    n: usize,
}

impl HeavyBallCycle {
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
}

/// φ″, φ′(0⁺) and φ(0⁺) of the parabola that φ is part of at w.
fn piece(w: f64) -> (f64, f64, f64) {
    if w < 1.0 {
        (25.0, 0.0, 0.0)
    } else if w < 2.0 {
        (1.0, 24.0, -12.0)
    } else {
        (25.0, -24.0, 36.0)
    }
}

impl Objective for HeavyBallCycle {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, w: &[f64]) -> f64 {
        w.iter().fold(0.0, |sum, &w| {
            let (curvature, slope, height) = piece(w);
            sum + ((0.5 * curvature * w + slope) * w + height)
        })
    }
}

impl Differentiable for HeavyBallCycle {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        for (&w, g) in w.iter().zip(gradient) {
            let (curvature, slope, _) = piece(w);
            *g = curvature * w + slope;
        }
        self.value(w)
    }
}

impl Curved for HeavyBallCycle {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        for ((&w, v), out) in w.iter().zip(v).zip(out) {
            *out = piece(w).0 * v;
        }
    }
}
