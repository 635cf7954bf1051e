//! `cargo xtask accuracy`.

use std::process::Command;

use clap::Args;

use crate::{Failure, Outcome, cargo, root};

#[derive(Args)]
pub(crate) struct Options {
    /// Store the largest errors and the hardest points in tests/references
    #[arg(long, conflicts_with = "points")]
    write: bool,
    /// Evaluate every function at this many points, instead of about a million; fails only where an error is larger than stored
    #[arg(long, value_name = "COUNT")]
    points: Option<usize>,
}

/// Runs the example that measures, which keeps the arbitrary-precision library out of everything else.
pub(crate) fn run(options: &Options) -> Result<Outcome, Failure> {
    let mut arguments =
        vec!["run", "--release", "--quiet", "--package", "thalweg-tests", "--example", "accuracy", "--"];
    let count = options.points.map(|count| count.to_string());
    if options.write {
        arguments.push("--write");
    }
    if let Some(count) = &count {
        arguments.extend(["--points", count]);
    }
    let status = Command::new(cargo())
        .args(&arguments)
        .current_dir(root())
        .status()
        .map_err(|error| Failure::Program { command: format!("cargo {}", arguments.join(" ")), error })?;
    Ok(if status.success() { Outcome::AsRecorded } else { Outcome::Differs })
}
