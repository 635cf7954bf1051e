//! L-BFGS, BFGS and nonlinear conjugate gradients, as their users meet them.

mod bad_input;
mod collection;
mod conformance;
mod events;
mod exact;
mod interruption;
mod maximum_entropy;
mod pairs;
mod profiles;
#[path = "../reference/mod.rs"]
mod reference;
mod scales;
mod scipy;
mod single;

use thalweg::objectives::Quadratic;
use thalweg::prelude::*;
use thalweg::problem::Allowance;

/// A state's numbers as bits, through the text that serde makes of them.
fn written<S: serde::Serialize>(state: &S) -> String {
    serde_json::to_string(state).expect("a state can be written down")
}

fn plenty() -> Allowance {
    Allowance::evaluations(1_000_000)
}

/// ½ xᵀA x + bᵀx in five variables, A = I + vvᵀ + diag: full, definite, with five distinct eigenvalues.
fn bowl() -> Quadratic {
    let v = [1.0, -0.5, 0.25, 2.0, -1.0];
    let element = |at: usize| {
        let (i, j) = (at / 5, at % 5);
        v[i] * v[j] + if i == j { 1.0 + i as f64 } else { 0.0 }
    };
    let matrix: Vec<f64> = (0..25).map(element).collect();
    Quadratic::new(matrix, [1.0, -2.0, 0.5, 3.0, -1.0], 0.0).expect("a symmetric matrix")
}

const START: [f64; 5] = [3.0, -1.0, 4.0, 1.0, -5.0];

/// The chained Rosenbrock function in n variables (P. L. Toint, 1978), the valley that bends n − 1 times.
fn chained(n: usize) -> impl Differentiable {
    from_fn(n, |x, gradient| {
        gradient.fill(0.0);
        let mut value = 0.0;
        for i in 0..x.len() - 1 {
            let (a, b) = (x[i + 1] - x[i] * x[i], 1.0 - x[i]);
            value += 100.0 * a * a + b * b;
            gradient[i] += -400.0 * a * x[i] - 2.0 * b;
            gradient[i + 1] += 200.0 * a;
        }
        value
    })
}

fn alternating(n: usize) -> Vec<f64> {
    (0..n).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect()
}
