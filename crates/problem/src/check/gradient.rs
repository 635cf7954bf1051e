//! A gradient against differences of values.

use alloc::vec;
use alloc::vec::Vec;

use super::rounding::rounding;
use super::{CheckSettings, Comparison, DerivativeCheck, Entry, check_point};
use crate::{Differentiable, InvalidInput};

/// Compares ∇f(x), element by element, with differences of f along the coordinates.
///
/// `x` has length n, and f is finite there. Takes 5 gradients, 5 values, and values for each coordinate: about 14 where f is smooth
/// and has no more noise than its roundings, at most 84.
/// The same numbers come out on every machine on which f is the same.
///
/// ```
/// use thalweg_problem::{CheckSettings, Verdict, check_gradient, from_fn};
///
/// // The derivative of x² y is 2xy by x and x² by y; the second is missing its square.
/// let slip = from_fn(2, |x, g| {
///     (g[0], g[1]) = (2.0 * x[0] * x[1], x[0]);
///     x[0] * x[0] * x[1]
/// });
/// let check = check_gradient(&slip, &[3.0, 2.0], CheckSettings::default())?;
/// assert_eq!(check.verdict, Verdict::Wrong);
/// println!("{check}");
/// assert!(check.to_string().contains("∂f/∂x[1] is 3.0, differences give 9.0"), "{check}");
/// # Ok::<(), thalweg_problem::InvalidInput>(())
/// ```
///
/// # Errors
/// If n is 0, `x` has another length or an element that is not finite, or a setting cannot be used.
pub fn check_gradient<P: Differentiable + ?Sized>(
    problem: &P,
    x: &[f64],
    settings: CheckSettings<'_>,
) -> Result<DerivativeCheck, InvalidInput> {
    check_point(problem, x, &settings)?;
    let n = x.len();
    let value = problem.value(x);
    if !value.is_finite() {
        return Ok(DerivativeCheck::nowhere(value));
    }
    let analytic = ValueAndGradient::new(problem, x);
    let mut comparisons = vec![analytic.compare_value(value, &settings)];
    let mut moved = x.to_vec();
    for i in settings.coordinates(n) {
        let estimate = settings.differences(x[i].abs()).derivative(&[value], |t, out| {
            moved[i] = x[i] + t;
            out[0] = problem.value(&moved);
            let taken = moved[i] - x[i];
            moved[i] = x[i];
            taken
        })[0];
        let (gradient, rounding) = (analytic.numbers[i], analytic.rounding[i]);
        comparisons.push(Comparison::new(Entry::Gradient(i), gradient, estimate, rounding, &settings));
    }
    Ok(DerivativeCheck::new(comparisons))
}

/// Compares ∇f(x)ᵀ v with differences of f along one direction `v`: for n so large that coordinate by coordinate takes
/// too long. An error in any element shows, but not which one it is in.
///
/// `x` and `v` have length n, all elements finite, and v is not 0. Costs as much as one coordinate of [`check_gradient`].
///
/// ```
/// use thalweg_problem::{CheckSettings, check_gradient_along, from_fn};
///
/// let sum_of_squares = from_fn(100, |x, g| {
///     g.iter_mut().zip(x).for_each(|(g, x)| *g = 2.0 * x);
///     x.iter().map(|x| x * x).sum()
/// });
/// let check = check_gradient_along(&sum_of_squares, &[1.0; 100], &[0.5; 100], CheckSettings::default())?;
/// assert!(check.agrees(), "{check}");
/// # Ok::<(), thalweg_problem::InvalidInput>(())
/// ```
///
/// # Errors
/// As [`check_gradient`], and if `v` has another length, an element that is not finite, or only zeros.
pub fn check_gradient_along<P: Differentiable + ?Sized>(
    problem: &P,
    x: &[f64],
    v: &[f64],
    settings: CheckSettings<'_>,
) -> Result<DerivativeCheck, InvalidInput> {
    check_point(problem, x, &settings)?;
    InvalidInput::unless_length("v", v, x.len())?;
    InvalidInput::unless_all_finite("v", v)?;
    if v.iter().all(|v| *v == 0.0) {
        return Err(InvalidInput::new("v", "all zeros", "an element that is not 0"));
    }
    let value = problem.value(x);
    if !value.is_finite() {
        return Ok(DerivativeCheck::nowhere(value));
    }
    let analytic = ValueAndGradient::new(problem, x);
    let along = |numbers: &[f64]| numbers.iter().zip(v).fold(0.0, |sum, (g, v)| sum + g * v);
    let rounding = analytic.rounding.iter().zip(v).fold(0.0, |sum, (r, v)| sum + (r * v).abs());
    let mut moved = x.to_vec();
    let estimate = settings.differences(reach_along(x, v)).derivative(&[value], |t, out| {
        move_along(x, v, t, &mut moved);
        out[0] = problem.value(&moved);
        t
    })[0];
    let gradient = along(&analytic.numbers[..x.len()]);
    Ok(DerivativeCheck::new(vec![
        analytic.compare_value(value, &settings),
        Comparison::new(Entry::Along, gradient, estimate, rounding, &settings),
    ]))
}

/// The gradient at x, then the value, and how far each may be off by rounding.
struct ValueAndGradient {
    numbers: Vec<f64>,
    rounding: Vec<f64>,
}

impl ValueAndGradient {
    fn new<P: Differentiable + ?Sized>(problem: &P, x: &[f64]) -> Self {
        let n = x.len();
        let evaluate = |x: &[f64], out: &mut [f64]| out[n] = problem.value_gradient(x, &mut out[..n]);
        // NaN, so that an element that is never written is not taken for a zero.
        let mut numbers = vec![f64::NAN; n + 1];
        evaluate(x, &mut numbers);
        let rounding = rounding(x, &numbers, evaluate);
        Self { numbers, rounding }
    }

    /// The value beside that of [`Objective::value`](crate::Objective::value), on which all differences rest.
    fn compare_value(&self, value: f64, settings: &CheckSettings<'_>) -> Comparison {
        let n = self.numbers.len() - 1;
        Comparison::of_equals(Entry::Value, self.numbers[n], value, self.rounding[n], settings)
    }
}

/// How far x can go along v until an element has moved by its own size; elements that are 0 do not count.
fn reach_along(x: &[f64], v: &[f64]) -> f64 {
    let steps = x.iter().zip(v).filter(|(x, v)| x.is_normal() && **v != 0.0).map(|(x, v)| (x / v).abs());
    steps.reduce(f64::min).unwrap_or(0.0)
}

/// Writes x + t v.
pub(super) fn move_along(x: &[f64], v: &[f64], t: f64, moved: &mut [f64]) {
    for ((moved, x), v) in moved.iter_mut().zip(x).zip(v) {
        *moved = x + t * v;
    }
}
