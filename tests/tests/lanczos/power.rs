//! Power iteration: what it finds, how fast, and when it cannot.

use proptest::prelude::*;
use thalweg::numerics::norm;
use thalweg::problem::Allowance;
use thalweg_krylov::{Ending, LinearOperator, PowerIteration, PowerIterationState, operator};

use crate::reflected::{matrices, start, the_same_every_time};
use crate::{U, diagonal, plenty};

fn run(power: PowerIteration, a: &impl LinearOperator, start: &[f64]) -> (Ending, PowerIterationState) {
    let mut state = power.start(start).expect("valid input");
    (power.run(a, &mut state, &mut plenty()).expect("valid input"), state)
}

proptest! {
    #![proptest_config(the_same_every_time(300, 19_290_058))]

    #[test]
    fn interval_contains_an_eigenvalue_at_every_step(a in matrices(40, false), shift in -1.0..1.0_f64) {
        let power = PowerIteration { shift, product_error: Some(50.0 * U * a.norm()), ..PowerIteration::default() };
        let mut state = power.start(&start(a.eigenvalues.len())).expect("valid input");
        for _ in 0..30 {
            let _ = power.iterate(&a, &mut state, &mut plenty()).expect("valid input");
            prop_assert!(a.distance(state.value()) <= state.bound());
            prop_assert!((norm(state.x()) - 1.0).abs() < 1e-14);
        }
    }
}

#[test]
fn error_shrinks_by_the_ratio_of_the_eigenvalues() {
    let a = diagonal(&[10.0, 8.0, 1.0]);
    let power = PowerIteration::default();
    let mut state = power.start(&[1.0; 3]).expect("valid input");
    let mut residual_after = |steps| {
        while state.iterations() < steps {
            assert!(power.iterate(&a, &mut state, &mut plenty()).expect("valid input").is_continue());
        }
        state.residual()
    };
    let (after_30, after_40) = (residual_after(30), residual_after(40));
    let factor = thalweg::numerics::pow(after_40 / after_30, 0.1);
    assert!((factor - 0.8).abs() < 1e-4, "{factor}");
}

#[test]
fn shift_chooses_the_end() {
    let d = [-3.0, 0.5, 2.0, 4.0];
    for (shift, exact) in [(0.0, 4.0), (4.0, -3.0), (-3.0, 4.0), (2.0, -3.0)] {
        let (ending, state) =
            run(PowerIteration { shift, ..PowerIteration::default() }, &diagonal(&d), &[1.0; 4]);
        assert!(ending.is_converged(), "{ending}");
        assert!((state.value() - exact).abs() < 1e-12, "{shift}: {}", state.value());
    }
}

#[test]
fn two_ends_equally_far_never_converge_and_it_says_so() {
    let power = PowerIteration { max_iterations: 500, ..PowerIteration::default() };
    let (ending, state) = run(power, &diagonal(&[1.0, -1.0]), &[1.0; 2]);
    assert_eq!((ending, state.iterations()), (Ending::IterationLimit { limit: 500 }, 500));
    // The bound still holds.
    assert!(state.value().abs() < 1e-15 && (state.residual() - 1.0).abs() < 1e-15 && state.bound() >= 1.0);
}

#[test]
fn eigenvectors_and_zeros_end_it_at_once() {
    for (d, v, value) in [([0.0, 0.0], [1.0, 1.0], 0.0), ([2.0, 3.0], [0.0, -7.0], 3.0)] {
        let (ending, state) = run(PowerIteration::default(), &diagonal(&d), &v);
        assert!(ending.is_converged() && state.iterations() == 1 && state.value() == value, "{ending}");
    }
    let power = PowerIteration { shift: 3.0, ..PowerIteration::default() };
    let mut state = power.start(&[0.0, 1.0]).expect("valid input");
    assert!(
        power.iterate(&diagonal(&[2.0, 3.0]), &mut state, &mut plenty()).expect("valid input").is_continue()
    );
    let again = power.iterate(&operator(2, |_, _| panic!("no direction is left")), &mut state, &mut plenty());
    let again = again.expect("valid input").break_value();
    assert_eq!(again, Some(Ending::InvariantSubspace { dimension: 1, beta: 0.0 }));
}

#[test]
fn every_scale_gives_the_same_bits() {
    let (d, v) = ([1.0, -5.0, 3.0], [1.0, 0.5, 0.25]);
    let (_, plain) = run(PowerIteration::default(), &diagonal(&d), &v);
    for exponent in [-500.0, 500.0] {
        let scale = thalweg::numerics::pow(2.0, exponent);
        let (ending, scaled) =
            run(PowerIteration::default(), &diagonal(&d.map(|d| d * scale)), &v.map(|v| v * scale));
        assert!(ending.is_converged());
        assert_eq!((scaled.x(), scaled.value()), (plain.x(), plain.value() * scale));
    }
}

#[test]
fn what_is_not_finite_or_not_allowed_leaves_the_last_good_state() {
    let power = PowerIteration { relative_residual: 0.0, ..PowerIteration::default() };
    let mut state = power.start(&[1.0, 1.0]).expect("valid input");
    let ending =
        power.run(&diagonal(&[1.0, 2.0]), &mut state, &mut Allowance::evaluations(5)).expect("valid input");
    assert_eq!((ending, state.iterations()), (Ending::OutOfEvaluations, 5));
    let (x, value) = (state.x().to_vec(), state.value());
    let bad = operator(2, |_, out| (out[0], out[1]) = (1.0, f64::NAN));
    let ending = power.run(&bad, &mut state, &mut plenty()).expect("valid input");
    assert_eq!((ending, state.x(), state.value()), (Ending::NonFinite { what: "A x" }, &x[..], value));
}

#[test]
fn what_cannot_be_used_is_named() {
    let plain = PowerIteration::default();
    let refused = |power: PowerIteration, start: &[f64]| power.start(start).unwrap_err().to_string();
    for (power, start, sentence) in [
        (plain, &[][..], "invalid `start`: length 0 (allowed: length 1 or more)"),
        (plain, &[0.0], "invalid `norm(start)`: 0.0 (allowed: a finite number above 0)"),
        (plain, &[f64::NAN], "invalid `start[0]`: NaN (allowed: a finite number)"),
        (
            PowerIteration { shift: f64::INFINITY, ..plain },
            &[1.0],
            "invalid `shift`: inf (allowed: a finite number)",
        ),
        (
            PowerIteration { relative_residual: -1.0, ..plain },
            &[1.0],
            "invalid `relative_residual`: -1.0 (allowed: a finite number, 0 or more)",
        ),
        (
            PowerIteration { product_error: Some(f64::NAN), ..plain },
            &[1.0],
            "invalid `product_error`: NaN (allowed: a finite number, 0 or more)",
        ),
    ] {
        assert_eq!(refused(power, start), sentence);
    }
    let mut state = plain.start(&[1.0; 2]).expect("valid input");
    let sentence = "invalid `state.x()`: length 2 (allowed: length 3)";
    assert_eq!(plain.run(&diagonal(&[1.0; 3]), &mut state, &mut plenty()).unwrap_err().to_string(), sentence);
    let sentence = "invalid `start`: length 3 (allowed: length 2)";
    assert_eq!(plain.restart(&mut state, &[1.0; 3]).unwrap_err().to_string(), sentence);
}
