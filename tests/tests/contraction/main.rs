//! How fast first-order methods contract on quadratics, and where they diverge: measured on their paths, beside theory.
//!
//! Letters: λ a curvature from μ to L, κ = L/μ, q = ηλ, β the momentum. In the eigendirection of λ, the iterates satisfy
//! xₖ₊₁ = τxₖ − δxₖ₋₁ with
//!
//! | method | τ | δ |
//! | --- | --- | --- |
//! | gradient descent | 1 − q | 0 |
//! | momentum | 1 + β − q | β |
//! | Nesterov | (1 + β)(1 − q) | β (1 − q) |

mod divergence;
mod rates;

use thalweg::prelude::*;

const CONDITIONS: [f64; 6] = [1e1, 1e2, 1e3, 1e4, 1e5, 1e6];

fn nesterov(beta: f64) -> Nesterov {
    Nesterov { momentum: MomentumSequence::Constant(beta), ..Nesterov::default() }
}

fn momentum(beta: f64) -> Momentum {
    Momentum { momentum: beta, ..Momentum::default() }
}

/// x₀ = 1, x₁, …, x_steps on ½λx².
fn iterates<R: UpdateRule<f64>>(rule: &R, lambda: f64, rate: f64, steps: usize) -> Vec<f64> {
    let mut x = [1.0];
    let mut state = rule.init(&x).expect("valid settings");
    let mut points = vec![1.0];
    for _ in 0..steps {
        rule.look_ahead(&mut state, &mut x).expect("equal lengths");
        let gradient = [lambda * x[0]];
        rule.update(&mut state, &mut x, &gradient, rate).expect("valid input");
        points.push(x[0]);
    }
    points
}
