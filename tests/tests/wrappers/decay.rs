//! The laws of weight decay.

use proptest::prelude::*;
use thalweg::first_order::Scalar;
use thalweg::prelude::*;

use crate::{Echo, START, gradients, path, rounded, the_same_every_time};

proptest! {
    #![proptest_config(the_same_every_time())]

    #[test]
    fn adam_w_is_decoupled_decay_around_adam_to_the_bit(gradients in gradients(), lambda in 0.0..2.0) {
        let rule = Adam { beta2: 0.99, ..Adam::default() };
        let around = WeightDecay { rule, decay: Decay::Decoupled(lambda) };
        let fused = AdamW { beta2: 0.99, weight_decay: lambda, ..AdamW::default() };
        prop_assert_eq!(path::<f32, _>(&around, &gradients), path::<f32, _>(&fused, &gradients));
        prop_assert_eq!(path::<f64, _>(&around, &gradients), path::<f64, _>(&fused, &gradients));
    }

    /// w − η(g + λw) and (w − ηg) − ηλw: three roundings on either side, of numbers no larger than |w| + η|g| + ηλ|w|.
    #[test]
    fn coupled_and_decoupled_decay_are_one_for_gradient_descent(
        gradient in proptest::collection::vec(-10.0..10.0, 7),
        lambda in 0.0..2.0,
        rate in 0.0..1.0,
    ) {
        let step = |decay| {
            let (mut x, rule) = (START, WeightDecay { rule: GradientDescent, decay });
            rule.update(&mut rule.init(&x).expect("usable"), &mut x, &gradient, rate).expect("valid");
            x
        };
        let (coupled, decoupled) = (step(Decay::Coupled(lambda)), step(Decay::Decoupled(lambda)));
        for (((a, b), w), g) in coupled.iter().zip(&decoupled).zip(&START).zip(&gradient) {
            let size = w.abs() + rate * (g.abs() + lambda * w.abs());
            prop_assert!((a - b).abs() <= 4.0 * f64::EPSILON * size, "{a:?} and {b:?}");
        }
    }
}

#[test]
fn coupled_and_decoupled_decay_differ_for_adam() {
    // Coupled, the decay is the whole gradient, and Adam makes a step of the length of the rate of it, whatever λ is.
    let after_one = |decay| {
        let (mut w, rule) =
            ([100.0_f64, 1.0], WeightDecay { rule: Adam { epsilon: 0.0, ..Adam::default() }, decay });
        let mut state = rule.init(&w).expect("usable settings");
        rule.update(&mut state, &mut w, &[0.0, 0.0], 0.5).expect("valid input");
        w
    };
    for lambda in [0.5, 0.01] {
        for (w, expected) in after_one(Decay::Coupled(lambda)).iter().zip([99.5, 0.5]) {
            assert!((w - expected).abs() < 1e-12, "{w}");
        }
    }
    // Decoupled, 0/0 is what Adam has to say without a gradient and an ε.
    assert!(after_one(Decay::Decoupled(0.5)).iter().all(|w| w.is_nan()));
}

/// The rule is shown ∇(f + ½λ‖w‖²) and that value.
fn shows_the_penalized_problem<T: Scalar>(tolerance: f64) {
    // No multiple of the number of sums side by side.
    let w: Vec<T> = (0..2501).map(|i| T::from_f64(f64::from(i % 7) - 3.0)).collect();
    let gradient = vec![T::from_f64(0.5); w.len()];
    let rule = WeightDecay { rule: Echo, decay: Decay::Coupled(0.25) };
    let (mut x, mut state) = (w.clone(), rule.init(&w).expect("usable settings"));
    rule.update_with_value(&mut state, &mut x, T::ONE, &gradient, T::ONE).expect("valid input");
    let squares: f64 = w.iter().map(|&w| w.into() * w.into()).sum();
    let value: f64 = state.rule[0].into();
    assert!((value - (1.0 + 0.5 * 0.25 * squares)).abs() <= tolerance * value, "{value}");
    for (&seen, &w) in x.iter().zip(&w) {
        assert_eq!(seen.into(), 0.5 + 0.25 * w.into());
    }
    // Decoupled, it is shown f and its gradient as they are; the decay comes on top of what the rule makes of x.
    let rule = WeightDecay { rule: Echo, decay: Decay::Decoupled(0.25) };
    let (mut x, mut state) = (w.clone(), rule.init(&w).expect("usable settings"));
    rule.update_with_value(&mut state, &mut x, T::ONE, &gradient, T::ONE).expect("valid input");
    assert_eq!(state.rule, [T::ONE]);
    for (&after, &w) in x.iter().zip(&w) {
        assert_eq!(after.into(), 0.5 - 0.25 * w.into());
    }
}

#[test]
fn coupled_decay_shows_the_rule_the_penalized_problem() {
    // Small integers: the sums are exact, and one rounding is left.
    shows_the_penalized_problem::<f32>(f64::from(f32::EPSILON));
    shows_the_penalized_problem::<f64>(f64::EPSILON);
}

#[test]
fn rule_that_refuses_leaves_x_as_it_was() {
    for decay in [Decay::Coupled(0.5), Decay::Decoupled(0.5)] {
        let rule = WeightDecay { rule: Echo, decay };
        let mut x = rounded::<f64>(&START);
        let mut state = rule.init(&x).expect("usable settings");
        assert_eq!(rule.update(&mut state, &mut x, &START, 1.0).unwrap_err().argument, "value");
        assert_eq!(x, START);
    }
}

#[test]
fn coupled_decay_finds_the_minimum_of_the_penalized_function() {
    // ½a(w − 1)² + ½λw² has its minimum at a/(a + λ).
    let bowl = from_fn(2, |w, g| {
        g[0] = w[0] - 1.0;
        g[1] = 4.0 * (w[1] - 1.0);
        0.5 * (w[0] - 1.0) * (w[0] - 1.0) + 2.0 * (w[1] - 1.0) * (w[1] - 1.0)
    });
    for decay in [Decay::Coupled(0.5), Decay::Decoupled(0.5)] {
        let rule = WeightDecay { rule: Momentum::default(), decay };
        let method = Scheduled { rule, schedule: Constant { rate: 0.05 } };
        let run = minimize(&bowl, &method, &[0.0, 0.0], Stop::after(2000), silent).expect("valid input");
        // Decoupled, momentum multiplies the pull of f by 1/(1 − β) = 10 and leaves that of the decay as it is.
        let pull = if decay == Decay::Coupled(0.5) { 1.0 } else { 10.0 };
        for (w, a) in run.state.x().iter().zip([1.0, 4.0]) {
            assert!((w - pull * a / (pull * a + 0.5)).abs() < 1e-12, "{decay:?}: {w}");
        }
    }
}
