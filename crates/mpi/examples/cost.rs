//! What an evaluation costs on P ranks: measured, put into a model, and predicted for many ranks and parameters.
//!
//! ```text
//! t(P, n, W) = W/P + ⌈log₂P⌉ (λ + 8n σ) + 8n β        P > 1
//! ```
//!
//! | symbol | |
//! | --- | --- |
//! | W | seconds of one process for the shares of all terms |
//! | λ | seconds for a level of the tree: a message up and a header down |
//! | σ | seconds a byte for a level: a vector is sent, and added to another |
//! | β | seconds a byte for the broadcast of the sum, which is cut into pieces, so that levels overlap |
//!
//! One program measures for one number of ranks and adds to a file; the last one reads it (`crates/mpi/measure` does all):
//!
//! ```sh
//! mpirun -n 2 target/release/examples/cost measured.tsv
//! target/release/examples/cost measured.tsv predict
//! ```

use std::error::Error;
use std::fs;
use std::io::Write;
use std::time::Instant;

use thalweg_mpi::mpi::traits::{Communicator, CommunicatorCollectives};
use thalweg_mpi::problem::{Chunks, Differentiable, FiniteSum, InvalidInput, Objective};
use thalweg_mpi::{Sharded, mpi};
use thalweg_networks::{
    Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Output, Targets,
};

/// Numbers of variables.
const SIZES: [usize; 5] = [1, 1_000, 30_000, 1_000_000, 8_000_000];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [file] => measure(file),
        [file, predict] if predict == "predict" => {
            let text = fs::read_to_string(file)?;
            let rows: Option<Vec<_>> = text.lines().map(Row::read).collect();
            report(&rows.ok_or("a row that is none")?);
            Ok(())
        }
        _ => Err("usage: cost FILE [predict]".into()),
    }
}

/// Seconds for a gradient in n variables on some ranks, where the shares take no time but that of writing them.
#[derive(Clone, Copy)]
struct Row {
    ranks: usize,
    n: usize,
    seconds: f64,
}

impl Row {
    fn read(line: &str) -> Option<Self> {
        let mut numbers = line.split('\t');
        let (ranks, n) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
        Some(Self { ranks, n, seconds: numbers.next()?.parse().ok()? })
    }
}

/// One term whose gradient is a fill.
struct Nothing(usize);

impl Objective for Nothing {
    fn dim(&self) -> usize {
        self.0
    }
    fn value(&self, x: &[f64]) -> f64 {
        x[0]
    }
}

impl Differentiable for Nothing {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(1.0);
        x[0]
    }
}

impl FiniteSum for Nothing {
    fn terms(&self) -> usize {
        1
    }
    fn batch_value_gradient(&self, x: &[f64], _: &[usize], gradient: &mut [f64]) -> f64 {
        self.value_gradient(x, gradient)
    }
}

fn measure(file: &str) -> Result<(), Box<dyn Error>> {
    let universe = mpi::initialize().ok_or("MPI is initialized already")?;
    let world = universe.world();
    let ranks = world.size() as usize;
    let mut rows = String::new();
    for n in SIZES {
        // A chunk for each rank, so that its share costs the same whatever their number.
        let chunks = Chunks::new(ranks, ranks)?;
        let sum = Sharded::new(&world, chunks, |_| Ok::<_, InvalidInput>(Nothing(n)))?;
        let (x, mut gradient) = (vec![1.0; n], vec![0.0; n]);
        let repeats = (4_000_000 / n).clamp(3, 2_000);
        let mut fastest = f64::INFINITY;
        for _ in 0..7 {
            world.barrier();
            let start = Instant::now();
            for _ in 0..repeats {
                sum.value_gradient(&x, &mut gradient);
            }
            fastest = fastest.min(start.elapsed().as_secs_f64() / repeats as f64);
        }
        rows += &format!("{ranks}\t{n}\t{fastest:e}\n");
    }
    if world.rank() == 0 {
        fs::OpenOptions::new().append(true).create(true).open(file)?.write_all(rows.as_bytes())?;
    }
    Ok(())
}

fn report(rows: &[Row]) {
    // What one rank does anyway, to be taken off.
    let own = |n: usize| rows.iter().find(|row| row.ranks == 1 && row.n == n).map_or(0.0, |row| row.seconds);
    let many: Vec<_> = rows.iter().filter(|row| row.ranks > 1).copied().collect();
    let [lambda, sigma, beta] = fit(&many, own);
    println!("a gradient on the ranks of one machine, microseconds beyond those of one rank");
    println!("{:>6} {:>10} {:>12} {:>12}", "ranks", "n", "measured", "the model's");
    for row in &many {
        let model = communication(row.ranks, row.n, [lambda, sigma, beta]);
        let measured = row.seconds - own(row.n);
        println!("{:6} {:10} {:12.1} {:12.1}", row.ranks, row.n, 1e6 * measured, 1e6 * model);
    }
    println!("λ = {:.2} µs, σ = {:.3} ns a byte, β = {:.3} ns a byte", 1e6 * lambda, 1e9 * sigma, 1e9 * beta);

    let flops = flops_a_second();
    println!(
        "\none core does {:.1} Gflop/s on the gradient of a network; 6 flops a parameter and example",
        1e-9 * flops
    );
    // An adapter of 100 Gbit/s at 12.5 GB/s and 2 µs; a level adds up at 8 GB/s beside it.
    let network = [2e-6, 1.0 / 12.5e9 + 1.0 / 8e9, 1.0 / 12.5e9];
    let (ranks, n, examples) = (1_000, 100_000_000, 1_000_000_usize);
    println!("\n{ranks} ranks of one core, {n} parameters, {examples} examples:");
    println!(
        "  assumed: chunks of equal work, a message for each rank, nothing at the same time as anything else"
    );
    let work = 6.0 * n as f64 * examples as f64 / flops / ranks as f64;
    println!("  work {work:.1} s");
    for (name, constants) in
        [("as measured here", [lambda, sigma, beta]), ("100 Gbit/s, 2 µs, assumed", network)]
    {
        let tree = communication(ranks, n, constants);
        // Recursive halving and doubling: every level sends half of what the one before did.
        let pieces =
            f64::from(levels(ranks)) * 2.0 * constants[0] + 8.0 * n as f64 * (constants[1] + constants[2]);
        println!("  {name}: the tree {tree:.1} s, {:.0} % of the whole", 100.0 * tree / (tree + work));
        println!("    the same tree, each piece of the vector at another rank: {pieces:.1} s");
    }
    println!(
        "  memory of a rank: 2 messages of {:.1} GB, beside its method and its objective",
        8e-9 * n as f64
    );
}

fn levels(ranks: usize) -> u32 {
    ranks.next_power_of_two().ilog2()
}

fn communication(ranks: usize, n: usize, [lambda, sigma, beta]: [f64; 3]) -> f64 {
    let bytes = 8.0 * n as f64;
    f64::from(levels(ranks)) * (lambda + bytes * sigma) + bytes * beta
}

/// λ, σ and β, none below 0, by least squares on relative errors: every size counts alike.
fn fit(rows: &[Row], own: impl Fn(usize) -> f64) -> [f64; 3] {
    let mut best = ([0.0; 3], f64::INFINITY);
    // Without any of the three where that would be negative.
    for free in 1..8_usize {
        let (mut normal, mut right) = ([[0.0; 3]; 3], [0.0; 3]);
        let mut equations = Vec::new();
        for row in rows {
            let measured = row.seconds - own(row.n);
            if measured <= 0.0 {
                continue;
            }
            let (levels, bytes) = (f64::from(levels(row.ranks)), 8.0 * row.n as f64);
            let factors = [levels, levels * bytes, bytes].map(|factor| factor / measured);
            equations.push(factors);
            for i in 0..3 {
                right[i] += factors[i];
                for j in 0..3 {
                    normal[i][j] += factors[i] * factors[j];
                }
            }
        }
        for i in (0..3).filter(|i| free & (1 << i) == 0) {
            (normal[i], right[i]) = ([0.0; 3], 0.0);
            normal[i][i] = 1.0;
            (0..3).filter(|&j| j != i).for_each(|j| normal[j][i] = 0.0);
        }
        let Some(found) = solve(normal, right) else { continue };
        let error = |factors: &[f64; 3]| {
            let error =
                factors.iter().zip(found).map(|(factor, constant)| factor * constant).sum::<f64>() - 1.0;
            error * error
        };
        let error: f64 = equations.iter().map(error).sum();
        if found.iter().all(|constant| *constant >= 0.0) && error < best.1 {
            best = (found, error);
        }
    }
    best.0
}

/// Three equations, by elimination; `None` if they do not determine the answer.
fn solve(mut a: [[f64; 3]; 3], mut b: [f64; 3]) -> Option<[f64; 3]> {
    // Seconds and bytes differ by many orders of magnitude: every unknown in units of its own.
    let units: [f64; 3] = std::array::from_fn(|i| a[i][i].sqrt());
    if units.contains(&0.0) {
        return None;
    }
    for i in 0..3 {
        b[i] /= units[i];
        (0..3).for_each(|j| a[i][j] /= units[i] * units[j]);
    }
    for k in 0..3 {
        if a[k][k].abs() < 1e-12 {
            return None;
        }
        for i in k + 1..3 {
            let factor = a[i][k] / a[k][k];
            b[i] -= factor * b[k];
            (0..3).for_each(|j| a[i][j] -= factor * a[k][j]);
        }
    }
    let mut x = [0.0; 3];
    for k in (0..3).rev() {
        x[k] = (b[k] - (k + 1..3).map(|j| a[k][j] * x[j]).sum::<f64>()) / a[k][k];
    }
    Some(std::array::from_fn(|i| x[i] / units[i]))
}

/// Of one core, on a network of a usual size.
fn flops_a_second() -> f64 {
    let make = || -> Result<_, InvalidInput> {
        let network = MultilayerPerceptron::new(&[784, 200, 10], Activation::Tanh, Output::Softmax)?;
        let x = network.initial(Initialization::Glorot, 1)?;
        let features: Vec<_> = (0..1024 * 784).map(|i| f64::from(i % 251) / 251.0).collect();
        let classes: Vec<_> = (0..1024).map(|i| i % 10).collect();
        Ok((NetworkLoss::new(network, features, Targets::Classes(&classes), Loss::CrossEntropy)?, x))
    };
    let (loss, x) = make().expect("a network and its examples");
    let mut gradient = vec![0.0; x.len()];
    let mut fastest = f64::INFINITY;
    for _ in 0..10 {
        let start = Instant::now();
        loss.value_gradient(&x, &mut gradient);
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    6.0 * x.len() as f64 * 1024.0 / fastest
}
