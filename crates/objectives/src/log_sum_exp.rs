//! The logarithm of a sum of exponentials: a smooth maximum of affine functions.

use thalweg_numerics::{axpy, dot, exp, ln};
use thalweg_problem::{Curved, Differentiable, InvalidInput, Objective};

/// f(w) = ln Σ exp(bᵢᵀw + cᵢ), a sum over m terms: between the largest bᵢᵀw + cᵢ and ln m above it.
///
/// Convex and Lipschitz smooth, not strongly convex.
/// With the shares pᵢ = exp(bᵢᵀw + cᵢ − f), the gradient is the mean Σ pᵢ bᵢ, and vᵀHv the variance of bᵢᵀv.
/// There is a minimum if 0 lies inside the convex hull of the bᵢ.
///
/// ```
/// use thalweg_objectives::LogSumExp;
/// use thalweg_objectives::problem::Differentiable;
///
/// // ln(e^w + e^−w) = ln 2 + ln cosh w
/// let f = LogSumExp::new([1.0, -1.0], [0.0, 0.0])?;
/// let mut gradient = [0.0];
/// assert_eq!(f.value_gradient(&[0.0], &mut gradient), std::f64::consts::LN_2);
/// assert_eq!(gradient, [0.0]);
/// assert_eq!(f.curvature_bound(), 1.0);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LogSumExp {
    n: usize,
    rows: Vec<f64>,
    offsets: Vec<f64>,
}

impl LogSumExp {
    /// From the rows bᵢ, m × n elements row after row, and the offsets cᵢ, length m ≥ 1, all finite.
    ///
    /// # Errors
    /// If m is 0, `rows` is empty or no multiple of m long, or a number is not finite.
    pub fn new(rows: impl Into<Vec<f64>>, offsets: impl Into<Vec<f64>>) -> Result<Self, InvalidInput> {
        let (rows, offsets) = (rows.into(), offsets.into());
        let m = offsets.len();
        if m == 0 {
            return Err(InvalidInput::new("offsets", "length 0", "length 1 or more"));
        }
        if rows.is_empty() || rows.len() % m != 0 {
            let allowed = format!("a multiple of {m}, the number of offsets, and not 0");
            return Err(InvalidInput::new("rows", format_args!("length {}", rows.len()), allowed));
        }
        InvalidInput::unless_all_finite("rows", &rows)?;
        InvalidInput::unless_all_finite("offsets", &offsets)?;
        Ok(Self { n: rows.len() / m, rows, offsets })
    }

    /// An upper bound on every curvature, and so on the Lipschitz constant of the gradient: ¼ max ‖bᵢ − bⱼ‖².
    ///
    /// vᵀHv is a variance of the numbers bᵢᵀv, and a variance is at most a quarter of the range squared (Popoviciu).
    /// It costs m²n operations.
    #[must_use]
    pub fn curvature_bound(&self) -> f64 {
        let mut farthest = 0.0_f64;
        for (i, a) in self.rows.chunks_exact(self.n).enumerate() {
            for b in self.rows.chunks_exact(self.n).take(i) {
                farthest = farthest.max(a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + (a - b) * (a - b)));
            }
        }
        0.25 * farthest
    }

    fn terms(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.rows.chunks_exact(self.n).zip(self.offsets.iter().copied())
    }

    /// The largest bᵢᵀw + cᵢ, which is taken out of every exponent so that none overflows.
    fn highest(&self, w: &[f64]) -> f64 {
        self.terms().fold(f64::NEG_INFINITY, |highest, (b, c)| highest.max(dot(b, w) + c))
    }
}

impl Objective for LogSumExp {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, w: &[f64]) -> f64 {
        let highest = self.highest(w);
        highest + ln(self.terms().fold(0.0, |total, (b, c)| total + exp(dot(b, w) + c - highest)))
    }
}

impl Differentiable for LogSumExp {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let highest = self.highest(w);
        let mut total = 0.0;
        gradient.fill(0.0);
        for (b, c) in self.terms() {
            let weight = exp(dot(b, w) + c - highest);
            total += weight;
            axpy(weight, b, gradient);
        }
        for g in gradient {
            *g /= total;
        }
        highest + ln(total)
    }
}

impl Curved for LogSumExp {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        // H v = Σ pᵢ (bᵢᵀv − mean) bᵢ
        let f = self.value(w);
        let mean = self.terms().fold(0.0, |mean, (b, c)| mean + exp(dot(b, w) + c - f) * dot(b, v));
        out.fill(0.0);
        for (b, c) in self.terms() {
            axpy(exp(dot(b, w) + c - f) * (dot(b, v) - mean), b, out);
        }
    }
}
