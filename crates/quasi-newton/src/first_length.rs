//! How far the first trial goes, where nothing is known of the curvature yet.
//!
//! ```text
//! ψ ‖x₀‖                  a share of what is there
//! 2ψ |f(x₀)| / ‖∇f(x₀)‖   where x₀ = 0: that share of the way to the minimum of a parabola that comes down to 0
//! ψ                       where that is no length either
//! ```
//!
//! The first two do not change when x or f are measured in other units, and neither do the steps of a method that begins so. A constant
//! added to f changes the second: the first search takes back what is too long, with an evaluation more for every factor of ten or so.
//!
//! Where the literature disagrees: Liu and Nocedal try a step of length 1, L-BFGS-B one of length 1 or ‖∇f‖, whichever is shorter, and
//! so do most libraries: too short by thousands where variables are in meters and change by kilometers, or where there are a million
//! of them. The two lengths above are those of Hager and Zhang's rule I0, but for norms, for the 2, and for a ψ of 0.41 where theirs is
//! 0.01: after a short first trial, the search spends evaluations on making the next ones longer, four times at a time.
//!
//! Sources: W. W. Hager and H. Zhang, SIAM J. Optim. 16 (2005) 170–192, section 4; D. C. Liu and J. Nocedal, Mathematical Programming
//! 45 (1989) 503–528.

use thalweg_problem::InvalidInput;

/// The length of the first trial step, until there is a pair to learn from.
///
/// ```
/// use thalweg_driver::{Stop, minimize, silent};
/// use thalweg_problem::from_fn;
/// use thalweg_quasi_newton::{FirstLength, Lbfgs};
///
/// // The minimum is at 3000 m, the start at 1000 m.
/// let bowl = from_fn(1, |x, gradient| {
///     gradient[0] = x[0] - 3000.0;
///     0.5 * (x[0] - 3000.0) * (x[0] - 3000.0)
/// });
/// let evaluations = |first_length| {
///     let method = Lbfgs { first_length, ..Lbfgs::default() };
///     minimize(&bowl, &method, &[1000.0], Stop::default(), silent).map(|run| run.counts.total())
/// };
/// let (relative, one) = (evaluations(FirstLength::default())?, evaluations(FirstLength::Absolute(1.0))?);
/// println!("{relative} evaluations; {one} if the first step is a meter");
/// assert!(relative < one);
/// # Ok::<(), thalweg_quasi_newton::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FirstLength {
    /// ψ: this share of ‖x₀‖, or from x₀ = 0 of 2|f(x₀)|/‖∇f(x₀)‖; above 0. The default, with ψ = 0.41.
    Relative(f64),
    /// So far, in the units of x; above 0.
    Absolute(f64),
}

impl Default for FirstLength {
    fn default() -> Self {
        // From 0.1 to 0.7 luck decides between any two: docs/benchmarks.md says by which cases this one was taken.
        Self::Relative(0.41)
    }
}

impl FirstLength {
    pub(crate) fn check(self) -> Result<(), InvalidInput> {
        let (Self::Relative(number) | Self::Absolute(number)) = self;
        InvalidInput::unless_positive("first_length", number).map(drop)
    }

    /// The length from a start with this ‖x₀‖, f(x₀) and ‖∇f(x₀)‖.
    pub(crate) fn at(self, x: f64, value: f64, gradient: f64) -> f64 {
        match self {
            Self::Relative(share) => [share * x, 2.0 * share * (value.abs() / gradient)]
                .into_iter()
                .find(|length| *length > 0.0 && length.is_finite())
                .unwrap_or(share),
            Self::Absolute(length) => length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FirstLength;

    #[test]
    fn length_is_a_share_of_what_the_start_says_of_the_scale() {
        let half = FirstLength::Relative(0.5);
        assert_eq!(half.at(8.0, 3.0, 2.0), 4.0);
        assert_eq!(half.at(0.0, -3.0, 2.0), 1.5);
        for nothing in [[0.0, 0.0, 2.0], [0.0, 3.0, 0.0], [0.0, f64::NAN, 2.0], [0.0, 3.0, f64::INFINITY]] {
            assert_eq!(half.at(nothing[0], nothing[1], nothing[2]), 0.5, "{nothing:?}");
        }
        // ‖x₀‖ has no number, f has; and a share of the smallest number there is may be none.
        assert_eq!(half.at(f64::INFINITY, 3.0, 2.0), 1.5);
        assert_eq!(FirstLength::Relative(0.25).at(5e-324, 3.0, 2.0), 0.75);
        assert_eq!(FirstLength::Absolute(7.0).at(8.0, 3.0, 2.0), 7.0);
    }
}
