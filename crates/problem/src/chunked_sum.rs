//! A finite sum in chunks, all in one process.

#[cfg(feature = "std")]
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
#[cfg(feature = "std")]
use std::sync::{Mutex, PoisonError};

use crate::{
    BatchByChunk, CancelFlag, Chunks, Curved, Differentiable, FiniteSum, InvalidInput, Objective, Shard,
};

/// The mean over T terms that lie in chunks, each an objective of its own, added up along the tree of [`Chunks`].
///
/// ```text
/// f = Σᵢ wᵢ fᵢ     fᵢ the mean over the terms of chunk i, wᵢ its share of all terms
/// ```
///
/// The bits depend on the number of chunks, and on nothing else: shared among processes (by the crate `mpi`, a workspace of
/// its own), the sum is the same to the last bit. With one chunk they are those of its objective.
/// A mini-batch asks the chunks that have terms of it, each for the mean over these.
///
/// An error that a chunk's objective keeps in its cancel flag is passed on by the flag of the sum.
///
/// ```
/// use thalweg_problem::{ChunkedSum, Chunks, Differentiable, FiniteSum, InvalidInput, Objective};
///
/// /// The mean of ½(x − t)² over some numbers.
/// struct Spread(Vec<f64>);
///
/// impl Objective for Spread {
///     fn dim(&self) -> usize {
///         1
///     }
///     fn value(&self, x: &[f64]) -> f64 {
///         self.value_gradient(x, &mut [0.0])
///     }
/// }
/// impl Differentiable for Spread {
///     fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
///         let all: Vec<_> = (0..self.0.len()).collect();
///         self.batch_value_gradient(x, &all, gradient)
///     }
/// }
/// impl FiniteSum for Spread {
///     fn terms(&self) -> usize {
///         self.0.len()
///     }
///     fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
///         let mean = |f: &dyn Fn(f64) -> f64| {
///             batch.iter().map(|&t| f(x[0] - self.0[t])).sum::<f64>() / batch.len() as f64
///         };
///         gradient[0] = mean(&|d| d);
///         mean(&|d| 0.5 * d * d)
///     }
/// }
///
/// // The terms 1, 2, …, 8, which might come from a file, chunk by chunk.
/// let read = |terms: std::ops::Range<usize>| {
///     Ok::<_, InvalidInput>(Spread(terms.map(|t| 1.0 + t as f64).collect()))
/// };
/// let sum = ChunkedSum::new(Chunks::new(8, 4)?, read)?;
/// let mut gradient = [0.0];
/// assert_eq!((sum.value_gradient(&[0.0], &mut gradient), gradient[0]), (12.75, -4.5));
/// assert_eq!(sum.batch_value_gradient(&[0.0], &[7, 0], &mut gradient), 16.25);
/// # Ok::<(), InvalidInput>(())
/// ```
pub struct ChunkedSum<P> {
    shard: Shard<P>,
    flag: CancelFlag,
    /// Batches by chunk, one for each thread that evaluates at the same time.
    #[cfg(feature = "std")]
    batches: Mutex<Vec<BatchByChunk>>,
}

impl<P: FiniteSum> ChunkedSum<P> {
    /// The sum of `chunks`: `part` makes the objective of some terms, for one chunk after the other.
    ///
    /// # Errors
    /// That of `part`; or if what it makes has not as many terms as it was asked for, or has not the dimension of the first.
    pub fn new<E: From<InvalidInput>>(
        chunks: Chunks,
        part: impl FnMut(Range<usize>) -> Result<P, E>,
    ) -> Result<Self, E> {
        Ok(Self::of(Shard::new(chunks, chunks.root(), part)?))
    }
}

impl<P> ChunkedSum<P> {
    fn of(shard: Shard<P>) -> Self {
        Self {
            shard,
            flag: CancelFlag::default(),
            #[cfg(feature = "std")]
            batches: Mutex::default(),
        }
    }

    /// How the sum is cut.
    #[must_use]
    pub fn chunks(&self) -> Chunks {
        self.shard.chunks()
    }

    /// The objectives of the chunks.
    #[must_use]
    pub fn parts(&self) -> &[P] {
        self.shard.parts()
    }
}

impl<P> ChunkedSum<P> {
    /// Runs `work` on a batch that has been sorted before, or on a new one.
    #[cfg(feature = "std")]
    fn with_batch<R>(&self, work: impl FnOnce(&mut BatchByChunk) -> R) -> R {
        // A batch is whole whatever panicked while the lock was held.
        let free = || self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = free().pop();
        let mut batch = taken.unwrap_or_default();
        let result = work(&mut batch);
        free().push(batch);
        result
    }

    /// Runs `work` on a new batch: there is no lock that could guard an old one.
    #[cfg(not(feature = "std"))]
    fn with_batch<R>(&self, work: impl FnOnce(&mut BatchByChunk) -> R) -> R {
        work(&mut BatchByChunk::default())
    }
}

impl<P: Objective> ChunkedSum<P> {
    /// Raises the flag if a chunk's objective has raised its own.
    fn pass_on(&self) {
        match self.shard.raised() {
            Some((_, Some(cause))) => self.flag.raise_because(cause),
            Some((_, None)) => self.flag.raise(),
            None => {}
        }
    }
}

/// A clone shares nothing, and begins with a flag of its own.
impl<P: Clone> Clone for ChunkedSum<P> {
    fn clone(&self) -> Self {
        Self::of(self.shard.clone())
    }
}

impl<P: fmt::Debug> fmt::Debug for ChunkedSum<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkedSum").field("shard", &self.shard).finish_non_exhaustive()
    }
}

impl<P: Objective> Objective for ChunkedSum<P> {
    fn dim(&self) -> usize {
        self.shard.dim()
    }

    fn value(&self, x: &[f64]) -> f64 {
        let value = self.shard.value(self.chunks().root(), x);
        self.pass_on();
        value
    }

    fn cancel_flag(&self) -> Option<&CancelFlag> {
        Some(&self.flag)
    }
}

impl<P: Differentiable> Differentiable for ChunkedSum<P> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let value = self.shard.value_gradient(self.chunks().root(), x, gradient);
        self.pass_on();
        value
    }
}

impl<P: Curved> Curved for ChunkedSum<P> {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.shard.hessian_vector(self.chunks().root(), x, v, out);
        self.pass_on();
    }
}

impl<P: FiniteSum> FiniteSum for ChunkedSum<P> {
    fn terms(&self) -> usize {
        self.chunks().terms()
    }

    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        let value = self.with_batch(|by_chunk| {
            by_chunk.sort(self.chunks(), batch);
            self.shard.batch_value_gradient(self.chunks().root(), x, by_chunk, gradient)
        });
        self.pass_on();
        value.unwrap_or_else(|| {
            // The mean over nothing.
            gradient.fill(f64::NAN);
            f64::NAN
        })
    }
}
