//! The three clusters of slides 21–26 in the limit of many samples: every cluster a normal distribution with the weight of its
//! n points, which need not be whole, and every spoiler with the weight 1.
//!
//! ```text
//! (3n + k) E(w) = n Σ over clusters of 𝔼 ψ(m(x)) + ψ(m(spoiler)) + (k − 1) 𝔼 ψ(m(x)),    x normal around a center, m = y(w·x + b)
//! ```
//!
//! The means are sums over a grid of 17 × 17 points from −4.8 to 4.8 deviations. Such a sum of a smooth function under the normal
//! density is far more exact than its spacing; the error is that of what lies beyond, 10⁻⁶ of a point.

use thalweg_hessian::TwiceDifferentiable;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_networks::DataSet;
use thalweg_networks::data::SpoiledClusters;
use thalweg_numerics::{exp, log1p};
use thalweg_problem::{Curved, Differentiable, Objective};

use crate::ball::{BallMinimum, minimize_in_ball};
use crate::hinge_crowd::HingeCrowd;

/// ψ at the margin of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Penalty {
    /// (σ(−m) − ε)².
    Squared { epsilon: f64 },
    /// ln(1 + e^−m), to the label itself.
    CrossEntropy,
    /// max(0, 1 − m) with its corner rounded: τ ln(1 + e^((1 − m)/τ)), at most τ ln 2 more.
    RoundedHinge { tau: f64 },
}

impl Penalty {
    /// ψ, ψ′ and ψ″.
    fn at(self, m: f64) -> [f64; 3] {
        if let Self::RoundedHinge { tau } = self {
            let [value, first, second] = Self::CrossEntropy.at((m - 1.0) / tau);
            return [tau * value, first, second / tau];
        }
        let e = exp(-m.abs());
        let (large, small) = (1.0 / (1.0 + e), e / (1.0 + e));
        let (p, q) = if m >= 0.0 { (large, small) } else { (small, large) };
        match self {
            Self::Squared { epsilon } => {
                let r = q - epsilon;
                [r * r, -2.0 * r * p * q, 2.0 * p * q * (p * q + r * (p - q))]
            }
            Self::CrossEntropy | Self::RoundedHinge { .. } => [log1p(e) + (-m).max(0.0), -q, p * q],
        }
    }
}

/// E, over weighted points.
pub(crate) struct Crowd {
    penalty: Penalty,
    /// y(x, 1) with the weight of the point.
    rows: Vec<([f64; 3], f64)>,
}

/// The centers of the clusters, each with its y.
pub(crate) const CENTERS: [([f64; 2], f64); 3] = [([1.0, 0.0], 1.0), ([0.0, 1.0], 1.0), ([-1.0, 0.0], -1.0)];

/// From −8 to 8 steps of three fifths of a deviation.
const SIDE: i32 = 8;
const SPACING: f64 = 0.6;

impl Crowd {
    /// `per_cluster` points a cluster, and as many `spoilers`.
    pub(crate) fn new(per_cluster: f64, spoilers: u32, penalty: Penalty) -> Self {
        let mut rows = Vec::new();
        for (center, y) in CENTERS {
            add_cluster(&mut rows, center, y, per_cluster);
        }
        if spoilers > 0 {
            let [x, y] = SpoiledClusters::SPOILER;
            rows.push(([x, y, 1.0], 1.0));
        }
        if spoilers > 1 {
            add_cluster(&mut rows, SpoiledClusters::SPOILER, 1.0, f64::from(spoilers - 1));
        }
        let total = 3.0 * per_cluster + f64::from(spoilers);
        rows.iter_mut().for_each(|(_, weight)| *weight /= total);
        Self { penalty, rows }
    }

    /// A sample instead of its limit.
    pub(crate) fn of_sample(data: &DataSet, penalty: Penalty) -> Self {
        let row = |(x, y): (&[f64], f64)| ([y * x[0], y * x[1], y], 1.0 / data.len() as f64);
        Self { penalty, rows: data.rows().zip(data.signs()).map(row).collect() }
    }

    /// The sum of `term` over all points: ψ, ψ′ and ψ″ with the weight in them, and y(x, 1).
    fn each(&self, w: &[f64], mut term: impl FnMut([f64; 3], &[f64; 3])) {
        for (z, weight) in &self.rows {
            let derivatives = self.penalty.at(w[0] * z[0] + w[1] * z[1] + w[2] * z[2]);
            term(derivatives.map(|d| weight * d), z);
        }
    }
}

fn add_cluster(rows: &mut Vec<([f64; 3], f64)>, center: [f64; 2], y: f64, weight: f64) {
    let deviation = SpoiledClusters::default().deviation;
    let density = |i: i32| {
        let z = SPACING * f64::from(i);
        exp(-0.5 * z * z)
    };
    let total: f64 = (-SIDE..=SIDE).map(density).sum();
    for i in -SIDE..=SIDE {
        for j in -SIDE..=SIDE {
            let share = density(i) * density(j) / (total * total);
            let x = |center: f64, i: i32| center + deviation * SPACING * f64::from(i);
            rows.push(([y * x(center[0], i), y * x(center[1], j), y], weight * share));
        }
    }
}

impl Objective for Crowd {
    fn dim(&self) -> usize {
        3
    }

    fn value(&self, w: &[f64]) -> f64 {
        let mut sum = 0.0;
        self.each(w, |[value, ..], _| sum += value);
        sum
    }
}

impl Differentiable for Crowd {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let mut sum = 0.0;
        gradient.fill(0.0);
        self.each(w, |[value, first, _], z| {
            sum += value;
            gradient.iter_mut().zip(z).for_each(|(g, z)| *g += first * z);
        });
        sum
    }
}

impl Curved for Crowd {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        self.each(w, |[.., second], z| {
            let along = second * (v[0] * z[0] + v[1] * z[1] + v[2] * z[2]);
            out.iter_mut().zip(z).for_each(|(out, z)| *out += along * z);
        });
    }
}

impl TwiceDifferentiable for Crowd {
    fn hessian(&self, w: &[f64], out: &mut DMatrix<f64>) {
        out.fill(0.0);
        self.each(w, |[.., second], z| {
            for i in 0..3 {
                for j in 0..3 {
                    out[(i, j)] += second * z[i] * z[j];
                }
            }
        });
    }
}

/// The lower one of the minima that are reached, for ‖w‖ ≤ `radius`, from the line that ignores the spoiler and from the widest
/// one that does not.
pub(crate) fn lower_minimum(problem: &impl TwiceDifferentiable, radius: f64) -> BallMinimum {
    /// Between (−1, 0) and the line through the spoiler and (0, 1), in the middle.
    const FITS: [f64; 3] = [4.5, -2.0, 3.3];
    const IGNORES: [f64; 3] = [2.0, 2.0, 0.0];
    let [fits, ignores] = [FITS, IGNORES].map(|start| minimize_in_ball(problem, radius, &start));
    if fits.value < ignores.value { fits } else { ignores }
}

/// y(w·x + b) of the first spoiler is above 0.
pub(crate) fn spoiler_is_fitted(w: &[f64]) -> bool {
    let [x, y] = SpoiledClusters::SPOILER;
    w[0] * x + w[1] * y + w[2] > 0.0
}

/// The n at which the lower minimum turns from fitting the spoiler to ignoring it; ∞ if it fits it at 10⁵.
pub(crate) fn turning_point(spoilers: u32, penalty: Penalty, radius: f64) -> f64 {
    turns(|n| spoiler_is_fitted(&lower_minimum(&Crowd::new(n, spoilers, penalty), radius).w))
}

/// The same for the hinge loss and one spoiler; the loss is convex and has one minimum.
pub(crate) fn hinge_turning_point(radius: f64) -> f64 {
    turns(|n| spoiler_is_fitted(&minimize_in_ball(&HingeCrowd::new(n), radius, &HINGE_START).w))
}

/// Of the hinge loss over a sample: its corners become sharper and sharper, each minimum being the start of the next.
pub(crate) fn hinge_minimum(data: &DataSet, radius: f64) -> BallMinimum {
    let minimum = |tau: f64, start: &[f64]| {
        minimize_in_ball(&Crowd::of_sample(data, Penalty::RoundedHinge { tau }), radius, start)
    };
    let mut found = minimum(1.0, &HINGE_START);
    for tau in [0.1, 0.01] {
        found = minimum(tau, &found.w);
    }
    found
}

const HINGE_START: [f64; 3] = [1.0, 0.5, 0.0];

/// Where `fits` turns from true to false, from 0.05 to 10⁵; ∞ if it is true there.
fn turns(fits: impl Fn(f64) -> bool) -> f64 {
    if fits(1e5) {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (0.05, 1e5);
    // Twenty halvings of six decades: to five digits.
    for _ in 0..20 {
        let middle = f64::sqrt(low * high);
        if fits(middle) { low = middle } else { high = middle }
    }
    f64::sqrt(low * high)
}

#[cfg(test)]
mod tests {
    use thalweg_hessian::check_hessian;
    use thalweg_problem::CheckSettings;

    use super::*;

    #[test]
    fn crowd_has_the_derivatives_it_says() {
        for penalty in
            [Penalty::Squared { epsilon: 0.01 }, Penalty::CrossEntropy, Penalty::RoundedHinge { tau: 0.5 }]
        {
            let crowd = Crowd::new(8.5, 3, penalty);
            let report = check_hessian(&crowd, &[1.5, -0.5, 0.25], CheckSettings::default()).unwrap();
            assert!(report.agrees(), "{report:?}");
        }
    }

    #[test]
    fn crowd_is_the_mean_of_many_samples() {
        use thalweg_networks::{Neuron, NeuronSettings};
        let clusters = SpoiledClusters { per_cluster: 100_000, ..SpoiledClusters::default() };
        let neuron = Neuron::new(&clusters.draw().unwrap(), 0.01, NeuronSettings::default()).unwrap();
        let crowd = Crowd::new(1.0, 0, Penalty::Squared { epsilon: 0.01 });
        let w = [4.0, 1.0, 1.0];
        // A deviation of less than 0.1 a point, over √300 000, five times.
        let (mean, limit) = (neuron.value(&w), crowd.value(&w));
        assert!((mean - limit).abs() < 1e-3, "{mean} {limit}");
        assert!(limit > 5e-3);
    }
}
