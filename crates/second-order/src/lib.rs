//! Newton's method and what keeps it in bounds.

mod least_squares;

pub use least_squares::{
    Covariance, DiagonalLoading, DiagonalLoadingState, FromResiduals, GaussNewton, GaussNewtonState,
    LevenbergMarquardt, LevenbergMarquardtState, Linearization, Loading, LoadingRule, PivotedQr, Scaling,
    Stall, Undetermined, from_residuals,
};
pub use thalweg_hessian as hessian;
pub use thalweg_krylov as krylov;
pub use thalweg_problem as problem;
