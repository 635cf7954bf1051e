//! First-order update rules: methods that see a gradient and a rate, and nothing else.
//!
//! A rule stands alone, for `f32` and `f64`, so that any training loop can borrow it:
//!
//! ```
//! use thalweg_first_order::{GradientDescent, UpdateRule};
//!
//! let mut weights = [1.0_f32, -2.0];
//! let mut state = GradientDescent.init(&weights)?;
//! for _ in 0..3 {
//!     let gradient = weights; // of ½‖w‖²
//!     GradientDescent.update(&mut state, &mut weights, &gradient, 0.5)?;
//! }
//! assert_eq!(weights, [0.125, -0.25]);
//! # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
//! ```
//!
//! | rule | what a step is | memory | made for |
//! | --- | --- | --- | --- |
//! | [`GradientDescent`] | −η∇f | 0 | one rate, below 2/λmax, that suits all directions |
//! | [`Momentum`] | that and β times the last step | n | narrow valleys; rates below 2 (1 + β)/λmax |
//! | [`Nesterov`] | the same, with the gradient taken ahead | n | smooth convex functions, best in [`Restarted`] |
//! | [`Rprop`] and its variants | a size of its own for every parameter, by signs alone | 2n or 3n | full batches, parameters of very different scales |
//! | [`Quickprop`] | to the minimum of a parabola, for every parameter by itself | 2n | full batches |
//! | [`Adagrad`] | η∇f over the root of the sum of all squares | n | features that are rare |
//! | [`RmsProp`] | η∇f over the root of their running mean | n to 3n | mini-batches |
//! | [`Adadelta`] | the same in units of past steps | 2n | mini-batches, without a rate of their own |
//! | [`Adam`], [`AdamW`], [`AmsGrad`] | a running mean of ∇f over that root | 2n or 3n | mini-batches; papers and libraries begin with η = 0.001 |
//!
//! Around any rule: [`Clipped`] gradients, [`WeightDecay`], and [`Groups`] of parameters with rates and decays of their own.
//! The page of a rule's module, [`momentum`] say, tells its formula, its cost, its limits and where the literature disagrees.
//!
//! A rule with a schedule is a method for any differentiable problem: [`Scheduled`]. On a sum of many terms, a few at a time, it is
#![cfg_attr(feature = "stochastic", doc = "[`MiniBatch`].")]
#![cfg_attr(not(feature = "stochastic"), doc = "`MiniBatch`, with the feature `stochastic`.")]
//!
//! Features: `stochastic` (on by default: mini-batches, and with them a generator of random numbers), `libm` (on by default:
//! schedules that take powers and cosines), `serde` (states can be written down).
//!
//! Without the feature `std` (on by default) the crate is `no_std` with `alloc`, and gives the same bits.

#![no_std]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod adadelta;
pub mod adagrad;
pub mod adam;
pub mod adam_w;
pub mod ams_grad;
pub mod clipped;
pub mod diagonal_secant;
#[cfg(feature = "stochastic")]
mod epoch_order;
pub mod gradient_descent;
pub mod groups;
#[cfg(feature = "stochastic")]
pub mod mini_batch;
pub mod momentum;
mod momentum_sequence;
pub mod nesterov;
pub mod quickprop;
pub mod restarted;
pub mod rms_prop;
pub mod rprop;
mod rule;
mod scalar;
mod scheduled;
mod settings;
pub mod weight_decay;

#[doc(inline)]
pub use adadelta::{Adadelta, AdadeltaState};
#[doc(inline)]
pub use adagrad::{Adagrad, AdagradState};
#[doc(inline)]
pub use adam::{Adam, AdamState};
#[doc(inline)]
pub use adam_w::AdamW;
#[doc(inline)]
pub use ams_grad::{AmsGrad, AmsGradState};
#[doc(inline)]
pub use clipped::{Clip, Clipped, ClippedState};
#[doc(inline)]
pub use diagonal_secant::DiagonalSecant;
#[cfg(feature = "stochastic")]
pub use epoch_order::epoch_order;
#[doc(inline)]
pub use gradient_descent::GradientDescent;
#[doc(inline)]
pub use groups::{Group, Groups, GroupsState, Stretch};
#[cfg(feature = "stochastic")]
#[doc(inline)]
pub use mini_batch::{MiniBatch, MiniBatchState};
#[doc(inline)]
pub use momentum::{Momentum, MomentumForm, MomentumState};
pub use momentum_sequence::MomentumSequence;
#[doc(inline)]
pub use nesterov::{Nesterov, NesterovForm, NesterovState};
#[doc(inline)]
pub use quickprop::{Quickprop, QuickpropState};
#[doc(inline)]
pub use restarted::{Restart, RestartTest, Restarted, RestartedState};
#[doc(inline)]
pub use rms_prop::{RmsProp, RmsPropState};
#[doc(inline)]
pub use rprop::{
    IRpropMinus, IRpropPlus, IRpropPlusState, Rprop, RpropMinus, RpropPlus, RpropRetryState, RpropState,
    StepSizes,
};
pub use rule::{UpdateRule, check_shape, check_update};
pub use scalar::Scalar;
pub use scheduled::{Scheduled, ScheduledState};
pub use thalweg_problem as problem;
pub use thalweg_schedules as schedules;
#[doc(inline)]
pub use weight_decay::{Decay, WeightDecay, WeightDecayState};
