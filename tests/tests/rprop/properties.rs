//! What holds for any derivatives, checked on random ones.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thalweg::first_order::Scalar;
use thalweg::prelude::*;

use crate::{Family, Steps, for_every_rule};

/// The same cases in every run on every machine, and nothing written to disk.
fn the_same_every_time() -> ProptestConfig {
    ProptestConfig {
        cases: 128,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_201_026),
        ..ProptestConfig::default()
    }
}

/// Signs that repeat, change and vanish, with sizes that do not matter.
fn derivative() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 1e-3..1e3, 4 => -1e3..-1e-3, 1 => Just(0.0), 1 => Just(-0.0)]
}

/// n derivatives for each of some updates, with E.
fn updates(n: usize) -> impl Strategy<Value = Vec<(f64, Vec<f64>)>> {
    vec((-1.0..1.0, vec(derivative(), n)), 1..40)
}

/// Steps that are exact in both types: powers of two.
const BINARY: StepSizes =
    StepSizes { first: 0.125, grow: 2.0, shrink: 0.5, smallest: 0.015_625, largest: 4.0 };

/// The parameters after each update, from 0.
fn path<T: Scalar, R: Family<T>>(sizes: StepSizes, updates: &[(f64, Vec<f64>)], rate: f64) -> Vec<Vec<f64>> {
    let rule = R::with(sizes);
    let mut x = vec![T::ZERO; updates[0].1.len()];
    let mut state = rule.init(&x).expect("valid settings");
    let after = |(value, gradient): &(f64, Vec<f64>)| {
        let gradient: Vec<T> = gradient.iter().copied().map(T::from_f64).collect();
        rule.update_with_value(&mut state, &mut x, T::from_f64(*value), &gradient, T::from_f64(rate))
            .expect("valid input");
        for size in &state.steps().step_size {
            let size: f64 = (*size).into();
            assert!((sizes.smallest..=sizes.largest).contains(&size), "{}: Δ = {size}", R::NAME);
        }
        x.iter().map(|&x| x.into()).collect()
    };
    updates.iter().map(after).collect()
}

fn only_signs_matter<R: Family<f64>>(updates: &[(f64, Vec<f64>)], scales: &[f64]) {
    let scaled: Vec<_> = updates
        .iter()
        .zip(scales.iter().cycle())
        .map(|((value, g), scale)| (*value, g.iter().map(|g| g * scale).collect()))
        .collect();
    let sizes = StepSizes::default();
    assert_eq!(path::<f64, R>(sizes, updates, 1.0), path::<f64, R>(sizes, &scaled, 1.0), "{}", R::NAME);
}

fn parameters_do_not_see_each_other<R: Family<f64>>(updates: &[(f64, Vec<f64>)], first: usize) {
    let n = updates[0].1.len();
    let turned = |g: &Vec<f64>| (0..n).map(|i| g[(i + first) % n]).collect::<Vec<_>>();
    let permuted: Vec<_> = updates.iter().map(|(value, g)| (*value, turned(g))).collect();
    let sizes = StepSizes::default();
    let expected: Vec<_> = path::<f64, R>(sizes, updates, 0.5).iter().map(turned).collect();
    assert_eq!(path::<f64, R>(sizes, &permuted, 0.5), expected, "{}", R::NAME);
}

fn mirror_images_have_mirrored_paths<R: Family<f64>>(updates: &[(f64, Vec<f64>)]) {
    let negated = |g: &Vec<f64>| g.iter().map(|g| -g).collect::<Vec<_>>();
    let mirrored: Vec<_> = updates.iter().map(|(value, g)| (*value, negated(g))).collect();
    let sizes = StepSizes::default();
    let expected: Vec<_> = path::<f64, R>(sizes, updates, 1.0).iter().map(negated).collect();
    assert_eq!(path::<f64, R>(sizes, &mirrored, 1.0), expected, "{}", R::NAME);
}

fn both_types_go_the_same_way<R: Family<f64> + Family<f32>>(updates: &[(f64, Vec<f64>)]) {
    // f32 holds every sum of 40 multiples of 2⁻⁶ below 4, and keeps the signs of E's differences if E is an f32.
    let updates: Vec<_> = updates.iter().map(|(value, g)| (f64::from(*value as f32), g.clone())).collect();
    assert_eq!(path::<f64, R>(BINARY, &updates, 1.0), path::<f32, R>(BINARY, &updates, 1.0), "{}", R::NAME);
}

fn resumes_to_the_same_bits<R>(updates: &[(f64, Vec<f64>)], at: usize)
where
    R: Family<f64, State: Serialize + DeserializeOwned>,
{
    let rule = R::with(StepSizes::default());
    let mut x = vec![0.3; updates[0].1.len()];
    let mut state = rule.init(&x).expect("valid settings");
    let mut other: Option<(Vec<f64>, R::State)> = None;
    for (k, (value, gradient)) in updates.iter().enumerate() {
        if k == at % updates.len() {
            let json = serde_json::to_string(&state).expect("a state can be written");
            other = Some((x.clone(), serde_json::from_str(&json).expect("and read")));
        }
        rule.update_with_value(&mut state, &mut x, *value, gradient, 0.7).expect("valid input");
        if let Some((x, state)) = &mut other {
            rule.update_with_value(state, x, *value, gradient, 0.7).expect("valid input");
        }
    }
    assert_eq!(other, Some((x, state)), "{}", R::NAME);
}

proptest! {
    #![proptest_config(the_same_every_time())]

    #[test]
    fn sizes_of_derivatives_do_not_matter(
        updates in updates(3),
        // Up to where the derivatives leave the numbers that have full precision.
        scales in vec((-300.0..300.0_f64).prop_map(|decade| thalweg::numerics::pow(10.0, decade)), 1..5),
    ) {
        for_every_rule!(only_signs_matter(&updates, &scales));
    }

    #[test]
    fn each_parameter_goes_its_own_way(updates in updates(11), first in 0..11_usize) {
        for_every_rule!(parameters_do_not_see_each_other(&updates, first));
    }

    #[test]
    fn up_and_down_are_alike(updates in updates(3)) {
        for_every_rule!(mirror_images_have_mirrored_paths(&updates));
    }

    #[test]
    fn f32_and_f64_take_the_same_path_where_nothing_is_rounded(updates in updates(5)) {
        for_every_rule!(both_types_go_the_same_way(&updates));
    }

    #[test]
    fn a_state_written_down_resumes_to_the_same_bits(updates in updates(4), at in 0..40_usize) {
        for_every_rule!(resumes_to_the_same_bits(&updates, at));
    }
}

fn nan_shows<T: Scalar, R: Family<T>>() {
    let rule = R::with(StepSizes::default());
    let [one, nan] = [1.0, f64::NAN].map(T::from_f64);
    let mut x = [one; 9];
    let mut state = rule.init(&x).expect("valid settings");
    let mut gradient = [one; 9];
    rule.update_with_value(&mut state, &mut x, one, &gradient, one).expect("valid input");
    gradient[4] = nan;
    rule.update_with_value(&mut state, &mut x, one, &gradient, one).expect("valid input");
    for (i, x) in x.into_iter().enumerate() {
        let x: f64 = x.into();
        assert_eq!(x.is_nan(), i == 4, "{}: x[{i}] = {x}", R::NAME);
    }
}

#[test]
fn a_derivative_of_nan_makes_its_parameter_nan_and_no_other() {
    fn in_both_types<R: Family<f64> + Family<f32>>() {
        nan_shows::<f64, R>();
        nan_shows::<f32, R>();
    }
    for_every_rule!(in_both_types());
}

fn zero_rests<R: Family<f64>>() {
    let rule = R::with(StepSizes::default());
    let mut x = [0.0];
    let mut state = rule.init(&x).expect("valid settings");
    let mut update = |derivative: f64| {
        rule.update_with_value(&mut state, &mut x, 1.0, &[derivative], 1.0).expect("valid input");
        (x[0], state.steps().step_size[0])
    };
    assert_eq!(update(5.0), (-0.1, 0.1));
    // Nothing moves and nothing is learned, neither now nor when the sign comes back the other way round.
    assert_eq!(update(0.0), (-0.1, 0.1));
    assert_eq!(update(-5.0), (0.0, 0.1), "{}", R::NAME);
}

#[test]
fn derivative_of_zero_moves_nothing_and_is_no_sign_change() {
    for_every_rule!(zero_rests());
}

fn takes_back_what_was_added<R: Family<f64>>() -> f64 {
    let rule = R::with(StepSizes::default());
    let mut x = [0.0];
    let mut state = rule.init(&x).expect("valid settings");
    rule.update_with_value(&mut state, &mut x, 1.0, &[1.0], 0.5).expect("valid input");
    assert_eq!(x, [-0.05]);
    rule.update_with_value(&mut state, &mut x, 2.0, &[-1.0], 2.0).expect("valid input");
    x[0]
}

#[test]
fn what_is_taken_back_is_what_was_added_at_the_rate_of_then() {
    assert_eq!(takes_back_what_was_added::<RpropPlus>(), 0.0);
    assert_eq!(takes_back_what_was_added::<IRpropPlus>(), 0.0);
    // And forward by half of 0.1, at the rate of now.
    assert_eq!(takes_back_what_was_added::<Rprop>(), -0.1);
}
