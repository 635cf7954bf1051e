//! Losses and their derivatives where units are saturated.

use thalweg::numerics::{exp, log1p};
use thalweg::prelude::*;
use thalweg_networks::{Activation, Loss, MultilayerPerceptron, NetworkLoss, Output, Targets};

/// f, f′ and f″ of one logistic unit with the sum z and the class d, under cross-entropy.
fn logistic(z: f64, d: usize) -> [f64; 3] {
    let network =
        MultilayerPerceptron::new(&[1, 1], Activation::Linear, Activation::Logistic).expect("no zero");
    let problem =
        NetworkLoss::new(network, [1.0], Targets::Classes(&[d]), Loss::CrossEntropy).expect("good data");
    // The weight is z, the bias 0.
    let (x, v) = ([z, 0.0], [1.0, 0.0]);
    let (mut gradient, mut product) = ([0.0; 2], [0.0; 2]);
    let value = problem.value_gradient(&x, &mut gradient);
    problem.hessian_vector(&x, &v, &mut product);
    [value, gradient[0], product[0]]
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 4.0 * f64::EPSILON * expected.abs()
}

#[test]
fn cross_entropy_of_a_logistic_unit_is_accurate_in_both_tails() {
    for z in [30.0, 40.0, 100.0, 700.0] {
        let small = exp(-z);
        // On the right side: ln(1 + e⁻ᶻ), −1/(1 + eᶻ), and the curvature of both is e⁻ᶻ/(1 + e⁻ᶻ)².
        let curvature = small / ((1.0 + small) * (1.0 + small));
        let [value, slope, bend] = logistic(z, 1);
        assert!(close(value, log1p(small)) && close(slope, -small / (1.0 + small)) && close(bend, curvature));
        let [value, slope, bend] = logistic(-z, 0);
        assert!(close(value, log1p(small)) && close(slope, small / (1.0 + small)) && close(bend, curvature));
        // On the wrong side: z + ln(1 + e⁻ᶻ).
        let [value, slope, bend] = logistic(z, 0);
        assert!(
            close(value, z + log1p(small)) && close(slope, 1.0 / (1.0 + small)) && close(bend, curvature)
        );
    }
    // Where e⁻ᶻ is 0 and eᶻ infinite.
    assert_eq!(logistic(1e5, 0), [1e5, 1.0, 0.0]);
    assert_eq!(logistic(1e5, 1), [0.0, 0.0, 0.0]);
}

/// f, ∇f and H v of a softmax over three sums, given as biases.
fn softmax(z: [f64; 3], class: usize, v: [f64; 3]) -> (f64, [f64; 3], [f64; 3]) {
    let network = MultilayerPerceptron::new(&[1, 3], Activation::Linear, Output::Softmax).expect("no zero");
    let problem =
        NetworkLoss::new(network, [0.0], Targets::Classes(&[class]), Loss::CrossEntropy).expect("good data");
    let x = [0.0, 0.0, 0.0, z[0], z[1], z[2]];
    let v = [0.0, 0.0, 0.0, v[0], v[1], v[2]];
    let (mut gradient, mut product) = ([0.0; 6], [0.0; 6]);
    let value = problem.value_gradient(&x, &mut gradient);
    problem.hessian_vector(&x, &v, &mut product);
    let last = |numbers: [f64; 6]| [numbers[3], numbers[4], numbers[5]];
    (value, last(gradient), last(product))
}

#[test]
fn cross_entropy_under_softmax_is_accurate_in_both_tails() {
    // p = (1, e, e²)/(1 + e + e²) with e = e⁻⁴⁰: 1 − p₀ is far below the rounding of p₀.
    let e = exp(-40.0);
    let others = e + e * e;
    let (value, gradient, product) = softmax([1000.0, 960.0, 920.0], 0, [3.0, 1.0, 0.0]);
    assert!(close(value, log1p(others)), "{value}");
    let p = [1.0, e, e * e].map(|e| e / (1.0 + others));
    assert!(close(gradient[0], -(p[1] + p[2])) && close(gradient[1], p[1]) && close(gradient[2], p[2]));
    // pᵢ Σⱼ pⱼ (vᵢ − vⱼ).
    let expected =
        [p[0] * (2.0 * p[1] + 3.0 * p[2]), p[1] * (p[2] - 2.0 * p[0]), p[2] * (-3.0 * p[0] - p[1])];
    for (product, expected) in product.into_iter().zip(expected) {
        assert!(close(product, expected), "{product:e}, {expected:e}");
    }
    // On the wrong side the loss is the distance of the sums.
    let (value, gradient, _) = softmax([1000.0, 960.0, 920.0], 2, [0.0; 3]);
    assert!(close(value, 80.0) && close(gradient[2], -1.0) && close(gradient[0], 1.0));
}

#[test]
fn sums_that_leave_the_numbers_make_values_that_are_none() {
    let network =
        MultilayerPerceptron::new(&[1, 2, 1], Activation::Relu, Activation::Linear).expect("no zero");
    let problem =
        NetworkLoss::new(network, [1.0], Targets::Values(&[0.0]), Loss::Squared).expect("good data");
    let mut gradient = [0.0; 7];
    assert!(!problem.value_gradient(&[1e200, 0.0, 0.0, 0.0, 1e200, 0.0, 0.0], &mut gradient).is_finite());
}
