//! Why a command could not be carried out as asked.

use std::path::{Path, PathBuf};

use thalweg_lecture::{BadSetting, UnknownResult};

/// Why a command could not be carried out as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// No such result.
    #[error("{0}\nnext: cargo xtask reproduce --list")]
    Unknown(#[from] UnknownResult),
    /// A file or folder cannot be read or written.
    #[error("cannot {action} {}: {error} (allowed: a path that this user can {action})", path.display())]
    Path {
        /// "read", "write", …
        action: &'static str,
        /// Which one.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A generated file has lost the line that says where the generated part begins or ends.
    #[error("{} has no line '{marker}': the generated part has no place", path.display())]
    NoMarker {
        /// Which file.
        path: PathBuf,
        /// The line that is missing.
        marker: String,
    },
    /// Another program could not be run.
    #[error("cannot run `{command}`: {error}")]
    Program {
        /// As typed.
        command: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// Another program ended otherwise than it may.
    #[error("`{command}` fails: {how}")]
    Fails {
        /// As typed.
        command: String,
        /// Its exit status, and what it said.
        how: String,
    },
    /// No CPU can be emulated here.
    #[error(
        "{why}\nnext: sudo apt-get install qemu-user (Debian, Ubuntu) or sudo dnf install qemu-user (Fedora), on x86-64; \
         or leave the emulated CPUs out: cargo xtask portability --without-emulator"
    )]
    NoEmulator {
        /// What is missing.
        why: String,
    },
    /// No browser of the family that the report is tried in.
    #[error(
        "no browser starts that the report could be tried in\nnext: sudo apt-get install chromium (Debian, Ubuntu)"
    )]
    NoBrowser,
    /// What `--set` asks for cannot be set.
    #[error("{0}")]
    Setting(#[from] BadSetting),
    /// `bench --with-torch` without the benchmark that it is for.
    #[error(
        "--with-torch is for the benchmarks of the update rules and of networks\nnext: cargo xtask bench first-order \
         --with-torch, or cargo xtask bench networks --with-torch"
    )]
    TorchBesideNothing,
    /// `bench --with-jax` without the benchmark that it is for.
    #[error("--with-jax is for the benchmarks of networks\nnext: cargo xtask bench networks --with-jax")]
    JaxBesideNothing,
    /// `bench --with-numpy` without the benchmark that it is for.
    #[error(
        "--with-numpy is for the benchmarks of the eigen-decomposition\nnext: cargo xtask bench hessian --with-numpy"
    )]
    NumpyBesideNothing,
    /// A plot that the page of benchmarks asks for and that cannot be drawn.
    #[error("docs/benchmarks.md, '<!-- plot: {line}': {why}")]
    BadPlot {
        /// The line that asks for it.
        line: String,
        /// What is wrong.
        why: String,
    },
    /// No such exercise.
    #[error("no exercise is called '{id}'\nnext: cargo xtask exercise lists them")]
    NoExercise {
        /// As typed.
        id: String,
    },
    /// What an exercise changes is not in its file, or is more than once.
    #[error(
        "the exercise {id} has {places} places in {file} (allowed: 1)\nnext: bring its line in xtask/src/exercise/list.rs up to date"
    )]
    ExerciseHasNoPlace {
        /// Which one.
        id: &'static str,
        /// The file that it changes.
        file: &'static str,
        /// How often it is there.
        places: usize,
    },
    /// Accepting under `CI=true`.
    #[error("--accept does not go with CI=true: accepting is an act of its own, reviewed as a commit")]
    AcceptInCi,
}

impl Failure {
    pub(crate) fn path(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Path { action, path, error }
    }
}
