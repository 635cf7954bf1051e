//! A = L Lᵀ with a lower triangular L, or the direction along which A is not positive.
//!
//! ```text
//! lⱼⱼ = √(aⱼⱼ − Σ lⱼₖ²),   lᵢⱼ = (aᵢⱼ − Σ lᵢₖ lⱼₖ)/lⱼⱼ   for i > j, the sums over k < j
//! ```
//!
//! n³/3 flops, column after column; an element subtracts its terms in the order k = 0, 1, …
//! A column whose pivot is not positive ends it. Then the leading columns hold a vector v and a δ ≥ 0 with
//! (A + δ eⱼeⱼᵀ) v = 0, so that vᵀA v/vᵀv = −δ/‖v‖² bounds the lowest eigenvalue from above.
//!
//! Sources: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition (SIAM 2002), algorithm 10.2; for δ and v,
//! A. R. Conn, N. I. M. Gould and P. L. Toint, Trust-Region Methods (SIAM 2000), section 7.3; for the near null vector,
//! A. K. Cline, C. B. Moler, G. W. Stewart and J. H. Wilkinson, SIAM J. Numer. Anal. 16 (1979) 368–375.

use thalweg_numerics::{axpy, dot, norm, widest};

/// The column at which A showed that it is not positive definite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NotPositive {
    pub(crate) column: usize,
    /// aⱼⱼ − Σ lⱼₖ²: zero, negative or not a number.
    pub(crate) pivot: f64,
}

/// Overwrites the lower triangle of `a`, n × n, with L.
pub(crate) fn factor(a: &mut [f64], n: usize) -> Result<(), NotPositive> {
    widest(
        #[inline(always)]
        || factor_columns(a, n),
    )
}

#[inline(always)]
fn factor_columns(a: &mut [f64], n: usize) -> Result<(), NotPositive> {
    for j in 0..n {
        let (done, rest) = a.split_at_mut(n * j);
        let column = &mut rest[j..n];
        let before = |k: usize| &done[n * k + j..n * (k + 1)];
        let fours = j / 4 * 4;
        // Four columns in one pass over this one, each subtracted in its turn.
        for k in (0..fours).step_by(4) {
            let (l0, l1, l2, l3) = (before(k), before(k + 1), before(k + 2), before(k + 3));
            let (f0, f1, f2, f3) = (l0[0], l1[0], l2[0], l3[0]);
            for i in 0..column.len() {
                column[i] = (((column[i] - f0 * l0[i]) - f1 * l1[i]) - f2 * l2[i]) - f3 * l3[i];
            }
        }
        for k in fours..j {
            let l = before(k);
            let factor = l[0];
            for (a, l) in column.iter_mut().zip(l) {
                *a -= factor * l;
            }
        }
        let pivot = column[0];
        // Written so that a NaN ends it, too.
        if !(pivot > 0.0 && pivot.is_finite()) {
            return Err(NotPositive { column: j, pivot });
        }
        let root = pivot.sqrt();
        column[0] = root;
        for l in &mut column[1..] {
            *l /= root;
        }
    }
    Ok(())
}

/// x ← L⁻¹ x.
pub(crate) fn solve_lower(l: &[f64], x: &mut [f64]) {
    let n = x.len();
    for j in 0..n {
        let (head, tail) = x.split_at_mut(j + 1);
        head[j] /= l[n * j + j];
        axpy(-head[j], &l[n * j + j + 1..n * (j + 1)], tail);
    }
}

/// x ← L⁻ᵀ x, with the leading `x.len()` columns of an L of n rows.
pub(crate) fn solve_lower_transposed(l: &[f64], n: usize, x: &mut [f64]) {
    let k = x.len();
    for j in (0..k).rev() {
        let (head, tail) = x.split_at_mut(j + 1);
        head[j] = (head[j] - dot(&l[n * j + j + 1..n * j + k], tail)) / l[n * j + j];
    }
}

/// ‖Lᵀ x‖, which is √(xᵀA x).
pub(crate) fn norm_of_transposed_product(l: &[f64], x: &[f64], scratch: &mut [f64]) -> f64 {
    let n = x.len();
    for (j, out) in scratch.iter_mut().enumerate() {
        *out = dot(&l[n * j + j..n * (j + 1)], &x[j..]);
    }
    norm(scratch)
}

/// Writes v and returns δ/‖v‖² ≥ 0, or NaN where the pivot is not a number: −δ/‖v‖² is the curvature along v.
pub(crate) fn negative_curvature(l: &[f64], at: NotPositive, v: &mut [f64]) -> f64 {
    let (n, j) = (v.len(), at.column);
    v.fill(0.0);
    for (k, v) in v[..j].iter_mut().enumerate() {
        *v = -l[n * k + j];
    }
    solve_lower_transposed(l, n, &mut v[..j]);
    v[j] = 1.0;
    let length = norm(v);
    -at.pivot / length / length
}

/// Writes a unit vector z into `z` along which A = L Lᵀ is nearly as small as along any.
///
/// L w = e with eᵢ = ±1, the signs chosen as they come so that w grows; then L Lᵀ z ∝ w twice. 5n² flops.
pub(crate) fn nearly_null(l: &[f64], z: &mut [f64], partial: &mut [f64]) {
    let n = z.len();
    partial.fill(0.0);
    for k in 0..n {
        let below = &l[n * k + k + 1..n * (k + 1)];
        let (so_far, ahead) = (partial[k], &partial[k + 1..]);
        let pivot = l[n * k + k];
        let candidates = [(1.0 - so_far) / pivot, (-1.0 - so_far) / pivot];
        let [up, down] = candidates
            .map(|w| below.iter().zip(ahead).fold(w.abs(), |total, (l, p)| total + (p + w * l).abs()));
        z[k] = if up >= down { candidates[0] } else { candidates[1] };
        axpy(z[k], below, &mut partial[k + 1..]);
    }
    normalize(z);
    solve_lower_transposed(l, n, z);
    for _ in 0..2 {
        normalize(z);
        solve_lower(l, z);
        normalize(z);
        solve_lower_transposed(l, n, z);
    }
    normalize(z);
}

/// In between so that nothing overflows: L may be nearly singular.
fn normalize(z: &mut [f64]) {
    // The largest element first, because the norm of what is nearly ∞ is ∞.
    let largest = z.iter().fold(0.0_f64, |m, z| m.max(z.abs()));
    if largest > 0.0 && largest.is_finite() {
        z.iter_mut().for_each(|z| *z /= largest);
        let length = norm(z);
        z.iter_mut().for_each(|z| *z /= length);
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};
    use proptest::prelude::*;

    use super::*;

    fn symmetric(n: usize) -> impl Strategy<Value = DMatrix<f64>> {
        proptest::collection::vec(-1.0..1.0_f64, n * n)
            .prop_map(move |numbers| DMatrix::from_vec(n, n, numbers))
            .prop_map(|a| &a + a.transpose())
    }

    proptest! {
        #[test]
        fn factor_times_its_transpose_is_the_matrix(a in (1_usize..12).prop_flat_map(symmetric)) {
            let n = a.nrows();
            let a = &a * a.transpose() + DMatrix::identity(n, n);
            let mut l = a.clone();
            prop_assert_eq!(factor(l.as_mut_slice(), n), Ok(()));
            let l = l.lower_triangle();
            // (n + 1) u ‖A‖ bounds the residual (Higham 2002, theorem 10.3), with room for the product here.
            let bound = 2.0 * (n + 1) as f64 * f64::EPSILON * a.norm();
            prop_assert!((&l * l.transpose() - &a).amax() <= bound);
            let right = DVector::from_fn(n, |i, _| 1.0 + i as f64);
            let mut x = right.clone();
            solve_lower(l.as_slice(), x.as_mut_slice());
            solve_lower_transposed(l.as_slice(), n, x.as_mut_slice());
            prop_assert!((&a * &x - &right).amax() <= 10.0 * bound * x.norm());
        }

        #[test]
        fn breakdown_names_a_direction_of_negative_curvature(a in (1_usize..12).prop_flat_map(symmetric)) {
            let n = a.nrows();
            let mut l = a.clone();
            let mut v = DVector::zeros(n);
            match factor(l.as_mut_slice(), n) {
                Ok(()) => prop_assert!(a.symmetric_eigenvalues().min() > 0.0),
                Err(at) => {
                    let curvature = -negative_curvature(l.as_slice(), at, v.as_mut_slice());
                    let measured = v.dot(&(&a * &v)) / v.dot(&v);
                    prop_assert!(curvature <= 0.0);
                    prop_assert!((curvature - measured).abs() <= 1e-10 * a.norm(), "{} {}", curvature, measured);
                }
            }
        }

        #[test]
        fn nearly_null_vector_is_nearly_null(a in (1_usize..12).prop_flat_map(symmetric), gap in 1e-12..1e-3_f64) {
            let n = a.nrows();
            let lowest = a.symmetric_eigenvalues().min();
            let shifted = &a + DMatrix::identity(n, n) * (gap - lowest);
            let mut l = shifted.clone();
            // Rounding may take away the last 1e-12.
            prop_assume!(factor(l.as_mut_slice(), n).is_ok());
            let (mut z, mut scratch) = (DVector::zeros(n), vec![0.0; n]);
            nearly_null(l.as_slice(), z.as_mut_slice(), &mut scratch);
            prop_assert!((z.norm() - 1.0).abs() < 1e-14);
            let curvature = norm_of_transposed_product(l.as_slice(), z.as_slice(), &mut scratch);
            prop_assert!(curvature * curvature <= 2.0 * gap + 1e-13 * a.norm(), "{:e} {:e}", curvature * curvature, gap);
        }
    }

    #[test]
    fn not_a_number_ends_it() {
        let mut a = [1.0, f64::NAN, 0.0, 1.0];
        assert_eq!(factor(&mut a, 2).map_err(|at| at.column), Err(1));
        assert_eq!(factor(&mut [f64::INFINITY], 1).map_err(|at| at.column), Err(0));
    }
}
