//! Losses with corners: the count of errors, and the hinge.

use thalweg_numerics::dot;
use thalweg_problem::{Differentiable, FiniteSum, InvalidInput, Objective};

use super::{Neuron, add};
use crate::DataSet;

/// A neuron with a hard threshold: f(w, b) is the **number** of points that it leaves on the wrong side, or on the plane itself,
/// yᵢ(w·xᵢ + b) ≤ 0.
///
/// Piecewise constant: it has a gradient almost everywhere, which is 0 and says nothing (slides 10–11). So it has none here.
///
/// ```
/// use thalweg_networks::problem::Objective;
/// use thalweg_networks::{ThresholdNeuron, data};
///
/// let neuron = ThresholdNeuron::new(&data::spoiled_points(5.0)?)?;
/// // The line x + y = 0, and one that separates.
/// assert_eq!((neuron.value(&[1.0, 1.0, 0.0]), neuron.value(&[2.0, 0.0, 1.0])), (1.0, 0.0));
/// # Ok::<(), thalweg_networks::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ThresholdNeuron {
    neuron: Neuron,
}

impl ThresholdNeuron {
    /// For data of two classes; the bias is the last of d + 1 weights.
    ///
    /// # Errors
    /// If there are more classes.
    pub fn new(data: &DataSet) -> Result<Self, InvalidInput> {
        Ok(Self { neuron: Neuron::new(data, 0.0, super::NeuronSettings::default())? })
    }
}

impl Objective for ThresholdNeuron {
    fn dim(&self) -> usize {
        self.neuron.dim()
    }

    fn value(&self, w: &[f64]) -> f64 {
        self.neuron.errors(w) as f64
    }
}

/// A neuron with the hinge loss: f(w, b) = (1/T) Σ max(0, 1 − mᵢ), mᵢ = yᵢ(w·xᵢ + b).
///
/// Convex, and not differentiable where a margin is 1: the "gradient" is the subgradient that takes 0 from such a point, and
/// −yᵢ(xᵢ, 1)/T from every point with a smaller margin. A method that expects f to be smooth may get stuck at such a corner.
///
/// ```
/// use thalweg_networks::problem::Differentiable;
/// use thalweg_networks::{HingeNeuron, data};
///
/// let neuron = HingeNeuron::new(&data::three_points())?;
/// let mut gradient = [f64::NAN; 3];
/// // Margins 1, 0.5 and 1.
/// assert_eq!(neuron.value_gradient(&[1.0, 0.5, 0.0], &mut gradient), 0.5 / 3.0);
/// assert_eq!(gradient, [0.0, -1.0 / 3.0, -1.0 / 3.0]);
/// # Ok::<(), thalweg_networks::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HingeNeuron {
    neuron: Neuron,
}

impl HingeNeuron {
    /// For data of two classes; the bias is the last of d + 1 weights.
    ///
    /// # Errors
    /// If there are more classes.
    pub fn new(data: &DataSet) -> Result<Self, InvalidInput> {
        Ok(Self { neuron: Neuron::new(data, 0.0, super::NeuronSettings::default())? })
    }

    /// What a margin falls short of 1, or 0.
    fn shortfall(w: &[f64], z: &[f64]) -> f64 {
        let shortfall = 1.0 - dot(w, z);
        // Not `max`, which would drop a NaN.
        if shortfall < 0.0 { 0.0 } else { shortfall }
    }

    fn over<'a>(
        rows: impl ExactSizeIterator<Item = &'a [f64]>,
        w: &[f64],
        mut gradient: Option<&mut [f64]>,
    ) -> f64 {
        let terms = rows.len() as f64;
        let sum = rows.fold(0.0, |sum, z| {
            let shortfall = Self::shortfall(w, z);
            if let Some(gradient) = gradient.as_deref_mut().filter(|_| shortfall > 0.0) {
                add(-1.0 / terms, z, gradient);
            }
            sum + shortfall
        });
        sum / terms
    }
}

impl Objective for HingeNeuron {
    fn dim(&self) -> usize {
        self.neuron.dim()
    }

    fn value(&self, w: &[f64]) -> f64 {
        Self::over(self.neuron.rows(), w, None)
    }
}

impl Differentiable for HingeNeuron {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        Self::over(self.neuron.rows(), w, Some(gradient))
    }
}

impl FiniteSum for HingeNeuron {
    fn terms(&self) -> usize {
        self.neuron.terms()
    }

    fn batch_value_gradient(&self, w: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        let weights = self.neuron.weights;
        Self::over(batch.iter().map(|i| &self.neuron.signed[i * weights..][..weights]), w, Some(gradient))
    }
}
