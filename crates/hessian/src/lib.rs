//! Hessians.

mod twice_differentiable;

pub use nalgebra;
pub use thalweg_krylov as krylov;
pub use thalweg_problem as problem;
pub use twice_differentiable::TwiceDifferentiable;
