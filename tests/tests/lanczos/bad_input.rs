//! What cannot be used is named before anything runs.

use thalweg_krylov::{Lanczos, Reorthogonalization, operator, verify};

use crate::{diagonal, plenty, run};

#[test]
fn starts_that_cannot_be_used_are_named() {
    let refused = |start: &[f64]| Lanczos::default().start(start).unwrap_err().to_string();
    assert_eq!(refused(&[]), "invalid `start`: length 0 (allowed: length 1 or more)");
    assert_eq!(refused(&[1.0, f64::NAN]), "invalid `start[1]`: NaN (allowed: a finite number)");
    assert_eq!(refused(&[0.0, -0.0]), "invalid `norm(start)`: 0.0 (allowed: a finite number above 0)");
    assert_eq!(refused(&[f64::MAX; 2]), "invalid `norm(start)`: inf (allowed: a finite number above 0)");
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let plain = Lanczos::default();
    let none = Reorthogonalization::None;
    for (lanczos, sentence) in [
        (Lanczos { max_iterations: 0, ..plain }, "invalid `max_iterations`: 0 (allowed: 1 or more)"),
        (
            Lanczos { keep_basis: false, ..plain },
            "invalid `keep_basis`: false (allowed: true, or Reorthogonalization::None, which alone does without the basis)",
        ),
        (
            Lanczos { product_error: Some(f64::NAN), ..plain },
            "invalid `product_error`: NaN (allowed: a finite number, 0 or more)",
        ),
        (
            Lanczos { product_error: Some(-1.0), ..plain },
            "invalid `product_error`: -1.0 (allowed: a finite number, 0 or more)",
        ),
        (
            Lanczos { max_iterations: usize::MAX, reorthogonalization: none, ..plain },
            "invalid `max_iterations`: 18446744073709551615 (allowed: so many that the basis has a place in memory)",
        ),
        (
            Lanczos { max_iterations: usize::MAX / 4, reorthogonalization: none, keep_basis: false, ..plain },
            "invalid `max_iterations`: 4611686018427387903 (allowed: so many that the basis has a place in memory)",
        ),
    ] {
        assert_eq!(lanczos.start(&[1.0; 2]).unwrap_err().to_string(), sentence);
    }
    // With orthogonality there is an end at n.
    assert!(Lanczos { max_iterations: usize::MAX, ..plain }.start(&[1.0; 2]).is_ok());
}

#[test]
fn states_of_others_are_refused_and_stay() {
    let lanczos = Lanczos { max_iterations: 3, ..Lanczos::default() };
    let mut state = run(lanczos, &diagonal(&[1.0, 2.0, 3.0, 4.0, 5.0]), &[1.0; 5]);
    let before = state.clone();
    let none = operator(7, |_, _| panic!("nothing runs on bad input"));
    let other = Lanczos { max_iterations: 4, ..lanczos };
    let sentence =
        "invalid `state`: made by other settings (allowed: a state that these settings have started)";
    assert_eq!(other.iterate(&none, &mut state, &mut plenty()).unwrap_err().to_string(), sentence);
    assert_eq!(other.restart(&mut state, &[1.0; 5]).unwrap_err().to_string(), sentence);
    let sentence = "invalid `a.dim()`: 7 (allowed: 5, as in the state)";
    assert_eq!(lanczos.run(&none, &mut state, &mut plenty()).unwrap_err().to_string(), sentence);
    let sentence = "invalid `start`: length 4 (allowed: length 5)";
    assert_eq!(lanczos.restart(&mut state, &[1.0; 4]).unwrap_err().to_string(), sentence);
    let sentence = "invalid `norm(start)`: 0.0 (allowed: a finite number above 0)";
    assert_eq!(lanczos.restart(&mut state, &[0.0; 5]).unwrap_err().to_string(), sentence);
    assert_eq!(state, before);
}

#[test]
fn ritz_pairs_that_are_not_there_are_named() {
    let lanczos = Lanczos { max_iterations: 3, ..Lanczos::default() };
    let empty = lanczos.start(&[1.0; 5]).expect("valid input");
    let sentence = "invalid `state.steps()`: 0 (allowed: 1 or more)";
    assert_eq!(empty.ritz_values().unwrap_err().to_string(), sentence);
    assert_eq!(empty.ritz().unwrap_err().to_string(), sentence);
    assert_eq!(empty.function_times(|x| x, &mut [0.0; 5]).unwrap_err().to_string(), sentence);
    let a = diagonal(&[1.0, 2.0, 3.0, 4.0, 5.0]);
    let (three, two) =
        (run(lanczos, &a, &[1.0; 5]), run(Lanczos { max_iterations: 2, ..lanczos }, &a, &[1.0; 5]));
    let mut out = [0.0; 5];
    let ritz = two.ritz().expect("it converges");
    let refused = |result: Result<(), thalweg::problem::InvalidInput>| result.unwrap_err().to_string();
    let sentence = "invalid `ritz.values`: length 2 (allowed: length 3)";
    assert_eq!(refused(three.ritz_vector(&ritz, 0, &mut out)), sentence);
    let sentence = "invalid `i`: 2 (allowed: less than 2, the number of steps)";
    assert_eq!(refused(two.ritz_vector(&ritz, 2, &mut out)), sentence);
    let sentence = "invalid `out`: length 4 (allowed: length 5)";
    assert_eq!(refused(two.ritz_vector(&ritz, 0, &mut out[..4])), sentence);
    assert_eq!(two.function_times(|x| x, &mut out[..4]).unwrap_err().to_string(), sentence);
    let rolling = Lanczos { reorthogonalization: Reorthogonalization::None, keep_basis: false, ..lanczos };
    let rolling = run(rolling, &a, &[1.0; 5]);
    let sentence = "invalid `keep_basis`: false (allowed: true, for what is made of the basis)";
    assert_eq!(refused(rolling.ritz_vector(&rolling.ritz().unwrap(), 0, &mut out)), sentence);
    assert_eq!(rolling.function_times(|x| x, &mut out).unwrap_err().to_string(), sentence);
}

#[test]
fn pairs_that_cannot_be_verified_are_named() {
    let a = operator(2, |_, _| panic!("nothing runs on bad input"));
    let refused = |value, vector: &[f64], error| {
        verify(&a, value, vector, error, &mut plenty()).unwrap_err().to_string()
    };
    assert_eq!(refused(1.0, &[1.0; 3], 0.0), "invalid `vector`: length 3 (allowed: length 2)");
    assert_eq!(
        refused(1.0, &[0.0; 2], 0.0),
        "invalid `norm(vector)`: 0.0 (allowed: a finite number above 0)"
    );
    assert_eq!(refused(1.0, &[f64::NAN; 2], 0.0), "invalid `vector[0]`: NaN (allowed: a finite number)");
    assert_eq!(refused(f64::NAN, &[1.0; 2], 0.0), "invalid `value`: NaN (allowed: a finite number)");
    let sentence = "invalid `product_error`: -1.0 (allowed: a finite number, 0 or more)";
    assert_eq!(refused(1.0, &[1.0; 2], -1.0), sentence);
    let infinite = operator(2, |_, out| out.fill(f64::INFINITY));
    let ending = verify(&infinite, 1.0, &[1.0; 2], 0.0, &mut plenty()).expect("valid input").unwrap_err();
    assert_eq!(ending, thalweg_krylov::Ending::NonFinite { what: "A x" });
}
