//! Products with a matrix that was packed before: packed once, multiplied often, in memory that the caller gives.
//!
//! ```text
//! panel j of B, k × n:   b₀,₈ⱼ … b₀,₈ⱼ₊₇,  b₁,₈ⱼ … b₁,₈ⱼ₊₇,  …,  bₖ₋₁,₈ⱼ … bₖ₋₁,₈ⱼ₊₇
//! ```
//!
//! Eight columns of B make a panel, and its rows lie one after the other, so that the innermost loop reads B as one stream.

use crate::dispatch::dispatched;
use crate::strip::{self, Left};
use crate::tile::COLUMNS;

/// A matrix B of `depth` × `columns` elements, packed for products A B and Aᵀ B.
///
/// It borrows the memory in which it is packed, [`Panels::length`] numbers.
///
/// ```
/// use thalweg_numerics::Panels;
///
/// let mut storage = [0.0; Panels::length(3, 2)];
/// let b = Panels::pack(&[1.0, 0.0, 0.0, 1.0, 1.0, 1.0], 2, &mut storage);
/// let mut out = [0.0; 4];
/// b.multiply(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &mut out);
/// assert_eq!(out, [4.0, 5.0, 10.0, 11.0]);
/// // And once more, on top of that, with the factor given as its transpose.
/// b.multiply_transposed_add(&[1.0, 4.0, 2.0, 5.0, 3.0, 6.0], &mut out);
/// assert_eq!(out, [8.0, 10.0, 20.0, 22.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Panels<'a> {
    pub(crate) depth: usize,
    pub(crate) columns: usize,
    pub(crate) elements: &'a [f64],
}

impl<'a> Panels<'a> {
    /// How many numbers a packed matrix of `depth` × `columns` takes: the columns are filled up to a multiple of 8.
    #[must_use]
    pub const fn length(depth: usize, columns: usize) -> usize {
        depth * columns.next_multiple_of(COLUMNS)
    }

    /// Packs B of k × `columns` elements, row after row, into `storage`; k is `b.len() / columns`.
    ///
    /// # Panics
    /// If `b` has no rows of so many elements, or `storage` has another length than [`Panels::length`] says.
    pub fn pack(b: &[f64], columns: usize, storage: &'a mut [f64]) -> Self {
        let depth = b.len().checked_div(columns).unwrap_or(0);
        assert_eq!(b.len(), depth * columns, "Panels::pack: b has no rows of so many columns");
        assert_eq!(storage.len(), Self::length(depth, columns), "Panels::pack: storage has another length");
        pack_rows(b, columns, storage);
        Self { depth, columns, elements: storage }
    }

    /// Packs B of `depth` × n elements into `storage`, given as its transpose: n × `depth` elements, row after row.
    ///
    /// # Panics
    /// As [`Panels::pack`].
    pub fn pack_transposed(b_transposed: &[f64], depth: usize, storage: &'a mut [f64]) -> Self {
        let columns = b_transposed.len().checked_div(depth).unwrap_or(0);
        assert_eq!(
            b_transposed.len(),
            depth * columns,
            "Panels::pack_transposed: no columns of such a depth"
        );
        assert_eq!(
            storage.len(),
            Self::length(depth, columns),
            "Panels::pack_transposed: storage has another length"
        );
        pack_columns(b_transposed, depth, storage);
        Self { depth, columns, elements: storage }
    }

    /// What [`Panels::pack`] or [`Panels::pack_transposed`] has left in `storage`, of the same `depth` and `columns`.
    ///
    /// # Panics
    /// If `storage` has another length than [`Panels::length`] says.
    #[must_use]
    pub fn packed(depth: usize, columns: usize, storage: &'a [f64]) -> Self {
        assert_eq!(storage.len(), Self::length(depth, columns), "Panels::packed: storage has another length");
        Self { depth, columns, elements: storage }
    }

    /// out ← A B, with A of m × k and out of m × n elements, row after row.
    ///
    /// Every element adds up aᵢₚ bₚⱼ from p = 0 to k − 1, starting at 0: the bits of [`matrix_matrix`](crate::matrix_matrix).
    ///
    /// # Panics
    /// If there is no whole number m that fits both slices.
    pub fn multiply(&self, a: &[f64], out: &mut [f64]) {
        self.check(a, out);
        if self.depth == 0 {
            out.fill(0.0);
        } else if !out.is_empty() {
            strip::multiply(Left::Rows(a), *self, true, out);
        }
    }

    /// out ← out + A B: as [`multiply`](Self::multiply), but every sum starts at what `out` holds.
    ///
    /// # Panics
    /// If there is no whole number m that fits both slices.
    pub fn multiply_add(&self, a: &[f64], out: &mut [f64]) {
        self.check(a, out);
        if self.depth > 0 && !out.is_empty() {
            strip::multiply(Left::Rows(a), *self, false, out);
        }
    }

    /// out ← out + A B, with A given as its transpose, k × m elements, row after row; as [`multiply_add`](Self::multiply_add).
    ///
    /// # Panics
    /// If there is no whole number m that fits both slices.
    pub fn multiply_transposed_add(&self, a_transposed: &[f64], out: &mut [f64]) {
        self.check(a_transposed, out);
        if self.depth > 0 && !out.is_empty() {
            strip::multiply(Left::Columns(a_transposed), *self, false, out);
        }
    }

    fn check(&self, a: &[f64], out: &[f64]) {
        let m = out.len().checked_div(self.columns).unwrap_or(0);
        assert_eq!(
            out.len(),
            m * self.columns,
            "Panels: out has no rows of as many elements as B has columns"
        );
        assert!(
            self.columns == 0 || a.len() == m * self.depth,
            "Panels: the other factor has not as many elements as out has rows and B has"
        );
    }
}

dispatched! { up to 4: fn pack_rows(b: &[f64], columns: usize, storage: &mut [f64]) = plain_pack_rows; }
dispatched! { up to 4: fn pack_columns(b_transposed: &[f64], depth: usize, storage: &mut [f64]) = plain_pack_columns; }

#[inline(always)]
fn plain_pack_rows(b: &[f64], n: usize, storage: &mut [f64]) {
    if b.is_empty() {
        return;
    }
    let depth = b.len() / n;
    for (j, panel) in storage.chunks_exact_mut(COLUMNS * depth).enumerate() {
        let first = COLUMNS * j;
        if first + COLUMNS <= n {
            for (packed, row) in panel.chunks_exact_mut(COLUMNS).zip(b.chunks_exact(n)) {
                packed.copy_from_slice(&row[first..][..COLUMNS]);
            }
        } else {
            for (packed, row) in panel.chunks_exact_mut(COLUMNS).zip(b.chunks_exact(n)) {
                packed[..n - first].copy_from_slice(&row[first..]);
                packed[n - first..].fill(0.0);
            }
        }
    }
}

#[inline(always)]
fn plain_pack_columns(b_transposed: &[f64], depth: usize, storage: &mut [f64]) {
    if b_transposed.is_empty() {
        return;
    }
    let panels = storage.chunks_exact_mut(COLUMNS * depth);
    for (panel, columns) in panels.zip(b_transposed.chunks(COLUMNS * depth)) {
        for (q, packed) in panel.chunks_exact_mut(COLUMNS).enumerate() {
            let mut elements = columns[q..].iter().step_by(depth);
            packed.iter_mut().for_each(|packed| *packed = elements.next().copied().unwrap_or(0.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::*;

    /// Numbers with all 53 bits in use, so that every change of an order shows.
    fn numbers(count: usize, seed: usize) -> Vec<f64> {
        (0..count).map(|i| 1.0 / (1.0 + ((i + seed) * (i + seed) % 101) as f64) - 0.25).collect()
    }

    fn transposed(a: &[f64], columns: usize) -> Vec<f64> {
        (0..columns).flat_map(|j| a.iter().skip(j).step_by(columns).copied()).collect()
    }

    /// Adds A B to `out` in the documented order.
    fn one_by_one(a: &[f64], b: &[f64], k: usize, out: &mut [f64]) {
        let (m, n) = (a.len() / k, b.len() / k);
        for i in 0..m {
            for j in 0..n {
                for p in 0..k {
                    out[i * n + j] += a[i * k + p] * b[p * n + j];
                }
            }
        }
    }

    fn agree(m: usize, k: usize, n: usize) {
        let (a, b, start) = (numbers(m * k, 0), numbers(k * n, 7), numbers(m * n, 3));
        let (mut storage, mut from_transpose) =
            (vec![f64::NAN; Panels::length(k, n)], vec![f64::NAN; Panels::length(k, n)]);
        let panels = Panels::pack(&b, n, &mut storage);
        let same = Panels::pack_transposed(&transposed(&b, n), k, &mut from_transpose);
        assert_eq!(panels.elements, same.elements, "{m} × {k} × {n}");

        let mut expected = vec![0.0; m * n];
        one_by_one(&a, &b, k, &mut expected);
        let mut out = vec![f64::NAN; m * n];
        panels.multiply(&a, &mut out);
        assert_eq!(out, expected, "{m} × {k} × {n}");
        expected.copy_from_slice(&start);
        one_by_one(&a, &b, k, &mut expected);
        let mut out = start.clone();
        panels.multiply_add(&a, &mut out);
        assert_eq!(out, expected, "{m} × {k} × {n}, added");
        let a_transposed = transposed(&a, k);
        let mut out = start.clone();
        panels.multiply_transposed_add(&a_transposed, &mut out);
        assert_eq!(out, expected, "{m} × {k} × {n}, transposed");
    }

    #[test]
    fn products_add_up_one_by_one_beyond_every_block() {
        for (m, k, n) in [
            (1, 600, 1),
            (4, 256, 8),
            (5, 257, 9),
            (131, 513, 19),
            (260, 3, 20),
            (129, 1, 8),
            (7, 260, 300),
            (0, 3, 4),
        ] {
            agree(m, k, n);
        }
    }

    proptest::proptest! {
        #[test]
        fn products_add_up_one_by_one(m in 1_usize..20, k in 1_usize..40, n in 1_usize..36) {
            agree(m, k, n);
        }
    }

    #[test]
    fn products_of_nothing_are_zero_or_leave_what_is_there() {
        let none = Panels::pack(&[], 0, &mut []);
        none.multiply(&[1.0, 2.0], &mut []);
        let flat = Panels::packed(0, 2, &[]);
        let mut out = [1.0, 2.0];
        flat.multiply_add(&[], &mut out);
        flat.multiply_transposed_add(&[], &mut out);
        assert_eq!(out, [1.0, 2.0]);
        flat.multiply(&[], &mut out);
        assert_eq!(out, [0.0, 0.0]);
    }

    #[test]
    fn what_fills_up_a_panel_never_shows() {
        let mut storage = vec![f64::NAN; Panels::length(2, 3)];
        let b = Panels::pack(&[1.0; 6], 3, &mut storage);
        let mut out = [0.0; 3];
        b.multiply(&[f64::INFINITY, 1.0], &mut out);
        assert_eq!(out, [f64::INFINITY; 3]);
    }
}
