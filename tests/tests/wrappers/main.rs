//! Weight decay, clipping and groups around rules, in both precisions.

mod bad_input;
mod clipping;
mod decay;
mod groups;
mod transparency;

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

const START: [f64; 7] = [1.0, -2.0, 0.5, -0.0, 3.0, -0.25, 10.0];

/// The gradients of up to 15 updates of 7 parameters.
fn gradients() -> impl Strategy<Value = Vec<Vec<f64>>> {
    vec(vec(-10.0..10.0, 7), 1..=15)
}

fn rounded<T: Scalar>(x: &[f64]) -> Vec<T> {
    x.iter().map(|&x| T::from_f64(x)).collect()
}

/// The parameters after each update from [`START`] at the rate 1/8, as bits; with values that go up and down, and
/// looking ahead and, at the end, back.
fn path<T: Scalar, R: UpdateRule<T>>(rule: &R, gradients: &[Vec<f64>]) -> Vec<Vec<u64>> {
    let mut x = rounded::<T>(&START);
    let mut state = rule.init(&x).expect("usable settings");
    let bits = |x: &[T]| x.iter().map(|&x| x.into().to_bits()).collect();
    let mut path = Vec::new();
    for (k, gradient) in gradients.iter().enumerate() {
        rule.look_ahead(&mut state, &mut x).expect("the state's length");
        path.push(bits(&x));
        let value = T::from_f64(if k % 3 == 0 { -0.0 } else { k as f64 });
        rule.update_with_value(&mut state, &mut x, value, &rounded::<T>(gradient), T::from_f64(0.125))
            .expect("valid input");
        path.push(bits(&x));
    }
    rule.look_ahead(&mut state, &mut x).expect("the state's length");
    rule.look_back(&mut state, &mut x).expect("the state's length");
    path.push(bits(&x));
    path
}

/// A rule that writes down what it is given: the gradient and the value become x.
#[derive(Clone, Copy, Debug)]
struct Echo;

impl<T: Scalar> UpdateRule<T> for Echo {
    type State = Vec<T>;

    fn init(&self, x: &[T]) -> Result<Vec<T>, InvalidInput> {
        thalweg::first_order::check_shape(x)?;
        Ok(Vec::with_capacity(1))
    }

    fn update(&self, _: &mut Vec<T>, _: &mut [T], _: &[T], _: T) -> Result<(), InvalidInput> {
        Err(InvalidInput::new("value", "none", "one"))
    }

    fn update_with_value(
        &self,
        state: &mut Vec<T>,
        x: &mut [T],
        value: T,
        gradient: &[T],
        _rate: T,
    ) -> Result<(), InvalidInput> {
        *state = vec![value];
        x.copy_from_slice(gradient);
        Ok(())
    }
}
