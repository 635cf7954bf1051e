//! Where L-BFGS ends, from many starts.

use thalweg_driver::{Stop, minimize, silent};
use thalweg_hessian::Eigen;
use thalweg_networks::{Activation, MultilayerPerceptron, NetworkLoss};
use thalweg_problem::Differentiable;
use thalweg_quasi_newton::Lbfgs;

use super::{CLASSES, POINTS, TARGETS, middles, total};
use crate::descend::largest;
use crate::draws::Draws;
use crate::first_trial::UNIT;
use crate::interval::Interval;
use crate::krawczyk::System;
use crate::two_hidden_units::{TwoHiddenUnits, WEIGHTS};

/// A point is stationary if no element of the gradient of the sum is larger; at a random start they are of size 1.
const SMALL: f64 = 1e-7;
/// A curvature below counts as one that may be 0: an error of the gradient of [`SMALL`] is a step of 1 % along it.
const FLAT: f64 = 1e-5;
const EVALUATIONS: u64 = 2000;

/// Ends of runs, counted.
pub(super) struct Census {
    /// The minimum that is proved.
    pub(super) here: usize,
    /// Other strict minima.
    pub(super) minima: usize,
    pub(super) saddles: usize,
    pub(super) flat: usize,
    pub(super) on_their_way: usize,
    /// By how many points are right.
    pub(super) by_right: [usize; 11],
    /// Ascending.
    pub(super) losses: Vec<f64>,
    /// The weights with the lowest loss.
    pub(super) all_right: Vec<f64>,
}

impl Census {
    /// From `starts` starts with normal weights of the standard deviation `spread`; `known` is the loss of the minimum that
    /// is proved.
    pub(super) fn take(problem: &NetworkLoss, spread: f64, starts: usize, seed: u64, known: f64) -> Self {
        let mut draws = Draws::from_seed(seed);
        let mut census = Self {
            here: 0,
            minima: 0,
            saddles: 0,
            flat: 0,
            on_their_way: 0,
            by_right: [0; 11],
            losses: Vec::new(),
            all_right: Vec::new(),
        };
        let mut least = f64::INFINITY;
        for _ in 0..starts {
            let start: Vec<_> = (0..WEIGHTS).map(|_| spread * draws.normal()).collect();
            let stop = Stop {
                relative_gradient: 0.0,
                absolute_gradient: 0.1 * SMALL / POINTS.len() as f64,
                max_evaluations: Some(EVALUATIONS),
                noise_window: 0,
                runaway: f64::INFINITY,
                ..Stop::default()
            };
            let run =
                minimize(problem, &Lbfgs { first_length: UNIT, ..Lbfgs::default() }, &start, stop, silent)
                    .expect("valid input");
            let w = run.best.x;
            census.count(problem, &w, known);
            let loss = total(problem, &w);
            census.losses.push(loss);
            if loss < least {
                (least, census.all_right) = (loss, w);
            }
        }
        census.losses.sort_by(f64::total_cmp);
        census
    }

    fn count(&mut self, problem: &NetworkLoss, w: &[f64], known: f64) {
        self.by_right[right(w)] += 1;
        let mut gradient = [f64::NAN; WEIGHTS];
        let value = POINTS.len() as f64 * problem.value_gradient(w, &mut gradient);
        // Not by its negation: a NaN is on its way.
        let is_stationary = largest(gradient.map(|g| POINTS.len() as f64 * g)) <= SMALL;
        if !is_stationary {
            self.on_their_way += 1;
            return;
        }
        let system = TwoHiddenUnits { points: &POINTS, targets: &TARGETS };
        let intervals: Vec<_> = w.iter().map(|&w| Interval::point(w)).collect();
        let lowest =
            Eigen::new(&middles(&system.jacobian(&intervals))).map_or(f64::NAN, |eigen| eigen.lowest());
        let counter = if lowest < -FLAT {
            &mut self.saddles
        } else if lowest > FLAT {
            if (value - known).abs() < 1e-9 { &mut self.here } else { &mut self.minima }
        } else {
            &mut self.flat
        };
        *counter += 1;
    }
}

/// The sums of the output, above 0 for class 1.
pub(super) fn sums(w: &[f64], points: &[f64]) -> Vec<f64> {
    let network = MultilayerPerceptron::new(&[2, 2, 1], Activation::Logistic, Activation::Linear);
    let mut z = vec![f64::NAN; points.len() / 2];
    network.and_then(|network| network.predict(w, points, &mut z)).expect("weights of two hidden units");
    z
}

/// How far every point is on its side, in units of the output's sum.
pub(super) fn margins(w: &[f64]) -> Vec<f64> {
    let sums = sums(w, &POINTS.concat());
    sums.into_iter().zip(CLASSES).map(|(z, class)| if class == 1 { z } else { -z }).collect()
}

/// How many points are on their side.
pub(super) fn right(w: &[f64]) -> usize {
    margins(w).iter().filter(|margin| **margin > 0.0).count()
}
