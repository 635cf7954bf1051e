//! The loss of a network with one linear output as a sum of squares, for the methods that want residuals.
//!
//! ```text
//! (1/2N) Σₜ (yₜ − dₜ)² + (λ/2) Σ w²  =  ½‖r‖²,     r = ((yₜ − dₜ)/√N …, √λ w …)
//! ```

use thalweg_networks::{Loss, MultilayerPerceptron, NetworkLoss, Targets};
use thalweg_problem::{Differentiable, FiniteSum, LeastSquares, Objective};

/// A [`NetworkLoss`] by the squared error, and its residuals.
pub(super) struct NetworkFit {
    pub(super) loss: NetworkLoss,
    features: Vec<f64>,
    targets: Vec<f64>,
    /// ½y² and ½(y + 1)² of each example: the difference of their gradients is ∇y.
    to_zero: NetworkLoss,
    to_minus_one: NetworkLoss,
}

impl NetworkFit {
    /// # Panics
    /// If the lengths do not fit, which the experiment states as constants.
    pub(super) fn new(
        network: &MultilayerPerceptron,
        features: &[f64],
        targets: Vec<f64>,
        decay: f64,
    ) -> Self {
        let to = |targets: &[f64]| {
            NetworkLoss::new(network.clone(), features, Targets::Values(targets), Loss::Squared)
                .expect("features and targets are finite, and one for each example")
        };
        Self {
            loss: to(&targets).with_weight_decay(decay).expect("the decay is a constant above 0"),
            to_zero: to(&vec![0.0; targets.len()]),
            to_minus_one: to(&vec![-1.0; targets.len()]),
            features: features.to_vec(),
            targets,
        }
    }

    fn residuals_of_examples(&self, x: &[f64], residuals: &mut [f64]) {
        let network = self.loss.network();
        network.predict(x, &self.features, residuals).expect("lengths are those of the network");
        let share = (self.targets.len() as f64).sqrt().recip();
        for (r, d) in residuals.iter_mut().zip(&self.targets) {
            *r = share * (*r - d);
        }
    }
}

impl Objective for NetworkFit {
    fn dim(&self) -> usize {
        self.loss.dim()
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.loss.value(x)
    }
}

impl Differentiable for NetworkFit {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.loss.value_gradient(x, gradient)
    }
}

impl LeastSquares for NetworkFit {
    fn residual_count(&self) -> usize {
        self.targets.len() + self.dim()
    }

    /// A bias has a row too, of zeros: it is not decayed.
    fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
        let (examples, weights) = residuals.split_at_mut(self.targets.len());
        self.residuals_of_examples(x, examples);
        let root = self.loss.weight_decay().sqrt();
        weights.fill(0.0);
        for (stretch, _) in self.loss.network().stretches() {
            for j in stretch {
                weights[j] = root * x[j];
            }
        }
    }

    fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        self.residuals(x, residuals);
        let (n, rows, examples) = (self.dim(), self.residual_count(), self.targets.len());
        let share = (examples as f64).sqrt().recip();
        let (mut zero, mut minus_one) = (vec![0.0; n], vec![0.0; n]);
        jacobian.fill(0.0);
        for i in 0..examples {
            self.to_zero.batch_value_gradient(x, &[i], &mut zero);
            self.to_minus_one.batch_value_gradient(x, &[i], &mut minus_one);
            for j in 0..n {
                jacobian[i + rows * j] = share * (minus_one[j] - zero[j]);
            }
        }
        let root = self.loss.weight_decay().sqrt();
        for (stretch, _) in self.loss.network().stretches() {
            for j in stretch {
                jacobian[examples + j + rows * j] = root;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use thalweg_networks::{Activation, Initialization};
    use thalweg_problem::{CheckSettings, check_jacobian};

    use super::*;

    #[test]
    fn residuals_are_those_of_the_loss() {
        let network = MultilayerPerceptron::new(&[2, 3, 1], Activation::Tanh, Activation::Linear).unwrap();
        let fit = NetworkFit::new(&network, &[0.5, -1.0, 2.0, 0.25], vec![1.0, -1.0], 1e-2);
        let x = network.initial(Initialization::Uniform { half_width: 1.0 }, 5).unwrap();
        let mut r = vec![0.0; fit.residual_count()];
        fit.residuals(&x, &mut r);
        let half = 0.5 * thalweg_numerics::dot(&r, &r);
        assert!((half - fit.value(&x)).abs() < 1e-15, "{half} {}", fit.value(&x));
        assert!(check_jacobian(&fit, &x, CheckSettings::default()).unwrap().agrees());
    }
}
