//! Decompositions by nalgebra: pure Rust, and the same bits on every machine.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use super::{Backend, NoConvergence};

/// Householder's tridiagonalization and implicit QR steps of nalgebra, the default.
///
/// About 9n³ flops. It runs on one thread and in one order whatever the CPU, so it is the one to use where bits matter;
/// from a few hundred variables on the others are many times faster.
///
/// Source: G. H. Golub and C. F. Van Loan, Matrix Computations, 4th edition (2013), section 8.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nalgebra;

/// QR steps for every eigenvalue, on the average; two are usual.
const STEPS: usize = 100;

impl Backend for Nalgebra {
    fn decompose(&self, a: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NoConvergence> {
        let n = a.nrows();
        match SymmetricEigen::try_new(a, f64::EPSILON, STEPS * n) {
            Some(eigen) => Ok((eigen.eigenvalues, eigen.eigenvectors)),
            None => Err(NoConvergence::new(format_args!("nalgebra gave up after {} QR steps", STEPS * n))),
        }
    }
}
