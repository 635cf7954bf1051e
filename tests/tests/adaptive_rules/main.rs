//! Adagrad, RMSprop, Adadelta, Adam, AdamW and AMSGrad, bare, in both precisions.

mod bad_input;
mod formulas;
mod interruption;
mod invariances;
mod special_values;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use thalweg::first_order::Scalar;
use thalweg::prelude::*;

/// The same cases in every run on every machine, and nothing written to disk.
fn the_same_every_time() -> ProptestConfig {
    ProptestConfig {
        cases: 128,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_124),
        ..ProptestConfig::default()
    }
}

/// `check(name, rule)` for every rule, with settings of which none is the default, in `f32` and in `f64`.
macro_rules! for_every_rule {
    ($check:ident $(, $argument:expr)*) => {{
        for_every_rule!(in f32, $check $(, $argument)*);
        for_every_rule!(in f64, $check $(, $argument)*);
    }};
    (in $T:ty, $check:ident $(, $argument:expr)*) => {{
        let (beta1, beta2, epsilon) = (0.8, 0.95, 1e-6);
        let plain = RmsProp { decay: 0.75, epsilon, ..RmsProp::default() };
        $check::<$T, _>("Adagrad", Adagrad { epsilon, initial_accumulator: 0.01 } $(, $argument)*);
        $check::<$T, _>("RmsProp", plain $(, $argument)*);
        $check::<$T, _>("RmsProp, centered", RmsProp { centered: true, ..plain } $(, $argument)*);
        $check::<$T, _>("RmsProp, momentum", RmsProp { momentum: 0.5, ..plain } $(, $argument)*);
        $check::<$T, _>("RmsProp, both", RmsProp { centered: true, momentum: 0.5, ..plain } $(, $argument)*);
        $check::<$T, _>("Adadelta", Adadelta { decay: 0.75, epsilon: 1e-4 } $(, $argument)*);
        $check::<$T, _>("Adam", Adam { beta1, beta2, epsilon } $(, $argument)*);
        $check::<$T, _>("AdamW", AdamW { beta1, beta2, epsilon, weight_decay: 0.1 } $(, $argument)*);
        $check::<$T, _>("AmsGrad", AmsGrad { beta1, beta2, epsilon, bias_correction: true } $(, $argument)*);
        $check::<$T, _>("AmsGrad, paper", AmsGrad { beta1, beta2, epsilon, bias_correction: false } $(, $argument)*);
    }};
}
use for_every_rule;

/// The gradients of up to 20 updates of 7 parameters, each of some size between 1e-3 and 1e3, some of them 0.
fn gradients() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let component = prop_oneof![
        1 => Just(0.0),
        9 => (-3.0..3.0, any::<bool>()).prop_map(|(decade, up)| {
            let size = thalweg::numerics::pow(10.0, decade);
            if up { size } else { -size }
        }),
    ];
    vec(vec(component, 7), 1..=20)
}

const START: [f64; 7] = [1.0, -2.0, 0.5, 0.0, 3.0, -0.25, 10.0];

fn rounded<T: Scalar>(x: &[f64]) -> Vec<T> {
    x.iter().map(|&x| T::from_f64(x)).collect()
}

/// The parameters after each update at the rate 1/8, from [`START`].
fn path<T: Scalar, R: UpdateRule<T>>(rule: &R, gradients: &[Vec<f64>]) -> Vec<Vec<T>> {
    path_from(rule, &START, gradients, 0.125)
}

fn path_from<T: Scalar, R: UpdateRule<T>>(
    rule: &R,
    start: &[f64],
    gradients: &[Vec<f64>],
    rate: f64,
) -> Vec<Vec<T>> {
    let mut x = rounded::<T>(start);
    let mut state = rule.init(&x).expect("usable settings");
    let update = |gradient: &Vec<f64>| {
        rule.update(&mut state, &mut x, &rounded::<T>(gradient), T::from_f64(rate)).expect("valid input");
        x.clone()
    };
    gradients.iter().map(update).collect()
}

/// Widening to `f64` is exact, so it keeps different numbers different.
fn bits<T: Scalar>(path: &[Vec<T>]) -> Vec<u64> {
    path.iter().flatten().map(|&x| x.into().to_bits()).collect()
}
