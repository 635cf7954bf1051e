//! Gradients of a network over 10 000 examples: a sum shared by all ranks beside one of each rank's own, without MPI.
//!
//! ```sh
//! mpirun -n 2 target/release/examples/throughput
//! ```
//!
//! The ways take turns, and the fastest turn of each counts: a busy machine can only make a turn slower.
//! *Alone*, every rank goes through all examples by itself at the same time as the others, as so many independent processes would;
//! *together*, they share them. With one rank the ratio is the price of the adapter; with more, how much of the throughput of
//! independent processes is left.

use std::error::Error;
use std::time::Instant;

use thalweg_mpi::mpi::collective::SystemOperation;
use thalweg_mpi::mpi::traits::{Communicator, CommunicatorCollectives};
use thalweg_mpi::problem::{ChunkedSum, Chunks, Differentiable, InvalidInput};
use thalweg_mpi::{Sharded, mpi};
use thalweg_networks::{
    Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, NetworkMemory, Output, Targets,
};
use thalweg_numerics::Draws;

const EXAMPLES: usize = 10_000;
const WIDTHS: [usize; 3] = [784, 100, 10];
const TURNS: usize = 60;

fn main() -> Result<(), Box<dyn Error>> {
    let universe = mpi::initialize().ok_or("MPI is initialized already")?;
    let world = universe.world();
    let ranks = world.size() as usize;
    let network = MultilayerPerceptron::new(&WIDTHS, Activation::Tanh, Output::Softmax)?;
    let x = network.initial(Initialization::Glorot, 1)?;
    // Chunks take turns, and so may their memory; a process keeps to the same few pages.
    let memory = NetworkMemory::default();
    let part = |terms: std::ops::Range<usize>| -> Result<_, InvalidInput> {
        let mut draws = Draws::new(3, terms.start as u64);
        let features: Vec<_> = (0..terms.len() * WIDTHS[0]).map(|_| draws.unit()).collect();
        let classes: Vec<_> = terms.map(|term| term % WIDTHS[2]).collect();
        let loss =
            NetworkLoss::new(network.clone(), features, Targets::Classes(&classes), Loss::CrossEntropy)?;
        Ok(loss.in_memory(&memory))
    };
    let chunks = Chunks::of(EXAMPLES)?;
    let alone = ChunkedSum::new(chunks, part)?;
    let whole = part(0..EXAMPLES)?;
    let together = Sharded::new(&world, chunks, part)?;

    let mut gradient = vec![0.0; x.len()];
    // Seconds for a gradient, of the slowest rank.
    let mut turn = |problem: &dyn Differentiable| {
        world.barrier();
        let start = Instant::now();
        problem.value_gradient(&x, &mut gradient);
        let (own, mut slowest) = (start.elapsed().as_secs_f64(), 0.0);
        world.all_reduce_into(&own, &mut slowest, SystemOperation::max());
        slowest
    };
    let ways: [&dyn Differentiable; 3] = [&whole, &alone, &together];
    let mut fastest = [f64::INFINITY; 3];
    for _ in 0..TURNS {
        for (fastest, way) in fastest.iter_mut().zip(ways) {
            *fastest = fastest.min(turn(way));
        }
    }
    if world.rank() == 0 {
        let [whole, alone, together] = fastest;
        println!(
            "a gradient of {WIDTHS:?} over {EXAMPLES} examples, {} chunks, {ranks} ranks",
            chunks.count()
        );
        println!("  each rank alone, without chunks    {:8.2} ms", 1e3 * whole);
        println!(
            "  each rank alone, in chunks         {:8.2} ms   {:.3} of that",
            1e3 * alone,
            alone / whole
        );
        println!("  all together                       {:8.2} ms", 1e3 * together);
        // Alone, `ranks` gradients are done in that time.
        let left = alone / (ranks as f64 * together);
        println!("  throughput together over alone     {left:8.3}");
    }
    Ok(())
}
