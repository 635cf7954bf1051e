//! A copy of the workspace in which every exercise is a condition away.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::EXERCISES;
use crate::program::executables;
use crate::{Failure, root};

/// The variable of the environment that says which exercise a program is to do.
pub(super) const SWITCH: &str = "THALWEG_EXERCISE";

/// What a workspace consists of; and of a folder, what nobody needs to build it.
const PARTS: [&str; 5] = ["Cargo.toml", "Cargo.lock", "crates", "tests", "xtask"];
const LEFT_OUT: [&str; 3] = ["target", "snapshots", "mpi"];

/// Brings the copy up to date, builds the program that runs checks from it, and says where that is.
pub(super) fn build(profile: &str) -> Result<PathBuf, Failure> {
    let copy = root().join("target/exercise");
    let read = |file: &str| {
        let path = root().join(file);
        fs::read_to_string(&path).map_err(Failure::path("read", &path))
    };
    let mut changed = changed_files(read)?;
    // Another version, or cargo would take what it has compiled of the copy for what it has compiled of the repository.
    let version = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");
    let manifest = read("Cargo.toml")?.replacen(
        version,
        &version.replace(env!("CARGO_PKG_VERSION"), concat!(env!("CARGO_PKG_VERSION"), "+exercise")),
        1,
    );
    changed.insert("Cargo.toml", manifest);
    for part in PARTS {
        bring(Path::new(part), &copy, &changed)?;
    }
    // The lecture compiles for minutes if it is optimized, and takes little of the time of these results.
    let fast = format!("profile.{profile}.package.thalweg-lecture.opt-level=0");
    let target = root().join("target").display().to_string();
    // Named beside `xtask`, it gets the features that it has there, so that the crates from elsewhere need not be compiled again.
    let packages = ["--package", "xtask", "--package", "thalweg-lecture", "--example", "checks"];
    let settings = ["--profile", profile, "--config", &fast, "--target-dir", &target];
    eprintln!("building the copy, in target/exercise: a minute or two the first time");
    let programs = executables(&copy, &[&["build", "--offline"], &packages[..], &settings].concat())?;
    let checks = programs.into_iter().find(|(name, _)| name == "checks");
    checks.map(|(_, program)| program).ok_or_else(|| Failure::Fails {
        command: "cargo build".to_owned(),
        how: "it made no program".to_owned(),
    })
}

/// Copies a file, or a folder with all that is in it, as it is or as it was changed. What is there already keeps its time, so that
/// cargo does not compile it once more.
fn bring(part: &Path, copy: &Path, changed: &BTreeMap<&str, String>) -> Result<(), Failure> {
    let from = root().join(part);
    let is_left_out = part.file_name().is_some_and(|name| LEFT_OUT.iter().any(|left_out| name == *left_out));
    if is_left_out {
        return Ok(());
    }
    if from.is_dir() {
        for entry in fs::read_dir(&from).map_err(Failure::path("read", &from))?.flatten() {
            bring(&part.join(entry.file_name()), copy, changed)?;
        }
        return Ok(());
    }
    // As paths, whose separators are those of the system.
    let bytes = match changed.iter().find(|(file, _)| Path::new(file) == part) {
        Some((_, text)) => text.clone().into_bytes(),
        None => fs::read(&from).map_err(Failure::path("read", &from))?,
    };
    let to = copy.join(part);
    if fs::read(&to).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(Failure::path("create", folder))?;
    }
    fs::write(&to, bytes).map_err(Failure::path("write", &to))
}

/// The files that exercises change, with every change behind its condition.
pub(super) fn changed_files(
    read: impl Fn(&str) -> Result<String, Failure>,
) -> Result<BTreeMap<&'static str, String>, Failure> {
    let mut files = BTreeMap::new();
    for exercise in EXERCISES {
        let text = match files.remove(exercise.file) {
            Some(text) => text,
            None => read(exercise.file)?,
        };
        let places = text.matches(exercise.before).count();
        if places != 1 {
            return Err(Failure::ExerciseHasNoPlace { id: exercise.id, file: exercise.file, places });
        }
        let condition = format!(
            "{{ static IS_ON: ::std::sync::LazyLock<bool> = ::std::sync::LazyLock::new(|| \
             ::std::env::var(\"{SWITCH}\").is_ok_and(|id| id == \"{}\")); *IS_ON }}",
            exercise.id
        );
        let switched = format!("(if {condition} {{ {} }} else {{ {} }})", exercise.after, exercise.before);
        files.insert(exercise.file, text.replace(exercise.before, &switched));
    }
    Ok(files)
}
