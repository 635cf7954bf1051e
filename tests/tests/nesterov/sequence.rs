//! How the momentum grows, and what that is good for.

use thalweg::numerics::powi;
use thalweg::objectives::NesterovWorst;
use thalweg::prelude::*;

/// βₖ for k = 0, 1, …, seen from outside: with a velocity of 1, `look_ahead` moves 0 to βₖ.
fn coefficients(momentum: MomentumSequence, steps: usize) -> Vec<f64> {
    let rule = Nesterov { momentum, ..Nesterov::default() };
    let mut state = rule.init(&[0.0]).expect("valid settings");
    let mut betas = Vec::new();
    for _ in 0..steps {
        state.velocity = vec![1.0];
        let mut x = [0.0];
        rule.look_ahead(&mut state, &mut x).expect("equal lengths");
        betas.push(x[0]);
        rule.update(&mut state, &mut x, &[0.0], 1.0).expect("valid input");
    }
    betas
}

#[test]
fn beck_and_teboulle_s_sequence_is_theirs() {
    let betas = coefficients(MomentumSequence::BeckTeboulle, 200);
    // t₀ = 1, tₖ₊₁² − tₖ₊₁ = tₖ², from which tₖ is checked and not how it is computed.
    let mut t = 1.0;
    for (k, &beta) in betas.iter().enumerate().skip(1) {
        // βₖ = (tₖ₋₁ − 1)/tₖ.
        let next = if k == 1 { 0.5 * (1.0 + 5.0_f64.sqrt()) } else { (t - 1.0) / beta };
        assert!((next * next - next - t * t).abs() < 1e-11 * t * t, "t at {k}");
        assert!((beta - (t - 1.0) / next).abs() < 1e-15);
        t = next;
    }
    assert_eq!(betas[..2], [0.0, 0.0]);
    // t grows by ½ a step, so that 1 − βₖ → 3/k.
    assert!((199.0 * (1.0 - betas[199]) - 3.0).abs() < 0.1);
}

#[test]
fn ratio_is_k_over_k_plus_3_one_update_later() {
    let betas = coefficients(MomentumSequence::Ratio, 50);
    assert_eq!(betas[..4], [0.0, 0.0, 0.25, 0.4]);
    for (k, &beta) in betas.iter().enumerate().skip(1) {
        assert_eq!(beta, (k - 1) as f64 / (k + 2) as f64);
    }
}

#[test]
fn constant_is_constant() {
    assert_eq!(coefficients(MomentumSequence::Constant(0.75), 5), [0.75; 5]);
}

#[test]
fn growing_momentum_keeps_its_bound_on_the_worst_function() {
    // f(wₖ) − f* ≤ 2L‖w₀ − w*‖²/(k + 1)²: Beck and Teboulle, theorem 4.4, and Su, Boyd and Candès, theorem 6 with r = 3.
    const L: f64 = 2.0;
    let problem = NesterovWorst::new(201, L).expect("n and L are above 0");
    for momentum in [MomentumSequence::BeckTeboulle, MomentumSequence::Ratio] {
        let rule = Nesterov { momentum, ..Nesterov::default() };
        let (mut w, mut gradient) = (vec![0.0; 201], vec![0.0; 201]);
        let mut state = rule.init(&w).expect("valid settings");
        for k in 1..=300_u64 {
            rule.look_ahead(&mut state, &mut w).expect("equal lengths");
            problem.value_gradient(&w, &mut gradient);
            rule.update(&mut state, &mut w, &gradient, 1.0 / L).expect("valid input");
            let bound = 2.0 * L * problem.distance_squared() / powi((k + 1) as f64, 2);
            assert!(problem.value(&w) - problem.minimum() <= bound, "{momentum:?} after {k} steps");
        }
    }
}
