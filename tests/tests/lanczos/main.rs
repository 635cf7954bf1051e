//! Lanczos' iteration as a user meets it: tridiagonal matrices, Ritz pairs with their bounds, extreme eigenpairs, power iteration.

mod bad_input;
mod endings;
mod orthogonality;
#[path = "../reference/mod.rs"]
mod reference;
#[path = "../reflected/mod.rs"]
mod reflected;
mod ritz_bounds;
mod tridiagonal;

use thalweg::problem::Allowance;
use thalweg_krylov::{Lanczos, LanczosState, LinearOperator, Reorthogonalization, operator};

use reflected::Reflected;

/// u, the unit roundoff.
const U: f64 = 0.5 * f64::EPSILON;

const ALL: [Reorthogonalization; 3] =
    [Reorthogonalization::Full, Reorthogonalization::Partial, Reorthogonalization::None];

/// An allowance that no test here uses up.
fn plenty() -> Allowance {
    Allowance::evaluations(1_000_000)
}

fn diagonal(d: &[f64]) -> impl LinearOperator + '_ {
    operator(d.len(), move |v, out| {
        for ((out, d), v) in out.iter_mut().zip(d).zip(v) {
            *out = d * v;
        }
    })
}

/// The state after all steps it can take.
fn run(lanczos: Lanczos, a: &impl LinearOperator, start: &[f64]) -> LanczosState {
    let mut state = lanczos.start(start).expect("valid input");
    lanczos.run(a, &mut state, &mut plenty()).expect("valid input");
    state
}
