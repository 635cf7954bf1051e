//! A network that separates everything, spoilers included, built by hand: a unit for the line between the clusters, and two
//! units for the ridge that lifts a spoiler.
//!
//! ```text
//! z(x) = tanh a(n·x + b) + Σₛ [tanh a(nₛ·(x − xₛ) + δₛ) − tanh a(nₛ·(x − xₛ) − δₛ)]
//! ```
//!
//! The first term is near 1 on the side of class 1, and near −1 on that of class 0. A bracket is near 2 at the spoiler xₛ, in
//! the middle of a strip of the width 2δₛ, near 0 at all points of class 0, which lie 2δₛ or more from that middle, and
//! above 0 everywhere.

use std::f64::consts::PI;

use thalweg_networks::separability::maximal_margin;
use thalweg_networks::{Activation, DataSet, MultilayerPerceptron};
use thalweg_numerics::{cos, dot, ln, norm, sin};

/// How far the margins y z of the built network may be below 1.
pub(super) const LOSS_OF_MARGIN: f64 = 0.01;
/// Directions among which the one with the widest empty strip is chosen.
const DIRECTIONS: u32 = 360;

/// A network with its parameters.
pub(super) struct Built {
    pub(super) network: MultilayerPerceptron,
    pub(super) parameters: Vec<f64>,
}

/// A unit: the normal of its line, of length 1, its distance from 0, and the weight of what it says.
struct Unit {
    normal: [f64; 2],
    offset: f64,
    out: f64,
}

impl Unit {
    fn distance(&self, point: &[f64]) -> f64 {
        (dot(&self.normal, point) + self.offset).abs()
    }
}

/// A network of 1 + 2 · `spoilers` units; the spoilers are the last points. None if no line separates the others.
pub(super) fn separating(data: &DataSet, spoilers: usize) -> Option<Built> {
    let clusters: Vec<_> = (0..data.len() - spoilers).collect();
    let clusters = data.subset(&clusters).ok()?;
    let w = maximal_margin(&clusters).ok()??.weights;
    let length = norm(&w[..2]);
    let line = Unit { normal: [w[0] / length, w[1] / length], offset: w[2] / length, out: 1.0 };
    // The least distance of a point from the line of a unit that has to be sure of it.
    let mut least = clusters.rows().map(|row| line.distance(row)).fold(f64::INFINITY, f64::min);
    let mut units = vec![line];
    for spoiler in data.rows().skip(clusters.len()) {
        let (normal, half_width) = widest_strip(&clusters, spoiler);
        let foot = dot(&normal, spoiler);
        units.push(Unit { normal, offset: half_width - foot, out: 1.0 });
        units.push(Unit { normal, offset: -half_width - foot, out: -1.0 });
        least = least.min(half_width);
    }
    // At the distance d a unit is off ±1 by less than 2e^(−2ad), and all of them together by no more than the loss of margin.
    let steepness = ln(2.0 * units.len() as f64 / LOSS_OF_MARGIN) / (2.0 * least);

    let network =
        MultilayerPerceptron::new(&[2, units.len(), 1], Activation::Tanh, Activation::Logistic).ok()?;
    let mut parameters: Vec<_> = units.iter().flat_map(|unit| unit.normal.map(|n| steepness * n)).collect();
    parameters.extend(units.iter().map(|unit| steepness * unit.offset));
    parameters.extend(units.iter().map(|unit| unit.out));
    parameters.push(0.0);
    Some(Built { network, parameters })
}

impl Built {
    /// The least margin y z over the points.
    pub(super) fn least_margin(&self, data: &DataSet) -> f64 {
        let mut y = vec![f64::NAN; data.len()];
        let predicted = self.network.predict(&self.parameters, data.features(), &mut y);
        predicted.expect("the network is one for the plane");
        let margins = y.iter().zip(data.signs()).map(|(y, sign)| sign * ln(y / (1.0 - y)));
        margins.fold(f64::INFINITY, f64::min)
    }
}

/// The direction in which the points of class 0 leave the widest strip around a spoiler, and half of the half of that strip, so
/// that the spoiler in the middle and the points outside are equally far from its edges.
fn widest_strip(clusters: &DataSet, spoiler: &[f64]) -> ([f64; 2], f64) {
    let strips = (0..DIRECTIONS).map(|i| {
        let angle = PI * f64::from(i) / f64::from(DIRECTIONS);
        let normal = [cos(angle), sin(angle)];
        let others = clusters.rows().zip(clusters.labels()).filter(|(_, label)| **label == 0);
        let free = others.map(|(row, _)| (dot(&normal, row) - dot(&normal, spoiler)).abs());
        (normal, 0.5 * free.fold(f64::INFINITY, f64::min))
    });
    strips.fold(([1.0, 0.0], 0.0), |widest, strip| if strip.1 > widest.1 { strip } else { widest })
}
