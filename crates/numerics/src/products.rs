//! Products of a matrix with a vector, over matrices that lie row after row in a slice.
//!
//! Every element of a product is one sum in one stated order, whatever the size of the rest.

use crate::dispatch::dispatched;
use crate::reductions::plain_dot;

/// From this many elements on, four at a time pay for asking whether the CPU can do that.
const WORTH_A_CALL: usize = 32;

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

dispatched! { up to 4: fn wide_matrix_vector(a: &[f64], x: &[f64], out: &mut [f64]) = plain_matrix_vector; }
dispatched! { up to 4: fn wide_matrix_transposed_vector(a: &[f64], x: &[f64], out: &mut [f64]) = plain_matrix_transposed_vector; }

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

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::*;

    proptest::proptest! {
        /// On a CPU with AVX2, the two ways through the same code.
        #[test]
        fn both_ways_give_the_same_bits(
            m in 1_usize..20,
            k in 1_usize..40,
        ) {
            let numbers = |count: usize| -> Vec<f64> { (0..count).map(|i| 1.0 / (1.0 + (i * i % 101) as f64)).collect() };
            let (a, x, y) = (numbers(m * k), numbers(k), numbers(m));
            let times = |f: fn(&[f64], &[f64], &mut [f64]), x: &[f64], rows: usize| {
                let mut out = vec![f64::NAN; rows];
                f(&a, x, &mut out);
                out
            };
            proptest::prop_assert_eq!(times(wide_matrix_vector, &x, m), times(plain_matrix_vector, &x, m));
            proptest::prop_assert_eq!(
                times(wide_matrix_transposed_vector, &y, k),
                times(plain_matrix_transposed_vector, &y, k)
            );
        }
    }
}
