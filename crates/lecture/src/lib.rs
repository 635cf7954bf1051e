//! The results of the lecture "Neural Networks: Optimization, Part 1" (CMU 11-785, Fall 2020), re-measured.
//!
//! Each result is one file in [`results`]: a [`Claim`] with the prediction from theory, the measurement, the checks
//! that bring them together, tables and figures.
//! From that one declaration come the test, the snapshot, the report page and the row in every table.
//!
//! This crate computes and renders; it opens no file and draws no random number that is not seeded.

mod acceleration;
mod ball;
mod bootstrap;
mod boundary;
mod census;
mod claim;
mod contour;
mod crowd;
mod curve;
mod descend;
mod digit_network;
mod draws;
mod encoder;
mod errata;
pub mod figure;
mod findings;
mod first_trial;
mod gamma;
mod hinge_crowd;
mod interval;
mod iterates;
mod krawczyk;
mod large_network;
mod level_set;
mod linear_autoencoder;
mod logarithmic;
mod mixed;
pub mod number;
mod parameter;
pub mod playground;
mod printed;
pub mod prose;
pub mod record;
pub mod recurrence;
mod regime;
mod repeated;
pub mod results;
mod select;
mod shaped;
mod sharpness;
mod spectrum;
mod spoiler;
mod spoiler_flow;
mod stiff;
mod two_hidden_units;
mod two_weights;
mod walk;

pub use claim::{Chapter, Claim, Correction, Form, Reproduced, Slides, Verdict};
pub use errata::{Erratum, Flag, errata};
pub use findings::{Check, Expected, Findings, Table, Tolerance};
pub use parameter::{BadSetting, Parameter, Setting, parameters};
pub use playground::Playground;
pub use results::{ADJUSTABLE, RESULTS, SLOW};
pub use select::{UnknownResult, select};
