//! What the results on momentum share: the rules, their best settings, and a valley to compare them in.

use thalweg_first_order::{Momentum, MomentumSequence, Nesterov};
use thalweg_numerics::norm;
use thalweg_objectives::DiagonalQuadratic;

use crate::logarithmic::log_spaced;
use crate::recurrence::Recurrence;

/// Momentum with this β.
pub(crate) fn momentum(beta: f64) -> Momentum {
    Momentum { momentum: beta, ..Momentum::default() }
}

/// Nesterov's method with this β.
pub(crate) fn nesterov(beta: f64) -> Nesterov {
    Nesterov { momentum: MomentumSequence::Constant(beta), ..Nesterov::default() }
}

/// Rate, momentum and the factor per step that they give, for curvatures from 1/κ to 1.
#[derive(Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) eta: f64,
    pub(crate) beta: f64,
    pub(crate) rho: f64,
}

/// η = 4/(√L + √μ)², β = ρ², ρ = (√κ − 1)/(√κ + 1).
pub(crate) fn best_of_momentum(kappa: f64) -> Settings {
    let (root, side) = (kappa.sqrt(), 1.0 + 1.0 / kappa.sqrt());
    let rho = (root - 1.0) / (root + 1.0);
    Settings { eta: 4.0 / (side * side), beta: rho * rho, rho }
}

/// η = 4/(3L + μ), β = (√(3κ + 1) − 2)/(√(3κ + 1) + 2), ρ = 1 − 2/√(3κ + 1).
pub(crate) fn best_of_nesterov(kappa: f64) -> Settings {
    let root = (3.0 * kappa + 1.0).sqrt();
    Settings { eta: 4.0 / (3.0 + 1.0 / kappa), beta: (root - 2.0) / (root + 2.0), rho: 1.0 - 2.0 / root }
}

/// ½ Σ λᵢwᵢ² in ten variables, λ from 1/κ to 1, and 1/√λᵢ to start from: every direction has its share in the value.
pub(crate) fn valley(kappa: f64) -> (DiagonalQuadratic, Vec<f64>) {
    let lambdas = log_spaced(1.0 / kappa, 1.0, 10);
    let start = lambdas.iter().map(|lambda| 1.0 / lambda.sqrt()).collect();
    (DiagonalQuadratic::centered(lambdas).expect("finite curvatures"), start)
}

/// The path in that valley at the rate η, from what each direction follows where ηλ = q.
pub(crate) fn in_theory(kappa: f64, eta: f64, of: impl Fn(f64) -> Recurrence, steps: usize) -> Vec<Vec<f64>> {
    let (f, start) = valley(kappa);
    let path = |lambda: &f64| of(eta * lambda).path(1.0 - eta * lambda).take(steps + 1).collect();
    let directions: Vec<Vec<f64>> = f.curvatures().iter().map(path).collect();
    let at = |k: usize| start.iter().zip(&directions).map(|(x, path)| x * path[k]).collect();
    (0..=steps).map(at).collect()
}

/// Steps until ‖w‖ is and stays at most 1e-6 of the start.
pub(crate) fn steps_to_a_millionth(path: &[Vec<f64>]) -> usize {
    let near = 1e-6 * norm(&path[0]);
    path.iter().rposition(|w| norm(w) > near).map_or(0, |last| last + 1)
}
