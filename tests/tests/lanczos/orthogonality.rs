//! How orthogonal the vectors stay, and what their loss does.

use proptest::prelude::*;
use thalweg::numerics::{axpy, dot, norm};
use thalweg_krylov::{Lanczos, LanczosState, LinearOperator, Reorthogonalization};

use crate::reflected::{matrices, start, the_same_every_time};
use crate::{ALL, U, diagonal, run};

/// The largest |qᵢᵀqⱼ − δᵢⱼ|.
fn loss(state: &LanczosState) -> f64 {
    let n = state.dim();
    let row = |i: usize| &state.basis()[i * n..][..n];
    let mut largest = 0.0_f64;
    for i in 0..state.steps() {
        for j in 0..=i {
            largest = largest.max((dot(row(i), row(j)) - f64::from(u8::from(i == j))).abs());
        }
    }
    largest
}

proptest! {
    #![proptest_config(the_same_every_time(300, 19_840_101))]

    #[test]
    fn full_keeps_orthogonality_and_partial_half_of_it(a in matrices(60, false)) {
        let n = a.eigenvalues.len();
        let of = |mode| loss(&run(Lanczos { reorthogonalization: mode, ..Lanczos::default() }, &a, &start(n)));
        let full = of(Reorthogonalization::Full);
        prop_assert!(full <= 50.0 * U, "{full:e}");
        let partial = of(Reorthogonalization::Partial);
        prop_assert!(partial <= U.sqrt(), "{partial:e}");
    }

    /// A Q − Q T = β q eᵀ + F, column by column, with F as small as `rounding` says; with `Partial` as small as its ω allow.
    #[test]
    fn three_term_recurrence_holds(a in matrices(40, false)) {
        let n = a.eigenvalues.len();
        for mode in ALL {
            let steps = (n / 2).max(1);
            let state = run(Lanczos { reorthogonalization: mode, max_iterations: steps, ..Lanczos::default() }, &a, &start(n));
            let row = |i: usize| &state.basis()[i * n..][..n];
            let mut w = vec![f64::NAN; n];
            for j in 0..state.steps() - 1 {
                a.apply(row(j), &mut w);
                axpy(-state.alpha()[j], row(j), &mut w);
                axpy(-state.beta()[j], row(j + 1), &mut w);
                if j > 0 {
                    axpy(-state.beta()[j - 1], row(j - 1), &mut w);
                }
                let allowed = state.rounding() + if mode == Reorthogonalization::Partial { 1e-7 * a.norm() } else { 0.0 };
                prop_assert!(norm(&w) <= allowed, "{mode:?}, {j}: {:e} and {allowed:e}", norm(&w));
            }
        }
    }
}

/// A bulk between 0 and 1, and three eigenvalues far above it, which converge at once.
fn outliers(n: usize) -> Vec<f64> {
    (0..n).map(|i| if i < 3 { 10.0 * (i + 1) as f64 } else { i as f64 / n as f64 }).collect()
}

#[test]
fn without_orthogonality_eigenvalues_are_found_again() {
    let d = outliers(300);
    let copies = |mode| {
        let lanczos = Lanczos { reorthogonalization: mode, max_iterations: 120, ..Lanczos::default() };
        let ritz = run(lanczos, &diagonal(&d), &[1.0; 300]).ritz_values().expect("it converges");
        ritz.iter().filter(|r| (r.value - 30.0).abs() < 1e-9).count()
    };
    assert_eq!(copies(Reorthogonalization::Full), 1);
    assert_eq!(copies(Reorthogonalization::Partial), 1);
    assert!(copies(Reorthogonalization::None) > 1);
}

#[test]
fn partial_orthogonalizes_less_often_for_the_same_eigenvalues() {
    let d = outliers(300);
    let state = |mode| {
        let lanczos = Lanczos { reorthogonalization: mode, max_iterations: 120, ..Lanczos::default() };
        run(lanczos, &diagonal(&d), &[1.0; 300])
    };
    let (full, partial) = (state(Reorthogonalization::Full), state(Reorthogonalization::Partial));
    assert!(full.reorthogonalizations() >= 120);
    let passes = partial.reorthogonalizations();
    assert!((2..60).contains(&passes), "{passes}");
    let (full, partial) = (full.ritz_values().unwrap(), partial.ritz_values().unwrap());
    for (full, partial) in full.iter().zip(&partial).filter(|(f, _)| f.residual < 1e-12) {
        assert!((full.value - partial.value).abs() < 100.0 * U * 30.0, "{full:?} and {partial:?}");
    }
}

#[test]
fn two_vectors_are_enough_for_ritz_values() {
    let d = outliers(50);
    let kept =
        Lanczos { reorthogonalization: Reorthogonalization::None, max_iterations: 70, ..Lanczos::default() };
    let (kept, rolling) = (
        run(kept, &diagonal(&d), &[1.0; 50]),
        run(Lanczos { keep_basis: false, ..kept }, &diagonal(&d), &[1.0; 50]),
    );
    assert_eq!((kept.alpha(), kept.beta()), (rolling.alpha(), rolling.beta()));
    assert_eq!(kept.ritz_values().unwrap(), rolling.ritz_values().unwrap());
    assert_eq!((kept.basis().len(), rolling.basis().len()), (70 * 50, 0));
}

#[test]
fn every_scale_of_matrix_and_start_gives_the_same_bits() {
    let (d, v) = (outliers(40), start(40));
    for mode in ALL {
        let lanczos = Lanczos { reorthogonalization: mode, max_iterations: 30, ..Lanczos::default() };
        let plain = run(lanczos, &diagonal(&d), &v);
        for exponent in [-500.0, 500.0] {
            let scale = thalweg::numerics::pow(2.0, exponent);
            let (scaled_d, scaled_v): (Vec<_>, Vec<_>) =
                (d.iter().map(|d| d * scale).collect(), v.iter().map(|v| v * scale).collect());
            let scaled = run(lanczos, &diagonal(&scaled_d), &scaled_v);
            assert_eq!(
                (scaled.steps(), scaled.basis()),
                (plain.steps(), plain.basis()),
                "{mode:?}, 2^{exponent}"
            );
            let pairs = scaled.ritz_values().unwrap().into_iter().zip(plain.ritz_values().unwrap());
            for (scaled, plain) in pairs {
                assert_eq!((scaled.value, scaled.bound), (plain.value * scale, plain.bound * scale));
            }
        }
    }
}
