//! Memory for intermediate points, which an objective needs although it is called by `&self`.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Vectors of one length that are borrowed, never freed, and made only when all are in use: one for each thread that
/// evaluates at the same time. After the first call on a thread nothing is allocated.
pub(crate) struct Scratch {
    length: usize,
    free: Mutex<Vec<Vec<f64>>>,
}

impl Scratch {
    pub(crate) fn new(length: usize) -> Self {
        Self { length, free: Mutex::default() }
    }

    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Runs `work` on a vector with whatever it held before.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut [f64]) -> R) -> R {
        // A vector is whole whatever panicked while the lock was held.
        let free = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = free().pop();
        let mut vector = taken.unwrap_or_else(|| vec![0.0; self.length]);
        let result = work(&mut vector);
        free().push(vector);
        result
    }
}

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
