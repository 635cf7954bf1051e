//! How far a schedule can go, and how much noise it lets through: the sums of the rates and of their squares.

use core::fmt;

use crate::Schedule;

/// What becomes of Σηₖ and Σηₖ² over all steps, in exact arithmetic.
///
/// A run whose gradients stay below G travels at most GΣηₖ. If that is finite, a far minimum is out of reach: the
/// **travel budget**. If it is infinite, the run can get anywhere.
///
/// Noise of variance s² in the gradients adds at most s²Σηₖ² to the variance of where the run is. If that is finite and
/// the noise dies away with the rates, a run can settle at a minimum in spite of it.
///
/// H. Robbins and S. Monro (Annals of Mathematical Statistics 22, 1951, 400–407) ask for both: Σηₖ = ∞ and Σηₖ² < ∞.
/// Without noise the second is not needed: a small enough constant rate converges.
///
/// ```
/// use thalweg_schedules::{LinearDecay, QuadraticDecay, Schedule};
///
/// let linear = LinearDecay { rate: 1.0, ..LinearDecay::default() }.robbins_monro();
/// assert_eq!(linear.to_string(), "Ση = ∞, Ση² = 1.644934");
/// assert_eq!(linear.holds(), Some(true));
///
/// let quadratic = QuadraticDecay { rate: 1.0 }.robbins_monro();
/// assert_eq!(quadratic.to_string(), "Ση = 1.644934, Ση² = 1.082323");
/// assert_eq!(quadratic.holds(), Some(false));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RobbinsMonro {
    /// Σηₖ.
    pub rates: Series,
    /// Σηₖ².
    pub squares: Series,
}

impl RobbinsMonro {
    /// Of a schedule about which nothing is known.
    pub const UNKNOWN: Self = Self { rates: Series::Unknown, squares: Series::Unknown };

    /// Of a schedule whose rates do not fall to 0.
    pub const DIVERGES: Self = Self { rates: Series::Diverges, squares: Series::Diverges };

    /// Whether Σηₖ = ∞ and Σηₖ² < ∞. `None` if that is not known.
    #[must_use]
    pub fn holds(&self) -> Option<bool> {
        match (self.rates.is_finite(), self.squares.is_finite()) {
            (Some(true), _) | (_, Some(false)) => Some(false),
            (Some(false), Some(true)) => Some(true),
            _ => None,
        }
    }

    /// Of `schedule`, whose rates are 0 from step `end` on: a finite sum.
    pub(crate) fn until<S: Schedule + ?Sized>(schedule: &S, end: u64) -> Self {
        let nothing = Series::Converges(Some(0.0));
        Self { rates: nothing, squares: nothing }.after(schedule, end)
    }

    /// Of the schedule that these sums are the tail of, after `end` steps of `schedule`.
    pub(crate) fn after<S: Schedule + ?Sized>(self, schedule: &S, end: u64) -> Self {
        /// More terms than these are not added up; then it is only told that the sum is finite.
        const MANY: u64 = 1 << 20;
        let diverges = |series| matches!(series, Series::Diverges | Series::Unknown);
        if diverges(self.rates) && diverges(self.squares) {
            return self;
        }
        if end > MANY {
            let forgotten = |series| if diverges(series) { series } else { Series::Converges(None) };
            return Self { rates: forgotten(self.rates), squares: forgotten(self.squares) };
        }
        // From the last to the first: most schedules fall, and small numbers are best added first.
        let (rates, squares) = (0..end).rev().fold((0.0, 0.0), |(rates, squares), step| {
            let rate = schedule.rate(step);
            (rates + rate, squares + rate * rate)
        });
        Self { rates: self.rates.plus(rates), squares: self.squares.plus(squares) }
    }
}

/// An infinite sum of terms that are not negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Series {
    /// It is infinite.
    Diverges,
    /// It is finite: this number, where a formula gives it.
    Converges(Option<f64>),
    /// There is no formula that says so.
    Unknown,
}

impl Series {
    /// Whether it is finite. `None` if that is not known.
    #[must_use]
    pub fn is_finite(&self) -> Option<bool> {
        match self {
            Self::Diverges => Some(false),
            Self::Converges(_) => Some(true),
            Self::Unknown => None,
        }
    }

    /// The sum, ∞ where it diverges. `None` if it is not known.
    #[must_use]
    pub fn sum(&self) -> Option<f64> {
        match self {
            Self::Diverges => Some(f64::INFINITY),
            Self::Converges(sum) => *sum,
            Self::Unknown => None,
        }
    }

    /// `number` more.
    fn plus(self, number: f64) -> Self {
        self.map(|sum| sum + number)
    }

    /// With another sum, where it is finite.
    pub(crate) fn map(self, f: impl FnOnce(f64) -> f64) -> Self {
        match self {
            Self::Converges(sum) => Self::Converges(sum.map(f)),
            other => other,
        }
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Diverges => write!(f, "= ∞"),
            Self::Converges(Some(sum)) if (1e-4..1e9).contains(sum) || *sum == 0.0 => write!(f, "= {sum:.6}"),
            Self::Converges(Some(sum)) => write!(f, "= {sum:.6e}"),
            Self::Converges(None) => write!(f, "< ∞"),
            Self::Unknown => write!(f, "unknown"),
        }
    }
}

impl fmt::Display for RobbinsMonro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ση {}, Ση² {}", self.rates, self.squares)
    }
}
