//! Linear conjugate gradients as a user meets them: solved, stepped, preconditioned, and under the driver.

mod bad_input;
mod endings;
mod exact;
mod interruption;
mod method;
mod properties;
#[path = "../reference/mod.rs"]
mod reference;

use std::ops::ControlFlow;

use thalweg::numerics::matrix_vector;
use thalweg::problem::{Allowance, Preconditioner};
use thalweg_krylov::{
    ConjugateGradients, ConjugateGradientsState, Ending, LinearOperator, Solved, Until, operator,
};

/// An allowance that no test here uses up.
fn plenty() -> Allowance {
    Allowance::evaluations(1_000_000)
}

/// A symmetric matrix, n² elements.
fn dense(matrix: &[f64]) -> impl LinearOperator + '_ {
    let n = (1..).find(|n| n * n >= matrix.len()).expect("there is a root");
    operator(n, move |v, out| matrix_vector(matrix, v, out))
}

fn diagonal(d: &[f64]) -> impl LinearOperator + '_ {
    operator(d.len(), move |v, out| {
        for ((out, d), v) in out.iter_mut().zip(d).zip(v) {
            *out = d * v;
        }
    })
}

const PLAIN: ConjugateGradients =
    ConjugateGradients { preconditioner: thalweg::problem::Identity, refresh_every: None };

fn solve(a: &impl LinearOperator, b: &[f64], until: Until) -> Solved {
    PLAIN.solve(a, b, &vec![0.0; b.len()], until, &mut plenty()).expect("valid input")
}

/// The states before and after each of at most so many steps, and why there are fewer if there are.
fn states<M: Preconditioner>(
    method: &ConjugateGradients<M>,
    a: &impl LinearOperator,
    b: &[f64],
    x0: &[f64],
    steps: usize,
) -> (Vec<ConjugateGradientsState>, Option<Ending>) {
    let mut states = vec![method.start(b, x0).expect("valid input")];
    while states.len() <= steps {
        let mut next = states[states.len() - 1].clone();
        match method.iterate(a, &mut next, &mut plenty()).expect("valid input") {
            ControlFlow::Continue(()) => states.push(next),
            ControlFlow::Break(ending) => return (states, Some(ending)),
        }
    }
    (states, None)
}

/// Every number of a state, as bits, by way of what it prints; a NaN prints as one, whatever its payload.
fn bits(state: &ConjugateGradientsState) -> String {
    // `{:?}` of a double is the shortest text that reads back as the same bits.
    format!("{state:?}")
}
