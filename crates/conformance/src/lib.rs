//! What every method promises, as a suite: a method joins it with one [`Candidate`], and [`examine`] runs every rule.
//!
//! The rules are those on which optimization libraries break in practice: a start that is not a number, a region where f is
//! none, a gradient of exactly zero, functions without a lower bound, numbers of size 1e±150, budgets of a few evaluations,
//! a cancelled run, a run resumed at any of its steps.
//! They run on a [`Trial`], a function that watches what a method asks of it.
//!
//! ```
//! use thalweg_conformance::{Candidate, examine};
//! use thalweg_first_order::{GradientDescent, Scheduled, schedules::Constant};
//!
//! let at_rate = |rate| Scheduled { rule: GradientDescent, schedule: Constant { rate } };
//! let report = examine(&Candidate {
//!     refused: vec![("rate", at_rate(-1.0)), ("rate", at_rate(f64::NAN))],
//!     ..Candidate::new("gradient descent", move |curvature| at_rate(1.0 / curvature))
//! });
//! println!("{report}");
//! assert!(report.conforms());
//! ```

mod candidate;
mod report;
mod rules;
mod trial;

pub use candidate::Candidate;
pub use report::{Report, Row};
pub use rules::examine;
pub use thalweg_driver as driver;
pub use thalweg_problem as problem;
pub use trial::Trial;
