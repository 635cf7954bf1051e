//! Training of a small network on all its data, with the sharpness along the way: the largest eigenvalue of the Hessian.
//!
//! Two hidden layers of tanh, one linear output, targets ±1 on two rings whose radii scatter so much that they overlap:
//! where all points can be told apart with ease, the loss falls to 0 and the curvature with it.

use std::ops::ControlFlow;

use thalweg_driver::{Record, Stop, minimize};
use thalweg_krylov::{ExtremeEigenpairs, HessianAt};
use thalweg_networks::data::Rings;
use thalweg_networks::{Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Targets};
use thalweg_problem::{Allowance, Counted, Method, State};

use crate::descend::largest;
use crate::number::rounded;

/// Steps from one eigenvalue to the next; there is one for the last step also. It is odd, because at the edge even and odd steps are two different walks.
const EVERY: u64 = 51;
/// What a residual may be, relative to the eigenvalue.
pub(crate) const PRECISION: f64 = 1e-4;

/// A network with its data and its start, all decided by a seed.
pub(crate) struct Ringed {
    pub(crate) loss: NetworkLoss,
    pub(crate) start: Vec<f64>,
    features: Vec<f64>,
    targets: Vec<f64>,
}

/// λmax at a step, as Lanczos' iteration finds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sharpness {
    pub(crate) step: u64,
    /// θ, which is never above λmax but for rounding.
    pub(crate) value: f64,
    /// The Hessian has an eigenvalue that is not farther from θ than this.
    pub(crate) bound: f64,
}

/// What a training showed.
pub(crate) struct Track {
    /// The loss at step 0, 1, …, as long as it was finite.
    pub(crate) losses: Vec<f64>,
    /// In the order of the steps.
    pub(crate) sharpness: Vec<Sharpness>,
    /// The last point.
    pub(crate) end: Vec<f64>,
    /// Whether the loss left the finite numbers.
    pub(crate) has_exploded: bool,
}

impl Ringed {
    /// 2-`width`-`width`-1 with weights of the variance 1/inputs and biases 0, on `per_ring` points around each of the radii 1
    /// and 2, which scatter by 0.3.
    ///
    /// # Panics
    /// If a number is 0: that is a mistake in the result's code.
    pub(crate) fn new(width: usize, per_ring: usize, seed: u64) -> Self {
        const USABLE: &str = "numbers above 0";
        let network = MultilayerPerceptron::new(&[2, width, width, 1], Activation::Tanh, Activation::Linear)
            .expect(USABLE);
        let start = network.initial(Initialization::LeCun, seed).expect(USABLE);
        let data = Rings { per_ring, deviation: 0.3, seed, ..Rings::default() }.draw().expect(USABLE);
        let targets: Vec<_> = data.signs().collect();
        let loss = NetworkLoss::new(network, data.features(), Targets::Values(&targets), Loss::Squared)
            .expect("two features and one target for every point");
        Self { loss, start, features: data.features().to_vec(), targets }
    }

    /// Points whose output has the wrong sign.
    pub(crate) fn wrong(&self, x: &[f64]) -> usize {
        let mut outputs = vec![f64::NAN; self.targets.len()];
        self.loss.network().predict(x, &self.features, &mut outputs).expect("parameters of the network's");
        outputs.len()
            - outputs.iter().zip(&self.targets).filter(|(output, target)| **output * **target > 0.0).count()
    }

    /// Trains for so many steps, or until the loss is no longer finite, and looks at the curvature where the method evaluates:
    /// with Nesterov's that is ahead of its iterate.
    ///
    /// # Panics
    /// If the method's settings cannot be used: the experiments state them as constants.
    pub(crate) fn train<'p, M>(&'p self, method: &M, steps: u64) -> Track
    where
        M: Method<Counted<'p, NetworkLoss>>,
    {
        let (mut losses, mut sharpness) = (Vec::new(), Vec::new());
        let observe = |record: &Record<'_>| {
            losses.extend(record.value.filter(|loss| loss.is_finite()));
            if record.step.is_multiple_of(EVERY) || record.step == steps {
                sharpness.extend(self.sharpness(record.step, record.x));
            }
            ControlFlow::Continue(())
        };
        let run = minimize(&self.loss, method, &self.start, Stop::after(steps), observe)
            .expect("settings that can be used");
        Track { losses, sharpness, has_exploded: run.reason.is_divergence(), end: run.state.x().to_vec() }
    }

    /// None where a product is not finite.
    fn sharpness(&self, step: u64, x: &[f64]) -> Option<Sharpness> {
        // A start that is drawn anew has a share of every eigenvector, which that of the last search would not.
        let search = ExtremeEigenpairs {
            lowest: 0,
            relative_residual: PRECISION,
            seed: step,
            ..ExtremeEigenpairs::default()
        };
        let found = search
            .find(&HessianAt { problem: &self.loss, x }, &mut Allowance::evaluations(1000))
            .expect("more parameters than eigenvalues are asked for");
        let pair = found.highest.first().filter(|pair| pair.is_verified)?;
        Some(Sharpness { step, value: pair.value, bound: pair.bound })
    }
}

impl Track {
    /// The first step at which λmax was seen above `edge`.
    pub(crate) fn crossing(&self, edge: f64) -> Option<u64> {
        self.sharpness.iter().find(|sharpness| sharpness.value > edge).map(|sharpness| sharpness.step)
    }

    /// The mean of λmax over the steps from `first` to `last`; NaN if the training did not get that far.
    pub(crate) fn mean_sharpness(&self, first: u64, last: u64) -> f64 {
        if last >= self.losses.len() as u64 {
            return f64::NAN;
        }
        let values = self.between(first, last).map(|sharpness| sharpness.value);
        let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
        sum / f64::from(count)
    }

    /// What was seen from step `first` to `last`.
    pub(crate) fn between(&self, first: u64, last: u64) -> impl Iterator<Item = &Sharpness> {
        self.sharpness.iter().filter(move |sharpness| (first..=last).contains(&sharpness.step))
    }

    /// The largest bound of an eigenvalue, relative to it.
    pub(crate) fn precision(&self) -> f64 {
        largest(self.sharpness.iter().map(|sharpness| sharpness.bound / sharpness.value))
    }

    /// Steps that raised the loss, of those after step `first`.
    pub(crate) fn rises(&self, first: u64) -> usize {
        self.losses
            .get(first as usize..)
            .unwrap_or_default()
            .windows(2)
            .filter(|pair| pair[1] > pair[0])
            .count()
    }

    /// λmax against thousands of steps, `count` points at most: what is between them goes into the picture no better.
    pub(crate) fn sharpness_curve(&self, count: usize) -> Vec<(f64, f64)> {
        let each = self.sharpness.len().div_ceil(count).max(1);
        self.sharpness.iter().step_by(each).map(|s| (1e-3 * s.step as f64, s.value)).collect()
    }

    /// The loss against thousands of steps.
    pub(crate) fn loss_curve(&self, count: usize) -> Vec<(f64, f64)> {
        // Odd, as the steps between eigenvalues.
        let each = (self.losses.len().div_ceil(count) | 1).max(1);
        self.losses.iter().enumerate().step_by(each).map(|(k, &loss)| (1e-3 * k as f64, loss)).collect()
    }
}

/// Two digits of a mean at the edge: more would not be the same if the training began an ulp away. What is not as predicted
/// stays as it is, so that rounding hides nothing.
pub(crate) fn legible(mean: f64, is_as_predicted: bool) -> f64 {
    if is_as_predicted { rounded(mean, 2) } else { mean }
}

#[cfg(test)]
mod tests {
    use thalweg_first_order::{GradientDescent, Scheduled};
    use thalweg_hessian::nalgebra::DMatrix;
    use thalweg_hessian::{ByProducts, Eigen, TwiceDifferentiable};
    use thalweg_schedules::Constant;

    use super::*;

    #[test]
    fn sharpness_is_the_largest_eigenvalue_of_the_whole_matrix() {
        let ringed = Ringed::new(6, 20, 0);
        let n = ringed.start.len();
        let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.1 } };
        let track = ringed.train(&method, 3 * EVERY);
        assert_eq!(track.losses.len() as u64, 3 * EVERY + 1);
        let mut hessian = DMatrix::zeros(n, n);
        ByProducts(&ringed.loss).hessian(&track.end, &mut hessian);
        let highest = Eigen::new(&hessian).unwrap().highest();
        let seen = track.sharpness.last().unwrap();
        assert_eq!(seen.step, 3 * EVERY);
        assert!(
            (seen.value - highest).abs() <= seen.bound && seen.bound < PRECISION * highest,
            "{seen:?} {highest}"
        );
        assert_eq!((legible(1.0149, true), legible(1.0249, false)), (1.0, 1.0249));
        assert_eq!(track.crossing(f64::INFINITY), None);
        assert_eq!(track.crossing(0.0), Some(0));
        assert!(track.mean_sharpness(0, 3 * EVERY + 1).is_nan());
    }
}
