//! Restarts: when they come, where they begin again, and what they are good for.

use thalweg::first_order::{Restart, UpdateRule};
use thalweg::objectives::DiagonalQuadratic;
use thalweg::prelude::*;

use crate::{FORMS, SEQUENCES};

/// Steps to ‖∇f‖ ≤ 1e-8 of the first one on curvatures from 1/κ to 1 at the rate 1, where each curvature has its share in
/// the first gradient.
fn steps_needed<R: UpdateRule<f64>>(rule: R, condition: f64) -> u64 {
    let curvatures: Vec<f64> =
        (0..10).map(|i| 1.0 / condition + f64::from(i) / 9.0 * (1.0 - 1.0 / condition)).collect();
    let start: Vec<f64> = curvatures.iter().map(|a| 1.0 / a).collect();
    let bowl = DiagonalQuadratic::centered(curvatures).expect("finite curvatures");
    let method = Scheduled { rule, schedule: Constant { rate: 1.0 } };
    let run = minimize(&bowl, &method, &start, Stop { max_steps: 1_000_000, ..Stop::default() }, silent);
    let run = run.expect("valid input");
    assert!(run.reason.is_converged(), "{}", run.reason);
    run.steps
}

#[test]
fn restart_finds_the_rate_of_the_best_constant_momentum_without_knowing_it() {
    for condition in [1e2, 1e4] {
        let root = f64::sqrt(condition);
        let best = MomentumSequence::Constant((root - 1.0) / (root + 1.0));
        let known = steps_needed(Nesterov { momentum: best, ..Nesterov::default() }, condition);
        for form in FORMS {
            for momentum in [MomentumSequence::BeckTeboulle, MomentumSequence::Ratio] {
                let rule = Nesterov { momentum, form };
                let ringing = steps_needed(rule, condition);
                for test in [RestartTest::Function, RestartTest::Gradient] {
                    let restarted = steps_needed(Restarted { rule, test }, condition);
                    // A factor of 2 on κ of 1e4 is what not knowing κ costs; ringing costs the square root of κ again.
                    assert!(
                        restarted <= 2 * known,
                        "{rule:?}, {test:?}: {restarted} steps, {known} if κ is known"
                    );
                    assert!(
                        2 * restarted < ringing,
                        "{rule:?}, {test:?}: {restarted} steps, {ringing} without"
                    );
                }
            }
        }
    }
}

#[test]
fn gradient_test_restarts_exactly_where_the_step_leads_uphill() {
    for form in FORMS {
        let rule = Nesterov { momentum: MomentumSequence::Constant(0.95), form };
        let restarted = Restarted { rule, test: RestartTest::Gradient };
        // ½w² from 1: one parameter, so that uphill is where gradient and step have the same sign.
        let mut w = [1.0];
        let mut state = restarted.init(&w).expect("valid settings");
        let mut last_iterate = 1.0;
        let mut expected = 0;
        for k in 0..200 {
            restarted.look_ahead(&mut state, &mut w).expect("equal lengths");
            let gradient = w;
            restarted.update(&mut state, &mut w, &gradient, 0.05).expect("valid input");
            let mut iterate = w;
            restarted.look_back(&mut state.clone(), &mut iterate).expect("equal lengths");
            expected += u64::from(gradient[0] * (iterate[0] - last_iterate) > 0.0);
            assert_eq!(state.restarts, expected, "{form:?}, step {k}");
            last_iterate = iterate[0];
        }
        assert!(expected >= 3, "{form:?}: it never rings");
    }
}

#[test]
fn function_test_restarts_exactly_where_a_value_is_larger_than_the_last() {
    let rule = Restarted { rule: Nesterov::default(), test: RestartTest::Function };
    let mut w = [1.0];
    let mut state = rule.init(&w).expect("valid settings");
    for (value, restarts) in
        [(9.0, 0), (8.0, 0), (8.0, 0), (8.5, 1), (7.0, 1), (f64::NAN, 1), (9.0, 1), (9.5, 2)]
    {
        rule.look_ahead(&mut state, &mut w).expect("equal lengths");
        rule.update_with_value(&mut state, &mut w, value, &[0.1], 0.1).expect("valid input");
        assert_eq!(state.restarts, restarts, "at the value {value}");
        assert_eq!(state.rule.velocity == [0.0], [8.5, 9.5].contains(&value), "at the value {value}");
    }
}

#[test]
fn function_test_without_a_value_is_refused() {
    let rule = Restarted { rule: Momentum::default(), test: RestartTest::Function };
    let mut w = [1.0_f32];
    let mut state = rule.init(&w).expect("valid settings");
    let error = rule.update(&mut state, &mut w, &[1.0], 0.1).expect_err("no value");
    assert_eq!(error.to_string(), "invalid `value`: none (allowed: f(x), by `update_with_value`)");
    assert_eq!((w, state.rule.updates), ([1.0], 0));
}

#[test]
fn after_a_restart_the_path_is_that_of_a_start_from_the_iterate() {
    for form in FORMS {
        for momentum in SEQUENCES {
            let rule = Nesterov { momentum, form };
            let mut w = [5.0, -3.0];
            let mut state = rule.init(&w).expect("valid settings");
            let step = |state: &mut _, w: &mut [f64; 2]| {
                rule.look_ahead(state, w).expect("equal lengths");
                let gradient = [w[0], 0.1 * w[1]];
                rule.update(state, w, &gradient, 0.5).expect("valid input");
            };
            (0..7).for_each(|_| step(&mut state, &mut w));
            rule.look_back(&mut state, &mut w).expect("equal lengths");
            Restart::<f64>::forget(&rule, &mut state);
            let (mut fresh, mut from_rest) = (w, rule.init(&w).expect("valid settings"));
            for _ in 0..7 {
                step(&mut state, &mut w);
                step(&mut from_rest, &mut fresh);
                assert_eq!((w, &state), (fresh, &from_rest), "{rule:?}");
            }
        }
    }
}

#[test]
fn slope_along_the_step_is_the_same_in_blocks_of_eight_as_one_by_one() {
    // Whole numbers, so that no sum rounds; 0 to 3 blocks with all remainders.
    for n in 1..=31_u32 {
        let rule = Momentum::default();
        let numbers =
            |factor: u32| -> Vec<f64> { (1..=n).map(|i| f64::from(factor * i % 17) - 8.0).collect() };
        let (w, gradient) = (numbers(3), numbers(5));
        let mut state = rule.init(&w).expect("valid settings");
        state.memory = numbers(7);
        let expected: f64 = state.memory.iter().zip(&gradient).map(|(v, g)| v * g).sum();
        assert_eq!(rule.slope_along_step(&state, &w, &gradient), expected, "n = {n}");
    }
}
