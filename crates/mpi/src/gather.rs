//! How shares of the ranks become one sum, in the order of the tree, and how all ranks get it.
//!
//! ```text
//! a node whose chunks one rank has      is added up there
//! a node that ranks share               S(left) on the rank that has its first chunk,
//!                                       plus S(right), sent by the rank that has the first chunk of that
//! the root                              lies on rank 0, which broadcasts it
//! ```
//!
//! Where the ranks are a power of two and the chunks, too, a rank has one subtree and sends one vector; otherwise it may have to
//! send one for each of its subtrees, which are fewer than twice the levels of the tree.
//!
//! No rank waits for another before its own share is done. Then messages go in the order in which one reads the tree, children
//! before parents, on every rank: the first message that has not arrived yet always can, so that nothing hangs.

use std::ops::Range;

use mpi::Rank;
use mpi::datatype::Equivalence;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator, Destination, Root, Source};
use thalweg_problem::Chunks;

use crate::header::{HEADER, Header, Trouble};

const TAG: i32 = 1;

/// A rank among its like, with its place in the tree and memory for what travels.
pub(crate) struct Gather {
    comm: SimpleCommunicator,
    chunks: Chunks,
    rank: usize,
    ranks: usize,
    run: Range<usize>,
    subtrees: Vec<Range<usize>>,
    /// A message for each subtree, and one for what arrives, each of `stride` doubles.
    messages: Vec<f64>,
    stride: usize,
}

impl Gather {
    /// For messages with vectors of length `dim`.
    pub(crate) fn new(comm: SimpleCommunicator, chunks: Chunks, dim: usize) -> Self {
        let (rank, ranks) = (comm.rank() as usize, comm.size() as usize);
        let run = chunks.share(rank, ranks);
        let subtrees = chunks.subtrees(run.clone());
        let stride = HEADER + dim;
        let messages = vec![0.0; (subtrees.len() + usize::from(ranks > 1)) * stride];
        Self { comm, chunks, rank, ranks, run, subtrees, messages, stride }
    }

    pub(crate) fn comm(&self) -> &SimpleCommunicator {
        &self.comm
    }

    pub(crate) fn rank(&self) -> usize {
        self.rank
    }

    pub(crate) fn ranks(&self) -> usize {
        self.ranks
    }

    /// Adds up what `share` says of the subtrees here, and of all others elsewhere. `share` writes a vector as long as `out` and
    /// returns a header. Returns the header of the whole; if that has a value and no trouble that is fatal, `out` is the vector
    /// of the whole.
    pub(crate) fn sum(
        &mut self,
        out: &mut [f64],
        mut share: impl FnMut(Range<usize>, &mut [f64]) -> Header,
    ) -> Header {
        for (node, message) in self.subtrees.iter().zip(self.messages.chunks_exact_mut(self.stride)) {
            let (header, vector) = message.split_at_mut(HEADER);
            share(node.clone(), &mut vector[..out.len()]).write(header);
        }
        let root = self.node(self.chunks.root(), out.len());
        let mut header = [0.0; HEADER];
        if let Some(root) = root {
            header.copy_from_slice(&self.messages[root * self.stride..][..HEADER]);
        }
        self.broadcast(0, &mut header);
        let header = Header::read(&header);
        if header.value.is_some() && !header.trouble.is_some_and(Trouble::is_fatal) {
            if let Some(root) = root {
                out.copy_from_slice(&self.messages[root * self.stride + HEADER..][..out.len()]);
            }
            self.broadcast(0, out);
        }
        header
    }

    /// What `root` has, on all ranks; nothing travels where there is nothing to send, or nobody to send to.
    pub(crate) fn broadcast<T: Equivalence>(&self, root: usize, buffer: &mut [T]) {
        if self.ranks > 1 && !buffer.is_empty() {
            self.comm.process_at_rank(root as Rank).broadcast_into(buffer);
        }
    }

    /// Text of `root`, on all ranks.
    pub(crate) fn broadcast_text(&self, root: usize, text: &str) -> String {
        let bytes = self.broadcast_bytes(root, text.as_bytes().to_vec());
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Bytes of `root`, however many, on all ranks.
    pub(crate) fn broadcast_bytes(&self, root: usize, mut bytes: Vec<u8>) -> Vec<u8> {
        /// What fits into a count of C.
        const PIECE: usize = 1 << 30;
        let mut length = [bytes.len() as u64];
        self.broadcast(root, &mut length);
        bytes.resize(length[0] as usize, 0);
        for piece in bytes.chunks_mut(PIECE) {
            self.broadcast(root, piece);
        }
        bytes
    }

    /// Adds up a node some of whose chunks are here. Returns the message with the sum, on the rank that has it.
    fn node(&mut self, node: Range<usize>, length: usize) -> Option<usize> {
        if let Some(own) = self.subtrees.iter().position(|subtree| *subtree == node) {
            return Some(own);
        }
        let middle = Chunks::split(&node);
        let holder = |chunk| self.chunks.holder(chunk, self.ranks);
        let (left_holder, right_holder) = (holder(node.start), holder(middle));
        let has_some = |run: &Range<usize>, node: &Range<usize>| run.start < node.end && node.start < run.end;
        let (left, right) = (node.start..middle, middle..node.end);
        let left = if has_some(&self.run, &left) { self.node(left, length) } else { None };
        let right = if has_some(&self.run, &right) { self.node(right, length) } else { None };
        match (left, right) {
            (Some(left), Some(right)) => {
                self.add(left, right, length, right_holder);
                Some(left)
            }
            (Some(left), None) => {
                let received = self.subtrees.len();
                // As long as any message: a rank that asks for something else sends another length.
                let message = &mut self.messages[received * self.stride..][..self.stride];
                self.comm.process_at_rank(right_holder as Rank).receive_into_with_tag(message, TAG);
                self.add(left, received, length, right_holder);
                Some(left)
            }
            (None, Some(right)) => {
                let message = &self.messages[right * self.stride..][..HEADER + length];
                // A vector that nobody asked for stays here.
                let has_vector = Header::read(message).value.is_some();
                let message = if has_vector { message } else { &message[..HEADER] };
                self.comm.process_at_rank(left_holder as Rank).send_with_tag(message, TAG);
                None
            }
            (None, None) => None,
        }
    }

    /// Adds the message `right`, from `rank`, to the message `left`, which lies before it.
    fn add(&mut self, left: usize, right: usize, length: usize, rank: usize) {
        let (before, rest) = self.messages.split_at_mut(right * self.stride);
        let (left, right) = (&mut before[left * self.stride..][..HEADER + length], &rest[..HEADER + length]);
        let mut header = Header::read(left);
        let had_value = header.value.is_some();
        let adds = header.join(&Header::read(right), rank);
        header.write(left);
        let (left, right) = (&mut left[HEADER..], &right[HEADER..]);
        if adds {
            left.iter_mut().zip(right).for_each(|(left, right)| *left += *right);
        } else if !had_value {
            left.copy_from_slice(right);
        }
    }
}
