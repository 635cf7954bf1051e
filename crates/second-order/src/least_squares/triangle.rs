//! What a factorization J P = Q R leaves for later: R and P, and systems with them.

use thalweg_numerics::{axpy, dot, norm};

use super::PivotedQr;

/// R of J P = Q R as n × n numbers row after row, with rows of zeros at the end where J has fewer than n; and P.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Triangle {
    n: usize,
    r: Vec<f64>,
    pivots: Vec<usize>,
    /// ‖Jⱼ‖, length n, in the order of the variables.
    column_norms: Vec<f64>,
}

impl Triangle {
    pub(crate) fn zeros(n: usize) -> Self {
        Self { n, r: vec![0.0; n * n], pivots: (0..n).collect(), column_norms: vec![0.0; n] }
    }

    /// Takes over from a factorization with n columns.
    pub(crate) fn copy_from(&mut self, qr: &PivotedQr) {
        let n = self.n;
        self.r.fill(0.0);
        for j in 0..n {
            for (i, &above) in qr.above_diagonal(j).iter().enumerate() {
                self.r[n * i + j] = above;
            }
            if j < qr.rows() {
                self.r[n * j + j] = qr.diagonal(j);
            }
        }
        self.pivots.copy_from_slice(qr.pivots());
        self.column_norms.copy_from_slice(qr.column_norms());
    }

    pub(crate) fn n(&self) -> usize {
        self.n
    }

    pub(crate) fn pivots(&self) -> &[usize] {
        &self.pivots
    }

    pub(crate) fn column_norms(&self) -> &[f64] {
        &self.column_norms
    }

    /// Row i from the diagonal on, length n − i.
    pub(crate) fn row(&self, i: usize) -> &[f64] {
        &self.r[self.n * i + i..self.n * (i + 1)]
    }

    /// Columns of which more than this share of their norm is independent of those before them.
    pub(crate) fn rank(&self, tolerance: f64) -> usize {
        let is_independent =
            |&j: &usize| self.row(j)[0].abs() > tolerance * self.column_norms[self.pivots[j]];
        (0..self.n).take_while(is_independent).count()
    }

    /// Solves the leading `rank` equations of R z = b for as many unknowns, in place; the others are 0. Length n.
    pub(crate) fn solve_leading(&self, rank: usize, z: &mut [f64]) {
        z[rank..].fill(0.0);
        for i in (0..rank).rev() {
            let row = self.row(i);
            let known = dot(&row[1..rank - i], &z[i + 1..rank]);
            z[i] = (z[i] - known) / row[0];
        }
    }

    /// Solves the leading `rank` equations of Rᵀw = c for as many unknowns, in place.
    pub(crate) fn solve_transposed_leading(&self, rank: usize, w: &mut [f64]) {
        for i in 0..rank {
            let row = self.row(i);
            let (done, rest) = w[i..rank].split_at_mut(1);
            done[0] /= row[0];
            axpy(-done[0], &row[1..rank - i], rest);
        }
    }

    /// Writes R Pᵀp, whose norm is that of J p; both of length n.
    pub(crate) fn multiply(&self, p: &[f64], out: &mut [f64], work: &mut [f64]) {
        self.pivot_into(p, work);
        for (i, out) in out.iter_mut().enumerate() {
            *out = dot(self.row(i), &work[i..]);
        }
    }

    /// ‖R Pᵀp‖ without memory for R Pᵀp.
    pub(crate) fn norm_of_product(&self, p: &[f64], out: &mut [f64], work: &mut [f64]) -> f64 {
        self.multiply(p, out, work);
        norm(out)
    }

    /// Writes P Rᵀb, which is Jᵀr for b = Qᵀr; both of length n.
    pub(crate) fn multiply_transposed(&self, b: &[f64], out: &mut [f64], work: &mut [f64]) {
        work.fill(0.0);
        for (i, &b) in b.iter().enumerate() {
            axpy(b, self.row(i), &mut work[i..]);
        }
        self.unpivot(work, out);
    }

    /// Writes Pᵀv.
    pub(crate) fn pivot_into(&self, v: &[f64], out: &mut [f64]) {
        for (out, &pivot) in out.iter_mut().zip(&self.pivots) {
            *out = v[pivot];
        }
    }

    /// Writes P z.
    pub(crate) fn unpivot(&self, z: &[f64], out: &mut [f64]) {
        for (z, &pivot) in z.iter().zip(&self.pivots) {
            out[pivot] = *z;
        }
    }
}
