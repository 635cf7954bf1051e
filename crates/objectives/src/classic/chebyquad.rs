//! Chebyquad: where to look at a function so that the plain mean of its values is its integral.

use thalweg_problem::InvalidInput;

use super::sum_of_squares::{SumOfSquares, Terms, objective};
use super::{Minimum, TestFunction, at_least};

/// f(x) = Σ ((1/n) Σⱼ Tᵢ(xⱼ) − ∫ Tᵢ)² over i = 1, …, m, with the Chebyshev polynomials Tᵢ moved to [0, 1].
///
/// The minimum is 0 for m = n = 1, …, 7 and 9. For 8 it is 3.51687·10⁻³. For 10 it is 4.77271·10⁻³, lower than the 6.50395·10⁻³ of the
/// collection, which is a local one and near the start. The variables can change places; and 1 − xⱼ can
/// take the place of all xⱼ; every minimum is listed once, in rising order.
///
/// A value takes m² n multiplications.
///
/// Sources: R. Fletcher, Computer Journal 8 (1965) 33–41; Moré, Garbow, Hillstrom, function 35.
///
/// ```
/// use thalweg_objectives::classic::{Chebyquad, TestFunction};
///
/// let minima = Chebyquad::new(10, 10)?.minima();
/// assert!((minima[0].value - 4.77271e-3).abs() < 1e-8);
/// assert!(minima.iter().any(|minimum| (minimum.value - 6.50395e-3).abs() < 1e-8));
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chebyquad {
    pub(super) n: usize,
    pub(super) m: usize,
}

impl Chebyquad {
    /// In n ≥ 1 variables, with m ≥ n terms.
    ///
    /// # Errors
    /// If n is 0 or m below n.
    pub fn new(n: usize, m: usize) -> Result<Self, InvalidInput> {
        at_least("n", n, 1)?;
        if m < n {
            return Err(InvalidInput::new("m", m, format!("{n}, which is n, or more")));
        }
        Ok(Self { n, m })
    }
}

/// Tᵢ of 2x − 1, with its first and second derivative by x, from Tᵢ₊₁(y) = 2y Tᵢ(y) − Tᵢ₋₁(y).
fn chebyshev(i: usize, x: f64) -> [f64; 3] {
    let y = 2.0 * x - 1.0;
    let (mut before, mut at) = ([1.0, 0.0, 0.0], [y, 2.0, 0.0]);
    for _ in 1..i {
        let after = [
            2.0 * y * at[0] - before[0],
            2.0 * y * at[1] + 4.0 * at[0] - before[1],
            2.0 * y * at[2] + 8.0 * at[1] - before[2],
        ];
        (before, at) = (at, after);
    }
    at
}

impl SumOfSquares for Chebyquad {
    fn size(&self) -> (usize, usize) {
        (self.n, self.m)
    }

    fn write<W: Terms>(&self, x: &[f64], out: &mut W) {
        let n = x.len() as f64;
        for i in 1..=self.m {
            let integral = if i % 2 == 1 { 0.0 } else { -1.0 / (i * i - 1) as f64 };
            let sum = x.iter().fold(0.0, |sum, &xj| sum + chebyshev(i, xj)[0]);
            out.term(|t| {
                t.value(sum / n - integral);
                for (j, &xj) in x.iter().enumerate() {
                    let [_, slope, curvature] = chebyshev(i, xj);
                    t.slope(j, slope / n);
                    t.curvature(j, j, curvature / n);
                }
            });
        }
    }
}

objective!(Chebyquad);

impl TestFunction for Chebyquad {
    fn name(&self) -> &'static str {
        "Chebyquad"
    }

    fn start(&self) -> Vec<f64> {
        let n = self.n as f64;
        (1..=self.n).map(|j| j as f64 / (n + 1.0)).collect()
    }

    fn minima(&self) -> Vec<Minimum> {
        if self.m != self.n {
            return Vec::new();
        }
        if self.n <= 7 {
            return vec![Minimum::zero_somewhere()];
        }
        let of_this_size = MINIMA.iter().filter(|(x, ..)| x.len() == self.n);
        let minimum = |&(x, value, is_global): &(&[f64], f64, bool)| {
            if is_global { Minimum::global(x, value) } else { Minimum::local(x, value) }
        };
        of_this_size.map(minimum).collect()
    }
}
// Minima, computed with 60 digits and rounded.

/// Minima for n = m = 8, 9, 10, their values, and whether they are global.
const MINIMA: [(&[f64], f64, bool); 5] = [
    (
        &[
            0.04315276015101663,
            0.1930908403841861,
            0.26632870689027294,
            0.5,
            0.5,
            0.7336712931097271,
            0.8069091596158139,
            0.9568472398489833,
        ],
        0.0035168737256779316,
        true,
    ),
    (
        &[
            0.044205346135782767,
            0.19949067230988096,
            0.23561910847106,
            0.416046907892598,
            0.5,
            0.583953092107402,
            0.76438089152894,
            0.8005093276901191,
            0.9557946538642172,
        ],
        0.0,
        true,
    ),
    (
        &[
            0.07474816621460248,
            0.17151817694809265,
            0.286434152584,
            0.3596464506289341,
            0.47075052286659347,
            0.616738335038745,
            0.616738335038745,
            0.7998108015386138,
            0.8448546422409267,
            0.9670066269819255,
        ],
        0.004772713696375349,
        true,
    ),
    (
        &[
            0.0596199005358127,
            0.16670828183586142,
            0.2391706589426085,
            0.3988842923060445,
            0.3988842923060445,
            0.6011157076939555,
            0.6011157076939555,
            0.7608293410573915,
            0.8332917181641386,
            0.9403800994641873,
        ],
        0.006503954800882306,
        false,
    ),
    (
        &[
            0.027114937835897843,
            0.1317982884599488,
            0.20768401404493092,
            0.3851156074102685,
            0.3851156074102685,
            0.6148843925897315,
            0.6148843925897315,
            0.7923159859550691,
            0.8682017115400512,
            0.9728850621641022,
        ],
        0.009500628850221673,
        false,
    ),
];
