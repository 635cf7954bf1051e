//! Gradients of networks and products with their Hessians, on one thread; with `--jax PYTHON` and `--torch PYTHON`, beside
//! the two.
//!
//! It prints one Markdown table. A row is a network, a number of examples and a task; a cell is the fastest turn and the median in
//! milliseconds, and beside others the multiple of their fastest turn. All sides take turns, because what else the machine does can only
//! make a turn slower. A product is the first at its point, as it is for the others, or a further one.
//!
//! Words choose the rows whose names contain one of them. Without `--bench` it only looks whether all sides find the same
//! numbers.
//!
//! Where a row says so, it is so many Lanczos steps for the Hessian at a new point, with full reorthogonalization and the
//! eigenvalues of T; the most memory that each process has had comes after the table.

mod frameworks;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use thalweg_krylov::{HessianAt, Lanczos};
use thalweg_networks::{Activation, Loss, MultilayerPerceptron, NetworkLoss, Targets};
use thalweg_problem::{Allowance, Curved, Differentiable};

use crate::frameworks::Framework;

/// Hidden layers, their width, examples, Lanczos steps, turns, evaluations in a turn.
const CASES: [(usize, usize, usize, usize, usize, u32); 4] = [
    (3, 220, 1000, 20, 15, 4),
    (6, 110, 1000, 0, 15, 4),
    (3, 220, 10_000, 0, 7, 1),
    (6, 110, 10_000, 0, 7, 1),
];

pub(crate) struct Case {
    pub(crate) layers: usize,
    pub(crate) width: usize,
    pub(crate) examples: usize,
    /// How many Lanczos steps a run takes; none are measured if 0.
    pub(crate) steps: usize,
    loss: NetworkLoss,
    x: Vec<f64>,
    v: Vec<f64>,
}

/// A number between −1 and 1 for each place, the same in Python.
fn number(place: usize) -> f64 {
    let mixed = (place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
    ((mixed ^ mixed >> 32) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

impl Case {
    fn new(layers: usize, width: usize, examples: usize, steps: usize) -> Self {
        let mut widths = vec![width; layers + 2];
        (widths[0], widths[layers + 1]) = (2, 1);
        let network =
            MultilayerPerceptron::new(&widths, Activation::Tanh, Activation::Linear).expect("no zero");
        let n = network.parameter_count();
        let spread = 1.0 / (width as f64).sqrt();
        let x = (0..n).map(|i| spread * number(i)).collect();
        let v = (n..2 * n).map(number).collect();
        let features: Vec<f64> = (0..2 * examples).map(|i| number(2 * n + i)).collect();
        let targets: Vec<f64> = features.chunks_exact(2).map(|at| at[0] * at[1]).collect();
        let loss = NetworkLoss::new(network, features, Targets::Values(&targets), Loss::Squared);
        Self { layers, width, examples, steps, loss: loss.expect("good data"), x, v }
    }

    fn name(&self) -> String {
        format!("{} × {}, {} examples", self.layers, self.width, self.examples)
    }

    /// The largest Ritz value.
    fn lanczos(&self) -> f64 {
        let lanczos = Lanczos { max_iterations: self.steps, ..Lanczos::default() };
        let mut state = lanczos.start(&self.v).expect("a start that is not 0");
        let hessian = HessianAt { problem: &self.loss, x: &self.x };
        let mut allow = Allowance::evaluations(self.steps as u64);
        lanczos.run(&hessian, &mut state, &mut allow).expect("a state of its own");
        let highest = state.ritz_values().ok().and_then(|values| values.last().map(|ritz| ritz.value));
        highest.expect("a step or more")
    }

    /// Gradient, first product at a point, further product: seconds, each the mean of so many; and one run of Lanczos steps.
    fn seconds(&mut self, repeats: u32, out: &mut [f64]) -> [f64; 4] {
        let steps = if self.steps == 0 {
            0.0
        } else {
            self.x[0] = -self.x[0];
            seconds(1, || {
                black_box(self.lanczos());
            })
        };
        let Self { loss, x, v, .. } = self;
        let gradient = seconds(repeats, || {
            black_box(loss.value_gradient(black_box(x), out));
        });
        let first = seconds(repeats, || {
            // Another point to the bit, and the same work.
            x[0] = -x[0];
            loss.hessian_vector(black_box(x), v, out);
        });
        let further = seconds(repeats, || loss.hessian_vector(black_box(x), black_box(v), out));
        [gradient, first, further, steps]
    }

    /// f, ‖∇f‖, ‖H v‖ and the largest Ritz value.
    fn numbers(&self) -> [f64; 4] {
        let mut out = vec![0.0; self.x.len()];
        let value = self.loss.value_gradient(&self.x, &mut out);
        let gradient = thalweg_numerics::norm(&out);
        self.loss.hessian_vector(&self.x, &self.v, &mut out);
        let highest = if self.steps == 0 { 0.0 } else { self.lanczos() };
        [value, gradient, thalweg_numerics::norm(&out), highest]
    }
}

fn seconds(repeats: u32, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    (0..repeats).for_each(|_| work());
    start.elapsed().as_secs_f64() / f64::from(repeats)
}

fn agree(case: &Case, others: &mut [Framework]) {
    let ours = case.numbers();
    for other in others {
        for (ours, theirs) in ours.into_iter().zip(other.numbers(case)) {
            assert!((ours - theirs).abs() <= 1e-11 * ours.abs(), "{}: {ours} but {theirs}", other.name());
        }
    }
}

/// The fastest turn, and the median.
fn fastest_and_median(mut turns: Vec<f64>) -> [f64; 2] {
    turns.sort_by(f64::total_cmp);
    [turns[0], turns[turns.len() / 2]]
}

fn measure(case: &mut Case, others: &mut [Framework], turns: usize, repeats: u32) {
    let mut out = vec![0.0; case.x.len()];
    // The first round brings the memory in.
    case.seconds(1, &mut out);
    let mut ours = Vec::new();
    let mut theirs = vec![Vec::new(); others.len()];
    for _ in 0..turns {
        ours.push(case.seconds(repeats, &mut out));
        for (other, theirs) in others.iter_mut().zip(&mut theirs) {
            theirs.push(other.seconds(case, repeats));
        }
    }
    let steps = (case.steps > 0).then(|| format!("{} Lanczos steps", case.steps));
    // Others know one kind of product.
    let tasks = [("gradient", 0), ("first product", 1), ("further product", 1)];
    let tasks = tasks.into_iter().chain(steps.as_deref().map(|steps| (steps, 2)));
    for (task, (what, their_task)) in tasks.enumerate() {
        let [fastest, median] = fastest_and_median(ours.iter().map(|turn| turn[task]).collect());
        print!("| {} | {what} | {:.2} | {:.2} |", case.name(), fastest * 1e3, median * 1e3);
        for theirs in &theirs {
            let [their_fastest, their_median] =
                fastest_and_median(theirs.iter().map(|turn| turn[their_task]).collect());
            let multiple = fastest / their_fastest;
            print!(" {:.2} | {:.2} | {multiple:.2} |", their_fastest * 1e3, their_median * 1e3);
        }
        println!();
    }
    if case.steps > 0 {
        eprintln!("{}: at most {:.0} MB so far", case.name(), most_memory() / 1e6);
        for (other, theirs) in others.iter().zip(&theirs) {
            eprintln!("    {}: {:.0} MB", other.name(), theirs.last().map_or(f64::NAN, |turn| turn[3]) / 1e6);
        }
    }
}

/// The most memory that this process has had, in bytes; NaN where the system does not tell.
fn most_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    1024.0 * kilobytes.unwrap_or(f64::NAN)
}

fn main() -> ExitCode {
    let (mut words, mut others, mut is_measured) = (Vec::new(), Vec::new(), false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => is_measured = true,
            "--jax" | "--torch" => {
                match Framework::start(&argument[2..], &arguments.next().unwrap_or_default()) {
                    Ok(other) => others.push(other),
                    Err(error) => {
                        eprintln!("error: {error}");
                        return ExitCode::FAILURE;
                    }
                }
            }
            // Options for the other benchmarks' harness.
            option if option.starts_with("--") => {}
            _ => words.push(argument),
        }
    }
    agree(&Case::new(2, 30, 300, 20), &mut others);
    if !is_measured {
        return ExitCode::SUCCESS;
    }
    print!("| network | task | fastest, ms | median, ms |");
    others.iter().for_each(|other| print!(" {0}, fastest | {0}, median | of its fastest |", other.name()));
    println!("\n| --- | --- | --- | --- |{}", " --- | --- | --- |".repeat(others.len()));
    for (layers, width, examples, steps, turns, repeats) in CASES {
        let mut case = Case::new(layers, width, examples, steps);
        if words.is_empty() || words.iter().any(|word| case.name().contains(word)) {
            agree(&case, &mut others);
            measure(&mut case, &mut others, turns, repeats);
        }
    }
    ExitCode::SUCCESS
}
