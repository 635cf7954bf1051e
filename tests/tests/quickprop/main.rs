//! Quickprop and the diagonal secant: exact traces, bad input, what holds for any slopes, whole runs.

mod bad_input;
mod golden;
mod properties;
#[path = "../reference/mod.rs"]
mod reference;
mod runs;

use thalweg::first_order::{QuickpropState, Scalar};
use thalweg::prelude::*;

/// Both rules have the same state.
trait Secant<T: Scalar>: UpdateRule<T, State = QuickpropState<T>> {}

impl<T: Scalar> Secant<T> for Quickprop {}
impl<T: Scalar> Secant<T> for DiagonalSecant {}
