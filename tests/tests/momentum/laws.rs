//! What every rule of this family owes: it treats all parameters alike, has no scale of its own, is resumed to the bit, and
//! touches nothing when it refuses.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use thalweg::first_order::Scalar;
use thalweg::prelude::*;

/// Of ½ Σ aᵢ (wᵢ − bᵢ)², as the loops see it, for n = 11: an odd number, so that no vector is full.
const CURVATURES: [f64; 11] = [1.0, 0.1, 0.37, 2.0, 0.01, 1.5, 0.7, 0.05, 1.9, 0.003, 1.2];
const MINIMA: [f64; 11] = [3.0, -1.0, 0.0, 0.3, 17.0, -0.1, 5.5, 2.0, -4.0, 1.0, -0.7];
const START: [f64; 11] = [-2.0, 4.0, 0.5, -0.25, 1.0, 9.0, -3.5, 0.125, 6.0, -8.0, 0.75];
const RATE: f64 = 0.4;
const STEPS: usize = 60;

/// A run by hand, which can be copied and written down.
struct ByHand<'a, T: Scalar, R: UpdateRule<T>> {
    rule: &'a R,
    state: R::State,
    w: Vec<T>,
    curvatures: Vec<T>,
    minima: Vec<T>,
}

impl<'a, T: Scalar, R: UpdateRule<T>> ByHand<'a, T, R> {
    /// With the parameters in this order, and everything but the curvatures times `scale`.
    fn new(rule: &'a R, order: &[usize], scale: f64) -> Self {
        let ordered = |numbers: [f64; 11], scale: f64| -> Vec<T> {
            order.iter().map(|&i| T::from_f64(numbers[i] * scale)).collect()
        };
        let w = ordered(START, scale);
        let state = rule.init(&w).expect("valid settings");
        Self { rule, state, w, curvatures: ordered(CURVATURES, 1.0), minima: ordered(MINIMA, scale) }
    }

    fn step(&mut self) {
        self.rule.look_ahead(&mut self.state, &mut self.w).expect("equal lengths");
        let parameters = self.w.iter().zip(&self.curvatures).zip(&self.minima);
        let gradient: Vec<T> = parameters.map(|((&w, &a), &m)| a * (w - m)).collect();
        let value =
            gradient.iter().zip(&self.w).zip(&self.minima).fold(T::ZERO, |f, ((&g, &w), &m)| f + g * (w - m));
        self.rule
            .update_with_value(&mut self.state, &mut self.w, value, &gradient, T::from_f64(RATE))
            .expect("valid input");
    }

    fn path(mut self) -> Vec<Vec<T>> {
        let mut step = || {
            self.step();
            self.w.clone()
        };
        (0..STEPS).map(|_| step()).collect()
    }
}

const IN_ORDER: [usize; 11] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

pub(crate) fn hold<T, R>(rule: &R)
where
    T: Scalar,
    R: UpdateRule<T> + Debug,
    R::State: Serialize + DeserializeOwned + PartialEq + Debug,
{
    order_does_not_matter(rule);
    scale_does_not_matter(rule);
    is_resumed_to_the_bit(rule);
    refusals_touch_nothing(rule);
}

fn order_does_not_matter<T: Scalar, R: UpdateRule<T> + Debug>(rule: &R) {
    const SHUFFLED: [usize; 11] = [7, 2, 10, 0, 5, 9, 1, 8, 3, 6, 4];
    let (straight, shuffled) =
        (ByHand::new(rule, &IN_ORDER, 1.0).path(), ByHand::new(rule, &SHUFFLED, 1.0).path());
    for (straight, shuffled) in straight.iter().zip(&shuffled) {
        for (&from, w) in SHUFFLED.iter().zip(shuffled) {
            assert_eq!(straight[from], *w, "{rule:?}: parameter {from}");
        }
    }
    let travelled: f64 = (straight[STEPS - 1][0] - straight[0][0]).into();
    assert!(travelled.abs() > 0.1, "{rule:?} goes nowhere");
}

/// A power of two passes through every product and every sum without rounding.
fn scale_does_not_matter<T: Scalar, R: UpdateRule<T> + Debug>(rule: &R) {
    const SCALE: f64 = 1024.0;
    let (small, large) =
        (ByHand::new(rule, &IN_ORDER, 1.0).path(), ByHand::new(rule, &IN_ORDER, SCALE).path());
    for (small, large) in small.iter().flatten().zip(large.iter().flatten()) {
        assert_eq!(*small * T::from_f64(SCALE), *large, "{rule:?}");
    }
}

fn is_resumed_to_the_bit<T, R>(rule: &R)
where
    T: Scalar,
    R: UpdateRule<T> + Debug,
    R::State: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let straight = ByHand::new(rule, &IN_ORDER, 1.0).path();
    let mut restored = ByHand::new(rule, &IN_ORDER, 1.0);
    for (k, w) in straight.iter().enumerate() {
        let bytes = postcard::to_allocvec(&restored.state).expect("a state can be written down");
        let state: R::State = postcard::from_bytes(&bytes).expect("and read");
        assert_eq!(state, restored.state);
        restored.state = state;
        restored.step();
        assert_eq!(*w, restored.w, "{rule:?}: resumed at step {k}");
    }
}

fn refusals_touch_nothing<T, R>(rule: &R)
where
    T: Scalar,
    R: UpdateRule<T> + Debug,
    R::State: PartialEq + Debug,
{
    let mut run = ByHand::new(rule, &IN_ORDER, 1.0);
    run.step();
    rule.look_ahead(&mut run.state, &mut run.w).expect("equal lengths");
    let (state, w) = (run.state.clone(), run.w.clone());
    let one = T::ONE;
    let mut refused = |w: &mut [T], gradient: &[T], rate: f64, argument: &str| {
        let result = rule.update_with_value(&mut run.state, w, one, gradient, T::from_f64(rate));
        let error = result.expect_err("it cannot be used");
        assert!(error.argument.ends_with(argument), "{rule:?}: {error} does not name {argument}");
        assert_eq!(state, run.state, "{rule:?}: {error}");
    };
    let mut x = w.clone();
    refused(&mut x, &[one; 11], -1.0, "rate");
    refused(&mut x, &[one; 11], f64::NAN, "rate");
    refused(&mut x, &[one; 11], f64::INFINITY, "rate");
    refused(&mut x, &[one; 10], RATE, "gradient");
    assert_eq!(x, w, "{rule:?}");
    refused(&mut [], &[], RATE, "x");
    // As long as each other, but not as the state: named by the field that remembers.
    let mut short = [one; 10];
    let error =
        rule.update_with_value(&mut run.state, &mut short, one, &[one; 10], one).expect_err("another length");
    assert!(error.argument.starts_with("state."), "{rule:?}: {error}");
    assert_eq!((&state, short), (&run.state, [one; 10]), "{rule:?}: {error}");
    let empty: [T; 0] = [];
    assert_eq!(rule.init(&empty).expect_err("no parameters").argument, "x");
}

/// β from [0, 1), to the last number of either type.
pub(crate) fn refuses_momentum<R: UpdateRule<f32> + UpdateRule<f64>>(rule: impl Fn(f64) -> R) {
    let below_1 = 1.0 - f64::EPSILON / 2.0;
    for bad in [-0.1, -f64::MIN_POSITIVE, 1.0, 1.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = UpdateRule::<f64>::init(&rule(bad), &[1.0]).map(drop).expect_err("out of range");
        assert_eq!((&*error.argument, &*error.value), ("momentum", &*format!("{bad:?}")));
        assert_eq!(error.allowed, "0 or more, and below 1 after rounding");
    }
    assert!(UpdateRule::<f64>::init(&rule(below_1), &[1.0]).is_ok());
    // In f32 it would be 1.
    let error = UpdateRule::<f32>::init(&rule(below_1), &[1.0]).map(drop).expect_err("1 in f32");
    assert_eq!(error.argument, "momentum");
}
