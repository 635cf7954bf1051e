//! Checkpoints in files: written whole or not at all, checked when read, the one before kept.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use thalweg_problem::{Counted, InvalidInput, Method, Objective};

use crate::format::{self, Fault};
use crate::{Checkpoint, Record, Run, Running, Stop};

/// A file that a run writes itself into every so many steps, and goes on from when it is there.
///
/// A checkpoint is written to a neighbor of the file (`.new` behind its name), brought to the disk, and then renamed: whoever
/// looks, whenever the process is killed, finds a whole one. The one before stays beside it as `.previous`; a file that
/// cannot be used is set aside as `.refused`.
///
/// A step that the method could not finish is not written, nor a point that is not finite or has run away.
///
/// ```
/// # use thalweg_driver::problem::*;
/// # use thalweg_first_order::{GradientDescent, Scheduled, schedules::Constant};
/// # let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.5 } };
/// # let parabola = from_fn(1, |x, g| { g[0] = x[0]; 0.5 * x[0] * x[0] });
/// # let folder = std::env::temp_dir().join(format!("thalweg-example-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// use thalweg_driver::{CheckpointFile, Stop, silent};
///
/// let file = CheckpointFile { every: 10, ..CheckpointFile::at(folder.join("run.checkpoint")) };
/// let first = file.minimize(&parabola, &method, &[8.0], Stop::after(20), silent)?;
/// assert_eq!((first.resumed_at, first.run.steps), (None, 20));
/// // Later, or in another process: the start is not needed again, and limits are not part of the file.
/// let second = file.minimize(&parabola, &method, &[8.0], Stop::after(30), silent)?;
/// assert_eq!((second.resumed_at, second.run.steps), (Some(20), 30));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointFile {
    /// Where it lies. One run at a time may use it.
    pub path: PathBuf,
    /// Steps between two checkpoints, 1 or more; one is also written when the run stops. Default 100.
    pub every: u64,
    /// Names problem and method, as far as a mix-up is to be noticed: a file with another label is refused. Default empty.
    pub label: String,
}

/// A run that may have begun earlier, and what happened to its files.
#[derive(Debug)]
#[non_exhaustive]
pub struct Resumable<S> {
    /// The run, with the steps and counts of everything since its start.
    pub run: Run<S>,
    /// The step it went on from; `None` if there was no file.
    pub resumed_at: Option<u64>,
    /// Why the newest file was passed over for the previous one.
    pub refused: Option<CheckpointError>,
    /// Why the newest checkpoint could not be written; `None` if the last one was: a full disk ends no run, it only leaves an older file.
    pub unsaved: Option<CheckpointError>,
}

/// A checkpoint that was read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Loaded<S> {
    /// The checkpoint.
    pub checkpoint: Checkpoint<S>,
    /// Why the newest file was passed over, if this is the previous one.
    pub refused: Option<CheckpointError>,
}

/// Why a checkpoint cannot be read or written, or does not fit.
#[derive(Debug)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The file system refused.
    Io {
        /// The file.
        path: PathBuf,
        /// Its answer.
        source: io::Error,
    },
    /// The file is there, and cannot be used.
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The start, a setting or a limit cannot be used, or the checkpoint is one of another problem.
    Invalid(InvalidInput),
}

impl CheckpointFile {
    /// At this path, every 100 steps, without a label.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), every: 100, label: String::new() }
    }

    /// As [`minimize`](crate::minimize), but it goes on from the file if that is there, and writes it.
    ///
    /// `x0` is used only where there is no file yet.
    ///
    /// # Errors
    /// If the input cannot be used, or there are files and none of them can be: a run that took days is not begun anew
    /// without asking. Remove the files to do so.
    pub fn minimize<'p, P, M>(
        &self,
        problem: &'p P,
        method: &M,
        x0: &[f64],
        stop: Stop,
        observer: impl FnMut(&Record<'_>) -> ControlFlow<()>,
    ) -> Result<Resumable<M::State>, CheckpointError>
    where
        P: Objective + ?Sized,
        M: Method<Counted<'p, P>>,
        M::State: Serialize + DeserializeOwned,
    {
        self.check()?;
        let (running, resumed_at, refused) = match self.load::<M::State>()? {
            Some(Loaded { checkpoint, refused }) => {
                let step = checkpoint.row().step;
                (Running::resume(problem, method, checkpoint, stop)?, Some(step), refused)
            }
            None => (Running::start(problem, method, x0, stop)?, None, None),
        };
        if refused.is_some() {
            self.set_aside()?;
        }
        let (run, unsaved) = self.run_to_end(running, observer);
        Ok(Resumable { run, resumed_at, refused, unsaved })
    }

    /// Runs on from where `running` is, writing itself into the file: for a run that was begun or resumed by hand. Beside the
    /// run, why its newest checkpoint could not be written, if it could not. An [`every`](Self::every) of 0 is taken for 1 here.
    pub fn run_to_end<'p, P, M>(
        &self,
        mut running: Running<'p, '_, P, M>,
        mut observer: impl FnMut(&Record<'_>) -> ControlFlow<()>,
    ) -> (Run<M::State>, Option<CheckpointError>)
    where
        P: Objective + ?Sized,
        M: Method<Counted<'p, P>>,
        M::State: Serialize,
    {
        let mut unsaved = None;
        while let Some(row) = running.next() {
            let breaks = observer(&running.record()).is_break();
            let due = row.step % self.every.max(1) == 0 || breaks || running.reason().is_some();
            if due && running.is_sound() {
                unsaved = self.save(running.checkpoint()).err();
            }
            if breaks {
                break;
            }
        }
        (running.finish(), unsaved)
    }

    /// Writes a checkpoint; what was there before becomes the previous one.
    ///
    /// # Errors
    /// If the state cannot be written down or the file system refuses. What was there before is then still there.
    pub fn save<S: Serialize>(&self, checkpoint: &Checkpoint<S>) -> Result<(), CheckpointError> {
        let bytes = format::encode(&self.label, checkpoint).map_err(|fault| unusable(&self.path, fault))?;
        let new = self.beside(".new");
        write_through(&new, &bytes).map_err(|source| io_error(&new, source))?;
        match fs::rename(&self.path, self.beside(".previous")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_error(&self.path, error)),
            _ => {}
        }
        fs::rename(&new, &self.path).map_err(|source| io_error(&self.path, source))?;
        sync_folder(&self.path);
        Ok(())
    }

    /// Reads the newest checkpoint that is whole; `None` if there is none and never was.
    ///
    /// # Errors
    /// If there is a file and neither it nor the previous one can be used: what is wrong with the newest.
    pub fn load<S: DeserializeOwned>(&self) -> Result<Option<Loaded<S>>, CheckpointError> {
        let newest = self.read(&self.path);
        // Between the two renames of `save` there is only the previous one.
        let refused = match newest {
            Ok(Some(checkpoint)) => return Ok(Some(Loaded { checkpoint, refused: None })),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        match (self.read(&self.beside(".previous")), refused) {
            (Ok(Some(checkpoint)), refused) => Ok(Some(Loaded { checkpoint, refused })),
            (_, Some(refused)) => Err(refused),
            (Ok(None), None) => Ok(None),
            (Err(error), None) => Err(error),
        }
    }

    fn read<S: DeserializeOwned>(&self, path: &Path) -> Result<Option<Checkpoint<S>>, CheckpointError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error(path, error)),
        };
        format::decode(&self.label, &bytes).map(Some).map_err(|fault| unusable(path, fault))
    }

    /// Moves a file that was refused out of the way, so that it neither is lost nor becomes the previous one.
    ///
    /// # Errors
    /// If the file system refuses, too.
    pub fn set_aside(&self) -> Result<(), CheckpointError> {
        fs::rename(&self.path, self.beside(".refused")).map_err(|source| io_error(&self.path, source))
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(suffix);
        name.into()
    }

    fn check(&self) -> Result<(), InvalidInput> {
        if self.every == 0 {
            return Err(InvalidInput::new("every", 0, "1 or more"));
        }
        Ok(())
    }
}

/// Writes a file and waits until it is on the disk.
fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Brings the renames to the disk, where a folder can be opened at all; elsewhere the system decides when.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(folder) = File::open(folder) {
        // The checkpoint itself is safe by now; after a power cut the older name may still be the one that is found.
        let _ = folder.sync_all();
    }
}

fn io_error(path: &Path, source: io::Error) -> CheckpointError {
    CheckpointError::Io { path: path.to_owned(), source }
}

fn unusable(path: &Path, fault: Fault) -> CheckpointError {
    CheckpointError::Unusable { path: path.to_owned(), fault }
}

impl From<InvalidInput> for CheckpointError {
    fn from(input: InvalidInput) -> Self {
        Self::Invalid(input)
    }
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Unusable { path, fault } => write!(f, "{} {fault}", path.display()),
            Self::Invalid(input) => input.fmt(f),
        }
    }
}

impl Error for CheckpointError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Unusable { .. } | Self::Invalid(_) => None,
        }
    }
}
