//! What cannot be used is refused, by name.

use thalweg::prelude::*;
use thalweg_networks::{
    Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Output, Targets,
};

fn network(output: impl Into<Output>) -> MultilayerPerceptron {
    MultilayerPerceptron::new(&[2, 3, 2], Activation::Tanh, output).expect("no zero")
}

/// The message about these widths.
fn widths(widths: &[usize]) -> String {
    MultilayerPerceptron::new(widths, Activation::Tanh, Activation::Linear).expect_err("refused").to_string()
}

#[test]
fn networks_without_layers_or_units_are_refused() {
    for none in [&[][..], &[3]] {
        let expected = format!(
            "invalid `widths`: length {} (allowed: length 2 or more: features and outputs at least)",
            none.len()
        );
        assert_eq!(widths(none), expected);
    }
    assert_eq!(widths(&[2, 0, 1]), "invalid `widths[1]`: 0 (allowed: 1 or more)");
    assert!(
        widths(&[usize::MAX, 2]).starts_with("invalid `widths`: [18446744073709551615, 2] (allowed: at most")
    );
    assert!(widths(&[1 << 32, 1 << 32, 1]).starts_with("invalid `widths`"));
}

/// The message about this data for two outputs of that kind.
fn data(output: impl Into<Output>, loss: Loss, features: &[f64], targets: Targets<'_>) -> String {
    NetworkLoss::new(network(output), features, targets, loss).expect_err("refused").to_string()
}

#[test]
fn data_that_does_not_fit_is_refused() {
    let squared = |features: &[f64], targets| data(Activation::Linear, Loss::Squared, features, targets);
    let two = Targets::Values(&[0.0; 4]);
    assert_eq!(squared(&[], Targets::Values(&[])), "invalid `features`: no example (allowed: 1 or more)");
    assert_eq!(squared(&[1.0; 3], two), "invalid `features`: length 3 (allowed: rows of 2)");
    assert_eq!(squared(&[1.0; 6], two), "invalid `targets`: 2 rows (allowed: 3 rows, as features)");
    assert_eq!(
        squared(&[1.0; 4], Targets::Values(&[0.0; 3])),
        "invalid `targets`: length 3 (allowed: rows of 2)"
    );
    assert_eq!(squared(&[1.0; 4], Targets::Classes(&[0])), "invalid `targets`: length 1 (allowed: length 2)");
    let nan = [0.0, f64::NAN, 0.0, 0.0];
    assert_eq!(squared(&nan, two), "invalid `features[1]`: NaN (allowed: a finite number)");
    let infinite = [0.0, 0.0, f64::INFINITY, 0.0];
    assert_eq!(squared(&infinite, two), "invalid `features[2]`: inf (allowed: a finite number)");
    assert_eq!(
        squared(&[1.0; 4], Targets::Values(&nan)),
        "invalid `targets[1]`: NaN (allowed: a finite number)"
    );
}

#[test]
fn labels_outside_the_set_are_refused() {
    let features = [0.0; 4];
    let message = |output: Output, targets| data(output, Loss::CrossEntropy, &features, targets);
    let logistic = Output::Each(Activation::Logistic);
    for output in [logistic, Output::Softmax] {
        assert_eq!(
            message(output, Targets::Classes(&[1, 2])),
            "invalid `targets[1]`: 2 (allowed: a class, 0 to 1)"
        );
        assert_eq!(
            message(output, Targets::Values(&[0.0, 1.0, -1.0, 1.0])),
            "invalid `targets[2]`: -1.0 (allowed: a probability, 0 to 1)"
        );
    }
    assert_eq!(
        message(Output::Softmax, Targets::Values(&[0.5, 0.5, 1.0, 1.0])),
        "invalid `targets of example 1`: the sum 2.0 (allowed: the sum 1, to 1e-9)"
    );
    let one = MultilayerPerceptron::new(&[2, 1], Activation::Tanh, Activation::Logistic).expect("no zero");
    let error = NetworkLoss::new(one, [0.0; 4], Targets::Classes(&[1, 2]), Loss::CrossEntropy);
    assert_eq!(error.expect_err("refused").to_string(), "invalid `targets[1]`: 2 (allowed: a class, 0 to 1)");
}

#[test]
fn losses_go_with_their_outputs() {
    let features = [0.0; 2];
    let targets = Targets::Classes(&[0]);
    let softmax = data(Output::Softmax, Loss::Squared, &features, targets);
    assert_eq!(softmax, "invalid `loss`: Squared (allowed: CrossEntropy where the output is Softmax)");
    for activation in Activation::ALL.into_iter().filter(|activation| *activation != Activation::Logistic) {
        let message = data(activation, Loss::CrossEntropy, &features, targets);
        assert_eq!(
            message,
            format!(
                "invalid `loss`: CrossEntropy where the output is {activation:?} (allowed: CrossEntropy where the \
                 output is Logistic or Softmax)"
            )
        );
    }
}

#[test]
fn settings_out_of_range_are_refused() {
    let problem = || {
        let targets = Targets::Values(&[0.0; 2]);
        NetworkLoss::new(network(Activation::Linear), [0.0; 2], targets, Loss::Squared).expect("good data")
    };
    for decay in [-1e-3, f64::NAN, f64::INFINITY] {
        assert_eq!(problem().with_weight_decay(decay).expect_err("refused").argument, "weight_decay");
        let uniform = Initialization::Uniform { half_width: decay };
        assert_eq!(problem().network().initial(uniform, 1).expect_err("refused").argument, "half_width");
    }
}

#[test]
fn parameters_of_another_length_are_refused() {
    let network = network(Activation::Linear);
    let refused = |error: Option<InvalidInput>| error.expect("refused").to_string();
    let expected = "invalid `parameters`: length 16 (allowed: length 17)";
    let mut short = [0.0; 16];
    assert_eq!(refused(network.predict(&short, &[0.0; 2], &mut [0.0; 2]).err()), expected);
    assert_eq!(refused(network.layers(&short).err()), expected);
    assert_eq!(refused(network.layers_mut(&mut short).err()), expected);
    let good = [0.0; 17];
    let features = refused(network.predict(&good, &[0.0; 3], &mut [0.0; 2]).err());
    assert_eq!(features, "invalid `features`: length 3 (allowed: rows of 2)");
    let out = refused(network.predict(&good, &[0.0; 4], &mut [0.0; 2]).err());
    assert_eq!(out, "invalid `out`: length 2 (allowed: length 4)");
    // A method asks before it evaluates.
    let targets = Targets::Values(&[0.0; 2]);
    let problem = NetworkLoss::new(network, [0.0; 2], targets, Loss::Squared).expect("good data");
    let run = minimize(&problem, &Lbfgs::default(), &short, Stop::after(1), silent);
    assert_eq!(run.expect_err("refused").to_string(), "invalid `x0`: length 16 (allowed: length 17)");
}
