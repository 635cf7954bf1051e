//! What holds on every symmetric positive definite matrix, checked on random ones.
//!
//! Letters: A = Q diag(λ) Q with the reflection Q = I − 2vvᵀ/vᵀv, κ = max λ / min λ, e = x − x*, u the unit roundoff.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use thalweg::numerics::{axpy, dot, norm, pow, powi};
use thalweg::problem::Diagonal;
use thalweg_krylov::{ConjugateGradients, ConjugateGradientsState, LinearOperator, Until, operator};

use crate::{PLAIN, bits, dense, plenty, solve, states};

/// The same cases in every run on every machine, and nothing written to disk.
fn the_same_every_time() -> ProptestConfig {
    ProptestConfig {
        cases: 256,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(19_521_200),
        ..ProptestConfig::default()
    }
}

/// A matrix by its eigenvalues and the normal of its reflection, and a solution.
#[derive(Clone, Debug)]
struct System {
    eigenvalues: Vec<f64>,
    v: Vec<f64>,
    solution: Vec<f64>,
}

impl System {
    fn operator(&self) -> impl LinearOperator + '_ {
        operator(self.v.len(), |x, out| {
            out.copy_from_slice(x);
            self.reflect(out);
            for (out, lambda) in out.iter_mut().zip(&self.eigenvalues) {
                *out *= lambda;
            }
            self.reflect(out);
        })
    }

    fn reflect(&self, x: &mut [f64]) {
        let factor = -2.0 * dot(&self.v, x) / dot(&self.v, &self.v);
        axpy(factor, &self.v, x);
    }

    fn times(&self, x: &[f64]) -> Vec<f64> {
        let mut out = vec![f64::NAN; x.len()];
        self.operator().apply(x, &mut out);
        out
    }

    fn right(&self) -> Vec<f64> {
        self.times(&self.solution)
    }

    fn kappa(&self) -> f64 {
        let largest = self.eigenvalues.iter().fold(0.0_f64, |m, l| m.max(*l));
        let lowest = self.eigenvalues.iter().fold(f64::INFINITY, |m, l| m.min(*l));
        largest / lowest
    }

    /// √(eᵀA e).
    fn error(&self, x: &[f64]) -> f64 {
        let mut e: Vec<f64> = x.iter().zip(&self.solution).map(|(x, s)| x - s).collect();
        self.reflect(&mut e);
        e.iter().zip(&self.eigenvalues).map(|(e, l)| l * e * e).sum::<f64>().sqrt()
    }

    fn states(&self, steps: usize) -> Vec<ConjugateGradientsState> {
        states(&PLAIN, &self.operator(), &self.right(), &vec![0.0; self.v.len()], steps).0
    }
}

/// Up to 6 variables, eigenvalues over two decades.
fn systems() -> impl Strategy<Value = System> {
    let eigenvalue = (0.0..2.0).prop_map(|decade| pow(10.0, decade));
    let variable = (eigenvalue, 0.1..1.0, prop_oneof![-10.0..-0.1, 0.1..10.0]);
    vec(variable, 1..=6).prop_map(|variables| System {
        eigenvalues: variables.iter().map(|v| v.0).collect(),
        v: variables.iter().map(|v| v.1).collect(),
        solution: variables.iter().map(|v| v.2).collect(),
    })
}

proptest! {
    #![proptest_config(the_same_every_time())]

    /// In exact arithmetic 0. Rounding of the size u κ of the first residual grows with how far the residual has fallen,
    /// and from step to step; looked at while that is 1e-4 or more, up to 100 · 1e4 · u a few hundred times over.
    /// A mistake in a recurrence gives cosines near 1.
    #[test]
    fn directions_are_conjugate_and_residuals_orthogonal(system in systems()) {
        let states = system.states(system.v.len());
        let first = states[0].residual_norm();
        let fallen: Vec<_> = states.iter().take_while(|s| s.residual_norm() >= 1e-4 * first).collect();
        let residual = |s: &ConjugateGradientsState| {
            let mut residual = vec![f64::NAN; system.v.len()];
            s.residual(&mut residual).expect("n numbers");
            residual
        };
        for (i, one) in fallen.iter().enumerate() {
            for other in &fallen[..i] {
                let (r, s) = (residual(one), residual(other));
                let cosine = dot(&r, &s) / norm(&r) / norm(&s);
                prop_assert!(cosine.abs() < 1e-6, "residuals: {cosine:e}");
            }
        }
        // The state after step k + 1 holds the direction that went into it.
        let stepped = &states[1..=fallen.len().min(states.len() - 1)];
        let directions: Vec<_> = stepped.iter().map(ConjugateGradientsState::direction).collect();
        for (i, p) in directions.iter().enumerate() {
            let ap = system.times(p);
            for q in &directions[..i] {
                let cosine = dot(q, &ap) / (dot(p, &ap) * dot(q, &system.times(q))).sqrt();
                prop_assert!(cosine.abs() < 1e-6, "directions: {cosine:e}");
            }
        }
    }

    /// Down to what rounding of b = A x* and of the steps leaves, a few n κ u of the first error.
    #[test]
    fn error_in_the_norm_of_the_matrix_never_grows_and_obeys_chebyshev_s_bound(system in systems()) {
        let root = system.kappa().sqrt();
        let factor = (root - 1.0) / (root + 1.0);
        let errors: Vec<f64> = system.states(system.v.len()).iter().map(|s| system.error(s.x())).collect();
        let slack = 1e-12 * errors[0];
        for (k, &error) in errors.iter().enumerate() {
            let bound = if k == 0 { errors[0] } else { 2.0 * powi(factor, k as u64) * errors[0] };
            prop_assert!(error <= bound + slack, "step {k}: {error:e}, bound {bound:e}");
            prop_assert!(k == 0 || error <= errors[k - 1] + slack, "step {k} from {:e} to {error:e}", errors[k - 1]);
        }
        // Eigenvalues that lie close together make the last polynomials steep, and rounding grows with them.
        prop_assert!(errors[errors.len() - 1] <= 1e-6 * errors[0], "n steps leave {errors:?}");
    }

    #[test]
    fn as_many_steps_suffice_as_there_are_distinct_eigenvalues(
        distinct in vec(1.0..100.0, 1..=4),
        v in vec(0.1..1.0, 8..=8),
        solution in vec(0.1..10.0, 8..=8),
    ) {
        let m = distinct.len();
        let eigenvalues = (0..8).map(|i| distinct[i % m]).collect();
        let system = System { eigenvalues, v, solution };
        let until = Until { relative_residual: 1e-9, ..Until::default() };
        let solved = solve(&system.operator(), &system.right(), until);
        prop_assert!(solved.ending.is_converged(), "{}", solved.ending);
        prop_assert!(solved.state.iterations() <= m as u64, "{} steps for {m}", solved.state.iterations());
        // ‖e‖ in the norm of A is at most ‖r‖/√(min λ), and here every λ ≥ 1; rounding may add what it does above.
        let error = system.error(solved.state.x());
        prop_assert!(error <= 1e-9 * norm(&system.right()) + 1e-12 * system.error(&[0.0; 8]), "{error:e}");
    }

    /// With M = diag(d), d = 4ᵏ, the system M^-½ A M^-½ y = M^-½ b is made without rounding, and x = M^-½ y throughout.
    #[test]
    fn preconditioned_iterates_are_those_of_the_transformed_system_bit_for_bit(
        system in systems(),
        exponents in vec(-8_i32..=8, 6..=6),
        start in vec(-3.0..3.0, 6..=6),
    ) {
        let n = system.v.len();
        // Symmetric to the last bit: both triangles from one.
        let mut matrix = vec![0.0; n * n];
        for j in 0..n {
            let mut unit = vec![0.0; n];
            unit[j] = 1.0;
            for (i, a) in system.times(&unit).into_iter().enumerate().skip(j) {
                (matrix[i * n + j], matrix[j * n + i]) = (a, a);
            }
        }
        let scale = |i: usize| {
            let power = powi(2.0, u64::from(exponents[i].unsigned_abs()));
            if exponents[i] < 0 { 1.0 / power } else { power }
        };
        let scaled = |x: &[f64]| x.iter().enumerate().map(|(i, x)| x * scale(i)).collect::<Vec<_>>();
        let inverse: Vec<f64> = (0..n).map(|i| scale(i) * scale(i)).collect();
        let preconditioner = Diagonal::from_inverse_diagonal(&inverse).expect("positive numbers");
        let transformed: Vec<f64> =
            (0..n * n).map(|at| matrix[at] * scale(at / n) * scale(at % n)).collect();
        // x = M^-½ y holds for the start as well.
        let (y0, b) = (&start[..n], system.right());
        let method = ConjugateGradients { preconditioner, refresh_every: None };
        let (with, _) = states(&method, &dense(&matrix), &b, &scaled(y0), n);
        let (without, _) = states(&PLAIN, &dense(&transformed), &scaled(&b), y0, n);
        prop_assert_eq!(with.len(), without.len());
        for (with, without) in with.iter().zip(&without) {
            let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(with.x()), bits(&scaled(without.x())));
        }
    }

    /// A power of two passes through every product and every sum without rounding.
    #[test]
    fn iterates_keep_every_bit_when_the_system_is_scaled_by_powers_of_two(
        system in systems(),
        (of_matrix, of_right) in (-200_i32..=200, -200_i32..=200),
    ) {
        let power = |k: i32| if k < 0 { 1.0 / powi(2.0, u64::from(k.unsigned_abs())) } else { powi(2.0, k as u64) };
        let scaled_operator = operator(system.v.len(), |x, out| {
            system.operator().apply(x, out);
            out.iter_mut().for_each(|out| *out *= power(of_matrix));
        });
        let b: Vec<f64> = system.right().iter().map(|b| b * power(of_right)).collect();
        let n = system.v.len();
        let (scaled, _) = states(&PLAIN, &scaled_operator, &b, &vec![0.0; n], n);
        for (scaled, plain) in scaled.iter().zip(&system.states(n)) {
            let back: Vec<f64> = scaled.x().iter().map(|x| x / power(of_right) * power(of_matrix)).collect();
            prop_assert_eq!(&back, plain.x());
        }
    }
}

#[test]
fn same_system_gives_the_same_bits_again() {
    let system = System {
        eigenvalues: vec![1.0, 7.0, 50.0, 3.0],
        v: vec![0.3, 0.2, 0.9, 0.4],
        solution: vec![1.0, -2.0, 0.1, 5.0],
    };
    let all = |states: &[ConjugateGradientsState]| states.iter().map(bits).collect::<Vec<_>>();
    assert_eq!(all(&system.states(4)), all(&system.states(4)));
    assert_eq!(plenty().left(), 1_000_000);
}
