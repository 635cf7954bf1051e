//! `cargo xtask bench`.

use std::path::PathBuf;
use std::process::Command;

use clap::{ArgGroup, Args};

use crate::{Failure, Outcome, cargo, root};

#[derive(Args)]
#[command(group = ArgGroup::new("beside").multiple(true))]
pub(crate) struct Options {
    /// Show PyTorch beside us: its optimizers for `first-order`, its gradients for `networks`
    #[arg(long, group = "beside")]
    with_torch: bool,
    /// Show JAX's gradients beside ours, on one thread: for `networks` only; goes with --with-torch
    #[arg(long, group = "beside")]
    with_jax: bool,
    /// Show numpy's eigh beside all backends of the eigen-decomposition, on one thread: for `hessian` only. It takes
    /// OpenBLAS (sudo apt-get install libopenblas-dev)
    #[arg(long, group = "beside", conflicts_with_all = ["with_torch", "with_jax"])]
    with_numpy: bool,
    /// The Python that can import PyTorch, JAX or numpy
    #[arg(long, value_name = "PATH", default_value = "python3", requires = "beside")]
    python: PathBuf,
    /// The folder of a crate, to run its benchmarks alone, or `peers`, for L-BFGS beside other libraries, which takes
    /// liblbfgs (sudo apt-get install liblbfgs-dev); then what goes to the benchmark harness: a filter, or an option after
    /// `--`
    arguments: Vec<String>,
}

/// Runs the benchmarks of the workspace or of one crate.
pub(crate) fn run(options: &Options) -> Result<Outcome, Failure> {
    if let Some(("peers", filters)) =
        options.arguments.split_first().map(|(name, rest)| (name.as_str(), rest))
    {
        let mut command = Command::new(cargo());
        command.args(["run", "--release", "--"]).args(filters).current_dir(root().join("peers"));
        return finish(command);
    }
    let folder =
        options.arguments.first().filter(|name| root().join("crates").join(name).join("benches").is_dir());
    let filters = &options.arguments[usize::from(folder.is_some())..];
    let mut command = Command::new(cargo());
    command.arg("bench").current_dir(root());
    // OpenBLAS asks for these when it is loaded: one thread, and what it finds out about the CPU by itself.
    command.env("OPENBLAS_NUM_THREADS", "1").env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE");
    match folder {
        Some(folder) => command.args(["--package", &format!("thalweg-{folder}")]),
        None => command.arg("--workspace"),
    };
    let only_for = |needed: &str| folder.is_some_and(|folder| folder == needed);
    if (options.with_torch || options.with_jax) && only_for("networks") {
        command.args(["--bench", "multilayer", "--"]);
        for (wanted, option) in [(options.with_jax, "--jax"), (options.with_torch, "--torch")] {
            if wanted {
                command.arg(option).arg(python(options)?);
            }
        }
    } else if options.with_jax {
        return Err(Failure::JaxBesideNothing);
    } else if options.with_torch {
        if !only_for("first-order") {
            return Err(Failure::TorchBesideNothing);
        }
        command.args(["--bench", "rules", "--", "--torch"]).arg(python(options)?);
    } else if options.with_numpy {
        if !only_for("hessian") {
            return Err(Failure::NumpyBesideNothing);
        }
        command
            .args(["--features", "faer,lapack", "--bench", "eigen", "--", "--numpy"])
            .arg(python(options)?);
    } else {
        command.args(["--bench", "*", "--"]);
    }
    command.args(filters);
    finish(command)
}

fn finish(mut command: Command) -> Result<Outcome, Failure> {
    let status = command.status().map_err(|error| Failure::Program { command: "cargo".to_owned(), error })?;
    Ok(if status.success() { Outcome::AsRecorded } else { Outcome::Differs })
}

/// The benchmark itself starts Python, so that both are measured within the same seconds; it runs in another folder.
fn python(options: &Options) -> Result<PathBuf, Failure> {
    if options.python.components().count() == 1 {
        return Ok(options.python.clone());
    }
    std::path::absolute(&options.python).map_err(Failure::path("read", &options.python))
}
