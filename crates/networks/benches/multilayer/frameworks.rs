//! JAX or PyTorch beside it: a Python process that measures on request, so that all sides are measured within the same
//! seconds.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::Case;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/multilayer/frameworks.py");

pub(crate) struct Framework {
    name: String,
    // Held so that its end of the pipes lives as long as ours; it ends when ours is closed.
    _process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Framework {
    /// Starts `python`, which must be able to import the framework of that name, with one thread.
    pub(crate) fn start(name: &str, python: &str) -> Result<Self, String> {
        let mut process = Command::new(python)
            .args([SCRIPT, name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot run `{python}`: {error}"))?;
        let (Some(requests), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("the pipes are missing".to_owned());
        };
        let answers = BufReader::new(answers);
        let mut framework = Self { name: name.to_owned(), _process: process, requests, answers };
        let version = framework.line();
        if version.is_empty() {
            return Err(format!("`{python}` cannot import {name} (another one: --python PATH)"));
        }
        eprintln!("{version}");
        Ok(framework)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// f, ‖∇f‖, ‖H v‖ and the largest Ritz value.
    pub(crate) fn numbers(&mut self, case: &Case) -> [f64; 4] {
        self.ask(case, 0)
    }

    /// Seconds of a gradient and of a product, each the mean of so many, and of the Lanczos steps; and the most memory that
    /// the process has had, in bytes.
    pub(crate) fn seconds(&mut self, case: &Case, repeats: u32) -> [f64; 4] {
        self.ask(case, repeats)
    }

    fn ask<const N: usize>(&mut self, case: &Case, repeats: u32) -> [f64; N] {
        let Case { layers, width, examples, steps, .. } = case;
        writeln!(self.requests, "{layers}\t{width}\t{examples}\t{steps}\t{repeats}")
            .expect("the Python process runs");
        let answer = self.line();
        let mut columns = answer.split('\t').map(|number| number.parse().expect("a number"));
        [(); N].map(|()| columns.next().expect("enough columns"))
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("text");
        line.trim_end().to_owned()
    }
}
