//! What an objective is, and what an optimization method is.
//!
//! Points and gradients are `&[f64]`; outputs belong to the caller and come last.
//! Every trait works behind `&dyn`.
//!
//! - objectives: [`Objective`], [`Differentiable`], [`Curved`], [`FiniteSum`], [`LeastSquares`];
//!   a closure becomes one by [`from_fn`], [`from_fallible_fn`] or, if it has no gradient, [`from_value`];
//! - another scale of x and f: [`Scaled`]; memory for wrappers of your own: [`Scratch`];
//! - a sum in chunks, with the same bits whoever computes them, behind the feature `chunks` (on by default): [`ChunkedSum`],
//!   [`Chunks`], [`Shard`];
//! - are the derivatives right: [`check_gradient`], [`check_gradient_along`], [`check_hessian_vector`], [`check_hessian_columns`],
//!   [`check_jacobian`];
//! - derivatives by differences, with a bound on their error: [`Differences`];
//! - methods: [`Method`] with its [`State`], which takes one [`Step`] or says why it is [`Stuck`];
//! - the bounds of a run: [`Allowance`], [`CancelFlag`], [`Counted`];
//! - preconditioners: [`Preconditioner`], [`Identity`], [`Diagonal`];
//! - bad input: [`InvalidInput`].
//!
//! ```
//! use thalweg_problem::{Differentiable, from_fn};
//!
//! let parabola = from_fn(1, |x, gradient| {
//!     gradient[0] = x[0] - 3.0;
//!     0.5 * (x[0] - 3.0) * (x[0] - 3.0)
//! });
//! let mut gradient = [0.0];
//! let value = parabola.value_gradient(&[1.0], &mut gradient);
//! assert_eq!((value, gradient[0]), (2.0, -2.0));
//! ```
//!
//! Without the feature `std` (on by default) the crate is `no_std` with `alloc`, and gives the same bits: [`Scratch`] allocates at
//! every use then, and a [`CancelFlag`] belongs to one thread.

#![no_std]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod allowance;
mod check;
#[cfg(feature = "chunks")]
mod chunked_sum;
#[cfg(feature = "chunks")]
mod chunks;
mod closure;
mod counted;
mod differences;
mod invalid_input;
mod method;
mod objective;
mod preconditioner;
mod scaled;
mod scratch;
#[cfg(feature = "chunks")]
mod shard;
mod value_only;

pub use allowance::{Allowance, CancelFlag, Cause};
pub use check::{
    CheckSettings, Comparison, DerivativeCheck, Entry, Verdict, check_gradient, check_gradient_along,
    check_hessian_columns, check_hessian_vector, check_jacobian,
};
#[cfg(feature = "chunks")]
pub use chunked_sum::ChunkedSum;
#[cfg(feature = "chunks")]
pub use chunks::Chunks;
pub use closure::{FromFallibleFn, FromFn, from_fallible_fn, from_fn};
pub use counted::{Counted, Counts};
pub use differences::{Derivative, Differences};
pub use invalid_input::{InvalidInput, check_start};
pub use method::{Method, Point, State, Step, Stuck};
pub use objective::{Curved, Differentiable, FiniteSum, LeastSquares, Objective};
pub use preconditioner::{Diagonal, Identity, Preconditioner};
pub use scaled::Scaled;
pub use scratch::Scratch;
#[cfg(feature = "chunks")]
pub use shard::{BatchByChunk, Shard};
pub use value_only::{FromValue, Scheme, from_value};
