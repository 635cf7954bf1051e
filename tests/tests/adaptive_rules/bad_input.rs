//! Settings and arguments that cannot be used are refused by name, and nothing has changed then.

use std::fmt::Debug;

use thalweg::first_order::Scalar;
use thalweg::prelude::*;

use crate::for_every_rule;

/// Refused in both precisions, under this name.
#[track_caller]
fn assert_refused<R: UpdateRule<f32> + UpdateRule<f64>>(setting: &str, value: f64, rule: R) {
    let errors = [
        UpdateRule::<f32>::init(&rule, &[1.0]).map(drop).unwrap_err(),
        UpdateRule::<f64>::init(&rule, &[1.0]).map(drop).unwrap_err(),
    ];
    for error in errors {
        assert_eq!((&*error.argument, error.value), (setting, format!("{value:?}")));
    }
}

#[test]
fn settings_out_of_range_are_refused() {
    for value in [-0.1, 1.0, 1.5, f64::NAN, f64::INFINITY] {
        assert_refused("decay", value, RmsProp { decay: value, ..RmsProp::default() });
        assert_refused("momentum", value, RmsProp { momentum: value, ..RmsProp::default() });
        assert_refused("decay", value, Adadelta { decay: value, ..Adadelta::default() });
        assert_refused("beta1", value, Adam { beta1: value, ..Adam::default() });
        assert_refused("beta2", value, Adam { beta2: value, ..Adam::default() });
        assert_refused("beta1", value, AdamW { beta1: value, ..AdamW::default() });
        assert_refused("beta2", value, AdamW { beta2: value, ..AdamW::default() });
        assert_refused("beta1", value, AmsGrad { beta1: value, ..AmsGrad::default() });
        assert_refused("beta2", value, AmsGrad { beta2: value, ..AmsGrad::default() });
    }
    for value in [-1e-8, f64::NAN, f64::INFINITY] {
        assert_refused("epsilon", value, Adagrad { epsilon: value, ..Adagrad::default() });
        assert_refused(
            "initial_accumulator",
            value,
            Adagrad { initial_accumulator: value, ..Adagrad::default() },
        );
        assert_refused("epsilon", value, RmsProp { epsilon: value, ..RmsProp::default() });
        assert_refused("epsilon", value, Adadelta { epsilon: value, ..Adadelta::default() });
        assert_refused("epsilon", value, Adam { epsilon: value, ..Adam::default() });
        assert_refused("epsilon", value, AdamW { epsilon: value, ..AdamW::default() });
        assert_refused("weight_decay", value, AdamW { weight_decay: value, ..AdamW::default() });
        assert_refused("epsilon", value, AmsGrad { epsilon: value, ..AmsGrad::default() });
    }
}

#[test]
fn average_that_rounds_to_one_is_refused_in_f32_only() {
    let adam = Adam { beta2: 1.0 - 1e-9, ..Adam::default() };
    assert!(UpdateRule::<f64>::init(&adam, &[1.0]).is_ok());
    assert_eq!(UpdateRule::<f32>::init(&adam, &[1.0]).unwrap_err().argument, "beta2");
}

/// What cannot be used in an update leaves x and the state as they were.
fn update_refuses<T: Scalar, R: UpdateRule<T>>(name: &str, rule: R)
where
    R::State: Debug + PartialEq,
{
    let (one, nan) = (T::ONE, T::from_f64(f64::NAN));
    let mut x = [one; 3];
    let mut state = rule.init(&x).expect("usable settings");
    rule.update(&mut state, &mut x, &[one; 3], one).expect("valid input");
    let (x_before, state_before) = (x, state.clone());
    let mut refused = |x: &mut [T], gradient: &[T], rate: T| {
        let error = rule.update(&mut state, x, gradient, rate).unwrap_err();
        assert_eq!(state, state_before, "{name}: {error}");
        error.argument.into_owned()
    };
    for n in [0, 2, 4] {
        assert_eq!(refused(&mut x, &vec![one; n], one), "gradient", "{name}");
    }
    for rate in [-one, nan, one / T::ZERO] {
        assert_eq!(refused(&mut x, &[one; 3], rate), "rate", "{name}");
    }
    assert_eq!(refused(&mut [], &[], one), "x", "{name}");
    // A state of other parameters.
    let argument = refused(&mut [one; 2], &[one; 2], one);
    assert!(argument.starts_with("state."), "{name}: {argument}");
    assert_eq!(x, x_before, "{name}");
    assert_eq!(rule.init(&[]).map(drop).unwrap_err().argument, "x", "{name}");
}

#[test]
fn bad_arguments_leave_everything_as_it_was() {
    for_every_rule!(update_refuses);
}

#[test]
fn state_of_another_kind_of_rms_prop_is_refused() {
    let plain = RmsProp::default();
    let mut state = plain.init(&[1.0]).expect("usable settings");
    for (rule, argument) in [
        (RmsProp { centered: true, ..plain }, "state.mean"),
        (RmsProp { momentum: 0.5, ..plain }, "state.velocity"),
    ] {
        let error = rule.update(&mut state, &mut [1.0], &[1.0], 1.0).unwrap_err();
        assert_eq!((&*error.argument, &*error.value, &*error.allowed), (argument, "length 0", "length 1"));
    }
}
