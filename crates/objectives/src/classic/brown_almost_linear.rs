//! Brown's almost linear function: linear but for one product of all variables.

use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction, at_least};

/// f(x) = Σ (xᵢ + Σⱼ xⱼ − (n + 1))² + (Πⱼ xⱼ − 1)² over i = 1, …, n − 1.
///
/// The global minimum is 0, where x = (α, …, α, α¹⁻ⁿ) with a root α of nαⁿ − (n + 1)αⁿ⁻¹ + 1: at α = 1, and for n = 10 at
/// α = 0.979. At (0, …, 0, n + 1) f is 1, which the collection lists as a local minimum, and so does this; but along
/// (a, …, a, n + 1 − na), a above 0, f is 1 − 2 (n + 1) aⁿ⁻¹ and on, a slope that is too flat to see. For n = 10 there is a local
/// minimum of 1.841 in which one of the first nine variables differs from the others; one of the nine is listed.
///
/// A gradient takes n² multiplications, a Hessian–vector product n³.
///
/// Sources: K. M. Brown, SIAM Journal on Numerical Analysis 6 (1969) 560–569; Moré, Garbow, Hillstrom, function 27.
///
/// ```
/// use thalweg_objectives::classic::{BrownAlmostLinear, TestFunction};
/// use thalweg_objectives::problem::Objective;
///
/// let f = BrownAlmostLinear::new(10)?;
/// assert!((f.value(&f.start()) - 273.2481).abs() < 1e-4);
/// assert_eq!(f.value(&[1.0; 10]), 0.0);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrownAlmostLinear {
    pub(super) n: usize,
}

impl BrownAlmostLinear {
    /// In n ≥ 2 variables.
    ///
    /// # Errors
    /// If n is below 2.
    pub fn new(n: usize) -> Result<Self, InvalidInput> {
        Ok(Self { n: at_least("n", n, 2)? })
    }
}

impl SumOfSquares for BrownAlmostLinear {
    fn size(&self) -> (usize, usize) {
        (self.n, self.n)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        let n = x.len();
        let sum = x.iter().fold(0.0, |sum, xj| sum + xj);
        for (i, xi) in x[..n - 1].iter().enumerate() {
            out.term(|t| {
                t.value(xi + sum - (n + 1) as f64);
                t.slope(i, 1.0);
                for j in 0..n {
                    t.slope(j, 1.0);
                }
            });
        }
        // The product without xⱼ and xₖ. A division would fail where one of them is 0.
        let without = |j: usize, k: usize| {
            let others = x.iter().enumerate().filter(|(l, _)| *l != j && *l != k);
            others.fold(1.0, |product, (_, xl)| product * xl)
        };
        out.term(|t| {
            t.value(x.iter().fold(1.0, |product, xj| product * xj) - 1.0);
            for j in 0..n {
                t.slope(j, without(j, j));
                for k in j + 1..n {
                    t.curvature(j, k, without(j, k));
                }
            }
        });
    }
}

objective!(BrownAlmostLinear);

impl TestFunction for BrownAlmostLinear {
    fn name(&self) -> &'static str {
        "Brown almost linear"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.5; self.n]
    }

    fn minima(&self) -> Vec<Minimum> {
        let with_last = |rest: f64, last: f64| {
            let mut x = vec![rest; self.n];
            x[self.n - 1] = last;
            x
        };
        let mut minima = vec![Minimum::global(&vec![1.0; self.n], 0.0)];
        if self.n == 10 {
            let [rest, last] = ROOT;
            minima.push(Minimum::global(&with_last(rest, last), 0.0));
            minima.push(Minimum::local(&LOCAL, LOCAL_VALUE));
        }
        if self.n > 2 {
            minima.push(Minimum::local(&with_last(0.0, (self.n + 1) as f64), 1.0));
        }
        minima
    }
}
// Minima, computed with 60 digits and rounded.

/// For n = 10, α and α¹⁻ⁿ at the root beside 1.
const ROOT: [f64; 2] = [0.9794303033498625, 1.2056969665013755];
/// A local minimum for n = 10 and f there.
const LOCAL: [f64; 10] = [
    1.368095541434441,
    1.368095541434441,
    1.368095541434441,
    1.368095541434441,
    1.368095541434441,
    -0.06678938320978363,
    1.368095541434441,
    1.368095541434441,
    1.368095541434441,
    -1.0959030589147842,
];
const LOCAL_VALUE: f64 = 1.8412483660885046;
