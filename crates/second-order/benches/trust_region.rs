//! One step of the exact trust region beside the factorization by nalgebra that a Newton step by hand would take, and whole runs.
//!
//! Read the ratio of the lines of a group, not the times: all are measured in one run on one machine.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use nalgebra::{Cholesky, DMatrix, DVector};
use thalweg_objectives::classic::Rosenbrock;
use thalweg_objectives::{DiagonalQuadratic, Quadratic};
use thalweg_second_order::hessian::TwiceDifferentiable;
use thalweg_second_order::problem::{Allowance, Differentiable, Method, State};
use thalweg_second_order::{CubicRegularization, SteihaugToint, TrustRegion};

/// A full matrix with the eigenvalues 1 and n + 1, and a right-hand side in every direction.
fn bowl(n: usize) -> Quadratic {
    let matrix: Vec<f64> = (0..n * n).map(|at| if at % (n + 1) == 0 { 2.0 } else { 1.0 }).collect();
    let linear: Vec<f64> = (0..n).map(|i| ((i * i) % 97) as f64 - 48.0).collect();
    Quadratic::new(matrix, linear, 0.0).expect("a symmetric matrix")
}

fn one_step(c: &mut Criterion) {
    let mut group = c.benchmark_group("one Newton step on a full quadratic");
    group.sample_size(20);
    for n in [10, 100, 500] {
        let (problem, x0) = (bowl(n), vec![1.0; n]);
        group.bench_function(BenchmarkId::new("trust region", n), |bencher| {
            let method = TrustRegion { initial_radius: Some(1e6), ..TrustRegion::default() };
            let start = method.init(&problem, &x0).expect("valid input");
            let mut state = start.clone();
            bencher.iter(|| {
                state.clone_from(&start);
                method.step(&problem, &mut state, &mut Allowance::evaluations(2))
            });
        });
        group.bench_function(BenchmarkId::new("by hand", n), |bencher| {
            let (mut hessian, mut gradient) = (DMatrix::zeros(n, n), DVector::zeros(n));
            bencher.iter(|| {
                let value = problem.value_gradient(black_box(&x0), gradient.as_mut_slice());
                problem.hessian(&x0, &mut hessian);
                let step = Cholesky::new(hessian.clone()).map(|factor| factor.solve(&gradient));
                let x = step.map(|step| DVector::from_column_slice(&x0) - step);
                (value, x.map(|x| problem.value_gradient(x.as_slice(), gradient.as_mut_slice())))
            });
        });
    }
    group.finish();
}

fn minimize<P, M>(problem: &P, method: &M, x0: &[f64]) -> f64
where
    P: Differentiable,
    M: Method<P>,
{
    let mut state = method.init(problem, x0).expect("valid input");
    let mut allow = Allowance::evaluations(1_000_000);
    while state.gradient().is_some_and(|gradient| gradient.iter().any(|g| g.abs() > 1e-6)) {
        if method.step(problem, &mut state, &mut allow).is_err() {
            break;
        }
    }
    state.value().unwrap_or(f64::NAN)
}

fn runs(c: &mut Criterion) {
    let mut group = c.benchmark_group("a run from the standard start");
    group.sample_size(20);
    for n in [2, 100] {
        let (problem, x0) = (Rosenbrock::chained(n).expect("n is above 1"), [-1.2, 1.0].repeat(n / 2));
        group.bench_function(BenchmarkId::new("chained Rosenbrock, exact", n), |bencher| {
            bencher.iter(|| minimize(&problem, &TrustRegion::default(), black_box(&x0)));
        });
        group.bench_function(BenchmarkId::new("chained Rosenbrock, truncated", n), |bencher| {
            bencher.iter(|| minimize(&problem, &TrustRegion::with(SteihaugToint::default()), black_box(&x0)));
        });
        group.bench_function(BenchmarkId::new("chained Rosenbrock, cubic", n), |bencher| {
            bencher.iter(|| minimize(&problem, &CubicRegularization::default(), black_box(&x0)));
        });
    }
    let n = 100_000;
    let curvatures: Vec<f64> = (0..n).map(|i| 1.0 + (i % 1000) as f64).collect();
    let wide = DiagonalQuadratic::centered(curvatures).expect("finite curvatures");
    group.bench_function(BenchmarkId::new("diagonal quadratic, truncated", n), |bencher| {
        let x0 = vec![1.0; n];
        bencher.iter(|| minimize(&wide, &TrustRegion::with(SteihaugToint::default()), black_box(&x0)));
    });
    group.finish();
}

criterion_group!(benches, one_step, runs);
criterion_main!(benches);
