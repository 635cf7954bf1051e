//! What can go wrong among ranks: the same error on all of them.

use std::fmt;

use thalweg_problem::InvalidInput;

use crate::header::Question;

/// Why the ranks cannot go on. All of them get the same error in the same call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShardError {
    /// There are more ranks than chunks, or more variables than a message can hold.
    Invalid(InvalidInput),
    /// A rank cuts the sum in another way than rank 0: terms and chunks, of both.
    Cut {
        /// The first such rank.
        rank: usize,
        /// Its terms and chunks.
        found: (usize, usize),
        /// Those of rank 0.
        expected: (usize, usize),
    },
    /// A rank has an error of its own, which [`all_or_error`](crate::all_or_error) has told all.
    Rank {
        /// The first such rank.
        rank: usize,
        /// Its error.
        message: String,
    },
    /// A chunk could not be made: its file is missing, say.
    Unreadable {
        /// The first rank that failed.
        rank: usize,
        /// The chunk.
        chunk: usize,
        /// What the closure that was to make it has answered.
        message: String,
    },
    /// The chunks of a rank have another dimension than those of rank 0.
    Dimension {
        /// The first such rank.
        rank: usize,
        /// Its n.
        found: usize,
        /// The n of rank 0.
        expected: usize,
    },
    /// The objective of a chunk failed in mid-run, by its cancel flag.
    Failed {
        /// The first rank where one did.
        rank: usize,
        /// The chunk.
        chunk: usize,
        /// The cause that it gave.
        message: String,
    },
    /// A rank is not where the others are: it asks for something else, asks it at another point, or has left.
    OutOfStep {
        /// The first such rank.
        rank: usize,
        /// What it asks for.
        asks: Question,
        /// What others ask for.
        others: Question,
    },
    /// Rank 0 could not read the checkpoint, or another rank could not go on from it.
    Checkpoint {
        /// Why.
        message: String,
    },
}

impl fmt::Display for ShardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(input) => input.fmt(f),
            Self::Cut { rank, found, expected } => write!(
                f,
                "rank {rank} has {} terms in {} chunks, rank 0 has {} in {}",
                found.0, found.1, expected.0, expected.1
            ),
            Self::Rank { rank, message } => write!(f, "rank {rank}: {message}"),
            Self::Unreadable { rank, chunk, message } => {
                write!(f, "rank {rank} cannot make chunk {chunk}: {message}")
            }
            Self::Dimension { rank, found, expected } => {
                write!(f, "the chunks of rank {rank} have {found} variables, those of rank 0 {expected}")
            }
            Self::Failed { rank, chunk, message } => {
                write!(f, "chunk {chunk} failed on rank {rank}: {message}")
            }
            Self::OutOfStep { rank, asks, others } if asks == others => {
                write!(f, "rank {rank} is out of step: it asks for {asks} at another point than others do")
            }
            Self::OutOfStep { rank, asks, others } => {
                write!(f, "rank {rank} is out of step: it asks for {asks} where others ask for {others}")
            }
            Self::Checkpoint { message } => write!(f, "the checkpoint cannot be used: {message}"),
        }
    }
}

impl std::error::Error for ShardError {}

impl From<InvalidInput> for ShardError {
    fn from(input: InvalidInput) -> Self {
        Self::Invalid(input)
    }
}
