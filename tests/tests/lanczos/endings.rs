//! What an iteration can meet on its way, and what the user is told.

use std::cell::Cell;
use std::ops::ControlFlow;

use thalweg::problem::{Allowance, CancelFlag};
use thalweg_krylov::{Ending, Lanczos, operator};

use crate::reflected::start;
use crate::{ALL, U, diagonal, plenty};

#[test]
fn invariant_subspace_is_an_ending_of_its_own() {
    // Two distinct eigenvalues: two vectors span all that A makes of the start.
    let d = [3.0, 5.0, 3.0, 5.0, 3.0];
    for mode in ALL {
        let lanczos = Lanczos { reorthogonalization: mode, ..Lanczos::default() };
        let mut state = lanczos.start(&start(5)).expect("valid input");
        let mut allow = plenty();
        let ending = lanczos.run(&diagonal(&d), &mut state, &mut allow).expect("valid input");
        let Ending::InvariantSubspace { dimension: 2, beta } = ending else { panic!("{mode:?}: {ending}") };
        assert!(beta < 100.0 * U, "{beta:e}");
        assert!(state.is_invariant() && state.steps() == 2 && allow.left() == plenty().left() - 2);
        let ritz = state.ritz_values().expect("it converges");
        assert!((ritz[0].value - 3.0).abs() < 1e-14 && (ritz[1].value - 5.0).abs() < 1e-14);
        // Asked again, it says the same and makes no product.
        let none = operator(5, |_, _| panic!("there is nothing to multiply"));
        let before = state.clone();
        let again = lanczos.iterate(&none, &mut state, &mut allow).expect("valid input");
        assert_eq!((again, &state), (ControlFlow::Break(ending), &before));
    }
}

#[test]
fn eigenvectors_zeros_and_one_row_are_invariant_at_once() {
    for (d, v) in [(vec![2.0, 3.0], vec![0.0, -7.0]), (vec![0.0; 3], vec![1.0; 3]), (vec![-4.0], vec![2.0])] {
        for mode in ALL {
            let lanczos = Lanczos { reorthogonalization: mode, ..Lanczos::default() };
            let mut state = lanczos.start(&v).expect("valid input");
            let ending = lanczos.run(&diagonal(&d), &mut state, &mut plenty()).expect("valid input");
            assert!(matches!(ending, Ending::InvariantSubspace { dimension: 1, .. }), "{mode:?}: {ending}");
            assert_eq!(state.ritz_values().expect("it converges")[0].value, *d.last().expect("a row"));
        }
    }
}

#[test]
fn steps_end_where_they_are_limited() {
    let d: Vec<f64> = (1..=20).map(f64::from).collect();
    for mode in ALL {
        let lanczos = Lanczos { reorthogonalization: mode, max_iterations: 7, ..Lanczos::default() };
        let mut state = lanczos.start(&[1.0; 20]).expect("valid input");
        let mut allow = plenty();
        let ending = lanczos.run(&diagonal(&d), &mut state, &mut allow).expect("valid input");
        assert_eq!((ending, state.steps()), (Ending::IterationLimit { limit: 7 }, 7));
        assert_eq!(plenty().left() - allow.left(), 7);
        // More steps than rows are for those alone who keep no orthogonality.
        let lanczos = Lanczos { max_iterations: 60, ..lanczos };
        let mut state = lanczos.start(&[1.0; 20]).expect("valid input");
        lanczos.run(&diagonal(&d), &mut state, &mut plenty()).expect("valid input");
        assert!(state.steps() <= 20 || mode == thalweg_krylov::Reorthogonalization::None, "{mode:?}");
    }
}

#[test]
fn product_that_is_not_finite_leaves_the_last_good_state() {
    let d = [1.0, 2.0, 3.0, 4.0];
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for mode in ALL {
            for good in 0..3 {
                let made = Cell::new(0);
                let a = operator(4, |v, out| {
                    made.set(made.get() + 1);
                    for i in 0..4 {
                        out[i] = if made.get() > good && i == 2 { bad } else { d[i] * v[i] };
                    }
                });
                let lanczos = Lanczos { reorthogonalization: mode, ..Lanczos::default() };
                let mut state = lanczos.start(&[1.0; 4]).expect("valid input");
                let ending = lanczos.run(&a, &mut state, &mut plenty()).expect("valid input");
                assert_eq!(ending, Ending::NonFinite { what: "A q" });
                assert_eq!((state.steps(), state.beta().len()), (good, good));
                // The state goes on from there as if nothing had been.
                lanczos.run(&diagonal(&d), &mut state, &mut plenty()).expect("valid input");
                let mut other = lanczos.start(&[1.0; 4]).expect("valid input");
                lanczos.run(&diagonal(&d), &mut other, &mut plenty()).expect("valid input");
                assert_eq!((state.alpha(), state.beta()), (other.alpha(), other.beta()));
            }
        }
    }
}

#[test]
fn allowance_and_flag_end_it_before_a_product() {
    let d: Vec<f64> = (1..=9).map(f64::from).collect();
    let lanczos = Lanczos::default();
    let mut state = lanczos.start(&[1.0; 9]).expect("valid input");
    let ending = lanczos.run(&diagonal(&d), &mut state, &mut Allowance::evaluations(4)).expect("valid input");
    assert_eq!((ending, state.steps()), (Ending::OutOfEvaluations, 4));
    let flag = CancelFlag::default();
    flag.raise();
    let mut allow = plenty().watching([Some(flag), None]);
    let none = operator(9, |_, _| panic!("it was cancelled"));
    let ending = lanczos.run(&none, &mut state, &mut allow).expect("valid input");
    assert_eq!((ending, state.steps()), (Ending::Cancelled, 4));
}

#[test]
fn restarted_state_is_a_new_one() {
    let d: Vec<f64> = (1..=9).map(f64::from).collect();
    for mode in ALL {
        let lanczos = Lanczos { reorthogonalization: mode, max_iterations: 6, ..Lanczos::default() };
        let mut state = lanczos.start(&start(9)).expect("valid input");
        lanczos.run(&diagonal(&d), &mut state, &mut plenty()).expect("valid input");
        lanczos.restart(&mut state, &[2.0; 9]).expect("valid input");
        lanczos.run(&diagonal(&d), &mut state, &mut plenty()).expect("valid input");
        let mut new = lanczos.start(&[2.0; 9]).expect("valid input");
        lanczos.run(&diagonal(&d), &mut new, &mut plenty()).expect("valid input");
        assert_eq!((state.alpha(), state.beta(), state.basis()), (new.alpha(), new.beta(), new.basis()));
    }
}

#[test]
fn endings_read_aloud() {
    let ending = Ending::InvariantSubspace { dimension: 3, beta: 1e-16 };
    assert_eq!(ending.to_string(), "an invariant subspace of dimension 3 is found: 1e-16 leads out of it");
    assert_eq!(
        Ending::UnresolvedProjection.to_string(),
        "the eigenvalues of the projected matrix did not converge"
    );
}
