//! How well the data determine the variables of a fit.
//!
//! ```text
//! C = s² (JᵀJ)⁻¹ = s² P R⁻¹R⁻ᵀ Pᵀ,   s² = ‖r‖²/(m − n)
//! ```
//!
//! JᵀJ is never formed: R⁻¹ is as well conditioned as J, and (JᵀJ)⁻¹ only half as many digits.
//! It is the covariance of the least-squares estimate where the model is linear over the size of the errors, and the errors
//! of the data are independent, of mean 0 and one variance.
//!
//! Source: D. M. Bates and D. G. Watts, Nonlinear Regression Analysis and Its Applications (Wiley 1988), section 2.2.

use std::error::Error;
use std::fmt;

use thalweg_numerics::{dot, norm};

use super::triangle::Triangle;

/// The covariance of the variables of a fit, by [`Linearization::covariance`](crate::Linearization::covariance).
///
/// ```
/// use thalweg_objectives::LinearLeastSquares;
/// use thalweg_second_order::Linearization;
///
/// // A straight line through (0, 1), (1, 3), (2, 4), (3, 4), where the fit is 1.5 + t.
/// let line = LinearLeastSquares::new([1.0, 0.0, 1.0, 1.0, 1.0, 2.0, 1.0, 3.0], [1.0, 3.0, 4.0, 4.0])?;
/// let covariance = Linearization::at(&line, &[1.5, 1.0])?.covariance(None)?;
/// let errors = [covariance.standard_error(0), covariance.standard_error(1)];
/// println!("1.5 ± {:.4}, 1 ± {:.4}, correlation {:.4}", errors[0], errors[1], covariance.correlation(0, 1));
/// // s² = 1/2, and (JᵀJ)⁻¹ has 0.7 and 0.2 on its diagonal and −0.3 beside it.
/// assert!((covariance.variance() - 0.5).abs() < 1e-14);
/// assert!((errors[0] - f64::sqrt(0.35)).abs() < 1e-14 && (errors[1] - f64::sqrt(0.1)).abs() < 1e-14);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Covariance {
    n: usize,
    /// (JᵀJ)⁻¹, n² numbers.
    inverse: Vec<f64>,
    /// The norms of the rows of P R⁻¹: its diagonal's roots.
    deviations: Vec<f64>,
    variance: f64,
}

/// Why there is no covariance.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Undetermined {
    /// The columns of J depend on each other: whole lines of x fit the data equally well.
    Rank {
        /// The rank of J, below n.
        rank: usize,
        /// The variables that differ along those lines, ascending. The others are determined all the same.
        variables: Vec<usize>,
    },
    /// As many variables as residuals: nothing is left over from which s² could be estimated. If it is known, there is
    /// [`covariance_for`](crate::Linearization::covariance_for).
    Variance {
        /// m.
        residuals: usize,
        /// n.
        variables: usize,
    },
    /// f or J is not finite.
    NonFinite,
}

impl Covariance {
    pub(crate) fn new(triangle: &Triangle, tolerance: f64, variance: f64) -> Result<Self, Undetermined> {
        let (n, rank) = (triangle.n(), triangle.rank(tolerance));
        if rank < n {
            return Err(Undetermined::Rank { rank, variables: undetermined(triangle, rank) });
        }
        // Column k of R⁻¹ is the solution for the k-th unit vector; the rows of P R⁻¹ are wanted.
        let mut roots = vec![0.0; n * n];
        let mut column = vec![0.0; n];
        for k in 0..n {
            column.fill(0.0);
            column[k] = 1.0;
            triangle.solve_leading(k + 1, &mut column);
            for (i, &pivot) in triangle.pivots().iter().enumerate() {
                roots[n * pivot + k] = column[i];
            }
        }
        let row = |i: usize| &roots[n * i..n * (i + 1)];
        let inverse = (0..n * n).map(|ij| dot(row(ij / n), row(ij % n))).collect();
        let deviations = (0..n).map(|i| norm(row(i))).collect();
        Ok(Self { n, inverse, deviations, variance })
    }

    pub(crate) fn with_variance(self, variance: f64) -> Self {
        Self { variance, ..self }
    }

    /// s², the variance of one residual.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// The covariance of xᵢ and xⱼ.
    ///
    /// # Panics
    /// If i or j is not below n.
    #[must_use]
    pub fn get(&self, i: usize, j: usize) -> f64 {
        assert!(i < self.n && j < self.n, "there is no covariance ({i}, {j}) of {} variables", self.n);
        self.variance * self.inverse[self.n * i + j]
    }

    /// The standard error of xᵢ, the root of its variance.
    ///
    /// # Panics
    /// If i is not below n.
    #[must_use]
    pub fn standard_error(&self, i: usize) -> f64 {
        self.variance.sqrt() * self.deviations[i]
    }

    /// The correlation of xᵢ and xⱼ, between −1 and 1 but for rounding.
    ///
    /// # Panics
    /// If i or j is not below n.
    #[must_use]
    pub fn correlation(&self, i: usize, j: usize) -> f64 {
        self.inverse[self.n * i + j] / self.deviations[i] / self.deviations[j]
    }
}

/// The variables that have a part in a null vector P (−R₁₁⁻¹R₁₂ e, e) of J, e a unit vector.
fn undetermined(triangle: &Triangle, rank: usize) -> Vec<usize> {
    let (n, pivots, norms) = (triangle.n(), triangle.pivots(), triangle.column_norms());
    let mut is_part = vec![false; n];
    let mut vector = vec![0.0; n];
    for k in rank..n {
        vector.fill(0.0);
        for (i, element) in vector[..rank].iter_mut().enumerate() {
            *element = -triangle.row(i)[k - i];
        }
        triangle.solve_leading(rank, &mut vector);
        vector[k] = 1.0;
        // In units in which the columns of J have norm 1; what is left there by rounding alone is none.
        let scaled = |i: usize| (vector[i] * norms[pivots[i]]).abs();
        let largest = (0..n).map(scaled).fold(0.0, f64::max);
        for i in 0..n {
            is_part[pivots[i]] |= i == k || scaled(i) > f64::EPSILON.sqrt() * largest;
        }
    }
    (0..n).filter(|&i| is_part[i]).collect()
}

impl fmt::Display for Undetermined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rank { rank, variables } => {
                write!(
                    f,
                    "the Jacobian has rank {rank}: the data do not determine the variables {variables:?}"
                )
            }
            Self::Variance { residuals, variables } => write!(
                f,
                "{residuals} residuals and {variables} variables leave nothing to estimate the variance of a residual from"
            ),
            Self::NonFinite => write!(f, "the residuals or the Jacobian are not finite"),
        }
    }
}

impl Error for Undetermined {}
