//! The one error for bad input: which argument, what it was, what it may be.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::string::ToString;
use core::fmt;

use crate::Objective;

/// An argument or a setting that cannot be used. Nothing has run yet when this comes back.
///
/// ```
/// use thalweg_problem::InvalidInput;
///
/// let error = InvalidInput::new("rate", -0.1, "a finite number above 0");
/// assert_eq!(error.to_string(), "invalid `rate`: -0.1 (allowed: a finite number above 0)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidInput {
    /// The argument or field, as it is spelled in the call.
    pub argument: Cow<'static, str>,
    /// The value that came in.
    pub value: String,
    /// What is allowed, in words or numbers.
    pub allowed: Cow<'static, str>,
}

impl InvalidInput {
    /// Names the argument, the value it had and what is allowed.
    ///
    /// Numbers read best by `{:?}`, which writes the very large and the very small ones with an exponent.
    pub fn new(
        argument: impl Into<Cow<'static, str>>,
        value: impl fmt::Display,
        allowed: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { argument: argument.into(), value: value.to_string(), allowed: allowed.into() }
    }

    /// `value`, an `f32` or `f64`, if it is finite and above zero.
    ///
    /// # Errors
    /// Otherwise, naming `argument`.
    pub fn unless_positive<T>(argument: &'static str, value: T) -> Result<T, Self>
    where
        T: Copy + Into<f64> + fmt::Debug,
    {
        let number: f64 = value.into();
        if number > 0.0 && number.is_finite() {
            Ok(value)
        } else {
            Err(Self::new(argument, format_args!("{value:?}"), "a finite number above 0"))
        }
    }

    /// `value`, an `f32` or `f64`, if it is finite and not negative.
    ///
    /// # Errors
    /// Otherwise, naming `argument`.
    pub fn unless_non_negative<T>(argument: &'static str, value: T) -> Result<T, Self>
    where
        T: Copy + Into<f64> + fmt::Debug,
    {
        let number: f64 = value.into();
        if number >= 0.0 && number.is_finite() {
            Ok(value)
        } else {
            Err(Self::new(argument, format_args!("{value:?}"), "a finite number, 0 or more"))
        }
    }

    /// Nothing if `slice` has length `n`.
    ///
    /// # Errors
    /// Otherwise, naming `argument` and both lengths.
    pub fn unless_length<T>(argument: &'static str, slice: &[T], n: usize) -> Result<(), Self> {
        if slice.len() == n {
            Ok(())
        } else {
            Err(Self::new(argument, format_args!("length {}", slice.len()), format!("length {n}")))
        }
    }

    /// `value` if it is finite.
    ///
    /// # Errors
    /// Otherwise, naming `argument`.
    pub fn unless_finite(argument: &'static str, value: f64) -> Result<f64, Self> {
        if value.is_finite() { Ok(value) } else { Err(Self::new(argument, value, "a finite number")) }
    }

    /// Nothing if every element of `slice` is finite.
    ///
    /// # Errors
    /// Otherwise, naming the first element that is not.
    pub fn unless_all_finite(argument: &'static str, slice: &[f64]) -> Result<(), Self> {
        match slice.iter().position(|v| !v.is_finite()) {
            None => Ok(()),
            Some(i) => Err(Self::new(format!("{argument}[{i}]"), slice[i], "a finite number")),
        }
    }
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid `{}`: {} (allowed: {})", self.argument, self.value, self.allowed)
    }
}

impl core::error::Error for InvalidInput {}

/// What every [`Method::init`](crate::Method::init) asks of its problem and start before it evaluates anything.
///
/// # Errors
/// If the problem has dimension 0, or `x0` another length or an element that is not finite.
pub fn check_start<P: Objective + ?Sized>(problem: &P, x0: &[f64]) -> Result<(), InvalidInput> {
    if problem.dim() == 0 {
        return Err(InvalidInput::new("problem.dim()", 0, "1 or more"));
    }
    InvalidInput::unless_length("x0", x0, problem.dim())?;
    InvalidInput::unless_all_finite("x0", x0)
}
