//! Levenberg–Marquardt: whole runs on small problems, one step on larger ones, and the factorization that a step is made of.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_objectives::LinearLeastSquares;
use thalweg_objectives::classic::{KowalikOsborne, Meyer, Osborne2, Rosenbrock, TestFunction};
use thalweg_second_order::problem::{Allowance, Method};
use thalweg_second_order::{DiagonalLoading, LevenbergMarquardt, PivotedQr};

/// Steps until the method has nothing left to do.
fn run<M: Method<dyn TestFunction>>(method: &M, problem: &(dyn TestFunction + 'static)) -> M::State {
    let mut state = method.init(problem, &problem.start()).expect("valid input");
    let mut allow = Allowance::evaluations(10_000);
    while method.step(problem, &mut state, &mut allow).is_ok() {}
    state
}

fn runs(c: &mut Criterion) {
    let problems: [Box<dyn TestFunction>; 4] =
        [Box::new(Rosenbrock::default()), Box::new(KowalikOsborne), Box::new(Meyer), Box::new(Osborne2)];
    let mut group = c.benchmark_group("least squares from the standard start");
    for problem in &problems {
        group.bench_function(BenchmarkId::new("Levenberg–Marquardt", problem.name()), |b| {
            b.iter(|| run(&LevenbergMarquardt::MINPACK, black_box(&**problem)));
        });
    }
    // Of Meyer's problem diagonal loading makes thousands of steps.
    for problem in [&problems[0], &problems[1], &problems[3]] {
        group.bench_function(BenchmarkId::new("diagonal loading", problem.name()), |b| {
            b.iter(|| run(&DiagonalLoading::default(), black_box(&**problem)));
        });
    }
    group.finish();
}

/// Numbers without a pattern in [−1, 1).
fn numbers(count: usize) -> Vec<f64> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

const SHAPES: [(usize, usize); 3] = [(100, 10), (10_000, 10), (1000, 100)];

/// The first step, damped: init, one trial and its Jacobian.
fn steps(c: &mut Criterion) {
    let mut group = c.benchmark_group("first step of Levenberg–Marquardt");
    for (m, n) in SHAPES {
        let problem = LinearLeastSquares::new(numbers(m * n), numbers(m)).expect("finite numbers");
        let method = LevenbergMarquardt { initial_radius: 1e-3, ..LevenbergMarquardt::default() };
        let start = method.init(&problem, &vec![1.0; n]).expect("valid input");
        group.throughput(Throughput::Elements((m * n) as u64));
        group.bench_function(BenchmarkId::from_parameter(format!("{m} × {n}")), |b| {
            let mut state = start.clone();
            b.iter(|| {
                state.clone_from(&start);
                method.step(&problem, &mut state, &mut Allowance::evaluations(10))
            });
        });
    }
    group.finish();
}

fn factorizations(c: &mut Criterion) {
    let mut group = c.benchmark_group("pivoted QR");
    for (m, n) in SHAPES {
        let matrix = numbers(m * n);
        group.throughput(Throughput::Elements((2 * m * n * n) as u64));
        group.bench_function(BenchmarkId::from_parameter(format!("{m} × {n}")), |b| {
            b.iter(|| PivotedQr::of(black_box(matrix.clone()), m));
        });
    }
    group.finish();
}

criterion_group!(benches, runs, steps, factorizations);
criterion_main!(benches);
