//! The eigen-decomposition A = E Λ Eᵀ of a symmetric matrix, and what follows from it.
//!
//! | symbol | here |
//! | --- | --- |
//! | Λ = diag(λᵢ) | [`values`](Eigen::values), ascending |
//! | E | [`vectors`](Eigen::vectors), columns eᵢ in the same order |
//!
//! An eigenvector is unique up to its sign (where its eigenvalue is simple): here its component of the largest absolute
//! value is positive; the first one if others come within a millionth of it, so that rounding does not decide.
//!
//! Sources: G. H. Golub and C. F. Van Loan, Matrix Computations, 4th edition (2013), chapter 8 and section 9.1; N. J. Higham,
//! Functions of Matrices (SIAM 2008), sections 1.2 and 6.2. Slides 49–51 (rates along the axes) and 73 (roots).

use nalgebra::{DMatrix, DVector};
use thalweg_numerics::{dot, matrix_matrix, power_of_two_below};
use thalweg_problem::InvalidInput;

use crate::symmetric::{
    are_finite, check_symmetric, largest_magnitude, mirror_to_below, symmetrize_square, transpose_in_place,
};
use crate::{Backend, DecompositionError, Nalgebra, NotConverged};

/// Columns of f(A) that are computed together: the part above the diagonal of such a block is computed in vain.
const BLOCK: usize = 64;

/// Eigenvalues and eigenvectors of a symmetric n × n matrix A.
///
/// ```
/// use thalweg_hessian::nalgebra::DMatrix;
/// use thalweg_hessian::Eigen;
///
/// let a = DMatrix::from_row_slice(2, 2, &[2.5, 1.5, 1.5, 2.5]);
/// let eigen = Eigen::new(&a)?;
/// println!("λ = {:.3?}, κ = {:.3}", eigen.values(), eigen.condition_number());
/// assert!((eigen.values()[0] - 1.0).abs() < 1e-15 && (eigen.values()[1] - 4.0).abs() < 1e-15);
/// // A^½ has the eigenvalues 1 and 2 along the same axes, A^-½ those of its inverse.
/// assert!((eigen.root()? - DMatrix::from_row_slice(2, 2, &[1.5, 0.5, 0.5, 1.5])).amax() < 1e-15);
/// assert!((eigen.inverse_root()? * eigen.root()? - DMatrix::from_row_slice(2, 2, &[1.0, 0.0, 0.0, 1.0])).amax() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Eigen {
    values: DVector<f64>,
    vectors: DMatrix<f64>,
}

impl Eigen {
    /// Decomposes `a`, which is square, finite and symmetric to 1e-12 of its largest element, by [`Nalgebra`]: the same bits
    /// on every machine. Of the two elements (i, j) and (j, i) the mean counts.
    ///
    /// The eigenvalues are off by a small multiple of n u ‖A‖, u = 2⁻⁵³, and the small ones by no less than the large: where
    /// they differ by more than fifteen powers of ten, the small ones are rounding. Those of a diagonal matrix are not.
    ///
    /// # Errors
    /// If `a` is not as above, or its norm overflows; in principle, if the iteration does not end.
    pub fn new(a: &DMatrix<f64>) -> Result<Self, DecompositionError> {
        Self::by(&Nalgebra, a)
    }

    /// As [`new`](Self::new), by another backend.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn by<B: Backend + ?Sized>(backend: &B, a: &DMatrix<f64>) -> Result<Self, DecompositionError> {
        let largest = check_symmetric("a", a)?;
        // In units of a power of two, so that no product inside overflows and no digit is lost.
        let unit = power_of_two_below(largest);
        let mut scaled = a / unit;
        symmetrize_square(&mut scaled);
        let (values, vectors) = backend.decompose(scaled)?;
        if (values.len(), vectors.shape()) != (a.nrows(), a.shape()) {
            return Err(NotConverged::new("the backend returns other numbers of them than there are").into());
        }
        if !(are_finite(values.as_slice()) && are_finite(vectors.as_slice())) {
            return Err(NotConverged::new("the backend returns numbers that are not finite").into());
        }
        let mut eigen = Self::in_order(values, vectors);
        eigen.values.scale_mut(unit);
        if !eigen.norm().is_finite() {
            let size = format_args!("a matrix with an element of size {largest:?}");
            return Err(InvalidInput::new("a", size, "eigenvalues below 1.8e308").into());
        }
        Ok(eigen)
    }

    /// Ascending, every eigenvector with the sign that the header promises.
    fn in_order(values: DVector<f64>, vectors: DMatrix<f64>) -> Self {
        let n = values.len();
        let mut order: Vec<usize> = (0..n).collect();
        // A stable sort: equal eigenvalues stay as the backend had them.
        order.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
        let is_sorted = order.iter().enumerate().all(|(place, &i)| place == i);
        let (values, mut vectors) = if is_sorted {
            (values, vectors)
        } else {
            let in_place = DMatrix::from_fn(n, n, |row, column| vectors[(row, order[column])]);
            (DVector::from_fn(n, |i, _| values[order[i]]), in_place)
        };
        for vector in vectors.as_mut_slice().chunks_exact_mut(n) {
            let nearly_largest = (1.0 - 1e-6) * largest_magnitude(vector);
            if vector.iter().find(|c| c.abs() >= nearly_largest).is_some_and(|&leading| leading < 0.0) {
                vector.iter_mut().for_each(|c| *c = -*c);
            }
        }
        Self { values, vectors }
    }

    /// n.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.values.len()
    }

    /// λ₀ ≤ λ₁ ≤ …, length n.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        self.values.as_slice()
    }

    /// E, n × n: column i is the unit eigenvector of the i-th eigenvalue.
    #[must_use]
    pub fn vectors(&self) -> &DMatrix<f64> {
        &self.vectors
    }

    /// eᵢ, length n, for i below n.
    ///
    /// # Panics
    /// If i is not below n, as an index into a slice does.
    #[must_use]
    pub fn vector(&self, i: usize) -> &[f64] {
        let n = self.dim();
        &self.vectors.as_slice()[i * n..][..n]
    }

    /// λ₀.
    #[must_use]
    pub fn lowest(&self) -> f64 {
        self.values[0]
    }

    /// λₙ₋₁.
    #[must_use]
    pub fn highest(&self) -> f64 {
        self.values[self.dim() - 1]
    }

    /// ‖A‖ = max |λᵢ|.
    #[must_use]
    pub fn norm(&self) -> f64 {
        self.lowest().abs().max(self.highest().abs())
    }

    /// n ε ‖A‖ with ε = 2⁻⁵²: an eigenvalue no larger than that may be 0, or of the other sign, and only rounding made it
    /// what it is. The usual tolerance for a numerical rank (Golub & Van Loan, section 5.4.1).
    #[must_use]
    pub fn uncertainty(&self) -> f64 {
        self.dim() as f64 * f64::EPSILON * self.norm()
    }

    /// κ = max |λᵢ| / min |λᵢ|; ∞ if an eigenvalue is 0. Above about 1/(n ε) it says no more than that it is large.
    #[must_use]
    pub fn condition_number(&self) -> f64 {
        let smallest = self.values.iter().fold(f64::INFINITY, |least, value| least.min(value.abs()));
        if smallest == 0.0 { f64::INFINITY } else { self.norm() / smallest }
    }

    /// f(A) = E f(Λ) Eᵀ, n × n and symmetric to the last bit, in n³ flops. Where f is not finite at an eigenvalue the
    /// elements are not either: this checks nothing.
    ///
    /// ```
    /// use thalweg_hessian::nalgebra::DMatrix;
    /// use thalweg_hessian::{Eigen, numerics};
    ///
    /// // The exponential of a quarter turn's generator times itself: exp diag(0, ln 3) in other axes.
    /// let a = DMatrix::from_row_slice(2, 2, &[0.5, 0.5, 0.5, 0.5]) * numerics::ln(3.0);
    /// let exponential = Eigen::new(&a)?.map(numerics::exp);
    /// assert!((exponential - DMatrix::from_row_slice(2, 2, &[2.0, 1.0, 1.0, 2.0])).amax() < 1e-15);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn map(&self, f: impl Fn(f64) -> f64) -> DMatrix<f64> {
        let n = self.dim();
        let weights: Vec<f64> = self.values.iter().map(|&value| f(value)).collect();
        // E f(Λ), row after row.
        let mut weighted = self.vectors.clone();
        for (column, weight) in weighted.as_mut_slice().chunks_exact_mut(n).zip(&weights) {
            column.iter_mut().for_each(|e| *e *= weight);
        }
        transpose_in_place(&mut weighted);
        let weighted = weighted.as_slice();
        // Eᵀ, row after row, is E column after column. Of the product a block of columns from the diagonal down is enough;
        // what a row has there lies together in the column of the same number, above the diagonal.
        let transposed = self.vectors.as_slice();
        let mut product = DMatrix::zeros(n, n);
        let (mut right, mut block) = (Vec::new(), Vec::new());
        for left in (0..n).step_by(BLOCK) {
            let columns = left..n.min(left + BLOCK);
            let width = columns.len();
            right.clear();
            right.extend(transposed.chunks_exact(n).flat_map(|row| &row[columns.clone()]));
            block.resize((n - left) * width, 0.0);
            matrix_matrix(&weighted[left * n..], &right, n, &mut block);
            for (column, row) in
                product.as_mut_slice()[left * n..].chunks_exact_mut(n).zip(block.chunks_exact(width))
            {
                column[columns.clone()].copy_from_slice(row);
            }
        }
        mirror_to_below(&mut product);
        product
    }

    /// Writes f(A) v = E f(Λ) Eᵀ v into `out`, both of length n, in 4n² flops, without a matrix.
    ///
    /// # Errors
    /// If a length is another one.
    pub fn map_times(&self, f: impl Fn(f64) -> f64, v: &[f64], out: &mut [f64]) -> Result<(), InvalidInput> {
        InvalidInput::unless_length("v", v, self.dim())?;
        InvalidInput::unless_length("out", out, self.dim())?;
        out.fill(0.0);
        for (i, &value) in self.values.iter().enumerate() {
            let e = self.vector(i);
            thalweg_numerics::axpy(f(value) * dot(e, v), e, out);
        }
        Ok(())
    }

    /// A^½, the symmetric positive semidefinite S with S S = A. Eigenvalues that are negative by no more than
    /// [`uncertainty`](Self::uncertainty) count as 0.
    ///
    /// # Errors
    /// If an eigenvalue is below that, naming it.
    pub fn root(&self) -> Result<DMatrix<f64>, InvalidInput> {
        let allowed = self.uncertainty();
        self.refuse(|value| value < -allowed, || format!("0 or more, give or take {allowed:.1e}"))?;
        Ok(self.map(|value| value.max(0.0).sqrt()))
    }

    /// A^-½, the symmetric positive definite S with S A S = I.
    ///
    /// # Errors
    /// If an eigenvalue is not above [`uncertainty`](Self::uncertainty), naming it: A is not positive definite, or nobody
    /// can say whether it is.
    pub fn inverse_root(&self) -> Result<DMatrix<f64>, InvalidInput> {
        self.check_positive_definite()?;
        Ok(self.map(|value| 1.0 / value.sqrt()))
    }

    /// A⁻¹.
    ///
    /// # Errors
    /// If the absolute value of an eigenvalue is not above [`uncertainty`](Self::uncertainty), or so small that its
    /// reciprocal overflows, naming it.
    pub fn inverse(&self) -> Result<DMatrix<f64>, InvalidInput> {
        // What is smaller than the latter has no reciprocal.
        let allowed = self.uncertainty().max(1.0 / f64::MAX);
        self.refuse(|value| value.abs() <= allowed, || format!("an absolute value above {allowed:.1e}"))?;
        Ok(self.map(|value| 1.0 / value))
    }

    /// Nothing if every eigenvalue is above [`uncertainty`](Self::uncertainty).
    ///
    /// # Errors
    /// Otherwise, naming the lowest eigenvalue.
    pub fn check_positive_definite(&self) -> Result<(), InvalidInput> {
        let allowed = self.uncertainty();
        self.refuse(
            |value| value <= allowed,
            || format!("above {allowed:.1e}, for A to be positive definite"),
        )
    }

    /// An error that names the first eigenvalue that is `unusable`.
    fn refuse(
        &self,
        unusable: impl Fn(f64) -> bool,
        allowed: impl Fn() -> String,
    ) -> Result<(), InvalidInput> {
        match self.values.iter().position(|&value| unusable(value)) {
            None => Ok(()),
            Some(i) => {
                let value = format_args!("{:?}", self.values[i]);
                Err(InvalidInput::new(format!("eigenvalue {i} of A"), value, allowed()))
            }
        }
    }
}

/// The rates of gradient descent on a quadratic with the Hessian A. They are `None` where the curvature is not positive:
/// there is nothing to converge to. For curvatures below 1e-308 they are ∞.
impl Eigen {
    /// 1/λᵢ, which reaches the minimum along eᵢ in one step.
    ///
    /// # Panics
    /// If i is not below n.
    #[must_use]
    pub fn optimal_rate_along(&self, i: usize) -> Option<f64> {
        let value = self.values[i];
        (value > 0.0).then(|| 1.0 / value)
    }

    /// 2/λᵢ, from which on steps along eᵢ no longer shrink the distance.
    ///
    /// # Panics
    /// If i is not below n.
    #[must_use]
    pub fn maximal_rate_along(&self, i: usize) -> Option<f64> {
        self.optimal_rate_along(i).map(|rate| 2.0 * rate)
    }

    /// 2/(λ₀ + λₙ₋₁), the best for all directions at once: it shrinks the distance by (κ − 1)/(κ + 1) a step at least.
    ///
    /// ```
    /// use thalweg_hessian::nalgebra::DMatrix;
    /// use thalweg_hessian::Eigen;
    ///
    /// let eigen = Eigen::new(&DMatrix::from_row_slice(2, 2, &[1.0, 0.0, 0.0, 3.0]))?;
    /// assert_eq!((eigen.optimal_rate(), eigen.maximal_rate()), (Some(0.5), Some(2.0 / 3.0)));
    /// assert_eq!((eigen.optimal_rate_along(0), eigen.maximal_rate_along(0)), (Some(1.0), Some(2.0)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn optimal_rate(&self) -> Option<f64> {
        // Halves, because the sum may overflow.
        (self.lowest() > 0.0).then(|| 1.0 / (0.5 * self.lowest() + 0.5 * self.highest()))
    }

    /// 2/λₙ₋₁, from which on gradient descent diverges from almost every start.
    #[must_use]
    pub fn maximal_rate(&self) -> Option<f64> {
        (self.lowest() > 0.0).then(|| 2.0 / self.highest())
    }
}
