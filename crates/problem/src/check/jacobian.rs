//! A Jacobian against differences of the residuals, and the objective that is made of them.

use alloc::vec;
use alloc::vec::Vec;

use super::rounding::rounding;
use super::{CheckSettings, Comparison, DerivativeCheck, Entry, check_point};
use crate::{InvalidInput, LeastSquares};

/// Compares J(x), column by column, with differences of the residuals along the coordinates; and, for it should be the
/// same function, f(x) with ½‖r(x)‖² and ∇f(x) with J(x)ᵀ r(x).
///
/// `x` has length n. Takes 5 Jacobians, 5 gradients, 1 vector of residuals, and vectors of residuals for each column:
/// about 14 where they are smooth, at most 84. All elements of a column share them.
///
/// ```
/// use thalweg_problem::{CheckSettings, Differentiable, LeastSquares, Objective, check_jacobian};
///
/// /// r(x) = (x₁ x₂, x₁ − 1)
/// struct Two;
/// impl Objective for Two {
///     fn dim(&self) -> usize { 2 }
///     fn value(&self, x: &[f64]) -> f64 { self.value_gradient(x, &mut [0.0; 2]) }
/// }
/// impl Differentiable for Two {
///     fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
///         let [a, b] = [x[0] * x[1], x[0] - 1.0];
///         (gradient[0], gradient[1]) = (a * x[1] + b, a * x[0]);
///         0.5 * (a * a + b * b)
///     }
/// }
/// impl LeastSquares for Two {
///     fn residual_count(&self) -> usize { 2 }
///     fn residuals(&self, x: &[f64], r: &mut [f64]) {
///         (r[0], r[1]) = (x[0] * x[1], x[0] - 1.0);
///     }
///     fn residuals_jacobian(&self, x: &[f64], r: &mut [f64], jacobian: &mut [f64]) {
///         self.residuals(x, r);
///         jacobian.copy_from_slice(&[x[1], 1.0, x[0], 0.0]); // column after column
///     }
/// }
/// let check = check_jacobian(&Two, &[3.0, 2.0], CheckSettings::default())?;
/// assert!(check.agrees(), "{check}");
/// # Ok::<(), thalweg_problem::InvalidInput>(())
/// ```
///
/// # Errors
/// If n is 0, `x` has another length or an element that is not finite, or a setting cannot be used.
pub fn check_jacobian<P: LeastSquares + ?Sized>(
    problem: &P,
    x: &[f64],
    settings: CheckSettings<'_>,
) -> Result<DerivativeCheck, InvalidInput> {
    check_point(problem, x, &settings)?;
    let (m, n) = (problem.residual_count(), x.len());
    let value = problem.value(x);
    if !value.is_finite() {
        return Ok(DerivativeCheck::nowhere(value));
    }
    let all = Numbers::new(problem, x);
    let mut residuals = vec![f64::NAN; m];
    problem.residuals(x, &mut residuals);

    let compare = |entry, a: (f64, f64), b: (f64, f64), rounding| {
        Comparison::of_equals(entry, a.0, b.0, a.1 + b.1 + rounding, &settings)
    };
    let mut comparisons = vec![compare(Entry::HalfSquares, all.value(), all.half_squares(), 0.0)];
    for (i, &r) in residuals.iter().enumerate() {
        comparisons.push(compare(Entry::Residual(i), all.residual(i), (r, 0.0), 0.0));
    }
    let mut moved = x.to_vec();
    for j in settings.coordinates(n) {
        // (Jᵀr)ⱼ may be small because its terms cancel; what they are off by does not.
        let terms: f64 = (0..m).map(|i| (all.jacobian(i, j).0 * all.residual(i).0).abs()).sum();
        let entry = Entry::JacobianTransposeResidual(j);
        let rounding = settings.tolerance * terms;
        comparisons.push(compare(entry, all.gradient(j), all.jacobian_transpose_residual(j), rounding));
        let column = settings.differences(x[j].abs()).derivative(&residuals, |t, out| {
            moved[j] = x[j] + t;
            problem.residuals(&moved, out);
            let taken = moved[j] - x[j];
            moved[j] = x[j];
            taken
        });
        for (row, estimate) in column.into_iter().enumerate() {
            let (element, rounding) = all.jacobian(row, j);
            let entry = Entry::Jacobian { row, column: j };
            comparisons.push(Comparison::new(entry, element, estimate, rounding, &settings));
        }
    }
    Ok(DerivativeCheck::new(comparisons))
}

/// Everything that a least-squares objective says at x, one number after the other, each with what it may be off by.
struct Numbers {
    m: usize,
    n: usize,
    /// ∇f (n), Jᵀr (n), r (m), J (m n), f, ½‖r‖².
    numbers: Vec<f64>,
    rounding: Vec<f64>,
}

impl Numbers {
    fn new<P: LeastSquares + ?Sized>(problem: &P, x: &[f64]) -> Self {
        let (m, n) = (problem.residual_count(), x.len());
        let evaluate = |x: &[f64], out: &mut [f64]| {
            let (gradient, out) = out.split_at_mut(n);
            let (product, out) = out.split_at_mut(n);
            let (r, out) = out.split_at_mut(m);
            let (jacobian, scalars) = out.split_at_mut(m * n);
            scalars[0] = problem.value_gradient(x, gradient);
            problem.residuals_jacobian(x, r, jacobian);
            scalars[1] = 0.5 * r.iter().map(|r| r * r).sum::<f64>();
            for (j, product) in product.iter_mut().enumerate() {
                *product = jacobian[m * j..m * (j + 1)].iter().zip(&*r).map(|(j, r)| j * r).sum();
            }
        };
        let mut numbers = vec![f64::NAN; 2 * n + m + m * n + 2];
        evaluate(x, &mut numbers);
        let rounding = rounding(x, &numbers, evaluate);
        Self { m, n, numbers, rounding }
    }

    fn at(&self, index: usize) -> (f64, f64) {
        (self.numbers[index], self.rounding[index])
    }

    fn gradient(&self, j: usize) -> (f64, f64) {
        self.at(j)
    }

    fn jacobian_transpose_residual(&self, j: usize) -> (f64, f64) {
        self.at(self.n + j)
    }

    fn residual(&self, i: usize) -> (f64, f64) {
        self.at(2 * self.n + i)
    }

    fn jacobian(&self, i: usize, j: usize) -> (f64, f64) {
        self.at(2 * self.n + self.m + i + self.m * j)
    }

    fn value(&self) -> (f64, f64) {
        self.at(self.numbers.len() - 2)
    }

    fn half_squares(&self) -> (f64, f64) {
        self.at(self.numbers.len() - 1)
    }
}
