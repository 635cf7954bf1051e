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
    for compared in results {
        let Compared { result, differences, .. } = compared;
        let id = result.claim.id;
        match Decision::on(compared) {
            Decision::Refuse => {
                eprintln!("{id}: not accepted");
                why_it_fails(result).iter().for_each(|line| eprintln!("  {line}"));
                outcome = Outcome::Differs;
            }
            Decision::LeaveAlone => println!("{id}: already as recorded"),
            Decision::Write => {
                differences.iter().for_each(|difference| println!("{id}: {difference}"));
                // What was written is read again: that the command succeeded does not say that it wrote.
                if record(&result.record_name())? && compare(result, |name| records.read(name)).is_empty() {
                    println!("{id}: accepted");
                } else {
                    eprintln!("{id}: the record could not be written");
                    outcome = Outcome::Differs;
                }
            }
        }
    }
    Ok(outcome)
}

/// What to do with a result that is to be accepted.
#[derive(Debug, PartialEq, Eq)]
enum Decision {
    /// A check fails: what is wrong is not recorded.
    Refuse,
    /// It is as recorded.
    LeaveAlone,
    /// It has moved.
    Write,
}

impl Decision {
    fn on(compared: &Compared) -> Self {
        if compared.result.verdict() == Verdict::CheckFails {
            Self::Refuse
        } else if compared.differences.is_empty() {
            Self::LeaveAlone
        } else {
            Self::Write
        }
    }
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

    /// A result as it might be, beside the records as they are.
    fn compared(change: impl FnOnce(&mut Reproduced)) -> (Compared, Records) {
        let records = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/snapshots");
        let records = Records::open(&records).unwrap();
        let mut result = RESULTS[0].reproduce(Form::Default);
        change(&mut result);
        let differences = compare(&result, |name| records.read(name));
        (Compared { result, differences, settings: Vec::new(), time: Duration::ZERO }, records)
    }

    #[test]
    fn a_result_whose_check_fails_is_not_accepted() {
        let (failing, records) =
            compared(|result| result.findings.words("a check that fails", "nothing", "one thing", "another"));
        assert!(!failing.differences.is_empty());
        assert_eq!(Decision::on(&failing), Decision::Refuse);
        assert_eq!(run(&[failing], &records).unwrap(), Outcome::Differs);
    }

    #[test]
    fn what_is_as_recorded_is_left_alone_and_what_moved_is_written() {
        let (same, records) = compared(|_| ());
        assert_eq!(Decision::on(&same), Decision::LeaveAlone);
        assert_eq!(run(&[same], &records).unwrap(), Outcome::AsRecorded);
        let (moved, _) = compared(|result| result.findings.words("one more check", "nothing", "so", "so"));
        assert_eq!(Decision::on(&moved), Decision::Write);
    }

    #[test]
    fn a_result_without_checks_says_why_it_fails() {
        let mut result = RESULTS[0].reproduce(Form::Default);
        result.findings.checks.clear();
        assert!(why_it_fails(&result)[0].starts_with("no check stands behind the claim"));
    }
}
