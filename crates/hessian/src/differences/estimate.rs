//! A Hessian by differences at many steps, with a bound on the error of every element.

use std::fmt;

use nalgebra::DMatrix;
use thalweg_problem::{Allowance, Differences, Differentiable, InvalidInput, Stuck};

use crate::Asymmetry;

/// How differences for a [`HessianEstimate`] are taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DifferenceSettings {
    /// Steps are added until every bound of a column is below this times its element, or none can improve it. 0 or more;
    /// default 1e-9.
    pub tolerance: f64,
    /// What a number of ordinary size is among the xᵢ that are 0, above 0; for the others |xᵢ| says so. It decides where the
    /// search for a step begins. Default 1.
    pub typical_x: f64,
}

impl Default for DifferenceSettings {
    fn default() -> Self {
        Self { tolerance: 1e-9, typical_x: 1.0 }
    }
}

/// The Hessian of `problem` at `x`, length n, from differences of its gradient, with a bound on the error of every element.
///
/// Each column takes about 14 gradients where f is smooth, about 26 if one of its elements is 0, for no bound is small beside
/// that, and at most 84; each is asked for at `allow`. What is found in them takes some microseconds for each of
/// the n² elements: this is for n in the hundreds. The steps differ by
/// powers of 3.7 and are extrapolated; the bound comes from what they say, and is as honest as the bounds of
/// [`check_gradient`](thalweg_problem::check_gradient) ([`Differences`]).
/// The two estimates of a mixed derivative are weighed by each other's bounds, and of two bounds the harmonic mean remains.
///
/// An element that cannot be estimated, because f is not finite on both sides of x at any step or because x lies beyond the
/// border of the domain, is NaN with the bound ∞.
///
/// ```
/// use thalweg_hessian::problem::{Allowance, Stuck, from_fn};
/// use thalweg_hessian::{DifferenceSettings, hessian_by_differences};
///
/// // x²y has the Hessian (2y, 2x; 2x, 0).
/// let f = from_fn(2, |x, g| {
///     (g[0], g[1]) = (2.0 * x[0] * x[1], x[0] * x[0]);
///     x[0] * x[0] * x[1]
/// });
/// let mut allow = Allowance::evaluations(1000);
/// let found = hessian_by_differences(&f, &[3.0, 2.0], DifferenceSettings::default(), &mut allow)?;
/// println!("{found}{}", found.matrix);
/// for (element, exact) in [((0, 0), 4.0), ((1, 0), 6.0), ((0, 1), 6.0), ((1, 1), 0.0)] {
///     let (error, bound) = ((found.matrix[element] - exact).abs(), found.bounds[element]);
///     assert!(error <= bound && bound < 1e-10, "{element:?}: {error:e} ± {bound:e}");
/// }
/// assert_eq!(found.gradients, 1000 - allow.left());
///
/// // A gradient that lacks a factor is no gradient at all: its derivatives are not symmetric.
/// let slip = from_fn(2, |x, g| {
///     (g[0], g[1]) = (x[0] * x[1], x[0] * x[0]);
///     x[0] * x[0] * x[1]
/// });
/// let found = hessian_by_differences(&slip, &[3.0, 2.0], DifferenceSettings::default(), &mut allow)?;
/// assert!(!found.is_symmetric());
/// assert!(found.to_string().contains("∂²f/∂x[1]∂x[0] is 6.000e0 by differences of ∂f/∂x[1] and 3.000e0 by those of ∂f/∂x[0]"));
/// # Ok::<(), Stuck>(())
/// ```
///
/// # Errors
/// [`Stuck::Invalid`] if n is 0, `x` has another length or an element that is not finite, or a setting cannot be used;
/// whatever `allow` answers when it is used up or cancelled.
pub fn hessian_by_differences<P: Differentiable + ?Sized>(
    problem: &P,
    x: &[f64],
    settings: DifferenceSettings,
    allow: &mut Allowance,
) -> Result<HessianEstimate, Stuck> {
    let n = problem.dim();
    if n == 0 {
        return Err(InvalidInput::new("problem.dim()", 0, "1 or more").into());
    }
    InvalidInput::unless_length("x", x, n)?;
    InvalidInput::unless_all_finite("x", x)?;
    let tolerance = InvalidInput::unless_non_negative("settings.tolerance", settings.tolerance)?;
    let typical_x = InvalidInput::unless_positive("settings.typical_x", settings.typical_x)?;
    let mut gradients = 0;
    let mut evaluate = |x: &[f64], gradient: &mut [f64]| {
        allow.spend()?;
        gradients += 1;
        // A gradient may go on where f has no value.
        if !problem.value_gradient(x, gradient).is_finite() {
            gradient.fill(f64::NAN);
        }
        Ok::<(), Stuck>(())
    };
    let mut center = vec![f64::NAN; n];
    evaluate(x, &mut center)?;
    let mut matrix = DMatrix::repeat(n, n, f64::NAN);
    let mut bounds = DMatrix::repeat(n, n, f64::INFINITY);
    // Where f has no value there are no differences.
    let columns = if center.iter().all(|g| g.is_finite()) { n } else { 0 };
    let mut moved = x.to_vec();
    let mut refused = None;
    for j in 0..columns {
        let reach = if x[j].is_normal() { x[j].abs() } else { typical_x };
        let column = Differences { reach, tolerance }.derivative(&center, |t, out| {
            // Once refused, the rest of the ladder is walked without evaluating: it ends by itself.
            if refused.is_some() {
                return t;
            }
            moved[j] = x[j] + t;
            refused = evaluate(&moved, out).err();
            let taken = moved[j] - x[j];
            moved[j] = x[j];
            taken
        });
        if let Some(stuck) = refused {
            return Err(stuck);
        }
        for (i, derivative) in column.iter().enumerate() {
            (matrix[(i, j)], bounds[(i, j)]) = (derivative.value, derivative.bound);
        }
    }
    let (asymmetry, asymmetry_bound) = reconcile(&mut matrix, &mut bounds);
    Ok(HessianEstimate { matrix, bounds, asymmetry, asymmetry_bound, gradients })
}

/// A Hessian and how far each of its elements may be off.
///
/// Printed, it is a sentence with the widest bound and the worst asymmetry.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HessianEstimate {
    /// H(x), n × n, symmetric to the last bit. NaN where nothing is known.
    pub matrix: DMatrix<f64>,
    /// Bounds on the errors of the elements, n × n; ∞ where nothing is known.
    pub bounds: DMatrix<f64>,
    /// Of all pairs of elements, before they were made equal, that which is farthest apart for its bound.
    pub asymmetry: Asymmetry,
    /// How far those two may be apart: the sum of their bounds.
    pub asymmetry_bound: f64,
    /// Gradients that were evaluated.
    pub gradients: u64,
}

impl HessianEstimate {
    /// Whether every asymmetry is within its bound. If not, the gradient is wrong: that is, it is the gradient of no function.
    ///
    /// One of the two elements of the gradient that [`asymmetry`](Self::asymmetry) names is wrong, or both. A gradient can be
    /// wrong without that, too: twice the right one has a symmetric derivative.
    /// [`check_gradient`](thalweg_problem::check_gradient) compares with the values.
    #[must_use]
    pub fn is_symmetric(&self) -> bool {
        let difference = self.asymmetry.difference();
        // One that is not a number says nothing.
        difference.is_nan() || difference <= self.asymmetry_bound
    }

    /// Whether there is an estimate of every element.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.bounds.iter().all(|bound| bound.is_finite())
    }

    /// The largest bound; ∞ if nothing is known of an element.
    #[must_use]
    pub fn widest_bound(&self) -> f64 {
        self.bounds.iter().copied().fold(0.0, f64::max)
    }
}

impl fmt::Display for HessianEstimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, gradients) = (self.matrix.nrows(), self.gradients);
        write!(f, "{n} × {n} elements to ±{:.1e} from {gradients} gradients; ", self.widest_bound())?;
        let Asymmetry { row, column, below, above } = self.asymmetry;
        if self.is_symmetric() {
            return write!(f, "symmetric within the bounds");
        }
        write!(
            f,
            "∂²f/∂x[{row}]∂x[{column}] is {below:.3e} by differences of ∂f/∂x[{row}] and {above:.3e} by those of \
             ∂f/∂x[{column}], ±{:.1e}: the gradient is wrong",
            self.asymmetry_bound
        )
    }
}

/// Makes one of the two estimates of each mixed derivative. Returns the pair that is farthest apart for its bound.
fn reconcile(matrix: &mut DMatrix<f64>, bounds: &mut DMatrix<f64>) -> (Asymmetry, f64) {
    let (mut worst, mut worst_bound, mut worst_share) = (Asymmetry::default(), 0.0, -1.0);
    let n = matrix.nrows();
    for column in 0..n {
        for row in column + 1..n {
            let (low, high) = ((row, column), (column, row));
            let pair = [(matrix[low], bounds[low]), (matrix[high], bounds[high])];
            let here = Asymmetry { row, column, below: pair[0].0, above: pair[1].0 };
            let allowed = pair[0].1 + pair[1].1;
            let share = if here.difference() > 0.0 { here.difference() / allowed } else { 0.0 };
            if share > worst_share {
                (worst, worst_bound, worst_share) = (here, allowed, share);
            }
            let (value, bound) = weigh(pair);
            // Two that contradict each other: nobody knows which is right.
            let bound = if share > 1.0 { bound + here.difference() } else { bound };
            (matrix[low], matrix[high]) = (value, value);
            (bounds[low], bounds[high]) = (bound, bound);
        }
    }
    (worst, worst_bound)
}

/// Of a, known to ±α, and b, known to ±β, the mean (β a + α b)/(α + β), which is off by at most 2 α β/(α + β).
fn weigh(mut pair: [(f64, f64); 2]) -> (f64, f64) {
    pair.sort_by(|(_, alpha), (_, beta)| alpha.total_cmp(beta));
    let [(a, alpha), (b, beta)] = pair;
    if beta == f64::INFINITY {
        return (a, alpha);
    }
    // 1 where both are exact.
    let ratio = if beta > 0.0 { alpha / beta } else { 1.0 };
    ((a + ratio * b) / (1.0 + ratio), 2.0 * alpha / (1.0 + ratio))
}
