//! Views of the parameters, where they start, and what a network makes of features.

use thalweg::numerics::tanh;
use thalweg::prelude::*;
use thalweg_networks::{Activation, Initialization, MultilayerPerceptron, Output};

use crate::{bits, numbers};

fn network(output: impl Into<Output>) -> MultilayerPerceptron {
    MultilayerPerceptron::new(&[3, 4, 2], Activation::Tanh, output).expect("no zero")
}

#[test]
fn views_cover_the_parameters_one_after_the_other() -> Result<(), InvalidInput> {
    let network = network(Activation::Linear);
    let mut x: Vec<f64> = (0..26).map(f64::from).collect();
    assert_eq!(network.parameter_count(), 26);
    let joined: Vec<f64> =
        network.layers(&x)?.flat_map(|layer| [layer.weights, layer.biases].concat()).collect();
    assert_eq!(joined, x);
    let shapes: Vec<_> = network.layers(&x)?.map(|layer| (layer.inputs, layer.outputs)).collect();
    assert_eq!(shapes, [(3, 4), (4, 2)]);
    for layer in network.layers_mut(&mut x)? {
        layer.biases.fill(-1.0);
    }
    for (weights, biases) in network.stretches() {
        assert!(x[biases].iter().all(|b| *b == -1.0) && x[weights].iter().all(|w| *w >= 0.0));
    }
    Ok(())
}

#[test]
fn predictions_are_the_formula() -> Result<(), InvalidInput> {
    let x = numbers(26, 1);
    // More than one lot.
    let features = numbers(3 * 300, 2);
    for output in [Output::Each(Activation::Linear), Output::Each(Activation::Logistic), Output::Softmax] {
        let network = network(output);
        let mut found = vec![f64::NAN; 600];
        network.predict(&x, &features, &mut found)?;
        let layers: Vec<_> = network.layers(&x)?.collect();
        for (features, y) in features.chunks_exact(3).zip(found.chunks_exact(2)) {
            let sums = |layer: usize, inputs: &[f64]| -> Vec<f64> {
                let layer = layers[layer];
                let rows = layer.weights.chunks_exact(layer.inputs).zip(layer.biases);
                rows.map(|(w, b)| b + w.iter().zip(inputs).map(|(w, y)| w * y).sum::<f64>()).collect()
            };
            let hidden: Vec<f64> = sums(0, features).into_iter().map(tanh).collect();
            let z = sums(1, &hidden);
            let expected = match output {
                Output::Each(activation) => z.iter().map(|z| activation.value(*z)).collect::<Vec<_>>(),
                // Of two classes, the logistic function of the difference.
                Output::Softmax => [z[0] - z[1], z[1] - z[0]].map(|z| Activation::Logistic.value(z)).to_vec(),
            };
            for (y, expected) in y.iter().zip(expected) {
                assert!((y - expected).abs() < 1e-14, "{output:?}: {y}, {expected}");
            }
        }
    }
    Ok(())
}

#[test]
fn initial_parameters_are_a_function_of_the_seed() -> Result<(), InvalidInput> {
    let network = network(Activation::Linear);
    let uniform = Initialization::Uniform { half_width: 2.0 };
    for how in [Initialization::Glorot, Initialization::He, Initialization::LeCun, uniform] {
        let [first, again, other] = [1, 1, 2].map(|seed| network.initial(how, seed).expect("usable"));
        assert_eq!(bits(&first), bits(&again), "{how:?}");
        assert_ne!(first, other, "{how:?}");
        let has_biases = network.layers(&first)?.any(|layer| layer.biases.iter().any(|b| *b != 0.0));
        assert_eq!(has_biases, how == uniform, "{how:?}");
    }
    // The stream of numbers is part of the contract.
    let drawn = network.initial(Initialization::He, 1)?;
    assert_eq!(drawn[..3], [-0.315748443106814, 1.0886685259268563, 0.47380078712939405]);
    Ok(())
}

#[test]
fn initial_weights_have_the_spread_of_their_rule() -> Result<(), InvalidInput> {
    let network = MultilayerPerceptron::new(&[300, 500, 7], Activation::Tanh, Activation::Linear)?;
    let (m, n) = (300.0, 500.0);
    let rules = [
        (Initialization::Glorot, 2.0 / (m + n)),
        (Initialization::He, 2.0 / m),
        (Initialization::LeCun, 1.0 / m),
        (Initialization::Uniform { half_width: 3.0 }, 3.0),
    ];
    for (how, variance) in rules {
        let x = network.initial(how, 3)?;
        let weights = network.layers(&x)?.next().expect("two layers").weights;
        let found = weights.iter().map(|w| w * w).sum::<f64>() / weights.len() as f64;
        // Five standard deviations of the mean of 150000 squares: at most √2 of the variance each.
        let allowed = 5.0 * (2.0_f64 / 150_000.0).sqrt();
        assert!((found / variance - 1.0).abs() < allowed, "{how:?}: {found} beside {variance}");
    }
    Ok(())
}

#[test]
fn training_brings_the_loss_of_exclusive_or_to_nothing() -> Result<(), InvalidInput> {
    use thalweg_networks::{Loss, NetworkLoss, Targets};

    let network = MultilayerPerceptron::new(&[2, 4, 1], Activation::Tanh, Activation::Logistic)?;
    let x0 = network.initial(Initialization::Glorot, 1)?;
    let features = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
    let problem =
        NetworkLoss::new(network.clone(), features, Targets::Classes(&[0, 1, 1, 0]), Loss::CrossEntropy)?;
    let run = minimize(&problem, &Lbfgs::default(), &x0, Stop::after(200), silent)?;
    let mut y = [0.0; 4];
    network.predict(&run.best.x, &features, &mut y)?;
    println!("{y:?}");
    assert!(y[0] < 0.01 && y[1] > 0.99 && y[2] > 0.99 && y[3] < 0.01);
    Ok(())
}
