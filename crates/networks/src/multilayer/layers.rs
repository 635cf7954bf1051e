//! The parameters of each layer, as views of the one vector that a method moves.

use std::ops::Range;

use thalweg_problem::InvalidInput;

use super::MultilayerPerceptron;

/// The parameters of one layer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Layer<'a> {
    /// W, `outputs` × `inputs`, row after row: a row holds what one unit does with each of its inputs.
    pub weights: &'a [f64],
    /// b, of length `outputs`.
    pub biases: &'a [f64],
    /// Units, or features, that feed this layer.
    pub inputs: usize,
    /// Units of this layer.
    pub outputs: usize,
}

/// The parameters of one layer, to be written.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub struct LayerMut<'a> {
    /// W, `outputs` × `inputs`, row after row.
    pub weights: &'a mut [f64],
    /// b, of length `outputs`.
    pub biases: &'a mut [f64],
    /// Units, or features, that feed this layer.
    pub inputs: usize,
    /// Units of this layer.
    pub outputs: usize,
}

impl MultilayerPerceptron {
    /// The layers, first to last, of a vector of parameters, or of a gradient.
    ///
    /// # Errors
    /// If it has another length than [`parameter_count`](Self::parameter_count).
    pub fn layers<'a>(
        &'a self,
        parameters: &'a [f64],
    ) -> Result<impl DoubleEndedIterator<Item = Layer<'a>> + ExactSizeIterator + 'a, InvalidInput> {
        InvalidInput::unless_length("parameters", parameters, self.parameter_count())?;
        Ok(self.shapes.iter().map(|shape| Layer {
            weights: &parameters[shape.weights.clone()],
            biases: &parameters[shape.biases.clone()],
            inputs: shape.inputs,
            outputs: shape.outputs,
        }))
    }

    /// The layers, first to last, to be written.
    ///
    /// # Errors
    /// If `parameters` has another length than [`parameter_count`](Self::parameter_count).
    pub fn layers_mut<'a>(
        &'a self,
        parameters: &'a mut [f64],
    ) -> Result<impl Iterator<Item = LayerMut<'a>> + 'a, InvalidInput> {
        InvalidInput::unless_length("parameters", parameters, self.parameter_count())?;
        let mut rest = parameters;
        Ok(self.shapes.iter().map(move |shape| {
            let (weights, after) = std::mem::take(&mut rest).split_at_mut(shape.weights.len());
            let (biases, after) = after.split_at_mut(shape.biases.len());
            rest = after;
            LayerMut { weights, biases, inputs: shape.inputs, outputs: shape.outputs }
        }))
    }

    /// Where the weights and the biases of each layer lie among the parameters, first layer first.
    ///
    /// ```
    /// use thalweg_networks::{Activation, MultilayerPerceptron};
    ///
    /// let network = MultilayerPerceptron::new(&[2, 3, 1], Activation::Relu, Activation::Linear)?;
    /// assert_eq!(network.stretches().collect::<Vec<_>>(), [(0..6, 6..9), (9..12, 12..13)]);
    /// # Ok::<(), thalweg_problem::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn stretches(&self) -> impl DoubleEndedIterator<Item = (Range<usize>, Range<usize>)> + '_ {
        self.shapes.iter().map(|shape| (shape.weights.clone(), shape.biases.clone()))
    }
}
