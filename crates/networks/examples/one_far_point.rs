//! Three points and a fourth, t below them: a perceptron separates them all, at a price; a neuron does not feel the fourth.
//!
//! `cargo run -p thalweg-networks --example one_far_point`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_networks::problem::Differentiable;
use thalweg_networks::{Neuron, NeuronSettings, Perceptron, data};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    writeln!(out, "           perceptron            neuron, 2000 steps of descent")?;
    writeln!(out, "     t    updates  t²         errors  divergence  slope that the fourth point adds")?;
    for t in [2.0, 5.0, 10.0, 100.0, 1000.0] {
        let points = data::spoiled_points(t)?;
        let learned = Perceptron::default().learn(&points)?;
        assert!(learned.separates());

        // From the minimum of the first three points, which leaves the fourth on the wrong side.
        let three = Neuron::new(&data::three_points(), 0.1, NeuronSettings::default())?;
        let four = Neuron::new(&points, 0.1, NeuronSettings::default())?;
        let (mut w, mut gradient) = ([0.0; 3], [0.0; 3]);
        descend(&three, &mut w, &mut gradient, 2000);
        four.value_gradient(&w, &mut gradient);
        let pull = gradient.iter().fold(0.0_f64, |most, g| most.max(g.abs()));
        let divergence = descend(&four, &mut w, &mut gradient, 2000);
        writeln!(
            out,
            "{t:>6} {:>10}  {:<9} {:>6}  {divergence:>10.4}  {pull:.0e}",
            learned.updates,
            t * t,
            four.errors(&w)
        )?;
    }
    Ok(())
}

/// Gradient descent at the rate 0.1; returns the last value.
fn descend(neuron: &Neuron, w: &mut [f64; 3], gradient: &mut [f64; 3], steps: u32) -> f64 {
    for _ in 0..steps {
        neuron.value_gradient(w, gradient);
        for (w, g) in w.iter_mut().zip(&*gradient) {
            *w -= 0.1 * g;
        }
    }
    neuron.value_gradient(w, gradient)
}
