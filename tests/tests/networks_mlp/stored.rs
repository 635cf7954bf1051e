//! Models that are written down and read again.

use thalweg::prelude::*;
use thalweg_networks::{Activation, Initialization, Model, MultilayerPerceptron, Output};

use crate::bits;

fn model() -> Model {
    let network =
        MultilayerPerceptron::new(&[2, 3, 2], Activation::Softplus, Output::Softmax).expect("no zero");
    let parameters = network.initial(Initialization::He, 4).expect("no half-width");
    Model::new(network, parameters).expect("they fit")
}

#[test]
fn models_come_back_to_the_bit() {
    let model = model();
    let text = serde_json::to_string(&model).expect("numbers and names");
    let from_text: Model = serde_json::from_str(&text).expect("as written");
    let bytes = postcard::to_allocvec(&model).expect("numbers and names");
    let from_bytes: Model = postcard::from_bytes(&bytes).expect("as written");
    for read in [from_text, from_bytes] {
        assert_eq!(read.network(), model.network());
        assert_eq!(bits(read.parameters()), bits(model.parameters()));
        let (mut was, mut is) = ([0.0; 2], [0.0; 2]);
        model.predict(&[0.5, -1.0], &mut was).expect("they fit");
        read.predict(&[0.5, -1.0], &mut is).expect("they fit");
        assert_eq!(bits(&was), bits(&is));
    }
}

/// A version's format is what its first writer wrote: this must be readable for ever.
#[test]
fn models_of_version_1_are_read() {
    let text = r#"{"network":{"version":1,"widths":[2,1],"hidden":"Tanh","output":{"Each":"Logistic"}},"parameters":[1.0,2.0,0.0]}"#;
    let model: Model = serde_json::from_str(text).expect("version 1");
    assert_eq!(model.network().output(), Output::Each(Activation::Logistic));
    assert_eq!(serde_json::to_string(&model).expect("numbers and names"), text);
}

#[test]
fn models_that_are_damaged_or_of_another_version_are_refused() {
    let text = serde_json::to_string(&model()).expect("numbers and names");
    let refused = |from: &str, to: &str| {
        let damaged = text.replacen(from, to, 1);
        assert_ne!(damaged, text);
        serde_json::from_str::<Model>(&damaged).expect_err("damaged").to_string()
    };
    let version = refused("\"version\":1", "\"version\":2");
    assert!(version.contains("invalid `version`: 2 (allowed: 1)"), "{version}");
    let widths = refused("[2,3,2]", "[2,0,2]");
    assert!(widths.contains("invalid `widths[1]`: 0"), "{widths}");
    let count = refused("[2,3,2]", "[2,4,2]");
    assert!(count.contains("invalid `parameters`: length 17 (allowed: length 22)"), "{count}");
}

#[test]
fn models_without_all_their_parameters_are_refused() {
    let network = model().network().clone();
    let error = Model::new(network.clone(), [0.0; 3]).expect_err("three of seventeen");
    assert_eq!(error.argument, "parameters");
    let error = Model::new(network, [f64::NAN; 17]).expect_err("no numbers");
    assert_eq!(error.argument, "parameters[0]");
}

#[test]
fn a_network_alone_can_be_written_too() -> Result<(), InvalidInput> {
    let network = model().network().clone();
    let text = serde_json::to_string(&network).expect("numbers and names");
    let read: MultilayerPerceptron = serde_json::from_str(&text).expect("as written");
    assert_eq!(read, network);
    Ok(())
}
