//! The mean loss of a network over labeled examples, as a function of its parameters.
//!
//! ```text
//! f(x) = (1/N) Σₜ loss(y(x; featuresₜ), targetsₜ) + (λ/2) Σ w²
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | x | all weights and biases, as [`MultilayerPerceptron`] lays them out |
//! | loss | [`Loss`] |
//! | λ | `weight_decay`, over weights, not over biases |
//!
//! With P weights a value takes about 2P flops an example, value and gradient 6P, a product with the Hessian at a point
//! 12P, and 4P more if nothing is known about the point: from the first product on, activations and slopes of all examples are
//! kept by every product and every gradient for the next product at the same point, if they fit into
//! [`memory`](NetworkLoss::with_memory).
//!
//! Every sum over examples runs from the first to the last, or as a batch lists them; nothing depends on the number of threads
//! that evaluate. No memory is asked for after the first evaluation of each kind, or, where several threads evaluate at the same
//! time, after the first ones of each.
//!
//! Where the literature disagrees: whether weight decay takes biases along. Here, as in the textbooks of Bishop (1995) and of
//! Goodfellow, Bengio and Courville (2016, section 7.1), it does not; optimizers that decay whatever they are given do.

use thalweg_numerics::dot;
use thalweg_problem::{Curved, Differentiable, FiniteSum, InvalidInput, Objective};

use super::loss::Criterion;
use super::passes::{
    Along, Direction, Found, LOT, Lot, add_gradients, add_products, back, forward, losses, pack,
};
use super::workspace::{Kept, NetworkMemory, Pass, Workspace, Workspaces};
use super::{Loss, MultilayerPerceptron, Targets, rows};

/// The mean loss of a network over examples.
///
/// ```
/// use thalweg_networks::{Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Targets};
/// use thalweg_problem::{Curved, Differentiable, check_gradient, CheckSettings};
///
/// // Exclusive or.
/// let network = MultilayerPerceptron::new(&[2, 2, 1], Activation::Tanh, Activation::Logistic)?;
/// let x = network.initial(Initialization::Glorot, 1)?;
/// let features = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
/// let loss = NetworkLoss::new(network, features, Targets::Classes(&[0, 1, 1, 0]), Loss::CrossEntropy)?;
///
/// let mut gradient = [0.0; 9];
/// let value = loss.value_gradient(&x, &mut gradient);
/// println!("{value}, {gradient:?}");
/// assert!(check_gradient(&loss, &x, CheckSettings::default())?.agrees());
/// // Of outputs that all say ½ the loss is ln 2.
/// assert_eq!(loss.value_gradient(&[0.0; 9], &mut gradient), std::f64::consts::LN_2);
/// # Ok::<(), thalweg_problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug)]
pub struct NetworkLoss {
    network: MultilayerPerceptron,
    loss: Loss,
    criterion: Criterion,
    /// N × inputs, row after row.
    features: Vec<f64>,
    /// N × outputs, row after row.
    targets: Vec<f64>,
    examples: usize,
    weight_decay: f64,
    memory: usize,
    /// Whether the workspaces are those of other losses, too.
    takes_turns: bool,
    workspaces: Workspaces,
}

impl NetworkLoss {
    /// 512 MiB.
    pub const DEFAULT_MEMORY: usize = 1 << 29;

    /// The loss of `network` over the examples whose `features` lie row after row; no weight decay.
    ///
    /// # Errors
    /// If there is no example, a length does not fit the network, a number is not finite, a target is none that the loss
    /// takes, or the loss does not go with the network's output.
    pub fn new(
        network: MultilayerPerceptron,
        features: impl Into<Vec<f64>>,
        targets: Targets<'_>,
        loss: Loss,
    ) -> Result<Self, InvalidInput> {
        let features = features.into();
        let criterion = Criterion::new(loss, network.output())?;
        let examples = rows("features", &features, network.inputs())?;
        if examples == 0 {
            return Err(InvalidInput::new("features", "no example", "1 or more"));
        }
        InvalidInput::unless_all_finite("features", &features)?;
        let targets = criterion.targets(&network, examples, targets)?;
        Ok(Self {
            network,
            loss,
            criterion,
            features,
            targets,
            examples,
            weight_decay: 0.0,
            memory: Self::DEFAULT_MEMORY,
            takes_turns: false,
            workspaces: Workspaces::default(),
        })
    }

    /// The same with λ = `weight_decay`.
    ///
    /// # Errors
    /// If it is negative or not finite.
    pub fn with_weight_decay(self, weight_decay: f64) -> Result<Self, InvalidInput> {
        let weight_decay = InvalidInput::unless_non_negative("weight_decay", weight_decay)?;
        Ok(Self { weight_decay, ..self })
    }

    /// The same, keeping at most so many bytes of what is known about all examples from one product to the next at the same
    /// point, for each thread that evaluates at the same time. With 0 every product begins anew. The results are the same.
    /// Default: [`DEFAULT_MEMORY`](Self::DEFAULT_MEMORY).
    #[must_use]
    pub fn with_memory(self, bytes: usize) -> Self {
        // Its own: who keeps something must be alone with it.
        Self { memory: bytes, takes_turns: false, workspaces: Workspaces::default(), ..self }
    }

    /// The same, computing in `memory` instead of memory of its own, and keeping nothing there: for losses that are evaluated
    /// one after the other, such as the chunks of a sum. Beside its data each of them then takes nothing, where alone it would
    /// take two numbers for every weight, and a few for every unit in a lot; and weights that the one before has packed, of the same
    /// point, are not packed again. The results are the same.
    ///
    /// A clone has memory of its own, as before.
    ///
    /// ```
    /// use thalweg_networks::problem::{ChunkedSum, Chunks, Differentiable, InvalidInput};
    /// use thalweg_networks::{Activation, Loss, MultilayerPerceptron, NetworkLoss, NetworkMemory, Targets};
    ///
    /// let network = MultilayerPerceptron::new(&[1, 4, 1], Activation::Tanh, Activation::Logistic)?;
    /// let memory = NetworkMemory::default();
    /// let sum = ChunkedSum::new(Chunks::new(40, 8)?, |terms| {
    ///     let features: Vec<_> = terms.clone().map(|t| t as f64).collect();
    ///     let classes: Vec<_> = terms.map(|t| usize::from(t >= 20)).collect();
    ///     let loss = NetworkLoss::new(network.clone(), features, Targets::Classes(&classes), Loss::CrossEntropy);
    ///     Ok::<_, InvalidInput>(loss?.in_memory(&memory))
    /// })?;
    /// // Of outputs that all say ½ the loss is ln 2.
    /// assert_eq!(sum.value_gradient(&[0.0; 13], &mut [0.0; 13]), std::f64::consts::LN_2);
    /// # Ok::<(), InvalidInput>(())
    /// ```
    #[must_use]
    pub fn in_memory(self, memory: &NetworkMemory) -> Self {
        Self { memory: 0, takes_turns: true, workspaces: memory.workspaces.shared(), ..self }
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> &MultilayerPerceptron {
        &self.network
    }

    /// The loss of one example.
    #[must_use]
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// N, the number of examples.
    #[must_use]
    pub fn examples(&self) -> usize {
        self.examples
    }

    /// λ.
    #[must_use]
    pub fn weight_decay(&self) -> f64 {
        self.weight_decay
    }

    /// Writes G(x) v, length n, into `out`, where G = (1/N) Σ JᵀHJ + λ is the matrix of Gauss and Newton in the form of
    /// Schraudolph (2002): J is the Jacobian of the outputs and H the Hessian of the loss in them; for cross-entropy, of the
    /// sums z of the last layer and in them. It is positive semidefinite, and the Hessian where the loss is fitted or the
    /// network linear.
    pub fn gauss_newton_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.product(x, v, true, out);
    }

    /// The examples of the data from `start` on, a lot of them at most.
    fn lot(&self, start: usize) -> Lot<'_> {
        let rows = LOT.min(self.examples - start);
        let (inputs, outputs) = (self.network.inputs(), self.network.outputs());
        Lot {
            rows,
            features: &self.features[start * inputs..][..rows * inputs],
            targets: &self.targets[start * outputs..][..rows * outputs],
        }
    }

    /// Copies the examples that `batch` lists.
    fn gather<'a>(&self, batch: &[usize], [features, targets]: &'a mut [Vec<f64>; 2]) -> Lot<'a> {
        let (inputs, outputs) = (self.network.inputs(), self.network.outputs());
        features.clear();
        targets.clear();
        for &example in batch {
            features.extend_from_slice(&self.features[example * inputs..][..inputs]);
            targets.extend_from_slice(&self.targets[example * outputs..][..outputs]);
        }
        Lot { rows: batch.len(), features, targets }
    }

    /// Examples that go through the network together at most.
    fn lot_size(&self) -> usize {
        LOT.min(self.examples)
    }

    /// Whether what is known about all examples fits into the memory for it.
    fn keeps(&self) -> bool {
        let numbers = self.examples.saturating_mul(2 * self.network.units());
        numbers.saturating_mul(size_of::<f64>()) <= self.memory
    }

    fn widest(&self) -> usize {
        self.network.widths().iter().copied().max().unwrap_or(0)
    }

    /// The mean over the examples of `batch`, or over all, with its gradient if somebody wants it.
    fn mean(&self, x: &[f64], batch: Option<&[usize]>, mut gradient: Option<&mut [f64]>) -> f64 {
        let network = &self.network;
        let count = batch.map_or(self.examples, <[usize]>::len);
        let mut total = 0.0;
        self.workspaces.with(|workspace| {
            let Workspace { passing, packed: known, kept, sums, panels, gathered, .. } = workspace;
            let size = self.lot_size();
            // Where products are asked for, the next one will be at the point of this gradient.
            let keeps = batch.is_none() && gradient.is_some() && self.keeps() && kept.is_wanted;
            if keeps {
                kept.point.clear();
            }
            let Pass { packed, units, deltas } = if keeps { &mut kept.pass } else { passing };
            let rows = if keeps { count } else { size };
            let packed = packed.numbers(network.packed());
            let all_units = units.numbers(rows * network.units());
            let all_deltas = deltas.numbers(rows * network.units());
            let sums = sums.numbers(size * self.widest());
            let panels = panels.numbers(size * self.widest().next_multiple_of(8));
            let both = gradient.is_some();
            if !self.takes_turns {
                pack(network, x, both, packed);
            } else if !known.are(network.widths(), x, both) {
                pack(network, x, both, packed);
                known.set(network.widths(), x, both);
            }
            if let Some(gradient) = gradient.as_deref_mut() {
                gradient.fill(0.0);
            }
            for start in (0..count).step_by(size) {
                let lot = match batch {
                    None => self.lot(start),
                    Some(batch) => self.gather(&batch[start..count.min(start + size)], gathered),
                };
                let place = if keeps { start * network.units() } else { 0 };
                let place = place..place + lot.rows * network.units();
                let (units, deltas) = (&mut all_units[place.clone()], &mut all_deltas[place]);
                forward(network, x, packed, lot, units, sums);
                total = losses(network, self.criterion, lot, total, units, deltas);
                if let Some(gradient) = gradient.as_deref_mut() {
                    back(network, packed, lot.rows, units, deltas);
                    add_gradients(network, lot, units, deltas, panels, gradient);
                }
            }
            if keeps {
                kept.point.extend_from_slice(x);
            }
        });
        if let Some(gradient) = gradient {
            self.mean_and_decay(count, x, gradient);
        }
        total / count as f64 + self.decay(x)
    }

    /// H v, or G v.
    fn product(&self, x: &[f64], v: &[f64], gauss_newton: bool, out: &mut [f64]) {
        let network = &self.network;
        let (size, units) = (self.lot_size(), network.units());
        let keeps = self.keeps();
        self.workspaces.with(|workspace| {
            let Workspace { kept, sums, panels, along, direction, .. } = workspace;
            let is_known = keeps && kept.is_at(x);
            let Kept { pass, point, is_wanted } = kept;
            *is_wanted = true;
            point.clear();
            let rows = if keeps { self.examples } else { size };
            let packed = pass.packed.numbers(network.packed());
            let all_units = pass.units.numbers(rows * units);
            let all_deltas = pass.deltas.numbers(rows * units);
            let sums = sums.numbers(size * self.widest());
            let panels = panels.numbers(size * self.widest().next_multiple_of(8));
            let direction = direction.numbers(network.packed());
            let [z_dot, y_dot, delta_dot] = along;
            let (z_dot, y_dot, delta_dot) =
                (z_dot.numbers(size * units), y_dot.numbers(size * units), delta_dot.numbers(size * units));
            if !is_known {
                pack(network, x, true, packed);
            }
            pack(network, v, true, direction);
            out.fill(0.0);
            for start in (0..self.examples).step_by(size) {
                let lot = self.lot(start);
                let place = if keeps { start * units } else { 0 };
                let place = place..place + lot.rows * units;
                let (units, deltas) = (&mut all_units[place.clone()], &mut all_deltas[place]);
                if !is_known {
                    forward(network, x, packed, lot, units, sums);
                    losses(network, self.criterion, lot, 0.0, units, deltas);
                    back(network, packed, lot.rows, units, deltas);
                }
                let deltas = if gauss_newton { &[] } else { &*deltas };
                add_products(
                    network,
                    self.criterion,
                    lot,
                    Found { packed, units, deltas },
                    Direction { v, packed: direction },
                    Along { sums: z_dot, units: y_dot, deltas: delta_dot, panels },
                    out,
                );
            }
            if keeps {
                point.extend_from_slice(x);
            }
        });
        self.mean_and_decay(self.examples, v, out);
    }

    /// (λ/2) Σ w².
    fn decay(&self, x: &[f64]) -> f64 {
        if self.weight_decay == 0.0 {
            return 0.0;
        }
        let squares = self.network.stretches().map(|(weights, _)| dot(&x[weights.clone()], &x[weights]));
        0.5 * self.weight_decay * squares.fold(0.0, |total, squares| total + squares)
    }

    /// Makes a mean of a sum over so many examples, and adds λ times the weights of `x`.
    fn mean_and_decay(&self, count: usize, x: &[f64], sum: &mut [f64]) {
        sum.iter_mut().for_each(|sum| *sum /= count as f64);
        if self.weight_decay != 0.0 {
            for (weights, _) in self.network.stretches() {
                thalweg_numerics::axpy(self.weight_decay, &x[weights.clone()], &mut sum[weights]);
            }
        }
    }
}

impl Objective for NetworkLoss {
    fn dim(&self) -> usize {
        self.network.parameter_count()
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.mean(x, None, None)
    }
}

impl Differentiable for NetworkLoss {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.mean(x, None, Some(gradient))
    }
}

/// At a kink of a rectified linear unit, where there is no second derivative, the product is that of the side where the unit
/// is at rest.
impl Curved for NetworkLoss {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.product(x, v, false, out);
    }
}

/// A term is the loss of an example with the whole weight decay.
impl FiniteSum for NetworkLoss {
    fn terms(&self) -> usize {
        self.examples
    }

    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        self.mean(x, Some(batch), Some(gradient))
    }
}
