//! Who ends an iteration before it is done, and that going on later loses nothing.

use std::ops::ControlFlow;

use thalweg::problem::{Allowance, CancelFlag, Diagonal};
use thalweg_krylov::{ConjugateGradients, ConjugateGradientsState, Ending, LinearOperator, Until, operator};

use crate::{PLAIN, bits, dense, plenty};

const MATRIX: [f64; 16] = [4.0, 1.1, -0.5, 0.1, 1.1, 3.0, 0.7, 0.0, -0.5, 0.7, 2.5, 0.3, 0.1, 0.0, 0.3, 9.0];
const B: [f64; 4] = [1.0, -2.3, 0.4, 0.7];
const X0: [f64; 4] = [10.0, 0.1, -5.0, 3.0];

/// With a preconditioner and a refreshed residual: a state that forgot either would show.
fn method() -> ConjugateGradients<Diagonal> {
    let preconditioner = Diagonal::from_inverse_diagonal(&[0.3, 0.1, 0.7, 0.2]).expect("positive numbers");
    ConjugateGradients { preconditioner, refresh_every: Some(2) }
}

/// Exactly so many iterations, however small the residual becomes.
const ALL: Until = Until { relative_residual: 0.0, absolute_residual: 0.0, max_iterations: Some(7) };

#[test]
fn iteration_resumed_from_a_copied_state_is_the_uninterrupted_one_at_every_step() {
    let (method, a) = (method(), dense(&MATRIX));
    let advance = |state: &mut ConjugateGradientsState| {
        let step = method.iterate(&a, state, &mut plenty()).expect("valid input");
        assert_eq!(step, ControlFlow::Continue(()));
    };
    let mut copies = vec![method.start(&B, &X0).expect("valid input")];
    for k in 0..7 {
        let mut next = copies[k].clone();
        advance(&mut next);
        copies.push(next);
    }
    // In `copies` every step started from a copy; here none does.
    let mut uninterrupted = method.start(&B, &X0).expect("valid input");
    for (k, copy) in copies.iter().enumerate() {
        assert_eq!(bits(&uninterrupted), bits(copy), "before step {k}");
        let mut resumed = copy.clone();
        for later in &copies[k + 1..] {
            advance(&mut resumed);
            assert_eq!(bits(&resumed), bits(later), "resumed at step {k}");
        }
        if k < 7 {
            advance(&mut uninterrupted);
        }
    }
}

#[test]
fn every_product_is_asked_for_and_going_on_with_a_new_allowance_loses_nothing() {
    let (method, a) = (method(), dense(&MATRIX));
    let mut whole = plenty();
    let uninterrupted = method.solve(&a, &B, &X0, ALL, &mut whole).expect("valid input");
    // A product for x₀, one a step, and one each after the steps 2, 4 and 6.
    let products = 1_000_000 - whole.left();
    assert_eq!((products, uninterrupted.state.iterations()), (1 + 7 + 3, 7));

    for budget in 0..products {
        let mut allow = Allowance::evaluations(budget);
        let mut cut = method.solve(&a, &B, &X0, ALL, &mut allow).expect("valid input");
        assert_eq!((cut.ending, allow.left()), (Ending::OutOfEvaluations, 0), "with {budget} products");
        let ending = method.run(&a, &mut cut.state, ALL, &mut plenty()).expect("valid input");
        assert_eq!(ending, uninterrupted.ending);
        assert_eq!(bits(&cut.state), bits(&uninterrupted.state), "cut after {budget} products");
    }
}

#[test]
fn products_are_never_more_than_allowed() {
    for budget in 0..6 {
        let made = std::cell::Cell::new(0);
        let a = operator(4, |v, out| {
            made.set(made.get() + 1);
            dense(&MATRIX).apply(v, out);
        });
        let solved =
            method().solve(&a, &B, &X0, ALL, &mut Allowance::evaluations(budget)).expect("valid input");
        assert_eq!((solved.ending, made.get()), (Ending::OutOfEvaluations, budget));
    }
}

#[test]
fn flag_raised_in_a_product_stops_before_the_next_one() {
    let cancel = CancelFlag::default();
    let made = std::cell::Cell::new(0);
    let a = operator(4, |v, out| {
        made.set(made.get() + 1);
        if made.get() == 2 {
            cancel.raise();
        }
        dense(&MATRIX).apply(v, out);
    });
    let mut allow = plenty().watching([Some(cancel.clone()), None]);
    let solved = PLAIN.solve(&a, &B, &[0.0; 4], ALL, &mut allow).expect("valid input");
    // The product that raised it is a good one.
    assert_eq!((solved.ending, made.get(), solved.state.iterations()), (Ending::Cancelled, 2, 2));
    assert!(solved.state.x().iter().all(|x| x.is_finite()));
}

#[test]
fn restarted_state_is_a_new_one() {
    let (method, a) = (method(), dense(&MATRIX));
    let fresh =
        |b: &[f64], x0: &[f64]| method.solve(&a, b, x0, ALL, &mut plenty()).expect("valid input").state;
    let mut used = fresh(&B, &X0);
    for (b, x0) in [([3.0, 0.1, 0.2, -1.0], [0.0; 4]), (B, X0)] {
        method.restart(&mut used, &b, &x0).expect("valid input");
        assert_eq!((used.direction(), used.iterations()), (&[0.0; 4][..], 0));
        method.run(&a, &mut used, ALL, &mut plenty()).expect("valid input");
        let same = |one: &ConjugateGradientsState, other: &ConjugateGradientsState| {
            // What is left over from the last product is nobody's business.
            (
                one.x() == other.x(),
                one.direction() == other.direction(),
                one.iterations() == other.iterations(),
            )
        };
        assert_eq!(same(&used, &fresh(&b, &x0)), (true, true, true));
    }
    // Even after an iteration that met NaN.
    let broken = operator(4, |_, out| out.fill(f64::NAN));
    method.restart(&mut used, &B, &[0.0; 4]).expect("valid input");
    method.run(&broken, &mut used, ALL, &mut plenty()).expect("valid input");
    method.restart(&mut used, &B, &X0).expect("valid input");
    method.run(&a, &mut used, ALL, &mut plenty()).expect("valid input");
    assert_eq!(used.x(), fresh(&B, &X0).x());
}
