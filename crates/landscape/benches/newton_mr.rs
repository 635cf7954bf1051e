//! Newton-MR: a step on chained Rosenbrock, beside the products and the gradient that it is made of.
//!
//! Both sides take as many products with the Hessian, at the same point; what the step takes more are the recurrences of MINRES.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_landscape::NewtonMr;
use thalweg_landscape::problem::{Allowance, Curved, Differentiable, Method};
use thalweg_objectives::classic::{Rosenbrock, TestFunction};

/// Enough for any step.
const ALLOWED: u64 = 1_000_000;

fn steps(c: &mut Criterion) {
    let mut group = c.benchmark_group("a step of Newton-MR");
    for n in [100, 10_000, 1_000_000] {
        let problem = Rosenbrock::chained(n).expect("two variables or more");
        let start = NewtonMr::default().init(&problem, &problem.start()).expect("valid input");
        let mut state = start.clone();
        let mut allow = Allowance::evaluations(ALLOWED);
        NewtonMr::default().step(&problem, &mut state, &mut allow).expect("there is a way");
        let products = ALLOWED - allow.left() - 1;
        group.throughput(Throughput::Elements(n as u64 * products));
        group.bench_function(BenchmarkId::new("step", n), |b| {
            // What a copy of the state takes is no part of the step.
            b.iter_batched_ref(
                || start.clone(),
                |state| NewtonMr::default().step(&problem, state, &mut Allowance::evaluations(ALLOWED)),
                BatchSize::PerIteration,
            );
        });
        let (x, v) = (problem.start(), start.point().gradient.clone());
        let mut out = vec![0.0; n];
        group.bench_function(BenchmarkId::new(format!("{products} products and a gradient"), n), |b| {
            b.iter(|| {
                for _ in 0..products {
                    problem.hessian_vector(black_box(&x), black_box(&v), &mut out);
                }
                problem.value_gradient(black_box(&x), &mut out)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, steps);
criterion_main!(benches);
