//! A network that is small enough for all of its curvatures: digits 0 to 2 by six principal components, 6-4-3 units.
//!
//! ```text
//! f(w) = (1/N) Σ ½‖V tanh(W x + b) + c − t‖² + ½λ‖w‖²
//! ```
//!
//! over the first N = 200 images of the digits 0, 1 and 2, pixels from 0 to 1, t with a 1 in the place of the digit. λ holds biases
//! as well, so that a unit that does nothing has no direction that is flat. 43 parameters, laid out W, b, V, c.
//!
//! The same gradient and Hessian with intervals prove what a search has found; the data count as exact there.

use thalweg_hessian::nalgebra::{DMatrix, DVector};
use thalweg_hessian::{Eigen, hessian_by_products};
use thalweg_networks::data::digits;
use thalweg_networks::{Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Targets};
use thalweg_numerics::{axpy, dot, norm};
use thalweg_problem::{Curved, Differentiable, Objective};

use crate::draws::Draws;
use crate::interval::{Interval, product};
use crate::krawczyk::{System, negative_eigenvalues, prove_unique};

const INPUTS: usize = 6;
const HIDDEN: usize = 4;
const OUTPUTS: usize = 3;
const EXAMPLES: usize = 200;
pub(crate) const PARAMETERS: usize = (INPUTS + 1) * HIDDEN + (HIDDEN + 1) * OUTPUTS;

pub(crate) struct DigitNetwork {
    loss: NetworkLoss,
    decay: f64,
    /// N × 6, row after row.
    features: Vec<f64>,
    labels: Vec<usize>,
}

impl DigitNetwork {
    pub(crate) fn new(decay: f64) -> Self {
        let all = digits();
        let rows: Vec<_> = (0..all.len()).filter(|&i| all.labels()[i] < OUTPUTS).take(EXAMPLES).collect();
        let labels: Vec<_> = rows.iter().map(|&i| all.labels()[i]).collect();
        let mut images: Vec<Vec<f64>> =
            rows.iter().map(|&i| all.row(i).iter().map(|pixel| pixel / 16.0).collect()).collect();
        let pixels = all.dim();
        let count = EXAMPLES as f64;
        for j in 0..pixels {
            let mean = images.iter().fold(0.0, |sum, image| sum + image[j]) / count;
            images.iter_mut().for_each(|image| image[j] -= mean);
        }
        let covariance = DMatrix::from_fn(pixels, pixels, |i, j| {
            images.iter().fold(0.0, |sum, image| sum + image[i] * image[j]) / count
        });
        let axes = Eigen::new(&covariance).expect("a covariance is symmetric");
        let components =
            |image: &Vec<f64>| (1..=INPUTS).map(|k| dot(image, axes.vector(pixels - k))).collect::<Vec<_>>();
        let features: Vec<_> = images.iter().flat_map(components).collect();
        let network =
            MultilayerPerceptron::new(&[INPUTS, HIDDEN, OUTPUTS], Activation::Tanh, Activation::Linear)
                .expect("constants");
        let loss = NetworkLoss::new(network, features.clone(), Targets::Classes(&labels), Loss::Squared)
            .expect("finite features");
        Self { loss, decay, features, labels }
    }

    /// Points along descent from a drawn start, each moved a little: after 0, 1, 2, 4, …, 256 steps at the rate 0.3, and normal
    /// numbers of standard deviation 0.3 added.
    pub(crate) fn perturbed_iterates(&self, seed: u64) -> Vec<Vec<f64>> {
        let mut w = self.loss.network().initial(Initialization::Glorot, seed).expect("valid");
        let mut draws = Draws::from_seed(seed);
        let mut gradient = vec![0.0; PARAMETERS];
        let mut step = 0;
        [0, 1, 2, 4, 8, 16, 32, 64, 128, 256]
            .into_iter()
            .map(|at| {
                while step < at {
                    self.value_gradient(&w, &mut gradient);
                    axpy(-0.3, &gradient, &mut w);
                    step += 1;
                }
                w.iter().map(|w| w + 0.3 * draws.normal()).collect()
            })
            .collect()
    }

    /// What no exchange of units and no change of a unit's sign changes, and little else leaves as it is: the loss, and for every
    /// hidden unit the norms of what goes in and of what comes out, in order.
    pub(crate) fn invariants(&self, w: &[f64]) -> Vec<f64> {
        let unit = |j: usize| {
            let into = &w[j * INPUTS..(j + 1) * INPUTS];
            let out = (0..OUTPUTS).map(|k| w[INPUTS * HIDDEN + HIDDEN + k * HIDDEN + j]);
            let bias = w[INPUTS * HIDDEN + j];
            [dot(into, into) + bias * bias, out.fold(0.0, |sum, v| sum + v * v)]
        };
        let mut units: Vec<_> = (0..HIDDEN).map(unit).collect();
        units.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
        std::iter::once(self.value(w)).chain(units.into_iter().flatten()).collect()
    }

    /// The same network with two of its hidden units in each other's place, for every two of them.
    pub(crate) fn exchanges(w: &[f64]) -> impl Iterator<Item = Vec<f64>> + '_ {
        let pairs = (0..HIDDEN).flat_map(|a| (0..a).map(move |b| (a, b)));
        pairs.map(|(a, b)| {
            let mut w = w.to_vec();
            (0..=INPUTS).for_each(|i| w.swap(hidden_at(a, i), hidden_at(b, i)));
            (0..OUTPUTS).for_each(|k| w.swap(output_at(k, a), output_at(k, b)));
            w
        })
    }

    /// Some steps of Newton's method; none if a Hessian cannot be inverted.
    pub(crate) fn polished(&self, w: &[f64], steps: u32) -> Option<Vec<f64>> {
        let mut w = DVector::from_column_slice(w);
        let mut gradient = DVector::zeros(PARAMETERS);
        let mut hessian = DMatrix::zeros(PARAMETERS, PARAMETERS);
        for _ in 0..steps {
            self.value_gradient(w.as_slice(), gradient.as_mut_slice());
            hessian_by_products(self, w.as_slice(), &mut hessian);
            w -= hessian.clone().lu().solve(&gradient)?;
        }
        w.iter().all(|w| w.is_finite()).then(|| w.as_slice().to_vec())
    }

    pub(crate) fn gradient_norm(&self, w: &[f64]) -> f64 {
        let mut gradient = vec![f64::NAN; PARAMETERS];
        self.value_gradient(w, &mut gradient);
        norm(&gradient)
    }

    /// Proves that exactly one stationary point lies within a hundred-millionth of one beside `w`, or less, and how many of its
    /// curvatures are negative.
    pub(crate) fn prove(&self, w: &[f64]) -> Option<usize> {
        let w = self.polished(w, 3)?;
        let unique = [1e-8, 1e-9, 1e-10].into_iter().find_map(|radius| prove_unique(self, &w, radius))?;
        let hessian = self.jacobian(&unique.within);
        let middle = DMatrix::from_fn(PARAMETERS, PARAMETERS, |i, j| {
            0.5 * (hessian[i][j].middle() + hessian[j][i].middle())
        });
        let eigen = Eigen::new(&middle).ok()?;
        // In coordinates in which it is nearly diagonal no pivot is small by accident; by Sylvester's law the signs are the same.
        let axes: Vec<Vec<_>> =
            (0..PARAMETERS).map(|i| eigen.vector(i).iter().map(|v| Interval::point(*v)).collect()).collect();
        let products: Vec<Vec<_>> =
            axes.iter().map(|axis| hessian.iter().map(|row| product(row, axis)).collect()).collect();
        negative_eigenvalues(
            axes.iter().map(|axis| products.iter().map(|other| product(axis, other)).collect()).collect(),
        )
    }

    /// For every example: x with a 1 behind it, tanh of the hidden sums with a 1 behind them, and the residuals.
    fn passes<'a>(
        &'a self,
        w: &'a [Interval],
    ) -> impl Iterator<Item = (Vec<Interval>, Vec<Interval>, Vec<Interval>)> + 'a {
        let one = Interval::point(1.0);
        self.features.chunks_exact(INPUTS).zip(&self.labels).map(move |(x, label)| {
            let x: Vec<_> = x.iter().map(|x| Interval::point(*x)).chain([one]).collect();
            let mut h: Vec<_> = (0..HIDDEN)
                .map(|j| {
                    let sum = product(&w[j * INPUTS..][..INPUTS], &x) + w[INPUTS * HIDDEN + j];
                    // tanh z = 2σ(2z) − 1.
                    (sum * 2.0).logistic() * 2.0 - one
                })
                .collect();
            let (v, c) = w[(INPUTS + 1) * HIDDEN..].split_at(HIDDEN * OUTPUTS);
            let residuals = (0..OUTPUTS).map(|k| {
                let target = Interval::point(if *label == k { 1.0 } else { 0.0 });
                product(&v[k * HIDDEN..][..HIDDEN], &h) + c[k] - target
            });
            let residuals = residuals.collect();
            h.push(one);
            (x, h, residuals)
        })
    }
}

/// Where the weight from input i to hidden unit j lies, the bias for i = 6.
fn hidden_at(j: usize, i: usize) -> usize {
    if i < INPUTS { j * INPUTS + i } else { INPUTS * HIDDEN + j }
}

/// Where the weight from hidden unit j to output k lies, the bias for j = 4.
fn output_at(k: usize, j: usize) -> usize {
    let first = (INPUTS + 1) * HIDDEN;
    if j < HIDDEN { first + k * HIDDEN + j } else { first + OUTPUTS * HIDDEN + k }
}

impl System for DigitNetwork {
    fn values(&self, w: &[Interval]) -> Vec<Interval> {
        let mut sums = vec![Interval::ZERO; PARAMETERS];
        for (x, h, r) in self.passes(w) {
            for j in 0..HIDDEN {
                let back = (0..OUTPUTS).fold(Interval::ZERO, |sum, k| sum + r[k] * w[output_at(k, j)]);
                let pull = back * (Interval::point(1.0) - h[j] * h[j]);
                x.iter()
                    .enumerate()
                    .for_each(|(i, x)| sums[hidden_at(j, i)] = sums[hidden_at(j, i)] + pull * *x);
            }
            for (k, r) in r.iter().enumerate() {
                h.iter()
                    .enumerate()
                    .for_each(|(j, h)| sums[output_at(k, j)] = sums[output_at(k, j)] + *r * *h);
            }
        }
        let count = Interval::point(EXAMPLES as f64);
        sums.into_iter().zip(w).map(|(sum, w)| sum / count + *w * self.decay).collect()
    }

    fn jacobian(&self, w: &[Interval]) -> Vec<Vec<Interval>> {
        let mut sums = vec![vec![Interval::ZERO; PARAMETERS]; PARAMETERS];
        let one = Interval::point(1.0);
        // Below the diagonal, or on it.
        let mut add = |a: usize, b: usize, term: Interval| {
            let (row, column) = (a.max(b), a.min(b));
            sums[row][column] = sums[row][column] + term;
        };
        for (x, h, r) in self.passes(w) {
            let slope: Vec<_> = h[..HIDDEN].iter().map(|h| one - *h * *h).collect();
            let v = |k: usize, j: usize| w[output_at(k, j)];
            for j in 0..HIDDEN {
                let back = (0..OUTPUTS).fold(Interval::ZERO, |sum, k| sum + r[k] * v(k, j));
                for other in 0..=j {
                    let shared = (0..OUTPUTS).fold(Interval::ZERO, |sum, k| sum + v(k, j) * v(k, other));
                    let mut weight = shared * slope[j] * slope[other];
                    if other == j {
                        weight = weight - h[j] * slope[j] * back * 2.0;
                    }
                    for (i, x_i) in x.iter().enumerate() {
                        let scaled = weight * *x_i;
                        let last = if other == j { i } else { INPUTS };
                        for (m, x_m) in x.iter().enumerate().take(last + 1) {
                            add(hidden_at(j, i), hidden_at(other, m), scaled * *x_m);
                        }
                    }
                }
                for (k, residual) in r.iter().enumerate() {
                    for (other, h_other) in h.iter().enumerate() {
                        let mut weight = *h_other * v(k, j) * slope[j];
                        if other == j {
                            weight = weight + *residual * slope[j];
                        }
                        for (i, x_i) in x.iter().enumerate() {
                            add(output_at(k, other), hidden_at(j, i), weight * *x_i);
                        }
                    }
                }
            }
            for j in 0..=HIDDEN {
                for other in 0..=j {
                    let term = h[j] * h[other];
                    (0..OUTPUTS).for_each(|k| add(output_at(k, j), output_at(k, other), term));
                }
            }
        }
        let count = Interval::point(EXAMPLES as f64);
        let element = |a: usize, b: usize| {
            let mean = sums[a.max(b)][a.min(b)] / count;
            if a == b { mean + Interval::point(self.decay) } else { mean }
        };
        (0..PARAMETERS).map(|a| (0..PARAMETERS).map(|b| element(a, b)).collect()).collect()
    }
}

impl Objective for DigitNetwork {
    fn dim(&self) -> usize {
        PARAMETERS
    }

    fn value(&self, w: &[f64]) -> f64 {
        self.loss.value(w) + 0.5 * self.decay * dot(w, w)
    }
}

impl Differentiable for DigitNetwork {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let value = self.loss.value_gradient(w, gradient);
        axpy(self.decay, w, gradient);
        value + 0.5 * self.decay * dot(w, w)
    }
}

impl Curved for DigitNetwork {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        self.loss.hessian_vector(w, v, out);
        axpy(self.decay, v, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The intervals hold what the network's own passes say, and are narrow.
    #[test]
    fn intervals_hold_gradient_and_hessian() {
        let network = DigitNetwork::new(1e-3);
        let w = network.perturbed_iterates(1).swap_remove(4);
        let points: Vec<_> = w.iter().map(|w| Interval::point(*w)).collect();
        let mut gradient = vec![f64::NAN; PARAMETERS];
        network.value_gradient(&w, &mut gradient);
        for (side, g) in network.values(&points).iter().zip(&gradient) {
            assert!((side.middle() - g).abs() < 1e-13 && side.radius() < 1e-12);
        }
        let (hessian, mut unit, mut column) = (network.jacobian(&points), vec![0.0; PARAMETERS], gradient);
        for j in 0..PARAMETERS {
            unit[j] = 1.0;
            network.hessian_vector(&w, &unit, &mut column);
            unit[j] = 0.0;
            for (i, h) in column.iter().enumerate() {
                assert!(
                    (hessian[i][j].middle() - h).abs() < 1e-13 && hessian[i][j].radius() < 1e-12,
                    "{i}, {j}"
                );
            }
        }
    }

    #[test]
    fn an_exchange_of_units_and_a_change_of_sign_leave_the_invariants() {
        let network = DigitNetwork::new(1e-3);
        let w = network.perturbed_iterates(1).swap_remove(4);
        let mut other = w.clone();
        for i in 0..=INPUTS {
            (other[hidden_at(0, i)], other[hidden_at(2, i)]) = (-w[hidden_at(2, i)], w[hidden_at(0, i)]);
        }
        for k in 0..OUTPUTS {
            (other[output_at(k, 0)], other[output_at(k, 2)]) = (-w[output_at(k, 2)], w[output_at(k, 0)]);
        }
        let apart =
            network.invariants(&w).into_iter().zip(network.invariants(&other)).map(|(a, b)| (a - b).abs());
        assert!(apart.fold(0.0, f64::max) < 1e-14);
    }
}
