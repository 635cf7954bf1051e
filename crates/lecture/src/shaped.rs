//! Networks that learn a shape in the plane from points of it: what slide 31 shows, with everything stated that it leaves open.
//!
//! The shape is a hexagon with a diamond cut out of it, the points are uniform in [−1, 1)², hidden units are rectified linear,
//! the output is logistic, the loss is the cross-entropy. A seed decides the points, the start and the order of the batches.

mod learned;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use thalweg_driver::{Stop, minimize, silent};
use thalweg_first_order::{Adam, GradientDescent, MiniBatch, UpdateRule};
use thalweg_networks::data::Shape;
use thalweg_networks::{Activation, Initialization, Loss, MultilayerPerceptron, NetworkLoss, Targets};
use thalweg_problem::State;
use thalweg_schedules::{Constant, CosineWarmRestarts, RatePolicy};

pub(crate) use self::learned::{Learned, Part, by_nearest_neighbor, effect};
use self::learned::{OneSeed, truth};
use crate::level_set::Grid;

/// Where a prediction is compared with the shape.
pub(crate) const GRID: Grid = Grid { low: -1.0, high: 1.0, side: 201 };

/// By the formula of Gauss, that of the hole taken away.
pub(crate) fn area_of_the_shape() -> f64 {
    let area = |polygon: &Vec<[f64; 2]>| {
        let edges = polygon.iter().zip(polygon.iter().cycle().skip(1));
        edges.map(|(a, b)| 0.5 * (a[0] * b[1] - b[0] * a[1])).sum::<f64>().abs()
    };
    Shape::hexagon_with_diamond_hole()
        .polygons()
        .iter()
        .map(area)
        .reduce(|outer, hole| outer - hole)
        .unwrap_or(0.0)
}

/// What moves the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Optimizer {
    /// Adam at 2 · 10⁻³, down to 0 in half a cosine.
    Adam,
    /// Gradient descent on mini-batches at 0.2.
    Descent,
}

/// Where the parameters start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// Normal weights of the variance 2/m, with m inputs of a layer; biases 0.
    He,
    /// Weights and biases uniform in ±1/√m.
    InverseRoot,
}

/// All that a training is, but for its seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Training {
    pub(crate) optimizer: Optimizer,
    pub(crate) start: Start,
    /// Hidden layers.
    pub(crate) depth: usize,
    /// Hidden units in all, shared out evenly.
    pub(crate) units: usize,
    /// N.
    pub(crate) examples: usize,
    pub(crate) batch_size: usize,
    pub(crate) epochs: u64,
}

impl Training {
    fn network(&self) -> MultilayerPerceptron {
        let mut widths = vec![self.units / self.depth; self.depth + 2];
        (widths[0], widths[self.depth + 1]) = (2, 1);
        MultilayerPerceptron::new(&widths, Activation::Relu, Activation::Logistic).expect("widths above 0")
    }

    fn start(&self, network: &MultilayerPerceptron, seed: u64) -> Vec<f64> {
        const USABLE: &str = "a half-width that can be used, and parameters of the network's";
        match self.start {
            Start::He => network.initial(Initialization::He, seed).expect(USABLE),
            Start::InverseRoot => {
                let mut x = network.initial(Initialization::Uniform { half_width: 1.0 }, seed).expect(USABLE);
                for layer in network.layers_mut(&mut x).expect(USABLE) {
                    let half_width = 1.0 / (layer.inputs as f64).sqrt();
                    layer.weights.iter_mut().chain(layer.biases).for_each(|w| *w *= half_width);
                }
                x
            }
        }
    }

    /// What the trained network makes of the points of [`GRID`]: the odds of being inside as a logarithm, above 0 for inside.
    ///
    /// # Panics
    /// If the training cannot be done: that is a mistake in the result's code.
    pub(crate) fn run(&self, seed: u64) -> Vec<f64> {
        let network = self.network();
        let data = Shape::hexagon_with_diamond_hole().draw(self.examples, seed).expect("a point or more");
        let start = self.start(&network, seed);
        let problem = NetworkLoss::new(
            network.clone(),
            data.features(),
            Targets::Classes(data.labels()),
            Loss::CrossEntropy,
        )
        .expect("points of the plane in two classes");
        let steps = self.epochs * self.examples.div_ceil(self.batch_size) as u64;
        let x = match self.optimizer {
            Optimizer::Adam => {
                let cosine = CosineWarmRestarts { rate: 2e-3, floor: 0.0, period: steps, growth: 1 };
                self.follow(Adam::default(), cosine, &problem, &start, steps, seed)
            }
            Optimizer::Descent => {
                self.follow(GradientDescent, Constant { rate: 0.2 }, &problem, &start, steps, seed)
            }
        };
        // The same network without its last function, so that nothing is rounded to 1.
        let sums = MultilayerPerceptron::new(network.widths(), Activation::Relu, Activation::Linear);
        let mut z = vec![f64::NAN; GRID.side * GRID.side];
        sums.and_then(|sums| sums.predict(&x, &GRID.points(), &mut z)).expect("the same widths");
        z
    }

    fn follow<R: UpdateRule<f64>, S: RatePolicy>(
        &self,
        rule: R,
        schedule: S,
        problem: &NetworkLoss,
        start: &[f64],
        steps: u64,
        seed: u64,
    ) -> Vec<f64> {
        let method = MiniBatch { batch_size: self.batch_size, seed, ..MiniBatch::with(rule, schedule) };
        let run = minimize(problem, &method, start, Stop::after(steps), silent);
        run.expect("settings that can be used").state.x().to_vec()
    }
}

/// What every training learns from the seeds 0, 1, …, in the order of the trainings, on so many threads, which change nothing.
pub(crate) fn learn_all(trainings: &[Training], seeds: u64, threads: usize) -> Vec<Learned> {
    let seeds = seeds as usize;
    let truth = truth();
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (next, truth, send) = (&next, &truth, send.clone());
            scope.spawn(move || {
                loop {
                    let job = next.fetch_add(1, Ordering::Relaxed);
                    let Some(training) = trainings.get(job / seeds) else { break };
                    let seed = (job % seeds) as u64;
                    let odds = training.run(seed);
                    send.send((job, OneSeed::new(seed, odds, truth)))
                        .expect("the receiver outlives the threads");
                }
            });
        }
    });
    drop(send);
    let mut found: Vec<_> = receive.into_iter().collect();
    found.sort_by_key(|(job, _)| *job);
    let mut found = found.into_iter().map(|(_, one)| one);
    trainings.iter().map(|_| Learned::new(found.by_ref().take(seeds))).collect()
}
