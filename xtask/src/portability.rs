//! `cargo xtask portability`: the same bits, whatever runs them.
//!
//! The reproduction runs with one thread and with two, in a debug build, and on an emulated CPU, and what it finds is compared
//! to the last bit of every number. The tests that watch single functions run on the emulated CPU, too.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use cargo_metadata::MetadataCommand;
use thalweg_lecture::{Claim, SLOW, select};

use crate::bits::{Cell, Table};
use crate::program::{executables, fails, run};
use crate::reproduce::print_whole;
use crate::{Failure, Outcome, root};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which results: ids, R-numbers (R23) or slide numbers; all if none is named
    #[arg(value_name = "ID|SLIDE")]
    names: Vec<String>,
    /// Run slow results, too, in debug builds and on emulated CPUs
    #[arg(long)]
    full: bool,
    /// Leave the emulated CPUs out
    #[arg(long)]
    without_emulator: bool,
    /// Leave the debug build out
    #[arg(long)]
    without_debug: bool,
    /// The profile of the optimized builds
    #[arg(long, value_name = "NAME", default_value = "release")]
    profile: String,
    /// Compare with what `cargo xtask reproduce --bits DIR` has written, instead of running that once more
    #[arg(long, value_name = "DIR")]
    reference: Option<PathBuf>,
}

/// The tests of `thalweg-tests` that run on emulated CPUs, where they exist.
const TESTS: [&str; 2] = ["canary", "elementary"];

const EMULATOR: &str = "qemu-x86_64";

/// One way to run the reproduction.
struct Variant {
    name: &'static str,
    debug: bool,
    threads: &'static str,
    /// Whether slow results run here by default.
    runs_all: bool,
    /// As the emulator calls it; `None` is the CPU that is there.
    cpu: Option<&'static str>,
}

/// The first is what the others are compared with.
const VARIANTS: [Variant; 4] = [
    Variant { name: "2 threads", debug: false, threads: "2", runs_all: true, cpu: None },
    Variant { name: "1 thread", debug: false, threads: "1", runs_all: false, cpu: None },
    Variant { name: "debug", debug: true, threads: "2", runs_all: false, cpu: None },
    // It has neither AVX nor FMA, which is where CPUs of today part from those of 2008.
    Variant { name: "Nehalem", debug: false, threads: "2", runs_all: false, cpu: Some("Nehalem") },
];

impl Variant {
    fn folder(&self) -> PathBuf {
        root().join("target/portability").join(self.name.replace(", ", "-").replace(' ', "-"))
    }

    fn command(&self, program: &Path) -> Command {
        match self.cpu {
            None => Command::new(program),
            Some(cpu) => {
                let mut command = Command::new(EMULATOR);
                command.args(["-cpu", cpu]).arg(program);
                command
            }
        }
    }

    /// Runs the reproduction and leaves what it found in [`folder`](Self::folder).
    fn reproduce(&self, ids: &[&str], optimized: &str) -> Result<(), Failure> {
        if ids.is_empty() {
            // To name none would be to name all.
            return Ok(());
        }
        let folder = self.folder();
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Failure::path("remove", &folder)(error));
            }
            _ => {}
        }
        let profile = if self.debug { "dev" } else { optimized };
        let programs =
            executables(&root(), &["build", "--package", "xtask", "--bin", "xtask", "--profile", profile])?;
        let Some((_, program)) = programs.into_iter().next() else {
            return Err(Failure::Fails {
                command: "cargo build".to_owned(),
                how: "it made no program".to_owned(),
            });
        };
        let started = Instant::now();
        let mut command = self.command(&program);
        command.args(["reproduce", "--check", "--bits"]).arg(&folder).args(ids);
        let output = run(command.env("RAYON_NUM_THREADS", self.threads))?;
        // 1 says that a run is not as recorded; here runs are compared with each other.
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(fails(&command, &output));
        }
        eprintln!("{}: {} results ({:.1} s)", self.name, ids.len(), started.elapsed().as_secs_f64());
        Ok(())
    }
}

pub(crate) fn compare(options: &Options) -> Result<Outcome, Failure> {
    let claims = select(&options.names)?;
    let variants: Vec<_> = VARIANTS
        .iter()
        .filter(|variant| variant.cpu.is_none() || !options.without_emulator)
        .filter(|variant| !(variant.debug && options.without_debug))
        .collect();
    if !options.without_emulator {
        find_emulator()?;
    }
    let given = usize::from(options.reference.is_some());
    for variant in variants.iter().skip(given) {
        variant.reproduce(&ids(&claims, variant, options.full), &options.profile)?;
    }
    let reference = options.reference.clone().unwrap_or_else(|| variants[0].folder());

    let mut table = Table::new(variants.iter().map(|variant| variant.name));
    for claim in &claims {
        let cells = variants.iter().enumerate().map(|(k, variant)| {
            let runs_here = ids(&claims, variant, options.full).contains(&claim.id);
            let folder = if k == 0 { reference.clone() } else { variant.folder() };
            Cell::of(runs_here, &reference.join(claim.id), &folder.join(claim.id))
        });
        table.row(claim.id, cells.collect::<Result<_, _>>()?);
    }
    for (name, program) in tests(options)? {
        let cells = variants.iter().map(|variant| match variant.cpu {
            None => Ok(Cell::NotRun),
            Some(_) => Cell::of_test(&run(variant.command(&program).arg("--quiet"))?),
        });
        table.row(&format!("test {name}"), cells.collect::<Result<_, _>>()?);
    }
    print_whole(&table.text());
    Ok(if table.differences().is_empty() { Outcome::AsRecorded } else { Outcome::Differs })
}

/// The results that a variant runs.
fn ids(claims: &[&'static Claim], variant: &Variant, full: bool) -> Vec<&'static str> {
    let runs = |id: &&str| full || variant.runs_all || !SLOW.contains(id);
    claims.iter().map(|claim| claim.id).filter(runs).collect()
}

/// The programs of those [`TESTS`] that exist; none where nothing is emulated or single results are asked for.
fn tests(options: &Options) -> Result<Vec<(String, PathBuf)>, Failure> {
    if options.without_emulator || !options.names.is_empty() {
        return Ok(Vec::new());
    }
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec();
    let metadata = metadata
        .map_err(|error| Failure::Fails { command: "cargo metadata".to_owned(), how: error.to_string() })?;
    let targets = metadata.packages.iter().filter(|p| *p.name == "thalweg-tests").flat_map(|p| &p.targets);
    let named = targets.filter(|target| target.is_test() && TESTS.contains(&target.name.as_str()));
    let named: Vec<_> = named.flat_map(|target| ["--test", target.name.as_str()]).collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    // Of the whole workspace, so that what its tests have compiled need not be compiled for another choice of features.
    let all = executables(&root(), &[&["test", "--no-run", "--workspace"], &named[..]].concat())?;
    Ok(all.into_iter().filter(|(name, _)| TESTS.contains(&name.as_str())).collect())
}

fn find_emulator() -> Result<(), Failure> {
    let why = if cfg!(not(all(target_arch = "x86_64", target_os = "linux"))) {
        "CPUs are emulated on Linux on x86-64 only".to_owned()
    } else {
        match Command::new(EMULATOR).arg("--version").output() {
            Ok(output) if output.status.success() => return Ok(()),
            Ok(output) => format!("{EMULATOR} fails: {}", output.status),
            Err(error) => format!("{EMULATOR} cannot be run: {error}"),
        }
    };
    Err(Failure::NoEmulator { why })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_results_exist_and_run_everywhere_when_asked_for() {
        let claims = select::<&str>(&[]).expect("all results");
        for id in SLOW {
            assert!(claims.iter().any(|claim| claim.id == *id), "SLOW: no result is called {id}");
        }
        for variant in &VARIANTS {
            assert_eq!(ids(&claims, variant, true).len(), claims.len());
            let left_out = if variant.runs_all { 0 } else { SLOW.len() };
            assert_eq!(ids(&claims, variant, false).len(), claims.len() - left_out);
        }
    }
}
