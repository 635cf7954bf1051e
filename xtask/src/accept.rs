//! Accepting what a result now says as its record.

use std::process::Command;

use crate::reproduce::Compared;
use crate::{Failure, Outcome, cargo, root};

/// Has insta write the records of `results`, which remains their only writer; refuses where a check fails.
pub(crate) fn run(results: &[Compared]) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::AsRecorded;
    for Compared { result, differences, .. } in results {
        let id = result.claim.id;
        let failing: Vec<_> = result.findings.checks.iter().filter(|check| !check.passes()).collect();
        if !failing.is_empty() {
            eprintln!("{id}: not accepted, because checks fail");
            failing.iter().for_each(|check| eprintln!("  {check}"));
            outcome = Outcome::Differs;
            continue;
        }
        if differences.is_empty() {
            println!("{id}: already as recorded");
            continue;
        }
        differences.iter().for_each(|difference| println!("{id}: {difference}"));
        if record(&result.record_name())? {
            println!("{id}: accepted");
        } else {
            eprintln!("{id}: the record could not be written");
            outcome = Outcome::Differs;
        }
    }
    Ok(outcome)
}

/// Runs the snapshot test of that name with leave to write.
fn record(name: &str) -> Result<bool, Failure> {
    let test = ["test", "--quiet", "--package", "thalweg-tests", "--test", "lecture", "--"];
    let arguments = [&test[..], &["--include-ignored", "--exact", name]].concat();
    let status = Command::new(cargo())
        .args(&arguments)
        .current_dir(root())
        .env("INSTA_UPDATE", "always")
        .env("INSTA_OUTPUT", "none")
        .env_remove("CI")
        .status()
        .map_err(|error| Failure::Program { command: format!("cargo {}", arguments.join(" ")), error })?;
    Ok(status.success())
}
