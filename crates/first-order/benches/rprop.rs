//! Rprop and Quickprop beside loops written by hand: the same arithmetic over the same arrays, as one would write it in C.
//!
//! Read the ratio of the two lines of a group, not the times: both are measured in one run on one machine.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_first_order::{
    DiagonalSecant, IRpropMinus, IRpropPlus, Quickprop, Rprop, RpropMinus, RpropPlus, Scalar, UpdateRule,
};

/// Five arrays: x, the gradient, Δ or the slope before, Δw, and the derivative before.
struct Arrays<T> {
    x: Vec<T>,
    gradient: Vec<T>,
    size: Vec<T>,
    moved: Vec<T>,
    before: Vec<T>,
}

impl<T: Scalar> Arrays<T> {
    /// Derivatives whose signs have no pattern, so that a branch would be mispredicted.
    fn new(n: usize, size: f64) -> Self {
        let sign = |i: usize| if (i * i / 7) % 3 == 0 { -1.0 } else { 1.0 };
        Self {
            x: vec![T::ONE; n],
            gradient: (0..n).map(|i| T::from_f64(1e-3 * sign(i))).collect(),
            size: vec![T::from_f64(size); n],
            moved: vec![T::ZERO; n],
            before: vec![T::ZERO; n],
        }
    }
}

/// One rule against one loop, both with branches as one would write them, which the compiler turns into selections.
/// The derivatives stay as they are from update to update, so that every Δ ends at its largest value.
fn compare<T: Scalar, R: UpdateRule<T>>(
    c: &mut Criterion,
    name: &str,
    rule: &R,
    size: f64,
    by_hand: fn(&mut Arrays<T>),
) {
    for n in [100_000, 1_000_000, 10_000_000] {
        let bits = 8 * size_of::<T>();
        let mut group = c.benchmark_group(format!("{name}, f{bits}"));
        group.throughput(Throughput::Elements(n as u64));
        if n > 1_000_000 {
            group.sample_size(10);
        }
        let mut arrays = Arrays::new(n, size);
        group.bench_function(BenchmarkId::new("by hand", n), |b| {
            b.iter(|| {
                by_hand(black_box(&mut arrays));
            });
        });
        let Arrays { mut x, gradient, .. } = Arrays::new(n, size);
        let mut state = rule.init(&x).expect("valid settings");
        group.bench_function(BenchmarkId::new("rule", n), |b| {
            b.iter(|| {
                rule.update_with_value(&mut state, black_box(&mut x), T::ONE, black_box(&gradient), T::ONE)
            });
        });
        group.finish();
    }
}

/// Clamped Δ after the product of signs `kept`, as every by-hand loop has it.
#[inline(always)]
fn adapted<T: Scalar>(size: T, kept: T) -> T {
    let [grow, shrink, smallest, largest] = [1.2, 0.5, 1e-6, 50.0].map(T::from_f64);
    if kept > T::ZERO {
        let grown = size * grow;
        if grown < largest { grown } else { largest }
    } else if kept < T::ZERO {
        let shrunk = size * shrink;
        if shrunk > smallest { shrunk } else { smallest }
    } else {
        size
    }
}

#[inline(always)]
fn sign<T: Scalar>(x: T) -> T {
    if x > T::ZERO {
        T::ONE
    } else if x < T::ZERO {
        -T::ONE
    } else {
        x
    }
}

fn rprop_minus<T: Scalar>(arrays: &mut Arrays<T>) {
    let Arrays { x, gradient, size, moved, .. } = arrays;
    for (((x, g), size), moved) in x.iter_mut().zip(gradient).zip(size).zip(moved) {
        *size = adapted(*size, -sign(*g) * *moved);
        *moved = -sign(*g) * *size;
        *x = *x + *moved;
    }
}

fn improved_minus<T: Scalar>(arrays: &mut Arrays<T>) {
    let Arrays { x, gradient, size, moved, .. } = arrays;
    for (((x, g), size), moved) in x.iter_mut().zip(gradient).zip(size).zip(moved) {
        let kept = -sign(*g) * *moved;
        *size = adapted(*size, kept);
        *moved = if kept < T::ZERO { T::ZERO } else { -sign(*g) * *size };
        *x = *x + *moved;
    }
}

fn rprop_plus<T: Scalar>(arrays: &mut Arrays<T>) {
    let Arrays { x, gradient, size, moved, .. } = arrays;
    for (((x, g), size), moved) in x.iter_mut().zip(gradient).zip(size).zip(moved) {
        let kept = -sign(*g) * *moved;
        *size = adapted(*size, kept);
        if kept < T::ZERO {
            *x = *x - *moved;
            *moved = T::ZERO;
        } else {
            *moved = -sign(*g) * *size;
            *x = *x + *moved;
        }
    }
}

fn rprop<T: Scalar>(arrays: &mut Arrays<T>) {
    let Arrays { x, gradient, size, moved, before } = arrays;
    for ((((x, g), size), moved), before) in x.iter_mut().zip(gradient).zip(size).zip(moved).zip(before) {
        let kept = -sign(*g) * *moved;
        let second_try = sign(*before) * *moved > T::ZERO;
        *size = adapted(*size, kept);
        *before = *g;
        if kept < T::ZERO {
            *x = *x - *moved;
            *moved = if second_try { T::ZERO } else { sign(*moved) * *size };
        } else {
            *moved = -sign(*g) * *size;
        }
        *x = *x + *moved;
    }
}

fn quickprop<T: Scalar>(arrays: &mut Arrays<T>) {
    let [limit, decay, shrink] = [1.0, 1e-4, 0.5].map(T::from_f64);
    let Arrays { x, gradient, size: before, moved, .. } = arrays;
    for (((x, g), before), moved) in x.iter_mut().zip(gradient).zip(before).zip(moved) {
        let slope = -(*g + decay * *x);
        let along = sign(*moved);
        let parabola = *moved * (slope / (*before - slope));
        let jump = if along * slope < shrink * (along * *before) { parabola } else { limit * *moved };
        let term = if along * slope > T::ZERO { slope } else { T::ZERO };
        *moved = if *moved == T::ZERO { slope } else { term + jump };
        *before = slope;
        *x = *x + *moved;
    }
}

fn secant<T: Scalar>(arrays: &mut Arrays<T>) {
    let Arrays { x, gradient, size: before, moved, .. } = arrays;
    for (((x, g), before), moved) in x.iter_mut().zip(gradient).zip(before).zip(moved) {
        let difference = *before + *g;
        let secant = -*moved * (*g / difference);
        *moved = if sign(*moved) * difference > T::ZERO { secant } else { -*g };
        *before = -*g;
        *x = *x + *moved;
    }
}

fn update(c: &mut Criterion) {
    compare::<f64, _>(c, "Rprop", &Rprop::default(), 0.1, rprop);
    compare::<f32, _>(c, "Rprop", &Rprop::default(), 0.1, rprop);
    compare::<f64, _>(c, "Rprop+", &RpropPlus::default(), 0.1, rprop_plus);
    compare::<f32, _>(c, "Rprop+", &RpropPlus::default(), 0.1, rprop_plus);
    compare::<f64, _>(c, "Rprop-", &RpropMinus::default(), 0.1, rprop_minus);
    compare::<f32, _>(c, "Rprop-", &RpropMinus::default(), 0.1, rprop_minus);
    // The value never rises, so that the loop for iRprop⁻ does the same.
    compare::<f64, _>(c, "iRprop+", &IRpropPlus::default(), 0.1, improved_minus);
    compare::<f32, _>(c, "iRprop+", &IRpropPlus::default(), 0.1, improved_minus);
    compare::<f64, _>(c, "iRprop-", &IRpropMinus::default(), 0.1, improved_minus);
    compare::<f32, _>(c, "iRprop-", &IRpropMinus::default(), 0.1, improved_minus);
    // At a growth limit of 1 thousands of updates stay among the numbers of usual size.
    let steady = Quickprop { growth_limit: 1.0, ..Quickprop::default() };
    compare::<f64, _>(c, "Quickprop", &steady, 0.0, quickprop);
    compare::<f32, _>(c, "Quickprop", &steady, 0.0, quickprop);
    compare::<f64, _>(c, "diagonal secant", &DiagonalSecant, 0.0, secant);
    compare::<f32, _>(c, "diagonal secant", &DiagonalSecant, 0.0, secant);
}

criterion_group!(benches, update);
criterion_main!(benches);
