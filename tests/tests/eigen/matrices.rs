//! The matrices of the conformance table, and measures of a decomposition.

use thalweg::numerics::{axpy, dot, powi};
use thalweg_hessian::Eigen;
use thalweg_hessian::nalgebra::DMatrix;

/// 2⁻⁵³, the unit roundoff u.
pub(crate) const U: f64 = 0.5 * f64::EPSILON;

/// A matrix with what is known of its eigenvalues.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) matrix: DMatrix<f64>,
    /// Ascending, where there is a formula.
    pub(crate) values: Option<Vec<f64>>,
}

pub(crate) fn case(name: impl Into<String>, matrix: DMatrix<f64>) -> Case {
    Case { name: name.into(), matrix, values: None }
}

pub(crate) fn case_with(name: impl Into<String>, matrix: DMatrix<f64>, mut values: Vec<f64>) -> Case {
    values.sort_by(f64::total_cmp);
    Case { name: name.into(), matrix, values: Some(values) }
}

pub(crate) fn diagonal(values: &[f64]) -> DMatrix<f64> {
    let n = values.len();
    DMatrix::from_fn(n, n, |i, j| if i == j { values[i] } else { 0.0 })
}

/// `diagonal` above `beside`, which stands below it as well.
pub(crate) fn tridiagonal(diagonal: &[f64], beside: &[f64]) -> DMatrix<f64> {
    let n = diagonal.len();
    DMatrix::from_fn(n, n, |i, j| match i.abs_diff(j) {
        0 => diagonal[i],
        1 => beside[i.min(j)],
        _ => 0.0,
    })
}

/// 1/(i + j + 1), counted from 0.
pub(crate) fn hilbert(n: usize) -> DMatrix<f64> {
    DMatrix::from_fn(n, n, |i, j| 1.0 / (i + j + 1) as f64)
}

/// Wilkinson's W⁺: n odd, |i − m| on the diagonal around the middle m, and 1 beside it. Its large eigenvalues come in
/// pairs that agree in more and more digits.
pub(crate) fn wilkinson(n: usize) -> DMatrix<f64> {
    let diagonal: Vec<f64> = (0..n).map(|i| i.abs_diff(n / 2) as f64).collect();
    tridiagonal(&diagonal, &vec![1.0; n - 1])
}

/// 2 on the diagonal and −1 beside it; its eigenvalues are 2 − 2 cos(kπ/(n + 1)).
pub(crate) fn laplacian(n: usize) -> DMatrix<f64> {
    tridiagonal(&vec![2.0; n], &vec![-1.0; n - 1])
}

/// `n` numbers between −1 and 1, all bits in use.
pub(crate) fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut number = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    (0..n).map(|_| number()).collect()
}

/// Symmetric, elements between −1 and 1.
pub(crate) fn random(n: usize, seed: u64) -> DMatrix<f64> {
    let elements = numbers(n * n, seed);
    DMatrix::from_fn(n, n, |i, j| elements[i.max(j) * n + i.min(j)])
}

/// Q diag(`values`) Qᵀ with Q a product of `reflections` Householder reflections, made symmetric to the last bit.
///
/// Its eigenvalues are `values` up to about 4 · `reflections` · n u of the largest.
pub(crate) fn with_spectrum(values: &[f64], reflections: usize, seed: u64) -> DMatrix<f64> {
    let n = values.len();
    let mut a = diagonal(values);
    for k in 0..reflections {
        let v = numbers(n, seed.wrapping_add(1 + k as u64));
        let reflect = |x: &mut [f64]| axpy(-2.0 * dot(&v, x) / dot(&v, &v), &v, x);
        for _ in 0..2 {
            for mut column in a.column_iter_mut() {
                reflect(column.as_mut_slice());
            }
            a.transpose_mut();
        }
    }
    DMatrix::from_fn(n, n, |i, j| 0.5 * a[(i, j)] + 0.5 * a[(j, i)])
}

/// sᵢ aᵢⱼ sⱼ.
pub(crate) fn graded(a: &DMatrix<f64>, scales: &[f64]) -> DMatrix<f64> {
    DMatrix::from_fn(a.nrows(), a.ncols(), |i, j| scales[i] * a[(i, j)] * scales[j])
}

/// first, first · ratio, first · ratio², …
pub(crate) fn geometric(n: usize, first: f64, ratio: f64) -> Vec<f64> {
    (0..n as u64).map(|k| first * powi(ratio, k)).collect()
}

/// From 10^`from` to 10^`to`, evenly in the exponent.
pub(crate) fn log_spaced(n: usize, from: f64, to: f64) -> Vec<f64> {
    let at = |i: usize| from + (to - from) * i as f64 / (n.max(2) - 1) as f64;
    (0..n).map(|i| thalweg::numerics::pow(10.0, at(i))).collect()
}

/// ‖A E − E Λ‖ and ‖EᵀE − I‖ by the largest element, the former in units of the largest |element| of A. What is not finite,
/// `Eigen` has refused.
pub(crate) fn faults(a: &DMatrix<f64>, eigen: &Eigen) -> (f64, f64) {
    let n = a.nrows();
    let unit = if a.amax() == 0.0 { 1.0 } else { a.amax() };
    let scaled: Vec<f64> = a.as_slice().iter().map(|x| x / unit).collect();
    let (mut residual, mut skew) = (0.0_f64, 0.0_f64);
    for i in 0..n {
        let (e, value) = (eigen.vector(i), eigen.values()[i] / unit);
        for (row, e_i) in scaled.chunks_exact(n).zip(e) {
            residual = residual.max((dot(row, e) - value * e_i).abs());
        }
        for j in 0..=i {
            let expected = if i == j { 1.0 } else { 0.0 };
            skew = skew.max((dot(e, eigen.vector(j)) - expected).abs());
        }
    }
    (residual, skew)
}
