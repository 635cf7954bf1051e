//! Closures as objectives.

use alloc::sync::Arc;
use alloc::vec;
use core::error::Error;
use core::fmt;

use crate::{CancelFlag, Differentiable, Objective};

/// Makes an objective of a closure that writes the gradient, length n, and returns the value.
///
/// ```
/// use thalweg_problem::{Objective, from_fn};
///
/// let f = from_fn(2, |x, g| {
///     g.copy_from_slice(x);
///     0.5 * (x[0] * x[0] + x[1] * x[1])
/// });
/// assert_eq!(f.value(&[3.0, 4.0]), 12.5);
/// ```
pub fn from_fn<F: Fn(&[f64], &mut [f64]) -> f64>(n: usize, value_gradient: F) -> FromFn<F> {
    FromFn { n, value_gradient }
}

/// An objective made by [`from_fn`].
#[derive(Clone, Copy)]
pub struct FromFn<F> {
    n: usize,
    value_gradient: F,
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromFn").field("n", &self.n).finish_non_exhaustive()
    }
}

impl<F: Fn(&[f64], &mut [f64]) -> f64> Objective for FromFn<F> {
    fn dim(&self) -> usize {
        self.n
    }

    /// Allocates a gradient that nobody asked for: the closure knows no other way.
    fn value(&self, x: &[f64]) -> f64 {
        (self.value_gradient)(x, &mut vec![0.0; self.n])
    }
}

impl<F: Fn(&[f64], &mut [f64]) -> f64> Differentiable for FromFn<F> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        (self.value_gradient)(x, gradient)
    }
}

/// Makes an objective of a closure that may fail: a simulation, a file, a remote call.
///
/// The first error is kept, the run is asked to stop, and the error comes out in the reason why it stopped.
/// From then on the closure is not called again and every value is NaN.
///
/// ```
/// use thalweg_problem::{Objective, from_fallible_fn};
///
/// let f = from_fallible_fn(1, |x, g| {
///     g[0] = 1.0;
///     if x[0] < 0.0 { Err(std::io::Error::other("the probe fell off")) } else { Ok(x[0]) }
/// });
/// assert_eq!(f.value(&[2.0]), 2.0);
/// assert!(f.value(&[-1.0]).is_nan());
/// assert_eq!(f.cancel_flag().unwrap().cause().unwrap().to_string(), "the probe fell off");
/// ```
pub fn from_fallible_fn<F, E>(n: usize, value_gradient: F) -> FromFallibleFn<F>
where
    F: Fn(&[f64], &mut [f64]) -> Result<f64, E>,
    E: Error + Send + Sync + 'static,
{
    FromFallibleFn { n, value_gradient, flag: CancelFlag::default() }
}

/// An objective made by [`from_fallible_fn`]. Once it has failed it stays so; a clone begins anew.
pub struct FromFallibleFn<F> {
    n: usize,
    value_gradient: F,
    flag: CancelFlag,
}

impl<F: Clone> Clone for FromFallibleFn<F> {
    fn clone(&self) -> Self {
        Self { n: self.n, value_gradient: self.value_gradient.clone(), flag: CancelFlag::default() }
    }
}

impl<F> fmt::Debug for FromFallibleFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromFallibleFn").field("n", &self.n).field("flag", &self.flag).finish_non_exhaustive()
    }
}

impl<F, E> Objective for FromFallibleFn<F>
where
    F: Fn(&[f64], &mut [f64]) -> Result<f64, E>,
    E: Error + Send + Sync + 'static,
{
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.value_gradient(x, &mut vec![0.0; self.n])
    }

    fn cancel_flag(&self) -> Option<&CancelFlag> {
        Some(&self.flag)
    }
}

impl<F, E> Differentiable for FromFallibleFn<F>
where
    F: Fn(&[f64], &mut [f64]) -> Result<f64, E>,
    E: Error + Send + Sync + 'static,
{
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        if self.flag.is_raised() {
            gradient.fill(f64::NAN);
            return f64::NAN;
        }
        (self.value_gradient)(x, gradient).unwrap_or_else(|error| {
            self.flag.raise_because(Arc::new(error));
            gradient.fill(f64::NAN);
            f64::NAN
        })
    }
}
