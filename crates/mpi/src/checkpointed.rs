//! Runs on all ranks with checkpoints of rank 0.

use std::ops::ControlFlow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use thalweg_driver::{Checkpoint, CheckpointFile, Loaded, Record, Run, Running, Stop};
use thalweg_problem::{Counted, InvalidInput, Method, Objective};

use crate::{ShardError, Sharded};

/// How a run on all ranks has ended, and what happened to the files of rank 0.
#[derive(Debug)]
#[non_exhaustive]
pub struct ResumableOnRanks<S> {
    /// The run, the same on every rank.
    pub run: Run<S>,
    /// The step it went on from; `None` if there was no file.
    pub resumed_at: Option<u64>,
    /// What rank 0 has to say of its files, as [`Resumable`](thalweg_driver::Resumable) does: why the newest was passed over, and why the
    /// newest of this run could not be written. Empty on other ranks.
    pub remarks: Vec<String>,
}

/// As [`CheckpointFile::minimize`], on all ranks: rank 0 reads the file and tells the others, and writes it. No other rank looks
/// at the file system.
///
/// The file knows nothing of ranks: a run goes on with another number of them, or without MPI on a
/// [`ChunkedSum`](thalweg_problem::ChunkedSum) of the same chunks, to the same bits.
/// The observer is called on every rank: for one, wrap it by [`Sharded::on_first_rank`].
///
/// # Errors
/// The same on every rank: if the input cannot be used, or the checkpoint.
pub fn minimize_with_checkpoints<'p, P, M>(
    problem: &'p Sharded<P>,
    method: &M,
    x0: &[f64],
    stop: Stop,
    file: &CheckpointFile,
    observer: impl FnMut(&Record<'_>) -> ControlFlow<()>,
) -> Result<ResumableOnRanks<M::State>, ShardError>
where
    Sharded<P>: Objective,
    M: Method<Counted<'p, Sharded<P>>>,
    M::State: Serialize + DeserializeOwned,
{
    if file.every == 0 {
        return Err(InvalidInput::new("file.every", 0, "1 or more").into());
    }
    let mut remarks = Vec::new();
    let checkpoint = read::<P, M::State>(problem, file, &mut remarks)?;
    let resumed_at = checkpoint.as_ref().map(|checkpoint| checkpoint.row().step);
    let running = match checkpoint {
        Some(checkpoint) => Running::resume(problem, method, checkpoint, stop)?,
        None => Running::start(problem, method, x0, stop)?,
    };
    let run = if problem.is_first() {
        let (run, unsaved) = file.run_to_end(running, observer);
        remarks.extend(unsaved.map(|error| error.to_string()));
        run
    } else {
        running.run_to_end(observer)
    };
    Ok(ResumableOnRanks { run, resumed_at, remarks })
}

/// The checkpoint of rank 0, on all ranks.
fn read<P, S: Serialize + DeserializeOwned + Clone>(
    problem: &Sharded<P>,
    file: &CheckpointFile,
    remarks: &mut Vec<String>,
) -> Result<Option<Checkpoint<S>>, ShardError> {
    let (bytes, message) = if problem.is_first() {
        match load::<S>(file, remarks) {
            Ok(bytes) => (bytes, String::new()),
            Err(message) => (Vec::new(), message),
        }
    } else {
        (Vec::new(), String::new())
    };
    let message = problem.share_text(0, &message);
    if !message.is_empty() {
        return Err(ShardError::Checkpoint { message });
    }
    let bytes = problem.share_bytes(0, bytes);
    if bytes.is_empty() {
        return Ok(None);
    }
    let checkpoint = postcard::from_bytes(&bytes);
    if let Some(rank) = problem.first_to_refuse(checkpoint.is_ok()) {
        let message = checkpoint.as_ref().err().map_or_else(String::new, ToString::to_string);
        return Err(ShardError::Checkpoint { message: problem.share_text(rank, &message) });
    }
    Ok(checkpoint.ok())
}

/// The bytes to be told, none if there is no file; or what is wrong.
fn load<S: Serialize + DeserializeOwned>(
    file: &CheckpointFile,
    remarks: &mut Vec<String>,
) -> Result<Vec<u8>, String> {
    let Some(Loaded { checkpoint, refused, .. }) = file.load::<S>().map_err(|error| error.to_string())?
    else {
        return Ok(Vec::new());
    };
    if let Some(refused) = refused {
        file.set_aside().map_err(|error| error.to_string())?;
        remarks.push(refused.to_string());
    }
    postcard::to_allocvec(&checkpoint).map_err(|error| error.to_string())
}
