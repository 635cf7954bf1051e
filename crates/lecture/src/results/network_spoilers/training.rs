//! Networks of one hidden layer trained on two clusters and a few spoilers.

use std::ops::ControlFlow;

use thalweg_driver::{Stop, minimize};
use thalweg_first_order::{GradientDescent, Scheduled};
use thalweg_networks::data::Cluster;
use thalweg_networks::{
    Activation, DataSet, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Targets,
};
use thalweg_schedules::Constant;

/// Points in each cluster.
pub(super) const PER_CLASS: usize = 20;
/// η, of the mean of ½(y − d)² or of the cross-entropy.
const RATE: f64 = 0.5;
/// The targets of the squared error are ε and 1 − ε.
const EPSILON: f64 = 0.01;

/// Two clusters, and the spoilers, which are of class 1 in the cluster of class 0 and come last. How many there are changes no
/// other point.
pub(super) fn spoiled_clusters(spoilers: usize, seed: u64) -> DataSet {
    let cluster = |x: f64, deviation, count, label| Cluster { center: vec![x, 0.0], deviation, count, label };
    let clusters =
        [cluster(-1.5, 0.5, PER_CLASS, 0), cluster(1.5, 0.5, PER_CLASS, 1), cluster(-1.5, 0.3, spoilers, 1)];
    Cluster::draw(&clusters, 2, seed).expect("points of the plane")
}

/// What is trained, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    pub(super) hidden: usize,
    pub(super) spoilers: usize,
    pub(super) loss: Loss,
    pub(super) decay: f64,
}

impl Setting {
    pub(super) fn network(&self) -> MultilayerPerceptron {
        MultilayerPerceptron::new(&[2, self.hidden, 1], Activation::Tanh, Activation::Logistic)
            .expect("widths above 0")
    }

    pub(super) fn problem(&self, network: MultilayerPerceptron, data: &DataSet) -> NetworkLoss {
        let targets: Vec<_> = match self.loss {
            Loss::Squared => {
                data.labels().iter().map(|&label| if label == 1 { 1.0 - EPSILON } else { EPSILON }).collect()
            }
            Loss::CrossEntropy => data.labels().iter().map(|&label| label as f64).collect(),
        };
        NetworkLoss::new(network, data.features(), Targets::Values(&targets), self.loss)
            .and_then(|problem| problem.with_weight_decay(self.decay))
            .expect("data and targets that fit the network")
    }

    /// The parameters after each of the numbers of steps, which ascend, of descent from a seed.
    pub(super) fn train(&self, budgets: &[u64], seed: u64) -> Vec<Vec<f64>> {
        let network = self.network();
        let start = network.initial(Initialization::LeCun, seed).expect("nothing to be wrong");
        let problem = self.problem(network, &spoiled_clusters(self.spoilers, seed));
        descend(&problem, &start, budgets)
    }
}

/// The points of gradient descent after each of so many steps, which ascend.
pub(super) fn descend(problem: &NetworkLoss, start: &[f64], budgets: &[u64]) -> Vec<Vec<f64>> {
    let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: RATE } };
    let mut points = Vec::new();
    let last = budgets.last().copied().unwrap_or(0);
    let run = minimize(problem, &method, start, Stop::after(last), |record| {
        if budgets.contains(&record.step) {
            points.push(record.x.to_vec());
        }
        ControlFlow::Continue(())
    });
    run.expect("a start and settings that can be used");
    points
}

/// How many points a network has on the wrong side: of the clusters, and of the spoilers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Errors {
    pub(super) clusters: usize,
    pub(super) spoilers: usize,
}

pub(super) fn errors(network: &MultilayerPerceptron, parameters: &[f64], data: &DataSet) -> Errors {
    let mut y = vec![f64::NAN; data.len()];
    network.predict(parameters, data.features(), &mut y).expect("a network for the plane");
    let mut errors = Errors::default();
    for (i, (y, sign)) in y.iter().zip(data.signs()).enumerate() {
        if (y - 0.5) * sign <= 0.0 || y.is_nan() {
            *(if i < 2 * PER_CLASS { &mut errors.clusters } else { &mut errors.spoilers }) += 1;
        }
    }
    errors
}
