//! What holds of every symmetric matrix, checked on a thousand random ones of prescribed spectra.
//!
//! Letters: A = Q Λ Qᵀ with Q a product of three Householder reflections, n up to 40. Building A in floating point moves
//! its eigenvalues by up to 6 (n + 4) u ‖A‖, decomposing it by 10 n u ‖A‖: together less than 1e-13 ‖A‖ for n = 40, the bound
//! that is asked of them.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use thalweg::numerics::{dot, pow};
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Eigen, Stationary};

use crate::matrices::{U, diagonal, faults, log_spaced, numbers, with_spectrum};

#[derive(Clone, Copy, Debug)]
enum Kind {
    LogSpaced,
    /// Around 4 values, as close as rounding.
    Clustered,
    /// Two values, one of them once.
    Repeated,
    /// Both signs, in turns.
    Indefinite,
}

#[derive(Clone, Debug)]
struct Spectrum {
    kind: Kind,
    n: usize,
    /// log₁₀ κ.
    digits: f64,
    /// log₁₀ ‖A‖.
    size: f64,
    seed: u64,
}

impl Spectrum {
    /// Ascending.
    fn values(&self) -> Vec<f64> {
        let n = self.n;
        let mut values = log_spaced(n, self.size - self.digits, self.size);
        match self.kind {
            Kind::LogSpaced => {}
            Kind::Clustered => {
                let few = log_spaced(4.min(n), self.size - self.digits, self.size);
                values = (0..n).map(|i| few[i % few.len()] * (1.0 + 1e-15 * (i / 4) as f64)).collect();
            }
            Kind::Repeated => {
                let highest = values[n - 1];
                values[1..].fill(highest);
            }
            Kind::Indefinite => values.iter_mut().step_by(2).for_each(|value| *value = -*value),
        }
        values.sort_by(f64::total_cmp);
        values
    }

    fn is_definite(&self) -> bool {
        !matches!(self.kind, Kind::Indefinite)
    }
}

fn spectra() -> impl Strategy<Value = Spectrum> {
    let kind = prop_oneof![
        Just(Kind::LogSpaced),
        Just(Kind::Clustered),
        Just(Kind::Repeated),
        Just(Kind::Indefinite)
    ];
    (kind, 1_usize..=40, 0.0..10.0, -30.0..30.0, any::<u64>())
        .prop_map(|(kind, n, digits, size, seed)| Spectrum { kind, n, digits, size, seed })
}

/// The largest element of a − b, as a share of `unit`.
fn share(a: &DMatrix<f64>, b: &DMatrix<f64>, unit: f64) -> f64 {
    (a - b).iter().map(|x| (x / unit).abs()).max_by(f64::total_cmp).expect("elements")
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(18_461_222),
        ..ProptestConfig::default()
    })]

    /// Eigenvalues to 1e-13 ‖A‖, A^½ A^½ = A, A^-½ A A^-½ = I and A A⁻¹ = I to 1e-12 κ; f(A), its products, the condition
    /// number, the rates and the signs.
    #[test]
    fn matrices_of_prescribed_spectra_keep_all_bounds(spectrum in spectra()) {
        let exact = spectrum.values();
        let n = exact.len();
        let a = with_spectrum(&exact, 3, spectrum.seed);
        let eigen = Eigen::new(&a).expect("a good matrix");
        let norm = exact.iter().fold(0.0_f64, |top, value| top.max(value.abs()));
        let least = exact.iter().fold(f64::INFINITY, |least, value| least.min(value.abs()));
        let kappa = norm / least;
        let value_error = 1e-13 * norm;

        for (value, exact) in eigen.values().iter().zip(&exact) {
            prop_assert!((value - exact).abs() <= value_error, "{value:e} is not {exact:e}");
        }
        let (residual, skew) = faults(&a, &eigen);
        prop_assert!(residual <= 10.0 * n as f64 * U * eigen.norm() / a.amax() && skew <= 10.0 * n as f64 * U);
        prop_assert!((eigen.norm() / norm - 1.0).abs() <= 1e-13);
        // An error of 1e-13 ‖A‖ in the smallest is one of 1e-13 κ of itself; twice that for what is of second order.
        prop_assert!((eigen.condition_number() / kappa - 1.0).abs() <= 2e-13 * (1.0 + kappa));

        let inverse = eigen.inverse().expect("no eigenvalue is near 0");
        prop_assert!(share(&(&a * &inverse), &diagonal(&vec![1.0; n]), kappa) <= 1e-12);
        prop_assert!(share(&eigen.map(|value| value), &a, norm) <= 1e-13);
        prop_assert_eq!(&inverse, &inverse.transpose(), "symmetric to the last bit");

        // Of A² v, once by a matrix and once without: each rounds by n u of the terms it adds up, twice.
        let (v, mut by_vectors) = (numbers(n, spectrum.seed), vec![f64::NAN; n]);
        eigen.map_times(|value| (value / norm) * (value / norm), &v, &mut by_vectors).expect("equal lengths");
        let matrix = eigen.map(|value| (value / norm) * (value / norm));
        for (row, product) in matrix.as_slice().chunks_exact(n).zip(&by_vectors) {
            prop_assert!((dot(row, &v) - product).abs() <= 8.0 * (n * n) as f64 * U);
        }

        let negative = exact.iter().filter(|value| **value < 0.0).count();
        let inertia = eigen.inertia();
        prop_assert_eq!((inertia.negative, inertia.zero, inertia.positive), (negative, 0, n - negative));
        prop_assert_eq!(inertia.is_positive_definite(), negative == 0);
        prop_assert_eq!(eigen.check_positive_definite().is_ok(), negative == 0);
        if let Some((curvature, direction)) = eigen.most_negative_curvature() {
            prop_assert_eq!((curvature, direction), (eigen.lowest(), eigen.vector(0)));
            let along: f64 = a.as_slice().chunks_exact(n).zip(direction).map(|(row, d)| d * dot(row, direction)).sum();
            prop_assert!((along - exact[0]).abs() <= 2.0 * value_error);
        }
        prop_assert_eq!(eigen.most_negative_curvature().is_some(), negative > 0);

        if spectrum.is_definite() {
            let (root, inverse_root) = (eigen.root().expect("positive"), eigen.inverse_root().expect("positive"));
            prop_assert!(share(&(&root * &root), &a, norm) <= 1e-12);
            prop_assert!(share(&(&inverse_root * &a * &inverse_root), &diagonal(&vec![1.0; n]), kappa) <= 1e-12);
            prop_assert!(share(&(&root * &inverse_root), &diagonal(&vec![1.0; n]), kappa.sqrt()) <= 1e-12);
            let off = |rate: Option<f64>, exact: f64| (rate.expect("positive curvature") / exact - 1.0).abs();
            prop_assert!(off(eigen.optimal_rate(), 2.0 / (exact[0] + exact[n - 1])) <= 4e-13);
            prop_assert!(off(eigen.maximal_rate(), 2.0 / exact[n - 1]) <= 2e-13);
            for (i, value) in exact.iter().enumerate() {
                let allowed = 2e-13 * norm / value;
                prop_assert!(off(eigen.optimal_rate_along(i), 1.0 / value) <= allowed);
                prop_assert!(off(eigen.maximal_rate_along(i), 2.0 / value) <= allowed);
            }
        } else {
            prop_assert_eq!((eigen.optimal_rate(), eigen.maximal_rate()), (None, None));
            prop_assert_eq!(eigen.optimal_rate_along(0), None);
        }
    }

    /// What a tolerance makes of the signs, on eigenvalues that keep away from it.
    #[test]
    fn signs_are_counted_by_the_tolerance(n in 1_usize..12, zeros in 0_usize..12, minus in 0_usize..12, seed: u64) {
        let sign = |i: usize| if i % 12 < zeros { 1e-8 } else if i % 12 < zeros + minus { -1.0 } else { 1.0 };
        let values: Vec<f64> = (0..n).map(sign).collect();
        let eigen = Eigen::new(&with_spectrum(&values, 2, seed)).expect("a good matrix");
        let inertia = eigen.inertia_within(1e-4).expect("a tolerance");
        let count = |value: f64| values.iter().filter(|v| **v == value).count();
        let counts = (count(-1.0), count(1e-8), count(1.0));
        prop_assert_eq!((inertia.negative, inertia.zero, inertia.positive), counts);
        let expected = match counts {
            (0, 0, _) => Stationary::Minimum,
            (_, 0, 0) => Stationary::Maximum,
            (index, _, positive) if index * positive > 0 => Stationary::Saddle { index },
            _ => Stationary::Degenerate,
        };
        prop_assert_eq!(inertia.stationary(), expected);
        prop_assert_eq!(inertia.tolerance, 1e-4);
        // Without a tolerance 1e-8 is a number like any other.
        prop_assert_eq!(eigen.inertia_within(0.0).expect("a tolerance").zero, 0);
    }
}

#[test]
fn prescribed_spectra_are_what_is_built() {
    // So that the thousand matrices above test what they say: they cover κ up to 1e10 and sizes from 1e-30 to 1e30.
    let values = Spectrum { kind: Kind::LogSpaced, n: 9, digits: 8.0, size: 3.0, seed: 1 }.values();
    assert!((values[8] / 1000.0 - 1.0).abs() < 1e-15 && (values[0] / pow(10.0, -5.0) - 1.0).abs() < 1e-14);
    let signs = Spectrum { kind: Kind::Indefinite, n: 5, digits: 1.0, size: 0.0, seed: 1 }.values();
    assert_eq!(signs.iter().filter(|value| **value < 0.0).count(), 3);
}
