//! Memory for intermediate points, which an objective needs although it is called by `&self`.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Vectors of one length that are borrowed, never freed, and made only when all are in use: one for each thread that
/// evaluates at the same time. After the first call on a thread nothing is allocated.
///
/// For an objective around another one, which needs a point of its own.
///
/// ```
/// use thalweg_problem::Scratch;
///
/// let scratch = Scratch::new(2);
/// let sum = scratch.with(|pair| {
///     pair.copy_from_slice(&[1.0, 2.0]);
///     pair[0] + pair[1]
/// });
/// assert_eq!((sum, scratch.length()), (3.0, 2));
/// ```
pub struct Scratch {
    length: usize,
    free: Mutex<Vec<Vec<f64>>>,
}

impl Scratch {
    /// For vectors of this length. Allocates nothing yet.
    #[must_use]
    pub fn new(length: usize) -> Self {
        Self { length, free: Mutex::default() }
    }

    /// The length of the vectors.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }

    /// Runs `work` on a vector with whatever it held before.
    pub fn with<R>(&self, work: impl FnOnce(&mut [f64]) -> R) -> R {
        // A vector is whole whatever panicked while the lock was held.
        let free = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = free().pop();
        let mut vector = taken.unwrap_or_else(|| vec![0.0; self.length]);
        let result = work(&mut vector);
        free().push(vector);
        result
    }
}

/// A clone has vectors of its own.
impl Clone for Scratch {
    fn clone(&self) -> Self {
        Self::new(self.length)
    }
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratch").field("length", &self.length).finish_non_exhaustive()
    }
}
