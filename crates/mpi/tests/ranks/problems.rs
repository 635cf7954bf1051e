//! Sums whose terms are made from their numbers, so that every rank can make its own.

use std::ops::Range;

use thalweg_mpi::problem::{CancelFlag, Curved, Differentiable, FiniteSum, InvalidInput, Objective};
use thalweg_networks::{Activation, Loss, MultilayerPerceptron, NetworkLoss, Output, Targets};
use thalweg_numerics::Draws;

pub(crate) const FEATURES: usize = 6;

/// Examples of three classes that overlap.
pub(crate) fn examples(terms: Range<usize>) -> (Vec<f64>, Vec<usize>) {
    let (mut features, mut classes) = (Vec::new(), Vec::new());
    for term in terms {
        let mut draws = Draws::new(11, term as u64);
        let class = draws.below(3) as usize;
        features.extend((0..FEATURES).map(|i| draws.normal() + if i % 3 == class { 1.5 } else { 0.0 }));
        classes.push(class);
    }
    (features, classes)
}

/// Is it class 0: logistic regression.
pub(crate) fn logistic(terms: Range<usize>) -> Result<NetworkLoss, InvalidInput> {
    let (features, classes) = examples(terms);
    let is_first: Vec<_> = classes.into_iter().map(|class| usize::from(class == 0)).collect();
    let network = MultilayerPerceptron::new(&[FEATURES, 1], Activation::Linear, Activation::Logistic)?;
    NetworkLoss::new(network, features, Targets::Classes(&is_first), Loss::CrossEntropy)?
        .with_weight_decay(1e-3)
}

pub(crate) fn network() -> Result<MultilayerPerceptron, InvalidInput> {
    MultilayerPerceptron::new(&[FEATURES, 5, 3], Activation::Tanh, Output::Softmax)
}

/// Which class: a network.
pub(crate) fn multilayer(terms: Range<usize>) -> Result<NetworkLoss, InvalidInput> {
    let (features, classes) = examples(terms);
    NetworkLoss::new(network()?, features, Targets::Classes(&classes), Loss::CrossEntropy)?
        .with_weight_decay(1e-3)
}

/// The mean of xᵢ − ln xᵢ times a weight of the term, over terms and i: not a number where an x is not above 0. It can fail.
#[derive(Clone, Debug)]
pub(crate) struct Barrier {
    weights: Vec<f64>,
    pub(crate) n: usize,
    /// From this evaluation on it fails, if given.
    pub(crate) fails_at: Option<u64>,
    evaluations: std::cell::Cell<u64>,
    flag: CancelFlag,
}

impl Barrier {
    pub(crate) fn new(terms: Range<usize>) -> Self {
        let weights = terms.map(|term| 1.0 + 1.0 / (1.0 + (term % 17) as f64)).collect();
        Self {
            weights,
            n: 2,
            fails_at: None,
            evaluations: std::cell::Cell::new(0),
            flag: CancelFlag::default(),
        }
    }

    fn mean(&self, x: &[f64], weights: impl ExactSizeIterator<Item = f64>, gradient: &mut [f64]) -> f64 {
        self.evaluations.set(self.evaluations.get() + 1);
        if self.fails_at.is_some_and(|at| self.evaluations.get() >= at) {
            self.flag.raise_because(std::sync::Arc::new(std::io::Error::other("the disk is gone")));
            gradient.fill(f64::NAN);
            return f64::NAN;
        }
        let count = weights.len() as f64;
        let weight = weights.sum::<f64>() / count;
        gradient.iter_mut().zip(x).for_each(|(g, x)| *g = weight * (1.0 - 1.0 / x));
        weight * x.iter().map(|x| if *x > 0.0 { x - thalweg_numerics::ln(*x) } else { f64::NAN }).sum::<f64>()
    }
}

impl Objective for Barrier {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.mean(x, self.weights.iter().copied(), &mut [])
    }

    fn cancel_flag(&self) -> Option<&CancelFlag> {
        Some(&self.flag)
    }
}

impl Differentiable for Barrier {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.mean(x, self.weights.iter().copied(), gradient)
    }
}

impl Curved for Barrier {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        let weight = self.weights.iter().sum::<f64>() / self.weights.len() as f64;
        out.iter_mut().zip(x).zip(v).for_each(|((out, x), v)| *out = weight * v / (x * x));
    }
}

impl FiniteSum for Barrier {
    fn terms(&self) -> usize {
        self.weights.len()
    }

    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        self.mean(x, batch.iter().map(|&term| self.weights[term]), gradient)
    }
}
