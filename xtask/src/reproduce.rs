//! `cargo xtask reproduce`.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use thalweg_lecture::record::{self, Difference};
use thalweg_lecture::{Claim, Form, Reproduced, Setting, Verdict, select};

use crate::progress::{Progress, work};
use crate::recorded::Records;
use crate::review::{self, Moved};
use crate::{Failure, Outcome, accept, generate, report, root, set};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which results: ids, R-numbers (R23) or slide numbers; all if none is named
    #[arg(value_name = "ID|SLIDE")]
    names: Vec<String>,
    /// List the results, one line each, and run nothing
    #[arg(long)]
    list: bool,
    /// Write neither report nor record; fail where a run is not as recorded, and show that in diff.html (CI=true does the same)
    #[arg(long)]
    check: bool,
    /// Accept what these results now say as their record, if their checks pass
    #[arg(long, value_name = "ID", num_args = 1.., conflicts_with_all = ["check", "list", "names", "records", "report", "bits"])]
    accept: Vec<String>,
    /// Open the report in a browser
    #[arg(long, conflicts_with_all = ["check", "list", "accept"])]
    open: bool,
    /// Run results in their full form where they have one
    #[arg(long)]
    full: bool,
    /// Run the result with a parameter changed and show what moves; the report goes to target/set, the record stays as it is
    #[arg(long, value_name = "ID.name=value", conflicts_with_all = ["check", "list", "accept", "bits", "names"])]
    set: Vec<String>,
    /// The folder that the report is written to [default: target/reproduce, with --set target/set]
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Append a table of what moved to this file, in Markdown [default: the summary page of GitHub's CI, where that runs]
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// The folder of the records to compare with
    #[arg(long, value_name = "DIR", default_value_os_t = root().join("tests/snapshots"))]
    records: PathBuf,
    /// Write everything that was found into this folder, every number to its last bit
    #[arg(long, value_name = "DIR", conflicts_with = "list")]
    bits: Option<PathBuf>,
}

/// A run together with how it compares with its record.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) result: Reproduced,
    pub(crate) differences: Vec<Difference>,
    /// What was changed for it.
    pub(crate) settings: Vec<Setting>,
    pub(crate) time: Duration,
}

impl Compared {
    pub(crate) fn is_as_recorded(&self) -> bool {
        self.differences.is_empty() && self.result.verdict() != Verdict::CheckFails
    }

    /// How the run compares with its record, in a word.
    pub(crate) fn record(&self) -> &'static str {
        match self.differences.as_slice() {
            [] => "same",
            all if all.iter().all(|difference| difference.recorded.is_none()) => "NEW",
            _ => "DIFFERS",
        }
    }
}

pub(crate) fn run(options: &Options) -> Result<Outcome, Failure> {
    let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    if !options.accept.is_empty() {
        if in_ci {
            return Err(Failure::AcceptInCi);
        }
        let claims = select(&options.accept)?;
        let records = Records::open(&options.records)?;
        let outcome = accept::run(&run_all(&claims, options.full, &records, &[]), &records)?;
        // The tables that quote verdicts follow the records.
        return if outcome == Outcome::AsRecorded { generate::run(false) } else { Ok(outcome) };
    }

    let claims = select(&options.names)?;
    if options.list {
        let line = |claim: &&Claim| {
            format!("{}  {}  {}  {}\n", claim.id, claim.r_number(), claim.slides.named(), claim.claim)
        };
        print_whole(&claims.iter().map(line).collect::<String>());
        return Ok(Outcome::AsRecorded);
    }
    if options.full && claims.iter().all(|claim| claim.full.is_none()) {
        eprintln!("note: none of these results has a full form; the default forms run");
    }

    let records = Records::open(&options.records)?;
    let is_set = !options.set.is_empty();
    let results = if is_set {
        set::run(&options.set, options.full, &records)?
    } else {
        run_all(&claims, options.full, &records, &[])
    };
    if let Some(folder) = &options.bits {
        write_bits(&results, folder)?;
    }
    print_whole(&table(&results));
    let moved: Vec<_> = results.iter().filter(|compared| !compared.is_as_recorded()).collect();
    let default_folder = if is_set { "target/set" } else { "target/reproduce" };
    let folder = options.report.clone().unwrap_or_else(|| root().join(default_folder));
    if is_set {
        print_whole(&results.iter().map(set::told).collect::<String>());
    } else {
        moved.iter().for_each(|compared| explain(compared));
        review(&moved, options, &records, &folder)?;
    }
    if !(options.check || in_ci) {
        let index = report::write(&results, &folder)?;
        print_whole(&format!("\nreport: {}\n", index.display()));
        if options.open {
            let command = format!("open {}", index.display());
            open::that(&index).map_err(|error| Failure::Program { command, error })?;
        }
    }
    // What was set was meant to move.
    Ok(if is_set || moved.is_empty() { Outcome::AsRecorded } else { Outcome::Differs })
}

/// Shows a reviewer what moved: a page with old and new, and a table for the summary page of the CI.
fn review(moved: &[&Compared], options: &Options, records: &Records, folder: &Path) -> Result<(), Failure> {
    let moved: Vec<_> = moved.iter().map(|compared| Moved::new(compared, records)).collect();
    let changed = if moved.is_empty() { Vec::new() } else { review::changed_files(&root()) };
    let summary =
        options.summary.clone().or_else(|| std::env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from));
    if let Some(file) = summary.filter(|_| !moved.is_empty()) {
        review::write_summary(&review::markdown(&moved, &changed), &file)?;
    }
    if options.check {
        print_whole(&format!("\n{}", review::markdown(&moved, &changed)));
    }
    if let Some(page) = review::write_page(&moved, records, &changed, folder)? {
        eprintln!("\nold and new side by side: {}", page.display());
    }
    Ok(())
}

fn write_bits(results: &[Compared], folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(Failure::path("create", folder))?;
    for Compared { result, .. } in results {
        let path = folder.join(result.claim.id);
        fs::write(&path, record::to_the_bit(result)).map_err(Failure::path("write", &path))?;
    }
    Ok(())
}

/// Prints to standard output; that a reader has closed it, as `head` does, is no failure.
pub(crate) fn print_whole(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Runs the results on all cores, the longest first, so that none is left alone at the end; what comes back is in the order of
/// the claims.
pub(crate) fn run_all(
    claims: &[&'static Claim],
    full: bool,
    records: &Records,
    settings: &[Setting],
) -> Vec<Compared> {
    let form = if full { Form::Full } else { Form::Default };
    let progress = Progress::new(claims, full);
    let mut queue: Vec<_> = claims.iter().enumerate().collect();
    queue.sort_by_key(|(_, claim)| Reverse(work(claim, full)));
    let mut results: Vec<_> = queue
        .into_iter()
        .par_bridge()
        .map(|(place, claim)| {
            let started = Instant::now();
            let result = claim.reproduce_with(form, settings);
            let differences = record::compare(&result, |name| records.read(name));
            let time = started.elapsed();
            let settings = settings.iter().filter(|setting| setting.claim.id == claim.id).copied().collect();
            let compared = Compared { result, differences, settings, time };
            progress.finished(&compared);
            (place, compared)
        })
        .collect();
    progress.close();
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, compared)| compared).collect()
}

fn table(results: &[Compared]) -> String {
    let widest = |text: &dyn Fn(&Claim) -> usize| {
        results.iter().map(|compared| text(compared.result.claim)).max().unwrap_or(0)
    };
    let width = widest(&|claim| claim.id.len());
    let slides = widest(&|claim| claim.slides.to_string().chars().count()).max("slides".len());
    let mut table = format!(
        "{:width$}  {:4}  {:slides$}  {:23}  {:>8}  record\n",
        "id", "no.", "slides", "verdict", "time"
    );
    for compared in results {
        let claim = compared.result.claim;
        let _ = writeln!(
            table,
            "{:width$}  {:4}  {:slides$}  {:23}  {:>6.2} s  {}\n  {}",
            claim.id,
            claim.r_number(),
            claim.slides.to_string(),
            compared.result.verdict(),
            compared.time.as_secs_f64(),
            compared.record(),
            claim.claim,
        );
    }
    table
}

/// Says what moved and what to do next.
fn explain(compared: &Compared) {
    const SHOWN: usize = 16;
    let claim = compared.result.claim;
    eprintln!("\n{} ({}, {})", claim.id, claim.r_number(), claim.slides.named());
    let fails = compared.result.verdict() == Verdict::CheckFails;
    let lines: Vec<_> = if fails {
        // Where a check fails, what the record says of the same numbers adds nothing.
        accept::why_it_fails(&compared.result)
    } else {
        compared.differences.iter().map(|difference| format!("record differs: {difference}")).collect()
    };
    lines.iter().take(SHOWN).for_each(|line| eprintln!("  {line}"));
    if lines.len() > SHOWN {
        let more = lines.len() - SHOWN;
        eprintln!("  and {more} more; all of them: cargo xtask reproduce {} --open", claim.id);
    }
    eprintln!("  declared in {}; puts to the test {}", claim.code, claim.puts_to_the_test.join(", "));
    if fails {
        eprintln!(
            "  next: find out whether the theory, the method or the experiment is wrong; it cannot be accepted"
        );
    } else {
        eprintln!("  next, if it moved on purpose: cargo xtask reproduce --accept {}", claim.id);
        eprintln!("  if nobody meant to: git diff -- crates tests/snapshots");
    }
}
