//! The four forms are one method in other variables, as long as the rate does not change.

use thalweg::first_order::MomentumState;
use thalweg::numerics::tanh;
use thalweg::prelude::*;

use crate::{FORMS, momentum};

const BETA: f64 = 0.9;

/// Points and memories of a run on Σ ln cosh(aᵢ wᵢ), which is no quadratic.
fn run(form: MomentumForm, rate: impl Fn(u64) -> f64) -> Vec<([f64; 3], MomentumState<f64>)> {
    let rule = momentum(BETA, form);
    let mut w = [3.0, -1.0, 0.2];
    let mut state = rule.init(&w).expect("valid settings");
    let mut rows = Vec::new();
    for k in 0..200 {
        let slope = |a: f64, w: f64| a * tanh(a * w);
        let gradient = [slope(1.0, w[0]), slope(0.1, w[1]), slope(2.0, w[2])];
        // What is multiplied by the mean of the gradients has to be 1/(1 − β) times as large.
        let factor = if form == MomentumForm::Average { 1.0 / (1.0 - BETA) } else { 1.0 };
        rule.update(&mut state, &mut w, &gradient, factor * rate(k)).expect("valid input");
        rows.push((w, state.clone()));
    }
    rows
}

/// The largest distance between the paths of two forms.
fn apart(one: MomentumForm, other: MomentumForm, rate: impl Fn(u64) -> f64) -> f64 {
    let (one, other) = (run(one, &rate), run(other, &rate));
    let pairs = one.iter().zip(&other).flat_map(|(one, other)| one.0.iter().zip(&other.0));
    pairs.fold(0.0, |largest, (one, other)| f64::max(largest, (one - other).abs()))
}

/// 200 steps on numbers of size 3: each step adds roundings of 1e-15, which the velocity makes ten times as large.
const ROUNDING: f64 = 1e-12;

fn halved_at_50(k: u64) -> f64 {
    if k < 50 { 0.1 } else { 0.05 }
}

#[test]
fn at_a_constant_rate_all_forms_go_the_same_way() {
    for form in FORMS {
        let apart = apart(MomentumForm::Velocity, form, |_| 0.1);
        assert!(apart < ROUNDING, "{form:?} is {apart:e} away from the velocity");
    }
}

#[test]
fn memories_are_the_velocity_in_other_variables() {
    const RATE: f64 = 0.1;
    let velocity = run(MomentumForm::Velocity, |_| RATE);
    for form in FORMS {
        for ((w, state), (_, exact)) in run(form, |_| RATE).iter().zip(&velocity) {
            for ((&memory, &w), &v) in state.memory.iter().zip(w).zip(&exact.memory) {
                let in_terms_of_v = match form {
                    MomentumForm::Velocity => v,
                    MomentumForm::Sum => -v / RATE,
                    MomentumForm::Average => -(1.0 - BETA) * v / RATE,
                    MomentumForm::HeavyBall => w - v,
                };
                // The rate is 0.1, so that rounding is ten times as large in b.
                assert!(
                    (memory - in_terms_of_v).abs() < 10.0 * ROUNDING,
                    "{form:?}: {memory} and {in_terms_of_v}"
                );
            }
        }
    }
}

#[test]
fn where_the_rate_changes_there_are_two_methods() {
    use MomentumForm::{Average, HeavyBall, Sum, Velocity};
    assert!(apart(Velocity, HeavyBall, halved_at_50) < ROUNDING);
    assert!(apart(Sum, Average, halved_at_50) < ROUNDING);
    for inside in [Velocity, HeavyBall] {
        for outside in [Sum, Average] {
            let apart = apart(inside, outside, halved_at_50);
            assert!(apart > 1e-2, "{inside:?} and {outside:?} are only {apart:e} apart");
        }
    }
}

#[test]
fn two_steps_by_hand_show_where_the_rate_stands() {
    // β = ½, g = 1 twice, η = 1 and then ½.
    let after_two = |form| {
        let (rule, mut w) = (momentum(0.5, form), [0.0]);
        let mut state = rule.init(&w).expect("valid settings");
        for rate in [1.0, 0.5] {
            rule.update(&mut state, &mut w, &[1.0], rate).expect("valid input");
        }
        (w[0], state.memory[0])
    };
    // v = −1, then −½ − ½; b = 1, then 1.5; m = ½, then ¾.
    assert_eq!(after_two(MomentumForm::Velocity), (-2.0, -1.0));
    assert_eq!(after_two(MomentumForm::Sum), (-1.75, 1.5));
    assert_eq!(after_two(MomentumForm::Average), (-0.875, 0.75));
    assert_eq!(after_two(MomentumForm::HeavyBall), (-2.0, -1.0));
}
