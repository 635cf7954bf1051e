//! Minima of a smooth function whose weights are bounded: f(w) for ‖w‖ ≤ B, where B may be ∞.
//!
//! ```text
//! inside, or where f falls inwards    H d = −g
//! on the sphere, pushed outwards      P(H + μI)P d = −P g,    P = I − wwᵀ/B²,    μ = −g·w/B²
//! then                                w ← project(w + α s),    s = d, or −g or −P g where the matrix is not positive definite
//! ```
//!
//! A step is no longer than a tenth of max(1, ‖w‖) and of B, and f falls at every one of them, so that the path stays in the
//! valley in which it begins, as that of gradient descent does. At a minimum g + μw = 0 with μ ≥ 0, and μ = 0 inside.
//!
//! Sources: D. P. Bertsekas, SIAM Journal on Control and Optimization 20 (1982) 221–246, for Newton steps on active constraints
//! and the condition of descent along the projection.

use thalweg_hessian::nalgebra::{DMatrix, DVector};
use thalweg_hessian::{Eigen, TwiceDifferentiable};
use thalweg_numerics::{dot, norm};

/// A stationary point of f on the ball, and how well it is one.
#[derive(Clone, Debug)]
pub(crate) struct BallMinimum {
    pub(crate) w: Vec<f64>,
    /// f there.
    pub(crate) value: f64,
    /// μ: 0 inside, otherwise how hard f pushes against the sphere, in ∇f = −μ w.
    pub(crate) multiplier: f64,
    /// ‖∇f + μw‖.
    pub(crate) residual: f64,
    /// Positive where this is a strict minimum: the least eigenvalue of the Hessian plus μ, on the sphere along it only.
    pub(crate) curvature: f64,
}

/// A residual that is as good as none.
const SMALL: f64 = 1e-13;
/// By how much f has to fall, as a share of what the slope promises.
const ARMIJO: f64 = 1e-4;
const STEPS: u32 = 20_000;

/// Minimizes `problem` for ‖w‖ ≤ `radius`, which may be ∞, from `start`, which is projected onto the ball.
///
/// The residual of what comes back says whether the search came to its end.
pub(crate) fn minimize_in_ball(
    problem: &impl TwiceDifferentiable,
    radius: f64,
    start: &[f64],
) -> BallMinimum {
    let mut at = Model::new(problem, radius, projected(start.to_vec(), radius));
    // Of the steps along the gradient, which has no length of its own.
    let mut rate = 1.0_f64;
    for _ in 0..STEPS {
        if at.residual() <= SMALL {
            break;
        }
        let scale = norm(&at.w).max(1.0).min(radius);
        let longest = 0.1 * scale;
        if let Some(step) = at.newton_step() {
            let length = norm(&step);
            let next = |alpha: f64| Model::new(problem, radius, moved(&at.w, &step, alpha, radius));
            let promised = dot(&at.gradient, &step).abs();
            // So near that differences of values are rounding, the residual decides.
            if length < 1e-7 * scale || promised < 1e-13 * at.value.abs() {
                let trial = next(1.0);
                if trial.residual() < at.residual() {
                    at = trial;
                    continue;
                }
                break;
            }
            if let Some((_, trial)) = at.descend((longest / length).min(1.0), next) {
                at = trial;
                continue;
            }
        }
        let gradient = at.free_gradient();
        let next = |alpha: f64| Model::new(problem, radius, moved(&at.w, &gradient, -alpha, radius));
        let Some((alpha, trial)) = at.descend((2.0 * rate).min(longest / norm(&gradient)), next) else {
            break;
        };
        rate = alpha;
        at = trial;
    }
    at.into_minimum()
}

/// f at a point of the ball, to second order.
struct Model {
    w: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
    hessian: DMatrix<f64>,
    /// w/B where f pushes against the sphere.
    normal: Option<Vec<f64>>,
    multiplier: f64,
}

impl Model {
    fn new(problem: &impl TwiceDifferentiable, radius: f64, w: Vec<f64>) -> Self {
        let n = w.len();
        let (mut gradient, mut hessian) = (vec![0.0; n], DMatrix::zeros(n, n));
        let value = problem.value_gradient(&w, &mut gradient);
        problem.hessian(&w, &mut hessian);
        let outwards = -dot(&gradient, &w);
        // The projection puts a point on the sphere to a few units in the last place.
        let is_pushed = norm(&w) >= radius * (1.0 - 1e-14) && outwards > 0.0;
        let normal = is_pushed.then(|| w.iter().map(|w| w / radius).collect());
        let multiplier = if is_pushed { outwards / (radius * radius) } else { 0.0 };
        Self { w, value, gradient, hessian, normal, multiplier }
    }

    /// g, or P g on the sphere.
    fn free_gradient(&self) -> Vec<f64> {
        self.gradient.iter().zip(&self.w).map(|(g, w)| g + self.multiplier * w).collect()
    }

    fn residual(&self) -> f64 {
        norm(&self.free_gradient())
    }

    /// H, or P(H + μI)P and a harmless 1 along the normal.
    fn curvature(&self) -> DMatrix<f64> {
        let Some(normal) = &self.normal else { return self.hessian.clone() };
        let n = normal.len();
        let normal = DVector::from_column_slice(normal);
        let outer = &normal * normal.transpose();
        let p = DMatrix::identity(n, n) - &outer;
        let lagrangian = &self.hessian + DMatrix::identity(n, n) * self.multiplier;
        &p * lagrangian * &p + outer
    }

    /// −M⁻¹ g, if M is positive definite.
    fn newton_step(&self) -> Option<Vec<f64>> {
        let eigen = Eigen::new(&self.curvature()).ok()?;
        if eigen.values()[0] <= 0.0 {
            return None;
        }
        let mut step = eigen.inverse().ok()? * -DVector::from_vec(self.free_gradient());
        if let Some(normal) = &self.normal {
            // Without the rounding along the normal, which f feels to first order.
            let along = dot(normal, step.as_slice());
            step.iter_mut().zip(normal).for_each(|(step, normal)| *step -= along * normal);
        }
        step.iter().all(|s| s.is_finite()).then(|| step.as_slice().to_vec())
    }

    /// The first of α, α/2, α/4, … for which f falls enough, and the model there.
    fn descend(&self, mut alpha: f64, next: impl Fn(f64) -> Self) -> Option<(f64, Self)> {
        for _ in 0..60 {
            let trial = next(alpha);
            let moved: Vec<_> = trial.w.iter().zip(&self.w).map(|(a, b)| a - b).collect();
            let promised = dot(&self.gradient, &moved);
            if promised < 0.0 && trial.value <= self.value + ARMIJO * promised {
                return Some((alpha, trial));
            }
            alpha *= 0.5;
        }
        None
    }

    fn into_minimum(self) -> BallMinimum {
        let residual = self.residual();
        let mut curvature = f64::NAN;
        if let Ok(eigen) = Eigen::new(&self.curvature()) {
            // The 1 along the normal is no curvature.
            let along =
                |i: usize| self.normal.as_ref().map_or(0.0, |normal| dot(eigen.vector(i), normal).abs());
            curvature = (0..self.w.len())
                .filter(|&i| along(i) < 0.9)
                .map(|i| eigen.values()[i])
                .fold(f64::INFINITY, f64::min);
        }
        BallMinimum { w: self.w, value: self.value, multiplier: self.multiplier, residual, curvature }
    }
}

/// w + αs on the ball.
fn moved(w: &[f64], s: &[f64], alpha: f64, radius: f64) -> Vec<f64> {
    projected(w.iter().zip(s).map(|(w, s)| w + alpha * s).collect(), radius)
}

fn projected(mut w: Vec<f64>, radius: f64) -> Vec<f64> {
    let length = norm(&w);
    if length > radius {
        w.iter_mut().for_each(|w| *w *= radius / length);
    }
    w
}

#[cfg(test)]
mod tests {
    use thalweg_networks::data::SpoiledClusters;
    use thalweg_networks::{Neuron, NeuronSettings};
    use thalweg_objectives::Quadratic;
    use thalweg_problem::Differentiable;

    use super::*;
    use crate::draws::Draws;
    use crate::spoiler::{Stationary, logit, neuron};

    /// Primal and dual feasibility, complementary slackness and stationarity, each to 1e-9, from the gradient alone.
    fn assert_kkt(problem: &impl Differentiable, radius: f64, found: &BallMinimum) {
        let BallMinimum { w, multiplier, .. } = found;
        let mut gradient = vec![0.0; w.len()];
        problem.value_gradient(w, &mut gradient);
        let length = norm(w);
        assert!(length <= radius * (1.0 + 1e-9), "‖w‖ = {length}");
        assert!(*multiplier >= 0.0);
        if radius.is_finite() {
            assert!(multiplier * (radius - length) <= 1e-9, "μ = {multiplier}, ‖w‖ = {length}");
        } else {
            assert_eq!(*multiplier, 0.0);
        }
        for (g, w) in gradient.iter().zip(w) {
            assert!((g + multiplier * w).abs() <= 1e-9, "{gradient:?}, {found:?}");
        }
    }

    #[test]
    fn minimum_of_an_indefinite_quadratic_fulfills_the_conditions_from_every_start() {
        let matrix = [2.0, 1.0, 0.5, 1.0, -3.0, 0.25, 0.5, 0.25, 0.75];
        let quadratic = Quadratic::new(matrix, [0.5, -1.0, 2.0], 0.0).expect("a symmetric matrix");
        let mut draws = Draws::from_seed(1);
        for radius in [1e-3, 0.7, 10.0] {
            for _ in 0..20 {
                let start = [(); 3].map(|()| radius * draws.normal());
                let found = minimize_in_ball(&quadratic, radius, &start);
                assert_kkt(&quadratic, radius, &found);
                assert!((norm(&found.w) - radius).abs() < 1e-14 * radius, "it is unbounded below");
                assert!(found.multiplier > 0.0 && found.curvature > 0.0, "{found:?}");
            }
        }
    }

    #[test]
    fn minimum_inside_is_the_one_without_a_bound() {
        let u = logit(0.01);
        let spoiled = neuron(5.0, 0.01);
        let good = Stationary { t: 5.0, epsilon: 0.01 }.good_minimum();
        for radius in [1.1 * norm(&good), f64::INFINITY] {
            let found = minimize_in_ball(&spoiled, radius, &[2.0 * u, 0.1, u]);
            assert_kkt(&spoiled, radius, &found);
            for (w, good) in found.w.iter().zip(&good) {
                assert!((w - good).abs() < 1e-9, "{found:?} instead of {good:?}");
            }
        }
    }

    /// For the sum of squares (w − a)² the answer is a, or a pulled back to the sphere, with μ = 2(‖a‖/B − 1).
    #[test]
    fn multiplier_is_that_of_the_formula() {
        let a = [3.0, -4.0, 12.0];
        let identity = [2.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 2.0];
        let bowl = Quadratic::new(identity, a.map(|a| -2.0 * a), 0.0).expect("a symmetric matrix");
        for (radius, length) in [(6.5, 6.5), (26.0, 13.0)] {
            let found = minimize_in_ball(&bowl, radius, &[0.0; 3]);
            assert!((found.multiplier - 2.0 * (13.0 / length - 1.0)).abs() < 1e-12, "{found:?}");
            for (w, a) in found.w.iter().zip(a) {
                assert!((w - a * length / 13.0).abs() < 1e-12, "{found:?}");
            }
        }
    }

    #[test]
    fn minimum_of_the_neuron_on_clusters_fulfills_the_conditions() {
        for seed in 0..20 {
            for spoilers in [0, 1] {
                let data =
                    SpoiledClusters { spoilers, seed, ..SpoiledClusters::default() }.draw().expect("points");
                let neuron = Neuron::new(&data, 0.01, NeuronSettings::default()).expect("two classes");
                for radius in [2.0, 10.0, 50.0, f64::INFINITY] {
                    let found = minimize_in_ball(&neuron, radius, &[0.0; 3]);
                    assert_kkt(&neuron, radius, &found);
                    assert!(found.curvature > 0.0, "{found:?}");
                }
            }
        }
    }
}
