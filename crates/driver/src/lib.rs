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

mod checkpoint;
#[cfg(feature = "checkpoint")]
mod file;
#[cfg(feature = "checkpoint")]
mod format;
mod many;
#[cfg(feature = "progress")]
mod progress;
mod quiet;
mod reason;
mod record;
mod run;
mod running;
mod stop;
mod trace;

pub use checkpoint::Checkpoint;
#[cfg(feature = "checkpoint")]
pub use file::{CheckpointError, CheckpointFile, Loaded, Resumable};
#[cfg(feature = "checkpoint")]
pub use format::Fault;
pub use many::{Outcome, lowest, minimize_many};
#[cfg(feature = "progress")]
pub use progress::progress;
pub use quiet::Noise;
pub use reason::{NonFinite, StopReason};
pub use record::{Record, Row, both, silent};
pub use run::{Best, Run, minimize};
pub use running::Running;
pub use stop::Stop;
pub use thalweg_problem as problem;
pub use trace::Trace;
