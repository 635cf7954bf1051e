//! Symmetric matrices whose spectrum is known exactly, and random ones of them.
//!
//! A = H₁ H₂ diag(λ) H₂ H₁ with H = I − 2vvᵀ/vᵀv. For any v ≠ 0 that is exactly orthogonal, so the eigenvalues are the λ, as
//! they are; all that rounding touches is the product.

#![allow(dead_code, reason = "not every test that includes this file uses all of it")]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use thalweg::numerics::{axpy, dot, pow};
use thalweg_krylov::LinearOperator;

#[derive(Clone, Debug)]
pub(crate) struct Reflected {
    pub(crate) eigenvalues: Vec<f64>,
    pub(crate) mirrors: [Vec<f64>; 2],
}

fn reflect(v: &[f64], x: &mut [f64]) {
    axpy(-2.0 * dot(v, x) / dot(v, v), v, x);
}

impl LinearOperator for Reflected {
    fn dim(&self) -> usize {
        self.eigenvalues.len()
    }

    fn apply(&self, x: &[f64], out: &mut [f64]) {
        self.apply_function(|lambda| lambda, x, out);
    }
}

impl Reflected {
    /// Writes f(A) x into `out`: exact but for a handful of roundings.
    pub(crate) fn apply_function(&self, f: impl Fn(f64) -> f64, x: &[f64], out: &mut [f64]) {
        out.copy_from_slice(x);
        self.mirrors.iter().for_each(|v| reflect(v, out));
        out.iter_mut().zip(&self.eigenvalues).for_each(|(out, &lambda)| *out *= f(lambda));
        self.mirrors.iter().rev().for_each(|v| reflect(v, out));
    }

    pub(crate) fn norm(&self) -> f64 {
        self.eigenvalues.iter().fold(0.0, |m, l| l.abs().max(m))
    }

    pub(crate) fn lowest(&self) -> f64 {
        self.eigenvalues.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// How far the nearest eigenvalue is.
    pub(crate) fn distance(&self, value: f64) -> f64 {
        self.eigenvalues.iter().map(|l| (l - value).abs()).fold(f64::INFINITY, f64::min)
    }

    pub(crate) fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.eigenvalues.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

/// The same cases in every run on every machine, and nothing written to disk.
pub(crate) fn the_same_every_time(cases: u32, seed: u64) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..ProptestConfig::default()
    }
}

/// Spread, clustered, graded or repeated, from the raw numbers between 0 and 1; all in (0, 1].
fn positive(kind: u8, raw: &[f64]) -> Vec<f64> {
    let each = |f: &dyn Fn(usize, f64) -> f64| raw.iter().enumerate().map(|(i, x)| f(i, *x)).collect();
    match kind {
        0 => each(&|_, x| 0.01 + 0.99 * x),
        // Three clusters, 1e-9 wide.
        1 => each(&|i, x| [0.1, 0.5, 1.0 - 1e-9][i % 3] + 1e-9 * x),
        // Ten decades.
        2 => each(&|_, x| pow(10.0, -10.0 * x)),
        // A bulk and one far outlier.
        3 => each(&|i, x| if i == 0 { 1.0 } else { 0.01 + 0.001 * x }),
        // A handful of values, many times each.
        _ => each(&|_, x| 0.2 + 0.2 * (4.0 * x).floor()),
    }
}

/// Random matrices of 1 to `n` rows: every second one positive definite unless `definite` asks for all.
pub(crate) fn matrices(n: usize, definite: bool) -> impl Strategy<Value = Reflected> {
    let numbers = move |low: f64| move |n: usize| vec(low..1.0_f64, n);
    (1..=n)
        .prop_flat_map(move |n| (0..5_u8, any::<bool>(), numbers(0.0)(n), numbers(-1.0)(n), numbers(-1.0)(n)))
        .prop_map(move |(kind, flips, raw, mut one, mut other)| {
            let mut eigenvalues = positive(kind, &raw);
            if flips && !definite {
                // One sign for each value, so that what is repeated stays repeated.
                eigenvalues.iter_mut().for_each(|l| *l *= if (*l * 7.3).fract() < 0.5 { -1.0 } else { 1.0 });
            }
            // Neither mirror is 0.
            (one[0], other[0]) = (one[0] + 2.0, other[0] - 2.0);
            Reflected { eigenvalues, mirrors: [one, other] }
        })
}

/// A start with a share of every eigenvector, but for chance.
pub(crate) fn start(n: usize) -> Vec<f64> {
    (0..n).map(|i| 1.0 + ((i * i) % 13) as f64 / 13.0).collect()
}
