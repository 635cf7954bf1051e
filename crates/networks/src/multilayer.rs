//! The multilayer perceptron: layers of units, each fed by all units of the layer before.
//!
//! ```text
//! y⁽⁰⁾ = the features of an example
//! z⁽ˡ⁾ = W⁽ˡ⁾ y⁽ˡ⁻¹⁾ + b⁽ˡ⁾,   y⁽ˡ⁾ = σ(z⁽ˡ⁾)      l = 1, …, L
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | the lengths of y⁽⁰⁾, …, y⁽ᴸ⁾ | `widths` |
//! | σ for l < L, and for l = L | `hidden`, `output` |
//! | W⁽ˡ⁾, b⁽ˡ⁾ | `weights` and `biases` of a [`Layer`], a view of the parameters |
//!
//! The parameters are one vector: W⁽¹⁾ row after row (a row is a unit), b⁽¹⁾, W⁽²⁾, b⁽²⁾, ….

mod initialization;
mod layers;
mod loss;
mod model;
mod network_loss;
mod passes;
mod workspace;

use std::ops::Range;

use thalweg_numerics::Panels;
use thalweg_problem::InvalidInput;

pub use initialization::Initialization;
pub use layers::{Layer, LayerMut};
pub use loss::{Loss, Targets};
pub use model::Model;
pub use network_loss::NetworkLoss;
pub use workspace::NetworkMemory;

use crate::Activation;

/// What the last layer makes of its sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Output {
    /// σ of every sum.
    Each(Activation),
    /// yᵢ = exp(zᵢ) / Σⱼ exp(zⱼ): probabilities of classes that exclude each other.
    Softmax,
}

impl From<Activation> for Output {
    fn from(activation: Activation) -> Self {
        Self::Each(activation)
    }
}

/// The architecture of a network, without its parameters.
///
/// ```
/// use thalweg_networks::{Activation, Initialization, MultilayerPerceptron};
///
/// let network = MultilayerPerceptron::new(&[2, 3, 1], Activation::Tanh, Activation::Linear)?;
/// assert_eq!(network.parameter_count(), 2 * 3 + 3 + 3 + 1);
/// let mut parameters = network.initial(Initialization::Glorot, 7)?;
/// for layer in network.layers_mut(&mut parameters)? {
///     layer.biases.fill(0.5);
/// }
/// let mut y = [0.0; 2];
/// network.predict(&parameters, &[0.0, 0.0, 1.0, -1.0], &mut y)?;
/// // At the origin every hidden unit says tanh ½.
/// let tanh = thalweg_numerics::tanh(0.5);
/// let last = network.layers(&parameters)?.last().unwrap();
/// assert!((y[0] - (tanh * last.weights.iter().sum::<f64>() + 0.5)).abs() < 1e-15);
/// # Ok::<(), thalweg_problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "model::Architecture", into = "model::Architecture"))]
pub struct MultilayerPerceptron {
    widths: Vec<usize>,
    hidden: Activation,
    output: Output,
    shapes: Vec<Shape>,
}

/// Where things of one layer lie.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shape {
    inputs: usize,
    outputs: usize,
    /// Among the parameters.
    weights: Range<usize>,
    biases: Range<usize>,
    /// Units of the layers before.
    units_before: usize,
    /// Among the packed matrices: Wᵀ for the way forward, W for the way back.
    forward: Range<usize>,
    backward: Range<usize>,
}

impl MultilayerPerceptron {
    /// A network of `widths.len() − 1` layers: `widths` are the numbers of features, of units in each hidden layer, and of
    /// outputs.
    ///
    /// # Errors
    /// If there are fewer than two widths, one of them is 0, or the parameters are more than a slice can hold.
    pub fn new(
        widths: &[usize],
        hidden: Activation,
        output: impl Into<Output>,
    ) -> Result<Self, InvalidInput> {
        if widths.len() < 2 {
            let value = format!("length {}", widths.len());
            return Err(InvalidInput::new(
                "widths",
                value,
                "length 2 or more: features and outputs at least",
            ));
        }
        if let Some(l) = widths.iter().position(|&width| width == 0) {
            return Err(InvalidInput::new(format!("widths[{l}]"), 0, "1 or more"));
        }
        // Beyond this, lengths in bytes, with room for passes over a few hundred examples, would overflow.
        let most = isize::MAX as usize / 1_000_000;
        let size = widths.windows(2).try_fold(0_usize, |size, pair| {
            let weights = pair[0].checked_add(1)?.checked_mul(pair[1].checked_add(8)?)?;
            size.checked_add(weights).filter(|size| *size <= most)
        });
        if size.is_none() {
            let allowed = format!("at most {most} parameters in all");
            return Err(InvalidInput::new("widths", format!("{widths:?}"), allowed));
        }
        let (mut parameters, mut packed, mut units) = (0, 0, 0);
        let next = |counter: &mut usize, length: usize| {
            *counter += length;
            *counter - length..*counter
        };
        let shapes = widths.windows(2).map(|pair| {
            let (inputs, outputs) = (pair[0], pair[1]);
            Shape {
                inputs,
                outputs,
                weights: next(&mut parameters, inputs * outputs),
                biases: next(&mut parameters, outputs),
                units_before: next(&mut units, outputs).start,
                forward: next(&mut packed, Panels::length(inputs, outputs)),
                backward: next(&mut packed, Panels::length(outputs, inputs)),
            }
        });
        let shapes = shapes.collect();
        Ok(Self { widths: widths.to_vec(), hidden, output: output.into(), shapes })
    }

    /// The numbers of features, of units in each hidden layer, and of outputs.
    #[must_use]
    pub fn widths(&self) -> &[usize] {
        &self.widths
    }

    /// The function of the hidden units.
    #[must_use]
    pub fn hidden(&self) -> Activation {
        self.hidden
    }

    /// What the last layer makes of its sums.
    #[must_use]
    pub fn output(&self) -> Output {
        self.output
    }

    /// The number of features of an example.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.widths[0]
    }

    /// The number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.last().outputs
    }

    /// How many parameters there are.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.last().biases.end
    }

    /// The outputs for the examples whose `features` lie row after row, into `out`, likewise.
    ///
    /// It asks for memory in every call; a [`NetworkLoss`] does so in its first one only.
    ///
    /// # Errors
    /// If a length does not fit the network, or `features` and `out` are not of equally many examples.
    pub fn predict(&self, parameters: &[f64], features: &[f64], out: &mut [f64]) -> Result<(), InvalidInput> {
        InvalidInput::unless_length("parameters", parameters, self.parameter_count())?;
        let examples = rows("features", features, self.inputs())?;
        InvalidInput::unless_length("out", out, examples * self.outputs())?;
        passes::predict(self, parameters, features, out);
        Ok(())
    }

    fn last(&self) -> &Shape {
        self.shapes.last().expect("`new` makes one at least")
    }

    /// Units in all layers.
    fn units(&self) -> usize {
        self.last().units_before + self.last().outputs
    }

    /// Numbers that the packed matrices take.
    fn packed(&self) -> usize {
        self.last().backward.end
    }
}

/// How many rows of `width` numbers `slice` has.
fn rows(argument: &'static str, slice: &[f64], width: usize) -> Result<usize, InvalidInput> {
    if slice.len().is_multiple_of(width) {
        Ok(slice.len() / width)
    } else {
        let value = format!("length {}", slice.len());
        Err(InvalidInput::new(argument, value, format!("rows of {width}")))
    }
}
