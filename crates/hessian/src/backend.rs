//! Who computes eigenvalues and eigenvectors: a choice that is made by type.

#[cfg(feature = "faer")]
mod faer;
#[cfg(feature = "lapack")]
mod lapack;
mod nalgebra;

#[cfg(feature = "faer")]
pub use self::faer::Faer;
#[cfg(feature = "lapack")]
pub use self::lapack::{Driver, Lapack};
pub use self::nalgebra::Nalgebra;
#[cfg(feature = "faer")]
pub use ::faer::Par;

use std::fmt;

use ::nalgebra::{DMatrix, DVector};
use thalweg_problem::InvalidInput;

/// Computes the eigenvalues and eigenvectors of symmetric matrices.
///
/// [`Eigen`](crate::Eigen) asks it, with a matrix that it has checked, scaled and made symmetric, and brings what comes
/// back into order.
///
/// ```
/// use thalweg_hessian::nalgebra::{DMatrix, DVector, SymmetricEigen};
/// use thalweg_hessian::{Backend, Eigen, NotConverged};
///
/// /// Another library's sweeps.
/// struct Sweeps;
///
/// impl Backend for Sweeps {
///     fn decompose(&self, a: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NotConverged> {
///         let SymmetricEigen { eigenvalues, eigenvectors } = SymmetricEigen::new(a);
///         Ok((eigenvalues, eigenvectors))
///     }
/// }
///
/// let eigen = Eigen::by(&Sweeps, &DMatrix::from_row_slice(2, 2, &[2.0, 1.0, 1.0, 2.0]))?;
/// println!("{:.3?}", eigen.values());
/// assert!(eigen.values().iter().zip([1.0, 3.0]).all(|(found, exact)| (found - exact).abs() < 1e-14));
/// # Ok::<(), thalweg_hessian::DecompositionError>(())
/// ```
pub trait Backend {
    /// Decomposes `a`: n × n with n ≥ 1, symmetric to the last bit, finite, its largest absolute value from 1 up to 2 (less
    /// only if all elements were subnormal, or 0).
    ///
    /// Returns the eigenvalues in any order, length n, and the matrix whose i-th column is a unit eigenvector of the i-th
    /// of them, the columns orthogonal to each other.
    ///
    /// # Errors
    /// If the iteration does not come to an end. What is not finite, [`Eigen`](crate::Eigen) refuses by itself.
    fn decompose(&self, a: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NotConverged>;
}

/// A pointer to a backend is that backend.
macro_rules! forward_through_pointer {
    ($($pointer:ty),*) => {$(
        impl<B: Backend + ?Sized> Backend for $pointer {
            fn decompose(&self, a: DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), NotConverged> {
                (**self).decompose(a)
            }
        }
    )*};
}

forward_through_pointer!(&B, Box<B>);

/// A backend did not find all eigenvalues.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotConverged {
    /// What happened, in the words of the backend.
    pub because: String,
}

impl NotConverged {
    /// In words that name the backend.
    pub fn new(because: impl fmt::Display) -> Self {
        Self { because: because.to_string() }
    }
}

impl fmt::Display for NotConverged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the eigenvalues were not all found: {}", self.because)
    }
}

impl std::error::Error for NotConverged {}

/// Why there is no decomposition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecompositionError {
    /// The matrix cannot be used.
    Invalid(InvalidInput),
    /// The backend did not find all eigenvalues.
    NotConverged(NotConverged),
}

impl fmt::Display for DecompositionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(input) => input.fmt(f),
            Self::NotConverged(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for DecompositionError {}

impl From<InvalidInput> for DecompositionError {
    fn from(input: InvalidInput) -> Self {
        Self::Invalid(input)
    }
}

impl From<NotConverged> for DecompositionError {
    fn from(failure: NotConverged) -> Self {
        Self::NotConverged(failure)
    }
}
