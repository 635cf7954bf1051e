//! Networks as a user would use them: data, proofs of separability, the perceptron rule, the single neuron.

#[path = "../reference/mod.rs"]
mod reference;

mod data;
mod neuron;
mod perceptron;
mod separability;
