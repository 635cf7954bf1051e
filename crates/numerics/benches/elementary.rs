//! exp, tanh and logistic over a slice, beside calls of the scalar functions of `libm`, of `std` and of our own.
//!
//! Read the ratios of the lines of a group, not the times. What a call costs depends on the argument for those that branch,
//! so there are several ranges; the slices fit the first-level cache.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_numerics::{exp, exp_each, logistic, logistic_each, tanh, tanh_each};

const N: usize = 1024;

/// N numbers spread over −`end`..`end`, in no order that a branch predictor could learn: the multiples of the golden ratio.
fn spread(end: f64) -> Vec<f64> {
    let turns = (0..N).map(|i| f64::from(i as u32) * 0.618_033_988_749_894_9 % 1.0);
    let mut x: Vec<f64> = turns.map(|turn| end * (2.0 * turn - 1.0)).collect();
    // Fibonacci steps would still repeat nearly; a fixed shuffle breaks that.
    let mut state = 1_u64;
    for i in (1..N).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        x.swap(i, (state >> 33) as usize % (i + 1));
    }
    x
}

fn line(group: &mut BenchmarkGroup<WallTime>, name: &str, x: &[f64], f: impl Fn(&[f64], &mut [f64])) {
    let mut out = vec![0.0; x.len()];
    group.bench_function(name, |b| b.iter(|| f(black_box(x), black_box(&mut out))));
}

fn calls(f: impl Fn(f64) -> f64) -> impl Fn(&[f64], &mut [f64]) {
    move |x, out| {
        for (out, &x) in out.iter_mut().zip(x) {
            *out = f(x);
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "std's functions are what is measured")]
fn functions(c: &mut Criterion) {
    for end in [1.0, 10.0, 700.0] {
        let x = spread(end);
        let mut group = c.benchmark_group(format!("exp to {end}"));
        group.throughput(Throughput::Elements(N as u64));
        line(&mut group, "slice", &x, exp_each);
        line(&mut group, "scalar", &x, calls(exp));
        line(&mut group, "libm", &x, calls(libm::exp));
        line(&mut group, "std", &x, calls(f64::exp));
        group.finish();
    }
    for end in [1.0, 10.0] {
        let x = spread(end);
        let mut group = c.benchmark_group(format!("tanh to {end}"));
        group.throughput(Throughput::Elements(N as u64));
        line(&mut group, "slice", &x, tanh_each);
        line(&mut group, "scalar", &x, calls(tanh));
        line(&mut group, "libm", &x, calls(libm::tanh));
        line(&mut group, "std", &x, calls(f64::tanh));
        group.finish();
    }
    let x = spread(10.0);
    let mut group = c.benchmark_group("logistic to 10");
    group.throughput(Throughput::Elements(N as u64));
    line(&mut group, "slice", &x, logistic_each);
    line(&mut group, "scalar", &x, calls(logistic));
    line(&mut group, "libm", &x, calls(|x| 1.0 / (1.0 + libm::exp(-x))));
    line(&mut group, "std", &x, calls(|x| 1.0 / (1.0 + (-x).exp())));
    group.finish();
}

criterion_group!(benches, functions);
criterion_main!(benches);
