//! A network of two inputs, two logistic units and one logistic output under cross-entropy, summed over its examples: gradient and
//! Hessian written down in intervals, apart from the code of crate `networks`.
//!
//! ```text
//! aⱼ = wⱼ·x + bⱼ,   hⱼ = σ(aⱼ),   z = v·h + c,   p = σ(z)
//! f = Σ ln(1 + eᶻ) − d z                            over the examples (x, d)
//! ∇f = Σ (p − d) ∇z,   H = Σ p(1 − p) ∇z ∇zᵀ + (p − d) ∇²z
//! ```
//!
//! The variables are w₁, w₂, b, v, c, as `MultilayerPerceptron` has them.

use crate::interval::Interval;
use crate::krawczyk::System;

/// w₁, w₂ (two each), b₁, b₂, v₁, v₂, c.
pub(crate) const WEIGHTS: usize = 9;

/// The equations ∇f = 0.
pub(crate) struct TwoHiddenUnits<'d> {
    pub(crate) points: &'d [[f64; 2]],
    pub(crate) targets: &'d [f64],
}

/// ∇z, ∇²z, p(1 − p) and p − d at one example.
struct Example {
    slopes: [Interval; WEIGHTS],
    curvatures: [[Interval; WEIGHTS]; WEIGHTS],
    spread: Interval,
    residue: Interval,
}

/// Where the weights of unit j that belong to x₁, x₂ and 1 lie.
const UNITS: [[usize; 3]; 2] = [[0, 1, 4], [2, 3, 5]];
const OUTWARD: [usize; 2] = [6, 7];

impl TwoHiddenUnits<'_> {
    fn examples<'a>(&'a self, w: &'a [Interval]) -> impl Iterator<Item = Example> + 'a {
        self.points.iter().zip(self.targets).map(move |(x, target)| {
            let one = Interval::point(1.0);
            let inputs = [Interval::point(x[0]), Interval::point(x[1]), one];
            let mut slopes = [one; WEIGHTS];
            let mut curvatures = [[Interval::ZERO; WEIGHTS]; WEIGHTS];
            let mut z = w[8];
            for (unit, outward) in UNITS.into_iter().zip(OUTWARD) {
                let sum = unit.iter().zip(inputs).fold(Interval::ZERO, |sum, (&k, x)| sum + w[k] * x);
                let (h, v) = (sum.logistic(), w[outward]);
                let first = h * (one - h);
                let second = first * (one - h * 2.0);
                z = z + v * h;
                slopes[outward] = h;
                for (&k, x) in unit.iter().zip(inputs) {
                    slopes[k] = v * first * x;
                    (curvatures[k][outward], curvatures[outward][k]) = (first * x, first * x);
                    for (&l, y) in unit.iter().zip(inputs) {
                        curvatures[k][l] = v * second * (x * y);
                    }
                }
            }
            let p = z.logistic();
            Example { slopes, curvatures, spread: p * (one - p), residue: p - Interval::point(*target) }
        })
    }
}

impl System for TwoHiddenUnits<'_> {
    fn values(&self, w: &[Interval]) -> Vec<Interval> {
        let mut sums = vec![Interval::ZERO; WEIGHTS];
        for Example { slopes, residue, .. } in self.examples(w) {
            for (sum, slope) in sums.iter_mut().zip(slopes) {
                *sum = *sum + residue * slope;
            }
        }
        sums
    }

    fn jacobian(&self, w: &[Interval]) -> Vec<Vec<Interval>> {
        let mut sums = vec![vec![Interval::ZERO; WEIGHTS]; WEIGHTS];
        for Example { slopes, curvatures, spread, residue } in self.examples(w) {
            for (k, row) in sums.iter_mut().enumerate() {
                for (l, sum) in row.iter_mut().enumerate() {
                    *sum = *sum + spread * (slopes[k] * slopes[l]) + residue * curvatures[k][l];
                }
            }
        }
        sums
    }
}
