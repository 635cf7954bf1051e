//! What ranks tell each other outside of sums: what each has, that one has failed, that one panics.

use std::fmt;

use mpi::environment::is_finalized;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator, CommunicatorCollectives, Root};

use crate::ShardError;

/// `own` on a rank whose own is not an error, if no other rank's is: for what has to be done before there is a
/// [`Sharded`](crate::Sharded), such as reading how many terms there are. A rank that returned alone would leave the others
/// waiting.
///
/// A collective: every rank of `comm` calls it.
///
/// # Errors
/// That of the first rank that has one, on every rank.
pub fn all_or_error<T, E: fmt::Display>(
    comm: &impl Communicator,
    own: Result<T, E>,
) -> Result<T, ShardError> {
    let mut all = vec![0_u8; comm.size() as usize];
    comm.all_gather_into(&u8::from(own.is_ok()), &mut all[..]);
    let message = own.as_ref().err().map_or_else(String::new, ToString::to_string);
    match (all.iter().position(|is_ok| *is_ok == 0), own) {
        (None, Ok(own)) => Ok(own),
        (rank, _) => {
            let rank = rank.unwrap_or(0);
            let root = comm.process_at_rank(rank as mpi::Rank);
            let mut length = [message.len() as u64];
            root.broadcast_into(&mut length[..]);
            let mut bytes = message.into_bytes();
            bytes.resize(length[0] as usize, 0);
            root.broadcast_into(&mut bytes[..]);
            Err(ShardError::Rank { rank, message: String::from_utf8_lossy(&bytes).into_owned() })
        }
    }
}

/// What every rank says, on all ranks.
pub(crate) fn agree<const N: usize>(comm: &SimpleCommunicator, own: [u64; N]) -> Vec<[u64; N]> {
    let mut all = vec![0; N * comm.size() as usize];
    comm.all_gather_into(&own[..], &mut all[..]);
    all.chunks_exact(N).map(|of_rank| std::array::from_fn(|i| of_rank[i])).collect()
}

/// A rank that panics would leave the others waiting.
pub(crate) fn end_job_if_panicking(comm: &SimpleCommunicator) {
    if std::thread::panicking() && !is_finalized() {
        eprintln!("rank {} panicked: the job ends", comm.rank());
        comm.abort(101);
    }
}

/// The same, where something may panic while this is alive.
pub(crate) struct EndsJobOnPanic<'c>(pub(crate) &'c SimpleCommunicator);

impl Drop for EndsJobOnPanic<'_> {
    fn drop(&mut self) {
        end_job_if_panicking(self.0);
    }
}
