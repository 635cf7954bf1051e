//! The shortest of all least-squares solutions, where there are many.
//!
//! ```text
//! [ R₁₁ R₁₂ ] z = c,   ‖z‖ least:     [ R₁₁ R₁₂ ]ᵀ Π = Z T,    z = Z T⁻ᵀ Πᵀ c
//! ```
//!
//! R₁₁ has the rank of J as its size; what rounding left below it counts as 0. Together with J P = Q R this is the complete
//! orthogonal decomposition, and P z the product of J's pseudo-inverse with what c was made of.
//!
//! Source: G. H. Golub and C. F. Van Loan, Matrix Computations, 4th edition (2013), sections 5.4.7 and 5.5.2.

use thalweg_numerics::dot;

use super::PivotedQr;
use super::triangle::Triangle;

/// Memory for solutions with n unknowns.
#[derive(Clone, Debug)]
pub(crate) struct Shortest {
    /// Of [R₁₁ R₁₂]ᵀ, n × rank.
    qr: PivotedQr,
    z: Vec<f64>,
}

impl Shortest {
    pub(crate) fn new(n: usize) -> Self {
        Self { qr: PivotedQr::with_shape(n, n), z: vec![0.0; n] }
    }

    /// Writes the shortest p that minimizes ‖J p + r‖, for `b` = Qᵀr and J of this rank.
    pub(crate) fn solve(&mut self, triangle: &Triangle, b: &[f64], rank: usize, p: &mut [f64]) {
        let n = triangle.n();
        if rank == n {
            self.z.copy_from_slice(b);
            triangle.solve_leading(n, &mut self.z);
        } else {
            self.solve_deficient(triangle, b, rank);
        }
        triangle.unpivot(&self.z, p);
        p.iter_mut().for_each(|p| *p = -*p);
    }

    fn solve_deficient(&mut self, triangle: &Triangle, b: &[f64], rank: usize) {
        let n = triangle.n();
        self.z.fill(0.0);
        if rank == 0 {
            return;
        }
        self.qr.reshape(n, rank);
        for (i, column) in self.qr.matrix_mut().chunks_exact_mut(n).enumerate() {
            column[..i].fill(0.0);
            column[i..].copy_from_slice(triangle.row(i));
        }
        self.qr.measure();
        self.qr.factorize();
        for i in 0..rank {
            let known = dot(self.qr.above_diagonal(i), &self.z[..i]);
            self.z[i] = (b[self.qr.pivots()[i]] - known) / self.qr.diagonal(i);
        }
        self.qr.apply_q(&mut self.z);
    }
}
