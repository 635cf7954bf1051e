//! What theory says of quadratics, to the last digits: conjugate directions, n steps, Hₙ = A⁻¹, and one method in three
//! forms.

use thalweg::krylov::ConjugateGradients;
use thalweg::objectives::Quadratic;
use thalweg::prelude::*;
use thalweg::problem::Counted;
use thalweg_quasi_newton::line_search::Exact;
use thalweg_quasi_newton::{Beta, Bfgs, InitialScale, Lbfgs, NonlinearConjugateGradients, ScaledIdentity};

use crate::{START, bowl, plenty};

/// The iterates x₀, …, x_k.
fn iterates<M: Method<Quadratic>>(method: &M, steps: usize) -> Vec<Vec<f64>> {
    let (bowl, mut allow) = (bowl(), plenty());
    let mut state = method.init(&bowl, &START).expect("valid input");
    let mut points = vec![state.x().to_vec()];
    for _ in 0..steps {
        method.step(&bowl, &mut state, &mut allow).expect("not there yet");
        points.push(state.x().to_vec());
    }
    points
}

#[track_caller]
fn assert_close(one: &[Vec<f64>], other: &[Vec<f64>], tolerance: f64) {
    assert_eq!(one.len(), other.len());
    for (k, (a, b)) in one.iter().zip(other).enumerate() {
        let off = a.iter().zip(b).fold(0.0_f64, |m, (a, b)| m.max((a - b).abs()));
        assert!(off <= tolerance, "step {k}: {off:e} apart, {a:?} and {b:?}");
    }
}

/// Rounding may grow by the condition of A, about 10, from step to step: a few thousand roundings of numbers up to 5.
const ROUNDING: f64 = 1e-12;

#[test]
fn bfgs_with_an_exact_search_is_the_method_of_conjugate_gradients() {
    let bfgs = Bfgs { initial: InitialScale::Unscaled, ..Bfgs::with(Exact::default()) };
    let linear = iterates(&ConjugateGradients::default(), 5);
    assert_close(&iterates(&bfgs, 5), &linear, ROUNDING);
    for beta in [Beta::PolakRibierePlus, Beta::HagerZhang] {
        let nonlinear = NonlinearConjugateGradients {
            beta,
            restart_when_conjugacy_is_lost: false,
            ..NonlinearConjugateGradients::with(Exact::default())
        };
        assert_close(&iterates(&nonlinear, 5), &linear, ROUNDING);
    }
}

#[test]
fn bfgs_has_found_the_inverse_after_n_steps_of_an_exact_search() {
    let bowl = bowl();
    for initial in [InitialScale::Unscaled, InitialScale::FirstStep] {
        let method = Bfgs { initial, ..Bfgs::with(Exact::default()) };
        let mut state = method.init(&bowl, &START).expect("valid input");
        assert_eq!(state.inverse_hessian(), None);
        for _ in 0..5 {
            method.step(&bowl, &mut state, &mut plenty()).expect("not there yet");
        }
        let inverse = state.inverse_hessian().expect("five steps").to_vec();
        // Column j of H times A is column j of I.
        for j in 0..5 {
            let mut product = [0.0; 5];
            bowl.hessian_vector(&START, &inverse[5 * j..][..5], &mut product);
            for (i, element) in product.into_iter().enumerate() {
                let expected = f64::from(u8::from(i == j));
                assert!((element - expected).abs() < 1e-12, "{initial:?} ({i}, {j}): {element}");
            }
            for i in 0..5 {
                assert_eq!(inverse[5 * i + j].to_bits(), inverse[5 * j + i].to_bits(), "H is symmetric");
            }
        }
        // A Newton step from anywhere.
        let norm = state.point.gradient.iter().fold(0.0_f64, |m, g| m.max(g.abs()));
        assert!(norm < 1e-12, "{norm:e} after n steps");
    }
}

#[test]
fn lbfgs_is_bfgs_as_long_as_it_forgets_nothing() {
    let bowl = bowl();
    let limited = Lbfgs { memory: 5, initial: ScaledIdentity::Unscaled, ..Lbfgs::default() };
    let whole = Bfgs { initial: InitialScale::Unscaled, ..Bfgs::default() };
    let (mut few, mut all) =
        (limited.init(&bowl, &START).expect("valid"), whole.init(&bowl, &START).expect("valid"));
    for k in 1..=5 {
        let one = limited.step(&bowl, &mut few, &mut plenty()).expect("a lower point");
        let other = whole.step(&bowl, &mut all, &mut plenty()).expect("a lower point");
        assert_eq!(few.pairs().len(), k);
        let (one, other) = (one.rate.expect("α"), other.rate.expect("α"));
        assert!((one - other).abs() <= 1e-12 * other, "step {k}: α = {one} and {other}");
        assert_close(&[few.x().to_vec()], &[all.x().to_vec()], ROUNDING);
    }
    // With a memory of 2 it has to forget, and goes another way.
    let forgetful = Lbfgs { memory: 2, ..limited };
    let (one, other) = (iterates(&forgetful, 5), iterates(&whole, 5));
    assert_close(&one[..3], &other[..3], ROUNDING);
    let apart = one[5].iter().zip(&other[5]).fold(0.0_f64, |m, (a, b)| m.max((a - b).abs()));
    assert!(apart > 1e-6, "{apart:e}");
}

#[test]
fn steps_near_the_minimum_cost_one_evaluation() {
    let bowl = bowl();
    let counted = Counted::new(&bowl);
    let method = Bfgs::default();
    let mut state = method.init(&counted, &START).expect("valid input");
    for _ in 0..12 {
        method.step(&counted, &mut state, &mut plenty()).expect("a lower point");
    }
    let before = counted.counts().total();
    method.step(&counted, &mut state, &mut plenty()).expect("a lower point");
    assert_eq!(counted.counts().total() - before, 1);
}
