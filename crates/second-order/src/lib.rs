//! Newton's method and what keeps it in bounds; least squares.
//!
//! | method | what it does where the Hessian is not positive definite | needs |
//! | --- | --- | --- |
//! | [`Newton`] | goes to the saddle or the maximum, and says so | the Hessian |
//! | [`DampedNewton`] | stops, and says so | the Hessian, a line search |
//! | [`ModifiedNewton`] | changes the signs in a factorization L B Lᵀ | the Hessian, a line search |
//! | [`SaddleFreeNewton`] | changes the signs of the eigenvalues | the Hessian, a line search |
//! | [`TrustRegion`] with [`MoreSorensen`] | goes to the border, along the global minimum of the model | the Hessian |
//! | [`TrustRegion`] with [`SteihaugToint`] | goes to the border, along conjugate gradients | Hessian–vector products |
//! | [`CubicRegularization`] | goes to the global minimum of the model with a cubic term | the Hessian |
//!
//! For sums of squares, from residuals and their Jacobian alone: [`LevenbergMarquardt`], [`GaussNewton`], and the plain
//! [`DiagonalLoading`]; [`Covariance`] says what a fit is worth.
//!
//! Whoever has no preference takes [`TrustRegion`]: the exact one up to a few hundred variables, beyond that the other.
//! A Hessian that nobody has written down comes from differences of gradients ([`hessian::ByDifferences`]).
//!
//! ```
//! use thalweg_objectives::classic::Rosenbrock;
//! use thalweg_second_order::TrustRegion;
//! use thalweg_second_order::problem::{Allowance, Method, State};
//!
//! let (valley, method) = (Rosenbrock::default(), TrustRegion::default());
//! let mut state = method.init(&valley, &[-1.2, 1.0])?;
//! let mut steps = 0;
//! while state.point.gradient.iter().any(|g| g.abs() > 1e-8) {
//!     method.step(&valley, &mut state, &mut Allowance::evaluations(100))?;
//!     steps += 1;
//! }
//! println!("{:?} after {steps} steps, {} trials refused", state.x(), state.refused);
//! assert!(steps < 30 && state.x().iter().all(|x| (x - 1.0).abs() < 1e-8));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod cubic_regularization;
pub mod damped_newton;
pub mod modified_newton;
pub mod newton;
pub mod saddle_free_newton;
pub mod trust_region;

mod acceptance;
mod descent;
mod factorization;
mod hessian_at;
mod least_squares;
mod leftovers;
mod model;

#[doc(inline)]
pub use cubic_regularization::{CubicRegularization, CubicRegularizationState};
#[doc(inline)]
pub use damped_newton::{DampedNewton, DampedNewtonState};
pub use least_squares::{
    Covariance, DiagonalLoading, DiagonalLoadingState, FromResiduals, GaussNewton, GaussNewtonState,
    LevenbergMarquardt, LevenbergMarquardtState, Linearization, Loading, LoadingRule, PivotedQr, Scaling,
    Stall, Undetermined, from_residuals,
};
#[doc(inline)]
pub use modified_newton::{ModifiedNewton, ModifiedNewtonState, NegativeCurvature};
#[doc(inline)]
pub use newton::{Newton, NewtonState};
#[doc(inline)]
pub use saddle_free_newton::{SaddleFreeNewton, SaddleFreeNewtonState};
pub use thalweg_hessian as hessian;
pub use thalweg_krylov as krylov;
pub use thalweg_line_search as line_search;
pub use thalweg_problem as problem;
#[doc(inline)]
pub use trust_region::{MoreSorensen, SteihaugToint, TrustRegion, TrustRegionState};
