//! The hinge loss over the clusters of slides 21–26 in the limit of many samples, in closed form.
//!
//! ```text
//! (3n + 1) E(w) = n Σ over clusters of 𝔼 max(0, 1 − m) + 1 − m(spoiler)
//! 𝔼 max(0, 1 − m) = (1 − μ) Φ(a) + s φ(a),    m normal with mean μ = y(w·center + b) and deviation s = σ‖w‖,    a = (1 − μ)/s
//! ```
//!
//! The spoiler pays on beyond its margin of 1, where the hinge would be 0: E has no corner, is convex, and is the hinge loss
//! wherever the spoiler's margin is at most 1. So a minimum of the one below that margin is one of the other, and if one of them
//! has the spoiler on its side, so has the other.
//!
//! Derivatives: ∂/∂μ = −Φ(a), ∂/∂s = φ(a), and the second ones φ(a)/s times the products of (1, a) with itself.

use thalweg_hessian::TwiceDifferentiable;
use thalweg_hessian::nalgebra::{DMatrix, DVector};
use thalweg_networks::data::SpoiledClusters;
use thalweg_numerics::{dot, exp, norm};
use thalweg_problem::{Curved, Differentiable, Objective};

use crate::crowd::CENTERS;

/// E, with `per_cluster` points a cluster, which need not be whole, and one spoiler.
pub(crate) struct HingeCrowd {
    per_cluster: f64,
}

/// Φ and φ at `a`.
fn normal(a: f64) -> [f64; 2] {
    let root = std::f64::consts::FRAC_1_SQRT_2;
    // Of all elementary functions the only one that nothing else here needs.
    [0.5 * libm::erfc(-a * root), exp(-0.5 * a * a) * 0.5 * std::f64::consts::FRAC_2_SQRT_PI * root]
}

impl HingeCrowd {
    pub(crate) fn new(per_cluster: f64) -> Self {
        Self { per_cluster }
    }

    /// E, with what each cluster adds to its derivatives: its share, y(center, 1), Φ, φ and a.
    fn each(&self, w: &[f64], mut term: impl FnMut(f64, [f64; 3], [f64; 2], f64)) -> f64 {
        let total = 3.0 * self.per_cluster + 1.0;
        let s = SpoiledClusters::default().deviation * norm(&w[..2]);
        let clusters: f64 = CENTERS
            .iter()
            .map(|([x, y], sign)| {
                let row = [sign * x, sign * y, *sign];
                let rest = 1.0 - dot(w, &row);
                let a = rest / s;
                let [below, density] = normal(a);
                term(self.per_cluster / total, row, [below, density], a);
                rest * below + s * density
            })
            .sum();
        (self.per_cluster * clusters + 1.0 - dot(w, &SPOILER)) / total
    }

    /// ∇s, with 0 for the bias.
    fn deviation_slope(w: &[f64]) -> [f64; 3] {
        let share = SpoiledClusters::default().deviation / norm(&w[..2]);
        [share * w[0], share * w[1], 0.0]
    }
}

/// (x, 1) of the spoiler, whose y is 1.
const SPOILER: [f64; 3] = [SpoiledClusters::SPOILER[0], SpoiledClusters::SPOILER[1], 1.0];

impl Objective for HingeCrowd {
    fn dim(&self) -> usize {
        3
    }

    fn value(&self, w: &[f64]) -> f64 {
        self.each(w, |_, _, _, _| {})
    }
}

impl Differentiable for HingeCrowd {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let turn = Self::deviation_slope(w);
        let spoiler = -1.0 / (3.0 * self.per_cluster + 1.0);
        gradient.iter_mut().zip(SPOILER).for_each(|(g, z)| *g = spoiler * z);
        self.each(w, |share, row, [below, density], _| {
            for ((g, z), turn) in gradient.iter_mut().zip(row).zip(turn) {
                *g += share * (density * turn - below * z);
            }
        })
    }
}

impl Curved for HingeCrowd {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        let mut hessian = DMatrix::zeros(3, 3);
        self.hessian(w, &mut hessian);
        out.copy_from_slice((hessian * DVector::from_column_slice(v)).as_slice());
    }
}

impl TwiceDifferentiable for HingeCrowd {
    fn hessian(&self, w: &[f64], out: &mut DMatrix<f64>) {
        let (deviation, turn) = (SpoiledClusters::default().deviation, Self::deviation_slope(w));
        let r = norm(&w[..2]);
        out.fill(0.0);
        self.each(w, |share, row, [_, density], a| {
            let bend = |i: usize| row[i] + a * turn[i];
            for i in 0..3 {
                for j in 0..3 {
                    out[(i, j)] += share * density * bend(i) * bend(j) / (deviation * r);
                }
            }
            for i in 0..2 {
                for j in 0..2 {
                    let along = w[i] * w[j] / (r * r);
                    out[(i, j)] += share * density * deviation / r * (f64::from(u8::from(i == j)) - along);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use thalweg_hessian::check_hessian;
    use thalweg_networks::HingeNeuron;
    use thalweg_problem::CheckSettings;

    use super::*;

    #[test]
    fn derivatives_are_those_of_the_closed_form() {
        let report =
            check_hessian(&HingeCrowd::new(8.5), &[1.0, 1.05, 0.02], CheckSettings::default()).unwrap();
        assert!(report.agrees(), "{report:?}");
    }

    #[test]
    fn closed_form_is_the_mean_of_many_samples() {
        let clusters = SpoiledClusters { per_cluster: 100_000, spoilers: 1, ..SpoiledClusters::default() };
        let neuron = HingeNeuron::new(&clusters.draw().unwrap()).unwrap();
        for w in [[1.0, 1.05, 0.02], [0.4, 0.7, 0.1]] {
            // σ‖w‖ is at most 0.12, and the hinge no steeper than 1: five times that over √300 000.
            let (mean, limit) = (neuron.value(&w), HingeCrowd::new(1e5).value(&w));
            assert!((mean - limit).abs() < 1.1e-3, "{mean} {limit}");
            assert!(limit > 0.01, "{limit}");
        }
    }
}
