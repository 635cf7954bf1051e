//! Hessian–vector products against differences of the gradient, and against each other.

use alloc::vec;
use alloc::vec::Vec;

use super::gradient::move_along;
use super::rounding::{Random, rounding};
use super::{CheckSettings, Comparison, DerivativeCheck, Entry, check_point};
use crate::{Curved, InvalidInput};

/// Compares H(x) v, element by element, with differences of ∇f along v, and uᵀ H v with vᵀ H u for every two
/// directions.
///
/// `x` has length n. The directions are random numbers, the same in every run: vⱼ lies between ½ and 1 times |xⱼ|, or
/// times 1 where xⱼ is 0, up or down, so that every column of H takes part and no variable moves beyond its scale.
/// Takes for each direction 5 products, and gradients: about 14 where f is smooth, at most 84. All elements of a
/// product share them. The gradient itself is taken as it is: check it first.
///
/// ```
/// use thalweg_problem::{CheckSettings, Curved, Differentiable, Objective, Verdict, check_hessian_vector};
///
/// /// ½ (x₁ + x₂)² with half of its Hessian missing.
/// struct Slip;
/// impl Objective for Slip {
///     fn dim(&self) -> usize { 2 }
///     fn value(&self, x: &[f64]) -> f64 { 0.5 * (x[0] + x[1]) * (x[0] + x[1]) }
/// }
/// impl Differentiable for Slip {
///     fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
///         gradient.fill(x[0] + x[1]);
///         self.value(x)
///     }
/// }
/// impl Curved for Slip {
///     fn hessian_vector(&self, _x: &[f64], v: &[f64], out: &mut [f64]) {
///         out.copy_from_slice(v);
///     }
/// }
/// let check = check_hessian_vector(&Slip, &[1.0, 2.0], CheckSettings::default())?;
/// assert_eq!(check.verdict, Verdict::Wrong);
/// # Ok::<(), thalweg_problem::InvalidInput>(())
/// ```
///
/// # Errors
/// If n is 0, `x` has another length or an element that is not finite, or a setting cannot be used.
pub fn check_hessian_vector<P: Curved + ?Sized>(
    problem: &P,
    x: &[f64],
    settings: CheckSettings<'_>,
) -> Result<DerivativeCheck, InvalidInput> {
    check_point(problem, x, &settings)?;
    let n = x.len();
    let mut gradient = vec![f64::NAN; n];
    let value = problem.value_gradient(x, &mut gradient);
    if !value.is_finite() {
        return Ok(DerivativeCheck::nowhere(value));
    }
    let mut random = Random(0);
    let mut comparisons = Vec::new();
    let mut products: Vec<Product> = Vec::new();
    let mut moved = x.to_vec();
    for k in 0..settings.directions {
        let v = random.direction(x);
        let estimates = settings.differences(1.0).derivative(&gradient, |t, out| {
            move_along(x, &v, t, &mut moved);
            problem.value_gradient(&moved, out);
            t
        });
        let product = Product::new(problem, x, v);
        for (row, estimate) in estimates.into_iter().enumerate() {
            let entry = Entry::HessianVector { direction: k, row };
            comparisons.push(Comparison::new(
                entry,
                product.hv[row],
                estimate,
                product.rounding[row],
                &settings,
            ));
        }
        products.push(product);
    }
    for (j, b) in products.iter().enumerate() {
        for (i, a) in products[..j].iter().enumerate() {
            let ((one, one_size), (other, other_size)) = (b.times(&a.v), a.times(&b.v));
            let rounding = a.rounding_along(&b.v)
                + b.rounding_along(&a.v)
                + settings.tolerance * (one_size + other_size);
            let entry = Entry::Symmetry { u: i, v: j };
            comparisons.push(Comparison::of_equals(entry, one, other, rounding, &settings));
        }
    }
    Ok(DerivativeCheck::new(comparisons))
}

/// H v, and how far each element may be off by rounding.
pub(super) struct Product {
    pub(super) v: Vec<f64>,
    pub(super) hv: Vec<f64>,
    pub(super) rounding: Vec<f64>,
}

impl Product {
    pub(super) fn new<P: Curved + ?Sized>(problem: &P, x: &[f64], v: Vec<f64>) -> Self {
        let mut hv = vec![f64::NAN; x.len()];
        problem.hessian_vector(x, &v, &mut hv);
        let rounding = rounding(x, &hv, |x, out| problem.hessian_vector(x, &v, out));
        Self { v, hv, rounding }
    }

    /// uᵀ H v, and the sum of the absolute terms.
    fn times(&self, u: &[f64]) -> (f64, f64) {
        let terms = || self.hv.iter().zip(u).map(|(h, u)| h * u);
        (terms().sum(), terms().map(f64::abs).sum())
    }

    fn rounding_along(&self, u: &[f64]) -> f64 {
        self.rounding.iter().zip(u).map(|(r, u)| (r * u).abs()).sum()
    }
}
