//! Methods that see a matrix only through its products with vectors.
//!
//! [`ConjugateGradients`] solves A x = b for a symmetric positive definite A that is never formed:
//!
//! ```
//! use thalweg_krylov::problem::{Allowance, InvalidInput};
//! use thalweg_krylov::{ConjugateGradients, Until, operator};
//!
//! // 2 on the diagonal, −1 beside it.
//! let n = 100;
//! let a = operator(n, |v, out| {
//!     for i in 0..n {
//!         let (before, after) = (if i > 0 { v[i - 1] } else { 0.0 }, if i + 1 < n { v[i + 1] } else { 0.0 });
//!         out[i] = 2.0 * v[i] - before - after;
//!     }
//! });
//! let (b, x0) = (vec![1.0; n], vec![0.0; n]);
//! let mut allow = Allowance::evaluations(1000);
//! let solved = ConjugateGradients::default().solve(&a, &b, &x0, Until::default(), &mut allow)?;
//! println!("{} after {} iterations", solved.ending, solved.state.iterations());
//! assert!(solved.ending.is_converged());
//! // The solution is i (n + 1 − i)/2 for i = 1, …, n; b is symmetric about the middle, which halves the steps.
//! assert!((solved.state.x()[49] - 1275.0).abs() < 1e-9);
//! assert_eq!(solved.state.iterations(), 50);
//! # Ok::<(), InvalidInput>(())
//! ```
//!
//! | wanted | here | with |
//! | --- | --- | --- |
//! | x with A x = b | [`ConjugateGradients`] | its residual |
//! | the smallest ‖b − A x‖, A of any definiteness | [`MinimumResidual`] | its norm, ‖A r‖ |
//! | A⁻¹v, A^-½v | [`InverseTimes`], [`InverseSquareRoot`] | a bound of the error, given a lower bound of the spectrum |
//! | f(A) v for any f | [`LanczosState::function_times`] | no bound |
//! | the lowest and highest eigenpairs | [`ExtremeEigenpairs`] | intervals that contain an eigenvalue, bounded memory |
//! | the dominant eigenpair, the plain way | [`PowerIteration`] | an interval |
//! | a basis, Ritz values and vectors | [`Lanczos`], [`Tridiagonal`] | intervals |
#![cfg_attr(
    feature = "stochastic",
    doc = "| density of the spectrum, traces, ln det A | [`StochasticQuadrature`] | errors of sampling and of quadrature |"
)]
#![cfg_attr(
    not(feature = "stochastic"),
    doc = "| density of the spectrum, traces, ln det A | `StochasticQuadrature`, with the feature `stochastic` | errors |"
)]
//!
//! Whoever needs more than the result drives an iteration by hand, one [`iterate`](ConjugateGradients::iterate) at a time:
//! a trust region that stops at its border, a Newton method that goes along a direction of negative curvature.
//! Conjugate gradients are also a [`Method`](problem::Method) for a quadratic objective.
//!
//! Every iteration ends with an [`Ending`], and asks an [`Allowance`](problem::Allowance) before each product. What it says about errors
//! holds in floating-point arithmetic, as far as the products are as accurate as `product_error` says; scaling the matrix by
//! 1e±150 changes nothing.
//!
//! Features: `stochastic` (on by default: probes, and with them a generator of random numbers), `serde` (states can be written
//! down).

pub mod conjugate_gradients;
mod ending;
pub mod extreme_eigenpairs;
pub mod function_times;
pub mod inverse_square_root;
pub mod inverse_times;
pub mod lanczos;
mod lanczos_state;
pub mod minimum_residual;
mod operator;
pub mod power_iteration;
mod quadratic;
mod restarting;
pub mod ritz;
mod semiorthogonality;
mod state;
#[cfg(feature = "stochastic")]
pub mod stochastic;
pub mod tridiagonal;

#[doc(inline)]
pub use conjugate_gradients::{ConjugateGradients, Solved};
pub use ending::{Ending, Until};
#[doc(inline)]
pub use extreme_eigenpairs::{Eigenpair, ExtremeEigenpairs, FoundEigenpairs};
#[doc(inline)]
pub use function_times::{ErrorSize, FunctionTimes, SpectrumFloor};
#[doc(inline)]
pub use inverse_square_root::InverseSquareRoot;
#[doc(inline)]
pub use inverse_times::InverseTimes;
#[doc(inline)]
pub use lanczos::{Lanczos, Reorthogonalization};
pub use lanczos_state::LanczosState;
#[doc(inline)]
pub use minimum_residual::{LeastResidual, MinimumResidual, MinimumResidualState};
pub use operator::{HessianAt, LinearOperator, Operator, operator};
#[doc(inline)]
pub use power_iteration::{PowerIteration, PowerIterationState};
pub use quadratic::QuadraticState;
#[doc(inline)]
pub use ritz::{Ritz, RitzValue, Verified, verify};
pub use state::ConjugateGradientsState;
#[cfg(feature = "stochastic")]
#[doc(inline)]
pub use stochastic::{
    Estimate, LogDeterminant, Rule, SpectralSample, StochasticQuadrature, rademacher, student_factor,
};
pub use thalweg_problem as problem;
#[doc(inline)]
pub use tridiagonal::{EndComponents, NotConverged, Tridiagonal, TridiagonalEigen, TridiagonalError};
