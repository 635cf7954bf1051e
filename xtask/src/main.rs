//! The repository's own commands: `cargo xtask reproduce`, `exercise`, `browse`, `portability`, `generate`, `accuracy`, `bench`.
//!
//! Exit codes: 0 all is as recorded; 1 a check or a record differs; 2 the command could not be carried out as asked.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod accept;
mod accuracy;
mod bench;
mod bits;
mod exercise;
mod failure;
mod generate;
mod html;
mod plot;
mod portability;
mod program;
mod progress;
mod recorded;
mod report;
mod reproduce;
mod review;
mod set;

use failure::Failure;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The repository's own commands", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Reproduce the lecture's results and compare them with their records
    Reproduce(reproduce::Options),
    /// Change one line in a copy, predict which checks of a result break, and see
    Exercise(exercise::Options),
    /// Compare every number of the results to its last bit: by threads, in debug builds, on emulated CPUs
    Portability(portability::Options),
    /// Write the tables that are generated from the results: the README's and the book's
    Generate {
        /// Write nothing; fail where a table is not what would be written
        #[arg(long)]
        check: bool,
    },
    /// Write the report and try it in a headless browser: links, sliders, keys, the width of a phone
    Browse(report::BrowseOptions),
    /// Measure the elementary functions beside an arbitrary-precision reference, and compare with what is stored
    Accuracy(accuracy::Options),
    /// Run the benchmarks, all or those of one crate
    Bench(bench::Options),
}

/// Whether everything is as it should be, or something differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    AsRecorded,
    Differs,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Reproduce(options) => reproduce::run(&options),
        Command::Exercise(options) => exercise::run(&options),
        Command::Portability(options) => portability::compare(&options),
        Command::Generate { check } => generate::run(check),
        Command::Browse(options) => report::browse(&options),
        Command::Accuracy(options) => accuracy::run(&options),
        Command::Bench(options) => bench::run(&options),
    };
    match outcome {
        Ok(Outcome::AsRecorded) => ExitCode::SUCCESS,
        Ok(Outcome::Differs) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// The cargo that runs this command.
fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
