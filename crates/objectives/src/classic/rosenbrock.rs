//! Rosenbrock's function: a long curved valley with steep walls and a bottom that hardly falls.

use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = Σ 100 (xⱼ₊₁ − xⱼ²)² + (1 − xⱼ)², over the pairs that the [`Coupling`] says.
///
/// The global minimum is 0, at (1, …, 1), where the curvatures of the plane function are 1001.6 and 0.399. The start is
/// (−1.2, 1), repeated.
///
/// Sources: H. H. Rosenbrock, Computer Journal 3 (1960) 175–184; Moré, Garbow, Hillstrom, functions 1 and 21; Y.-W. Shang,
/// Y.-H. Qiu, Evolutionary Computation 14 (2006) 119–126, for the second minimum of the chained form.
///
/// ```
/// use thalweg_objectives::classic::Rosenbrock;
/// use thalweg_objectives::problem::Differentiable;
///
/// let mut gradient = [0.0; 2];
/// let value = Rosenbrock::default().value_gradient(&[-1.2, 1.0], &mut gradient);
/// println!("{value} {gradient:?}");
/// assert!((value - 24.2).abs() < 1e-13 && (gradient[0] + 215.6).abs() < 1e-12 && (gradient[1] + 88.0).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rosenbrock {
    pub(super) n: usize,
    pub(super) coupling: Coupling,
}

/// Which variables of [`Rosenbrock`] depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coupling {
    /// (1, 2), (3, 4), …: n/2 plane functions side by side, none the wiser for the others. Function 21 of the collection.
    Pairs,
    /// (1, 2), (2, 3), …, (n − 1, n): one valley through all variables.
    ///
    /// For n from 4 on there is a second minimum near (−1, 1, …, 1), which is not global. Up to n = 7 it is listed.
    Chain,
}

impl Default for Rosenbrock {
    /// In the plane.
    fn default() -> Self {
        Self { n: 2, coupling: Coupling::Pairs }
    }
}

impl Rosenbrock {
    /// In n/2 planes: [`Coupling::Pairs`].
    ///
    /// # Errors
    /// If n is 0 or odd.
    pub fn extended(n: usize) -> Result<Self, InvalidInput> {
        if n == 0 || !n.is_multiple_of(2) {
            return Err(InvalidInput::new("n", n, "an even number, and not 0"));
        }
        Ok(Self { n, coupling: Coupling::Pairs })
    }

    /// In one chain: [`Coupling::Chain`].
    ///
    /// # Errors
    /// If n is below 2.
    pub fn chained(n: usize) -> Result<Self, InvalidInput> {
        if n < 2 {
            return Err(InvalidInput::new("n", n, "2 or more"));
        }
        Ok(Self { n, coupling: Coupling::Chain })
    }

    /// Which variables depend on each other.
    #[must_use]
    pub fn coupling(&self) -> Coupling {
        self.coupling
    }
}

impl SumOfSquares for Rosenbrock {
    fn size(&self) -> (usize, usize) {
        match self.coupling {
            Coupling::Pairs => (self.n, self.n),
            Coupling::Chain => (self.n, 2 * (self.n - 1)),
        }
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        let to_the_next_pair = match self.coupling {
            Coupling::Pairs => 2,
            Coupling::Chain => 1,
        };
        for j in (0..x.len() - 1).step_by(to_the_next_pair) {
            out.term(|t| {
                t.value(10.0 * (x[j + 1] - x[j] * x[j]));
                t.slope(j, -20.0 * x[j]);
                t.slope(j + 1, 10.0);
                t.curvature(j, j, -20.0);
            });
            out.term(|t| {
                t.value(1.0 - x[j]);
                t.slope(j, -1.0);
            });
        }
    }
}

objective!(Rosenbrock);

impl TestFunction for Rosenbrock {
    fn name(&self) -> &'static str {
        match self.coupling {
            Coupling::Pairs if self.n == 2 => "Rosenbrock",
            Coupling::Pairs => "Rosenbrock, extended",
            Coupling::Chain => "Rosenbrock, chained",
        }
    }

    fn start(&self) -> Vec<f64> {
        [-1.2, 1.0].into_iter().cycle().take(self.n).collect()
    }

    fn minima(&self) -> Vec<Minimum> {
        let mut minima = vec![Minimum::global(&vec![1.0; self.n], 0.0)];
        if self.coupling == Coupling::Chain {
            let second = SECOND_MINIMA.iter().filter(|(x, _)| x.len() == self.n);
            minima.extend(second.map(|&(x, value)| Minimum::local(x, value)));
        }
        minima
    }
}

/// The second minimum of the chain and f there, for n = 4, …, 7; by Newton's method with 50 digits.
const SECOND_MINIMA: [(&[f64], f64); 4] = [
    (&[-0.7756592265653526, 0.6130933654850435, 0.38206284633839316, 0.1459720185521946], 3.701428610430017),
    (
        &[-0.9620510206947501, 0.93573939597671, 0.8807136041943205, 0.7778776758544064, 0.6050936785926528],
        3.930839434133028,
    ),
    (
        &[
            -0.9865749795709937,
            0.9833982288361818,
            0.9721066700530919,
            0.947437436826436,
            0.8986511848517297,
            0.8075739520354176,
        ],
        3.973940500930295,
    ),
    (
        &[
            -0.9917225725614055,
            0.9935553935033713,
            0.9921733215946921,
            0.986898762690314,
            0.975164756608873,
            0.9514319827049926,
            0.9052228177139535,
        ],
        3.983600536424854,
    ),
];
