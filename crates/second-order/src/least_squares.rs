//! Nonlinear least squares: f(x) = ½‖r(x)‖², from residuals and their Jacobian.
//!
//! - [`levenberg_marquardt`], [`gauss_newton`], [`diagonal_loading`]: the methods;
//! - [`linearization`]: the point with its model that all of them carry, and what a fit wants to know at its end:
//!   [`covariance`];
//! - [`pivoted_qr`], and what is done with its R: [`triangle`], [`damped_system`], [`step_within`], [`shortest`].

mod covariance;
mod damped_system;
mod diagonal_loading;
mod from_residuals;
mod gauss_newton;
mod levenberg_marquardt;
mod linearization;
mod pivoted_qr;
mod scaling;
mod sheet;
mod shortest;
mod stall;
mod step_within;
mod triangle;
mod workspace;

pub use covariance::{Covariance, Undetermined};
pub use diagonal_loading::{DiagonalLoading, DiagonalLoadingState, Loading, LoadingRule};
pub use from_residuals::{FromResiduals, from_residuals};
pub use gauss_newton::{GaussNewton, GaussNewtonState};
pub use levenberg_marquardt::{LevenbergMarquardt, LevenbergMarquardtState};
pub use linearization::Linearization;
pub use pivoted_qr::PivotedQr;
pub use scaling::Scaling;
pub use stall::Stall;
