//! Momentum in its four forms: against exact arithmetic, against each other, and what every rule owes.

mod exact;
mod forms;
mod laws;
#[path = "../reference/mod.rs"]
mod reference;

use thalweg::prelude::*;

const FORMS: [MomentumForm; 4] =
    [MomentumForm::Velocity, MomentumForm::Sum, MomentumForm::Average, MomentumForm::HeavyBall];

fn momentum(momentum: f64, form: MomentumForm) -> Momentum {
    Momentum { momentum, form }
}

#[test]
fn every_form_keeps_the_laws_of_a_rule() {
    for form in FORMS {
        for beta in [0.0, 0.9] {
            laws::hold::<f64, _>(&momentum(beta, form));
            laws::hold::<f32, _>(&momentum(beta, form));
        }
    }
}

#[test]
fn momentum_outside_its_range_is_refused_by_name() {
    for form in FORMS {
        laws::refuses_momentum(|beta| momentum(beta, form));
    }
}

#[test]
fn momentum_0_is_gradient_descent_to_the_bit() {
    let gradients: Vec<_> = (1..=20).map(|k| [0.3 * f64::from(k), -7.0 / f64::from(k)]).collect();
    for form in FORMS {
        let rule = momentum(0.0, form);
        let (mut w, mut descended) = ([1.0, 2.0], [1.0, 2.0]);
        let mut state = rule.init(&w).expect("β = 0 is allowed");
        for gradient in &gradients {
            rule.update(&mut state, &mut w, gradient, 0.1).expect("valid input");
            GradientDescent.update(&mut (), &mut descended, gradient, 0.1).expect("valid input");
            assert_eq!(w, descended, "{form:?}");
        }
    }
}

#[test]
fn forgotten_momentum_leaves_a_step_of_gradient_descent() {
    use thalweg::first_order::Restart;
    for form in FORMS {
        let rule = momentum(0.5, form);
        let (mut w, mut fresh) = ([1.0], [1.0]);
        let mut state = rule.init(&w).expect("valid input");
        for _ in 0..3 {
            rule.update(&mut state, &mut w, &[-2.0], 0.25).expect("valid input");
        }
        assert!(rule.slope_along_step(&state, &w, &[1.0]) > 0.0, "{form:?}: it went up");
        fresh.copy_from_slice(&w);
        Restart::<f64>::forget(&rule, &mut state);
        rule.update(&mut state, &mut w, &[1.0], 0.25).expect("valid input");
        let mut from_rest = rule.init(&fresh).expect("valid input");
        rule.update(&mut from_rest, &mut fresh, &[1.0], 0.25).expect("valid input");
        assert_eq!((w, state), (fresh, from_rest), "{form:?}");
    }
}
