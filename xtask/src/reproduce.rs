//! `cargo xtask reproduce`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use thalweg_lecture::record::{self, Difference};
use thalweg_lecture::{Claim, Form, Reproduced, Verdict, select};

use crate::progress::Progress;
use crate::recorded::Records;
use crate::{Failure, Outcome, accept, generate, report, root};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which results: ids, R-numbers (R23) or slide numbers; all if none is named
    #[arg(value_name = "ID|SLIDE")]
    names: Vec<String>,
    /// List the results, one line each, and run nothing
    #[arg(long)]
    list: bool,
    /// Write nothing, neither report nor record; fail where a run is not as recorded (CI=true does the same)
    #[arg(long)]
    check: bool,
    /// Accept what these results now say as their record, if their checks pass
    #[arg(long, value_name = "ID", num_args = 1.., conflicts_with_all = ["check", "list", "names"])]
    accept: Vec<String>,
    /// Open the report in a browser
    #[arg(long, conflicts_with_all = ["check", "list", "accept"])]
    open: bool,
    /// Run results in their full form where they have one
    #[arg(long)]
    full: bool,
    /// The folder that the report is written to
    #[arg(long, value_name = "DIR", default_value_os_t = root().join("target/reproduce"))]
    report: PathBuf,
    /// The folder of the records to compare with
    #[arg(long, value_name = "DIR", default_value_os_t = root().join("tests/snapshots"))]
    records: PathBuf,
}

/// A run together with how it compares with its record.
pub(crate) struct Compared {
    pub(crate) result: Reproduced,
    pub(crate) differences: Vec<Difference>,
    pub(crate) time: Duration,
}

impl Compared {
    pub(crate) fn is_as_recorded(&self) -> bool {
        self.differences.is_empty() && self.result.verdict() != Verdict::CheckFails
    }
}

pub(crate) fn run(options: &Options) -> Result<Outcome, Failure> {
    let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    if !options.accept.is_empty() {
        if in_ci {
            return Err(Failure::AcceptInCi);
        }
        let claims = select(&options.accept)?;
        let outcome = accept::run(&run_all(&claims, options)?)?;
        // The tables that quote verdicts follow the records.
        return if outcome == Outcome::AsRecorded { generate::run(false) } else { Ok(outcome) };
    }

    let claims = select(&options.names)?;
    if options.list {
        for claim in claims {
            println!("{}  {}  {}  {}", claim.id, claim.r_number(), claim.slides.named(), claim.claim);
        }
        return Ok(Outcome::AsRecorded);
    }

    let results = run_all(&claims, options)?;
    print_table(&results);
    if !(options.check || in_ci) {
        let index = report::write(&results, &options.report)?;
        println!("\nreport: {}", index.display());
        if options.open {
            open::that(&index).map_err(Failure::path("open", &index))?;
        }
    }
    let moved: Vec<_> = results.iter().filter(|compared| !compared.is_as_recorded()).collect();
    for compared in &moved {
        explain(compared);
    }
    Ok(if moved.is_empty() { Outcome::AsRecorded } else { Outcome::Differs })
}

/// Runs the results on all cores; what comes back is in the order of the claims, whatever finished first.
fn run_all(claims: &[&'static Claim], options: &Options) -> Result<Vec<Compared>, Failure> {
    let records = Records::open(&options.records)?;
    let form = if options.full { Form::Full } else { Form::Default };
    let progress = Progress::new(claims.len());
    let results = claims
        .par_iter()
        .map(|claim| {
            let started = Instant::now();
            let result = claim.reproduce(form);
            let differences = record::compare(&result, |name| records.read(name));
            let time = started.elapsed();
            let compared = Compared { result, differences, time };
            progress.finished(&compared);
            compared
        })
        .collect();
    progress.close();
    Ok(results)
}

fn print_table(results: &[Compared]) {
    let width = results.iter().map(|compared| compared.result.claim.id.len()).max().unwrap_or(0);
    println!("{:width$}  {:4}  {:7}  {:23}  {:>8}  record", "id", "no.", "slides", "verdict", "time");
    for compared in results {
        let claim = compared.result.claim;
        println!(
            "{:width$}  {:4}  {:7}  {:23}  {:>6.2} s  {}",
            claim.id,
            claim.r_number(),
            claim.slides.to_string(),
            compared.result.verdict(),
            compared.time.as_secs_f64(),
            if compared.differences.is_empty() { "same" } else { "DIFFERS" },
        );
        println!("  {}", claim.claim);
    }
}

/// Says what moved and what to do next.
fn explain(compared: &Compared) {
    const SHOWN: usize = 12;
    let claim = compared.result.claim;
    eprintln!("\n{} ({}, {})", claim.id, claim.r_number(), claim.slides.named());
    let failing: Vec<_> = compared.result.findings.checks.iter().filter(|check| !check.passes()).collect();
    for check in failing.iter().take(SHOWN) {
        eprintln!("  check fails: {check}");
    }
    for difference in compared.differences.iter().take(SHOWN) {
        eprintln!("  record differs: {difference}");
    }
    let more = failing.len().saturating_sub(SHOWN) + compared.differences.len().saturating_sub(SHOWN);
    if more > 0 {
        eprintln!("  and {more} more");
    }
    eprintln!("  declared in {}; puts to the test {}", claim.code, claim.puts_to_the_test.join(", "));
    if failing.is_empty() {
        eprintln!("  next, if it moved on purpose: cargo xtask reproduce --accept {}", claim.id);
    } else {
        eprintln!(
            "  next: find out whether the theory, the method or the experiment is wrong; it cannot be accepted"
        );
    }
}
