//! Progress, with an estimate of what is left: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use thalweg_lecture::{Claim, SLOW};

use crate::reproduce::Compared;

pub(crate) struct Progress {
    /// On a terminal.
    bar: Option<ProgressBar>,
    results: usize,
    full: bool,
    started: Instant,
    done: AtomicU64,
    /// In units of an ordinary result.
    work: u64,
    work_done: AtomicU64,
}

impl Progress {
    pub(crate) fn new(claims: &[&'static Claim], full: bool) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(claims.len() as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self {
            bar,
            results: claims.len(),
            full,
            started: Instant::now(),
            done: AtomicU64::new(0),
            work: claims.iter().map(|claim| work(claim, full)).sum(),
            work_done: AtomicU64::new(0),
        }
    }

    pub(crate) fn finished(&self, compared: &Compared) {
        let claim = compared.result.claim;
        let work = work(claim, self.full);
        let work_done = self.work_done.fetch_add(work, Ordering::Relaxed) + work;
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let left = seconds_left(self.started.elapsed().as_secs_f64(), work_done, self.work);
        match &self.bar {
            Some(bar) => {
                bar.set_message(format!("about {left:.0} s left, {}", claim.id));
                bar.inc(1);
            }
            None => {
                let (verdict, taken) = (compared.result.verdict(), compared.time.as_secs_f64());
                let place = format!("{done}/{}, about {left:.0} s left", self.results);
                eprintln!("{}: {verdict} ({taken:.2} s; {place})", claim.id);
            }
        }
    }

    pub(crate) fn close(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Full forms of more than a few seconds, in tenths of a second: one thread of an AMD EPYC, November 2026.
const FULL: [(&str, u64); 9] = [
    ("spoilers-do-not-change-a-network", 2290),
    ("depth-and-data-lower-the-variance", 2060),
    ("depth-lowers-the-variance-of-any-training", 500),
    ("negative-curvature-stays-while-a-network-learns", 450),
    ("fixed-rates-miss-the-sharp-minimum", 340),
    ("a-network-trains-at-the-limit-of-its-method", 300),
    ("the-curvature-yields-to-the-rate", 270),
    ("final-losses-concentrate-with-width", 210),
    ("long-steps-leap-over-the-spoiler", 170),
];

/// What a result takes, roughly, in units of an ordinary one of a tenth of a second.
pub(crate) fn work(claim: &Claim, full: bool) -> u64 {
    let in_full = || FULL.iter().find(|(id, _)| *id == claim.id).map_or(30, |(_, work)| *work);
    match claim.full {
        Some(_) if full => in_full(),
        _ if SLOW.contains(&claim.id) => 30,
        _ => 1,
    }
}

fn seconds_left(elapsed: f64, done: u64, all: u64) -> f64 {
    elapsed * (all - done) as f64 / done as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_in_proportion_to_what_was_done() {
        assert_eq!(seconds_left(10.0, 20, 100), 40.0);
        assert_eq!(seconds_left(10.0, 100, 100), 0.0);
    }

    #[test]
    fn a_long_full_form_is_more_work_than_a_slow_result_and_that_more_than_another() {
        let works = |full| thalweg_lecture::RESULTS.iter().map(move |claim| (claim, work(claim, full)));
        assert!(works(false).all(|(claim, work)| (work > 1) == SLOW.contains(&claim.id)));
        let slowest = works(false).map(|(_, work)| work).max();
        let longer = works(true).filter(|(_, work)| Some(*work) > slowest);
        assert_eq!(longer.filter(|(claim, _)| claim.full.is_some()).count(), FULL.len());
    }
}
