//! Lanczos' iteration beside its products alone: what the iteration adds to them.
//!
//! Read the ratio of the lines of a group, not the times: all are measured in one run on one machine.
//! The first operator is the Hessian of least squares, XᵀX + λ, with a few hundred dense rows: its products cost about what those of
//! a real problem do. The second, a five-point stencil, costs next to nothing, so that the iteration is most of it.

use std::cell::RefCell;
use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use thalweg_krylov::problem::Allowance;
use thalweg_krylov::{Lanczos, LinearOperator, Reorthogonalization, operator};
use thalweg_numerics::{axpy, matrix_transposed_vector, matrix_vector};

const N: usize = 100_000;
const ROWS: usize = 300;

/// v ↦ Xᵀ(X v) + λ v.
fn least_squares() -> impl LinearOperator {
    let mut state = 1_u64;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let x: Vec<f64> = (0..ROWS * N).map(|_| uniform()).collect();
    let residual = RefCell::new(vec![0.0; ROWS]);
    operator(N, move |v, out| {
        let mut residual = residual.borrow_mut();
        matrix_vector(&x, v, &mut residual);
        matrix_transposed_vector(&x, &residual, out);
        axpy(1e-3, v, out);
    })
}

/// 4 on the diagonal and −1 for each of the four neighbors on a grid of 400 × 250.
fn stencil() -> impl LinearOperator {
    const WIDTH: usize = 400;
    operator(N, |v, out| {
        for i in 0..N {
            let column = i % WIDTH;
            let left = if column > 0 { v[i - 1] } else { 0.0 };
            let right = if column + 1 < WIDTH { v[i + 1] } else { 0.0 };
            let above = if i >= WIDTH { v[i - WIDTH] } else { 0.0 };
            let below = if i + WIDTH < N { v[i + WIDTH] } else { 0.0 };
            out[i] = 4.0 * v[i] - left - right - above - below;
        }
    })
}

fn measure(group: &mut BenchmarkGroup<'_, WallTime>, a: &impl LinearOperator, steps: usize) {
    // Something in every eigenvector.
    let start: Vec<f64> = (0..N).map(|i| ((i * i) % 97) as f64 - 48.3).collect();
    group.sample_size(10);
    group.bench_function("products alone", |bencher| {
        let (v, mut out) = (start.clone(), vec![0.0; N]);
        bencher.iter(|| (0..steps).for_each(|_| a.apply(black_box(&v), &mut out)));
    });
    for (name, reorthogonalization) in [
        ("full", Reorthogonalization::Full),
        ("partial", Reorthogonalization::Partial),
        ("none", Reorthogonalization::None),
    ] {
        let lanczos = Lanczos { reorthogonalization, max_iterations: steps, ..Lanczos::default() };
        let mut state = lanczos.start(&start).expect("a start");
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                lanczos.restart(&mut state, &start).expect("a start");
                lanczos.run(a, &mut state, &mut Allowance::evaluations(1000)).expect("valid input");
                state.ritz_values().expect("it converges")
            });
        });
    }
}

fn lanczos(c: &mut Criterion) {
    for steps in [60, 100] {
        let mut group = c.benchmark_group(format!("{steps} steps on the Hessian of least squares"));
        measure(&mut group, &least_squares(), steps);
        group.finish();
    }
    let mut group = c.benchmark_group("60 steps on a five-point stencil");
    measure(&mut group, &stencil(), 60);
    group.finish();
}

criterion_group!(benches, lanczos);
criterion_main!(benches);
