//! Networks as objectives: labelled data, the perceptron and its rule, a single neuron, the multilayer perceptron.
