//! Functions of a matrix that is never formed, and its spectrum: A⁻¹v, A^-½v, stochastic Lanczos quadrature.

mod bad_input;
mod inverse_roots;
mod inverses;
mod log_determinants;
mod moments;
#[path = "../reference/mod.rs"]
mod reference;
mod references;
#[path = "../reflected/mod.rs"]
mod reflected;
mod student;

use thalweg::problem::Allowance;
use thalweg_krylov::{LinearOperator, operator};

/// u, the unit roundoff.
const U: f64 = 0.5 * f64::EPSILON;

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

fn distance(x: &[f64], y: &[f64]) -> f64 {
    thalweg::numerics::norm(&x.iter().zip(y).map(|(x, y)| x - y).collect::<Vec<_>>())
}
