//! Input that cannot be used is named, and changes nothing.

use thalweg::first_order::Scalar;
use thalweg::prelude::*;

use crate::{Family, Steps, for_every_rule};

#[track_caller]
fn assert_names(error: &InvalidInput, argument: &str, value: &str, allowed: &str) {
    assert_eq!((&*error.argument, &*error.value, &*error.allowed), (argument, value, allowed));
}

fn refuses_settings<R: Family<f64> + Family<f32>>() {
    let refusal = |sizes| UpdateRule::<f64>::init(&R::with(sizes), &[1.0]).unwrap_err();
    let paper = StepSizes::default();
    for (grow, value) in [(1.0, "1.0"), (0.5, "0.5"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let error = refusal(StepSizes { grow, ..paper });
        assert_names(&error, "sizes.grow", value, "a finite number above 1");
    }
    for (shrink, value) in [(0.0, "0.0"), (1.0, "1.0"), (-0.5, "-0.5"), (f64::NAN, "NaN")] {
        let error = refusal(StepSizes { shrink, ..paper });
        assert_names(&error, "sizes.shrink", value, "a number above 0 and below 1");
    }
    for (smallest, value) in [(0.0, "0.0"), (-1e-6, "-1e-6"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let error = refusal(StepSizes { smallest, ..paper });
        assert_names(&error, "sizes.smallest", value, "a finite number above 0");
    }
    for (largest, value) in [(1e-7, "1e-7"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let error = refusal(StepSizes { largest, ..paper });
        assert_names(&error, "sizes.largest", value, "a finite number, sizes.smallest or more");
    }
    for (first, value) in [(0.0, "0.0"), (51.0, "51.0"), (1e-7, "1e-7"), (f64::NAN, "NaN")] {
        let error = refusal(StepSizes { first, ..paper });
        assert_names(&error, "sizes.first", value, "a number from sizes.smallest to sizes.largest");
    }
    // What is a number above 0 as f64 need not be one as f32.
    let tiny = R::with(StepSizes { smallest: 1e-60, ..paper });
    assert!(UpdateRule::<f64>::init(&tiny, &[1.0]).is_ok());
    let error = UpdateRule::<f32>::init(&tiny, &[1.0]).unwrap_err();
    assert_names(&error, "sizes.smallest", "0.0", "a finite number above 0");
}

#[test]
fn settings_out_of_range_are_refused() {
    for_every_rule!(refuses_settings());
}

fn refuses_arguments<T: Scalar, R: Family<T>>() {
    let rule = R::with(StepSizes::default());
    let [one, two] = [1.0, 2.0].map(T::from_f64);
    assert_names(&rule.init(&[]).unwrap_err(), "x", "length 0", "length 1 or more");
    let mut x = [one, two];
    let mut state = rule.init(&x).expect("valid settings");
    rule.update_with_value(&mut state, &mut x, one, &[one, one], one).expect("valid input");
    let (x_before, state_before) = (x, state.clone());
    let mut refused = |gradient: &[T], rate: T, argument: &str, value: &str| {
        let error = rule.update_with_value(&mut state, &mut x, two, gradient, rate).unwrap_err();
        assert_eq!((&*error.argument, &*error.value), (argument, value), "{}", R::NAME);
        assert!(x == x_before && state == state_before, "{} changed something", R::NAME);
    };
    refused(&[one], one, "gradient", "length 1");
    refused(&[one; 3], one, "gradient", "length 3");
    refused(&[one, two], -one, "rate", "-1.0");
    refused(&[one, two], T::from_f64(f64::NAN), "rate", "NaN");
    refused(&[one, two], T::from_f64(f64::INFINITY), "rate", "inf");
    // A state that was made for something else.
    let mut without_size = state_before.clone();
    without_size.steps().step_size.pop();
    let mut without_step = state_before.clone();
    without_step.steps().moved.pop();
    for (mut spoiled, argument) in [(without_size, "state.step_size"), (without_step, "state.moved")] {
        let as_it_was = spoiled.clone();
        let error = rule.update_with_value(&mut spoiled, &mut x, two, &[one, two], one).unwrap_err();
        assert_names(&error, argument, "length 1", "length 2");
        assert!(x == x_before && spoiled == as_it_was);
    }
}

#[test]
fn arguments_that_cannot_be_used_are_refused_and_change_nothing() {
    fn in_both_types<R: Family<f64> + Family<f32>>() {
        refuses_arguments::<f64, R>();
        refuses_arguments::<f32, R>();
    }
    for_every_rule!(in_both_types());
}

#[test]
fn memory_of_the_derivative_must_have_the_length_of_x() {
    let mut x = [1.0, 2.0];
    let mut state = Rprop::default().init(&x).expect("valid settings");
    state.derivative.clear();
    let error = Rprop::default().update(&mut state, &mut x, &[1.0, 1.0], 1.0).unwrap_err();
    assert_names(&error, "state.derivative", "length 0", "length 2");
    assert_eq!(x, [1.0, 2.0]);
}

#[test]
fn the_rule_that_compares_values_refuses_an_update_without_one() {
    let mut x = [1.0];
    let mut state = IRpropPlus::default().init(&x).expect("valid settings");
    let before = state.clone();
    let error = IRpropPlus::default().update(&mut state, &mut x, &[1.0], 1.0).unwrap_err();
    assert_names(&error, "value", "none", "f(x), by `update_with_value`");
    assert_eq!((x, state), ([1.0], before));
}
