//! Beside differences of values with a hundred digits, which know nothing of backpropagation.

use thalweg::prelude::*;
use thalweg_networks::{Activation, Loss, Output};

use crate::{cases, relative_distance};

const TABLE: &str = include_str!("../../references/networks.tsv");

fn activation(name: &str) -> Activation {
    match name {
        "linear" => Activation::Linear,
        "logistic" => Activation::Logistic,
        "tanh" => Activation::Tanh,
        "relu" => Activation::Relu,
        "softplus" => Activation::Softplus,
        _ => panic!("{name} is no activation"),
    }
}

fn output(name: &str) -> Output {
    if name == "softmax" { Output::Softmax } else { activation(name).into() }
}

fn loss(name: &str) -> Loss {
    if name == "squared" { Loss::Squared } else { Loss::CrossEntropy }
}

#[test]
fn values_gradients_and_products_agree_with_high_precision() {
    let cases = cases(TABLE);
    // Five activations, six outputs with their losses, one to three hidden layers.
    assert_eq!(cases.len(), 5 * 6 * 3);
    for case in cases {
        let words: Vec<&str> = case.name.split(' ').collect();
        let problem = case.loss(activation(words[0]), output(words[1]), loss(words[2]));
        let (x, v) = (&case["x"], &case["v"]);
        let mut out = vec![f64::NAN; x.len()];
        let agrees = |out: &[f64], what: &str| {
            let distance = relative_distance(out, &case[what]);
            assert!(distance < 1e-12, "{}: {what} is off by {distance:e}", case.name);
        };
        let value = problem.value_gradient(x, &mut out);
        agrees(&[value], "value");
        agrees(&out, "gradient");
        assert_eq!(problem.value(x).to_bits(), value.to_bits());
        // At a point for the first time, and again.
        for _ in 0..2 {
            problem.hessian_vector(x, v, &mut out);
            agrees(&out, "product");
            problem.gauss_newton_vector(x, v, &mut out);
            agrees(&out, "gauss_newton");
        }
    }
}
