//! Other programs: cargo, and what it builds.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use cargo_metadata::Message;

use crate::{Failure, cargo, root};

/// Builds a workspace, and returns the names and paths of the programs that came of it.
pub(crate) fn executables(workspace: &Path, arguments: &[&str]) -> Result<Vec<(String, PathBuf)>, Failure> {
    let mut command = Command::new(cargo());
    command.args(arguments).args(["--quiet", "--message-format=json"]).current_dir(workspace);
    let output = run(&mut command)?;
    if !output.status.success() {
        return Err(fails(&command, &output));
    }
    let messages = Message::parse_stream(&output.stdout[..]).filter_map(Result::ok);
    let programs = messages.filter_map(|message| match message {
        Message::CompilerArtifact(made) => Some((made.target.name, made.executable?.into_std_path_buf())),
        _ => None,
    });
    Ok(programs.collect())
}

/// Runs a program to its end; in the root of the repository, if it was not told where.
pub(crate) fn run(command: &mut Command) -> Result<Output, Failure> {
    if command.get_current_dir().is_none() {
        command.current_dir(root());
    }
    let output = command.stdin(Stdio::null()).output();
    output.map_err(|error| Failure::Program { command: words(command), error })
}

fn words(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

pub(crate) fn fails(command: &Command, output: &Output) -> Failure {
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    // cargo's messages are for programs; what it says to people goes to the other stream.
    let said = said.iter().rev().find(|text| !text.trim().is_empty()).cloned().unwrap_or_default();
    Failure::Fails { command: words(command), how: format!("{}\n{}", output.status, said.trim()) }
}
