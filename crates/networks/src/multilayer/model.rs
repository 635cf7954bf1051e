//! A network with its parameters: what is left of training, to be used and to be written down.
//!
//! With the feature `serde` a [`Model`] and a [`MultilayerPerceptron`] can be written in any format. What is written begins
//! with the number of its version, and what is read is checked as if it had been given to `new`.

use thalweg_problem::InvalidInput;

use super::MultilayerPerceptron;

/// A network with its parameters.
///
/// ```
/// use thalweg_networks::{Activation, Model, MultilayerPerceptron};
///
/// let network = MultilayerPerceptron::new(&[2, 1], Activation::Linear, Activation::Linear)?;
/// let model = Model::new(network, [1.0, 10.0, 0.5])?;
/// let mut y = [0.0; 2];
/// model.predict(&[1.0, 2.0, 3.0, 4.0], &mut y)?;
/// assert_eq!(y, [21.5, 43.5]);
/// # Ok::<(), thalweg_problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "stored::Model", into = "stored::Model"))]
pub struct Model {
    network: MultilayerPerceptron,
    parameters: Vec<f64>,
}

impl Model {
    /// Puts the two together.
    ///
    /// # Errors
    /// If there are more or fewer parameters than the network has, or one is not finite.
    pub fn new(network: MultilayerPerceptron, parameters: impl Into<Vec<f64>>) -> Result<Self, InvalidInput> {
        let parameters = parameters.into();
        InvalidInput::unless_length("parameters", &parameters, network.parameter_count())?;
        InvalidInput::unless_all_finite("parameters", &parameters)?;
        Ok(Self { network, parameters })
    }

    /// The architecture.
    #[must_use]
    pub fn network(&self) -> &MultilayerPerceptron {
        &self.network
    }

    /// The parameters, as [`MultilayerPerceptron::layers`] reads them.
    #[must_use]
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// The outputs for the examples whose `features` lie row after row, into `out`, likewise.
    ///
    /// # Errors
    /// As [`MultilayerPerceptron::predict`].
    pub fn predict(&self, features: &[f64], out: &mut [f64]) -> Result<(), InvalidInput> {
        self.network.predict(&self.parameters, features, out)
    }
}

#[cfg(feature = "serde")]
pub(super) use stored::Architecture;

/// What is written: plain, and apart from the types that are used, so that these can change.
#[cfg(feature = "serde")]
mod stored {
    use serde::{Deserialize, Serialize};
    use thalweg_problem::InvalidInput;

    use super::super::Output;
    use crate::{Activation, MultilayerPerceptron};

    /// A number or a name that comes, goes or changes its meaning is a new version.
    const VERSION: u32 = 1;

    #[derive(Serialize, Deserialize)]
    pub(in super::super) struct Architecture {
        version: u32,
        widths: Vec<usize>,
        hidden: Activation,
        output: Output,
    }

    #[derive(Serialize, Deserialize)]
    pub(super) struct Model {
        network: Architecture,
        parameters: Vec<f64>,
    }

    impl From<MultilayerPerceptron> for Architecture {
        fn from(network: MultilayerPerceptron) -> Self {
            let MultilayerPerceptron { widths, hidden, output, .. } = network;
            Self { version: VERSION, widths, hidden, output }
        }
    }

    impl TryFrom<Architecture> for MultilayerPerceptron {
        type Error = InvalidInput;

        fn try_from(stored: Architecture) -> Result<Self, InvalidInput> {
            if stored.version != VERSION {
                return Err(InvalidInput::new("version", stored.version, format!("{VERSION}")));
            }
            Self::new(&stored.widths, stored.hidden, stored.output)
        }
    }

    impl From<super::Model> for Model {
        fn from(model: super::Model) -> Self {
            Self { network: model.network.into(), parameters: model.parameters }
        }
    }

    impl TryFrom<Model> for super::Model {
        type Error = InvalidInput;

        fn try_from(stored: Model) -> Result<Self, InvalidInput> {
            Self::new(stored.network.try_into()?, stored.parameters)
        }
    }
}
