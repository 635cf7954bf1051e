//! The pairs of L-BFGS by themselves, and taking them along to a neighboring problem.

use proptest::prelude::*;
use thalweg::numerics::dot;
use thalweg::prelude::*;
use thalweg::problem::Diagonal;
use thalweg_quasi_newton::{FirstLength, Kept, Lbfgs, Pairs, Preconditioned};

use crate::{alternating, chained, plenty};

/// H v by the definition: H ← (I − ρsyᵀ)H(I − ρysᵀ) + ρssᵀ from γI, pair after pair, as an n × n matrix.
fn by_definition(pairs: &Pairs, v: &[f64]) -> Vec<f64> {
    let n = v.len();
    let mut h = vec![0.0; n * n];
    (0..n).for_each(|i| h[i * n + i] = pairs.gamma());
    for (s, y) in pairs.iter() {
        let rho = 1.0 / dot(s, y);
        let u: Vec<f64> = (0..n).map(|i| dot(&h[i * n..][..n], y)).collect();
        let y_u = dot(y, &u);
        for i in 0..n {
            for j in 0..n {
                h[i * n + j] += rho * (1.0 + rho * y_u) * s[i] * s[j] - rho * (u[i] * s[j] + s[i] * u[j]);
            }
        }
    }
    (0..n).map(|i| dot(&h[i * n..][..n], v)).collect()
}

proptest! {
    #[test]
    fn two_loops_multiply_by_the_matrix_of_the_definition(
        memory in 1_usize..6,
        numbers in prop::collection::vec((-1.0..1.0_f64, 0.1..10.0_f64), 8 * 9),
        v in prop::collection::vec(-1.0..1.0_f64, 8),
    ) {
        let mut pairs = Pairs::new(8, memory).unwrap();
        for chunk in numbers.chunks_exact(8) {
            // y = D s with a positive diagonal D: curvature is positive.
            let s: Vec<f64> = chunk.iter().map(|(s, _)| *s).collect();
            let y: Vec<f64> = chunk.iter().map(|(s, d)| s * d).collect();
            prop_assert_eq!(pairs.push(&s, &y, 1e-12).unwrap(), Kept::Yes);
        }
        prop_assert_eq!(pairs.len(), memory);
        let expected = by_definition(&pairs, &v);
        let mut measured = v.clone();
        pairs.multiply(&mut measured, |gamma, q| q.iter_mut().for_each(|q| *q *= gamma));
        let size = expected.iter().fold(0.0_f64, |m, e| m.max(e.abs()));
        for (m, e) in measured.iter().zip(&expected) {
            // Up to five updates, each with numbers up to κ(H) ≤ 10⁵ or so times the outcome.
            prop_assert!((m - e).abs() <= 1e-9 * size, "{m} instead of {e}");
        }
        // The secant equation of the newest pair: H y = s.
        let (s, y) = pairs.iter().last().map(|(s, y)| (s.to_vec(), y.to_vec())).unwrap();
        let mut hy = y;
        pairs.multiply(&mut hy, |gamma, q| q.iter_mut().for_each(|q| *q *= gamma));
        let size = s.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
        prop_assert!(hy.iter().zip(&s).all(|(h, s)| (h - s).abs() <= 1e-9 * size));
    }
}

#[test]
fn ring_keeps_the_newest_and_a_refused_pair_replaces_none() {
    let mut pairs = Pairs::new(2, 3).expect("room");
    assert!(pairs.is_empty() && pairs.memory() == 3 && pairs.dim() == 2);
    let s = |k: u32| [f64::from(k), 1.0];
    for k in 1..=7 {
        assert_eq!(pairs.push(&s(k), &s(k), 0.0), Ok(Kept::Yes));
        for unusable in [[-1.0, 0.0], [0.0, 0.0], [f64::NAN, 1.0], [f64::INFINITY, 1.0]] {
            assert_eq!(pairs.push(&s(1), &unusable, 0.0), Ok(Kept::Refused));
        }
        // An angle of nearly 90° is small against a larger c.
        assert_eq!(pairs.push(&[1.0, 0.0], &[1e-3, 1.0], 1e-2), Ok(Kept::Refused));
        let kept: Vec<f64> = pairs.iter().map(|(s, _)| s[0]).collect();
        let newest: Vec<f64> = (1.max(k.saturating_sub(2))..=k).map(f64::from).collect();
        assert_eq!(kept, newest);
    }
    pairs.clear();
    assert!(pairs.is_empty() && pairs.gamma() == 1.0);
}

#[test]
fn pairs_hold_two_vectors_for_each_step_remembered_and_two_spare_ones() {
    let state = Lbfgs { memory: 7, ..Lbfgs::default() }.init(&chained(100), &[0.5; 100]).expect("valid");
    // (2m + 2)n of the pairs, 2n each of the point, p and H₀'s room; the landing's 4n are not written down.
    let text = serde_json::to_value(&state).expect("a state can be written down");
    fn count(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::Number(_) | serde_json::Value::Null => 1,
            serde_json::Value::Array(items) => items.iter().map(count).sum(),
            serde_json::Value::Object(fields) => fields.values().map(count).sum(),
            _ => 0,
        }
    }
    let numbers = count(&text);
    assert!((100 * (16 + 4)..100 * (16 + 4) + 40).contains(&numbers), "{numbers} numbers");
}

#[test]
fn pairs_of_a_neighboring_problem_save_evaluations() {
    let (n, stop) = (50, Stop { relative_gradient: 1e-6, ..Stop::default() });
    let bent = |by: f64| {
        from_fn(n, move |x, gradient| {
            let mut value = 0.0;
            for (i, (x, g)) in x.iter().zip(gradient).enumerate() {
                let c = 1.0 + i as f64;
                (value, *g) =
                    (value + 0.5 * c * (x - by) * (x - by) + 0.25 * x * x * x * x, c * (x - by) + x * x * x);
            }
            value
        })
    };
    // Room for a pair along every axis.
    let method = Lbfgs { memory: 60, ..Lbfgs::default() };
    let first = minimize(&bent(1.0), &method, &[0.0; 50], stop.clone(), silent).expect("valid input");
    let problem = bent(1.02);
    let evaluations = |mut state: thalweg_quasi_newton::LbfgsState| {
        let mut allow = plenty();
        let before = allow.left();
        while state.point.gradient.iter().any(|g| g.abs() > 1e-6) {
            method.step(&problem, &mut state, &mut allow).expect("a lower point");
        }
        before - allow.left()
    };
    let cold = evaluations(method.init(&problem, &first.best.x).expect("valid input"));
    let warm =
        evaluations(method.init_with(&problem, &first.best.x, first.state.pairs()).expect("valid input"));
    assert!(2 * warm < cold, "{warm} evaluations with the pairs, {cold} without");
    let other = Pairs::new(49, 3).expect("room");
    let error = method.init_with(&problem, &[0.0; 50], &other).expect_err("another n");
    assert_eq!(error.to_string(), "invalid `pairs.dim()`: 49 (allowed: 50, as the problem)");
    // A smaller memory takes the newest.
    let few =
        Lbfgs { memory: 2, ..method }.init_with(&problem, &[0.0; 50], first.state.pairs()).expect("valid");
    let newest: Vec<_> = first.state.pairs().iter().skip(first.state.pairs().len() - 2).collect();
    assert_eq!(few.pairs().iter().collect::<Vec<_>>(), newest);
}

#[test]
fn preconditioner_that_knows_the_curvatures_spares_learning_them() {
    let curvatures: Vec<f64> = (0..40).map(|i| 10.0_f64.powi_exact(i % 5)).collect();
    let bowl = thalweg::objectives::DiagonalQuadratic::centered(curvatures.clone()).expect("finite");
    let exact = Diagonal::from_matrix_diagonal(&curvatures).expect("positive");
    let plain = Lbfgs::default();
    let informed = Lbfgs {
        memory: plain.memory,
        search: plain.search,
        initial: Preconditioned(exact),
        least_cosine: plain.least_cosine,
        // The first trial is the Newton step itself.
        first_length: FirstLength::Absolute((40.0_f64).sqrt()),
    };
    let stop = || Stop { relative_gradient: 1e-10, ..Stop::default() };
    let slow = minimize(&bowl, &plain, &[1.0; 40], stop(), silent).expect("valid input");
    let fast = minimize(&bowl, &informed, &[1.0; 40], stop(), silent).expect("valid input");
    assert_eq!((fast.steps, slow.reason.is_converged()), (1, true));
    assert!(slow.steps > 10, "{}", slow.steps);
}

trait PowersExactly {
    fn powi_exact(self, k: usize) -> f64;
}

impl PowersExactly for f64 {
    fn powi_exact(self, k: usize) -> f64 {
        thalweg::numerics::powi(self, k as u64)
    }
}

#[test]
fn many_steps_in_a_small_memory_still_arrive() {
    for memory in [1, 2, 3, 5, 20] {
        let method = Lbfgs { memory, ..Lbfgs::default() };
        let run = minimize(&chained(20), &method, &alternating(20), Stop::default(), silent).expect("valid");
        assert!(run.reason.is_converged(), "m = {memory}: {}", run.reason);
    }
}
