//! The damped linear least-squares problem, from R.
//!
//! ```text
//! minimize ‖J p + r‖² + λ‖D p‖²      that is      (JᵀJ + λD²) p = −Jᵀr
//!
//! [   R    ]              [ Qᵀr ]
//! [ √λ D P ] Pᵀp  =  −    [  0  ]     least squares; Givens rotations make the left side triangular: S
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | R, P | a [`Triangle`] |
//! | S, with SᵀS = Pᵀ(JᵀJ + λD²)P | `s`, row after row |
//! | the right-hand side, rotated along | `right` |
//!
//! JᵀJ is never formed: its condition number is the square of that of J.
//! Cost: n³ flops for each λ, and none of them on the m rows of J.
//!
//! Sources: J. J. Moré, The Levenberg–Marquardt algorithm: implementation and theory, in Lecture Notes in Mathematics 630
//! (1978) 105–116, section 3; G. H. Golub and C. F. Van Loan, Matrix Computations, 4th edition (2013), section 5.1.8.

use thalweg_numerics::{axpy, dot};

use super::triangle::Triangle;

/// S and the rotated right-hand side, for n variables; between calls it holds what is left over.
#[derive(Clone, Debug)]
pub(crate) struct DampedSystem {
    n: usize,
    s: Vec<f64>,
    right: Vec<f64>,
    /// The row of √λ D P that is being rotated away.
    row: Vec<f64>,
}

impl DampedSystem {
    pub(crate) fn new(n: usize) -> Self {
        Self { n, s: vec![0.0; n * n], right: vec![0.0; n], row: vec![0.0; n] }
    }

    /// Makes S of R and √λ D, and rotates `b` = Qᵀr, length n, along.
    pub(crate) fn eliminate(&mut self, triangle: &Triangle, b: &[f64], root_lambda: f64, d: &[f64]) {
        let n = self.n;
        for i in 0..n {
            self.s[n * i + i..n * (i + 1)].copy_from_slice(triangle.row(i));
        }
        self.right.copy_from_slice(b);
        for (j, &pivot) in triangle.pivots().iter().enumerate() {
            self.row[j..].fill(0.0);
            self.row[j] = root_lambda * d[pivot];
            self.rotate_away(j);
        }
    }

    /// Rotates `row`, which begins at j, into S.
    fn rotate_away(&mut self, j: usize) {
        let mut right_of_row = 0.0;
        for k in j..self.n {
            let (s_row, row) = (&mut self.s[self.n * k + k..self.n * (k + 1)], &mut self.row[k..]);
            if row[0] == 0.0 {
                continue;
            }
            let (cosine, sine) = rotation(s_row[0], row[0]);
            for (s, e) in s_row.iter_mut().zip(row) {
                (*s, *e) = (cosine * *s + sine * *e, cosine * *e - sine * *s);
            }
            let right = self.right[k];
            self.right[k] = cosine * right + sine * right_of_row;
            right_of_row = cosine * right_of_row - sine * right;
        }
    }

    /// Solves S z = right. An unknown of which S says nothing, because J and D do not, is 0.
    pub(crate) fn solve(&self, z: &mut [f64]) {
        for i in (0..self.n).rev() {
            let row = self.row_of_s(i);
            let known = dot(&row[1..], &z[i + 1..]);
            z[i] = if row[0] == 0.0 { 0.0 } else { (self.right[i] - known) / row[0] };
        }
    }

    /// Solves Sᵀw = c in place.
    pub(crate) fn solve_transposed(&self, w: &mut [f64]) {
        for i in 0..self.n {
            let row = self.row_of_s(i);
            let (done, rest) = w[i..].split_at_mut(1);
            done[0] = if row[0] == 0.0 { 0.0 } else { done[0] / row[0] };
            axpy(-done[0], &row[1..], rest);
        }
    }

    fn row_of_s(&self, i: usize) -> &[f64] {
        &self.s[self.n * i + i..self.n * (i + 1)]
    }
}

/// (c, s) with c² + s² = 1 and −s a + c b = 0, for b ≠ 0. The larger of the two divides, so that nothing overflows.
fn rotation(a: f64, b: f64) -> (f64, f64) {
    if a.abs() > b.abs() {
        let tangent = b / a;
        let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
        (cosine, cosine * tangent)
    } else {
        let cotangent = a / b;
        let sine = 1.0 / (1.0 + cotangent * cotangent).sqrt();
        (sine * cotangent, sine)
    }
}
