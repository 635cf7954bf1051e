//! The rates from which on the methods diverge, found by bisection on whether their paths grow.

use thalweg::prelude::*;

use crate::{iterates, momentum, nesterov};

/// Whether |x| grows in the long run: between step K and step 2K.
///
/// At a rate 1e-10 beside the edge the root is about −(1 ± 1e-10): over K steps that is a change by 1e-6 of x, against some
/// 1e-12 of rounding. The other root, of size β or less, is gone by then.
fn grows<R: UpdateRule<f64>>(rule: &R, q: f64) -> bool {
    const K: usize = 10_000;
    // A curvature that is no power of two, so that rounding has its say.
    const LAMBDA: f64 = 3.0;
    let path = iterates(rule, LAMBDA, q / LAMBDA, 2 * K);
    // Far below the edge nothing is left but the smallest numbers, which rounding keeps alive.
    let is_gone = path[K].abs() < 1e-300;
    // Far above it both are infinite or not a number.
    !(is_gone || path[2 * K].abs() < path[K].abs())
}

/// ηλ where paths begin to grow.
fn edge<R: UpdateRule<f64>>(rule: &R) -> f64 {
    let (mut stable, mut unstable) = (0.5, 8.0);
    while unstable - stable > 1e-11 {
        let middle = 0.5 * (stable + unstable);
        if grows(rule, middle) { unstable = middle } else { stable = middle }
    }
    0.5 * (stable + unstable)
}

#[track_caller]
fn assert_edge<R: UpdateRule<f64> + std::fmt::Debug>(rule: &R, predicted: f64) {
    let measured = edge(rule);
    assert!((measured - predicted).abs() < 1e-10, "{rule:?}: {measured} and {predicted}");
}

#[test]
fn gradient_descent_diverges_from_2_on() {
    assert_edge(&GradientDescent, 2.0);
}

#[test]
fn momentum_diverges_from_2_times_1_plus_beta_on() {
    for beta in [0.0, 0.3, 0.5, 0.9, 0.99] {
        assert_edge(&momentum(beta), 2.0 * (1.0 + beta));
    }
}

#[test]
fn nesterov_diverges_earlier_than_gradient_descent() {
    for beta in [0.0, 0.3, 0.5, 0.9, 0.99] {
        assert_edge(&nesterov(beta), 2.0 * (1.0 + beta) / (1.0 + 2.0 * beta));
    }
}

#[test]
fn edge_belongs_to_the_method_not_to_the_form() {
    for form in [MomentumForm::Sum, MomentumForm::HeavyBall] {
        assert_edge(&Momentum { momentum: 0.9, form }, 3.8);
    }
    // The rate is 1/(1 − β) times as large, and so is the edge.
    let average = Momentum { momentum: 0.5, form: MomentumForm::Average };
    assert_edge(&average, 6.0);
    assert_edge(&Nesterov { form: NesterovForm::OnePass, ..nesterov(0.9) }, 3.8 / 2.8);
}
