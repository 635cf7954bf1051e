//! Two penalty functions: the square of a constraint beside small terms that say where on it to go.

use thalweg_numerics::exp;
use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction, at_least};

/// √10⁻⁵, before the small terms.
const ROOT: f64 = 3.162_277_660_168_379_5e-3;

/// f(x) = 10⁻⁵ Σ (xⱼ − 1)² + (Σ xⱼ² − ¼)².
///
/// Across the sphere of radius ½ f rises steeply, along it hardly. At the minimum all xⱼ are the same, a root of
/// 2 · 10⁵ x (n x² − ¼) + x − 1; its value is 2.24998·10⁻⁵ for n = 4, and 7.08765·10⁻⁵ for n = 10.
///
/// Sources: P. E. Gill, W. Murray, R. A. Pitfield, The implementation of two revised quasi-Newton algorithms for
/// unconstrained optimization, Report NAC 11, National Physical Laboratory (1972); Moré, Garbow, Hillstrom, function 23.
///
/// ```
/// use thalweg_objectives::classic::{Penalty1, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// let f = Penalty1::new(4)?;
/// assert!((f.value(&f.start()) - 885.0626).abs() < 1e-4);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Penalty1 {
    pub(super) n: usize,
}

impl Penalty1 {
    /// In n ≥ 1 variables.
    ///
    /// # Errors
    /// If n is 0.
    pub fn new(n: usize) -> Result<Self, InvalidInput> {
        Ok(Self { n: at_least("n", n, 1)? })
    }
}

impl SumOfSquares for Penalty1 {
    fn size(&self) -> (usize, usize) {
        (self.n, self.n + 1)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for (j, xj) in x.iter().enumerate() {
            out.term(|t| {
                t.value(ROOT * (xj - 1.0));
                t.slope(j, ROOT);
            });
        }
        let square = x.iter().fold(0.0, |sum, xj| sum + xj * xj);
        out.term(|t| {
            t.value(square - 0.25);
            for (j, xj) in x.iter().enumerate() {
                t.slope(j, 2.0 * xj);
                t.curvature(j, j, 2.0);
            }
        });
    }
}

objective!(Penalty1);

impl TestFunction for Penalty1 {
    fn name(&self) -> &'static str {
        "Penalty I"
    }

    fn start(&self) -> Vec<f64> {
        (1..=self.n).map(|j| j as f64).collect()
    }

    fn minima(&self) -> Vec<Minimum> {
        let of_this_size = PENALTY_1.iter().filter(|(n, ..)| *n == self.n);
        of_this_size.map(|&(n, x, value)| Minimum::global(&vec![x; n], value)).collect()
    }
}

/// f(x) = (x₁ − 0.2)² + 10⁻⁵ Σ (e^(xᵢ/10) + e^(xᵢ₋₁/10) − yᵢ)² + 10⁻⁵ Σ (e^(xᵢ/10) − e^(−1/10))² + (Σ (n − j + 1) xⱼ² − 1)²,
/// the sums over i = 2, …, n, with yᵢ = e^(i/10) + e^((i−1)/10).
///
/// The minimum is 9.37629·10⁻⁶ for n = 4, and 2.93660·10⁻⁴ for n = 10.
///
/// Sources: those of [`Penalty1`]; Moré, Garbow, Hillstrom, function 24.
///
/// ```
/// use thalweg_objectives::classic::{Penalty2, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// let f = Penalty2::new(4)?;
/// assert!((f.value(&f.start()) - 2.340001).abs() < 1e-6);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Penalty2 {
    pub(super) n: usize,
}

impl Penalty2 {
    /// In n ≥ 2 variables.
    ///
    /// # Errors
    /// If n is below 2.
    pub fn new(n: usize) -> Result<Self, InvalidInput> {
        Ok(Self { n: at_least("n", n, 2)? })
    }
}

impl SumOfSquares for Penalty2 {
    fn size(&self) -> (usize, usize) {
        (self.n, 2 * self.n)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        let tenth = |x: f64| exp(x / 10.0);
        out.term(|t| {
            t.value(x[0] - 0.2);
            t.slope(0, 1.0);
        });
        for i in 1..x.len() {
            let y = tenth((i + 1) as f64) + tenth(i as f64);
            let [before, here] = [tenth(x[i - 1]), tenth(x[i])];
            out.term(|t| {
                t.value(ROOT * (here + before - y));
                for (j, e) in [(i - 1, before), (i, here)] {
                    t.slope(j, ROOT * e / 10.0);
                    t.curvature(j, j, ROOT * e / 100.0);
                }
            });
        }
        let target = tenth(-1.0);
        for (i, &xi) in x.iter().enumerate().skip(1) {
            let e = tenth(xi);
            out.term(|t| {
                t.value(ROOT * (e - target));
                t.slope(i, ROOT * e / 10.0);
                t.curvature(i, i, ROOT * e / 100.0);
            });
        }
        let weight = |j: usize| (x.len() - j) as f64;
        let square = x.iter().enumerate().fold(0.0, |sum, (j, xj)| sum + weight(j) * xj * xj);
        out.term(|t| {
            t.value(square - 1.0);
            for (j, xj) in x.iter().enumerate() {
                t.slope(j, 2.0 * weight(j) * xj);
                t.curvature(j, j, 2.0 * weight(j));
            }
        });
    }
}

objective!(Penalty2);

impl TestFunction for Penalty2 {
    fn name(&self) -> &'static str {
        "Penalty II"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.5; self.n]
    }

    fn minima(&self) -> Vec<Minimum> {
        let of_this_size = PENALTY_2.iter().filter(|(x, _)| x.len() == self.n);
        of_this_size.map(|&(x, value)| Minimum::global(x, value)).collect()
    }
}
// Minima, computed with 60 digits and rounded.

/// n, what every variable is at the minimum, and f there.
const PENALTY_1: [(usize, f64, f64); 2] =
    [(4, 0.2500074995875379, 2.249977500899937e-5), (10, 0.15812230111311634, 7.087651467090369e-5)];
/// Minima for n = 4, 10 and their values.
const PENALTY_2: [(&[f64], f64); 2] = [
    (
        &[0.1999993333503804, 0.19131670099277245, 0.48010148533262315, 0.5188454043902005],
        9.376293007355442e-6,
    ),
    (
        &[
            0.1999836051978236,
            0.010350648471292297,
            0.019604934480438402,
            0.03208906722068565,
            0.049932677399641294,
            0.07651399515399361,
            0.11862407286950417,
            0.19214487233557667,
            0.34732058694184365,
            0.3691643741593508,
        ],
        0.00029366053745674594,
    ),
];
