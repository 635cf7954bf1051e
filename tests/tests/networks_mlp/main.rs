//! Multilayer perceptrons as objectives.

mod bad_input;
mod bits;
mod high_precision;
mod jax;
mod parameters;
#[path = "../reference/mod.rs"]
mod reference;
mod stored;
mod structure;
mod tails;

use std::collections::BTreeMap;

use thalweg::numerics::norm;
use thalweg_networks::{
    Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Output, Targets,
};

/// A case of a reference table: what it says, by name.
struct Case {
    name: String,
    widths: Vec<usize>,
    numbers: BTreeMap<String, Vec<f64>>,
}

/// The cases of a table, in its order.
fn cases(table: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for row in reference::rows(table) {
        if cases.last().is_none_or(|case| case.name != row[0]) {
            let (name, widths, numbers) = (row[0].to_owned(), Vec::new(), BTreeMap::new());
            cases.push(Case { name, widths, numbers });
        }
        let case = cases.last_mut().expect("one was pushed");
        if row[1] == "widths" {
            case.widths = row[2..].iter().map(|width| width.parse().expect("a number")).collect();
        } else {
            let numbers = row[2..].iter().map(|number| reference::hex_float(number)).collect();
            case.numbers.insert(row[1].to_owned(), numbers);
        }
    }
    cases
}

impl Case {
    fn loss(&self, hidden: Activation, output: Output, loss: Loss) -> NetworkLoss {
        let network = MultilayerPerceptron::new(&self.widths, hidden, output).expect("no zero");
        let (features, targets) = (self["features"].to_vec(), Targets::Values(&self["targets"]));
        let loss = NetworkLoss::new(network, features, targets, loss).expect("good data");
        loss.with_weight_decay(self["decay"][0]).expect("not negative")
    }
}

impl std::ops::Index<&str> for Case {
    type Output = [f64];

    fn index(&self, what: &str) -> &[f64] {
        &self.numbers[what]
    }
}

/// ‖a − b‖ over ‖b‖.
fn relative_distance(a: &[f64], b: &[f64]) -> f64 {
    let difference: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    norm(&difference) / norm(b)
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// Numbers between −1 and 1 with all 53 bits in use.
fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let number = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    (0..count).map(number).collect()
}

/// A network of some width with data for its output and its parameters; 300 examples are three lots.
fn problem(hidden: Activation, output: Output, loss: Loss) -> (NetworkLoss, Vec<f64>) {
    let network = MultilayerPerceptron::new(&[3, 13, 10, 4], hidden, output).expect("no zero");
    let x = network.initial(Initialization::Uniform { half_width: 0.8 }, 5).expect("a half-width");
    let features: Vec<f64> = numbers(3 * 300, 1).iter().map(|x| 2.0 * x).collect();
    let classes: Vec<usize> = (0..300).map(|t| t * t % 4).collect();
    let loss = NetworkLoss::new(network, features, Targets::Classes(&classes), loss).expect("good data");
    (loss, x)
}

/// Every pair of an output and a loss that there is.
fn pairs() -> Vec<(Output, Loss)> {
    let squared = Activation::ALL.into_iter().map(|activation| (activation.into(), Loss::Squared));
    let logistic = Output::Each(Activation::Logistic);
    squared.chain([(logistic, Loss::CrossEntropy), (Output::Softmax, Loss::CrossEntropy)]).collect()
}
