//! Random objectives with correct gradients and Hessians, at scales of x and of f from 1e-8 to 1e8.

use thalweg::numerics::{cos, exp, ln, log1p, logistic, pow, powi, sin, softplus};
use thalweg::prelude::*;

/// SplitMix64 (S. Vigna, 2015): the same stream everywhere, from a stated seed.
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform between `low` and `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of 0 to `count` − 1.
    pub fn below(&mut self, count: usize) -> usize {
        (self.bits() % count as u64) as usize
    }

    /// 10ᵉ with e uniform between −8 and 8.
    pub fn scale(&mut self) -> f64 {
        pow(10.0, self.between(-8.0, 8.0))
    }
}

/// f(x) = F φ(z) + c with zᵢ = (xᵢ − mᵢ) / sᵢ, and φ one of ten kinds of function.
#[derive(Debug)]
pub struct RandomObjective {
    /// Which of the [`KINDS`] of φ, from 0.
    pub kind: usize,
    /// sᵢ, length n.
    pub scales: Vec<f64>,
    centers: Vec<f64>,
    /// F.
    pub factor: f64,
    offset: f64,
    /// Coefficients of φ, between −1 and 1; more than any kind needs.
    coefficients: Vec<f64>,
    /// A point with |zᵢ| between 0.1 and 3.
    pub x: Vec<f64>,
}

/// Kinds of φ.
pub const KINDS: usize = 10;
/// The most variables that one has.
pub const MAX_N: usize = 3;

/// How hard it is made to differentiate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difficulty {
    /// The values are as large as the gradient lets expect, and so is x.
    Benign,
    /// Also offsets up to 1e12 F, centers up to 1e6 sᵢ from 0, coordinates that are 0, and points that are minima.
    Any,
}

impl RandomObjective {
    /// One of any kind, of 1 to [`MAX_N`] variables.
    pub fn new(random: &mut Random, difficulty: Difficulty) -> Self {
        let n = 1 + random.below(MAX_N);
        let kind = random.below(KINDS);
        // Half of the objectives have one scale for all variables, half one for each.
        let common = random.scale();
        let is_mixed = random.below(2) == 0;
        let scales: Vec<f64> = (0..n).map(|_| if is_mixed { random.scale() } else { common }).collect();
        let coefficients: Vec<f64> = (0..16).map(|_| random.between(-1.0, 1.0)).collect();
        let mut z: Vec<f64> = (0..n)
            .map(|_| random.between(0.1, 3.0) * if kind == 4 || random.below(2) == 0 { 1.0 } else { -1.0 })
            .collect();
        let mut objective = Self {
            kind,
            centers: vec![0.0; n],
            factor: random.scale(),
            offset: 0.0,
            coefficients,
            x: Vec::new(),
            scales,
        };
        if difficulty == Difficulty::Any {
            match random.below(5) {
                0 => objective.offset = objective.factor * pow(10.0, random.between(-2.0, 12.0)),
                1 => {
                    for (center, scale) in objective.centers.iter_mut().zip(&objective.scales) {
                        *center = scale * pow(10.0, random.between(-2.0, 6.0));
                    }
                }
                // Kind 4 has no value where a coordinate is 0.
                2 if kind != 4 => z[random.below(n)] = 0.0,
                3 if kind != 4 => z.fill(0.0),
                _ => {}
            }
        }
        objective.x =
            z.iter().zip(&objective.scales).zip(&objective.centers).map(|((z, s), m)| m + s * z).collect();
        objective
    }

    /// The same function with `scale` for the scale of every variable and `factor` for that of the values.
    #[must_use]
    pub fn at_scales(mut self, scale: f64, factor: f64) -> Self {
        for (i, z) in self.z(&self.x).into_iter().enumerate().take(self.dim()) {
            self.centers[i] *= scale / self.scales[i];
            self.scales[i] = scale;
            self.x[i] = self.centers[i] + scale * z;
        }
        (self.offset, self.factor) = (self.offset / self.factor * factor, factor);
        self
    }

    fn z(&self, x: &[f64]) -> [f64; MAX_N] {
        let mut z = [0.0; MAX_N];
        for i in 0..x.len() {
            z[i] = (x[i] - self.centers[i]) / self.scales[i];
        }
        z
    }

    /// φ(z), and ∇φ(z) in `g`, which begins as zeros.
    fn phi(&self, z: &[f64], g: &mut [f64]) -> f64 {
        let (n, c) = (z.len(), &self.coefficients);
        match self.kind {
            // ½ zᵀA z with Aᵢⱼ = 1 + 2 [i = j] + cᵢ cⱼ: a minimum at 0.
            0 => {
                for i in 0..n {
                    g[i] = (0..n).map(|j| (1.0 + c[i] * c[j] + if i == j { 2.0 } else { 0.0 }) * z[j]).sum();
                }
                (0..n).map(|i| 0.5 * g[i] * z[i]).sum()
            }
            // Σ (cᵢ zᵢ⁴ + zᵢ³ + zᵢ) + z₁ zₙ²
            1 => {
                let mut f = z[0] * z[n - 1] * z[n - 1];
                for i in 0..n {
                    f += c[i] * powi(z[i], 4) + powi(z[i], 3) + z[i];
                    g[i] += 4.0 * c[i] * powi(z[i], 3) + 3.0 * z[i] * z[i] + 1.0;
                }
                g[0] += z[n - 1] * z[n - 1];
                g[n - 1] += 2.0 * z[0] * z[n - 1];
                f
            }
            // Σₖ exp(cₖ₁ z₁ + …)
            2 => self.sum_over_projections(z, g, 4, |p| (exp(p), exp(p))),
            // Σₖ ln(1 + p²)
            3 => self.sum_over_projections(z, g, 4, |p| (log1p(p * p), 2.0 * p / (1.0 + p * p))),
            // Σ (zᵢ − ln zᵢ): not defined for zᵢ ≤ 0
            4 => {
                g.iter_mut().zip(z).for_each(|(g, z)| *g = 1.0 - 1.0 / z);
                z.iter().map(|z| z - ln(*z)).sum()
            }
            // Σₖ sin p + cos 2p
            5 => self.sum_over_projections(z, g, 3, |p| (sin(p) + cos(2.0 * p), cos(p) - 2.0 * sin(2.0 * p))),
            // Σ 100 (zᵢ₊₁ − zᵢ²)² + (1 − zᵢ)²
            6 => {
                let mut f = 0.0;
                for i in 0..n {
                    f += powi(1.0 - z[i], 2);
                    g[i] -= 2.0 * (1.0 - z[i]);
                    if i + 1 < n {
                        let valley = z[i + 1] - z[i] * z[i];
                        f += 100.0 * valley * valley;
                        g[i] -= 400.0 * valley * z[i];
                        g[i + 1] += 200.0 * valley;
                    }
                }
                f
            }
            // Σₖ ln(1 + eᵖ), as in logistic regression
            7 => self.sum_over_projections(z, g, 5, |p| (softplus(p), logistic(p))),
            // ½ Σₖ (p − ½)², a sum of 60 squares
            8 => self.sum_over_projections(z, g, 60, |p| (0.5 * (p - 0.5) * (p - 0.5), p - 0.5)),
            // Σ |zᵢ|^3.5 − zᵢ
            _ => {
                g.iter_mut().zip(z).for_each(|(g, z)| *g = 3.5 * pow(z.abs(), 2.5) * z.signum() - 1.0);
                z.iter().map(|z| pow(z.abs(), 3.5) - z).sum()
            }
        }
    }

    /// Σₖ h(pₖ) with pₖ = Σᵢ c₍ₖ₊₅ᵢ₎ zᵢ, for so many k.
    fn sum_over_projections(
        &self,
        z: &[f64],
        g: &mut [f64],
        count: usize,
        h: impl Fn(f64) -> (f64, f64),
    ) -> f64 {
        let coefficient = |k: usize, i: usize| self.coefficients[(k + 5 * i) % self.coefficients.len()];
        let mut f = 0.0;
        for k in 0..count {
            let (value, slope) = h((0..z.len()).map(|i| coefficient(k, i) * z[i]).sum());
            f += value;
            (0..z.len()).for_each(|i| g[i] += slope * coefficient(k, i));
        }
        f
    }
}

/// An element of the Hessian.
#[derive(Clone, Copy, Default)]
pub struct Element {
    /// Its value.
    pub value: f64,
    /// The sum of its absolute terms: what its roundings are relative to.
    pub size: f64,
}

impl Element {
    fn add(&mut self, term: f64) {
        self.value += term;
        self.size += term.abs();
    }
}

impl RandomObjective {
    /// ∂²f/∂xᵢ∂xⱼ at x, for all i and j.
    #[must_use]
    pub fn elements(&self, x: &[f64]) -> [[Element; MAX_N]; MAX_N] {
        let n = x.len();
        let mut elements = self.phi_second(&self.z(x)[..n]);
        for (row, row_scale) in elements.iter_mut().zip(&self.scales) {
            for (element, scale) in row.iter_mut().zip(&self.scales) {
                for number in [&mut element.value, &mut element.size] {
                    *number = *number * self.factor / row_scale / scale;
                }
            }
        }
        elements
    }

    /// ∇²φ(z).
    fn phi_second(&self, z: &[f64]) -> [[Element; MAX_N]; MAX_N] {
        let (n, c) = (z.len(), &self.coefficients);
        let mut h = [[Element::default(); MAX_N]; MAX_N];
        let mut sum = |count: usize, second: &dyn Fn(f64) -> f64| {
            let coefficient = |k: usize, i: usize| c[(k + 5 * i) % c.len()];
            for k in 0..count {
                let curvature = second((0..n).map(|i| coefficient(k, i) * z[i]).sum());
                for (i, row) in h.iter_mut().enumerate().take(n) {
                    for (j, element) in row.iter_mut().enumerate().take(n) {
                        element.add(curvature * coefficient(k, i) * coefficient(k, j));
                    }
                }
            }
        };
        match self.kind {
            2 => sum(4, &|p| exp(p)),
            3 => sum(4, &|p| 2.0 * (1.0 - p * p) / powi(1.0 + p * p, 2)),
            5 => sum(3, &|p| -sin(p) - 4.0 * cos(2.0 * p)),
            7 => sum(5, &|p| logistic(p) * logistic(-p)),
            8 => sum(60, &|_| 1.0),
            0 => {
                for (i, row) in h.iter_mut().enumerate().take(n) {
                    for (j, element) in row.iter_mut().enumerate().take(n) {
                        element.add(1.0 + c[i] * c[j] + if i == j { 2.0 } else { 0.0 });
                    }
                }
            }
            1 => {
                for i in 0..n {
                    h[i][i].add(12.0 * c[i] * z[i] * z[i]);
                    h[i][i].add(6.0 * z[i]);
                }
                h[n - 1][n - 1].add(2.0 * z[0]);
                h[0][n - 1].add(2.0 * z[n - 1]);
                h[n - 1][0].add(2.0 * z[n - 1]);
            }
            4 => (0..n).for_each(|i| h[i][i].add(1.0 / z[i] / z[i])),
            6 => {
                for i in 0..n {
                    h[i][i].add(2.0);
                    if i + 1 < n {
                        h[i][i].add(1200.0 * z[i] * z[i]);
                        h[i][i].add(-400.0 * z[i + 1]);
                        h[i + 1][i + 1].add(200.0);
                        h[i][i + 1].add(-400.0 * z[i]);
                        h[i + 1][i].add(-400.0 * z[i]);
                    }
                }
            }
            _ => (0..n).for_each(|i| h[i][i].add(8.75 * pow(z[i].abs(), 1.5))),
        }
        h
    }
}

impl Objective for RandomObjective {
    fn dim(&self) -> usize {
        self.scales.len()
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.value_gradient(x, &mut [0.0; MAX_N][..x.len()])
    }
}

impl Differentiable for RandomObjective {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        let phi = self.phi(&self.z(x)[..x.len()], gradient);
        for (g, scale) in gradient.iter_mut().zip(&self.scales) {
            *g *= self.factor / scale;
        }
        self.factor * phi + self.offset
    }
}

impl Curved for RandomObjective {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        let elements = self.elements(x);
        for (row, out) in elements.iter().zip(out) {
            *out = row.iter().zip(v).map(|(element, v)| element.value * v).sum();
        }
    }
}
