//! Progress: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};

use crate::reproduce::Compared;

pub(crate) enum Progress {
    Bar(ProgressBar),
    Lines,
}

impl Progress {
    pub(crate) fn new(results: usize) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::Lines;
        }
        let bar = ProgressBar::new(results as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {msg}") {
            bar.set_style(style);
        }
        Self::Bar(bar)
    }

    pub(crate) fn finished(&self, compared: &Compared) {
        let id = compared.result.claim.id;
        match self {
            Self::Bar(bar) => {
                bar.set_message(id);
                bar.inc(1);
            }
            Self::Lines => {
                eprintln!("{id}: {} ({:.2} s)", compared.result.verdict(), compared.time.as_secs_f64());
            }
        }
    }

    pub(crate) fn close(self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
