//! Logistic regression or a network over files of examples, on any number of ranks, to the same bits.
//!
//! ```sh
//! cargo build --release --example train
//! mpirun -n 4 target/release/examples/train digits network
//! ```
//!
//! The folder holds files of lines `class,feature,feature,…` and an `index` with a line `file lines` for each. Where there is
//! no folder, rank 0 makes one with examples of its own. A chunk is a range of lines, wherever they lie, and each rank reads the
//! lines of its own chunks only: the files need not be as many as the ranks.
//!
//! The run writes `FOLDER/KIND.checkpoint` and goes on from there when it is started again, on as many ranks as one likes.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};

use thalweg_mpi::driver::{CheckpointFile, Record, Stop};
use thalweg_mpi::mpi::traits::Communicator;
use thalweg_mpi::problem::Chunks;
use thalweg_mpi::{Sharded, all_or_error, minimize_with_checkpoints, mpi};
use thalweg_networks::{
    Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, NetworkMemory, Output, Targets,
};
use thalweg_numerics::Draws;
use thalweg_quasi_newton::Lbfgs;

const FEATURES: usize = 20;
const CLASSES: usize = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let universe = mpi::initialize().ok_or("MPI is initialized already")?;
    let world = universe.world();
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [folder, kind] = &arguments[..] else {
        return Err("usage: train FOLDER logistic|network".into());
    };
    let folder = Path::new(folder);

    // ANCHOR: shards
    // What may fail on one rank is told to all, or they would wait for it.
    let made = if world.rank() == 0 && !folder.exists() { make_examples(folder) } else { Ok(()) };
    all_or_error(&world, made)?;
    let files = all_or_error(&world, Files::open(folder))?;

    // ANCHOR_END: shards
    let network = match kind.as_str() {
        // Softmax over sums without a hidden layer.
        "logistic" => MultilayerPerceptron::new(&[FEATURES, CLASSES], Activation::Linear, Output::Softmax)?,
        "network" => MultilayerPerceptron::new(&[FEATURES, 64, CLASSES], Activation::Tanh, Output::Softmax)?,
        other => return Err(format!("{other} is neither logistic nor network").into()),
    };
    let x0 = network.initial(Initialization::Glorot, 1)?;
    // ANCHOR: run
    // Chunks are evaluated one after the other: the memory of one is enough for all.
    let memory = NetworkMemory::default();
    let loss = Sharded::new(&world, Chunks::of(files.lines())?, |lines| -> Result<_, Box<dyn Error>> {
        let (features, classes) = files.read(lines)?;
        let loss =
            NetworkLoss::new(network.clone(), features, Targets::Classes(&classes), Loss::CrossEntropy)?;
        Ok(loss.with_weight_decay(1e-4)?.in_memory(&memory))
    })?;

    let show = loss.on_first_rank(|record: &Record<'_>| {
        if record.step.is_multiple_of(20) {
            println!("step {:4}: f = {:.6}", record.step, record.value.unwrap_or(f64::NAN));
        }
        ControlFlow::Continue(())
    });
    let file = CheckpointFile {
        every: 20,
        label: kind.clone(),
        ..CheckpointFile::at(folder.join(format!("{kind}.checkpoint")))
    };
    let stop = Stop { relative_gradient: 1e-4, max_steps: 200, ..Stop::default() };
    let ended = minimize_with_checkpoints(&loss, &Lbfgs::default(), &x0, stop, &file, show)?;
    // ANCHOR_END: run
    if loss.is_first() {
        for remark in &ended.remarks {
            eprintln!("{remark}");
        }
        let (run, bits) = (&ended.run, fingerprint(&ended.run.best.x));
        println!("{} chunks on {} ranks: {}", loss.shard().chunks().count(), loss.ranks(), run.reason);
        println!("f = {} after {} steps; the bits of x: {bits:016x}", run.best.value, run.steps);
    }
    Ok(())
}

/// Files of lines, which count on from one file to the next.
struct Files {
    /// Each with the number of its first line.
    files: Vec<(PathBuf, usize)>,
    lines: usize,
}

impl Files {
    fn open(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let index = folder.join("index");
        let text = fs::read_to_string(&index).map_err(|error| format!("{}: {error}", index.display()))?;
        let (mut files, mut lines) = (Vec::new(), 0);
        for line in text.lines() {
            let (name, count) = line.split_once(' ').ok_or_else(|| format!("{}: {line}", index.display()))?;
            files.push((folder.join(name), lines));
            lines += count.parse::<usize>()?;
        }
        Ok(Self { files, lines })
    }

    fn lines(&self) -> usize {
        self.lines
    }

    /// Features, row after row, and classes of some lines.
    fn read(&self, lines: Range<usize>) -> Result<(Vec<f64>, Vec<usize>), Box<dyn Error>> {
        let (mut features, mut classes) = (Vec::new(), Vec::new());
        for (i, (path, first)) in self.files.iter().enumerate() {
            let end = self.files.get(i + 1).map_or(self.lines, |(_, next)| *next);
            let (from, to) = (lines.start.max(*first), lines.end.min(end));
            if from >= to {
                continue;
            }
            let at = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
            let file = BufReader::new(fs::File::open(path).map_err(|error| at(&error))?);
            for line in file.lines().skip(from - first).take(to - from) {
                let line = line.map_err(|error| at(&error))?;
                let mut numbers = line.split(',');
                classes.push(numbers.next().unwrap_or_default().parse().map_err(|error| at(&error))?);
                for number in numbers {
                    features.push(number.parse::<f64>().map_err(|error| at(&error))?);
                }
            }
        }
        Ok((features, classes))
    }
}

/// 20 000 examples of four classes in rings around the origin of the first two features, each with a hint in a feature of its own; in five files of different lengths.
fn make_examples(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let mut index = String::new();
    let mut draws = Draws::new(7, 0);
    for (i, lines) in [1_000, 3_000, 4_000, 5_000, 7_000].into_iter().enumerate() {
        let name = format!("part-{i}.csv");
        let mut file = std::io::BufWriter::new(fs::File::create(folder.join(&name))?);
        for _ in 0..lines {
            let mut features: Vec<_> = (0..FEATURES).map(|_| draws.normal()).collect();
            let radius = thalweg_numerics::norm(&features[..2]);
            let class =
                [0.75, 1.2, 1.7].iter().filter(|&&border| radius + 0.1 * draws.normal() > border).count();
            // A hint that a plane can take.
            features[2 + class] += 0.5;
            write!(file, "{class}")?;
            for feature in features {
                write!(file, ",{feature}")?;
            }
            writeln!(file)?;
        }
        index += &format!("{name} {lines}\n");
    }
    // Last, so that a folder with an index is a whole one.
    Ok(fs::write(folder.join("index"), index)?)
}

/// The same for the same bits.
fn fingerprint(x: &[f64]) -> u64 {
    x.iter().fold(0, |all: u64, x| (all.rotate_left(5) ^ x.to_bits()).wrapping_mul(0x0000_0100_0000_01b3))
}
