//! Hessians.
//!
//! - where they come from: written down ([`TwiceDifferentiable`]), from products ([`ByProducts`], [`assemble`](assemble())),
//!   from gradients ([`ByDifferences`], and with a bound on every element's error [`hessian_by_differences`]);
//! - are they right: [`check_hessian`].

mod assemble;
mod by_products;
mod check;
mod differences;
mod twice_differentiable;

pub use assemble::{Asymmetry, assemble};
pub use by_products::{ByProducts, hessian_by_products};
pub use check::check_hessian;
pub use differences::{ByDifferences, DifferenceSettings, HessianEstimate, hessian_by_differences};
pub use nalgebra;
pub use thalweg_krylov as krylov;
pub use thalweg_problem as problem;
pub use twice_differentiable::TwiceDifferentiable;
