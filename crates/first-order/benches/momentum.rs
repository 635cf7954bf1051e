//! Momentum and Nesterov's method beside loops written by hand, in f64 and f32.
//!
//! Read the ratio of the two lines of a group, not the times: both are measured in one run on one machine.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use thalweg_first_order::{
    Momentum, MomentumForm, MomentumSequence, Nesterov, NesterovForm, Restarted, Scalar, UpdateRule,
};

const SIZES: [usize; 3] = [100_000, 1_000_000, 10_000_000];
const BETA: f64 = 0.9;
const RATE: f64 = 1e-3;

/// The rule's update beside a loop over parameters, memory and gradient.
fn compare<T: Scalar, R: UpdateRule<T>>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    n: usize,
    rule: &R,
    by_hand: impl Fn(&mut [T], &mut [T], &[T]),
) {
    let number = T::from_f64;
    let gradient = vec![number(1e-9); n];
    let (mut x, mut memory) = (vec![number(1.0); n], vec![number(0.0); n]);
    let mut state = rule.init(&x).expect("valid settings");
    group.throughput(Throughput::Elements(n as u64));
    group.bench_function(BenchmarkId::new(format!("{name}, rule"), n), |b| {
        b.iter(|| {
            rule.look_ahead(black_box(&mut state), black_box(&mut x)).expect("equal lengths");
            rule.update(black_box(&mut state), black_box(&mut x), black_box(&gradient), number(RATE))
        });
    });
    group.bench_function(BenchmarkId::new(format!("{name}, by hand"), n), |b| {
        b.iter(|| by_hand(black_box(&mut x), black_box(&mut memory), black_box(&gradient)));
    });
}

fn updates<T: Scalar>(c: &mut Criterion, type_name: &str) {
    let mut group = c.benchmark_group(format!("update, {type_name}"));
    let (beta, rate) = (T::from_f64(BETA), T::from_f64(RATE));
    for n in SIZES {
        if n > 1_000_000 {
            group.sample_size(20);
        }
        let form = |form| Momentum { momentum: BETA, form };
        compare(&mut group, "momentum", n, &form(MomentumForm::Velocity), |x: &mut [T], v, g| {
            for ((x, v), &g) in x.iter_mut().zip(v).zip(g) {
                *v = beta * *v - rate * g;
                *x = *x + *v;
            }
        });
        compare(&mut group, "momentum, rate outside", n, &form(MomentumForm::Sum), |x: &mut [T], b, g| {
            for ((x, b), &g) in x.iter_mut().zip(b).zip(g) {
                *b = beta * *b + g;
                *x = *x - rate * *b;
            }
        });
        let nesterov = |form| Nesterov { momentum: MomentumSequence::Constant(BETA), form };
        let one_pass = |x: &mut [T], v: &mut [T], g: &[T]| {
            for ((x, v), &g) in x.iter_mut().zip(v).zip(g) {
                let descent = rate * g;
                *v = beta * *v - descent;
                *x = *x - descent + beta * *v;
            }
        };
        compare(&mut group, "nesterov, one pass", n, &nesterov(NesterovForm::OnePass), one_pass);
        compare(
            &mut group,
            "nesterov, look-ahead",
            n,
            &nesterov(NesterovForm::LookAhead),
            |x: &mut [T], v, g| {
                for (x, &v) in x.iter_mut().zip(&*v) {
                    *x = *x + beta * v;
                }
                for ((x, v), &g) in x.iter_mut().zip(v).zip(g) {
                    let descent = rate * g;
                    *x = *x - descent;
                    *v = beta * *v - descent;
                }
            },
        );
        // What the gradient test adds; the loop by hand does without it.
        let restarted = Restarted { rule: nesterov(NesterovForm::OnePass), ..Restarted::default() };
        compare(&mut group, "nesterov, restarted", n, &restarted, one_pass);
    }
    group.finish();
}

fn update(c: &mut Criterion) {
    updates::<f64>(c, "f64");
    updates::<f32>(c, "f32");
}

criterion_group!(benches, update);
criterion_main!(benches);
