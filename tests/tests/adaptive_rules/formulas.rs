//! Each rule against its paper's formulas, one parameter at a time, in `f64` and with nothing reordered.

use proptest::prelude::*;
use thalweg::first_order::Scalar;
use thalweg::numerics::powi;
use thalweg::prelude::*;

use crate::{START, gradients, path_from, the_same_every_time};

const RATE: f64 = 0.125;

/// A rule's formulas: from w, g and k = 1, 2, … to the next w; what it remembers is in the closure.
type Formula = Box<dyn FnMut(f64, f64, u64) -> f64>;

fn adagrad(rule: Adagrad) -> Formula {
    let mut sum = rule.initial_accumulator;
    Box::new(move |w, g, _| {
        sum += g * g;
        w - RATE / (sum.sqrt() + rule.epsilon) * g
    })
}

fn rms_prop(rule: RmsProp) -> Formula {
    let RmsProp { decay: rho, epsilon, centered, momentum: mu } = rule;
    let (mut v, mut mean, mut p) = (0.0, 0.0, 0.0);
    Box::new(move |w, g, _| {
        v = rho * v + (1.0 - rho) * g * g;
        mean = if centered { rho * mean + (1.0 - rho) * g } else { 0.0 };
        p = mu * p + RATE * g / ((v - mean * mean).sqrt() + epsilon);
        w - p
    })
}

fn adadelta(rule: Adadelta) -> Formula {
    let Adadelta { decay: rho, epsilon } = rule;
    let (mut v, mut u) = (0.0, 0.0);
    Box::new(move |w, g, _| {
        v = rho * v + (1.0 - rho) * g * g;
        let delta = ((u + epsilon) / (v + epsilon)).sqrt() * g;
        u = rho * u + (1.0 - rho) * delta * delta;
        w - RATE * delta
    })
}

/// Adam's averages with corrections, and the largest v where it is asked for.
fn moments(adam: Adam, largest: bool, corrected: bool) -> impl FnMut(f64, u64) -> f64 {
    let Adam { beta1, beta2, epsilon } = adam;
    let (mut m, mut v, mut top) = (0.0, 0.0, 0.0_f64);
    move |g, k| {
        m = beta1 * m + (1.0 - beta1) * g;
        v = beta2 * v + (1.0 - beta2) * g * g;
        top = top.max(v);
        let v = if largest { top } else { v };
        let (of_m, of_v) = if corrected { (1.0 - powi(beta1, k), 1.0 - powi(beta2, k)) } else { (1.0, 1.0) };
        RATE * (m / of_m) / ((v / of_v).sqrt() + epsilon)
    }
}

fn adam(rule: Adam) -> Formula {
    let mut step = moments(rule, false, true);
    Box::new(move |w, g, k| w - step(g, k))
}

fn adam_w(rule: AdamW) -> Formula {
    let AdamW { beta1, beta2, epsilon, weight_decay: decay } = rule;
    let mut step = moments(Adam { beta1, beta2, epsilon }, false, true);
    Box::new(move |w, g, k| w - step(g, k) - RATE * decay * w)
}

fn ams_grad(rule: AmsGrad) -> Formula {
    let AmsGrad { beta1, beta2, epsilon, bias_correction } = rule;
    let mut step = moments(Adam { beta1, beta2, epsilon }, true, bias_correction);
    Box::new(move |w, g, k| w - step(g, k))
}

/// An update rounds each parameter some 12 times, by half an ε of its type, and averages carry old roundings along,
/// so that after k updates 16 k ε of all that it has travelled is allowed. (8 k ε were enough.)
fn follows<T: Scalar, R: UpdateRule<T>>(
    rule: &R,
    formula: impl Fn() -> Formula,
    gradients: &[Vec<f64>],
    precision: f64,
) -> Result<(), TestCaseError> {
    // The gradients as T has them, so that both sides see the same numbers.
    let seen: Vec<Vec<f64>> =
        gradients.iter().map(|g| g.iter().map(|&g| T::from_f64(g).into()).collect()).collect();
    let path = path_from::<T, R>(rule, &START, &seen, RATE);
    for (i, &start) in START.iter().enumerate() {
        let mut formula = formula();
        let mut w = start;
        let mut travelled = w.abs();
        for (k, (got, gradient)) in (1..).zip(path.iter().zip(&seen)) {
            let next = formula(w, gradient[i], k);
            travelled += (next - w).abs();
            w = next;
            let error = (got[i].into() - w).abs();
            let allowance = 16.0 * k as f64 * precision * travelled;
            prop_assert!(error <= allowance, "w[{i}] after update {k}: {:?} instead of {w:?}", got[i]);
        }
    }
    Ok(())
}

/// In both precisions.
macro_rules! follow {
    ($rule:expr, $formula:ident, $gradients:expr) => {{
        let rule = $rule;
        follows::<f64, _>(&rule, || $formula(rule), $gradients, f64::EPSILON)?;
        follows::<f32, _>(&rule, || $formula(rule), $gradients, f64::from(f32::EPSILON))?;
    }};
}

proptest! {
    #![proptest_config(the_same_every_time())]

    #[test]
    fn rules_follow_their_formulas(gradients in gradients(), beta1 in 0.0..0.99, beta2 in 0.0..0.9999) {
        let epsilon = 1e-3;
        follow!(Adagrad { epsilon, initial_accumulator: 0.1 }, adagrad, &gradients);
        follow!(Adadelta { decay: beta1, epsilon }, adadelta, &gradients);
        let rms_prop_rule = RmsProp { decay: beta2, epsilon, ..RmsProp::default() };
        follow!(rms_prop_rule, rms_prop, &gradients);
        follow!(RmsProp { momentum: beta1, ..rms_prop_rule }, rms_prop, &gradients);
        follow!(Adam { beta1, beta2, epsilon }, adam, &gradients);
        follow!(AdamW { beta1, beta2, epsilon, weight_decay: 0.1 }, adam_w, &gradients);
        for bias_correction in [true, false] {
            follow!(AmsGrad { beta1, beta2, epsilon, bias_correction }, ams_grad, &gradients);
        }
    }

    /// With ρ ≤ ½ and gradients that alternate in sign, v − ḡ² is no small part of v.
    #[test]
    fn centered_rms_prop_follows_its_formulas(
        sizes in proptest::collection::vec(proptest::collection::vec(0.5..2.0, 7), 1..=20),
        decay in 0.1..0.5,
        momentum in 0.0..0.9,
    ) {
        let alternating = |(k, sizes): (usize, &Vec<f64>)| -> Vec<f64> {
            sizes.iter().map(|g| if k % 2 == 0 { *g } else { -g }).collect()
        };
        let gradients: Vec<Vec<f64>> = sizes.iter().enumerate().map(alternating).collect();
        let rule = RmsProp { decay, epsilon: 1e-3, centered: true, momentum };
        follow!(rule, rms_prop, &gradients);
    }
}

#[test]
fn steps_of_adam_keep_to_the_bound_of_cauchy_and_schwarz() {
    // |m|/√v ≤ (1 − β₁)/√((1 − β₂)(1 − β₁²/β₂)), and the corrections √(1 − β₂ᵏ)/(1 − β₁ᵏ) are below 1 for β₁ < β₂. Reached by gradients
    // that grow like (β₂/β₁)ᵏ.
    let adam = Adam { epsilon: 0.0, ..Adam::default() };
    let Adam { beta1, beta2, .. } = adam;
    let bound = (1.0 - beta1) / ((1.0 - beta2) * (1.0 - beta1 * beta1 / beta2)).sqrt();
    let growing: Vec<Vec<f64>> = (0..3000).map(|k| vec![powi(beta2 / beta1, k)]).collect();
    let path = path_from::<f64, _>(&adam, &[0.0], &growing, 1.0);
    let longest = path.windows(2).map(|pair| (pair[1][0] - pair[0][0]).abs()).fold(0.0, f64::max);
    assert!(longest <= bound * (1.0 + 1e-12) && longest > 0.9 * bound, "{longest} of {bound}");
}
