//! Three linear functions: of full rank, of rank 1, and of rank 1 with columns and rows of zeros.
//!
//! What a method needs on a parabola, and whether it notices that the Jacobian is singular.
//!
//! Source of all: Moré, Garbow, Hillstrom, functions 32–34.

use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction, at_least};

/// The sizes n ≥ `least` and m ≥ n.
fn sizes(n: usize, m: usize, least: usize) -> Result<(usize, usize), InvalidInput> {
    at_least("n", n, least)?;
    if m < n {
        return Err(InvalidInput::new("m", m, format!("{n}, which is n, or more")));
    }
    Ok((n, m))
}

/// f(x) = Σ (xᵢ − (2/m) Σ xⱼ − 1)² over i ≤ n, plus (m − n) ((2/m) Σ xⱼ + 1)².
///
/// The minimum is m − n, at (−1, …, −1). The Jacobian's columns are orthonormal: one step of Gauss and Newton, or of gradient
/// descent at the rate ½, is enough.
///
/// ```
/// use thalweg_objectives::classic::LinearFullRank;
/// use thalweg_objectives::problem::Objective;
///
/// let f = LinearFullRank::new(10, 20)?;
/// assert_eq!((f.value(&[1.0; 10]), f.value(&[-1.0; 10])), (50.0, 10.0));
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinearFullRank {
    pub(super) n: usize,
    pub(super) m: usize,
}

impl LinearFullRank {
    /// In n ≥ 1 variables, with m ≥ n terms.
    ///
    /// # Errors
    /// If n is 0 or m below n.
    pub fn new(n: usize, m: usize) -> Result<Self, InvalidInput> {
        let (n, m) = sizes(n, m, 1)?;
        Ok(Self { n, m })
    }
}

impl SumOfSquares for LinearFullRank {
    fn size(&self) -> (usize, usize) {
        (self.n, self.m)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        let share = 2.0 / self.m as f64;
        let sum = share * x.iter().fold(0.0, |sum, xj| sum + xj);
        for i in 0..self.m {
            out.term(|t| {
                let own = x.get(i);
                t.value(own.unwrap_or(&0.0) - sum - 1.0);
                if own.is_some() {
                    t.slope(i, 1.0);
                }
                for j in 0..x.len() {
                    t.slope(j, -share);
                }
            });
        }
    }
}

objective!(LinearFullRank);

impl TestFunction for LinearFullRank {
    fn name(&self) -> &'static str {
        "Linear, full rank"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.0; self.n]
    }

    fn minima(&self) -> Vec<Minimum> {
        vec![Minimum::global(&vec![-1.0; self.n], (self.m - self.n) as f64)]
    }
}

/// f(x) = Σ (i s − 1)² over i = 1, …, m, with s = Σ j xⱼ.
///
/// The minimum is m (m − 1)/(2 (2m + 1)), wherever s = 3/(2m + 1); the point of that plane on the first axis is listed.
///
/// ```
/// use thalweg_objectives::classic::{LinearRank1, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// let f = LinearRank1::new(10, 20)?;
/// assert_eq!(f.minima()[0].value, 380.0 / 82.0);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinearRank1 {
    pub(super) n: usize,
    pub(super) m: usize,
}

impl LinearRank1 {
    /// In n ≥ 1 variables, with m ≥ n terms.
    ///
    /// # Errors
    /// If n is 0 or m below n.
    pub fn new(n: usize, m: usize) -> Result<Self, InvalidInput> {
        let (n, m) = sizes(n, m, 1)?;
        Ok(Self { n, m })
    }
}

/// Σ j xⱼ over the variables in `inner`, and one term factor · that − 1 for every factor.
fn multiples<W: Terms>(
    x: &[f64],
    inner: std::ops::Range<usize>,
    factors: impl Iterator<Item = usize>,
    out: &mut W,
) {
    let weight = |j: usize| (j + 1) as f64;
    let sum = inner.clone().fold(0.0, |sum, j| sum + weight(j) * x[j]);
    for factor in factors {
        let factor = factor as f64;
        out.term(|t| {
            t.value(factor * sum - 1.0);
            for j in inner.clone() {
                t.slope(j, factor * weight(j));
            }
        });
    }
}

impl SumOfSquares for LinearRank1 {
    fn size(&self) -> (usize, usize) {
        (self.n, self.m)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        multiples(x, 0..x.len(), 1..=self.m, out);
    }
}

objective!(LinearRank1);

impl TestFunction for LinearRank1 {
    fn name(&self) -> &'static str {
        "Linear, rank 1"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.0; self.n]
    }

    fn minima(&self) -> Vec<Minimum> {
        let m = self.m as f64;
        let mut x = vec![0.0; self.n];
        x[0] = 3.0 / (2.0 * m + 1.0);
        vec![Minimum::global(&x, m * (m - 1.0) / (2.0 * (2.0 * m + 1.0)))]
    }
}

/// f(x) = 2 + Σ ((i − 1) s − 1)² over i = 2, …, m − 1, with s = Σ j xⱼ over j = 2, …, n − 1.
///
/// Neither the first and the last variable nor the first and the last term depend on anything. The minimum is
/// (m² + 3m − 6)/(2 (2m − 3)), wherever s = 3/(2m − 3); the point of that plane on the second axis is listed.
///
/// ```
/// use thalweg_objectives::classic::{LinearRank1WithZeros, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// let f = LinearRank1WithZeros::new(10, 20)?;
/// assert_eq!(f.minima()[0].value, 454.0 / 74.0);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinearRank1WithZeros {
    pub(super) n: usize,
    pub(super) m: usize,
}

impl LinearRank1WithZeros {
    /// In n ≥ 3 variables, with m ≥ n terms.
    ///
    /// # Errors
    /// If n is below 3 or m below n.
    pub fn new(n: usize, m: usize) -> Result<Self, InvalidInput> {
        let (n, m) = sizes(n, m, 3)?;
        Ok(Self { n, m })
    }
}

impl SumOfSquares for LinearRank1WithZeros {
    fn size(&self) -> (usize, usize) {
        (self.n, self.m)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        // A factor of 0 leaves −1.
        let factors = (0..self.m).map(|i| if i == self.m - 1 { 0 } else { i });
        multiples(x, 1..x.len() - 1, factors, out);
    }
}

objective!(LinearRank1WithZeros);

impl TestFunction for LinearRank1WithZeros {
    fn name(&self) -> &'static str {
        "Linear, rank 1 with zeros"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.0; self.n]
    }

    fn minima(&self) -> Vec<Minimum> {
        let m = self.m as f64;
        let mut x = vec![0.0; self.n];
        x[1] = 1.5 / (2.0 * m - 3.0);
        vec![Minimum::global(&x, (m * m + 3.0 * m - 6.0) / (2.0 * (2.0 * m - 3.0)))]
    }
}
