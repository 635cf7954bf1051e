//! Some chunks of a sum in one process: what they add to the mean, node by node of the tree.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::ops::Range;

use crate::chunks::add_up;
use crate::{Cause, Chunks, Curved, Differentiable, FiniteSum, InvalidInput, Objective, Scratch};

/// A run of the chunks of a finite sum, each an objective of its own: the mean over its terms.
///
/// All functions answer for a `node` of the tree of [`Chunks`] whose chunks lie in [`run`](Self::run), with its *share* of
/// the whole mean: Σ over its chunks of weight times mean, added up along the tree. So whoever adds up shares along the tree gets
/// the bits of [`ChunkedSum`](crate::ChunkedSum), whose one shard has all chunks. This type is for whoever distributes a sum.
///
/// Beside the parts it takes n numbers for each level of its subtree: ⌈log₂⌉ of the number of its chunks.
#[derive(Clone, Debug)]
pub struct Shard<P> {
    chunks: Chunks,
    run: Range<usize>,
    parts: Vec<P>,
    spare: Scratch,
}

impl<P: FiniteSum> Shard<P> {
    /// The chunks `run` of `chunks`: `part` makes the objective of some terms, for one chunk after the other.
    ///
    /// # Errors
    /// That of `part`; or if what it makes has not as many terms as it was asked for, or has not the dimension of the first.
    pub fn new<E: From<InvalidInput>>(
        chunks: Chunks,
        run: Range<usize>,
        mut part: impl FnMut(Range<usize>) -> Result<P, E>,
    ) -> Result<Self, E> {
        if run.is_empty() || run.end > chunks.count() {
            let allowed = format!("some of the chunks 0..{}", chunks.count());
            return Err(InvalidInput::new("run", format_args!("{run:?}"), allowed).into());
        }
        let mut parts: Vec<P> = Vec::with_capacity(run.len());
        for chunk in run.clone() {
            let terms = chunks.range(chunk);
            let made = part(terms.clone())?;
            if made.terms() != terms.len() {
                let (argument, allowed) = (format!("part({terms:?}).terms()"), terms.len().to_string());
                return Err(InvalidInput::new(argument, made.terms(), allowed).into());
            }
            if let Some(first) = parts.first().filter(|first| first.dim() != made.dim()) {
                let (argument, allowed) =
                    (format!("part({terms:?}).dim()"), format!("{}, as of the part before", first.dim()));
                return Err(InvalidInput::new(argument, made.dim(), allowed).into());
            }
            parts.push(made);
        }
        let spare = Scratch::new(Chunks::depth(&run) * parts[0].dim());
        Ok(Self { chunks, run, parts, spare })
    }
}

impl<P> Shard<P> {
    /// How the whole sum is cut.
    #[must_use]
    pub fn chunks(&self) -> Chunks {
        self.chunks
    }

    /// The chunks that are here.
    #[must_use]
    pub fn run(&self) -> Range<usize> {
        self.run.clone()
    }

    /// Their objectives.
    #[must_use]
    pub fn parts(&self) -> &[P] {
        &self.parts
    }

    fn part(&self, chunk: usize) -> &P {
        &self.parts[chunk - self.run.start]
    }

    /// Adds up along the tree what `leaf` says of every chunk, with its weight.
    fn add_up(
        &self,
        node: Range<usize>,
        out: &mut [f64],
        weight: impl Fn(usize) -> f64,
        mut leaf: impl FnMut(usize, &P, &mut [f64]) -> Option<f64>,
    ) -> Option<f64> {
        self.spare.with(|spare| {
            add_up(node, out, spare, &mut |chunk, out: &mut [f64]| {
                let value = leaf(chunk, self.part(chunk), out)?;
                let weight = weight(chunk);
                out.iter_mut().for_each(|out| *out *= weight);
                Some(weight * value)
            })
        })
    }
}

impl<P: Objective> Shard<P> {
    /// n, the number of variables.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.parts[0].dim()
    }

    /// The share of f(x).
    pub fn value(&self, node: Range<usize>, x: &[f64]) -> f64 {
        let weight = |chunk| self.chunks.weight(chunk);
        self.add_up(node, &mut [], weight, |_, part, _| Some(part.value(x))).unwrap_or(f64::NAN)
    }

    /// The first chunk here whose objective has raised its flag, with the cause that it gave.
    #[must_use]
    pub fn raised(&self) -> Option<(usize, Option<Cause>)> {
        let flags = self.run.clone().zip(self.parts.iter().map(Objective::cancel_flag));
        let mut raised = flags.filter_map(|(chunk, flag)| flag.filter(|f| f.is_raised()).map(|f| (chunk, f)));
        raised.next().map(|(chunk, flag)| (chunk, flag.cause().cloned()))
    }
}

impl<P: Differentiable> Shard<P> {
    /// Writes the share of ∇f(x), length n, and returns that of f(x).
    pub fn value_gradient(&self, node: Range<usize>, x: &[f64], gradient: &mut [f64]) -> f64 {
        let weight = |chunk| self.chunks.weight(chunk);
        self.add_up(node, gradient, weight, |_, part, gradient| Some(part.value_gradient(x, gradient)))
            .unwrap_or(f64::NAN)
    }
}

impl<P: Curved> Shard<P> {
    /// Writes the share of H(x) v, length n.
    pub fn hessian_vector(&self, node: Range<usize>, x: &[f64], v: &[f64], out: &mut [f64]) {
        let weight = |chunk| self.chunks.weight(chunk);
        self.add_up(node, out, weight, |_, part, out| {
            part.hessian_vector(x, v, out);
            Some(0.0)
        });
    }
}

impl<P: FiniteSum> Shard<P> {
    /// Writes the share of the gradient of the mean over `batch`, length n, and returns that of the mean; `None`, and nothing
    /// written, if no term of the batch lies in `node`.
    pub fn batch_value_gradient(
        &self,
        node: Range<usize>,
        x: &[f64],
        batch: &BatchByChunk,
        gradient: &mut [f64],
    ) -> Option<f64> {
        self.add_up(
            node,
            gradient,
            |chunk| batch.weight(chunk),
            |chunk, part, gradient| {
                let terms = batch.of(chunk);
                (!terms.is_empty()).then(|| part.batch_value_gradient(x, terms, gradient))
            },
        )
    }
}

/// The terms of a batch by the chunk in which they lie, counted from the chunk's first, in the order of the batch.
#[derive(Clone, Debug, Default)]
pub struct BatchByChunk {
    /// Where each chunk begins among the terms, and where the last one ends.
    starts: Vec<usize>,
    terms: Vec<usize>,
}

impl BatchByChunk {
    /// Sorts `batch`, every index below T. Nothing is allocated for a batch that is no longer than one before.
    pub fn sort(&mut self, chunks: Chunks, batch: &[usize]) {
        let Self { starts, terms } = self;
        starts.clear();
        starts.resize(chunks.count() + 1, 0);
        terms.clear();
        terms.resize(batch.len(), 0);
        // How many in each chunk; where each ends; and from the last term to the first, each to the end of what is free.
        for &term in batch {
            starts[chunks.chunk_of(term)] += 1;
        }
        let mut end = 0;
        for start in starts.iter_mut() {
            end += *start;
            *start = end;
        }
        for &term in batch.iter().rev() {
            let chunk = chunks.chunk_of(term);
            starts[chunk] -= 1;
            terms[starts[chunk]] = term - chunks.range(chunk).start;
        }
    }

    /// The terms of a chunk.
    #[must_use]
    pub fn of(&self, chunk: usize) -> &[usize] {
        &self.terms[self.starts[chunk]..self.starts[chunk + 1]]
    }

    /// What the chunk weighs in the mean over the batch.
    #[must_use]
    pub fn weight(&self, chunk: usize) -> f64 {
        self.of(chunk).len() as f64 / self.terms.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_by_chunk_keeps_the_order_within_each() {
        let chunks = Chunks::new(10, 4).unwrap();
        let mut batch = BatchByChunk::default();
        batch.sort(chunks, &[9, 2, 4, 2, 0, 7]);
        let by_chunk: Vec<_> = (0..4).map(|chunk| batch.of(chunk)).collect();
        assert_eq!(by_chunk, [&[0][..], &[0, 2, 0], &[], &[2, 0]]);
        assert_eq!((0..4).map(|chunk| batch.weight(chunk)).sum::<f64>(), 1.0);
        batch.sort(chunks, &[5]);
        assert_eq!((batch.of(2), batch.of(3)), (&[0][..], &[][..]));
    }
}
