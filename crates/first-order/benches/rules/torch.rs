//! PyTorch beside it: a Python process that measures on request, so that both sides are measured within the same seconds.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/rules/pytorch.py");

pub(crate) struct Torch {
    // Held so that its end of the pipes lives as long as ours; it ends when ours is closed.
    _process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Torch {
    /// Starts `python`, which must be able to import PyTorch.
    pub(crate) fn start(python: &str) -> Result<Self, String> {
        let mut process = Command::new(python)
            .arg(SCRIPT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot run `{python}`: {error}"))?;
        let (Some(requests), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("the pipes are missing".to_owned());
        };
        let mut torch = Self { _process: process, requests, answers: BufReader::new(answers) };
        let version = torch.line();
        if version.is_empty() {
            return Err(format!("`{python}` cannot import PyTorch (another one: --python PATH)"));
        }
        eprintln!("PyTorch {version}");
        Ok(torch)
    }

    /// Nanoseconds per parameter of the for-loop, foreach and fused forms, where PyTorch has them.
    pub(crate) fn times(&mut self, optimizer: &str, kind: &str, n: usize) -> [Option<f64>; 3] {
        writeln!(self.requests, "{optimizer}\t{kind}\t{n}").expect("the Python process runs");
        let answer = self.line();
        let mut columns = answer.split('\t').map(|time| time.parse().ok());
        [(); 3].map(|()| columns.next().expect("three columns"))
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("text");
        line.trim_end().to_owned()
    }
}
