//! A P = Q R by Householder reflections, the most independent column first.
//!
//! ```text
//! Hₖ = I − v vᵀ/v₁,   v = x/α + e₁,   α = sign(x₁) ‖x‖   so that   Hₖ x = −α e₁
//! Q  = H₁ H₂ … H_min(m,n)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | A | m × n numbers, column after column |
//! | P | `pivots`: column j of A P is column `pivots[j]` of A |
//! | R | above the diagonal of `matrix`, and `diagonal` |
//! | v | on and below the diagonal of `matrix`; all zeros where there was nothing to reflect |
//!
//! Cost: 2n²(m − n/3) flops for m ≥ n, by inner products and sums of whole columns.
//!
//! Where the literature disagrees:
//! - Which column comes first. Golub (1965) and Businger & Golub (1965) take the one of which the most is left, and so do
//!   LINPACK, MINPACK and LAPACK. Whether a column counts as dependent then hangs on the unit in which its variable is
//!   measured. Here it is the one of which the largest *share* is left: the order, and with it the rank, is that of A with
//!   columns of norm 1, whatever the units (van der Sluis 1969 on why that is nearly the best scaling).
//! - When what is left of a column is measured anew rather than by Pythagoras from what it was. The test of LINPACK and
//!   MINPACK can be deceived; here it is that of Drmač & Bujanović, which LAPACK has taken over.
//!
//! Sources: G. H. Golub, Numer. Math. 7 (1965) 206–216; P. Businger and G. H. Golub, Numer. Math. 7 (1965) 269–276;
//! A. van der Sluis, Numer. Math. 14 (1969) 14–23; Z. Drmač and Z. Bujanović, ACM Trans. Math. Softw. 35 (2008) 12:1–28.

use thalweg_numerics::{axpy, dot, norm};
use thalweg_problem::InvalidInput;

/// √ε: below this share of what was measured last, what is left of a column is measured anew.
const CANCELLED: f64 = 1.0 / 67_108_864.0;

/// The factorization A P = Q R of an m × n matrix of any shape and rank.
///
/// ```
/// use thalweg_second_order::PivotedQr;
///
/// // Three columns, of which the last is the sum of the others, in other units.
/// let qr = PivotedQr::of([1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 2e9, 3e9, 4e9], 3)?;
/// assert_eq!(qr.rank(1e-14), 2);
/// # Ok::<(), thalweg_second_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PivotedQr {
    rows: usize,
    columns: usize,
    /// Before [`factorize`](Self::factorize) A; after it R above the diagonal, and the v.
    matrix: Vec<f64>,
    diagonal: Vec<f64>,
    pivots: Vec<usize>,
    /// ‖aⱼ‖ of the columns of A, in their own order.
    column_norms: Vec<f64>,
    /// What is left of each column of A P below the rows that are done, and what it was when it was last measured.
    left: Vec<f64>,
    measured: Vec<f64>,
}

impl PivotedQr {
    /// Of A with so many rows, column after column.
    ///
    /// # Errors
    /// If `rows` is 0, `matrix` is empty or no multiple of `rows` long, or a number or the norm of a column is not finite.
    pub fn of(matrix: impl Into<Vec<f64>>, rows: usize) -> Result<Self, InvalidInput> {
        let matrix = matrix.into();
        if rows == 0 {
            return Err(InvalidInput::new("rows", 0, "1 or more"));
        }
        if matrix.is_empty() || !matrix.len().is_multiple_of(rows) {
            let allowed = format!("a multiple of {rows}, the number of rows, and not 0");
            return Err(InvalidInput::new("matrix", format_args!("length {}", matrix.len()), allowed));
        }
        InvalidInput::unless_all_finite("matrix", &matrix)?;
        let mut qr = Self { matrix, ..Self::with_shape(rows, 0) };
        qr.columns = qr.matrix.len() / rows;
        qr.fit_columns();
        if !qr.measure() {
            return Err(InvalidInput::new(
                "matrix",
                "a column with the norm inf",
                "columns with finite norms",
            ));
        }
        qr.factorize();
        Ok(qr)
    }

    /// Room for m × n numbers, all NaN so that one that is never written is found.
    pub(crate) fn with_shape(rows: usize, columns: usize) -> Self {
        let mut qr = Self {
            rows,
            columns,
            matrix: vec![f64::NAN; rows * columns],
            diagonal: Vec::new(),
            pivots: Vec::new(),
            column_norms: Vec::new(),
            left: Vec::new(),
            measured: Vec::new(),
        };
        qr.fit_columns();
        qr
    }

    /// Another shape with at most as many numbers and columns as there ever were, so that nothing is allocated.
    pub(crate) fn reshape(&mut self, rows: usize, columns: usize) {
        self.rows = rows;
        self.columns = columns;
        self.matrix.resize(rows * columns, f64::NAN);
        self.fit_columns();
    }

    fn fit_columns(&mut self) {
        let n = self.columns;
        for vector in [&mut self.diagonal, &mut self.column_norms, &mut self.left, &mut self.measured] {
            vector.resize(n, 0.0);
        }
        self.pivots.resize(n, 0);
    }

    /// m.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// n.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// P, length n: column j of A P is column `pivots[j]` of A.
    #[must_use]
    pub fn pivots(&self) -> &[usize] {
        &self.pivots
    }

    /// The norms of the columns of A, length n, in their own order.
    #[must_use]
    pub fn column_norms(&self) -> &[f64] {
        &self.column_norms
    }

    /// Rᵢⱼ, for i < m and j < n; 0 below the diagonal.
    ///
    /// # Panics
    /// If there is no such element.
    #[must_use]
    pub fn r(&self, i: usize, j: usize) -> f64 {
        assert!(i < self.rows && j < self.columns, "R has no element ({i}, {j})");
        match i.cmp(&j) {
            std::cmp::Ordering::Less => self.matrix[i + self.rows * j],
            std::cmp::Ordering::Equal => self.diagonal[j],
            std::cmp::Ordering::Greater => 0.0,
        }
    }

    /// Columns of which more than this share of their norm is independent of those before them in A P.
    ///
    /// The share that is left never grows from column to column, so those are the first ones. A zero column is dependent.
    #[must_use]
    pub fn rank(&self, tolerance: f64) -> usize {
        let is_independent =
            |&j: &usize| self.diagonal[j].abs() > tolerance * self.column_norms[self.pivots[j]];
        (0..self.reflections()).take_while(is_independent).count()
    }

    /// v ← Qᵀv, length m.
    ///
    /// # Panics
    /// If `v` has another length.
    pub fn apply_q_transposed(&self, v: &mut [f64]) {
        assert_eq!(v.len(), self.rows, "v has another length than A has rows");
        (0..self.reflections()).for_each(|k| reflect(self.reflector(k), &mut v[k..]));
    }

    /// v ← Q v, length m.
    ///
    /// # Panics
    /// If `v` has another length.
    pub fn apply_q(&self, v: &mut [f64]) {
        assert_eq!(v.len(), self.rows, "v has another length than A has rows");
        (0..self.reflections()).rev().for_each(|k| reflect(self.reflector(k), &mut v[k..]));
    }

    /// A, to be written column after column.
    pub(crate) fn matrix_mut(&mut self) -> &mut [f64] {
        &mut self.matrix
    }

    /// A, as long as it is not factorized; else what the fields say.
    pub(crate) fn matrix(&self) -> &[f64] {
        &self.matrix
    }

    /// Column j of R above the diagonal.
    pub(crate) fn above_diagonal(&self, j: usize) -> &[f64] {
        &self.matrix[self.rows * j..][..j.min(self.rows)]
    }

    /// Rⱼⱼ for j < min(m, n).
    pub(crate) fn diagonal(&self, j: usize) -> f64 {
        self.diagonal[j]
    }

    /// Measures the columns of A; whether their norms are finite, which they are if all numbers are and none is huge.
    pub(crate) fn measure(&mut self) -> bool {
        for (norm_j, column) in self.column_norms.iter_mut().zip(self.matrix.chunks_exact(self.rows)) {
            *norm_j = norm(column);
        }
        self.column_norms.iter().all(|norm| norm.is_finite())
    }

    /// Replaces A, whose columns have been measured, by its factors.
    pub(crate) fn factorize(&mut self) {
        self.left.copy_from_slice(&self.column_norms);
        self.measured.copy_from_slice(&self.column_norms);
        self.pivots.iter_mut().enumerate().for_each(|(j, pivot)| *pivot = j);
        self.diagonal.fill(0.0);
        for k in 0..self.reflections() {
            self.bring_forward(k);
            self.diagonal[k] = self.reflect_column(k);
            self.reflect_the_rest(k);
        }
    }

    fn reflections(&self) -> usize {
        self.rows.min(self.columns)
    }

    fn reflector(&self, k: usize) -> &[f64] {
        &self.matrix[self.rows * k..][k..self.rows]
    }

    /// Swaps column k of A P with the one of which the largest share is left, the first of equals.
    fn bring_forward(&mut self, k: usize) {
        let share = |j: usize| match self.column_norms[self.pivots[j]] {
            0.0 => 0.0,
            whole => self.left[j] / whole,
        };
        let largest = (k + 1..self.columns).fold(k, |best, j| if share(j) > share(best) { j } else { best });
        if largest == k {
            return;
        }
        let (before, after) = self.matrix.split_at_mut(self.rows * largest);
        before[self.rows * k..][..self.rows].swap_with_slice(&mut after[..self.rows]);
        self.pivots.swap(k, largest);
        self.left.swap(k, largest);
        self.measured.swap(k, largest);
    }

    /// Writes v over what is left of column k and returns Rₖₖ = −α.
    fn reflect_column(&mut self, k: usize) -> f64 {
        let x = &mut self.matrix[self.rows * k..][k..self.rows];
        let length = norm(x);
        if length == 0.0 {
            return 0.0;
        }
        let alpha = if x[0] < 0.0 { -length } else { length };
        x.iter_mut().for_each(|x| *x /= alpha);
        x[0] += 1.0;
        -alpha
    }

    /// Reflects the columns after k, and says how much is left of them.
    fn reflect_the_rest(&mut self, k: usize) {
        let (m, n) = (self.rows, self.columns);
        let (done, rest) = self.matrix.split_at_mut(m * (k + 1));
        let v = &done[m * k + k..];
        for (j, column) in (k + 1..n).zip(rest.chunks_exact_mut(m)) {
            reflect(v, &mut column[k..]);
            if self.left[j] == 0.0 {
                continue;
            }
            let share = column[k] / self.left[j];
            let kept = (1.0 - share * share).max(0.0);
            let since_measured = self.left[j] / self.measured[j];
            if kept * (since_measured * since_measured) <= CANCELLED {
                self.left[j] = norm(&column[k + 1..]);
                self.measured[j] = self.left[j];
            } else {
                self.left[j] *= kept.sqrt();
            }
        }
    }
}

/// y ← H y for the reflection with this v, both of one length.
fn reflect(v: &[f64], y: &mut [f64]) {
    if v[0] != 0.0 {
        axpy(-dot(v, y) / v[0], v, y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern in [−1, 1).
    fn numbers(count: usize, seed: u64) -> Vec<f64> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn what_is_left_of_a_column_is_what_it_is_said_to_be() {
        // Columns, in units of their own, that agree to three digits, and what is left of them to nine more: Pythagoras alone
        // loses all of them.
        for (m, n) in [(9, 4), (40, 7), (5, 9)] {
            let (common, next) = (numbers(m, 1), numbers(m, 100));
            let mut qr = PivotedQr::with_shape(m, n);
            for (j, column) in qr.matrix_mut().chunks_exact_mut(m).enumerate() {
                let (own, unit) = (numbers(m, 2 + j as u64), [1.0, 1e6, 1e-6][j % 3]);
                column
                    .iter_mut()
                    .enumerate()
                    .for_each(|(i, a)| *a = unit * (common[i] + 1e-3 * (next[i] + 1e-9 * own[i])));
            }
            assert!(qr.measure());
            qr.left.copy_from_slice(&qr.column_norms.clone());
            qr.measured.copy_from_slice(&qr.column_norms.clone());
            qr.pivots.iter_mut().enumerate().for_each(|(j, pivot)| *pivot = j);
            for k in 0..m.min(n) {
                qr.bring_forward(k);
                qr.diagonal[k] = qr.reflect_column(k);
                qr.reflect_the_rest(k);
                for j in k + 1..n {
                    let truth = norm(&qr.matrix[m * j..][k + 1..m]);
                    let size = qr.column_norms[qr.pivots[j]];
                    assert!(qr.left[j] <= qr.measured[j] && qr.measured[j] <= size * (1.0 + 1e-14));
                    // √ε of what was measured last may be lost before it is measured anew, and then half of the digits.
                    let slack = 1e-7 * truth + 1e-15 * size;
                    assert!(
                        (qr.left[j] - truth).abs() <= slack,
                        "{m} × {n}, {k}, {j}: {} {truth}",
                        qr.left[j]
                    );
                }
            }
        }
    }

    #[test]
    fn reflections_by_a_column_of_zeros_change_nothing() {
        let qr = PivotedQr::of([0.0, 0.0, 1.0, 2.0], 2).expect("finite numbers");
        assert_eq!((qr.pivots(), qr.rank(0.0)), (&[1, 0][..], 1));
        let mut v = [3.0, -1.0];
        qr.apply_q_transposed(&mut v);
        assert!((norm(&v) - f64::sqrt(10.0)).abs() < 1e-15);
        qr.apply_q(&mut v);
        assert!((v[0] - 3.0).abs() < 1e-15 && (v[1] + 1.0).abs() < 1e-15);
    }
}
