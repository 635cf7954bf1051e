//! Learning-rate schedules: pure functions of the step that can be asked "what is the rate at step k?".
//!
//! ```
//! use thalweg_schedules::{Constant, LinearDecay, LinearWarmUp, Schedule};
//!
//! assert_eq!(Constant { rate: 0.1 }.rate(1_000_000), 0.1);
//!
//! // Up to 0.5 in ten steps, then 0.5/(k + 1), and never below 0.001.
//! let decay = LinearDecay { rate: 0.5, ..LinearDecay::default() };
//! let schedule = LinearWarmUp { rate: 0.5, start: 0.0, steps: 10 }.then(10, decay).clamped(0.001, f64::INFINITY);
//! assert_eq!([0, 9, 10, 14, 10_000].map(|k| schedule.rate(k)), [0.05, 0.5, 0.5, 0.1, 0.001]);
//! ```
//!
//! | schedule | ηₖ | Σηₖ | Σηₖ² |
//! | --- | --- | --- | --- |
//! | [`Constant`] | η | ∞ | ∞ |
//! | [`LinearDecay`] | η₀/(k+1), η₀/(1 + k/τ) | ∞ | η₀²π²/6 for τ = 1 |
//! | [`QuadraticDecay`] | η₀/(k+1)² | η₀π²/6 | η₀²π⁴/90 |
//! | [`ExponentialDecay`] | η₀e^(−βk) | η₀/(1−e^(−β)) | η₀²/(1−e^(−2β)) |
//! | [`MultiStep`] | η₀αⁱ from the i-th milestone on | ∞ | ∞ |
//! | [`CosineWarmRestarts`] | half a cosine, again and again | ∞ | ∞ |
//! | [`Polynomial`] | a power that ends after N steps | finite if it ends at 0 | finite if it ends at 0 |
//! | [`LinearWarmUp`] | a ramp, then constant | ∞ | ∞ |
//! | [`OneCycle`] | up, down and far down | finite if it ends at 0 | finite if it ends at 0 |
//!
//! [`Chebyshev`] is not a decay at all: the best K rates for a quadratic whose curvatures have known bounds.
//!
//! What the sums are about is told at [`RobbinsMonro`], and [`Schedule::robbins_monro`] computes them.
//!
//! [`ReduceOnPlateau`] is no function of the step: it watches the loss, so it is a [`RatePolicy`] with a state.
//!
//! The page of a schedule's module tells its formula and where the literature disagrees.
//!
//! Nothing here prints, waits or looks at a clock: whoever wants to see the rates asks for them.
//!
//! [`ExponentialDecay`], [`CosineWarmRestarts`], [`Polynomial`] and [`Chebyshev`] need the feature `libm`, which is on by default
//! and brings the crate of that name.
//! Without the feature `std` (on by default) the crate is `no_std` with `alloc`, and gives the same bits.

#![no_std]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

#[cfg(feature = "libm")]
pub mod chebyshev;
pub mod compose;
pub mod constant;
#[cfg(feature = "libm")]
pub mod cosine_warm_restarts;
#[cfg(feature = "libm")]
pub mod exponential_decay;
pub mod linear_decay;
pub mod linear_warm_up;
pub mod multi_step;
pub mod of_step;
pub mod one_cycle;
mod policy;
#[cfg(feature = "libm")]
pub mod polynomial;
pub mod quadratic_decay;
pub mod reduce_on_plateau;
pub mod robbins_monro;
mod schedule;

#[cfg(feature = "libm")]
#[doc(inline)]
pub use chebyshev::Chebyshev;
#[doc(inline)]
pub use compose::{Clamped, Scaled, Then};
#[doc(inline)]
pub use constant::Constant;
#[cfg(feature = "libm")]
#[doc(inline)]
pub use cosine_warm_restarts::CosineWarmRestarts;
#[cfg(feature = "libm")]
#[doc(inline)]
pub use exponential_decay::ExponentialDecay;
#[doc(inline)]
pub use linear_decay::LinearDecay;
#[doc(inline)]
pub use linear_warm_up::LinearWarmUp;
#[doc(inline)]
pub use multi_step::MultiStep;
#[doc(inline)]
pub use of_step::OfStep;
#[doc(inline)]
pub use one_cycle::OneCycle;
pub use policy::RatePolicy;
#[cfg(feature = "libm")]
#[doc(inline)]
pub use polynomial::Polynomial;
#[doc(inline)]
pub use quadratic_decay::QuadraticDecay;
#[doc(inline)]
pub use reduce_on_plateau::{HeldOutLoss, PlateauState, ReduceOnPlateau, TrainingLoss, WatchedLoss};
#[doc(inline)]
pub use robbins_monro::{RobbinsMonro, Series};
pub use schedule::Schedule;
pub use thalweg_problem as problem;
