//! The product H v of L-BFGS with ten pairs, and a pair that is taken in, beside the two loops as one would write them by hand.
//!
//! Read the ratio of the lines of a group, not the times: they are measured in one run on one machine.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use thalweg_quasi_newton::Pairs;

const MEMORY: usize = 10;

/// Numbers between −½ and ½.
fn noise(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    (0..n).map(|_| uniform()).collect()
}

struct Pair {
    s: Vec<f64>,
    y: Vec<f64>,
    /// 1/sᵀy.
    rho: f64,
}

/// A step and what the gradient of ½ Σ cᵢ xᵢ², c from 1 to 2, changes by along it.
fn pair(n: usize, seed: u64) -> Pair {
    let s = noise(n, seed);
    let y: Vec<f64> = s.iter().enumerate().map(|(i, s)| (1.0 + i as f64 / n as f64) * s).collect();
    let rho = 1.0 / dot_by_hand(&s, &y);
    Pair { s, y, rho }
}

fn dot_by_hand(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

fn axpy_by_hand(a: f64, x: &[f64], y: &mut [f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += a * x);
}

/// J. Nocedal's two loops, Mathematics of Computation 35 (1980) 773–782.
fn two_loops_by_hand(pairs: &[Pair], v: &mut [f64]) {
    let mut alphas = [0.0; MEMORY];
    for (Pair { s, y, rho }, alpha) in pairs.iter().zip(&mut alphas).rev() {
        *alpha = rho * dot_by_hand(s, v);
        axpy_by_hand(-*alpha, y, v);
    }
    let Pair { y, rho, .. } = pairs.last().expect("ten of them");
    let gamma = 1.0 / (rho * dot_by_hand(y, y));
    v.iter_mut().for_each(|v| *v *= gamma);
    for (Pair { s, y, rho }, alpha) in pairs.iter().zip(&alphas) {
        let beta = rho * dot_by_hand(y, v);
        axpy_by_hand(alpha - beta, s, v);
    }
}

fn directions(c: &mut Criterion) {
    let mut group = c.benchmark_group("H v with ten pairs, after one was taken in");
    for n in [10, 1000, 100_000, 1_000_000] {
        group.sample_size(if n > 10_000 { 10 } else { 50 });
        let given = || (0..MEMORY as u64).map(|seed| pair(n, seed)).collect::<Vec<_>>();
        let (v, Pair { s, y, .. }) = (noise(n, 99), pair(n, 100));
        let mut out = v.clone();
        group.bench_function(BenchmarkId::new("crate", n), |bencher| {
            let mut pairs = Pairs::new(n, MEMORY).expect("a size");
            for Pair { s, y, .. } in &given() {
                pairs.push(s, y, 0.0).expect("of length n");
            }
            bencher.iter(|| {
                pairs.push(black_box(&s), &y, 0.0).expect("of length n");
                out.copy_from_slice(black_box(&v));
                pairs.multiply(&mut out, |gamma, q| q.iter_mut().for_each(|q| *q *= gamma));
            });
        });
        group.bench_function(BenchmarkId::new("by hand", n), |bencher| {
            let mut pairs = given();
            bencher.iter(|| {
                let mut oldest = pairs.remove(0);
                oldest.s.copy_from_slice(black_box(&s));
                oldest.y.copy_from_slice(&y);
                oldest.rho = 1.0 / dot_by_hand(&s, &y);
                pairs.push(oldest);
                out.copy_from_slice(black_box(&v));
                two_loops_by_hand(&pairs, &mut out);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, directions);
criterion_main!(benches);
