//! What an update rule is.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

use thalweg_problem::InvalidInput;

/// The two floating-point types of the machine: `f32` and `f64`.
pub trait Scalar:
    Copy
    + Debug
    + Default
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Into<f64>
    + sealed::Sealed
    + Send
    + Sync
    + 'static
{
}

impl Scalar for f32 {}
impl Scalar for f64 {}

mod sealed {
    /// Keeps the list closed: rules may rely on IEEE 754 arithmetic.
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A rule that moves parameters by a gradient and a rate, in one pass over memory.
pub trait UpdateRule<T: Scalar> {
    /// What the rule remembers between updates.
    type State: Clone;

    /// A state for parameters shaped like `x`; their values do not matter.
    ///
    /// # Errors
    /// If a setting of the rule cannot be used, or `x` is empty.
    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput>;

    /// Moves `x` by one update, given the gradient at `x` and the rate η.
    ///
    /// A gradient that is not finite is not refused: it ends up in `x`, where the loop's owner looks anyway.
    ///
    /// # Errors
    /// If `x` is empty, the lengths differ, or the rate is negative or not finite. Then `x` is as it was.
    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput>;
}

/// What every rule asks of an update before it touches anything.
///
/// # Errors
/// If `x` is empty, `gradient` has another length, or the rate is negative or not finite.
pub fn check_update<T: Scalar>(x: &[T], gradient: &[T], rate: T) -> Result<(), InvalidInput> {
    check_shape(x)?;
    InvalidInput::unless_length("gradient", gradient, x.len())?;
    InvalidInput::unless_non_negative("rate", rate).map(drop)
}

/// What every rule asks of the parameters it makes a state for.
///
/// # Errors
/// If there are none.
pub fn check_shape<T: Scalar>(x: &[T]) -> Result<(), InvalidInput> {
    if x.is_empty() { Err(InvalidInput::new("x", "length 0", "length 1 or more")) } else { Ok(()) }
}
