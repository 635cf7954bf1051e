//! A finite sum whose terms lie in many processes.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use mpi::environment::is_finalized;
use mpi::traits::Communicator;
use thalweg_driver::Record;
use thalweg_problem::{
    BatchByChunk, CancelFlag, Chunks, Curved, Differentiable, FiniteSum, InvalidInput, Objective, Shard,
};

use crate::ShardError;
use crate::agreement::{EndsJobOnPanic, agree, end_job_if_panicking};
use crate::gather::Gather;
use crate::header::{HEADER, Header, Question, Trouble, fingerprint};

/// The mean over T terms, of which every rank holds some chunks: on each of them the whole objective.
///
/// Every rank calls the same functions in the same order, at the same points, and gets the same bits: those of
/// [`ChunkedSum`](thalweg_problem::ChunkedSum) in one process, whatever the number of ranks. So every method takes the same
/// decisions on every rank, and nothing but sums has to travel: each evaluation is one collective.
///
/// What goes wrong on one rank is told by all, in the same call, as a [`ShardError`] in the cancel flag: a run ends with
/// [`StopReason::ObjectiveFailed`](thalweg_driver::StopReason::ObjectiveFailed). That includes a rank that is not where the
/// others are. A value that is not finite is no error; [`non_finite_rank`](Self::non_finite_rank) says where it came from.
///
/// A rank that leaves early, or whose observer ends the run alone, is out of step; to end a run from one rank, raise its
/// [`stop_request`](Self::stop_request). A panic ends the whole job.
///
/// Memory: n doubles for each of the rank's subtrees (one, where ranks and chunks are powers of two), n for what arrives, and
/// n for each level of a subtree; beside what the objectives of the chunks need.
pub struct Sharded<P> {
    shard: Shard<P>,
    gather: RefCell<Gather>,
    batch: RefCell<BatchByChunk>,
    flag: CancelFlag,
    wish: CancelFlag,
    non_finite: Cell<Option<usize>>,
    /// Whether the ranks do not talk to each other any more.
    is_over: Cell<bool>,
}

impl<P: FiniteSum> Sharded<P> {
    /// This rank's share of `chunks`; `part` makes the objective of some terms, for one chunk after the other.
    ///
    /// A collective: every rank of `comm` calls it, with the same `chunks`.
    ///
    /// # Errors
    /// The same on every rank: if a rank cannot make a chunk, or the ranks do not fit each other; see [`ShardError`].
    pub fn new<E: From<InvalidInput> + fmt::Display>(
        comm: &impl Communicator,
        chunks: Chunks,
        mut part: impl FnMut(Range<usize>) -> Result<P, E>,
    ) -> Result<Self, ShardError> {
        // Messages of ours never meet those of others.
        let comm = comm.duplicate();
        let guard = EndsJobOnPanic(&comm);
        let (rank, ranks) = (comm.rank() as usize, comm.size() as usize);
        let cuts = agree(&comm, [chunks.terms() as u64, chunks.count() as u64]);
        if let Some(rank) = cuts.iter().position(|cut| *cut != cuts[0]) {
            let pair = |[terms, count]: [u64; 2]| (terms as usize, count as usize);
            return Err(ShardError::Cut { rank, found: pair(cuts[rank]), expected: pair(cuts[0]) });
        }
        if ranks > chunks.count() {
            let allowed = format!("at most {}, the number of chunks", chunks.count());
            return Err(InvalidInput::new("ranks", ranks, allowed).into());
        }
        let run = chunks.share(rank, ranks);
        let mut chunk = run.start;
        let shard = Shard::new(chunks, run.clone(), |terms| {
            chunk = chunks.chunk_of(terms.start);
            part(terms)
        });
        let (shard, message) = match shard {
            Ok(shard) => (Some(shard), String::new()),
            Err(error) => (None, error.to_string()),
        };
        let dim = shard.as_ref().map_or(0, Shard::dim);
        let made = agree(&comm, [u64::from(shard.is_some()), chunk as u64, dim as u64]);
        drop(guard);
        let gather = Gather::new(comm, chunks, dim);
        if let Some(rank) = made.iter().position(|[is_made, ..]| *is_made == 0) {
            let message = gather.broadcast_text(rank, &message);
            return Err(ShardError::Unreadable { rank, chunk: made[rank][1] as usize, message });
        }
        if let Some(rank) = made.iter().position(|[.., dim]| *dim != made[0][2]) {
            let (found, expected) = (made[rank][2] as usize, made[0][2] as usize);
            return Err(ShardError::Dimension { rank, found, expected });
        }
        // A message is counted by a C int.
        let most = i32::MAX as usize - HEADER;
        let Some(shard) = shard.filter(|_| dim <= most) else {
            return Err(InvalidInput::new("part.dim()", dim, format!("at most {most}")).into());
        };
        Ok(Self {
            shard,
            gather: RefCell::new(gather),
            batch: RefCell::default(),
            flag: CancelFlag::default(),
            wish: CancelFlag::default(),
            non_finite: Cell::new(None),
            is_over: Cell::new(false),
        })
    }
}

impl<P> Sharded<P> {
    /// What this rank holds.
    #[must_use]
    pub fn shard(&self) -> &Shard<P> {
        &self.shard
    }

    /// This rank, from 0.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.gather.borrow().rank()
    }

    /// How many ranks there are.
    #[must_use]
    pub fn ranks(&self) -> usize {
        self.gather.borrow().ranks()
    }

    /// Whether this is rank 0, which writes files and talks to people.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.rank() == 0
    }

    /// The flag that asks all ranks to end their runs, after the next evaluation: raised on any rank, or by a clone from a
    /// handler of signals or another thread.
    #[must_use]
    pub fn stop_request(&self) -> &CancelFlag {
        &self.wish
    }

    /// The first rank whose share of the last value was not finite, if one was not.
    #[must_use]
    pub fn non_finite_rank(&self) -> Option<usize> {
        self.non_finite.get()
    }

    /// `observer` on rank 0, and nothing on all others. Where it breaks, all ranks end their runs, after the next evaluation.
    pub fn on_first_rank(
        &self,
        mut observer: impl FnMut(&Record<'_>) -> ControlFlow<()>,
    ) -> impl FnMut(&Record<'_>) -> ControlFlow<()> {
        let (is_first, wish) = (self.is_first(), self.wish.clone());
        move |record| {
            if is_first && !wish.is_raised() && observer(record).is_break() {
                wish.raise();
            }
            ControlFlow::Continue(())
        }
    }

    /// A text of `root`, on all ranks.
    pub(crate) fn share_text(&self, root: usize, text: &str) -> String {
        self.gather.borrow().broadcast_text(root, text)
    }

    /// Bytes of `root`, on all ranks.
    pub(crate) fn share_bytes(&self, root: usize, bytes: Vec<u8>) -> Vec<u8> {
        self.gather.borrow().broadcast_bytes(root, bytes)
    }

    /// The first rank that says no.
    pub(crate) fn first_to_refuse(&self, agrees: bool) -> Option<usize> {
        agree(self.gather.borrow().comm(), [u64::from(agrees)]).iter().position(|[agrees]| *agrees == 0)
    }
}

impl<P: Objective> Sharded<P> {
    /// Asks all ranks, and returns the value.
    fn ask(
        &self,
        question: Question,
        fingerprint: u64,
        out: &mut [f64],
        mut share: impl FnMut(Range<usize>, &mut [f64]) -> Option<f64>,
    ) -> f64 {
        let mut answer = None;
        if !self.is_over.get() {
            let gather = &mut *self.gather.borrow_mut();
            let rank = gather.rank();
            let mut message = String::new();
            let header = gather.sum(out, |node, vector| {
                let value = share(node, vector);
                let trouble = match self.shard.raised() {
                    Some((chunk, Some(cause))) => {
                        message = cause.to_string();
                        Some(Trouble::Failed { rank, chunk })
                    }
                    Some((_, None)) => Some(Trouble::Stop { rank }),
                    None => self.wish.is_raised().then_some(Trouble::Stop { rank }),
                };
                let non_finite = value.is_some_and(|value| !value.is_finite()).then_some(rank);
                Header { question, fingerprint, trouble, non_finite, value }
            });
            self.settle(gather, header, &message);
            answer = header.value.filter(|_| !self.is_over.get());
        }
        answer.unwrap_or_else(|| {
            out.fill(f64::NAN);
            f64::NAN
        })
    }
}

impl<P> Sharded<P> {
    /// Takes in what all ranks have been told; `message` is what this one has to say, if it is the one that failed.
    fn settle(&self, gather: &Gather, header: Header, message: &str) {
        self.non_finite.set(header.non_finite);
        let error = match header.trouble {
            None => return,
            Some(Trouble::Stop { .. }) => return self.flag.raise(),
            Some(Trouble::Failed { rank, chunk }) => {
                ShardError::Failed { rank, chunk, message: gather.broadcast_text(rank, message) }
            }
            Some(Trouble::OutOfStep { rank, asks, others }) => ShardError::OutOfStep { rank, asks, others },
        };
        self.is_over.set(true);
        self.flag.raise_because(Arc::new(error));
    }
}

impl<P: Objective> Objective for Sharded<P> {
    fn dim(&self) -> usize {
        self.shard.dim()
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.ask(Question::Value, fingerprint(&[x], &[]), &mut [], |node, _| Some(self.shard.value(node, x)))
    }

    fn cancel_flag(&self) -> Option<&CancelFlag> {
        Some(&self.flag)
    }
}

impl<P: Differentiable> Differentiable for Sharded<P> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.ask(Question::Gradient, fingerprint(&[x], &[]), gradient, |node, gradient| {
            Some(self.shard.value_gradient(node, x, gradient))
        })
    }
}

impl<P: Curved> Curved for Sharded<P> {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.ask(Question::HessianVector, fingerprint(&[x, v], &[]), out, |node, out| {
            self.shard.hessian_vector(node, x, v, out);
            Some(0.0)
        });
    }
}

/// Every rank is given the whole batch and takes from it what it has.
impl<P: FiniteSum> FiniteSum for Sharded<P> {
    fn terms(&self) -> usize {
        self.shard.chunks().terms()
    }

    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        let by_chunk = &mut *self.batch.borrow_mut();
        by_chunk.sort(self.shard.chunks(), batch);
        self.ask(Question::Batch, fingerprint(&[x], batch), gradient, |node, gradient| {
            self.shard.batch_value_gradient(node, x, by_chunk, gradient)
        })
    }
}

/// Tells the others, so that none of them waits for a rank that has gone.
impl<P> Drop for Sharded<P> {
    fn drop(&mut self) {
        let mut gather = self.gather.borrow_mut();
        end_job_if_panicking(gather.comm());
        if self.is_over.get() || is_finalized() {
            return;
        }
        let (question, fingerprint) = (Question::Leave, 0);
        let header = Header { question, fingerprint, trouble: None, non_finite: None, value: None };
        let header = gather.sum(&mut [], |_, _| header);
        self.settle(&gather, header, "");
    }
}

impl<P: fmt::Debug> fmt::Debug for Sharded<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sharded")
            .field("rank", &self.rank())
            .field("ranks", &self.ranks())
            .field("shard", &self.shard)
            .finish_non_exhaustive()
    }
}
