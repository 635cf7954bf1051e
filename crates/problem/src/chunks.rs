//! A sum cut into chunks, and the one order in which these are added up, whoever computes them.
//!
//! ```text
//! chunk i of C     the terms ⌊iT/C⌋ to ⌊(i + 1)T/C⌋ − 1
//! S(a..b)        = S(a..m) + S(m..b)      m − a the largest power of two below b − a
//! ```
//!
//! Both depend on the numbers of terms and of chunks alone, and so do the bits of the sum: not on how many processes or
//! threads share the chunks. Where C is a power of two, and the processes are, too, each of them holds one whole subtree.

use alloc::format;
use alloc::vec::Vec;
use core::ops::Range;

use crate::InvalidInput;

/// T terms in C chunks, as even as can be, with the binary tree that adds them up.
///
/// ```
/// use thalweg_problem::Chunks;
///
/// let chunks = Chunks::new(10, 4)?;
/// let ranges: Vec<_> = (0..4).map(|chunk| chunks.range(chunk)).collect();
/// assert_eq!(ranges, [0..2, 2..5, 5..7, 7..10]);
/// // Of two processes the second has the right half of the tree; of three, the second one has pieces of both halves.
/// assert_eq!(chunks.subtrees(chunks.share(1, 2)), [2..4]);
/// let chunks = Chunks::new(90, 9)?;
/// assert_eq!(chunks.subtrees(chunks.share(1, 3)), [3..4, 4..6]);
/// # Ok::<(), thalweg_problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunks {
    terms: usize,
    count: usize,
}

impl Chunks {
    /// T = `terms` in C = `count` chunks. A power of two lets 2, 4, 8, … processes share them evenly.
    ///
    /// # Errors
    /// If there is no term, no chunk, or a chunk would be empty.
    pub fn new(terms: usize, count: usize) -> Result<Self, InvalidInput> {
        if terms == 0 {
            return Err(InvalidInput::new("terms", 0, "1 or more"));
        }
        if !(1..=terms).contains(&count) {
            return Err(InvalidInput::new("count", count, format!("1 to {terms}, the number of terms")));
        }
        Ok(Self { terms, count })
    }

    /// T = `terms` in as many chunks as a power of two allows with 512 terms in each, but at least 1 and at most 1024: so
    /// that whoever computes a chunk has work for a while, and a thousand can work at the same time.
    ///
    /// # Errors
    /// If there is no term.
    pub fn of(terms: usize) -> Result<Self, InvalidInput> {
        const TERMS: usize = 512;
        const MOST: usize = 1024;
        let most = (terms / TERMS).clamp(1, MOST);
        Self::new(terms, 1 << most.ilog2())
    }

    /// T.
    #[must_use]
    pub fn terms(self) -> usize {
        self.terms
    }

    /// C.
    #[must_use]
    pub fn count(self) -> usize {
        self.count
    }

    /// The terms of a chunk, which is below C.
    #[must_use]
    pub fn range(self, chunk: usize) -> Range<usize> {
        even(self.terms, self.count, chunk)..even(self.terms, self.count, chunk + 1)
    }

    /// The chunk that holds a term, which is below T.
    #[must_use]
    pub fn chunk_of(self, term: usize) -> usize {
        holder(self.terms, self.count, term)
    }

    /// What a chunk weighs in the mean over all terms: its share of them.
    #[must_use]
    pub fn weight(self, chunk: usize) -> f64 {
        self.range(chunk).len() as f64 / self.terms as f64
    }

    /// The chunks for process `part` of `parts`, in turn and as even as can be.
    #[must_use]
    pub fn share(self, part: usize, parts: usize) -> Range<usize> {
        even(self.count, parts, part)..even(self.count, parts, part + 1)
    }

    /// Which of `parts` processes, of which there are at most C, has a chunk.
    #[must_use]
    pub fn holder(self, chunk: usize, parts: usize) -> usize {
        holder(self.count, parts, chunk)
    }

    /// All chunks: the root of the tree.
    #[must_use]
    pub fn root(self) -> Range<usize> {
        0..self.count
    }

    /// Where a node of two chunks or more divides: its children are the chunks before this one and those from it on.
    #[must_use]
    pub fn split(node: &Range<usize>) -> usize {
        node.start + (1 << (node.len() - 1).ilog2())
    }

    /// The largest subtrees that make up `run`, from left to right: one if `run` is a node, and never more than two for
    /// each level of the tree.
    #[must_use]
    pub fn subtrees(self, run: Range<usize>) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        collect(self.root(), &run, &mut found);
        found
    }

    /// Vectors beside the result that adding up the chunks of `run` takes, one subtree after the other.
    pub(crate) fn depth(run: &Range<usize>) -> usize {
        (usize::BITS - run.len().saturating_sub(1).leading_zeros()) as usize
    }
}

/// Adds up `node`: the vectors into `out`, and what `leaf` returns. `leaf` writes the vector of a chunk, or says `None` for one
/// that is to be left out; where all are, nothing is written. `spare` has room for [`Chunks::depth`] vectors.
pub(crate) fn add_up(
    node: Range<usize>,
    out: &mut [f64],
    spare: &mut [f64],
    leaf: &mut impl FnMut(usize, &mut [f64]) -> Option<f64>,
) -> Option<f64> {
    if node.len() == 1 {
        return leaf(node.start, out);
    }
    let middle = Chunks::split(&node);
    let Some(left) = add_up(node.start..middle, out, spare, leaf) else {
        return add_up(middle..node.end, out, spare, leaf);
    };
    let (right_sum, rest) = spare.split_at_mut(out.len());
    match add_up(middle..node.end, right_sum, rest, leaf) {
        None => Some(left),
        Some(right) => {
            out.iter_mut().zip(right_sum).for_each(|(out, right)| *out += *right);
            Some(left + right)
        }
    }
}

/// Where part `i` of `whole` things in `parts` begins.
fn even(whole: usize, parts: usize, i: usize) -> usize {
    // At most `whole`, so that it fits.
    (i as u128 * whole as u128 / parts as u128) as usize
}

/// The part that holds a thing: the last one that begins at it or before.
fn holder(whole: usize, parts: usize, thing: usize) -> usize {
    (((thing as u128 + 1) * parts as u128 - 1) / whole as u128) as usize
}

fn collect(node: Range<usize>, run: &Range<usize>, found: &mut Vec<Range<usize>>) {
    if run.start <= node.start && node.end <= run.end {
        found.push(node);
    } else if node.start < run.end && run.start < node.end {
        let middle = Chunks::split(&node);
        collect(node.start..middle, run, found);
        collect(middle..node.end, run, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_lies_in_the_chunk_that_is_said_to_hold_it() {
        for terms in 1..60 {
            for count in 1..=terms {
                let chunks = Chunks::new(terms, count).unwrap();
                let mut next = 0;
                for chunk in 0..count {
                    let range = chunks.range(chunk);
                    assert_eq!(range.start, next);
                    assert!(!range.is_empty(), "{terms} terms in {count}: chunk {chunk} is empty");
                    assert!(range.clone().all(|term| chunks.chunk_of(term) == chunk));
                    next = range.end;
                }
                assert_eq!(next, terms);
            }
        }
        // Beyond the numbers whose products fit.
        let many = Chunks::new(usize::MAX, 1 << 40).unwrap();
        assert_eq!(many.chunk_of(usize::MAX - 1), (1 << 40) - 1);
    }

    #[test]
    fn subtrees_of_all_shares_cover_the_tree_and_one_does_where_powers_of_two_meet() {
        for count in 1..70 {
            let chunks = Chunks::new(count, count).unwrap();
            for parts in 1..=count {
                let mut next = 0;
                for part in 0..parts {
                    let share = chunks.share(part, parts);
                    assert!(share.clone().all(|chunk| chunks.holder(chunk, parts) == part));
                    let subtrees = chunks.subtrees(share);
                    assert!(subtrees.len() <= 2 * Chunks::depth(&chunks.root()).max(1));
                    if count.is_power_of_two() && parts.is_power_of_two() {
                        assert_eq!(subtrees.len(), 1);
                    }
                    for node in subtrees {
                        assert_eq!(node.start, next);
                        next = node.end;
                    }
                }
                assert_eq!(next, count);
            }
        }
    }

    #[test]
    fn the_tree_of_the_whole_is_that_of_its_subtrees() {
        // Numbers whose sum shows every change of the order; and chunks that are left out.
        let x = |i: usize| 1.0 / (1.0 + (i * i % 97) as f64);
        let whole = |node: Range<usize>, left_out: usize| {
            let (mut out, mut spare) = ([0.0], [0.0; 8]);
            let mut leaf = |i: usize, out: &mut [f64]| {
                out[0] = x(i);
                (i % 7 != left_out).then_some(x(i))
            };
            let value = add_up(node, &mut out, &mut spare, &mut leaf);
            assert!(value.is_none_or(|value| value.to_bits() == out[0].to_bits()));
            value
        };
        fn by_hand(
            node: Range<usize>,
            known: &[Range<usize>],
            sum: &impl Fn(Range<usize>) -> Option<f64>,
        ) -> Option<f64> {
            if known.contains(&node) {
                return sum(node);
            }
            let middle = Chunks::split(&node);
            let (left, right) = (node.start..middle, middle..node.end);
            match (by_hand(left, known, sum), by_hand(right, known, sum)) {
                (Some(left), Some(right)) => Some(left + right),
                (left, right) => left.or(right),
            }
        }
        for count in 1..40 {
            let chunks = Chunks::new(count, count).unwrap();
            for parts in 1..=count {
                let known: Vec<_> =
                    (0..parts).flat_map(|p| chunks.subtrees(chunks.share(p, parts))).collect();
                for left_out in 0..8 {
                    let sum = |node| whole(node, left_out);
                    assert_eq!(sum(chunks.root()), by_hand(chunks.root(), &known, &sum));
                }
            }
        }
    }
}
