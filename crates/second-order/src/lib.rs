//! Newton's method and what keeps it in bounds.

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
mod leftovers;
mod model;

#[doc(inline)]
pub use cubic_regularization::{CubicRegularization, CubicRegularizationState};
#[doc(inline)]
pub use damped_newton::{DampedNewton, DampedNewtonState};
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
