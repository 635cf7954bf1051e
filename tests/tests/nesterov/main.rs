//! Nesterov's method in its two forms, its momentum, and restarts.

mod forms;
#[path = "../momentum/laws.rs"]
mod laws;
mod restart;
mod sequence;

use thalweg::prelude::*;

const FORMS: [NesterovForm; 2] = [NesterovForm::LookAhead, NesterovForm::OnePass];
const SEQUENCES: [MomentumSequence; 4] = [
    MomentumSequence::Constant(0.0),
    MomentumSequence::Constant(0.9),
    MomentumSequence::BeckTeboulle,
    MomentumSequence::Ratio,
];

fn all() -> impl Iterator<Item = Nesterov> {
    FORMS.into_iter().flat_map(|form| SEQUENCES.map(|momentum| Nesterov { momentum, form }))
}

#[test]
fn every_form_and_sequence_keeps_the_laws_of_a_rule() {
    for rule in all() {
        laws::hold::<f64, _>(&rule);
        laws::hold::<f32, _>(&rule);
        for test in [RestartTest::Function, RestartTest::Gradient] {
            laws::hold::<f64, _>(&Restarted { rule, test });
            laws::hold::<f32, _>(&Restarted { rule, test });
        }
    }
}

#[test]
fn momentum_outside_its_range_is_refused_by_name() {
    for form in FORMS {
        laws::refuses_momentum(|beta| Nesterov { momentum: MomentumSequence::Constant(beta), form });
    }
}

#[test]
fn update_of_a_point_that_was_not_moved_is_refused() {
    let rule = Nesterov::default();
    let mut w = [1.0, 2.0];
    let mut state = rule.init(&w).expect("valid settings");
    let before = state.clone();
    let error = rule.update(&mut state, &mut w, &[1.0, 1.0], 0.1).expect_err("it was not moved");
    assert_eq!(error.to_string(), "invalid `x`: the iterate (allowed: where `look_ahead` moves it)");
    assert_eq!((w, &state), ([1.0, 2.0], &before));
    rule.look_ahead(&mut state, &mut w).expect("equal lengths");
    rule.update(&mut state, &mut w, &[1.0, 1.0], 0.1).expect("now it is");
    let (w_after, after) = (w, state.clone());
    rule.update(&mut state, &mut w, &[1.0, 1.0], 0.1).expect_err("moved once, updated twice");
    assert_eq!((w, state), (w_after, after));
}

#[test]
fn looking_ahead_twice_moves_once_and_looking_back_returns() {
    for rule in all() {
        let mut w = [8.0_f64, -2.0];
        let mut state = rule.init(&w).expect("valid settings");
        for _ in 0..4 {
            rule.look_ahead(&mut state, &mut w).expect("equal lengths");
            let gradient = w;
            rule.update(&mut state, &mut w, &gradient, 0.25).expect("valid input");
        }
        rule.look_ahead(&mut state, &mut w).expect("equal lengths");
        let (ahead, known) = (w, state.clone());
        rule.look_ahead(&mut state, &mut w).expect("equal lengths");
        assert_eq!((w, &state), (ahead, &known), "{rule:?}");
        rule.look_back(&mut state, &mut w).expect("equal lengths");
        let back = w;
        rule.look_back(&mut state, &mut w).expect("equal lengths");
        assert_eq!(w, back, "{rule:?}");
        let error = rule.update(&mut state, &mut w, &back, 0.25).expect_err("it is back at the iterate");
        assert_eq!(error.argument, "x", "{rule:?}");
        rule.look_ahead(&mut state, &mut w).expect("equal lengths");
        for (w, ahead) in w.iter().zip(&ahead) {
            // There and back are one rounding each, of numbers below 8.
            assert!((w - ahead).abs() <= 2e-15, "{rule:?}");
        }
        assert_eq!(state, known, "{rule:?}");
        for result in [rule.look_ahead(&mut state, &mut [1.0]), rule.look_back(&mut state, &mut [1.0])] {
            assert_eq!(result.expect_err("another length").argument, "state.velocity");
        }
    }
}
