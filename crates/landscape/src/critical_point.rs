//! A point that has passed a test of stationarity, and the signs of the curvatures there.
//!
//! An index means something where ∇f = 0, and nothing elsewhere. So it can be asked of a [`CriticalPoint`] only, and there is no
//! other way to one than the test
//!
//! ```text
//! ‖∇f(x)‖ ≤ tolerance · scale
//! ```
//!
//! with a scale that is stated. It is a point of the problem that it was tested on, too: it holds on to that.

use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Eigen, assemble};
use thalweg_krylov::HessianAt;
use thalweg_numerics::norm;
use thalweg_problem::{Allowance, Curved, InvalidInput, Point, Stuck, check_start};

use crate::SignedSpectrum;

/// When a gradient counts as 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stationarity {
    /// ‖∇f‖ over the scale, at most; above 0. Default 1e-10.
    pub tolerance: f64,
    /// What ‖∇f‖ is of ordinary size, above 0. Default 1. A census states one number for all of its points: a scale that
    /// changes with the start makes steep starts find points that are none.
    pub scale: f64,
}

impl Default for Stationarity {
    fn default() -> Self {
        Self { tolerance: 1e-10, scale: 1.0 }
    }
}

impl Stationarity {
    /// The largest ‖∇f‖ that counts as 0.
    #[must_use]
    pub fn threshold(&self) -> f64 {
        self.tolerance * self.scale
    }

    pub(crate) fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("stationarity.tolerance", self.tolerance)?;
        InvalidInput::unless_positive("stationarity.scale", self.scale).map(drop)
    }

    /// NaN passes no test.
    pub(crate) fn is_met_by(&self, point: &Point) -> bool {
        point.is_finite() && norm(&point.gradient) <= self.threshold()
    }
}

/// A point where ∇f is 0, as far as a stated tolerance tells, and whose curvatures may therefore be asked for.
///
/// ```
/// use thalweg_landscape::problem::{Allowance, Stuck};
/// use thalweg_landscape::{CriticalPoint, Stationarity};
/// use thalweg_objectives::classic::Himmelblau;
///
/// let mut allow = Allowance::evaluations(100);
/// // A minimum, where all is exact, and a point beside it, which has no index.
/// let minimum = CriticalPoint::verify(&Himmelblau, &[3.0, 2.0], Stationarity::default(), &mut allow)?;
/// let beside = CriticalPoint::verify(&Himmelblau, &[3.0, 2.001], Stationarity::default(), &mut allow);
/// println!("{}", beside.unwrap_err());
/// let spectrum = minimum.spectrum(&mut allow)?;
/// println!("{:.3?} ± {:.0e}", spectrum.values(), spectrum.bound());
/// assert_eq!((spectrum.index(), spectrum.undecided(), spectrum.positive()), (0, 0, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct CriticalPoint<'p, P: ?Sized> {
    problem: &'p P,
    point: Point,
    stationarity: Stationarity,
}

/// Why there is no critical point.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum NotVerified {
    /// The gradient is not 0, or something is not finite.
    NotStationary {
        /// ‖∇f‖.
        gradient_norm: f64,
        /// What it had to reach.
        threshold: f64,
    },
    /// The input cannot be used, or no evaluation was left.
    Stuck(Stuck),
}

impl std::fmt::Display for NotVerified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotStationary { gradient_norm, threshold } => {
                write!(
                    f,
                    "the point is not stationary: its gradient has the norm {gradient_norm:e}, above {threshold:e}"
                )
            }
            Self::Stuck(stuck) => stuck.fmt(f),
        }
    }
}

impl std::error::Error for NotVerified {}

impl From<Stuck> for NotVerified {
    fn from(stuck: Stuck) -> Self {
        Self::Stuck(stuck)
    }
}

impl From<InvalidInput> for NotVerified {
    fn from(input: InvalidInput) -> Self {
        Self::Stuck(input.into())
    }
}

impl<'p, P: Curved + ?Sized> CriticalPoint<'p, P> {
    /// Tests `x`, length n, wherever it comes from: one evaluation.
    ///
    /// # Errors
    /// If the gradient there is not 0 by `stationarity`, a setting or `x` cannot be used, or `allow` says no.
    pub fn verify(
        problem: &'p P,
        x: &[f64],
        stationarity: Stationarity,
        allow: &mut Allowance,
    ) -> Result<Self, NotVerified> {
        stationarity.check()?;
        check_start(problem, x)?;
        allow.spend()?;
        Self::of_point(problem, Point::new(problem, x), stationarity)
    }

    /// Tests a point that was evaluated already.
    pub(crate) fn of_point(
        problem: &'p P,
        point: Point,
        stationarity: Stationarity,
    ) -> Result<Self, NotVerified> {
        if stationarity.is_met_by(&point) {
            Ok(Self { problem, point, stationarity })
        } else {
            let (gradient_norm, threshold) = (norm(&point.gradient), stationarity.threshold());
            Err(NotVerified::NotStationary { gradient_norm, threshold })
        }
    }

    /// All eigenvalues of the Hessian with one bound for them, and so their signs: 2n products, n² numbers of memory and about 10n³
    /// flops.
    ///
    /// # Errors
    /// What `allow` answers when it is used up or cancelled; in words, if a product is not finite.
    pub fn spectrum(&self, allow: &mut Allowance) -> Result<SignedSpectrum, Stuck> {
        let n = self.point.x.len();
        let operator = HessianAt { problem: self.problem, x: &self.point.x };
        let mut matrix = DMatrix::zeros(n, n);
        assemble(&operator, &mut matrix, allow)?;
        if matrix.iter().any(|element| !element.is_finite()) {
            return Err(Stuck::Because("the Hessian is not finite".into()));
        }
        let eigen = Eigen::new(&matrix).map_err(|error| Stuck::Because(error.to_string().into()))?;
        SignedSpectrum::measure(&operator, eigen, allow)
    }
}

impl<P: ?Sized> CriticalPoint<'_, P> {
    /// x, length n.
    #[must_use]
    pub fn x(&self) -> &[f64] {
        &self.point.x
    }

    /// f(x).
    #[must_use]
    pub fn value(&self) -> f64 {
        self.point.value
    }

    /// ‖∇f(x)‖.
    #[must_use]
    pub fn gradient_norm(&self) -> f64 {
        norm(&self.point.gradient)
    }

    /// The test that it has passed.
    #[must_use]
    pub fn stationarity(&self) -> Stationarity {
        self.stationarity
    }
}
