//! The intervals around Ritz values contain eigenvalues of the matrix: on a thousand random ones of known spectra.

use proptest::prelude::*;
use thalweg::numerics::norm;
use thalweg_krylov::{Lanczos, Reorthogonalization, verify};

use crate::reflected::{matrices, start, the_same_every_time};
use crate::{ALL, Reflected, U, plenty, run};

/// What four reflections and a product with λ may be off: each of the former a sum of at most 60 terms, in lanes, and an update.
fn with_error(a: &Reflected, reorthogonalization: Reorthogonalization, max_iterations: usize) -> Lanczos {
    Lanczos {
        reorthogonalization,
        max_iterations,
        product_error: Some(50.0 * U * a.norm()),
        ..Lanczos::default()
    }
}

proptest! {
    #![proptest_config(the_same_every_time(1000, 19_501_017))]

    #[test]
    fn ritz_intervals_contain_an_eigenvalue(a in matrices(60, false), share in 0.05..1.5_f64) {
        let n = a.eigenvalues.len();
        let steps = ((share * n as f64) as usize).max(1);
        for mode in ALL {
            let state = run(with_error(&a, mode, steps), &a, &start(n));
            let ritz = state.ritz_values().expect("it converges");
            for value in &ritz {
                let distance = a.distance(value.value);
                prop_assert!(distance <= value.bound, "{mode:?}, {steps} steps: {distance:e} from {value:?}");
            }
            // They are not merely wide: what rounding adds stays near u‖A‖ as long as orthogonality is kept up.
            if mode != Reorthogonalization::None {
                prop_assert!(state.rounding() <= 5000.0 * U * a.norm());
                prop_assert!((ritz.iter().map(|r| r.weight).sum::<f64>() - 1.0).abs() < 1e-13);
            }
        }
    }

    #[test]
    fn verified_pairs_contain_an_eigenvalue(a in matrices(40, false), share in 0.1..1.0_f64) {
        let n = a.eigenvalues.len();
        let steps = ((share * n as f64) as usize).max(1);
        let error = 50.0 * U * a.norm();
        for mode in ALL {
            let state = run(with_error(&a, mode, steps), &a, &start(n));
            let ritz = state.ritz().expect("it converges");
            let mut y = vec![f64::NAN; n];
            for i in 0..ritz.values.len() {
                state.ritz_vector(&ritz, i, &mut y).expect("valid input");
                // Without orthogonality a Ritz vector may have any norm, even none that is worth a product.
                if norm(&y) < 1e-3 {
                    continue;
                }
                let value = ritz.values[i].value;
                let verified = verify(&a, value, &y, error, &mut plenty()).expect("valid input").expect("a product");
                prop_assert!(a.distance(value) <= verified.bound(), "{mode:?}: {verified:?}");
                let (low, high) = verified.interval();
                prop_assert!(a.eigenvalues.iter().any(|l| (low..=high).contains(l)));
                if mode == Reorthogonalization::Full {
                    // What was known without a product is what the product says.
                    prop_assert!((norm(&y) - 1.0).abs() < 1e-13);
                    let known = ritz.values[i];
                    prop_assert!(verified.residual <= known.bound, "{verified:?} and {known:?}");
                    prop_assert!(known.residual <= verified.residual + state.rounding());
                }
            }
        }
    }
}

/// Cyclic Jacobi, the plainest way to all eigenvalues of a dense symmetric matrix: an independent reference.
fn jacobi(mut a: Vec<f64>, n: usize) -> Vec<f64> {
    for _ in 0..30 {
        for p in 0..n {
            for q in p + 1..n {
                let off = a[p * n + q];
                if off == 0.0 {
                    continue;
                }
                let tau = (a[q * n + q] - a[p * n + p]) / (2.0 * off);
                let t = if tau < 0.0 { -1.0 } else { 1.0 } / (tau.abs() + (1.0 + tau * tau).sqrt());
                let c = 1.0 / (1.0 + t * t).sqrt();
                let s = t * c;
                for k in 0..n {
                    let (x, y) = (a[k * n + p], a[k * n + q]);
                    (a[k * n + p], a[k * n + q]) = (c * x - s * y, s * x + c * y);
                }
                for k in 0..n {
                    let (x, y) = (a[p * n + k], a[q * n + k]);
                    (a[p * n + k], a[q * n + k]) = (c * x - s * y, s * x + c * y);
                }
            }
        }
    }
    let mut values: Vec<f64> = (0..n).map(|i| a[i * n + i]).collect();
    values.sort_by(f64::total_cmp);
    values
}

#[test]
fn ritz_values_of_all_steps_are_those_of_a_dense_solver() {
    for n in [1, 2, 5, 20, 40] {
        let element = |i: usize, j: usize| ((i * j + 3 * (i + j)) % 17) as f64 - 8.0;
        let matrix: Vec<f64> = (0..n * n).map(|k| element(k / n, k % n) + element(k % n, k / n)).collect();
        let a = thalweg_krylov::operator(n, |v, out| thalweg::numerics::matrix_vector(&matrix, v, out));
        let dense = jacobi(matrix.clone(), n);
        let state = run(Lanczos::default(), &a, &start(n));
        let size = dense[0].abs().max(dense[n - 1]);
        for ritz in state.ritz_values().expect("it converges") {
            let nearest = dense.iter().map(|l| (l - ritz.value).abs()).fold(f64::INFINITY, f64::min);
            // Jacobi's own error is a few u‖A‖.
            assert!(nearest <= ritz.bound + 20.0 * U * size, "{n}: {ritz:?}");
        }
        // Where no eigenvalue repeats, all of them are found.
        if state.steps() == n {
            for (ritz, dense) in state.ritz_values().expect("it converges").iter().zip(&dense) {
                assert!((ritz.value - dense).abs() <= 1e-13 * size, "{ritz:?} and {dense}");
            }
        }
    }
}

#[test]
fn bounds_of_the_ends_tighten_long_before_all_steps_are_taken() {
    // Second differences: the eigenvalues are 2 − 2 cos(πk/(n + 1)).
    let n = 400;
    let a = thalweg_krylov::operator(n, |v, out| {
        for i in 0..n {
            let (before, after) =
                (if i > 0 { v[i - 1] } else { 0.0 }, if i + 1 < n { v[i + 1] } else { 0.0 });
            out[i] = 2.0 * v[i] - before - after;
        }
    });
    let exact = 2.0 - 2.0 * thalweg::numerics::cos(std::f64::consts::PI * n as f64 / (n + 1) as f64);
    let mut before = f64::INFINITY;
    for steps in [20, 40, 80, 160] {
        let state = run(Lanczos { max_iterations: steps, ..Lanczos::default() }, &a, &start(n));
        let highest = *state.ritz_values().expect("it converges").last().expect("there are some");
        assert!(highest.value <= exact + state.rounding(), "from below: {highest:?} and {exact}");
        assert!(highest.bound < 0.7 * before, "{steps}: {highest:?}");
        before = highest.bound;
    }
}
