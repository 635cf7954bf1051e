//! The forms of Nesterov's method are one method: y = w + βv is the change of variables.

use thalweg::numerics::tanh;
use thalweg::prelude::*;

use crate::{FORMS, SEQUENCES};

const STEPS: u64 = 200;
/// 200 steps on numbers of size 3: each adds roundings of 1e-15, which the momentum makes some ten times as large.
const ROUNDING: f64 = 1e-12;

/// ∇ of Σ ln cosh(aᵢ wᵢ), which is no quadratic.
fn gradient(w: &[f64; 3]) -> [f64; 3] {
    let slope = |a: f64, w: f64| a * tanh(a * w);
    [slope(1.0, w[0]), slope(0.1, w[1]), slope(2.0, w[2])]
}

fn falling(k: u64) -> f64 {
    0.2 / (1.0 + 0.01 * k as f64)
}

/// Points where gradients are taken and, for each, the iterate that `look_back` leads to.
fn run(rule: Nesterov) -> Vec<([f64; 3], [f64; 3])> {
    let mut w = [3.0, -1.0, 0.2];
    let mut state = rule.init(&w).expect("valid settings");
    let mut rows = Vec::new();
    for k in 0..STEPS {
        rule.look_ahead(&mut state, &mut w).expect("equal lengths");
        let mut iterate = w;
        rule.look_back(&mut state.clone(), &mut iterate).expect("equal lengths");
        rows.push((w, iterate));
        let gradient = gradient(&w);
        rule.update(&mut state, &mut w, &gradient, falling(k)).expect("valid input");
    }
    rows
}

fn apart(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).fold(0.0, |largest, (one, other)| f64::max(largest, (one - other).abs()))
}

#[test]
fn both_forms_see_the_same_gradients_and_look_back_to_the_same_iterates() {
    for momentum in SEQUENCES {
        let [ahead, one_pass] = FORMS.map(|form| run(Nesterov { momentum, form }));
        for (k, (ahead, one_pass)) in ahead.iter().zip(&one_pass).enumerate() {
            let distance = apart(&ahead.0, &one_pass.0).max(apart(&ahead.1, &one_pass.1));
            assert!(distance < ROUNDING, "{momentum:?}: {distance:e} apart at step {k}");
        }
        let travelled = apart(&ahead[0].1, &ahead[STEPS as usize - 1].1);
        assert!(travelled > 0.5, "{momentum:?}");
    }
}

/// b ← βb + g, w ← w − η(g + βb): PyTorch's `SGD(nesterov=True)`, with the rate outside.
fn rate_outside(beta: f64, rate: impl Fn(u64) -> f64) -> Vec<[f64; 3]> {
    let (mut w, mut b) = ([3.0, -1.0, 0.2], [0.0; 3]);
    let mut points = Vec::new();
    for k in 0..STEPS {
        points.push(w);
        let slope = gradient(&w);
        for ((w, b), g) in w.iter_mut().zip(&mut b).zip(slope) {
            *b = beta * *b + g;
            *w -= rate(k) * (g + beta * *b);
        }
    }
    points
}

#[test]
fn one_pass_is_the_form_with_the_rate_outside_as_long_as_the_rate_is_constant() {
    let rule = Nesterov { form: NesterovForm::OnePass, ..Nesterov::default() };
    let path = |rate: &dyn Fn(u64) -> f64| {
        let mut w = [3.0, -1.0, 0.2];
        let mut state = rule.init(&w).expect("valid settings");
        let mut points = Vec::new();
        for k in 0..STEPS {
            points.push(w);
            let gradient = gradient(&w);
            rule.update(&mut state, &mut w, &gradient, rate(k)).expect("valid input");
        }
        points
    };
    let largest = |rate: &dyn Fn(u64) -> f64| {
        let pairs = path(rate).into_iter().zip(rate_outside(0.9, rate));
        pairs.fold(0.0, |largest, (one, other)| f64::max(largest, apart(&one, &other)))
    };
    let constant = largest(&|_| 0.2);
    assert!(constant < ROUNDING, "{constant:e}");
    let changing = largest(&falling);
    assert!(changing > 1e-3, "{changing:e}");
}

#[test]
fn without_momentum_it_is_gradient_descent_to_the_bit() {
    for form in FORMS {
        let rule = Nesterov { momentum: MomentumSequence::Constant(0.0), form };
        let (mut w, mut descended) = ([3.0, -1.0, 0.2], [3.0, -1.0, 0.2]);
        let mut state = rule.init(&w).expect("β = 0 is allowed");
        for _ in 0..20 {
            rule.look_ahead(&mut state, &mut w).expect("equal lengths");
            let slope = gradient(&w);
            rule.update(&mut state, &mut w, &slope, 0.1).expect("valid input");
            GradientDescent.update(&mut (), &mut descended, &slope, 0.1).expect("valid input");
            assert_eq!(w, descended);
        }
    }
}

#[test]
fn as_a_method_the_state_is_ahead_and_leads_back_to_the_iterate() {
    use thalweg::problem::Allowance;
    let valley = from_fn(3, |w, g| {
        g.copy_from_slice(&gradient(&[w[0], w[1], w[2]]));
        0.0
    });
    let rule = Nesterov::default();
    let method = Scheduled { rule, schedule: OfStep(falling) };
    let mut state = method.init(&valley, &[3.0, -1.0, 0.2]).expect("valid input");
    for (k, (ahead, iterate)) in run(rule).iter().enumerate() {
        assert_eq!(state.x(), ahead, "at step {k}");
        let mut x = state.x().to_vec();
        rule.look_back(&mut state.rule.clone(), &mut x).expect("equal lengths");
        assert_eq!(x, iterate, "at step {k}");
        method.step(&valley, &mut state, &mut Allowance::evaluations(1)).expect("one evaluation is enough");
    }
}
