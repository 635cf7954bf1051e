//! One epoch of mini-batches beside the loop that somebody would write, with the same batches.
//!
//! Read the ratio of the two lines of a group, not the times: both are measured in one run on one machine.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_first_order::schedules::Constant;
use thalweg_first_order::{GradientDescent, MiniBatch, epoch_order};
use thalweg_objectives::LinearLeastSquares;
use thalweg_objectives::problem::{Allowance, FiniteSum, Method};

const TERMS: usize = 4096;
const BATCH: usize = 32;
const RATE: f64 = 1e-3;

fn epoch(c: &mut Criterion) {
    let mut group = c.benchmark_group("one epoch of batches of 32");
    for n in [10, 100] {
        let entries: Vec<f64> = (0..TERMS * n).map(|i| ((i * i / 7) % 19) as f64 / 19.0).collect();
        let data = LinearLeastSquares::new(entries, vec![1.0; TERMS]).expect("finite numbers");
        let start = vec![0.0; n];
        let method =
            MiniBatch { batch_size: BATCH, ..MiniBatch::with(GradientDescent, Constant { rate: RATE }) };
        group.throughput(Throughput::Elements(TERMS as u64));
        group.bench_function(BenchmarkId::new("method", n), |b| {
            b.iter(|| {
                let mut state = method.init(&data, black_box(&start)).expect("valid input");
                let mut allow = Allowance::evaluations(TERMS as u64);
                for _ in 0..TERMS / BATCH {
                    method.step(&data, &mut state, &mut allow).expect("enough evaluations");
                }
                state
            });
        });
        group.bench_function(BenchmarkId::new("by hand", n), |b| {
            b.iter(|| {
                let (mut x, mut gradient) = (black_box(&start).clone(), vec![0.0; n]);
                let mut order: Vec<usize> = (0..TERMS).collect();
                epoch_order(0, 0, &mut order);
                for batch in order.chunks(BATCH) {
                    data.batch_value_gradient(&x, batch, &mut gradient);
                    for (x, g) in x.iter_mut().zip(&gradient) {
                        *x -= RATE * g;
                    }
                }
                x
            });
        });
    }
    group.finish();
}

criterion_group!(benches, epoch);
criterion_main!(benches);
