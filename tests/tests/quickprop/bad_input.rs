//! Input that cannot be used is named, and changes nothing.

use thalweg::first_order::Scalar;
use thalweg::prelude::*;

use crate::Secant;

#[track_caller]
fn assert_names(error: &InvalidInput, argument: &str, value: &str, allowed: &str) {
    assert_eq!((&*error.argument, &*error.value, &*error.allowed), (argument, value, allowed));
}

#[test]
fn settings_out_of_range_are_refused() {
    let refusal = |rule: Quickprop| UpdateRule::<f64>::init(&rule, &[1.0]).unwrap_err();
    for (growth_limit, value) in [(0.0, "0.0"), (-1.0, "-1.0"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let error = refusal(Quickprop { growth_limit, ..Quickprop::default() });
        assert_names(&error, "growth_limit", value, "a finite number above 0");
    }
    for (weight_decay, value) in [(-1e-4, "-0.0001"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let error = refusal(Quickprop { weight_decay, ..Quickprop::default() });
        assert_names(&error, "weight_decay", value, "a finite number, 0 or more");
    }
}

fn refuses_arguments<T: Scalar, R: Secant<T>>(rule: R) {
    let [one, two] = [1.0, 2.0].map(T::from_f64);
    assert_names(&rule.init(&[]).unwrap_err(), "x", "length 0", "length 1 or more");
    let mut x = [one, two];
    let mut state = rule.init(&x).expect("valid settings");
    rule.update(&mut state, &mut x, &[one, one], one).expect("valid input");
    let (x_before, state_before) = (x, state.clone());
    for (gradient, rate, argument, value) in [
        (&[one][..], one, "gradient", "length 1"),
        (&[one; 3], one, "gradient", "length 3"),
        (&[one, two], -one, "rate", "-1.0"),
        (&[one, two], T::from_f64(f64::NAN), "rate", "NaN"),
    ] {
        let error = rule.update(&mut state, &mut x, gradient, rate).unwrap_err();
        assert_eq!((&*error.argument, &*error.value), (argument, value));
        assert!(x == x_before && state == state_before);
    }
    state.slope.pop();
    let error = rule.update(&mut state, &mut x, &[one, two], one).unwrap_err();
    assert_names(&error, "state.slope", "length 1", "length 2");
    let mut state = state_before.clone();
    state.moved.clear();
    let error = rule.update(&mut state, &mut x, &[one, two], one).unwrap_err();
    assert_names(&error, "state.moved", "length 0", "length 2");
    assert!(x == x_before && state.slope == state_before.slope);
}

#[test]
fn arguments_that_cannot_be_used_are_refused_and_change_nothing() {
    refuses_arguments::<f64, _>(Quickprop::default());
    refuses_arguments::<f32, _>(Quickprop::default());
    refuses_arguments::<f64, _>(DiagonalSecant);
    refuses_arguments::<f32, _>(DiagonalSecant);
}
