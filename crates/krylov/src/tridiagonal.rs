//! Eigenvalues and eigenvectors of a symmetric tridiagonal matrix, by implicit QL sweeps with Wilkinson's shift.
//!
//! ```text
//! T = tridiag(b, a, b) = S Θ Sᵀ                    a of length n, b of length n − 1
//! σ = a₁ − b₁ / (g + sign(g) √(g² + 1)),  g = (a₂ − a₁) / 2b₁
//! T ← Gᵀ T G                                       G: the rotations of a QL step of T − σ, carried out without forming it
//! until b₁² ≤ u² |a₁ a₂|, and then on with the rest
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | a, b | `diagonal`, `off_diagonal` |
//! | θᵢ, ascending | `values[i]` |
//! | sᵢ, with ‖sᵢ‖ = 1 | row i of `vectors`; `first[i]`, `last[i]` are its ends |
//!
//! Wilkinson's shift σ is that eigenvalue of the first two rows and columns which is nearer to a₁.
//! A sweep costs about 20 flops a row, and 6n more for every rotation if all vectors are wanted, 12 more if their ends are.
//! An eigenvalue takes less than two sweeps on the average: about 30n² flops for the values or the ends, 6n³ for all vectors.
//!
//! It ends when every b is negligible, or with [`NotConverged`] after 30n sweeps; no matrix is known that takes so many.
//! The result is exact for a matrix within a small multiple of u ‖T‖ of T, and the vectors are orthogonal to a small
//! multiple of u.
//!
//! Where the literature disagrees:
//! - From which end. On a graded matrix a sweep should begin where the elements are large. EISPACK's `imtql2` always begins
//!   below and asks the user to turn the matrix round; LAPACK's `steqr` has both QL and QR. Here a block whose large end is
//!   above is itself turned round, which is the same as QR.
//! - What is negligible: b² ≤ u²|aᵢ aᵢ₊₁| (LAPACK), or |b| ≤ u(|aᵢ| + |aᵢ₊₁|) (EISPACK). Here the former, which keeps the
//!   small eigenvalues of graded matrices. What underflows beside the largest element, below 1e-154 of it, is negligible
//!   also.
//!
//! T is kept in units of a power of two near its largest element, so that any finite T is accepted and 1e±150 lose nothing.
//!
//! Sources: J. H. Wilkinson and C. Reinsch, Handbook for Automatic Computation II: Linear Algebra (Springer 1971),
//! contribution II/4 (A. Dubrulle, R. S. Martin, J. H. Wilkinson); B. N. Parlett, The Symmetric Eigenvalue Problem
//! (SIAM 1998), chapter 8.

mod sweeps;

use std::fmt;

use sweeps::{diagonalize, sort};
use thalweg_numerics::power_of_two_below;
use thalweg_problem::InvalidInput;

/// A symmetric tridiagonal matrix T: what Lanczos' iteration makes of a large one.
///
/// ```
/// use thalweg_krylov::Tridiagonal;
///
/// let t = Tridiagonal { diagonal: &[2.0, 2.0, 2.0], off_diagonal: &[-1.0, -1.0] };
/// let root = 2.0_f64.sqrt();
/// for (value, exact) in t.eigenvalues()?.iter().zip([2.0 - root, 2.0, 2.0 + root]) {
///     assert!((value - exact).abs() < 4e-15);
/// }
/// # Ok::<(), thalweg_krylov::TridiagonalError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tridiagonal<'a> {
    /// a, length n.
    pub diagonal: &'a [f64],
    /// b, length n − 1: bᵢ stands beside aᵢ and aᵢ₊₁.
    pub off_diagonal: &'a [f64],
}

/// The eigenvalues of T and of each eigenvector the first and the last component.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EndComponents {
    /// θ, ascending, length n.
    pub values: Vec<f64>,
    /// The first components, length n, none of them negative. Their squares are the weights of a Gauss quadrature.
    pub first: Vec<f64>,
    /// The last components, length n.
    pub last: Vec<f64>,
}

/// The eigenvalues and eigenvectors of T.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TridiagonalEigen {
    /// θ, ascending, length n.
    pub values: Vec<f64>,
    /// n × n numbers, row after row: row i is the eigenvector of `values[i]`. Its first component is not negative.
    pub vectors: Vec<f64>,
}

impl TridiagonalEigen {
    /// The eigenvector of `values[i]`, length n.
    ///
    /// # Panics
    /// If there is no such i.
    #[must_use]
    pub fn vector(&self, i: usize) -> &[f64] {
        let n = self.values.len();
        &self.vectors[i * n..][..n]
    }
}

impl Tridiagonal<'_> {
    /// The eigenvalues, ascending.
    ///
    /// # Errors
    /// If the lengths do not fit, an element is not finite, or the sweeps do not converge.
    pub fn eigenvalues(self) -> Result<Vec<f64>, TridiagonalError> {
        Ok(self.diagonalized(0, |_| {})?.0)
    }

    /// The eigenvalues, and the ends of the eigenvectors for little more than the price of the values.
    ///
    /// # Errors
    /// As [`eigenvalues`](Self::eigenvalues).
    pub fn end_components(self) -> Result<EndComponents, TridiagonalError> {
        let (values, ends) = self.diagonalized(2, |z| {
            let rows = z.len() / 2;
            z[0] = 1.0;
            z[2 * rows - 1] = 1.0;
        })?;
        let component = |k: usize| ends.iter().skip(k).step_by(2).copied().collect();
        Ok(EndComponents { values, first: component(0), last: component(1) })
    }

    /// The eigenvalues and all eigenvectors.
    ///
    /// # Errors
    /// As [`eigenvalues`](Self::eigenvalues).
    pub fn eigenvectors(self) -> Result<TridiagonalEigen, TridiagonalError> {
        let n = self.diagonal.len();
        let (values, vectors) =
            self.diagonalized(n, |z| z.iter_mut().step_by(n + 1).for_each(|z| *z = 1.0))?;
        Ok(TridiagonalEigen { values, vectors })
    }

    /// Θ, and for a matrix Z of n rows of `width` that `fill` makes of zeros, Sᵀ Z.
    fn diagonalized(
        self,
        width: usize,
        fill: impl FnOnce(&mut [f64]),
    ) -> Result<(Vec<f64>, Vec<f64>), TridiagonalError> {
        let n = self.diagonal.len();
        if n == 0 {
            return Err(InvalidInput::new("diagonal", "length 0", "length 1 or more").into());
        }
        InvalidInput::unless_length("off_diagonal", self.off_diagonal, n - 1)?;
        InvalidInput::unless_all_finite("diagonal", self.diagonal)?;
        InvalidInput::unless_all_finite("off_diagonal", self.off_diagonal)?;
        let largest = |x: &[f64]| x.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        let unit = power_of_two_below(largest(self.diagonal).max(largest(self.off_diagonal)));
        let scaled = |x: &[f64]| x.iter().map(|x| x / unit).collect::<Vec<_>>();
        let (mut d, mut e) = (scaled(self.diagonal), scaled(self.off_diagonal));
        let mut z = vec![0.0; n * width];
        fill(&mut z);
        diagonalize(&mut d, &mut e, &mut z, width)?;
        sort(&mut d, &mut z, width);
        d.iter_mut().for_each(|d| *d *= unit);
        if width > 0 {
            for row in z.chunks_exact_mut(width).filter(|row| row[0] < 0.0) {
                row.iter_mut().for_each(|z| *z = -*z);
            }
        }
        Ok((d, z))
    }
}

/// The sweeps came to no end. No matrix is known on which they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotConverged {
    /// How many there were.
    pub sweeps: usize,
}

impl fmt::Display for NotConverged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the tridiagonal matrix is not diagonal after {} sweeps", self.sweeps)
    }
}

impl std::error::Error for NotConverged {}

/// Why a tridiagonal matrix has no eigenvalues to show.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TridiagonalError {
    /// It is none.
    Invalid(InvalidInput),
    /// The sweeps came to no end.
    NotConverged(NotConverged),
}

impl From<InvalidInput> for TridiagonalError {
    fn from(error: InvalidInput) -> Self {
        Self::Invalid(error)
    }
}

impl From<NotConverged> for TridiagonalError {
    fn from(error: NotConverged) -> Self {
        Self::NotConverged(error)
    }
}

impl fmt::Display for TridiagonalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::NotConverged(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TridiagonalError {}
