//! The trigonometric function: small local minima beside the global ones, and all of them again after every full turn.

use thalweg_numerics::{cos, sin};
use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction, at_least};

/// f(x) = Σ (n − Σⱼ cos xⱼ + i (1 − cos xᵢ) − sin xᵢ)² over i = 1, …, n.
///
/// The global minimum is 0, at 0. For n = 10 four local ones are known, the one at which the collection says methods end,
/// 2.79506·10⁻⁵, among them. Every minimum comes again where 2π is added to a variable; it is listed once.
///
/// Gradients and products take n² sines and cosines.
///
/// Sources: E. Spedicato, Computational experience with quasi-Newton algorithms for minimization problems of moderately
/// large size, Report CISE-N-175, Segrate (1975); Moré, Garbow, Hillstrom, function 26. The other local minima are from our own
/// search.
///
/// ```
/// use thalweg_objectives::classic::{TestFunction, Trigonometric};
/// use thalweg_objectives::problem::Objective;
///
/// let f = Trigonometric::new(10)?;
/// assert!((f.value(&f.start()) - 7.075756e-3).abs() < 1e-9);
/// assert_eq!(f.value(&[0.0; 10]), 0.0);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trigonometric {
    pub(super) n: usize,
}

impl Trigonometric {
    /// In n ≥ 1 variables.
    ///
    /// # Errors
    /// If n is 0.
    pub fn new(n: usize) -> Result<Self, InvalidInput> {
        Ok(Self { n: at_least("n", n, 1)? })
    }
}

impl SumOfSquares for Trigonometric {
    fn size(&self) -> (usize, usize) {
        (self.n, self.n)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        // n − Σ cos xⱼ, without the cancellation.
        let shortfall = x.iter().fold(0.0, |sum, &xj| sum + (1.0 - cos(xj)));
        for (i, &xi) in x.iter().enumerate() {
            let weight = (i + 1) as f64;
            let (sine, cosine) = (sin(xi), cos(xi));
            out.term(|t| {
                t.value(shortfall + weight * (1.0 - cosine) - sine);
                t.slope(i, weight * sine - cosine);
                t.curvature(i, i, weight * cosine + sine);
                for (j, &xj) in x.iter().enumerate() {
                    t.slope(j, sin(xj));
                    t.curvature(j, j, cos(xj));
                }
            });
        }
    }
}

objective!(Trigonometric);

impl TestFunction for Trigonometric {
    fn name(&self) -> &'static str {
        "Trigonometric"
    }

    fn start(&self) -> Vec<f64> {
        vec![1.0 / self.n as f64; self.n]
    }

    fn minima(&self) -> Vec<Minimum> {
        let mut minima = vec![Minimum::global(&vec![0.0; self.n], 0.0)];
        let of_this_size = LOCAL.iter().filter(|(x, _)| x.len() == self.n);
        minima.extend(of_this_size.map(|(x, value)| Minimum::local(x, *value)));
        minima
    }
}
// Minima, computed with 60 digits and rounded.

/// Local minima for n = 10 and their values.
const LOCAL: [(&[f64], f64); 4] = [
    (
        &[
            0.05153885942846097,
            0.05302136201470677,
            0.05469685685841428,
            0.05661958875479382,
            0.05887064796524908,
            0.06157966029569069,
            0.21837669133714213,
            0.0695225970384565,
            0.1437280759823534,
            0.09253122647006715,
        ],
        4.4735658128062947e-7,
    ),
    (
        &[
            0.05515090398069129,
            0.05684061679473856,
            0.058764001762695084,
            0.06099060865676081,
            0.06362621369585451,
            0.06684317945275879,
            0.20816151856988116,
            0.16436309588564774,
            0.08500689568850744,
            0.09143145071470794,
        ],
        2.7950561218794563e-5,
    ),
    (
        &[
            0.05391292537425285,
            0.05549659137966954,
            0.057285880932085434,
            0.05933664544364744,
            0.061730127154342666,
            0.2578860035963596,
            0.06811418211955436,
            0.07262293109413032,
            0.07846159925209059,
            0.08375386408669601,
        ],
        4.218633887923726e-5,
    ),
    (
        &[
            0.06249184518052858,
            0.06447288280921698,
            0.0667059413200335,
            0.06924455569856448,
            0.2753975641952831,
            0.07544566779667514,
            0.07903015975653442,
            0.08227326322319861,
            0.08363927889399111,
            0.08208884827007894,
        ],
        0.0008788225218218983,
    ),
];
