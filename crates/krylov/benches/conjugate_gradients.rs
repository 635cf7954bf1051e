//! Conjugate gradients beside a loop written by hand, and beside MINRES, on the tridiagonal matrix with 2 and −1.
//!
//! Read the ratio of two lines of a group, not the times: all are measured in one run on one machine.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_krylov::problem::Allowance;
use thalweg_krylov::{ConjugateGradients, LinearOperator, MinimumResidual, Until, operator};

const ITERATIONS: u64 = 50;

/// 2 on the diagonal, −1 beside it.
fn tridiagonal(n: usize) -> impl LinearOperator {
    operator(n, |v, out| {
        let last = v.len() - 1;
        out[0] = 2.0 * v[0] - v[1];
        out[last] = 2.0 * v[last] - v[last - 1];
        for (out, v) in out[1..last].iter_mut().zip(v.windows(3)) {
            *out = 2.0 * v[1] - v[0] - v[2];
        }
    })
}

/// The textbook's loop: no check, no preconditioner, no scaling.
fn by_hand(a: &impl LinearOperator, b: &[f64]) -> Vec<f64> {
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let (mut x, mut r, mut p, mut ap) = (vec![0.0; b.len()], b.to_vec(), b.to_vec(), vec![0.0; b.len()]);
    let mut rr = dot(&r, &r);
    for _ in 0..ITERATIONS {
        a.apply(&p, &mut ap);
        let alpha = rr / dot(&p, &ap);
        for (((x, p), r), ap) in x.iter_mut().zip(&p).zip(&mut r).zip(&ap) {
            *x += alpha * p;
            *r -= alpha * ap;
        }
        let previous = std::mem::replace(&mut rr, dot(&r, &r));
        for (p, r) in p.iter_mut().zip(&r) {
            *p = r + rr / previous * *p;
        }
    }
    x
}

fn solve(c: &mut Criterion) {
    let mut group = c.benchmark_group("50 steps of conjugate gradients");
    for n in [100, 10_000, 1_000_000] {
        let a = tridiagonal(n);
        // Something in every eigenvector, so that 50 steps do not end early.
        let b: Vec<f64> = (0..n).map(|i| ((i * i) % 97) as f64 - 48.0).collect();
        let x0 = vec![0.0; n];
        group.sample_size(20);
        group.throughput(Throughput::Elements(ITERATIONS * n as u64));
        group.bench_function(BenchmarkId::new("crate", n), |bencher| {
            let cg = ConjugateGradients::default();
            bencher.iter(|| {
                let mut allow = Allowance::evaluations(ITERATIONS);
                cg.solve(&a, black_box(&b), &x0, Until::after(ITERATIONS), &mut allow)
            });
        });
        group.bench_function(BenchmarkId::new("by hand", n), |bencher| {
            bencher.iter(|| by_hand(&a, black_box(&b)));
        });
        group.bench_function(BenchmarkId::new("MINRES", n), |bencher| {
            let minres = MinimumResidual::default();
            bencher.iter(|| {
                let mut allow = Allowance::evaluations(ITERATIONS);
                minres.solve(&a, black_box(&b), Until::after(ITERATIONS), &mut allow)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, solve);
criterion_main!(benches);
