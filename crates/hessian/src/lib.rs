//! Hessians: eigenvalues, roots and inverse roots, normalization, definiteness.
//!
//! - a symmetric matrix taken apart: [`Eigen`], with A^½, A^-½, A⁻¹ and any f(A), the condition number, the rates of gradient
//!   descent, and [`Inertia`], which tells a minimum from a saddle;
//! - who takes it apart: a [`Backend`], chosen by type;
//! - variables in which a valley is round: [`Normalized`], a [`Normalization`] and [`NormalizedDescent`];
//! - where Hessians come from: written down ([`TwiceDifferentiable`]), from products ([`ByProducts`], [`assemble`](assemble())),
//!   from gradients ([`ByDifferences`], and with a bound on every element's error [`hessian_by_differences`]);
//! - are they right: [`check_hessian`].
//!
//! ```
//! use thalweg_hessian::nalgebra::DMatrix;
//! use thalweg_hessian::{Eigen, Stationary};
//!
//! let eigen = Eigen::new(&DMatrix::from_row_slice(2, 2, &[3.0, 1.0, 1.0, 2.0]))?;
//! println!("κ = {:.3}, best rate {:.3}", eigen.condition_number(), eigen.optimal_rate().unwrap());
//! assert_eq!(eigen.inertia().stationary(), Stationary::Minimum);
//! // (5 + √5)/(5 − √5), and 2 over the trace.
//! assert!((eigen.condition_number() - 2.618_033_988_749_895).abs() < 1e-14);
//! assert!((eigen.optimal_rate().unwrap() - 0.4).abs() < 1e-15);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! All off, and without them there is neither BLAS nor a C compiler:
//! - `faer`: the backend [`Faer`](backend), many times as fast from a few hundred variables on;
//! - `lapack`: the backend `Lapack`, linked to the system's OpenBLAS (`apt-get install libopenblas-dev`);
//! - `serde`: states can be written down.

mod assemble;
pub mod backend;
mod by_products;
mod check;
mod differences;
mod eigen;
mod inertia;
mod normalization;
mod normalized;
pub mod normalized_descent;
mod symmetric;
mod twice_differentiable;

pub use assemble::assemble;
#[cfg(feature = "faer")]
#[doc(inline)]
pub use backend::Faer;
#[cfg(feature = "lapack")]
#[doc(inline)]
pub use backend::Lapack;
#[doc(inline)]
pub use backend::{Backend, DecompositionError, Nalgebra, NotConverged};
pub use by_products::{ByProducts, hessian_by_products};
pub use check::check_hessian;
pub use differences::{ByDifferences, DifferenceSettings, HessianEstimate, hessian_by_differences};
pub use eigen::Eigen;
pub use inertia::{Inertia, Stationary};
pub use nalgebra;
pub use normalization::{DiagonalRoot, Normalization, SymmetricRoot};
pub use normalized::Normalized;
#[doc(inline)]
pub use normalized_descent::{NormalizedDescent, NormalizedDescentState};
pub use symmetric::{Asymmetry, symmetrize};
pub use thalweg_krylov as krylov;
pub use thalweg_numerics as numerics;
pub use thalweg_problem as problem;
pub use thalweg_schedules as schedules;
pub use twice_differentiable::TwiceDifferentiable;
