//! The bytes of a checkpoint.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `THALWEG` and a byte that no text contains |
//! | 4 | version of the format, now 2 |
//! | 8 | length of the contents |
//! | 4 | CRC-32 of version, length and contents |
//! | … | contents: the label and the checkpoint, as `postcard` writes them |
//!
//! Numbers are little-endian, floating-point numbers keep their bits. The first four rows stay as they are in every version,
//! so that a file of another version is told from a damaged one. Contents have no names in them: a number that comes or goes
//! anywhere in a checkpoint is a new version.
//!
//! | version | contents |
//! | --- | --- |
//! | 1 | the first |
//! | 2 | [`Counts`](thalweg_problem::Counts) with `hessians` |

use std::cmp::Ordering;
use std::error::Error;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Checkpoint;

const MAGIC: [u8; 8] = *b"THALWEG\x1a";
const VERSION: u32 = 2;
const HEADER: usize = 24;

/// What is wrong with the bytes of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// They do not begin as a checkpoint does.
    Foreign,
    /// A newer version of the format: bytes in order, but not for this program.
    Newer {
        /// The file's version.
        version: u32,
        /// The one that can be read.
        known: u32,
    },
    /// An older version of the format: bytes in order, but this program has forgotten how to read them.
    Older {
        /// The file's version.
        version: u32,
        /// The one that can be read.
        known: u32,
    },
    /// There are fewer bytes, or more, than the file says.
    Truncated {
        /// How many there are.
        bytes: usize,
        /// How many there should be, as far as that can be told.
        expected: u64,
    },
    /// The checksum does not fit: at least one bit is not what was written.
    Damaged,
    /// Another label than [`CheckpointFile::label`](crate::CheckpointFile::label).
    OtherLabel {
        /// The file's label.
        found: String,
        /// The label that was expected.
        expected: String,
    },
    /// The bytes are as they were written, but hold the state of another method.
    OtherState,
    /// The state cannot be written down: its own serialization fails.
    NotSerializable(String),
}

pub(crate) fn encode<S: Serialize>(label: &str, checkpoint: &Checkpoint<S>) -> Result<Vec<u8>, Fault> {
    let mut bytes = vec![0; HEADER];
    bytes = postcard::to_extend(&(label, checkpoint), bytes)
        .map_err(|error| Fault::NotSerializable(error.to_string()))?;
    let (header, contents) = bytes.split_at_mut(HEADER);
    header[..8].copy_from_slice(&MAGIC);
    header[8..12].copy_from_slice(&VERSION.to_le_bytes());
    header[12..20].copy_from_slice(&(contents.len() as u64).to_le_bytes());
    let sum = checksum(&header[8..20], contents);
    header[20..].copy_from_slice(&sum.to_le_bytes());
    Ok(bytes)
}

pub(crate) fn decode<S: DeserializeOwned>(label: &str, bytes: &[u8]) -> Result<Checkpoint<S>, Fault> {
    if !bytes.starts_with(&MAGIC[..bytes.len().min(MAGIC.len())]) {
        return Err(Fault::Foreign);
    }
    let Some((header, contents)) = bytes.split_at_checked(HEADER) else {
        return Err(Fault::Truncated { bytes: bytes.len(), expected: HEADER as u64 });
    };
    let number = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let length = u64::from(number(12)) | u64::from(number(16)) << 32;
    if length != contents.len() as u64 {
        return Err(Fault::Truncated { bytes: bytes.len(), expected: length.saturating_add(HEADER as u64) });
    }
    if checksum(&header[8..20], contents) != number(20) {
        return Err(Fault::Damaged);
    }
    let version = number(8);
    match version.cmp(&VERSION) {
        Ordering::Less => return Err(Fault::Older { version, known: VERSION }),
        Ordering::Equal => (),
        Ordering::Greater => return Err(Fault::Newer { version, known: VERSION }),
    }
    // The label first, alone: it says more than a state that cannot be read.
    let (found, state): (String, &[u8]) =
        postcard::take_from_bytes(contents).map_err(|_| Fault::OtherState)?;
    if found != label {
        return Err(Fault::OtherLabel { found, expected: label.to_owned() });
    }
    match postcard::take_from_bytes(state) {
        Ok((checkpoint, [])) => Ok(checkpoint),
        _ => Err(Fault::OtherState),
    }
}

fn checksum(header: &[u8], contents: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(header);
    hasher.update(contents);
    hasher.finalize()
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => write!(f, "is not a checkpoint of Thalweg"),
            Self::Newer { version, known } => write!(
                f,
                "has version {version} of the format (allowed: {known}): it was written by a newer Thalweg"
            ),
            Self::Older { version, known } => write!(
                f,
                "has version {version} of the format (allowed: {known}): it was written by an older Thalweg, \
                 which can go on from it"
            ),
            Self::Truncated { bytes, expected } => {
                write!(f, "is incomplete or damaged: {bytes} bytes where there should be {expected}")
            }
            Self::Damaged => write!(f, "is damaged: the checksum does not fit"),
            Self::OtherLabel { found, expected } => {
                write!(f, "belongs to the run labeled {found:?} (allowed: {expected:?})")
            }
            Self::OtherState => write!(f, "holds the state of another method"),
            Self::NotSerializable(error) => write!(f, "cannot be written: {error}"),
        }
    }
}

impl Error for Fault {}
