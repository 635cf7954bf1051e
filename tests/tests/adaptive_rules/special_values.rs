//! What NaN, ∞, overflow and underflow do.

use thalweg::first_order::Scalar;
use thalweg::prelude::*;

use crate::{for_every_rule, path_from};

/// The first of two parameters gets a gradient that is not finite: the other one does not notice.
fn passes_nan_on<T: Scalar, R: UpdateRule<T>>(name: &str, rule: R) {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let path = path_from::<T, R>(&rule, &[1.0, 1.0], &[vec![bad, 1.0], vec![1.0, 1.0]], 0.125);
        for x in path {
            let (x, other): (f64, f64) = (x[0].into(), x[1].into());
            assert!(x.is_nan() && other < 1.0, "{name}: {bad} led to {x} and {other}");
        }
    }
}

#[test]
fn gradient_that_is_not_finite_ends_up_in_its_parameter() {
    for_every_rule!(passes_nan_on);
}

/// 1e20 has no square in `f32`.
#[test]
fn parameter_whose_squared_gradient_overflows_stands_still() {
    let gradients = [vec![1e20], vec![1.0], vec![1.0]];
    assert_eq!(path_from::<f32, _>(&Adagrad::default(), &[1.0], &gradients, 1.0), [[1.0]; 3]);
    assert_eq!(path_from::<f32, _>(&RmsProp::default(), &[1.0], &gradients, 1.0), [[1.0]; 3]);
    assert_eq!(path_from::<f32, _>(&Adadelta::default(), &[1.0], &gradients, 1.0), [[1.0]; 3]);
    assert_eq!(path_from::<f32, _>(&Adam::default(), &[1.0], &gradients, 1.0), [[1.0]; 3]);
    assert_eq!(path_from::<f32, _>(&AmsGrad::default(), &[1.0], &gradients, 1.0), [[1.0]; 3]);
    // Where the square is a number, it moves.
    assert!(path_from::<f64, _>(&Adam::default(), &[1.0], &gradients, 1.0)[0][0] < 1.0);
}

/// 1e-50 is 0 in `f32`, and so is the square of 1e-30.
#[test]
fn epsilon_that_rounds_to_zero_makes_nan_of_no_gradient_and_of_none_other() {
    let epsilon = 1e-50;
    let from_one = |gradient: f64| {
        let g = [vec![gradient]];
        [
            path_from::<f32, _>(&Adam { epsilon, ..Adam::default() }, &[1.0], &g, 0.5)[0][0],
            path_from::<f32, _>(&Adagrad { epsilon, ..Adagrad::default() }, &[1.0], &g, 0.5)[0][0],
            path_from::<f32, _>(&RmsProp { epsilon, ..RmsProp::default() }, &[1.0], &g, 0.5)[0][0],
            path_from::<f32, _>(&Adadelta { epsilon, ..Adadelta::default() }, &[1.0], &g, 0.5)[0][0],
        ]
    };
    assert!(from_one(0.0).iter().all(|x| x.is_nan()));
    let [adam, adagrad, rms_prop, adadelta] = from_one(1.0);
    assert!([adam, adagrad, rms_prop].iter().all(|x| *x < 1.0));
    assert_eq!(adadelta, 1.0);
    // With the usual ε a gradient without a square divides by ε alone: a long step, but a number.
    let usual = path_from::<f32, _>(&Adam::default(), &[1.0], &[vec![1e-30]], 0.5);
    assert!((usual[0][0] - 1.0).abs() < 1e-6, "{usual:?}");
}

#[test]
fn centered_variance_that_rounds_below_zero_counts_as_zero() {
    // A gradient that stays the same: v − ḡ² tends to 0, and rounding takes it below.
    let (g, rule) = (1.49, RmsProp { centered: true, ..RmsProp::default() });
    let (mut x, mut state) = ([1.0_f64], rule.init(&[1.0]).expect("usable settings"));
    let mut below = 0;
    for _ in 0..2000 {
        rule.update(&mut state, &mut x, &[g], 1e-12).expect("valid input");
        below += u32::from(state.mean_square[0] < state.mean[0] * state.mean[0]);
        assert!(x[0].is_finite());
    }
    assert!(below > 0, "it never happened, so nothing was tested");
}
