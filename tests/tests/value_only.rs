//! Closures without a gradient, and objectives in other units.

use std::cell::Cell;

use thalweg::numerics::exp;
use thalweg::objectives::Quadratic;
use thalweg::prelude::*;
use thalweg::problem::{Counted, FromValue, Scheme, from_value};

/// eˣ¹ + x₁ x₂², and its gradient.
fn smooth(x: &[f64]) -> f64 {
    exp(x[0]) + x[0] * x[1] * x[1]
}

fn smooth_gradient(x: &[f64]) -> [f64; 2] {
    [exp(x[0]) + x[1] * x[1], 2.0 * x[0] * x[1]]
}

fn gradient_of<F: Fn(&[f64]) -> f64>(f: &FromValue<F>, x: &[f64]) -> Vec<f64> {
    let mut gradient = vec![f64::NAN; x.len()];
    f.value_gradient(x, &mut gradient);
    gradient
}

#[test]
fn central_differences_have_ten_digits_and_forward_ones_seven() {
    // The stated errors: u^(2/3) ≈ 2e-11 and √u ≈ 1e-8, times |f| and derivatives that are below 20 here.
    for (scheme, tolerance) in [(Scheme::Central, 20.0 * 2.4e-11), (Scheme::Forward, 20.0 * 1.1e-8)] {
        let mut f = from_value(2, smooth);
        f.scheme = scheme;
        let mut worst = 0.0_f64;
        for k in -10..=10 {
            let x = [0.2 * f64::from(k), 1.7 - 0.1 * f64::from(k)];
            let measured = gradient_of(&f, &x);
            for (measured, right) in measured.iter().zip(smooth_gradient(&x)) {
                worst = worst.max((measured - right).abs());
            }
        }
        assert!(worst < tolerance, "{scheme:?}: {worst:e}");
        // And not better than that by orders: the statement is no empty one.
        assert!(worst > 1e-4 * tolerance, "{scheme:?}: {worst:e}");
    }
}

#[test]
fn digits_stay_at_every_scale_of_x_with_typical_x() {
    for scale in [1e-8, 1e-3, 1e3, 1e8] {
        let mut f = from_value(2, move |x| smooth(&[x[0] / scale, x[1] / scale]));
        f.typical_x = scale;
        // At 0, |x| says nothing about the scale.
        for z in [[0.0, 0.0], [0.0, 1.0], [0.5, -0.25]] {
            let measured = gradient_of(&f, &z.map(|z| z * scale));
            for (measured, right) in measured.iter().zip(smooth_gradient(&z)) {
                assert!((measured * scale - right).abs() < 20.0 * 2.4e-11, "{scale:e}, {z:?}: {measured:e}");
            }
        }
    }
}

#[test]
fn gradient_costs_the_values_that_the_documentation_states_and_counts_as_one() {
    for (scheme, values) in [(Scheme::Central, 2 * 7 + 1), (Scheme::Forward, 7 + 1)] {
        let calls = Cell::new(0);
        let mut f = from_value(7, |x| {
            calls.set(calls.get() + 1);
            x.iter().sum()
        });
        f.scheme = scheme;
        let counted = Counted::new(&f);
        counted.value_gradient(&[1.0; 7], &mut [0.0; 7]);
        assert_eq!(calls.get(), values);
        assert_eq!((counted.counts().gradients, counted.counts().total()), (1, 1));
        assert_eq!((f.dim(), f.value(&[1.0; 7])), (7, 7.0));
    }
}

#[test]
fn relative_step_follows_the_noise_of_f() {
    // Known to ten digits only: with the default step the gradient has an error near 1e-10 / 1e-5.
    let mut f = from_value(1, |x| (exp(x[0]) * 1e10).round() * 1e-10);
    let error = |f: &FromValue<_>| {
        let at = |k: i32| 0.01 * f64::from(k);
        (1..=20).map(|k| (gradient_of(f, &[at(k)])[0] - exp(at(k))).abs()).fold(0.0, f64::max)
    };
    let with_default = error(&f);
    f.relative_step = Some(5e-4);
    assert!(error(&f) < 1e-6 && with_default > 1e-6, "{:e}, {with_default:e}", error(&f));
}

#[test]
fn difference_goes_to_the_side_where_f_is_finite() {
    for scheme in [Scheme::Central, Scheme::Forward] {
        for (allowed, x) in [(1.0, 1.0), (-1.0, -1.0)] {
            // x² where x is beyond ±1, the point included.
            let mut f = from_value(1, move |x| if x[0] * allowed >= 1.0 { x[0] * x[0] } else { f64::NAN });
            f.scheme = scheme;
            let gradient = gradient_of(&f, &[x])[0];
            assert!((gradient - 2.0 * x).abs() < 1e-4, "{scheme:?}: {gradient}");
        }
        let mut nowhere = from_value(1, |x| if x[0] == 1.0 { 1.0 } else { f64::INFINITY });
        nowhere.scheme = scheme;
        assert!(!gradient_of(&nowhere, &[1.0])[0].is_finite());
    }
}

#[test]
fn minimize_takes_a_closure_without_a_gradient() {
    let bowl = from_value(2, |x| 0.5 * (x[0] - 1.0) * (x[0] - 1.0) + 2.0 * (x[1] + 3.0) * (x[1] + 3.0));
    let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.4 } };
    let stop = Stop { relative_gradient: 1e-6, ..Stop::default() };
    let run = minimize(&bowl, &method, &[0.0; 2], stop, silent).unwrap();
    assert!(run.reason.is_converged(), "{}", run.reason);
    for (x, right) in run.best.x.iter().zip([1.0, -3.0]) {
        assert!((x - right).abs() < 1e-4, "{x}");
    }
    assert_eq!(run.counts.total(), run.counts.gradients);
}

#[test]
fn copies_of_a_closure_share_no_memory_and_any_thread_may_ask() {
    fn is_sync<T: Sync + Send>(_: &T) {}
    let f = from_value(1, |x| x[0] * x[0]);
    is_sync(&f);
    let copy = f.clone();
    assert_eq!(gradient_of(&f, &[2.0]), gradient_of(&copy, &[2.0]));
    // Two at the same time: one inside the other.
    let outer = from_value(1, |x| gradient_of(&f, x)[0]);
    assert!((gradient_of(&outer, &[2.0])[0] - 2.0).abs() < 1e-4);
    assert!(format!("{outer:?}").starts_with("FromValue { n: 1, scheme: Central, "), "{outer:?}");
    let quadratic = Quadratic::new([1.0], [0.0], 0.0).unwrap();
    is_sync(&thalweg::problem::Scaled::new(quadratic, [2.0], 1.0).unwrap());
}
