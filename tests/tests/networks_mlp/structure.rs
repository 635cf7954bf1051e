//! What holds of derivatives without a reference: the checks, symmetry, Gauss–Newton, means of batches.

use thalweg::numerics::{dot, norm};
use thalweg::prelude::*;
use thalweg::problem::{CheckSettings, check_gradient, check_hessian_vector};
use thalweg_networks::{Activation, Loss, MultilayerPerceptron, NetworkLoss, Output, Targets};

use crate::{bits, numbers, pairs, problem, relative_distance};

fn product(problem: &NetworkLoss, x: &[f64], v: &[f64]) -> Vec<f64> {
    let mut out = vec![f64::NAN; x.len()];
    problem.hessian_vector(x, v, &mut out);
    out
}

fn gauss_newton(problem: &NetworkLoss, x: &[f64], v: &[f64]) -> Vec<f64> {
    let mut out = vec![f64::NAN; x.len()];
    problem.gauss_newton_vector(x, v, &mut out);
    out
}

#[test]
fn derivatives_pass_the_checks() {
    for hidden in Activation::ALL {
        for (output, loss) in pairs() {
            // Kinks would have to lie farther from x than a difference reaches; the references take care of them.
            if hidden == Activation::Relu || output == Output::Each(Activation::Relu) {
                continue;
            }
            let (problem, x) = problem(hidden, output, loss);
            let settings =
                CheckSettings { coordinates: Some(&[0, 40, 70, 180, 230, 235]), ..CheckSettings::default() };
            let gradient = check_gradient(&problem, &x, settings).expect("a good point");
            assert!(gradient.agrees(), "{hidden:?}, {output:?}: {gradient}");
            let products = check_hessian_vector(&problem, &x, settings).expect("a good point");
            assert!(products.agrees(), "{hidden:?}, {output:?}: {products}");
        }
    }
}

#[test]
fn products_are_symmetric() {
    for hidden in Activation::ALL {
        for (output, loss) in pairs() {
            let (problem, x) = problem(hidden, output, loss);
            let (u, v) = (numbers(x.len(), 2), numbers(x.len(), 3));
            for of in [product, gauss_newton] {
                let (hu, hv) = (of(&problem, &x, &u), of(&problem, &x, &v));
                let scale = (norm(&u) * norm(&hv)).max(norm(&v) * norm(&hu));
                let asymmetry = (dot(&u, &hv) - dot(&v, &hu)).abs();
                assert!(asymmetry <= 1e-12 * scale, "{hidden:?}, {output:?}: {asymmetry:e} of {scale:e}");
            }
        }
    }
}

#[test]
fn gauss_newton_is_positive_and_the_hessian_of_a_linear_network_of_one_layer() {
    for hidden in Activation::ALL {
        for (output, loss) in pairs() {
            let (problem, x) = problem(hidden, output, loss);
            let v = numbers(x.len(), 4);
            let curvature = dot(&v, &gauss_newton(&problem, &x, &v));
            assert!(curvature >= 0.0, "{hidden:?}, {output:?}: {curvature}");
        }
    }
    for (output, loss) in pairs().into_iter().filter(|pair| {
        matches!(pair, (Output::Each(Activation::Linear) | Output::Softmax, _) | (_, Loss::CrossEntropy))
    }) {
        let network = MultilayerPerceptron::new(&[3, 4], Activation::Tanh, output).expect("no zero");
        let classes: Vec<usize> = (0..200).map(|t| t % 4).collect();
        let problem =
            NetworkLoss::new(network, numbers(600, 5), Targets::Classes(&classes), loss).expect("good data");
        let (x, v) = (numbers(16, 6), numbers(16, 7));
        let distance = relative_distance(&gauss_newton(&problem, &x, &v), &product(&problem, &x, &v));
        assert!(distance < 1e-15, "{output:?}: {distance:e}");
    }
}

#[test]
fn value_is_the_mean_over_batches() {
    for (output, loss) in pairs() {
        let (problem, x) = problem(Activation::Tanh, output, loss);
        let problem = problem.with_weight_decay(0.01).expect("not negative");
        let n = x.len();
        let mut whole = vec![0.0; n];
        let value = problem.value_gradient(&x, &mut whole);

        // All of them, listed, are the whole to the bit.
        let all: Vec<usize> = (0..problem.terms()).collect();
        let mut listed = vec![0.0; n];
        assert_eq!(problem.batch_value_gradient(&x, &all, &mut listed).to_bits(), value.to_bits());
        assert_eq!(bits(&listed), bits(&whole));

        // One by one they make up a batch, and one listed twice counts twice.
        let batch = [7, 250, 7, 0];
        let mut of_batch = vec![0.0; n];
        let mean = problem.batch_value_gradient(&x, &batch, &mut of_batch);
        let (mut total, mut summed) = (0.0, vec![0.0; n]);
        for term in batch {
            let mut one = vec![0.0; n];
            total += problem.batch_value_gradient(&x, &[term], &mut one) / 4.0;
            summed.iter_mut().zip(&one).for_each(|(sum, one)| *sum += one / 4.0);
        }
        assert!((mean - total).abs() <= 1e-14 * total.abs(), "{output:?}");
        assert!(relative_distance(&of_batch, &summed) < 1e-14, "{output:?}");
    }
}

#[test]
fn examples_beyond_a_lot_count_like_the_others() {
    // The same examples three hundred times have the mean of one time.
    let network =
        MultilayerPerceptron::new(&[2, 5, 1], Activation::Softplus, Activation::Linear).expect("no zero");
    let (x, v) = (numbers(21, 8), numbers(21, 9));
    let (features, targets) = ([0.5, -1.0, 0.25, 2.0], [1.0, -1.0]);
    let of = |times: usize| {
        let targets = targets.repeat(times);
        let problem = NetworkLoss::new(
            network.clone(),
            features.repeat(times),
            Targets::Values(&targets),
            Loss::Squared,
        );
        let problem = problem.expect("good data");
        let mut gradient = vec![0.0; 21];
        let value = problem.value_gradient(&x, &mut gradient);
        [vec![value], gradient, product(&problem, &x, &v), gauss_newton(&problem, &x, &v)]
    };
    for (one, many) in of(1).into_iter().zip(of(300)) {
        assert!(relative_distance(&many, &one) < 1e-14);
    }
}
