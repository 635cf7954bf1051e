//! The Rprop family: exact traces, bad input, what holds for any derivatives, whole runs.

mod bad_input;
mod golden;
mod properties;
#[path = "../reference/mod.rs"]
mod reference;
mod runs;

use std::fmt::Debug;

use thalweg::first_order::{IRpropPlusState, RpropRetryState, RpropState, Scalar};
use thalweg::prelude::*;

/// A rule that is made from its step sizes.
trait Named {
    const NAME: &'static str;

    fn with(sizes: StepSizes) -> Self;
}

/// A rule of the family, so that a test can go through all of them.
trait Family<T: Scalar>: Named + UpdateRule<T, State: Steps<T> + PartialEq + Debug> {}

/// The Δ and Δw in a rule's state.
trait Steps<T> {
    fn steps(&mut self) -> &mut RpropState<T>;
}

impl<T> Steps<T> for RpropState<T> {
    fn steps(&mut self) -> &mut RpropState<T> {
        self
    }
}

impl<T> Steps<T> for IRpropPlusState<T> {
    fn steps(&mut self) -> &mut RpropState<T> {
        &mut self.steps
    }
}

impl<T> Steps<T> for RpropRetryState<T> {
    fn steps(&mut self) -> &mut RpropState<T> {
        &mut self.steps
    }
}

macro_rules! family {
    ($($rule:ident),*) => {$(
        impl<T: Scalar> Family<T> for $rule {}

        impl Named for $rule {
            const NAME: &'static str = stringify!($rule);

            fn with(sizes: StepSizes) -> Self {
                Self { sizes }
            }
        }
    )*};
}

family!(Rprop, RpropPlus, RpropMinus, IRpropPlus, IRpropMinus);

/// Calls a generic function with each rule for its type.
macro_rules! for_every_rule {
    ($function:ident $arguments:tt) => {{
        $function::<Rprop> $arguments;
        $function::<RpropPlus> $arguments;
        $function::<RpropMinus> $arguments;
        $function::<IRpropPlus> $arguments;
        $function::<IRpropMinus> $arguments;
    }};
}
use for_every_rule;
