//! Decompositions by the LAPACK that the system has.

use nalgebra::{DMatrix, DVector};

use super::{Backend, NotConverged};

// What both crates below call; they leave it to us to say where that is.
#[link(name = "openblas")]
#[allow(unsafe_code)]
unsafe extern "C" {}

/// LAPACK, linked to the system's OpenBLAS.
///
/// The last bits depend on the library, the CPU and the number of threads, which the library decides
/// (`OPENBLAS_NUM_THREADS`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lapack {
    /// Which of LAPACK's drivers computes.
    pub driver: Driver,
}

/// LAPACK's drivers for symmetric eigenvalue problems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Driver {
    /// `dsyevd`, divide and conquer: the default, for all but the smallest matrices several times as fast.
    #[default]
    DivideAndConquer,
    /// `dsyev`, implicit QL and QR steps, by nalgebra-lapack: needs n² numbers less.
    QrSteps,
}

impl Backend for Lapack {
    fn decompose(&self, a: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NotConverged> {
        match self.driver {
            Driver::DivideAndConquer => dsyevd(a),
            Driver::QrSteps => match nalgebra_lapack::SymmetricEigen::try_new(a) {
                Some(eigen) => Ok((eigen.eigenvalues, eigen.eigenvectors)),
                None => Err(NotConverged::new("LAPACK's dsyev gave up")),
            },
        }
    }
}

/// The second of the two places with unsafe code, see docs/architecture.md.
#[allow(unsafe_code)]
fn dsyevd(mut a: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NotConverged> {
    let n = a.nrows();
    let Ok(order) = i32::try_from(n) else {
        return Err(NotConverged::new(format_args!("LAPACK counts rows in 32 bits, and {n} is too many")));
    };
    let mut values = DVector::zeros(n);
    let mut info = 0;
    let mut call = |work: &mut [f64], integers: &mut [i32], lengths: [i32; 2]| {
        let (a, values) = (a.as_mut_slice(), values.as_mut_slice());
        // SAFETY: `a` holds order², `values` order numbers; work and integers hold what `lengths` says, or one number
        // where `lengths` is −1, which asks for the lengths that are needed.
        unsafe {
            lapack::dsyevd(
                b'V', b'L', order, a, order, values, work, lengths[0], integers, lengths[1], &mut info,
            );
        }
    };
    let (mut work, mut integers) = ([0.0], [0]);
    call(&mut work, &mut integers, [-1, -1]);
    let lengths = [work[0] as usize, integers[0] as usize];
    let (mut work, mut integers) = (vec![0.0; lengths[0]], vec![0; lengths[1]]);
    let [Ok(of_work), Ok(of_integers)] = lengths.map(i32::try_from) else {
        return Err(NotConverged::new(format_args!("LAPACK cannot count its work space for {n} rows")));
    };
    call(&mut work, &mut integers, [of_work, of_integers]);
    match info {
        0 => Ok((values, a)),
        _ => Err(NotConverged::new(format_args!("LAPACK's dsyevd returns {info}"))),
    }
}
