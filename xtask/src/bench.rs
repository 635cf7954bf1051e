//! `cargo xtask bench`.

use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::{Failure, Outcome, cargo, root};

#[derive(Args)]
pub(crate) struct Options {
    /// Show PyTorch's optimizers beside the update rules: for `first-order` only
    #[arg(long)]
    with_torch: bool,
    /// The Python that can import PyTorch
    #[arg(long, value_name = "PATH", default_value = "python3", requires = "with_torch")]
    python: PathBuf,
    /// The folder of a crate, to run its benchmarks alone; then what goes to the benchmark harness: a filter, or an
    /// option after `--`
    arguments: Vec<String>,
}

/// Runs the benchmarks of the workspace or of one crate.
pub(crate) fn run(options: &Options) -> Result<Outcome, Failure> {
    let folder =
        options.arguments.first().filter(|name| root().join("crates").join(name).join("benches").is_dir());
    let filters = &options.arguments[usize::from(folder.is_some())..];
    let mut command = Command::new(cargo());
    command.arg("bench").current_dir(root());
    match folder {
        Some(folder) => command.args(["--package", &format!("thalweg-{folder}")]),
        None => command.arg("--workspace"),
    };
    if options.with_torch {
        if folder.is_none_or(|folder| folder != "first-order") {
            return Err(Failure::TorchBesideNothing);
        }
        // The program itself starts Python, so that both are measured within the same seconds; it runs in another folder.
        let python = if options.python.components().count() == 1 {
            options.python.clone()
        } else {
            std::path::absolute(&options.python).map_err(Failure::path("read", &options.python))?
        };
        command.args(["--bench", "rules", "--", "--torch"]).arg(python);
    } else {
        command.args(["--bench", "*", "--"]);
    }
    let status = command
        .args(filters)
        .status()
        .map_err(|error| Failure::Program { command: "cargo bench".to_owned(), error })?;
    Ok(if status.success() { Outcome::AsRecorded } else { Outcome::Differs })
}
