//! A boundary value problem, once by differences and once as an integral equation.
//!
//! u″ = ½ (u + t + 1)³ on 0 < t < 1 with u = 0 at both ends; x holds u at tᵢ = ih, h = 1/(n + 1).

use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction, at_least};

/// The start of both: xⱼ = tⱼ (tⱼ − 1).
fn parabola(n: usize) -> Vec<f64> {
    let h = 1.0 / (n + 1) as f64;
    let t = |j: usize| j as f64 * h;
    (1..=n).map(|j| t(j) * (t(j) - 1.0)).collect()
}

/// The zero that is listed for this n, or at least that it is one.
fn zero(n: usize) -> Vec<Minimum> {
    vec![if ZERO.len() == n { Minimum::global(&ZERO, 0.0) } else { Minimum::zero_somewhere() }]
}

/// f(x) = Σ (2xᵢ − xᵢ₋₁ − xᵢ₊₁ + ½ h² (xᵢ + tᵢ + 1)³)², with x₀ = xₙ₊₁ = 0.
///
/// The minimum is 0; where it is, is listed for n = 10.
///
/// Sources: J. J. Moré, M. Y. Cosnard, ACM Transactions on Mathematical Software 5 (1979) 64–85; Moré, Garbow, Hillstrom,
/// function 28.
///
/// ```
/// use thalweg_objectives::classic::{DiscreteBoundaryValue, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// let f = DiscreteBoundaryValue::new(10)?;
/// assert!((f.value(&f.start()) - 7.885191e-4).abs() < 1e-10);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiscreteBoundaryValue {
    pub(super) n: usize,
}

impl DiscreteBoundaryValue {
    /// In n ≥ 1 variables.
    ///
    /// # Errors
    /// If n is 0.
    pub fn new(n: usize) -> Result<Self, InvalidInput> {
        Ok(Self { n: at_least("n", n, 1)? })
    }
}

impl SumOfSquares for DiscreteBoundaryValue {
    fn size(&self) -> (usize, usize) {
        (self.n, self.n)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        let n = x.len();
        let h = 1.0 / (n + 1) as f64;
        for (i, xi) in x.iter().enumerate() {
            let before = if i > 0 { x[i - 1] } else { 0.0 };
            let after = if i + 1 < n { x[i + 1] } else { 0.0 };
            let base = xi + (i + 1) as f64 * h + 1.0;
            out.term(|t| {
                t.value(2.0 * xi - before - after + 0.5 * h * h * (base * base * base));
                t.slope(i, 2.0 + 1.5 * h * h * (base * base));
                t.curvature(i, i, 3.0 * h * h * base);
                if i > 0 {
                    t.slope(i - 1, -1.0);
                }
                if i + 1 < n {
                    t.slope(i + 1, -1.0);
                }
            });
        }
    }
}

objective!(DiscreteBoundaryValue);

impl TestFunction for DiscreteBoundaryValue {
    fn name(&self) -> &'static str {
        "Discrete boundary value"
    }

    fn start(&self) -> Vec<f64> {
        parabola(self.n)
    }

    fn minima(&self) -> Vec<Minimum> {
        zero(self.n)
    }
}

/// f(x) = Σ (xᵢ + ½ h ((1 − tᵢ) Σ tⱼ (xⱼ + tⱼ + 1)³ + tᵢ Σ (1 − tⱼ) (xⱼ + tⱼ + 1)³))², the inner sums over j ≤ i and over j > i.
///
/// The minimum is 0; where it is, is listed for n = 10.
///
/// Sources: those of [`DiscreteBoundaryValue`]; Moré, Garbow, Hillstrom, function 29.
///
/// ```
/// use thalweg_objectives::classic::{DiscreteIntegralEquation, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// let f = DiscreteIntegralEquation::new(10)?;
/// assert!((f.value(&f.start()) - 6.341684e-2).abs() < 1e-8);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiscreteIntegralEquation {
    pub(super) n: usize,
}

impl DiscreteIntegralEquation {
    /// In n ≥ 1 variables.
    ///
    /// # Errors
    /// If n is 0.
    pub fn new(n: usize) -> Result<Self, InvalidInput> {
        Ok(Self { n: at_least("n", n, 1)? })
    }
}

impl SumOfSquares for DiscreteIntegralEquation {
    fn size(&self) -> (usize, usize) {
        (self.n, self.n)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        let n = x.len();
        let h = 1.0 / (n + 1) as f64;
        let time = |j: usize| (j + 1) as f64 * h;
        // xⱼ + tⱼ + 1, and Green's function of −u″ between tᵢ and tⱼ, times ½ h.
        let base = |j: usize| x[j] + time(j) + 1.0;
        let kernel = |i: usize, j: usize| 0.5 * h * (1.0 - time(i.max(j))) * time(i.min(j));
        for (i, xi) in x.iter().enumerate() {
            let integral = (0..n).fold(0.0, |sum, j| sum + kernel(i, j) * (base(j) * base(j) * base(j)));
            out.term(|t| {
                t.value(xi + integral);
                t.slope(i, 1.0);
                for j in 0..n {
                    t.slope(j, 3.0 * kernel(i, j) * (base(j) * base(j)));
                    t.curvature(j, j, 6.0 * kernel(i, j) * base(j));
                }
            });
        }
    }
}

objective!(DiscreteIntegralEquation);

impl TestFunction for DiscreteIntegralEquation {
    fn name(&self) -> &'static str {
        "Discrete integral equation"
    }

    fn start(&self) -> Vec<f64> {
        parabola(self.n)
    }

    fn minima(&self) -> Vec<Minimum> {
        zero(self.n)
    }
}
// Minima, computed with 60 digits and rounded.

/// The zero of both for n = 10: differences and integrals are the inverses of one another.
const ZERO: [f64; 10] = [
    -0.04316498251876487,
    -0.08157715653538689,
    -0.11448571438052929,
    -0.14097357686259668,
    -0.1599086961819831,
    -0.16987720231277492,
    -0.16908998378120835,
    -0.15524953522183182,
    -0.125355891678935,
    -0.07541653368589209,
];
