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
//! A rule with a schedule is a method for any differentiable problem: [`Scheduled`]. On a sum of many terms, a few at a time, it is
#![cfg_attr(feature = "stochastic", doc = "[`MiniBatch`].")]
#![cfg_attr(not(feature = "stochastic"), doc = "`MiniBatch`, with the feature `stochastic`.")]
//!
//! Features: `stochastic` (on by default: mini-batches, and with them a generator of random numbers), `serde` (states can be
//! written down).

mod adadelta;
mod adagrad;
mod adam;
mod adam_w;
mod ams_grad;
mod clipped;
mod diagonal_secant;
#[cfg(feature = "stochastic")]
mod epoch_order;
mod gradient_descent;
mod groups;
#[cfg(feature = "stochastic")]
mod mini_batch;
mod momentum;
mod momentum_sequence;
mod nesterov;
mod quickprop;
mod restarted;
mod rms_prop;
mod rprop;
mod rule;
mod scalar;
mod scheduled;
mod settings;
mod weight_decay;

pub use adadelta::{Adadelta, AdadeltaState};
pub use adagrad::{Adagrad, AdagradState};
pub use adam::{Adam, AdamState};
pub use adam_w::AdamW;
pub use ams_grad::{AmsGrad, AmsGradState};
pub use clipped::{Clip, Clipped, ClippedState};
pub use diagonal_secant::DiagonalSecant;
#[cfg(feature = "stochastic")]
pub use epoch_order::epoch_order;
pub use gradient_descent::GradientDescent;
pub use groups::{Group, Groups, GroupsState, Stretch};
#[cfg(feature = "stochastic")]
pub use mini_batch::{MiniBatch, MiniBatchState};
pub use momentum::{Momentum, MomentumForm, MomentumState};
pub use momentum_sequence::MomentumSequence;
pub use nesterov::{Nesterov, NesterovForm, NesterovState};
pub use quickprop::{Quickprop, QuickpropState};
pub use restarted::{Restart, RestartTest, Restarted, RestartedState};
pub use rms_prop::{RmsProp, RmsPropState};
pub use rprop::{
    IRpropMinus, IRpropPlus, IRpropPlusState, Rprop, RpropMinus, RpropPlus, RpropRetryState, RpropState,
    StepSizes,
};
pub use rule::{UpdateRule, check_shape, check_update};
pub use scalar::Scalar;
pub use scheduled::{Scheduled, ScheduledState};
pub use thalweg_problem as problem;
pub use thalweg_schedules as schedules;
pub use weight_decay::{Decay, WeightDecay, WeightDecayState};
