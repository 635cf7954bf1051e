//! One table for all backends.
//!
//! What a norm-wise backward stable algorithm promises: Λ and E are those of a matrix A + Δ with ‖Δ‖ ≤ p(n) u ‖A‖, where u
//! is the unit roundoff and p a polynomial of low degree. So the residual, the departure from orthogonality and the errors
//! of the eigenvalues are small beside the largest one, and nothing is promised of those that are smaller than rounding
//! makes of it: of a matrix with elements from 1e-150 to 1e150 only the largest fifteen powers of ten come out. Diagonal
//! matrices are the exception; they come out whatever their elements are, except by faer, which takes for 0 what is far
//! below rounding.
//!
//! p(n) = 10 n here, and 10 for small matrices: several times what any backend needs.

use thalweg::numerics::{cos, sin};
use thalweg_hessian::nalgebra::{DMatrix, DVector};
use thalweg_hessian::{Backend, Eigen, Nalgebra, NotConverged};

use crate::matrices::{
    Case, U, case, case_with, diagonal, faults, geometric, graded, hilbert, laplacian, log_spaced, numbers,
    random, tridiagonal, wilkinson, with_spectrum,
};

/// Sizes on both sides of those where backends change their ways, 128 among them.
const SIZES: [usize; 20] = [1, 2, 3, 4, 5, 6, 7, 8, 13, 20, 25, 26, 31, 32, 33, 64, 65, 100, 129, 150];

fn of_every_size(n: usize) -> Vec<Case> {
    let size = n as f64;
    let seed = n as u64;
    let to_150 = log_spaced(n, -75.0, 75.0);
    let from_150: Vec<f64> = to_150.iter().rev().copied().collect();
    let thirds: Vec<f64> = (0..n).map(|i| [-1.0, 0.25, 3.0][3 * i / n]).collect();
    let clustered: Vec<f64> = (0..n).map(|i| 1.0 + (i % 4) as f64 + 1e-14 * i as f64).collect();
    let half_zero: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { 0.0 } else { i as f64 }).collect();
    let sines = (1..=n).map(|k| 2.0 - 2.0 * cos(std::f64::consts::PI * k as f64 / (size + 1.0)));
    let reversal = DMatrix::from_fn(n, n, |i, j| if i + j + 1 == n { 1.0 } else { 0.0 });
    let signs = (0..n).map(|i| if 2 * i + 1 < n { -1.0 } else { 1.0 });
    vec![
        case("random", random(n, seed)),
        case("all zero", DMatrix::zeros(n, n)),
        case_with("identity", diagonal(&vec![1.0; n]), vec![1.0; n]),
        case_with("third of the identity, negative", diagonal(&vec![-1.0 / 3.0; n]), vec![-1.0 / 3.0; n]),
        case_with("diagonal, in no order", diagonal(&numbers(n, seed)), numbers(n, seed)),
        case_with(
            "diagonal from 1e-150 to 1e150",
            diagonal(&log_spaced(n, -150.0, 150.0)),
            log_spaced(n, -150.0, 150.0),
        ),
        case_with("all elements alike", DMatrix::from_element(n, n, 0.3), {
            let mut values = vec![0.0; n];
            values[n - 1] = 0.3 * size;
            values
        }),
        case_with("reversal", reversal, signs.collect()),
        case_with("second differences", laplacian(n), sines.collect()),
        case("Hilbert", hilbert(n)),
        case_with("repeated", with_spectrum(&thirds, 3, seed), thirds.clone()),
        case_with("clustered", with_spectrum(&clustered, 3, seed), clustered.clone()),
        case_with("rank deficient", with_spectrum(&half_zero, 3, seed), half_zero.clone()),
        case_with(
            "from 1e-150 to 1e150 in all axes",
            with_spectrum(&log_spaced(n, -150.0, 150.0), 3, seed),
            log_spaced(n, -150.0, 150.0),
        ),
        case("graded up to 1e150", graded(&random(n, seed), &to_150)),
        case("graded down from 1e150", graded(&random(n, seed), &from_150)),
        case("graded, tridiagonal, up", graded(&laplacian(n), &to_150)),
        case("graded, tridiagonal, down", graded(&laplacian(n), &from_150)),
        case("ratio 1e-5", graded(&random(n, seed), &geometric(n, 1.0, 1e-5))),
        case(
            "arrow",
            DMatrix::from_fn(n, n, |i, j| {
                if i == j {
                    i as f64
                } else if i * j == 0 {
                    1.0
                } else {
                    0.0
                }
            }),
        ),
        case("positive definite", random(n, seed) * random(n, seed).transpose()).symmetric(),
    ]
}

/// A 1 in a corner and elsewhere a matrix of size 10^`exponent`: squares of its elements underflow below 1e-154, and they
/// begin to lose digits before that.
fn small_beside_one(exponent: i32) -> Vec<Case> {
    let small = thalweg::numerics::pow(10.0, f64::from(exponent));
    let mut cases = Vec::new();
    for n in [3, 4, 6, 20] {
        for (name, matrix) in [("full", random(n, 3)), ("tridiagonal", laplacian(n))] {
            for coupled in [true, false] {
                let mut a = &matrix * small;
                a[(0, 0)] = 1.0;
                if !coupled {
                    (a[(0, 1)], a[(1, 0)]) = (0.0, 0.0);
                }
                cases.push(case(format!("1 beside 1e{exponent}, {name}, coupled: {coupled}"), a));
            }
        }
    }
    cases
}

fn special() -> Vec<Case> {
    let two = |a: f64, b: f64, c: f64| DMatrix::from_row_slice(2, 2, &[a, b, b, c]);
    let mut cases = vec![
        case_with("[5]", diagonal(&[5.0]), vec![5.0]),
        case_with("[−1e300]", diagonal(&[-1e300]), vec![-1e300]),
        case_with("the smallest number", diagonal(&[f64::from_bits(1)]), vec![f64::from_bits(1)]),
        case_with("the largest number", diagonal(&[f64::MAX]), vec![f64::MAX]),
        case_with("2 × 2", two(2.5, 1.5, 2.5), vec![1.0, 4.0]),
        case_with("2 × 2, singular", two(1.0, 1.0, 1.0), vec![0.0, 2.0]),
        case_with("2 × 2, no diagonal", two(0.0, -3.0, 0.0), vec![-3.0, 3.0]),
        case_with("2 × 2, weakly coupled", two(1.0, 1e-9, 1.0), vec![1.0 - 1e-9, 1.0 + 1e-9]),
        case_with("2 × 2, coupled by less than rounding", two(1.0, 1e-20, 2.0), vec![1.0, 2.0]),
        case_with("2 × 2, of very different sizes", two(1e150, 1.0, 1e-150), vec![0.0, 1e150]),
        case("2 × 2, subnormal", two(3e-320, 1e-320, 2e-320)),
        // Blocks whose eigenvalues agree in pairs to the last digit, coupled a little.
        case("Wilkinson, glued", {
            let n = 105;
            let ends = |i: usize| i % 21 == 20;
            let beside: Vec<f64> = (0..n - 1).map(|i| if ends(i) { 1e-8 } else { 1.0 }).collect();
            tridiagonal(&(0..n).map(|i| (i % 21).abs_diff(10) as f64).collect::<Vec<_>>(), &beside)
        }),
    ];
    for n in [3, 21, 51, 101] {
        cases.push(case(format!("Wilkinson {n}"), wilkinson(n)));
    }
    cases
}

impl Case {
    /// With a matrix whose halves differ in their last bits replaced by their mean.
    fn symmetric(mut self) -> Self {
        thalweg_hessian::symmetrize(&mut self.matrix).expect("square and finite");
        self
    }
}

fn cases() -> Vec<Case> {
    let mut cases = special();
    for n in SIZES {
        cases.extend(of_every_size(n).into_iter().map(|c| Case { name: format!("{} {n}", c.name), ..c }));
    }
    for exponent in
        [-17, -30, -75, -100, -150, -155, -156, -157, -158, -159, -160, -161, -162, -165, -200, -300]
    {
        cases.extend(small_beside_one(exponent));
    }
    for scale in [1e-150, 1e150, 1e-300, 1e300, 1e-315] {
        for n in [1, 2, 5, 33] {
            cases.push(case(format!("random {n}, of size {scale:e}"), random(n, 4) * scale));
            cases.push(case(format!("Hilbert {n}, of size {scale:e}"), hilbert(n) * scale));
        }
    }
    cases
}

/// What is wrong with a decomposition, if anything is.
fn fault<B: Backend>(backend: &B, case: &Case) -> Result<(), String> {
    let a = &case.matrix;
    let eigen = Eigen::by(backend, a).map_err(|error| error.to_string())?;
    let n = eigen.dim();
    if (n, eigen.vectors().shape()) != (a.nrows(), a.shape()) {
        return Err(format!("{n} eigenvalues, and vectors of {:?}", eigen.vectors().shape()));
    }
    let allowed = 10.0 * n as f64 * U;
    // A multiple of the largest element bounds the norm from below, and this is the norm.
    let norm = (eigen.norm() / if a.amax() == 0.0 { 1.0 } else { a.amax() }).max(1.0);
    let (residual, skew) = faults(a, &eigen);
    // What is subnormal is rounded to a multiple of 2⁻¹⁰⁷⁴ once more.
    let rounding = if a.amax() < 1e-290 { f64::from_bits(1) / a.amax().max(f64::from_bits(1)) } else { 0.0 };
    // NaN is above nothing, so it is asked for by name.
    if residual.is_nan() || residual > allowed * norm + rounding {
        return Err(format!("A E − E Λ is {residual:.1e} ({:.1} n u ‖A‖)", residual / (norm * n as f64 * U)));
    }
    if skew.is_nan() || skew > allowed {
        return Err(format!("EᵀE − I is {skew:.1e} ({:.1} n u)", skew / (n as f64 * U)));
    }
    if !eigen.values().is_sorted() {
        return Err(format!("the eigenvalues are in no order: {:?}", eigen.values()));
    }
    for i in 0..n {
        let top = eigen.vector(i).iter().fold(0.0_f64, |top, c| top.max(c.abs()));
        if eigen.vector(i).iter().find(|c| c.abs() >= 0.999_999 * top).is_none_or(|&leading| leading < 0.0) {
            return Err(format!("the sign of eigenvector {i} is the other one: {:?}", eigen.vector(i)));
        }
    }
    // The matrices that are made of reflections have their eigenvalues up to 3 times two rounded reflections.
    let rounding = allowed + 6.0 * (n + 4) as f64 * U;
    for (i, (value, exact)) in eigen.values().iter().zip(case.values.iter().flatten()).enumerate() {
        let off = (value - exact).abs();
        if off.is_nan() || off > rounding * eigen.norm() {
            return Err(format!("eigenvalue {i} is {value:?}, not {exact:?}"));
        }
    }
    Ok(())
}

fn conforms<B: Backend + std::fmt::Debug>(backend: &B) {
    let mut faults = Vec::new();
    let cases = cases();
    for case in &cases {
        if let Err(fault) = fault(backend, case) {
            faults.push(format!("{}: {fault}", case.name));
        }
    }
    assert!(cases.len() > 400, "the table has shrunk");
    assert!(
        faults.is_empty(),
        "{backend:?} fails {} of {}:\n{}",
        faults.len(),
        cases.len(),
        faults.join("\n")
    );
}

/// Multiples by powers of two decompose alike: the same vectors, and the values to the bit.
fn scales_exactly<B: Backend>(backend: &B) {
    let a = random(20, 5);
    let eigen = Eigen::by(backend, &a).expect("a good matrix");
    for exponent in [-1000, -300, 1, 500, 1000] {
        let unit = f64::from_bits(((1023 + exponent) as u64) << 52);
        let scaled = Eigen::by(backend, &(&a * unit)).expect("a good matrix");
        assert_eq!(scaled.vectors(), eigen.vectors(), "2^{exponent}");
        let values: Vec<f64> = eigen.values().iter().map(|value| value * unit).collect();
        assert_eq!(scaled.values(), values, "2^{exponent}");
    }
}

/// Of a diagonal matrix the small eigenvalues come out as well, and so do the axes.
fn keeps_diagonal_matrices<B: Backend>(backend: &B) {
    for n in [1, 2, 5, 30, 140] {
        let mut values = log_spaced(n, -150.0, 150.0);
        let order: Vec<usize> = (0..n).map(|i| (i * 11) % n).collect();
        let eigen = Eigen::by(backend, &diagonal(&order.iter().map(|&i| values[i]).collect::<Vec<_>>()));
        let eigen = eigen.expect("a good matrix");
        values.sort_by(f64::total_cmp);
        for (i, (value, exact)) in eigen.values().iter().zip(&values).enumerate() {
            assert!(
                (value - exact).abs() <= 4.0 * U * exact,
                "{n}: eigenvalue {i} is {value:e}, not {exact:e}"
            );
            let at = order.iter().position(|&place| place == i).expect("a permutation");
            assert!(eigen.vector(i).iter().enumerate().all(|(j, &e)| e == if j == at { 1.0 } else { 0.0 }));
        }
    }
}

/// Of the second differences the k-th vector is sin(kπi/(n + 1)), with components of the same size at both ends: which of
/// them a backend's rounding makes the largest must not matter.
fn gives_vectors_signs_that_do_not_hang_on_rounding<B: Backend>(backend: &B) {
    for n in [2, 3, 10, 31, 60] {
        let eigen = Eigen::by(backend, &laplacian(n)).expect("a good matrix");
        for k in 1..=n {
            let angle = std::f64::consts::PI * k as f64 / (n + 1) as f64;
            let mut exact: Vec<f64> = (1..=n).map(|i| sin(angle * i as f64)).collect();
            let unit = 1.0 / (0.5 * (n + 1) as f64).sqrt();
            let top = exact.iter().fold(0.0_f64, |top, c| top.max(c.abs()));
            let leading = exact.iter().find(|c| c.abs() > (1.0 - 1e-9) * top).expect("the largest");
            let sign = leading.signum() * unit;
            exact.iter_mut().for_each(|c| *c *= sign);
            // The smallest gap between two eigenvalues is about (π/(n + 1))².
            for (c, exact) in eigen.vector(k - 1).iter().zip(&exact) {
                assert!((c - exact).abs() < 1e-12, "n = {n}, vector {k}: {c} {exact}");
            }
        }
    }
}

/// As others might: the eigenvalues descending, every vector the other way round.
#[derive(Debug)]
struct Reversed;

impl Backend for Reversed {
    fn decompose(&self, a: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NotConverged> {
        let n = a.nrows();
        let (values, vectors) = Nalgebra.decompose(a)?;
        let back = |i: usize| n - 1 - i;
        Ok((
            DVector::from_fn(n, |i, _| values[back(i)]),
            DMatrix::from_fn(n, n, |i, j| -vectors[(i, back(j))]),
        ))
    }
}

macro_rules! table {
    ($(#[$feature:meta])? $name:ident, $backend:expr $(, $keeps_diagonal_matrices:ident)?) => {
        $(#[$feature])?
        mod $name {
            use super::*;

            #[test]
            fn every_matrix_of_the_table_is_decomposed_within_its_bounds() {
                conforms(&$backend);
            }

            #[test]
            fn signs_of_eigenvectors_do_not_hang_on_rounding() {
                gives_vectors_signs_that_do_not_hang_on_rounding(&$backend);
            }

            #[test]
            fn powers_of_two_scale_without_rounding() {
                scales_exactly(&$backend);
            }

            $(
                #[test]
                fn diagonal_matrices_keep_their_small_eigenvalues() {
                    $keeps_diagonal_matrices(&$backend);
                }
            )?
        }
    };
}

table!(nalgebra, Nalgebra, keeps_diagonal_matrices);
table!(of_a_user, Reversed, keeps_diagonal_matrices);
table!(
    #[cfg(feature = "faer")]
    faer,
    thalweg_hessian::Faer::default()
);
table!(
    #[cfg(feature = "lapack")]
    lapack_divide_and_conquer,
    thalweg_hessian::Lapack::default(),
    keeps_diagonal_matrices
);
table!(
    #[cfg(feature = "lapack")]
    lapack_qr_steps,
    thalweg_hessian::Lapack { driver: thalweg_hessian::backend::Driver::QrSteps },
    keeps_diagonal_matrices
);
