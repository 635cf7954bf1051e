//! Least squares for a linear model, of any rank.

use thalweg_numerics::{axpy, dot};
use thalweg_problem::{Curved, Differentiable, FiniteSum, InvalidInput, LeastSquares, Objective};

/// f(w) = ½‖Aw − b‖², with A of m × n and any rank.
///
/// The Hessian is AᵀA: f is Lipschitz smooth with L = λ_max(AᵀA), and strongly convex only if A has rank n.
/// There always is a minimum; without rank n there is a whole affine space of them, and the least value may be above 0.
/// Along the row space f grows at least as ½λ⁺ times the distance squared, λ⁺ the least eigenvalue of AᵀA above 0, so
/// that gradient descent converges linearly all the same.
///
/// As a [`FiniteSum`] it has the m terms fᵢ(w) = ½m(aᵢᵀw − bᵢ)², whose mean it is.
///
/// ```
/// use thalweg_objectives::LinearLeastSquares;
/// use thalweg_objectives::problem::Differentiable;
///
/// // Two equations in three variables.
/// let f = LinearLeastSquares::new([1.0, 2.0, 0.0, 0.0, 1.0, -1.0], [4.0, 1.0])?;
/// let mut gradient = [0.0; 3];
/// assert_eq!(f.value_gradient(&[1.0, 0.0, 1.0], &mut gradient), 6.5);
/// assert_eq!(gradient, [-3.0, -8.0, 2.0]);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LinearLeastSquares {
    n: usize,
    matrix: Vec<f64>,
    targets: Vec<f64>,
}

impl LinearLeastSquares {
    /// From A, m × n elements row after row, and the targets b, length m ≥ 1, all finite.
    ///
    /// # Errors
    /// If m is 0, `matrix` is empty or no multiple of m long, or a number is not finite.
    pub fn new(matrix: impl Into<Vec<f64>>, targets: impl Into<Vec<f64>>) -> Result<Self, InvalidInput> {
        let (matrix, targets) = (matrix.into(), targets.into());
        let m = targets.len();
        if m == 0 {
            return Err(InvalidInput::new("targets", "length 0", "length 1 or more"));
        }
        if matrix.is_empty() || matrix.len() % m != 0 {
            let allowed = format!("a multiple of {m}, the number of targets, and not 0");
            return Err(InvalidInput::new("matrix", format_args!("length {}", matrix.len()), allowed));
        }
        InvalidInput::unless_all_finite("matrix", &matrix)?;
        InvalidInput::unless_all_finite("targets", &targets)?;
        Ok(Self { n: matrix.len() / m, matrix, targets })
    }

    /// The rows of A.
    fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.matrix.chunks_exact(self.n)
    }

    /// The rows of A, each with its residual aᵢᵀw − bᵢ.
    fn residual_rows(&self, w: &[f64]) -> impl Iterator<Item = (&[f64], f64)> {
        self.rows().zip(&self.targets).map(move |(row, target)| (row, dot(row, w) - target))
    }
}

impl Objective for LinearLeastSquares {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, w: &[f64]) -> f64 {
        self.residual_rows(w).fold(0.0, |f, (_, r)| f + 0.5 * r * r)
    }
}

impl Differentiable for LinearLeastSquares {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        self.residual_rows(w).fold(0.0, |f, (row, r)| {
            axpy(r, row, gradient);
            f + 0.5 * r * r
        })
    }
}

impl Curved for LinearLeastSquares {
    fn hessian_vector(&self, _w: &[f64], v: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        for row in self.rows() {
            axpy(dot(row, v), row, out);
        }
    }
}

impl LeastSquares for LinearLeastSquares {
    fn residual_count(&self) -> usize {
        self.targets.len()
    }

    fn residuals(&self, w: &[f64], residuals: &mut [f64]) {
        for (out, (_, r)) in residuals.iter_mut().zip(self.residual_rows(w)) {
            *out = r;
        }
    }

    fn residuals_jacobian(&self, w: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        self.residuals(w, residuals);
        let m = self.residual_count();
        for (i, row) in self.rows().enumerate() {
            for (j, &a) in row.iter().enumerate() {
                jacobian[i + m * j] = a;
            }
        }
    }
}

impl FiniteSum for LinearLeastSquares {
    fn terms(&self) -> usize {
        self.targets.len()
    }

    fn batch_value_gradient(&self, w: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        // m for the terms, and 1/|B| for their mean.
        let weight = self.terms() as f64 / batch.len() as f64;
        gradient.fill(0.0);
        batch.iter().fold(0.0, |f, &i| {
            let row = &self.matrix[i * self.n..][..self.n];
            let r = dot(row, w) - self.targets[i];
            axpy(weight * r, row, gradient);
            f + 0.5 * weight * r * r
        })
    }
}
