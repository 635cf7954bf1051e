//! Watson's function: a polynomial that is to solve a differential equation, ever worse conditioned as its degree grows.

use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction};

/// f(x) = Σ (p′(tᵢ) − p(tᵢ)² − 1)² + x₁² + (x₂ − x₁² − 1)² over tᵢ = i/29, i = 1, …, 29, with p(t) = Σ xⱼ tʲ⁻¹.
///
/// p is to follow the tangent: p′ = p² + 1, p(0) = 0. The minimum is 2.28767·10⁻³ for n = 6, 1.39976·10⁻⁶ for n = 9 and
/// 4.72238·10⁻¹⁰ for n = 12. The start is 0.
///
/// Sources: J. S. Kowalik, M. R. Osborne, Methods for Unconstrained Optimization Problems (Elsevier 1968); Moré, Garbow,
/// Hillstrom, function 20.
///
/// ```
/// use thalweg_objectives::classic::Watson;
/// use thalweg_objectives::problem::Objective;
///
/// assert_eq!(Watson::new(6)?.value(&[0.0; 6]), 30.0);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watson {
    pub(super) n: usize,
}

const LARGEST: usize = 31;

impl Watson {
    /// In n variables, from 2 to 31.
    ///
    /// # Errors
    /// For any other n.
    pub fn new(n: usize) -> Result<Self, InvalidInput> {
        if !(2..=LARGEST).contains(&n) {
            return Err(InvalidInput::new("n", n, "from 2 to 31"));
        }
        Ok(Self { n })
    }
}

impl SumOfSquares for Watson {
    fn size(&self) -> (usize, usize) {
        (self.n, 31)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        for i in 1..=29 {
            let time = f64::from(i) / 29.0;
            let mut powers = [1.0; LARGEST];
            for j in 1..x.len() {
                powers[j] = powers[j - 1] * time;
            }
            // What xⱼ is multiplied with in p′: (j − 1) tʲ⁻², counted from 1.
            let derivative = |j: usize| if j == 0 { 0.0 } else { j as f64 * powers[j - 1] };
            let (mut p, mut slope) = (0.0, 0.0);
            for (j, xj) in x.iter().enumerate() {
                p += xj * powers[j];
                slope += xj * derivative(j);
            }
            out.term(|t| {
                t.value(slope - p * p - 1.0);
                for j in 0..x.len() {
                    t.slope(j, derivative(j) - 2.0 * p * powers[j]);
                    for k in j..x.len() {
                        t.curvature(j, k, -2.0 * powers[j] * powers[k]);
                    }
                }
            });
        }
        out.term(|t| {
            t.value(x[0]);
            t.slope(0, 1.0);
        });
        out.term(|t| {
            t.value(x[1] - x[0] * x[0] - 1.0);
            t.slope(0, -2.0 * x[0]);
            t.slope(1, 1.0);
            t.curvature(0, 0, -2.0);
        });
    }
}

objective!(Watson);

impl TestFunction for Watson {
    fn name(&self) -> &'static str {
        "Watson"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.0; self.n]
    }

    fn minima(&self) -> Vec<Minimum> {
        let of_this_size = MINIMA.iter().filter(|(x, _)| x.len() == self.n);
        of_this_size.map(|&(x, value)| Minimum::global(x, value)).collect()
    }
}
// Minima, computed with 60 digits and rounded.

/// Minima for n = 6, 9, 12 and their values.
const MINIMA: [(&[f64], f64); 3] = [
    (
        &[
            -0.015725086401458456,
            1.0124348693691099,
            -0.2329916259567377,
            1.2604300877996084,
            -1.5137289227222797,
            0.9929964324311346,
        ],
        0.0022876700535524363,
    ),
    (
        &[
            -1.5307036521394342e-5,
            0.9997897039319483,
            0.014763963693556958,
            0.14634232829936222,
            1.0008211030047092,
            -2.617731140519015,
            4.104403164478857,
            -3.1436122785564424,
            1.0526264080101668,
        ],
        1.39976013809902e-6,
    ),
    (
        &[
            -6.638060464520687e-9,
            1.000001644117862,
            -0.0005639322103423058,
            0.34782054050404243,
            -0.15673150409616513,
            1.0528151772071777,
            -3.2472711534596677,
            7.288434897938061,
            -10.271848241321724,
            9.074113647075317,
            -4.541375466692512,
            1.0120118885528104,
        ],
        4.722381105891757e-10,
    ),
];
