//! The ways through a network, for some examples at a time: forward, back, and both once more for a direction.
//!
//! ```text
//! forward      zˡ = Wˡyˡ⁻¹ + bˡ,   yˡ = σ(zˡ)
//! back         δᴸ = ∂loss/∂zᴸ,   δˡ⁻¹ = (Wˡᵀδˡ) σ′(zˡ⁻¹)
//! gradient     ∂/∂Wˡ = δˡ(yˡ⁻¹)ᵀ,   ∂/∂bˡ = δˡ
//!
//! along V, c   żˡ = Wˡẏˡ⁻¹ + Vˡyˡ⁻¹ + cˡ,   ẏˡ = σ′(zˡ) żˡ
//! back         δ̇ˡ⁻¹ = (Wˡᵀδ̇ˡ + Vˡᵀδˡ) σ′(zˡ⁻¹) + (Wˡᵀδˡ) σ″(zˡ⁻¹) żˡ⁻¹
//! product      δ̇ˡ(yˡ⁻¹)ᵀ + δˡ(ẏˡ⁻¹)ᵀ,   δ̇ˡ
//! ```
//!
//! A matrix of examples has one in each row, so the first line is Z = Y Wᵀ + b, and a gradient is ΔᵀY: the sums over examples
//! run from the first to the last, whatever the examples were cut into. In a product each lot of examples adds its terms
//! δ̇ yᵀ, and then its terms δ ẏᵀ.
//!
//! (Wᵀδ) σ″ is δ (σ″/σ′), so that δ alone has to be kept.
//! The product with the matrix of Gauss and Newton leaves out every term with δ or with σ″.
//!
//! Sources: D. E. Rumelhart, G. E. Hinton and R. J. Williams, Nature 323 (1986) 533–536; B. A. Pearlmutter, Fast exact
//! multiplication by the Hessian, Neural Computation 6 (1994) 147–160; N. N. Schraudolph, Fast curvature matrix–vector
//! products for second-order gradient descent, Neural Computation 14 (2002) 1723–1738.

use thalweg_numerics::{Panels, axpy};

use super::loss::Criterion;
use super::{MultilayerPerceptron, Shape};

/// Examples that go through the network together: their activations in one layer of 200 units take 200 KiB.
pub(super) const LOT: usize = 128;

/// Some examples: features and targets, row after row.
#[derive(Clone, Copy)]
pub(super) struct Lot<'a> {
    pub(super) rows: usize,
    pub(super) features: &'a [f64],
    pub(super) targets: &'a [f64],
}

impl Shape {
    /// The rows of this layer among the units of a lot, layer after layer.
    fn units(&self, rows: usize) -> std::ops::Range<usize> {
        rows * self.units_before..rows * (self.units_before + self.outputs)
    }
}

/// Packs all weights for both ways, or for the way forward alone.
pub(super) fn pack(network: &MultilayerPerceptron, parameters: &[f64], both: bool, packed: &mut [f64]) {
    for (l, shape) in network.shapes.iter().enumerate() {
        let weights = &parameters[shape.weights.clone()];
        Panels::pack_transposed(weights, shape.inputs, &mut packed[shape.forward.clone()]);
        // Nobody goes back to the features.
        if both && l > 0 {
            Panels::pack(weights, shape.inputs, &mut packed[shape.backward.clone()]);
        }
    }
}

/// Z ← b + Y Wᵀ, and on top of that a second product, if there is one.
fn affine(shape: &Shape, biases: &[f64], products: [Option<(&[f64], &[f64])>; 2], sums: &mut [f64]) {
    for row in sums.chunks_exact_mut(shape.outputs) {
        row.copy_from_slice(biases);
    }
    for (inputs, packed) in products.into_iter().flatten() {
        Panels::packed(shape.inputs, shape.outputs, &packed[shape.forward.clone()])
            .multiply_add(inputs, sums);
    }
}

/// What feeds layer `l`: the features, or the units of the layer before.
fn inputs_of<'a>(network: &MultilayerPerceptron, l: usize, lot: Lot<'a>, units: &'a [f64]) -> &'a [f64] {
    if l == 0 { lot.features } else { &units[network.shapes[l - 1].units(lot.rows)] }
}

/// Writes y of every hidden layer and z of the last one into `units`.
pub(super) fn forward(
    network: &MultilayerPerceptron,
    parameters: &[f64],
    packed: &[f64],
    lot: Lot<'_>,
    units: &mut [f64],
    sums: &mut [f64],
) {
    for (l, shape) in network.shapes.iter().enumerate() {
        let (before, here) = units.split_at_mut(lot.rows * shape.units_before);
        let here = &mut here[..lot.rows * shape.outputs];
        let products = [Some((inputs_of(network, l, lot, before), packed)), None];
        let biases = &parameters[shape.biases.clone()];
        if l + 1 == network.shapes.len() {
            affine(shape, biases, products, here);
        } else {
            let sums = &mut sums[..here.len()];
            affine(shape, biases, products, sums);
            network.hidden.value_each(sums, here);
        }
    }
}

/// Writes δ of the last layer into its place in `deltas`, and returns the losses of the lot on top of `value`.
pub(super) fn losses(
    network: &MultilayerPerceptron,
    criterion: Criterion,
    lot: Lot<'_>,
    value: f64,
    units: &[f64],
    deltas: &mut [f64],
) -> f64 {
    let place = network.last().units(lot.rows);
    let outputs = network.outputs();
    let examples = units[place.clone()].chunks_exact(outputs).zip(lot.targets.chunks_exact(outputs));
    examples
        .zip(deltas[place].chunks_exact_mut(outputs))
        .fold(value, |value, ((z, targets), delta)| value + criterion.value_slopes(z, targets, delta))
}

/// From δ of the last layer to that of all others.
pub(super) fn back(
    network: &MultilayerPerceptron,
    packed: &[f64],
    rows: usize,
    units: &[f64],
    deltas: &mut [f64],
) {
    for (shape, before) in network.shapes[1..].iter().zip(&network.shapes).rev() {
        let (earlier, here) = deltas.split_at_mut(rows * shape.units_before);
        let delta = &mut earlier[before.units(rows)];
        let panels = Panels::packed(shape.outputs, shape.inputs, &packed[shape.backward.clone()]);
        panels.multiply(&here[..rows * shape.outputs], delta);
        network.hidden.scale_by_slope(&units[before.units(rows)], delta);
    }
}

/// Adds Δᵀ Y of a layer to the weights' part of `out`.
fn add_outer(shape: &Shape, deltas: &[f64], inputs: &[f64], panels: &mut [f64], out: &mut [f64]) {
    let rows = deltas.len() / shape.outputs;
    let panels = &mut panels[..Panels::length(rows, shape.inputs)];
    Panels::pack(inputs, shape.inputs, panels)
        .multiply_transposed_add(deltas, &mut out[shape.weights.clone()]);
}

/// Adds the sum of the rows of Δ to the biases' part of `out`.
fn add_rows(shape: &Shape, deltas: &[f64], out: &mut [f64]) {
    let biases = &mut out[shape.biases.clone()];
    deltas.chunks_exact(shape.outputs).for_each(|row| axpy(1.0, row, biases));
}

/// Adds the gradients of the lot to `gradient`.
pub(super) fn add_gradients(
    network: &MultilayerPerceptron,
    lot: Lot<'_>,
    units: &[f64],
    deltas: &[f64],
    panels: &mut [f64],
    gradient: &mut [f64],
) {
    for (l, shape) in network.shapes.iter().enumerate() {
        let delta = &deltas[shape.units(lot.rows)];
        add_outer(shape, delta, inputs_of(network, l, lot, units), panels, gradient);
        add_rows(shape, delta, gradient);
    }
}

/// What has been found out about a lot at the point where its curvature is wanted.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) packed: &'a [f64],
    pub(super) units: &'a [f64],
    /// Empty for the product with the matrix of Gauss and Newton.
    pub(super) deltas: &'a [f64],
}

/// A direction in the space of the parameters.
#[derive(Clone, Copy)]
pub(super) struct Direction<'a> {
    pub(super) v: &'a [f64],
    pub(super) packed: &'a [f64],
}

/// Memory for the derivatives along a direction, with a place for all units of a lot each.
pub(super) struct Along<'a> {
    /// ż.
    pub(super) sums: &'a mut [f64],
    /// ẏ.
    pub(super) units: &'a mut [f64],
    /// δ̇.
    pub(super) deltas: &'a mut [f64],
    /// Packed: the units of one layer.
    pub(super) panels: &'a mut [f64],
}

/// Adds H v, or G v where there are no deltas, of the lot to `out`.
pub(super) fn add_products(
    network: &MultilayerPerceptron,
    criterion: Criterion,
    lot: Lot<'_>,
    found: Found<'_>,
    direction: Direction<'_>,
    along: Along<'_>,
    out: &mut [f64],
) {
    let rows = lot.rows;
    let is_gauss_newton = found.deltas.is_empty();
    for (l, shape) in network.shapes.iter().enumerate() {
        let (before, here) = along.units.split_at_mut(rows * shape.units_before);
        let z_dot = &mut along.sums[shape.units(rows)];
        let moved = (l > 0).then(|| (inputs_of(network, l, lot, before), found.packed));
        let turned = Some((inputs_of(network, l, lot, found.units), direction.packed));
        affine(shape, &direction.v[shape.biases.clone()], [turned, moved], z_dot);
        if l + 1 < network.shapes.len() {
            network.hidden.times_slope(
                &found.units[shape.units(rows)],
                z_dot,
                &mut here[..rows * shape.outputs],
            );
        }
    }
    let (place, outputs) = (network.last().units(rows), network.outputs());
    let examples = found.units[place.clone()].chunks_exact(outputs).zip(lot.targets.chunks_exact(outputs));
    let examples = examples.zip(along.sums[place.clone()].chunks_exact(outputs));
    for (((z, targets), z_dot), delta_dot) in examples.zip(along.deltas[place].chunks_exact_mut(outputs)) {
        criterion.slopes_along(z, targets, z_dot, is_gauss_newton, delta_dot);
    }
    for (l, shape) in network.shapes.iter().enumerate().rev() {
        let (earlier, here) = along.deltas.split_at_mut(rows * shape.units_before);
        let delta_dot = &here[..rows * shape.outputs];
        add_outer(shape, delta_dot, inputs_of(network, l, lot, found.units), along.panels, out);
        add_rows(shape, delta_dot, out);
        if l == 0 {
            break;
        }
        let before = &network.shapes[l - 1];
        let units = before.units(rows);
        let earlier = &mut earlier[units.clone()];
        Panels::packed(shape.outputs, shape.inputs, &found.packed[shape.backward.clone()])
            .multiply(delta_dot, earlier);
        if is_gauss_newton {
            network.hidden.scale_by_slope(&found.units[units], earlier);
        } else {
            let delta = &found.deltas[shape.units(rows)];
            add_outer(shape, delta, &along.units[units.clone()], along.panels, out);
            Panels::packed(shape.outputs, shape.inputs, &direction.packed[shape.backward.clone()])
                .multiply_add(delta, earlier);
            let (y, delta) = (&found.units[units.clone()], &found.deltas[units.clone()]);
            network.hidden.bend(y, delta, &along.sums[units], earlier);
        }
    }
}

/// The outputs for all examples of `features`, into `out`.
pub(super) fn predict(network: &MultilayerPerceptron, parameters: &[f64], features: &[f64], out: &mut [f64]) {
    let widest = network.widths.iter().copied().max().unwrap_or(0);
    let mut packed = vec![0.0; network.packed()];
    let (mut units, mut sums) = (vec![0.0; LOT * network.units()], vec![0.0; LOT * widest]);
    pack(network, parameters, false, &mut packed);
    let lots = features.chunks(LOT * network.inputs()).zip(out.chunks_mut(LOT * network.outputs()));
    for (features, out) in lots {
        let rows = out.len() / network.outputs();
        let lot = Lot { rows, features, targets: &[] };
        forward(network, parameters, &packed, lot, &mut units[..rows * network.units()], &mut sums);
        out.copy_from_slice(&units[network.last().units(rows)]);
        out.chunks_exact_mut(network.outputs()).for_each(|z| network.output.apply(z));
    }
}
