//! Smooth unconstrained optimization: a closure in; a minimum, a reason and a trace out.
//!
//! ```
//! use thalweg::prelude::*;
//!
//! let valley = from_fn(2, |x, gradient| {
//!     let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
//!     (gradient[0], gradient[1]) = (-2.0 * a - 400.0 * b * x[0], 200.0 * b);
//!     a * a + 100.0 * b * b
//! });
//! let run = minimize(&valley, &Lbfgs::default(), &[-1.2, 1.0], Stop::default(), silent)?;
//! println!("{:?} after {} evaluations: {}", run.best.x, run.counts.total(), run.reason);
//! assert!(run.reason.is_converged() && run.counts.total() < 50);
//! # Ok::<(), InvalidInput>(())
//! ```
//!
//! A closure without a gradient will do, for the price of 2n + 1 values for each and a tolerance that ten digits can
//! meet; and whether a gradient is right can be asked:
//!
//! ```
//! use thalweg::prelude::*;
//!
//! let bowl = from_value(2, |x| 0.5 * (x[0] - 1.0) * (x[0] - 1.0) + 5.0 * x[1] * x[1]);
//! let stop = Stop { relative_gradient: 1e-6, ..Stop::default() };
//! let run = minimize(&bowl, &Lbfgs::default(), &[0.0, 1.0], stop, silent)?;
//! assert!(run.reason.is_converged() && (run.best.x[0] - 1.0).abs() < 1e-5);
//!
//! let slip = from_fn(1, |x, gradient| {
//!     gradient[0] = x[0]; // should be 2x
//!     x[0] * x[0]
//! });
//! let check = check_gradient(&slip, &[3.0], CheckSettings::default())?;
//! assert!(check.to_string().contains("∂f/∂x[0] is 3.0, differences give 6.0 ± "));
//! # Ok::<(), InvalidInput>(())
//! ```
//!
//! The steps of the lecture are update rules with a schedule, and come with the feature `first-order`:
//!
//! ```
//! # #[cfg(feature = "first-order")] {
//! use thalweg::prelude::*;
//!
//! let bowl = from_fn(2, |x, gradient| {
//!     (gradient[0], gradient[1]) = (x[0] - 1.0, 10.0 * x[1]);
//!     0.5 * (x[0] - 1.0) * (x[0] - 1.0) + 5.0 * x[1] * x[1]
//! });
//! let descent = Scheduled { rule: GradientDescent, schedule: Constant { rate: 2.0 / 11.0 } };
//! let run = minimize(&bowl, &descent, &[0.0, 1.0], Stop::default(), silent)?;
//! println!("{:?} after {} steps: {}", run.best.x, run.steps, run.reason);
//! assert!(run.reason.is_converged());
//! # }
//! # Ok::<(), thalweg::problem::InvalidInput>(())
//! ```
//!
//! Methods come by family, so that nobody waits for what another one needs. On by default: `quasi-newton` (L-BFGS, BFGS, conjugate
//! gradients, line searches). Off: `first-order` (update rules and schedules), `stochastic` (mini-batches of those), `second-order`
//! (Newton's method and least squares; it brings nalgebra, as `hessian` does).
//! Further features, all off: `serde`, `checkpoint` (files to resume from), `parallel` (many starts on all cores), `progress` (a bar),
//! `tracing`; `libm` (logarithms, powers and sines of [`numerics`], which `first-order` brings along); `objectives` (functions to try
//! methods on), `krylov`, `networks`.
//!
//! Each part is a crate that can be used alone: [`problem`], [`driver`], [`numerics`], and behind these features `quasi_newton` with
//! `line_search`, `first_order` with `schedules`, `second_order`, `hessian`, `krylov`, `networks` and `objectives`.
//! `thalweg-landscape` and `thalweg-conformance` are crates beside this one.

pub use thalweg_driver as driver;
pub use thalweg_driver::minimize;
#[cfg(feature = "first-order")]
pub use thalweg_first_order as first_order;
#[cfg(feature = "hessian")]
pub use thalweg_hessian as hessian;
#[cfg(feature = "krylov")]
pub use thalweg_krylov as krylov;
#[cfg(feature = "quasi-newton")]
pub use thalweg_line_search as line_search;
#[cfg(feature = "networks")]
pub use thalweg_networks as networks;
pub use thalweg_numerics as numerics;
#[cfg(feature = "objectives")]
pub use thalweg_objectives as objectives;
pub use thalweg_problem as problem;
#[cfg(feature = "quasi-newton")]
pub use thalweg_quasi_newton as quasi_newton;
#[cfg(feature = "first-order")]
pub use thalweg_schedules as schedules;
#[cfg(feature = "second-order")]
pub use thalweg_second_order as second_order;

/// What a program that minimizes something usually needs.
pub mod prelude {
    #[cfg(feature = "checkpoint")]
    pub use thalweg_driver::CheckpointFile;
    #[cfg(feature = "progress")]
    pub use thalweg_driver::progress;
    pub use thalweg_driver::{
        Checkpoint, Record, Run, Running, Stop, StopReason, Trace, both, lowest, minimize, minimize_many,
        silent,
    };
    #[cfg(feature = "stochastic")]
    pub use thalweg_first_order::MiniBatch;
    #[cfg(feature = "first-order")]
    pub use thalweg_first_order::{
        Adadelta, Adagrad, Adam, AdamW, AmsGrad, Clip, Clipped, Decay, DiagonalSecant, GradientDescent,
        Group, Groups, IRpropMinus, IRpropPlus, Momentum, MomentumForm, MomentumSequence, Nesterov,
        NesterovForm, Quickprop, RestartTest, Restarted, RmsProp, Rprop, RpropMinus, RpropPlus, Scheduled,
        StepSizes, UpdateRule, WeightDecay,
    };
    pub use thalweg_problem::{
        CancelFlag, CheckSettings, Curved, Differentiable, FiniteSum, InvalidInput, LeastSquares, Method,
        Objective, State, check_gradient, from_fallible_fn, from_fn, from_value,
    };
    #[cfg(feature = "quasi-newton")]
    pub use thalweg_quasi_newton::{Bfgs, FirstLength, Lbfgs, NonlinearConjugateGradients};
    #[cfg(feature = "first-order")]
    pub use thalweg_schedules::{
        Chebyshev, Constant, CosineWarmRestarts, ExponentialDecay, LinearDecay, LinearWarmUp, MultiStep,
        OfStep, OneCycle, Polynomial, QuadraticDecay, RatePolicy, ReduceOnPlateau, RobbinsMonro, Schedule,
    };
}
