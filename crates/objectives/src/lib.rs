//! Objective functions whose curvature and minima are known, so that a prediction can be computed.
//!
//! ```
//! use thalweg_objectives::DiagonalQuadratic;
//! use thalweg_objectives::problem::Differentiable;
//!
//! // E(w) = ½ (1.5 w₁² + 0.5 w₂²) − 2.5 w₁ − 3.75 w₂
//! let bowl = DiagonalQuadratic::new([1.5, 0.5], [-2.5, -3.75], 0.0)?;
//! let mut gradient = [0.0; 2];
//! assert_eq!(bowl.value_gradient(&[2.0, 8.0], &mut gradient), -16.0);
//! assert_eq!(gradient, [0.5, 0.25]);
//! # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
//! ```
//!
//! With the feature `hessian`, which is off by default and brings nalgebra, all that can multiply with their Hessian can
//! also write it down as a matrix (`TwiceDifferentiable` of the crate `hessian`).

pub mod classic;
mod diagonal_quadratic;
mod heavy_ball_cycle;
#[cfg(feature = "hessian")]
mod hessians;
mod huber;
mod linear_least_squares;
mod log_barrier;
mod log_cosh;
mod log_sum_exp;
mod nesterov_worst;
mod power;
mod quadratic;

pub use diagonal_quadratic::DiagonalQuadratic;
pub use heavy_ball_cycle::HeavyBallCycle;
pub use huber::Huber;
pub use linear_least_squares::LinearLeastSquares;
pub use log_barrier::LogBarrier;
pub use log_cosh::LogCosh;
pub use log_sum_exp::LogSumExp;
pub use nesterov_worst::NesterovWorst;
pub use power::Power;
pub use quadratic::Quadratic;
pub use thalweg_problem as problem;
