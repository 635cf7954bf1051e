//! Beside JAX.

use thalweg::prelude::*;
use thalweg_networks::{Activation, Loss, Output};

use crate::{cases, relative_distance};

const TABLE: &str = include_str!("../../references/jax_networks.tsv");

#[test]
fn values_gradients_and_products_agree_with_jax() {
    let cases = cases(TABLE);
    assert_eq!(cases.len(), 3);
    for case in cases {
        let problem = match &*case.name {
            "tanh, squared" => case.loss(Activation::Tanh, Activation::Linear.into(), Loss::Squared),
            "softplus, softmax" => case.loss(Activation::Softplus, Output::Softmax, Loss::CrossEntropy),
            "logistic, binary" => {
                case.loss(Activation::Logistic, Activation::Logistic.into(), Loss::CrossEntropy)
            }
            name => panic!("who is {name}?"),
        };
        let (x, v) = (&case["x"], &case["v"]);
        let mut out = vec![f64::NAN; x.len()];
        let value = problem.value_gradient(x, &mut out);
        let distances =
            [relative_distance(&[value], &case["value"]), relative_distance(&out, &case["gradient"])];
        problem.hessian_vector(x, v, &mut out);
        let product = relative_distance(&out, &case["product"]);
        println!("{}: {distances:?}, {product:e}", case.name);
        assert!(distances.iter().all(|distance| *distance < 1e-12) && product < 1e-12, "{}", case.name);
    }
}
