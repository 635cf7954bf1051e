//! Rates of contraction, measured.

use thalweg::numerics::{exp, ln};
use thalweg::objectives::DiagonalQuadratic;
use thalweg::prelude::*;

use crate::{CONDITIONS, iterates, momentum, nesterov};
use thalweg_lecture::recurrence::{Recurrence, double_root};

#[test]
fn gradient_descent_contracts_by_kappa_minus_1_over_kappa_plus_1() {
    for condition in CONDITIONS {
        // η* = 2/(μ + L). Long enough for the middle curvature to be gone, which takes the longest.
        let (mu, l) = (1.0 / condition, 1.0_f64);
        let bowl = DiagonalQuadratic::centered([mu, 0.25, l]).expect("finite curvatures");
        let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 2.0 / (mu + l) } };
        let steps = 400;
        let distance = |steps| {
            let run = minimize(&bowl, &method, &[1.0; 3], Stop::after(steps), silent).expect("valid input");
            run.state.x().iter().map(|x| x * x).sum::<f64>().sqrt()
        };
        let measured = exp(ln(distance(2 * steps) / distance(steps)) / steps as f64);
        let predicted = (condition - 1.0) / (condition + 1.0);
        // Also of what is lost, 1 − ρ, which is 2e-6 at κ = 10⁶.
        assert!(
            (measured - predicted).abs() < 1e-8 * (1.0 - predicted),
            "κ = {condition}: {measured} and {predicted}"
        );
    }
}

/// The rate of Nesterov's method in the direction of μ, where both usual tunings have a double root: xₖ = ρᵏ(1 + ck), and
/// from x₁ = (1 − ημ) x₀ follows c = (1 − ημ)/ρ − 1.
fn nesterov_rate(mu: f64, rate: f64, beta: f64, predicted: f64) -> f64 {
    // Until the transient has become 10 times the start.
    let c = (1.0 - rate * mu) / predicted - 1.0;
    let steps = (9.0 / c).ceil() as usize;
    double_root(&iterates(&nesterov(beta), mu, rate, steps), c)
}

#[test]
fn nesterov_contracts_as_theory_says_at_both_usual_tunings() {
    for condition in CONDITIONS {
        let (mu, l) = (1.0 / condition, 1.0_f64);
        let root = condition.sqrt();
        let wide = (3.0 * condition + 1.0).sqrt();
        for (rate, beta, predicted) in [
            (1.0 / l, (root - 1.0) / (root + 1.0), 1.0 - 1.0 / root),
            (4.0 / (3.0 * l + mu), (wide - 2.0) / (wide + 2.0), 1.0 - 2.0 / wide),
        ] {
            let measured = nesterov_rate(mu, rate, beta, predicted);
            assert!(
                (measured - predicted).abs() < 1e-8 * (1.0 - predicted),
                "κ = {condition}: {measured} and {predicted}"
            );
            // All other directions are faster, or as fast.
            for lambda in [2.0 * mu, root * mu, 0.5 * l, 0.9 * l, l] {
                // At q = 1 there is nothing left to fit after one step.
                if rate * lambda < 0.999 || rate * lambda > 1.001 {
                    let elsewhere = Recurrence::of(&iterates(&nesterov(beta), lambda, rate, 200)).rate();
                    assert!(
                        elsewhere <= predicted + 1e-6,
                        "κ = {condition}, λ = {lambda}: {elsewhere} and {predicted}"
                    );
                }
            }
        }
    }
}

/// Steps over which a path shows both of its terms: those in which it falls to about e⁻³.
fn enough_steps(rate: f64) -> usize {
    (3.0 / (1.0 - rate)).ceil() as usize + 10
}

#[test]
fn heavy_ball_at_its_best_tuning_has_the_double_root_of_theory() {
    for condition in CONDITIONS {
        let (mu, l) = (1.0 / condition, 1.0_f64);
        let root = condition.sqrt();
        let rate = 4.0 / ((l.sqrt() + mu.sqrt()) * (l.sqrt() + mu.sqrt()));
        let beta = ((root - 1.0) / (root + 1.0)) * ((root - 1.0) / (root + 1.0));
        let predicted = (root - 1.0) / (root + 1.0);
        for lambda in [mu, 3.0 * mu, 0.3 * l, l] {
            let path = iterates(&momentum(beta), lambda, rate, enough_steps(predicted));
            let found = Recurrence::of(&path);
            let (tau, delta) = (1.0 + beta - rate * lambda, beta);
            let what = || format!("κ = {condition}, λ = {lambda}: {found:?}, theory {tau} and {delta}");
            assert!((found.tau - tau).abs() < 1e-12 && (found.delta - delta).abs() < 1e-12, "{}", what());
            // √ of what τ and δ are off by.
            assert!(
                (found.rate() - predicted).abs() < 1e-6,
                "{}: rate {} and {predicted}",
                what(),
                found.rate()
            );
        }
    }
}

#[test]
fn recurrences_away_from_the_best_tuning_are_those_of_theory() {
    // While both terms are there: the smaller root may be ½.
    const STEPS: usize = 20;
    for beta in [0.5, 0.9, 0.99] {
        for q in [0.01, 0.3, 0.9, 1.2] {
            let with_momentum = Recurrence::of(&iterates(&momentum(beta), 1.0, q, STEPS));
            assert!(
                (with_momentum.tau - (1.0 + beta - q)).abs() < 1e-12,
                "β = {beta}, q = {q}: {with_momentum:?}"
            );
            assert!((with_momentum.delta - beta).abs() < 1e-12, "β = {beta}, q = {q}: {with_momentum:?}");
            let ahead = Recurrence::of(&iterates(&nesterov(beta), 1.0, q, STEPS));
            assert!((ahead.tau - (1.0 + beta) * (1.0 - q)).abs() < 1e-12, "β = {beta}, q = {q}: {ahead:?}");
            assert!((ahead.delta - beta * (1.0 - q)).abs() < 1e-12, "β = {beta}, q = {q}: {ahead:?}");
        }
    }
}
