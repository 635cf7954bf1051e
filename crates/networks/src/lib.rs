//! Networks as objectives: labelled data, the perceptron and its rule, a single neuron, the multilayer perceptron.

mod activation;
mod multilayer;

pub use activation::Activation;
pub use multilayer::{
    Initialization, Layer, LayerMut, Loss, Model, MultilayerPerceptron, NetworkLoss, Output, Targets,
};
