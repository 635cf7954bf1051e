//! Gradient descent beside loops written by hand: the bare update, and a whole run under the driver.
//!
//! Read the ratio of the two lines of a group, not the times: both are measured in one run on one machine.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_driver::{Stop, minimize, silent};
use thalweg_first_order::schedules::Constant;
use thalweg_first_order::{GradientDescent, Scheduled, UpdateRule};
use thalweg_objectives::DiagonalQuadratic;
use thalweg_objectives::problem::{Allowance, Differentiable, Method};

fn update(c: &mut Criterion) {
    let mut group = c.benchmark_group("update");
    for n in [1_000, 100_000, 10_000_000] {
        let gradient = vec![1e-9_f64; n];
        let mut x = vec![1.0_f64; n];
        group.throughput(Throughput::Elements(n as u64));
        group.bench_function(BenchmarkId::new("rule", n), |b| {
            b.iter(|| GradientDescent.update(&mut (), black_box(&mut x), black_box(&gradient), 0.1));
        });
        group.bench_function(BenchmarkId::new("by hand", n), |b| {
            b.iter(|| {
                for (x, g) in black_box(&mut x).iter_mut().zip(black_box(&gradient)) {
                    *x -= 0.1 * g;
                }
            });
        });
    }
    group.finish();
}

/// Whole runs: the method stepped by hand, the same under the driver, and the loop that somebody would write.
fn run(c: &mut Criterion) {
    for (n, steps) in [(10, 100), (1_000, 100), (100_000, 100), (10_000_000, 5)] {
        let mut group = c.benchmark_group(format!("{steps} steps on a quadratic"));
        if n > 1_000_000 {
            group.sample_size(20);
        }
        let curvatures: Vec<f64> = (0..n).map(|i| 1.0 + i as f64 / n as f64).collect();
        let bowl = DiagonalQuadratic::centered(curvatures).expect("finite curvatures");
        let start = vec![1.0; n];
        let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.01 } };
        group.throughput(Throughput::Elements(steps * n as u64));
        group.bench_function(BenchmarkId::new("driver", n), |b| {
            b.iter(|| minimize(&bowl, &method, black_box(&start), Stop::after(steps), silent));
        });
        group.bench_function(BenchmarkId::new("method", n), |b| {
            b.iter(|| {
                let mut state = method.init(&bowl, black_box(&start)).expect("valid input");
                let mut allow = Allowance::evaluations(steps);
                for _ in 0..steps {
                    method.step(&bowl, &mut state, &mut allow).expect("enough evaluations");
                }
                state
            });
        });
        group.bench_function(BenchmarkId::new("by hand", n), |b| {
            b.iter(|| {
                let (mut x, mut gradient) = (black_box(&start).clone(), vec![0.0; n]);
                let mut value = bowl.value_gradient(&x, &mut gradient);
                for _ in 0..steps {
                    for (x, g) in x.iter_mut().zip(&gradient) {
                        *x -= 0.01 * g;
                    }
                    value = bowl.value_gradient(&x, &mut gradient);
                }
                (value, x)
            });
        });
        group.finish();
    }
}

criterion_group!(benches, update, run);
criterion_main!(benches);
