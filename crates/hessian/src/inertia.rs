//! What the signs of the eigenvalues of a Hessian say about a stationary point.
//!
//! A stationary point where all curvatures are positive is a minimum, where all are negative a maximum, and where both
//! occur a saddle, whatever the other curvatures are. Where some are 0 and the rest has one sign, second derivatives
//! cannot tell: w⁴ has a minimum at 0, −w⁴ a maximum, w³ neither.
//!
//! Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd edition (2006), theorems 2.3 and 2.4; the name is
//! Sylvester's. Slides 33 and 93.

use thalweg_problem::InvalidInput;

use crate::Eigen;

/// How many eigenvalues are negative, zero and positive.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Inertia {
    /// Eigenvalues below −`tolerance`: the index of the stationary point.
    pub negative: usize,
    /// Those between.
    pub zero: usize,
    /// Eigenvalues above `tolerance`.
    pub positive: usize,
    /// What counts as 0.
    pub tolerance: f64,
}

/// What a stationary point is, as far as its Hessian can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stationary {
    /// Every curvature is positive.
    Minimum,
    /// Every curvature is negative.
    Maximum,
    /// Some are positive and some are negative.
    Saddle {
        /// How many are negative.
        index: usize,
    },
    /// Some are 0 and the others have one sign, if there are any: higher derivatives decide.
    Degenerate,
}

impl Inertia {
    /// Counts `values`, those of at most `tolerance` as 0: eigenvalues, or the pivots of a factorization A = L B Lᵀ, which have
    /// the signs of the eigenvalues of A (Sylvester's law) although not their sizes.
    #[must_use]
    pub fn of_values(values: impl IntoIterator<Item = f64>, tolerance: f64) -> Self {
        let mut inertia = Self { negative: 0, zero: 0, positive: 0, tolerance };
        for value in values {
            *if value > tolerance {
                &mut inertia.positive
            } else if value < -tolerance {
                &mut inertia.negative
            } else {
                &mut inertia.zero
            } += 1;
        }
        inertia
    }

    /// What a stationary point with these curvatures is. Whether a point is stationary is for its gradient to say.
    #[must_use]
    pub fn stationary(&self) -> Stationary {
        match (self.negative, self.zero, self.positive) {
            (0, 0, _) => Stationary::Minimum,
            (_, 0, 0) => Stationary::Maximum,
            (0, _, _) | (_, _, 0) => Stationary::Degenerate,
            (index, _, _) => Stationary::Saddle { index },
        }
    }

    /// Whether every eigenvalue is positive, and by more than the tolerance.
    #[must_use]
    pub fn is_positive_definite(&self) -> bool {
        self.stationary() == Stationary::Minimum
    }
}

impl Eigen {
    /// The signs of the eigenvalues, with [`uncertainty`](Self::uncertainty) for a tolerance.
    ///
    /// ```
    /// use thalweg_hessian::nalgebra::DMatrix;
    /// use thalweg_hessian::{Eigen, Stationary};
    ///
    /// let saddle = Eigen::new(&DMatrix::from_row_slice(2, 2, &[0.0, 2.0, 2.0, 0.0]))?;
    /// assert_eq!(saddle.inertia().stationary(), Stationary::Saddle { index: 1 });
    /// let (curvature, direction) = saddle.most_negative_curvature().expect("a saddle has one");
    /// println!("{curvature} along {direction:.3?}");
    /// assert!((curvature + 2.0).abs() < 1e-15 && (direction[0] + direction[1]).abs() < 1e-15);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn inertia(&self) -> Inertia {
        self.signs(self.uncertainty())
    }

    /// The signs of the eigenvalues, those of at most `tolerance` counting as 0: for a Hessian that is not known to the
    /// last digits, say.
    ///
    /// # Errors
    /// If `tolerance` is negative or not finite.
    pub fn inertia_within(&self, tolerance: f64) -> Result<Inertia, InvalidInput> {
        InvalidInput::unless_non_negative("tolerance", tolerance).map(|tolerance| self.signs(tolerance))
    }

    fn signs(&self, tolerance: f64) -> Inertia {
        Inertia::of_values(self.values().iter().copied(), tolerance)
    }

    /// The lowest eigenvalue and its unit eigenvector, length n, if it is negative by more than
    /// [`uncertainty`](Self::uncertainty): along it, up or down, a quadratic falls fastest below its saddle.
    #[must_use]
    pub fn most_negative_curvature(&self) -> Option<(f64, &[f64])> {
        (self.lowest() < -self.uncertainty()).then(|| (self.lowest(), self.vector(0)))
    }
}
