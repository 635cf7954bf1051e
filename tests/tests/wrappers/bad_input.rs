//! Settings and arguments that cannot be used are refused by name, and nothing has changed then.

use std::fmt::Debug;
use std::ops::Range;

use thalweg::first_order::Scalar;
use thalweg::prelude::*;

fn refusal<R: UpdateRule<f64>>(rule: &R, n: usize) -> (String, String, String) {
    let error = rule.init(&vec![1.0; n]).map(drop).unwrap_err();
    (error.argument.into_owned(), error.value, error.allowed.into_owned())
}

fn of(argument: &str, value: &str, allowed: &str) -> (String, String, String) {
    (argument.into(), value.into(), allowed.into())
}

fn grouped(groups: Vec<Group>) -> Groups<GradientDescent> {
    Groups { rule: GradientDescent, groups }
}

#[test]
fn ranges_that_cannot_be_groups_are_refused() {
    let ranges = |ranges: &[Range<usize>]| grouped(ranges.iter().cloned().map(Group::of).collect());
    let empty = of("groups[1].range", "2..2", "a range that is not empty");
    assert_eq!(refusal(&ranges(&[0..1, 2..2]), 5), empty);
    let backwards = Range { start: 3, end: 1 };
    assert_eq!(
        refusal(&grouped(vec![Group::of(backwards)]), 5),
        of("groups[0].range", "3..1", "a range that is not empty")
    );
    assert_eq!(
        refusal(&grouped(vec![Group::of(0..6)]), 5),
        of("groups[0].range", "0..6", "a range within 0..5")
    );
    assert_eq!(
        refusal(&grouped(vec![Group::of(7..usize::MAX)]), 5),
        of("groups[0].range", &format!("7..{}", usize::MAX), "a range within 0..5")
    );
    // Overlaps: partly, inside, the same; and the later one is named, whatever its place.
    for (first, second) in [(1..3, 2..4), (2..4, 1..3), (0..5, 2..3), (2..3, 0..5), (1..2, 1..2)] {
        let allowed = format!("indices that are not in groups[0], {first:?}");
        let value = format!("{second:?}");
        assert_eq!(refusal(&ranges(&[first, second]), 5), of("groups[1].range", &value, &allowed));
    }
    assert!(ranges(&[3..5, 0..2, 2..3]).init(&[1.0; 5]).is_ok());
}

#[test]
fn numbers_that_cannot_be_settings_are_refused() {
    for (value, written) in [(-1.0, "-1.0"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let allowed = "a finite number, 0 or more";
        let factor = grouped(vec![Group { rate_factor: value, ..Group::of(0..1) }]);
        assert_eq!(refusal(&factor, 2), of("groups[0].rate_factor", written, allowed));
        for decay in [Decay::Coupled(value), Decay::Decoupled(value)] {
            let group = grouped(vec![Group::of(1..2), Group { decay, ..Group::of(0..1) }]);
            assert_eq!(refusal(&group, 2), of("groups[1].decay", written, allowed));
            assert_eq!(
                refusal(&WeightDecay { rule: GradientDescent, decay }, 2),
                of("decay", written, allowed)
            );
        }
    }
    for (value, written) in [(0.0, "0.0"), (-1.0, "-1.0"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        for clip in [Clip::Norm(value), Clip::Value(value)] {
            let refused = refusal(&Clipped { rule: GradientDescent, clip }, 2);
            assert_eq!(refused, of("clip", written, "a finite number above 0"));
        }
    }
    // What is 0 in `f32` would freeze everything.
    for clip in [Clip::Norm(1e-60), Clip::Value(1e-60)] {
        let rule = Clipped { rule: GradientDescent, clip };
        let error = UpdateRule::<f32>::init(&rule, &[1.0]).map(drop);
        let allowed = "a finite number above 0, also when rounded to the type of the parameters";
        assert_eq!(error, Err(InvalidInput::new("clip", "1e-60", allowed)));
        assert!(UpdateRule::<f64>::init(&rule, &[1.0]).is_ok());
    }
    // Those of the rule have their own names.
    let rule = Adam { beta1: 2.0, ..Adam::default() };
    let beta1 = of("beta1", "2.0", "0 or more, and below 1 after rounding");
    assert_eq!(refusal(&WeightDecay { rule, decay: Decay::Coupled(0.1) }, 2), beta1);
    assert_eq!(refusal(&Clipped { rule, clip: Clip::Norm(1.0) }, 2), beta1);
    assert_eq!(refusal(&Groups { rule, groups: vec![] }, 2), beta1);
}

/// What cannot be used in an update leaves x and the state as they were.
fn update_refuses<T: Scalar, R: UpdateRule<T>>(rule: &R)
where
    R::State: Debug + PartialEq,
{
    let (one, nan) = (T::ONE, T::from_f64(f64::NAN));
    let mut x = [one; 4];
    let mut state = rule.init(&x).expect("usable settings");
    rule.update(&mut state, &mut x, &[one; 4], one).expect("valid input");
    let (x_before, state_before) = (x, state.clone());
    let mut refused = |x: &mut [T], gradient: &[T], rate: T| {
        let errors = [
            rule.update(&mut state, x, gradient, rate).unwrap_err(),
            rule.update_with_value(&mut state, x, one, gradient, rate).unwrap_err(),
        ];
        assert_eq!(state, state_before);
        assert_eq!(errors[0], errors[1]);
        errors[0].argument.clone().into_owned()
    };
    for n in [0, 3, 5] {
        assert_eq!(refused(&mut x, &vec![one; n], one), "gradient");
    }
    for rate in [-one, nan, one / T::ZERO] {
        assert_eq!(refused(&mut x, &[one; 4], rate), "rate");
    }
    assert_eq!(refused(&mut [], &[], one), "x");
    for n in [3, 5] {
        let argument = refused(&mut vec![one; n], &vec![one; n], one);
        assert!(argument == "x" || argument == "state.scratch", "{argument}");
    }
    assert_eq!(x, x_before);
    assert_eq!(rule.init(&[]).map(drop).unwrap_err().argument, "x");
}

#[test]
fn bad_arguments_leave_everything_as_it_was() {
    let rule = Adam::default();
    let groups = vec![Group { decay: Decay::Coupled(0.1), ..Group::of(1..3) }];
    for decay in [Decay::Coupled(0.5), Decay::Decoupled(0.5)] {
        update_refuses::<f32, _>(&WeightDecay { rule, decay });
        update_refuses::<f64, _>(&WeightDecay { rule, decay });
    }
    for clip in [Clip::Norm(0.5), Clip::Value(0.5)] {
        update_refuses::<f32, _>(&Clipped { rule, clip });
        update_refuses::<f64, _>(&Clipped { rule, clip });
    }
    update_refuses::<f32, _>(&Groups { rule, groups: groups.clone() });
    update_refuses::<f64, _>(&Groups { rule, groups });
}

#[test]
fn rate_that_overflows_in_one_group_moves_none() {
    let rule = grouped(vec![Group { rate_factor: 1e30, ..Group::of(1..2) }]);
    let mut x = [1.0_f32; 3];
    let mut state = rule.init(&x).expect("usable settings");
    let error = rule.update(&mut state, &mut x, &[1.0; 3], 1e10).unwrap_err();
    assert_eq!((&*error.argument, &*error.value), ("rate", "inf"));
    assert_eq!(x, [1.0; 3]);
}

#[test]
fn state_of_other_groups_is_refused() {
    let (two, none) = (grouped(vec![Group::of(0..1), Group::of(1..2)]), grouped(vec![]));
    let mut state = two.init(&[1.0; 2]).expect("usable settings");
    let error = none.update(&mut state, &mut [1.0; 2], &[1.0; 2], 1.0).unwrap_err();
    assert_eq!((&*error.argument, &*error.value), ("groups", "0 groups"));
    for look in [Groups::look_ahead, Groups::look_back] {
        assert_eq!(look(&two, &mut state, &mut [1.0; 3]).unwrap_err().allowed, "length 2");
    }
}
