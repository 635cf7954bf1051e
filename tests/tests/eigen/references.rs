//! Eigenvalues and roots against `references/eigen.py`, which computes with 60 digits.
//!
//! Letters: S = A^½, u the unit roundoff, κ = λₙ₋₁/λ₀. A backward stable decomposition belongs to A + Δ with ‖Δ‖ ≤ p u ‖A‖,
//! p = 10 n as in the table of the backends.
//! - To first order S moves by X with S X + X S = Δ, so ‖X‖ ≤ ‖Δ‖_F / (2 √λ₀) ≤ p u ‖S‖ √κ √n / 2.
//! - S⁻¹ moves by −S⁻¹ X S⁻¹, and ‖S⁻¹‖ = λ₀^-½: ‖·‖ ≤ p u ‖S⁻¹‖ κ √n / 2.
//! - The products that build them round by another n u of their largest terms, ‖S‖ and ‖S⁻¹‖.

use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Backend, Eigen, Nalgebra};

use crate::matrices::U;
use crate::reference::{hex_float, rows};

struct Reference {
    name: &'static str,
    a: DMatrix<f64>,
    values: Vec<f64>,
    /// A^½ and A^-½, where A is positive definite.
    roots: Option<[DMatrix<f64>; 2]>,
}

/// From the lower triangle, row after row.
fn symmetric(numbers: &[&str]) -> DMatrix<f64> {
    let n = (1..).find(|n| n * (n + 1) / 2 >= numbers.len()).expect("there is one");
    assert_eq!(n * (n + 1) / 2, numbers.len(), "no lower triangle");
    DMatrix::from_fn(n, n, |i, j| hex_float(numbers[i.max(j) * (i.max(j) + 1) / 2 + i.min(j)]))
}

fn references() -> Vec<Reference> {
    let mut all: Vec<Reference> = Vec::new();
    let mut root = None;
    for row in rows(include_str!("../../references/eigen.tsv")) {
        let [name, what, numbers @ ..] = &row[..] else { panic!("no name and no kind: {row:?}") };
        match (*what, all.last_mut()) {
            ("matrix", _) => {
                all.push(Reference { name, a: symmetric(numbers), values: Vec::new(), roots: None });
            }
            ("values", Some(last)) => {
                last.values = numbers.iter().map(|x| x.parse().expect("a number")).collect();
            }
            ("root", _) => root = Some(symmetric(numbers)),
            ("inverse root", Some(last)) => last.roots = root.take().map(|root| [root, symmetric(numbers)]),
            _ => panic!("{name}: {what} is out of place"),
        }
    }
    assert!(all.len() > 20 && all.iter().all(|r| r.values.len() == r.a.nrows()), "lines are missing");
    all
}

fn largest_difference(a: &DMatrix<f64>, b: &DMatrix<f64>) -> f64 {
    // A NaN is the largest.
    a.iter().zip(b.iter()).map(|(a, b)| (a - b).abs()).max_by(f64::total_cmp).expect("elements")
}

fn agrees<B: Backend>(backend: &B) {
    let mut with_roots = 0;
    for Reference { name, a, values, roots } in references() {
        let eigen = Eigen::by(backend, &a).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (n, lowest, highest) = (values.len(), values[0], values[values.len() - 1]);
        let norm = lowest.abs().max(highest.abs());
        for (i, (value, exact)) in eigen.values().iter().zip(&values).enumerate() {
            let error = (value - exact).abs() / norm;
            assert!(
                error <= (10.0 * n as f64 * U).min(1e-13),
                "{name}: eigenvalue {i} is off by {error:.1e} ‖A‖"
            );
        }
        let Some([root, inverse_root]) = roots else {
            assert!(eigen.root().is_err() && eigen.inverse_root().is_err(), "{name} has no roots");
            continue;
        };
        with_roots += 1;
        let kappa = highest / lowest;
        let by_order = n as f64 * U * (5.0 * (n as f64).sqrt());
        let found = eigen.root().unwrap_or_else(|error| panic!("{name}: {error}"));
        // Where κ u is no longer small, first order says nothing; then |√λ̂ − √λ| ≤ √|λ̂ − λ| does.
        let moved = (by_order * kappa.sqrt()).min((10.0 * n as f64 * U).sqrt());
        let error = largest_difference(&found, &root) / norm.sqrt();
        assert!(error <= moved + n as f64 * U, "{name}: A^½ is off by {error:.1e} of its norm");
        if n as f64 * 2.0 * U * kappa > 0.5 {
            // Nobody can say whether such a matrix is positive definite, and nobody is told that it is not.
            let refused = eigen.inverse_root().map(|_| ()).map_err(|error| error.to_string());
            assert!(
                refused.is_ok() || refused.is_err_and(|why| why.contains("for A to be positive definite"))
            );
            continue;
        }
        let found = eigen.inverse_root().unwrap_or_else(|error| panic!("{name}: {error}"));
        let error = largest_difference(&found, &inverse_root) * lowest.sqrt();
        assert!(error <= by_order * kappa + n as f64 * U, "{name}: A^-½ is off by {error:.1e} of its norm");
        if kappa < 1e8 {
            let known = eigen.condition_number() / kappa - 1.0;
            assert!(known.abs() <= 20.0 * n as f64 * U * kappa, "{name}: κ is off by {known:.1e} of itself");
        }
    }
    assert!(with_roots > 12, "only {with_roots} matrices have roots");
}

#[test]
fn eigenvalues_and_roots_are_those_of_mpmath() {
    agrees(&Nalgebra);
}

#[cfg(feature = "faer")]
#[test]
fn eigenvalues_and_roots_are_those_of_mpmath_by_faer() {
    agrees(&thalweg_hessian::Faer::default());
}

#[cfg(feature = "lapack")]
#[test]
fn eigenvalues_and_roots_are_those_of_mpmath_by_lapack() {
    use thalweg_hessian::Lapack;
    use thalweg_hessian::backend::Driver;

    agrees(&Lapack { driver: Driver::DivideAndConquer });
    agrees(&Lapack { driver: Driver::QrSteps });
}
