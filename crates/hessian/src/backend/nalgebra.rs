//! Decompositions in pure Rust, with the same bits on every machine.
//!
//! ```text
//! A = Q T Qᵀ        by Householder's reflections, nalgebra's
//! T = S Θ Sᵀ        by implicit QL sweeps, those of Lanczos' iteration
//! E = Q S
//! ```
//!
//! nalgebra's own sweeps are not taken: they square the elements of T where they stand. Once T is nearly diagonal, those
//! of a block that is 1e-155 of the largest element or smaller underflow, and the rotations made of them are none: the
//! vectors lose their orthogonality, or become NaN. Matrices with elements from 1e-150 to 1e150 lead there, and so does a
//! geometric sequence of eigenvalues. Sweeps that take such elements for 0 promise the same and keep it.

use nalgebra::{DMatrix, DVector, SymmetricTridiagonal};
use thalweg_krylov::Tridiagonal;
use thalweg_numerics::matrix_matrix;

use super::{Backend, NotConverged};

/// Householder's tridiagonalization by nalgebra and implicit QL sweeps, the default.
///
/// About 11n³ flops, of which the sweeps take 6n³. It runs on one thread and in one order whatever the CPU, so it is the one
/// to use where bits matter; from a few hundred variables on the others are many times faster.
///
/// Source: G. H. Golub and C. F. Van Loan, Matrix Computations, 4th edition (2013), section 8.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nalgebra;

impl Backend for Nalgebra {
    fn decompose(&self, a: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NotConverged> {
        let n = a.nrows();
        let (q, diagonal, off_diagonal) = SymmetricTridiagonal::new(a).unpack();
        let t = Tridiagonal { diagonal: diagonal.as_slice(), off_diagonal: off_diagonal.as_slice() };
        let eigen = t.eigenvectors().map_err(NotConverged::new)?;
        // Row after row, Sᵀ Qᵀ is Eᵀ: column after column it is E, and Qᵀ lies there as Q.
        let mut vectors = DMatrix::zeros(n, n);
        matrix_matrix(&eigen.vectors, q.as_slice(), n, vectors.as_mut_slice());
        Ok((DVector::from_vec(eigen.values), vectors))
    }
}
