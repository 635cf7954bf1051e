//! The function of variable dimension: one direction far steeper than all others.

use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction, at_least};

/// f(x) = Σ (xⱼ − 1)² + s² + s⁴, with s = Σ j (xⱼ − 1).
///
/// The minimum is 0, at (1, …, 1), and f is convex. From the start, xⱼ = 1 − j/n, the fourth power comes first.
///
/// A Hessian–vector product takes n² operations, because the Hessian is full.
///
/// Source: Moré, Garbow, Hillstrom, function 25.
///
/// ```
/// use thalweg_objectives::classic::{TestFunction, VariableDimension};
/// use thalweg_objectives::problem::Objective;
///
/// let f = VariableDimension::new(10)?;
/// assert!((f.value(&f.start()) / 2.198551e6 - 1.0).abs() < 1e-6);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariableDimension {
    pub(super) n: usize,
}

impl VariableDimension {
    /// In n ≥ 1 variables.
    ///
    /// # Errors
    /// If n is 0.
    pub fn new(n: usize) -> Result<Self, InvalidInput> {
        Ok(Self { n: at_least("n", n, 1)? })
    }
}

impl SumOfSquares for VariableDimension {
    fn size(&self) -> (usize, usize) {
        (self.n, self.n + 2)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        let n = x.len();
        for (j, xj) in x.iter().enumerate() {
            out.term(|t| {
                t.value(xj - 1.0);
                t.slope(j, 1.0);
            });
        }
        let weight = |j: usize| (j + 1) as f64;
        let sum = x.iter().enumerate().fold(0.0, |sum, (j, xj)| sum + weight(j) * (xj - 1.0));
        out.term(|t| {
            t.value(sum);
            for j in 0..n {
                t.slope(j, weight(j));
            }
        });
        out.term(|t| {
            t.value(sum * sum);
            for j in 0..n {
                t.slope(j, 2.0 * sum * weight(j));
                for k in j..n {
                    t.curvature(j, k, 2.0 * weight(j) * weight(k));
                }
            }
        });
    }
}

objective!(VariableDimension);

impl TestFunction for VariableDimension {
    fn name(&self) -> &'static str {
        "Variable dimension"
    }

    fn start(&self) -> Vec<f64> {
        let n = self.n as f64;
        (1..=self.n).map(|j| 1.0 - j as f64 / n).collect()
    }

    fn minima(&self) -> Vec<Minimum> {
        vec![Minimum::global(&vec![1.0; self.n], 0.0)]
    }
}
