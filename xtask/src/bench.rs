//! `cargo xtask bench`.

use std::process::Command;

use crate::{Failure, Outcome, cargo, root};

/// Runs every benchmark of the workspace, passing `arguments` on to the harness.
pub(crate) fn run(arguments: &[String]) -> Result<Outcome, Failure> {
    let fixed = ["bench", "--workspace", "--bench", "*", "--"];
    let status = Command::new(cargo())
        .args(fixed)
        .args(arguments)
        .current_dir(root())
        .status()
        .map_err(|error| Failure::Program { command: format!("cargo {}", fixed.join(" ")), error })?;
    Ok(if status.success() { Outcome::AsRecorded } else { Outcome::Differs })
}
