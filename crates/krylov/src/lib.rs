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
//! Whoever needs more than the solution drives the iteration by hand, one [`iterate`](ConjugateGradients::iterate) at a time:
//! a trust region that stops at its border, a Newton method that goes along a direction of negative curvature.
//! It is also a [`Method`](problem::Method) for a quadratic objective.

pub mod conjugate_gradients;
mod ending;
pub mod lanczos;
mod lanczos_state;
mod operator;
mod quadratic;
pub mod ritz;
mod semiorthogonality;
mod state;
pub mod tridiagonal;

#[doc(inline)]
pub use conjugate_gradients::{ConjugateGradients, Solved};
pub use ending::{Ending, Until};
#[doc(inline)]
pub use lanczos::{Lanczos, Reorthogonalization};
pub use lanczos_state::LanczosState;
pub use operator::{HessianAt, LinearOperator, Operator, operator};
pub use quadratic::QuadraticState;
#[doc(inline)]
pub use ritz::{Ritz, RitzValue, Verified, verify};
pub use state::ConjugateGradientsState;
pub use thalweg_problem as problem;
#[doc(inline)]
pub use tridiagonal::{EndComponents, NotConverged, Tridiagonal, TridiagonalEigen, TridiagonalError};
