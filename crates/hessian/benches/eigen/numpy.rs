//! numpy beside it: a Python process that measures on request, so that both sides are measured within the same seconds.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/eigen/eigh.py");

pub(crate) struct Numpy {
    // Held so that its end of the pipes lives as long as ours; it ends when ours is closed.
    _process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Numpy {
    /// Starts `python`, which must be able to import numpy, with one thread.
    pub(crate) fn start(python: &str) -> Result<Self, String> {
        let mut process = Command::new(python)
            .arg(SCRIPT)
            .env("OPENBLAS_NUM_THREADS", "1")
            // What somebody has set for another OpenBLAS would slow this one down.
            .env_remove("OPENBLAS_CORETYPE")
            .env_remove("OPENBLAS_L2_SIZE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot run `{python}`: {error}"))?;
        let (Some(requests), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("the pipes are missing".to_owned());
        };
        let mut numpy = Self { _process: process, requests, answers: BufReader::new(answers) };
        let version = numpy.line();
        if version.is_empty() {
            return Err(format!("`{python}` cannot import numpy (another one: --python PATH)"));
        }
        eprintln!("{version}");
        Ok(numpy)
    }

    /// Seconds of eigh and of A^-½, each the mean of so many.
    pub(crate) fn seconds(&mut self, n: usize, repeats: u32) -> [f64; 2] {
        writeln!(self.requests, "{n}\t{repeats}").expect("the Python process runs");
        let answer = self.line();
        let mut columns = answer.split('\t').map(|time| time.parse().expect("a number of seconds"));
        [(); 2].map(|()| columns.next().expect("two columns"))
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("text");
        line.trim_end().to_owned()
    }
}
