//! Networks as objectives: labeled data, the perceptron and its rule, a single neuron, the multilayer perceptron.
//!
//! - data: a [`DataSet`] of one's own, and the classic ones in [`data`];
//! - can a hyperplane separate them, with a proof: `separability` (a feature);
//! - the perceptron rule, which is no descent of any function: [`Perceptron`];
//! - a single neuron as a function of its weights: [`Neuron`], and with other losses [`ThresholdNeuron`], [`HingeNeuron`];
//! - layers of them: [`MultilayerPerceptron`], and [`NetworkLoss`] as a function of all parameters.
//!
//! ```
//! use thalweg_networks::{Perceptron, data};
//!
//! // Three points and a fourth, far down, that the line through the others leaves on the wrong side.
//! let points = data::spoiled_points(50.0)?;
//! let learned = Perceptron::default().learn(&points)?;
//! assert!(learned.separates());
//! println!("{} updates", learned.updates);
//! # Ok::<(), thalweg_networks::problem::InvalidInput>(())
//! ```

mod activation;
pub mod data;
#[cfg(feature = "hessian")]
mod hessians;
mod multilayer;
mod neuron;
mod perceptron;
#[cfg(feature = "separability")]
pub mod separability;

pub use activation::Activation;
pub use data::DataSet;
pub use multilayer::{
    Initialization, Layer, LayerMut, Loss, Model, MultilayerPerceptron, NetworkLoss, NetworkMemory, Output,
    Targets,
};
pub use neuron::{HingeNeuron, Neuron, NeuronLoss, NeuronOutput, NeuronSettings, ThresholdNeuron};
pub use perceptron::{Learned, Order, Perceptron, PerceptronEnding, Pocket};
pub use thalweg_problem as problem;
