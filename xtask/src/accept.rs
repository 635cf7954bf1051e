//! Accepting what a result now says as its record.

use std::process::Command;

use thalweg_lecture::record::compare;
use thalweg_lecture::{Reproduced, Verdict};

use crate::recorded::Records;
use crate::reproduce::Compared;
use crate::{Failure, Outcome, cargo, root};

/// Has insta write the records of `results`, which remains their only writer; refuses where a check fails.
pub(crate) fn run(results: &[Compared], records: &Records) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::AsRecorded;
    for Compared { result, differences, .. } in results {
        let id = result.claim.id;
        if result.verdict() == Verdict::CheckFails {
            eprintln!("{id}: not accepted");
            why_it_fails(result).iter().for_each(|line| eprintln!("  {line}"));
            outcome = Outcome::Differs;
            continue;
        }
        if differences.is_empty() {
            println!("{id}: already as recorded");
            continue;
        }
        differences.iter().for_each(|difference| println!("{id}: {difference}"));
        // What was written is read again: that the command succeeded does not say that it wrote.
        if record(&result.record_name())? && compare(result, |name| records.read(name)).is_empty() {
            println!("{id}: accepted");
        } else {
            eprintln!("{id}: the record could not be written");
            outcome = Outcome::Differs;
        }
    }
    Ok(outcome)
}

/// Which checks fail, one a line; or that there is none to stand behind the claim.
pub(crate) fn why_it_fails(result: &Reproduced) -> Vec<String> {
    let failing = result.findings.checks.iter().filter(|check| !check.passes());
    let lines: Vec<_> = failing.map(|check| format!("check fails: {check}")).collect();
    if lines.is_empty() {
        return vec![
            "no check stands behind the claim, or none breaks what its correction says is broken".to_owned(),
        ];
    }
    lines
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use thalweg_lecture::{Form, RESULTS};

    use super::*;

    #[test]
    fn a_result_whose_check_fails_is_not_accepted() {
        let records = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/snapshots");
        let records = Records::open(&records).unwrap();
        let mut result = RESULTS[0].reproduce(Form::Default);
        result.findings.words("a check that fails", "nothing", "one thing", "another");
        let differences = compare(&result, |name| records.read(name));
        assert!(!differences.is_empty());
        let compared = Compared { result, differences, time: Duration::ZERO };
        assert_eq!(run(&[compared], &records).unwrap(), Outcome::Differs);
        // It was not written either.
        let text = records.read(RESULTS[0].id).unwrap();
        assert!(!text.contains("a check that fails"));
    }

    #[test]
    fn what_is_as_recorded_is_left_alone() {
        let records = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/snapshots");
        let records = Records::open(&records).unwrap();
        let result = RESULTS[0].reproduce(Form::Default);
        let compared = Compared { result, differences: Vec::new(), time: Duration::ZERO };
        assert_eq!(run(&[compared], &records).unwrap(), Outcome::AsRecorded);
    }

    #[test]
    fn a_result_without_checks_says_why_it_fails() {
        let mut result = RESULTS[0].reproduce(Form::Default);
        result.findings.checks.clear();
        assert!(why_it_fails(&result)[0].starts_with("no check stands behind the claim"));
    }
}
