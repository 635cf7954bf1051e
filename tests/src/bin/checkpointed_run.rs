//! A run that writes checkpoints into a file every so many steps, for the test that kills it. The command line names both.
//!
//! It prints the step it went on from, and then the result with the bits of every number.

use std::env;
use std::error::Error;

use thalweg::objectives::Quadratic;
use thalweg::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args_os().nth(1).ok_or("which file?")?;
    let every = env::args().nth(2).ok_or("every how many steps?")?.parse()?;
    const N: usize = 12;
    let entry = |i: usize, j: usize| 1.0 / (i + j + 1) as f64 + if i == j { 0.1 } else { 0.0 };
    let matrix: Vec<f64> = (0..N * N).map(|k| entry(k / N, k % N)).collect();
    let linear: Vec<f64> = (0..N).map(|i| -1.0 - 0.37 * i as f64).collect();
    let problem = Quadratic::new(matrix, linear, 1.0)?;
    // The rate depends on the step, and the run ends at its noise floor: a checkpoint that forgot one of them would show.
    let method =
        Scheduled { rule: GradientDescent, schedule: OfStep(|step| 0.9 - 0.2 * (step % 7) as f64 / 7.0) };
    let stop = Stop { relative_gradient: 0.0, ..Stop::default() };
    let file = CheckpointFile { every, label: "killed".to_owned(), ..CheckpointFile::at(path) };
    let bar = progress(&stop);
    let resumable = file.minimize(&problem, &method, &[1.0; N], stop, bar)?;
    if let Some(error) = resumable.refused.or(resumable.unsaved) {
        return Err(error.into());
    }
    let run = resumable.run;
    println!("{:?}", resumable.resumed_at);
    let numbers = run.best.x.iter().chain(run.state.x()).chain([&run.best.value]);
    let bits: Vec<String> = numbers.map(|x| format!("{:016x}", x.to_bits())).collect();
    println!("{} {:?} {} {}", run.steps, run.counts, run.reason, bits.join(" "));
    Ok(())
}
