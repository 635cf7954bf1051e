//! L-BFGS beside other libraries: the same functions, the same memory, the same start, to the same ‖∇f‖∞.
//!
//! Whoever minimizes, the function itself counts the evaluations and stops the clock at the first gradient that is small
//! enough, so that no library's own test decides. Every solver takes its turn, again and again, and the fastest turn counts,
//! because a busy machine can only make a turn slower.
//!
//! `cargo run --release`, or `cargo run --release -- WORD` for the functions whose name contains it.

mod argmin;
mod basin;
mod liblbfgs;
mod problem;
mod thalweg;

use std::time::{Duration, Instant};

use problem::{Problem, Watched};
use thalweg_numerics::Draws;

/// The most gradients that a run may take.
pub const LIMIT: u64 = 60_000;

/// m, for everybody.
const MEMORY: usize = 10;

/// How many starts a function of data has in the second table: one alone is a matter of luck.
const STARTS: u64 = 40;

type Solve = fn(&Watched<'_>, usize);

const SOLVERS: [(&str, Solve); 4] = [
    ("thalweg", thalweg::solve),
    ("liblbfgs", liblbfgs::solve),
    ("argmin", argmin::solve),
    ("basin", basin::solve),
];

fn main() {
    let word = std::env::args().nth(1).unwrap_or_default();
    println!(
        "| function | solver | values | gradients | time | over liblbfgs |\n| --- | --- | --- | --- | --- | --- |"
    );
    for problem in problem::all().iter().filter(|problem| problem.name.contains(&word)) {
        report(problem);
    }
    println!(
        "\n| function, from {STARTS} starts | solver | gradients in all | ends | time | over liblbfgs |\n| --- | --- | --- | --- | --- | --- |"
    );
    for problem in problem::on_data().iter_mut().filter(|problem| problem.name.contains(&word)) {
        report_many(problem);
    }
}

fn report(problem: &Problem) {
    let mut best: [Option<(Duration, u64, u64)>; 4] = [None; SOLVERS.len()];
    let began = Instant::now();
    for turn in 0.. {
        // Three turns at least, and ten seconds for each function.
        if turn >= 3 && began.elapsed() > Duration::from_secs(10) {
            break;
        }
        for ((_, solve), best) in SOLVERS.iter().zip(&mut best) {
            let watched = Watched::new(problem);
            solve(&watched, MEMORY);
            let reached = watched.reached.get();
            if best.is_none() || reached.is_some_and(|turn| best.is_some_and(|best| turn.0 < best.0)) {
                *best = reached;
            }
        }
    }
    for ((name, _), reached) in SOLVERS.iter().zip(&best) {
        match (reached, best[1]) {
            (Some((time, values, gradients)), reference) => {
                let ratio = reference.map(|reference| time.as_secs_f64() / reference.0.as_secs_f64());
                let ratio = ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
                println!("| {} | {name} | {values} | {gradients} | {time:.2?} | {ratio} |", problem.name);
            }
            (None, _) => println!("| {} | {name} | – | – | not reached | – |", problem.name),
        }
    }
}

/// The gradients and the time that every solver takes, from starts that are drawn from N(0, 0.1²) with seeds of their own; of every
/// start the fastest of three turns counts.
fn report_many(problem: &mut Problem) {
    let mut taken = [(0, 0, Duration::ZERO); SOLVERS.len()];
    for seed in 0..STARTS {
        let mut draws = Draws::new(seed, 0);
        problem.x0.fill_with(|| 0.1 * draws.normal());
        let mut fastest = [None; SOLVERS.len()];
        for _ in 0..3 {
            for ((_, solve), fastest) in SOLVERS.iter().zip(&mut fastest) {
                let watched = Watched::new(problem);
                solve(&watched, MEMORY);
                let turn = watched.reached.get().map(|(time, _, gradients)| (time, gradients));
                *fastest = [*fastest, turn].into_iter().flatten().min();
            }
        }
        for (fastest, (gradients, ends, time)) in fastest.iter().zip(&mut taken) {
            if let Some((took, count)) = fastest {
                *gradients += count;
                *ends += 1;
                *time += *took;
            }
        }
    }
    for ((name, _), (gradients, ends, time)) in SOLVERS.iter().zip(taken) {
        let ratio = time.as_secs_f64() / taken[1].2.as_secs_f64();
        println!("| {} | {name} | {gradients} | {ends} | {time:.2?} | {ratio:.3} |", problem.name);
    }
}
