//! Products of matrices and vectors, over matrices that lie row after row in a slice.
//!
//! Every element of a product is one sum in one stated order, whatever the size of the rest.

use crate::dispatch::dispatched;
use crate::reductions::plain_dot;
use crate::tile::{BAND, COLUMNS, Column, DEPTH};

/// From this many elements on, four at a time pay for asking whether the CPU can do that.
const WORTH_A_CALL: usize = 32;

/// Below this many multiplications packing costs more than it saves.
const WORTH_PACKING: usize = 4096;

/// out ← A x, with A of `out.len()` × `x.len()` elements, row after row.
///
/// Every element is the [`dot`](crate::dot) of a row with x.
///
/// ```
/// let mut out = [0.0; 2];
/// thalweg_numerics::matrix_vector(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[1.0, 0.0, -1.0], &mut out);
/// assert_eq!(out, [-2.0, -2.0]);
/// ```
///
/// # Panics
/// If `a` does not hold `out.len() · x.len()` elements.
pub fn matrix_vector(a: &[f64], x: &[f64], out: &mut [f64]) {
    assert_eq!(a.len(), out.len() * x.len(), "matrix_vector: a is not out.len() × x.len()");
    if a.len() < WORTH_A_CALL { plain_matrix_vector(a, x, out) } else { wide_matrix_vector(a, x, out) }
}

/// out ← Aᵀ x, with A of `x.len()` × `out.len()` elements, row after row.
///
/// Every element adds up the terms aᵢⱼ xᵢ from the first row to the last, starting at 0.
///
/// ```
/// let mut out = [0.0; 3];
/// thalweg_numerics::matrix_transposed_vector(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[1.0, -1.0], &mut out);
/// assert_eq!(out, [-3.0, -3.0, -3.0]);
/// ```
///
/// # Panics
/// If `a` does not hold `x.len() · out.len()` elements.
pub fn matrix_transposed_vector(a: &[f64], x: &[f64], out: &mut [f64]) {
    assert_eq!(a.len(), x.len() * out.len(), "matrix_transposed_vector: a is not x.len() × out.len()");
    if a.len() < WORTH_A_CALL {
        plain_matrix_transposed_vector(a, x, out);
    } else {
        wide_matrix_transposed_vector(a, x, out);
    }
}

/// out ← A B, with A of m × `k` elements, B of `k` × n and out of m × n, each row after row.
///
/// m is `a.len() / k` and n is `b.len() / k`.
/// Every element adds up the terms aᵢₚ bₚⱼ from p = 0 to k − 1, starting at 0, and every product is rounded before it is
/// added.
///
/// ```
/// let (a, b) = ([1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 1.0, 0.0]);
/// let mut out = [0.0; 4];
/// thalweg_numerics::matrix_matrix(&a, &b, 2, &mut out);
/// assert_eq!(out, [2.0, 1.0, 4.0, 3.0]);
/// ```
///
/// # Panics
/// If there are no whole numbers m and n that fit the three slices.
pub fn matrix_matrix(a: &[f64], b: &[f64], k: usize, out: &mut [f64]) {
    if k == 0 {
        assert!(a.is_empty() && b.is_empty(), "matrix_matrix: k is 0, but a or b is not empty");
        out.fill(0.0);
        return;
    }
    assert_eq!(a.len() % k, 0, "matrix_matrix: a has no rows of k elements");
    assert_eq!(b.len() % k, 0, "matrix_matrix: b has no columns of k elements");
    assert_eq!(out.len(), (a.len() / k) * (b.len() / k), "matrix_matrix: out is not m × n");
    if out.len() * k < WORTH_PACKING { small_product(a, b, k, out) } else { packed_product(a, b, k, out) }
}

dispatched! { fn wide_matrix_vector(a: &[f64], x: &[f64], out: &mut [f64]) = plain_matrix_vector; }
dispatched! { fn wide_matrix_transposed_vector(a: &[f64], x: &[f64], out: &mut [f64]) = plain_matrix_transposed_vector; }
dispatched! { fn packed_product(a: &[f64], b: &[f64], k: usize, out: &mut [f64]) = plain_product; }

#[inline(always)]
fn plain_matrix_vector(a: &[f64], x: &[f64], out: &mut [f64]) {
    for (i, out_i) in out.iter_mut().enumerate() {
        *out_i = plain_dot(&a[i * x.len()..][..x.len()], x);
    }
}

#[inline(always)]
fn plain_matrix_transposed_vector(a: &[f64], x: &[f64], out: &mut [f64]) {
    let n = out.len();
    out.fill(0.0);
    let row = |i: usize| &a[i * n..][..n];
    let fours = x.len() / 4 * 4;
    // Four rows in one pass over the output, each added in its turn.
    for i in (0..fours).step_by(4) {
        let (a0, a1, a2, a3) = (row(i), row(i + 1), row(i + 2), row(i + 3));
        for j in 0..n {
            out[j] = (((out[j] + x[i] * a0[j]) + x[i + 1] * a1[j]) + x[i + 2] * a2[j]) + x[i + 3] * a3[j];
        }
    }
    for (i, xi) in x.iter().enumerate().skip(fours) {
        for (out_j, aij) in out.iter_mut().zip(row(i)) {
            *out_j += xi * aij;
        }
    }
}

/// Row by row of A, each row of B added in its turn.
fn small_product(a: &[f64], b: &[f64], k: usize, out: &mut [f64]) {
    let n = b.len() / k;
    if n == 0 {
        return;
    }
    for (a_row, out_row) in a.chunks_exact(k).zip(out.chunks_exact_mut(n)) {
        out_row.fill(0.0);
        for (&aip, b_row) in a_row.iter().zip(b.chunks_exact(n)) {
            for (out_j, bpj) in out_row.iter_mut().zip(b_row) {
                *out_j += aip * bpj;
            }
        }
    }
}

/// The blocked product, which packs a panel of B whenever it is wanted.
#[inline(always)]
fn plain_product(a: &[f64], b: &[f64], k: usize, out: &mut [f64]) {
    let n = b.len() / k;
    let mut storage = [0.0; COLUMNS * DEPTH];
    for (a, out) in a.chunks(BAND * k).zip(out.chunks_mut(BAND * n)) {
        for p in (0..k).step_by(DEPTH) {
            let panel = &mut storage[..COLUMNS * DEPTH.min(k - p)];
            for column in (0..n).step_by(COLUMNS) {
                let columns = COLUMNS.min(n - column);
                // A panel of fewer columns keeps what it had in the others; their products are not stored.
                for (packed, b) in panel.chunks_exact_mut(COLUMNS).zip(b[p * n..].chunks_exact(n)) {
                    packed[..columns].copy_from_slice(&b[column..][..columns]);
                }
                Column { k, n, p, panel, column, fresh: p == 0 }.add(a, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::*;
    use crate::dispatch::at_most;

    proptest::proptest! {
        /// On a CPU with AVX-512, the three ways through the same code; and the blocked product beside the small one.
        #[test]
        fn all_ways_give_the_same_bits(
            m in 1_usize..20,
            k in 1_usize..40,
            n in 1_usize..20,
            lanes in proptest::sample::select(&[4, 8]),
        ) {
            at_most(lanes);
            let numbers = |count: usize| -> Vec<f64> { (0..count).map(|i| 1.0 / (1.0 + (i * i % 101) as f64)).collect() };
            let (a, b) = (numbers(m * k), numbers(k * n));
            let product = |f: fn(&[f64], &[f64], usize, &mut [f64])| {
                let mut out = vec![f64::NAN; m * n];
                f(&a, &b, k, &mut out);
                out
            };
            proptest::prop_assert_eq!(product(packed_product), product(plain_product));
            proptest::prop_assert_eq!(product(packed_product), product(small_product));
            let times = |f: fn(&[f64], &[f64], &mut [f64]), x: &[f64], rows: usize| {
                let mut out = vec![f64::NAN; rows];
                f(&a, x, &mut out);
                out
            };
            let (x, y) = (numbers(k), numbers(m));
            proptest::prop_assert_eq!(times(wide_matrix_vector, &x, m), times(plain_matrix_vector, &x, m));
            proptest::prop_assert_eq!(
                times(wide_matrix_transposed_vector, &y, k),
                times(plain_matrix_transposed_vector, &y, k)
            );
        }
    }
}
