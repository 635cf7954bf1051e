//! How far the outputs of a network are from their targets, with the derivatives for the sums z of the last layer.
//!
//! ```text
//! squared         ½ Σᵢ (yᵢ − dᵢ)²                                yᵢ = σ(zᵢ)
//! cross-entropy   −Σᵢ (dᵢ ln yᵢ + (1 − dᵢ) ln(1 − yᵢ))           yᵢ = 1/(1 + exp(−zᵢ))
//! cross-entropy   −Σᵢ dᵢ ln yᵢ                                   yᵢ = exp(zᵢ)/Σⱼ exp(zⱼ)
//! ```
//!
//! What is computed are functions of z, not of y, which has lost what matters where a unit is saturated: with ln y the loss of
//! an example that is far on the wrong side would be infinite, and y − d of one far on the right side 0.
//!
//! For a target d between 0 and 1 the loss of a logistic output is ln(1 + e^−|z|) + (1 − d) z, or − d z where z < 0, and its
//! slope is (1 − d) σ(z) − d σ(−z). For softmax m is the largest of the z, c its place, and t = Σ dᵢ, which is 1:
//! the loss is Σ dᵢ (m − zᵢ) + t ln(1 + Σ over i ≠ c of exp(zᵢ − m)), and its slopes are pᵢ (t − dᵢ) − dᵢ (1 − pᵢ), where
//! 1 − p of the likeliest class is the sum of the others.

use thalweg_numerics::{exp, log1p, logistic};
use thalweg_problem::InvalidInput;

use super::{MultilayerPerceptron, Output, rows};
use crate::Activation;

/// The loss of one example; that of a network is the mean over its examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Loss {
    /// ½ Σ (yᵢ − dᵢ)², for outputs that are activations; a neuron's [`Squared`](crate::NeuronLoss::Squared) is without the ½.
    Squared,
    /// −Σ ln of the probability of what is true: for logistic outputs, each of which is a question of its own, and for
    /// [`Output::Softmax`], whose classes exclude each other.
    CrossEntropy,
}

/// What the outputs are to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Targets<'a> {
    /// A number for each output, example after example. For cross-entropy they are probabilities: between 0 and 1, and
    /// under softmax of the sum 1 for each example, to 10⁻⁹.
    Values(&'a [f64]),
    /// A class for each example: 0 or 1 if there is one output, and otherwise the number of the output that is to be 1,
    /// while the others are to be 0.
    Classes(&'a [usize]),
}

/// A loss with the outputs that it takes, so that no other pair exists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Criterion {
    Squared(Activation),
    Logistic,
    Softmax,
}

impl Criterion {
    pub(super) fn new(loss: Loss, output: Output) -> Result<Self, InvalidInput> {
        match (loss, output) {
            (Loss::Squared, Output::Each(activation)) => Ok(Self::Squared(activation)),
            (Loss::Squared, Output::Softmax) => {
                let allowed = "CrossEntropy where the output is Softmax";
                Err(InvalidInput::new("loss", "Squared", allowed))
            }
            (Loss::CrossEntropy, Output::Each(Activation::Logistic)) => Ok(Self::Logistic),
            (Loss::CrossEntropy, Output::Softmax) => Ok(Self::Softmax),
            (Loss::CrossEntropy, Output::Each(activation)) => {
                let value = format!("CrossEntropy where the output is {activation:?}");
                Err(InvalidInput::new("loss", value, "CrossEntropy where the output is Logistic or Softmax"))
            }
        }
    }

    /// The targets as numbers, `examples` rows of one for each output.
    pub(super) fn targets(
        self,
        network: &MultilayerPerceptron,
        examples: usize,
        targets: Targets<'_>,
    ) -> Result<Vec<f64>, InvalidInput> {
        let outputs = network.outputs();
        match targets {
            Targets::Classes(classes) => {
                InvalidInput::unless_length("targets", classes, examples)?;
                one_hot(classes, outputs)
            }
            Targets::Values(values) => {
                let count = rows("targets", values, outputs)?;
                if count != examples {
                    let value = format!("{count} rows");
                    return Err(InvalidInput::new("targets", value, format!("{examples} rows, as features")));
                }
                InvalidInput::unless_all_finite("targets", values)?;
                self.check_probabilities(values, outputs)?;
                Ok(values.to_vec())
            }
        }
    }

    fn check_probabilities(self, values: &[f64], outputs: usize) -> Result<(), InvalidInput> {
        if matches!(self, Self::Squared(_)) {
            return Ok(());
        }
        if let Some(i) = values.iter().position(|value| !(0.0..=1.0).contains(value)) {
            let value = format!("{:?}", values[i]);
            return Err(InvalidInput::new(format!("targets[{i}]"), value, "a probability, 0 to 1"));
        }
        if self == Self::Softmax {
            let sum = |row: &[f64]| row.iter().sum::<f64>();
            let mut examples = values.chunks_exact(outputs);
            if let Some(example) = examples.position(|row| (sum(row) - 1.0).abs() > 1e-9) {
                let value = format!("the sum {:?}", sum(&values[example * outputs..][..outputs]));
                let argument = format!("targets of example {example}");
                return Err(InvalidInput::new(argument, value, "the sum 1, to 1e-9"));
            }
        }
        Ok(())
    }

    /// Writes the slopes for the sums `z` of one example into `delta` and returns the loss.
    pub(super) fn value_slopes(self, z: &[f64], targets: &[f64], delta: &mut [f64]) -> f64 {
        let units = delta.iter_mut().zip(z).zip(targets);
        match self {
            Self::Squared(activation) => units.fold(0.0, |value, ((delta, &z), d)| {
                let error = activation.value(z) - d;
                *delta = error * activation.slope(z);
                value + 0.5 * (error * error)
            }),
            Self::Logistic => units.fold(0.0, |value, ((delta, &z), &d)| {
                *delta = (1.0 - d) * logistic(z) - d * logistic(-z);
                value + (log1p(exp(-z.abs())) + if z > 0.0 { (1.0 - d) * z } else { -d * z })
            }),
            Self::Softmax => softmax_value_slopes(z, targets, delta),
        }
    }

    /// Writes the derivative of the slopes along ż, given in `z_dot`, into `delta_dot`.
    ///
    /// With `gauss_newton` what bends the outputs is left out: the second derivative is that of the loss for the outputs, or
    /// for the sums where the loss is convex in them, as cross-entropy is.
    pub(super) fn slopes_along(
        self,
        z: &[f64],
        targets: &[f64],
        z_dot: &[f64],
        gauss_newton: bool,
        delta_dot: &mut [f64],
    ) {
        let units = delta_dot.iter_mut().zip(z).zip(z_dot);
        match self {
            Self::Squared(activation) => units.zip(targets).for_each(|(((out, &z), z_dot), d)| {
                let slope = activation.slope(z);
                let mut curvature = slope * slope;
                if !gauss_newton {
                    curvature += (activation.value(z) - d) * activation.curvature(z);
                }
                *out = curvature * z_dot;
            }),
            Self::Logistic => units.for_each(|((out, &z), z_dot)| {
                *out = Activation::Logistic.slope(z) * z_dot;
            }),
            Self::Softmax => softmax_slopes_along(z, targets, z_dot, delta_dot),
        }
    }
}

impl Output {
    /// y of one example, in place of z.
    pub(super) fn apply(self, z: &mut [f64]) {
        match self {
            Self::Each(activation) => z.iter_mut().for_each(|z| *z = activation.value(*z)),
            Self::Softmax => {
                let (_, m) = largest(z);
                z.iter_mut().for_each(|z| *z = exp(*z - m));
                let total: f64 = z.iter().sum();
                z.iter_mut().for_each(|e| *e /= total);
            }
        }
    }
}

fn one_hot(classes: &[usize], outputs: usize) -> Result<Vec<f64>, InvalidInput> {
    let most = if outputs == 1 { 1 } else { outputs - 1 };
    if let Some(i) = classes.iter().position(|&class| class > most) {
        return Err(InvalidInput::new(format!("targets[{i}]"), classes[i], format!("a class, 0 to {most}")));
    }
    if outputs == 1 {
        return Ok(classes.iter().map(|&class| class as f64).collect());
    }
    let mut targets = vec![0.0; classes.len() * outputs];
    for (row, &class) in targets.chunks_exact_mut(outputs).zip(classes) {
        row[class] = 1.0;
    }
    Ok(targets)
}

/// The place of the largest number, the first of them, and the number.
fn largest(z: &[f64]) -> (usize, f64) {
    z.iter().enumerate().fold((0, z[0]), |(c, m), (i, &zi)| if zi > m { (i, zi) } else { (c, m) })
}

fn softmax_value_slopes(z: &[f64], targets: &[f64], delta: &mut [f64]) -> f64 {
    let (c, m) = largest(z);
    // eᵢ = exp(zᵢ − m), and those of all but the likeliest class added up.
    let mut others = 0.0;
    for (i, (e, z)) in delta.iter_mut().zip(z).enumerate() {
        *e = exp(z - m);
        if i != c {
            others += *e;
        }
    }
    let total = 1.0 + others;
    let t: f64 = targets.iter().sum();
    let mut value = 0.0;
    for (i, ((delta, z), d)) in delta.iter_mut().zip(z).zip(targets).enumerate() {
        value += d * (m - z);
        *delta /= total;
        let rest = if i == c { others / total } else { 1.0 - *delta };
        *delta = *delta * (t - d) - d * rest;
    }
    value + t * log1p(others)
}

/// t pᵢ (żᵢ − Σ pⱼ żⱼ), with ż counted from that of the likeliest class, whose own p is nearly 1 where others have hardly any.
fn softmax_slopes_along(z: &[f64], targets: &[f64], z_dot: &[f64], out: &mut [f64]) {
    let (c, m) = largest(z);
    let mut others = 0.0;
    for (i, (e, z)) in out.iter_mut().zip(z).enumerate() {
        *e = exp(z - m);
        if i != c {
            others += *e;
        }
    }
    let total = 1.0 + others;
    let mean = out.iter().zip(z_dot).fold(0.0, |mean, (e, z_dot_i)| mean + e / total * (z_dot_i - z_dot[c]));
    let t: f64 = targets.iter().sum();
    for (out, z_dot_i) in out.iter_mut().zip(z_dot) {
        *out = t * (*out / total * ((z_dot_i - z_dot[c]) - mean));
    }
}
