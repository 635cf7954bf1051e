//! Sums and products beside the loops that one would write by hand.
//!
//! Read the ratios of the lines of a group. A product's throughput counts its multiplications and additions, so that
//! "Gelem/s" reads as GFLOP/s.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_numerics::{
    Panels, axpy, dot, matrix_matrix, matrix_transposed_vector, matrix_vector, norm, sum,
};

fn numbers(n: usize) -> Vec<f64> {
    (0..n).map(|i| f64::from((i * 7919 % 1009) as u32) / 1009.0 - 0.5).collect()
}

fn reductions(c: &mut Criterion) {
    for n in [4, 16, 100, 1_000, 100_000] {
        let (x, mut y) = (numbers(n), numbers(n));
        let mut group = c.benchmark_group(format!("reductions of {n}"));
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function("sum", |b| b.iter(|| sum(black_box(&x))));
        group.bench_function("sum left to right", |b| {
            b.iter(|| black_box(&x).iter().fold(0.0, |total, x| total + x));
        });
        group.bench_function("dot", |b| b.iter(|| dot(black_box(&x), black_box(&y))));
        group.bench_function("dot left to right", |b| {
            b.iter(|| black_box(&x).iter().zip(black_box(&y)).fold(0.0, |total, (x, y)| total + x * y));
        });
        group.bench_function("norm", |b| b.iter(|| norm(black_box(&x))));
        group.bench_function("norm left to right", |b| {
            b.iter(|| black_box(&x).iter().fold(0.0, |total, x| total + x * x).sqrt());
        });
        group.bench_function("axpy", |b| b.iter(|| axpy(1e-9, black_box(&x), black_box(&mut y))));
        group.bench_function("axpy by hand", |b| {
            b.iter(|| {
                for (y, x) in black_box(&mut y).iter_mut().zip(black_box(&x)) {
                    *y += 1e-9 * x;
                }
            });
        });
        group.finish();
    }
}

fn matrices(c: &mut Criterion) {
    let mut group = c.benchmark_group("matrix times vector");
    for n in [10, 100, 1_000] {
        let (a, x, mut out) = (numbers(n * n), numbers(n), vec![0.0; n]);
        group.throughput(Throughput::Elements(2 * (n * n) as u64));
        group.bench_function(BenchmarkId::new("A x", n), |b| {
            b.iter(|| matrix_vector(black_box(&a), black_box(&x), black_box(&mut out)));
        });
        group.bench_function(BenchmarkId::new("transposed", n), |b| {
            b.iter(|| matrix_transposed_vector(black_box(&a), black_box(&x), black_box(&mut out)));
        });
        group.bench_function(BenchmarkId::new("A x by hand", n), |b| {
            b.iter(|| {
                for (row, out) in black_box(&a).chunks_exact(n).zip(black_box(&mut out)) {
                    *out = row.iter().zip(black_box(&x)).fold(0.0, |total, (a, x)| total + a * x);
                }
            });
        });
    }
    group.finish();

    let mut group = c.benchmark_group("matrix times matrix");
    group.sample_size(20);
    for n in [4, 16, 64, 256, 512, 1_000] {
        let (x, y, mut out) = (numbers(n * n), numbers(n * n), vec![0.0; n * n]);
        group.throughput(Throughput::Elements(2 * (n * n * n) as u64));
        group.bench_function(BenchmarkId::new("A B", n), |b| {
            b.iter(|| matrix_matrix(black_box(&x), black_box(&y), n, black_box(&mut out)));
        });
        let mut storage = vec![0.0; Panels::length(n, n)];
        let panels = Panels::pack(&y, n, &mut storage);
        group.bench_function(BenchmarkId::new("A B, B packed before", n), |b| {
            b.iter(|| panels.multiply(black_box(&x), black_box(&mut out)));
        });
        group.bench_function(BenchmarkId::new("A B, B packed before, A transposed", n), |b| {
            b.iter(|| panels.multiply_transposed_add(black_box(&x), black_box(&mut out)));
        });
        group.bench_function(BenchmarkId::new("triple loop", n), |b| {
            b.iter(|| {
                let (x, y) = (black_box(&x), black_box(&y));
                for i in 0..n {
                    for j in 0..n {
                        let mut total = 0.0;
                        for p in 0..n {
                            total += x[i * n + p] * y[p * n + j];
                        }
                        out[i * n + j] = total;
                    }
                }
                black_box(&mut out);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, reductions, matrices);
criterion_main!(benches);
