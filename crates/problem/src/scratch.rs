//! Memory for intermediate points, which an objective needs although it is called by `&self`.

use alloc::vec;
#[cfg(feature = "std")]
use alloc::vec::Vec;
use core::fmt;
#[cfg(feature = "std")]
use std::sync::{Mutex, PoisonError};

/// Vectors of one length that are borrowed, never freed, and made only when all are in use: one for each thread that
/// evaluates at the same time. After the first call nothing is allocated.
///
/// Without the feature `std` there is no lock, and every use allocates a vector.
///
/// For an objective that wraps another one and needs a point or a gradient of its own: it stays `Sync`.
/// A clone shares nothing and begins without memory.
///
/// ```
/// use thalweg_problem::{Objective, Scratch};
///
/// /// f(−x)
/// struct Mirrored<P> {
///     problem: P,
///     minus_x: Scratch,
/// }
///
/// impl<P: Objective> Objective for Mirrored<P> {
///     fn dim(&self) -> usize {
///         self.problem.dim()
///     }
///
///     fn value(&self, x: &[f64]) -> f64 {
///         self.minus_x.with(|minus_x| {
///             minus_x.iter_mut().zip(x).for_each(|(minus_x, x)| *minus_x = -x);
///             self.problem.value(minus_x)
///         })
///     }
/// }
///
/// let line = thalweg_problem::from_value(2, |x| x[0] + 10.0 * x[1]);
/// let mirrored = Mirrored { problem: line, minus_x: Scratch::new(2) };
/// assert_eq!(mirrored.value(&[1.0, 2.0]), -21.0);
/// ```
pub struct Scratch {
    length: usize,
    #[cfg(feature = "std")]
    free: Mutex<Vec<Vec<f64>>>,
}

impl Scratch {
    /// Memory for vectors of this length; none is made yet.
    #[must_use]
    pub fn new(length: usize) -> Self {
        Self {
            length,
            #[cfg(feature = "std")]
            free: Mutex::default(),
        }
    }

    /// The length of every vector.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }

    /// Runs `work` on a vector with whatever it held before. `work` may call this again, and gets another vector.
    #[cfg(feature = "std")]
    pub fn with<R>(&self, work: impl FnOnce(&mut [f64]) -> R) -> R {
        // A vector is whole whatever panicked while the lock was held.
        let free = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = free().pop();
        let mut vector = taken.unwrap_or_else(|| vec![0.0; self.length]);
        let result = work(&mut vector);
        free().push(vector);
        result
    }

    /// Runs `work` on a vector. `work` may call this again, and gets another vector.
    #[cfg(not(feature = "std"))]
    pub fn with<R>(&self, work: impl FnOnce(&mut [f64]) -> R) -> R {
        work(&mut vec![0.0; self.length])
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
