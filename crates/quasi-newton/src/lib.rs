//! Quasi-Newton methods: the curvature is learned from the steps.
//!
//! | | memory | for |
//! | --- | --- | --- |
//! | [`Lbfgs`] | 2m + 10 vectors | almost everything; millions of variables |
//! | [`Bfgs`] | n² numbers | up to a thousand variables or so |
//! | [`NonlinearConjugateGradients`] | 10 vectors | where memory is all that counts |
//!
//! Each takes any [`LineSearch`](line_search::LineSearch). [`Pairs`] is what L-BFGS remembers, and works alone, on `f32` too.
//!
//! ```
//! use thalweg_driver::{Stop, minimize, silent};
//! use thalweg_objectives::classic::Rosenbrock;
//! use thalweg_quasi_newton::line_search::HagerZhang;
//! use thalweg_quasi_newton::{Bfgs, Lbfgs};
//!
//! let (valley, start, stop) = (Rosenbrock::default(), [-1.2, 1.0], Stop::default());
//! let short_of_memory = minimize(&valley, &Lbfgs::default(), &start, stop.clone(), silent)?;
//! let whole = minimize(&valley, &Bfgs::with(HagerZhang::default()), &start, stop, silent)?;
//! for run in [&short_of_memory.best, &whole.best] {
//!     println!("f = {:.1e} at {:.6?}", run.value, run.x);
//!     assert!(run.value < 1e-12);
//! }
//! # Ok::<(), thalweg_quasi_newton::problem::InvalidInput>(())
//! ```

mod attempt;
pub mod bfgs;
mod element;
mod first_length;
mod initial;
pub mod lbfgs;
pub mod nonlinear_conjugate_gradients;
pub mod pairs;
mod single;

#[doc(inline)]
pub use bfgs::{Bfgs, BfgsState, InitialScale, LowCurvature};
pub use element::Element;
pub use first_length::FirstLength;
pub use initial::{InitialInverse, Preconditioned, ScaledIdentity};
#[doc(inline)]
pub use lbfgs::{Lbfgs, LbfgsState};
#[doc(inline)]
pub use nonlinear_conjugate_gradients::{
    Beta, NonlinearConjugateGradients, NonlinearConjugateGradientsState,
};
#[doc(inline)]
pub use pairs::{Kept, Pairs};
pub use single::{SinglePoint, SingleState};
pub use thalweg_line_search as line_search;
pub use thalweg_problem as problem;
