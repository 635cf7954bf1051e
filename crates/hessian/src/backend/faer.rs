//! Decompositions by faer: pure Rust, by divide and conquer, on the widest registers there are.

use std::fmt;

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, EvdError, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::prelude::default;
use faer::{ColMut, MatMut, MatRef};
use nalgebra::{DMatrix, DVector};

use super::{Backend, Nalgebra, NotConverged, Par};

/// Divide and conquer by faer, and below 128 rows its QR steps.
///
/// On matrices that are graded upwards over hundreds of powers of ten the QR steps may come to no end; then
/// [`Nalgebra`](super::Nalgebra) decomposes the matrix.
///
/// The last bits depend on the CPU and on the degree of parallelism: what is recorded or compared to the bit wants
/// [`Nalgebra`](super::Nalgebra).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Faer {
    /// How many threads take part. Default `Par::Seq`: this one alone. More takes faer's own feature `rayon`.
    pub parallelism: Par,
}

impl Default for Faer {
    fn default() -> Self {
        Self { parallelism: Par::Seq }
    }
}

impl fmt::Debug for Faer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faer").field("parallelism", &self.parallelism).finish()
    }
}

impl Backend for Faer {
    fn decompose(&self, a: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NotConverged> {
        let n = a.nrows();
        let (mut values, mut vectors) = (DVector::zeros(n), DMatrix::zeros(n, n));
        let scratch =
            self_adjoint_evd_scratch::<f64>(n, ComputeEigenvectors::Yes, self.parallelism, default());
        let outcome = self_adjoint_evd(
            MatRef::from_column_major_slice(a.as_slice(), n, n),
            ColMut::from_slice_mut(values.as_mut_slice()).as_diagonal_mut(),
            Some(MatMut::from_column_major_slice_mut(vectors.as_mut_slice(), n, n)),
            self.parallelism,
            MemStack::new(&mut MemBuffer::new(scratch)),
            default(),
        );
        match outcome {
            Ok(()) => Ok((values, vectors)),
            Err(EvdError::NoConvergence) => Nalgebra.decompose(a),
        }
    }
}
