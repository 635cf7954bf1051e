//! The product of two matrices that lie row after row in slices.
//!
//! Every element of it is one sum in one stated order, whatever the size of the rest. Where a factor is multiplied often, see
//! [`Panels`](crate::Panels).

use crate::dispatch::dispatched;
use crate::tile::{BAND, COLUMNS, Column, DEPTH};

/// Below this many multiplications packing costs more than it saves.
const WORTH_PACKING: usize = 4096;

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

dispatched! { up to 8: fn packed_product(a: &[f64], b: &[f64], k: usize, out: &mut [f64]) = plain_product; }

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
        }
    }
}
