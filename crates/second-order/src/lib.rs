//! Newton's method and what keeps it in bounds.

mod factorization;
mod model;

pub use thalweg_hessian as hessian;
pub use thalweg_krylov as krylov;
pub use thalweg_problem as problem;
