//! The one loop around every method: when to stop, and why; the best point; observers; a trace.
//!
//! ```
//! use std::ops::ControlFlow;
//! use thalweg_driver::{Stop, minimize};
//! use thalweg_driver::problem::from_fn;
//! use thalweg_first_order::{GradientDescent, Scheduled, schedules::Constant};
//!
//! let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.5 } };
//! let parabola = from_fn(1, |x, g| { g[0] = x[0]; 0.5 * x[0] * x[0] });
//! let run = minimize(&parabola, &method, &[1.0], Stop::default(), |record| {
//!     println!("{} {:?}", record.step, record.x);
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(run.reason.to_string(), "the gradient norm 7.450580596923828e-9 is at most 1e-8");
//! # Ok::<(), thalweg_driver::problem::InvalidInput>(())
//! ```

mod reason;
mod record;
mod run;
mod stop;
mod trace;

pub use reason::{NonFinite, StopReason};
pub use record::{Record, Row, silent};
pub use run::{Best, Run, Running, minimize};
pub use stop::Stop;
pub use thalweg_problem as problem;
pub use trace::Trace;
