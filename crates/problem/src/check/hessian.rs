//! A Hessian as a matrix against differences of the gradient, and the products that are made of it.

use alloc::vec;
use alloc::vec::Vec;

use thalweg_numerics::sqrt;

use super::hessian_vector::Product;
use super::rounding::{Random, rounding};
use super::{CheckSettings, Comparison, DerivativeCheck, Entry, check_point};
use crate::{Curved, Derivative, InvalidInput};

/// Compares H(x), element by element, with differences of ∇f along the coordinates; each element with its mirror image;
/// and, for they should be the same, H(x) v with the products of [`Curved::hessian_vector`].
///
/// `hessian(x, out)` writes n² elements, column after column, into `out`; `x` has length n. Takes 5 Hessians, 5 products
/// for each direction, and gradients for each column: about 14 where f is smooth, at most 84. The directions are those of
/// [`check_hessian_vector`](crate::check_hessian_vector). The gradient itself is taken as it is: check it first.
///
/// The crate `hessian` has this for its own trait and its matrices.
///
/// ```
/// use thalweg_problem::{CheckSettings, Curved, Differentiable, Objective, Verdict, check_hessian_columns};
///
/// /// ½ (x₁ + x₂)²
/// struct Sum;
/// impl Objective for Sum {
///     fn dim(&self) -> usize { 2 }
///     fn value(&self, x: &[f64]) -> f64 { 0.5 * (x[0] + x[1]) * (x[0] + x[1]) }
/// }
/// impl Differentiable for Sum {
///     fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
///         gradient.fill(x[0] + x[1]);
///         self.value(x)
///     }
/// }
/// impl Curved for Sum {
///     fn hessian_vector(&self, _x: &[f64], v: &[f64], out: &mut [f64]) {
///         out.fill(v[0] + v[1]);
///     }
/// }
/// let check = |elements: [f64; 4]| {
///     let write = |_: &[f64], out: &mut [f64]| out.copy_from_slice(&elements);
///     check_hessian_columns(&Sum, &[1.0, 2.0], write, CheckSettings::default())
/// };
/// assert!(check([1.0, 1.0, 1.0, 1.0])?.agrees());
/// let slip = check([1.0, 1.0, 1.0, 2.0])?;
/// assert_eq!(slip.verdict, Verdict::Wrong);
/// let wrong = slip.comparisons.iter().find(|number| number.verdict == Verdict::Wrong).expect("there is one");
/// assert!(wrong.to_string().starts_with("∂²f/∂x[1]∂x[1] is 2.0, differences give 1.0 ± "), "{wrong}");
/// # Ok::<(), thalweg_problem::InvalidInput>(())
/// ```
///
/// # Errors
/// If n is 0, `x` has another length or an element that is not finite, or a setting cannot be used.
pub fn check_hessian_columns<P: Curved + ?Sized>(
    problem: &P,
    x: &[f64],
    hessian: impl Fn(&[f64], &mut [f64]),
    settings: CheckSettings<'_>,
) -> Result<DerivativeCheck, InvalidInput> {
    check_point(problem, x, &settings)?;
    let n = x.len();
    let mut gradient = vec![f64::NAN; n];
    let value = problem.value_gradient(x, &mut gradient);
    if !value.is_finite() {
        return Ok(DerivativeCheck::nowhere(value));
    }
    // NaN, so that an element that is never written is not taken for a zero.
    let mut elements = vec![f64::NAN; n * n];
    hessian(x, &mut elements);
    let rounding = rounding(x, &elements, &hessian);
    let at = |row: usize, column: usize| (elements[row + n * column], rounding[row + n * column]);

    let mut comparisons = Vec::new();
    let mut moved = x.to_vec();
    for column in settings.coordinates(n) {
        let estimates = settings.differences(x[column].abs()).derivative(&gradient, |t, out| {
            moved[column] = x[column] + t;
            problem.value_gradient(&moved, out);
            let taken = moved[column] - x[column];
            moved[column] = x[column];
            taken
        });
        for (row, estimate) in estimates.into_iter().enumerate() {
            let (element, rounding) = at(row, column);
            // Many elements are 0, and no bound is small beside that; √|Hᵢᵢ Hⱼⱼ| has the same unit.
            let size = sqrt(at(row, row).0.abs()) * sqrt(at(column, column).0.abs());
            let estimate = Derivative { slope: estimate.slope.max(size), ..estimate };
            let entry = Entry::Hessian { row, column };
            comparisons.push(Comparison::new(entry, element, estimate, rounding, &settings));
            if row > column {
                let (mirrored, other) = at(column, row);
                let entry = Entry::HessianMirrored { row, column };
                comparisons.push(Comparison::of_equals(
                    entry,
                    element,
                    mirrored,
                    rounding + other,
                    &settings,
                ));
            }
        }
    }
    let mut random = Random(0);
    for direction in 0..settings.directions {
        let product = Product::new(problem, x, random.direction(x));
        for row in 0..n {
            let terms = || product.v.iter().enumerate().map(|(column, v)| (at(row, column), v));
            let along: f64 = terms().map(|((element, _), v)| element * v).sum();
            // The sum may be small because its terms cancel; what they are off by does not.
            let off: f64 = terms().map(|((h, r), v)| (r + settings.tolerance * h.abs()) * v.abs()).sum();
            let entry = Entry::HessianTimes { direction, row };
            let rounding = off + product.rounding[row];
            comparisons.push(Comparison::of_equals(entry, along, product.hv[row], rounding, &settings));
        }
    }
    Ok(DerivativeCheck::new(comparisons))
}
