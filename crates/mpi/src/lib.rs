//! Finite sums over MPI: a shard of the terms in every process, and the same bits on any number of them.
//!
//! [`Sharded`] is the whole objective on every rank: value, gradient, product with the Hessian and mini-batch are one collective
//! each, and every method, line search, observer and checkpoint runs on it unchanged. The sum is a fixed tree over
//! chunks of the data, [`Chunks`](problem::Chunks), whose shape depends on the data alone; without MPI,
//! [`ChunkedSum`](problem::ChunkedSum) adds up the same tree to the same bits.
//!
//! ```no_run
//! use thalweg_driver::{Stop, minimize};
//! use thalweg_mpi::problem::{Chunks, InvalidInput};
//! use thalweg_mpi::{Sharded, driver as thalweg_driver, mpi};
//! # use thalweg_networks::{Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Targets};
//! # fn read(terms: std::ops::Range<usize>) -> (Vec<f64>, Vec<usize>) { (vec![0.0; 4 * terms.len()], vec![0; terms.len()]) }
//!
//! let universe = mpi::initialize().expect("MPI is initialized once");
//! let network = MultilayerPerceptron::new(&[4, 8, 3], Activation::Tanh, Activation::Logistic)?;
//! let x0 = network.initial(Initialization::Glorot, 1)?;
//! // Each rank reads its own chunks only.
//! let loss = Sharded::new(&universe.world(), Chunks::new(100_000, 64)?, |terms| {
//!     let (features, classes) = read(terms);
//!     NetworkLoss::new(network.clone(), features, Targets::Classes(&classes), Loss::CrossEntropy)
//! })?;
//! let show = loss.on_first_rank(|record| {
//!     println!("{} {:?}", record.step, record.value);
//!     std::ops::ControlFlow::Continue(())
//! });
//! let run = minimize(&loss, &thalweg_quasi_newton::Lbfgs::default(), &x0, Stop::default(), show)?;
//! println!("rank {}: {}", loss.rank(), run.reason);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What every rank must keep to: the same calls in the same order, the same settings, the same start. A rank that does not is
//! noticed, and all ranks get the same [`ShardError`].

mod agreement;
mod checkpointed;
mod error;
mod gather;
mod header;
mod sharded;

pub use agreement::all_or_error;
pub use checkpointed::{ResumableOnRanks, minimize_with_checkpoints};
pub use error::ShardError;
pub use header::Question;
pub use mpi;
pub use sharded::Sharded;
pub use thalweg_driver as driver;
pub use thalweg_problem as problem;
