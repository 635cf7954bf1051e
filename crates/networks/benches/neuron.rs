//! A step of gradient descent for one logistic neuron on the lecture's three points, beside the loop that somebody would write
//! for just them.
//!
//! Read the ratio of the two lines, not the times: both are measured in one run on one machine. The loop has the same arithmetic
//! in the same order, ends at the same bits, and knows that there are three points and three weights.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_networks::problem::Differentiable;
use thalweg_networks::{Neuron, NeuronSettings, data};
use thalweg_numerics::exp;

const STEPS: usize = 1000;
const RATE: f64 = 0.5;
const EPSILON: f64 = 0.1;

fn descend(w: &mut [f64; 3], gradient: &[f64; 3]) {
    for (w, g) in w.iter_mut().zip(gradient) {
        *w -= RATE * g;
    }
}

fn by_crate(neuron: &Neuron, w: &mut [f64; 3]) -> f64 {
    let (mut gradient, mut loss) = ([0.0; 3], 0.0);
    for _ in 0..STEPS {
        loss = neuron.value_gradient(w, &mut gradient);
        descend(w, &gradient);
    }
    loss
}

fn by_hand(signed: &[[f64; 3]; 3], w: &mut [f64; 3]) -> f64 {
    let mut loss = 0.0;
    for _ in 0..STEPS {
        let (mut gradient, mut sum) = ([0.0; 3], 0.0);
        for z in signed {
            let m = 0.0 + w[0] * z[0] + w[1] * z[1] + w[2] * z[2];
            let e = exp(-m.abs());
            let (large, small) = (1.0 / (1.0 + e), e / (1.0 + e));
            let q = if m >= 0.0 { small } else { large };
            let r = q - EPSILON;
            let first = 1.0 / 3.0 * (-2.0 * r * (large * small));
            for (g, z) in gradient.iter_mut().zip(z) {
                *g += first * z;
            }
            sum += r * r;
        }
        loss = sum / 3.0;
        descend(w, &gradient);
    }
    loss
}

fn step(c: &mut Criterion) {
    let points = data::three_points();
    let neuron = Neuron::new(&points, EPSILON, NeuronSettings::default()).expect("ε is below ½");
    let rows: Vec<_> = points.rows().zip(points.signs()).map(|(x, y)| [y * x[0], y * x[1], y]).collect();
    let signed: [[f64; 3]; 3] = rows.try_into().expect("three points");

    let (mut one, mut other) = ([0.0; 3], [0.0; 3]);
    assert_eq!(by_crate(&neuron, &mut one), by_hand(&signed, &mut other), "the loops are not the same");
    assert_eq!(one, other, "the loops are not the same");

    let mut group = c.benchmark_group("steps of a neuron on three points");
    group.throughput(Throughput::Elements(STEPS as u64));
    group.bench_function(BenchmarkId::new("crate", STEPS), |b| {
        b.iter(|| by_crate(black_box(&neuron), &mut black_box([0.0; 3])));
    });
    group.bench_function(BenchmarkId::new("by hand", STEPS), |b| {
        b.iter(|| by_hand(black_box(&signed), &mut black_box([0.0; 3])));
    });
    group.finish();
}

criterion_group!(benches, step);
criterion_main!(benches);
