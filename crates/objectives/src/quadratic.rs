//! Quadratics with a full matrix.

use thalweg_numerics::{dot, matrix_vector};
use thalweg_problem::{Curved, Differentiable, InvalidInput, Objective};

/// E(w) = ½ wᵀA w + bᵀw + c with a symmetric A.
///
/// ```
/// use thalweg_objectives::Quadratic;
/// use thalweg_objectives::problem::Differentiable;
///
/// let tilted = Quadratic::new([3.0, 1.0, 1.0, 2.0], [-1.0, 2.0], 0.0)?;
/// let mut gradient = [0.0; 2];
/// assert_eq!(tilted.value_gradient(&[1.0, 1.0], &mut gradient), 4.5);
/// assert_eq!(gradient, [3.0, 5.0]);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Quadratic {
    matrix: Vec<f64>,
    linear: Vec<f64>,
    constant: f64,
}

impl Quadratic {
    /// From A, n² elements in any order of rows and columns since Aᵀ = A, b of length n ≥ 1, and c, all finite.
    ///
    /// A may be indefinite. It must be symmetric to the last bit: E depends on (A + Aᵀ)/2 only, while A w does not,
    /// so with another A the gradient would not be the gradient of E.
    ///
    /// # Errors
    /// If n is 0, `matrix` has not n² elements or is not symmetric, or a number is not finite.
    pub fn new(
        matrix: impl Into<Vec<f64>>,
        linear: impl Into<Vec<f64>>,
        constant: f64,
    ) -> Result<Self, InvalidInput> {
        let (matrix, linear) = (matrix.into(), linear.into());
        let n = linear.len();
        if n == 0 {
            return Err(InvalidInput::new("linear", "length 0", "length 1 or more"));
        }
        InvalidInput::unless_length("matrix", &matrix, n * n)?;
        InvalidInput::unless_all_finite("matrix", &matrix)?;
        InvalidInput::unless_all_finite("linear", &linear)?;
        InvalidInput::unless_finite("constant", constant)?;
        for i in 0..n {
            for j in 0..i {
                let (below, above) = (matrix[i * n + j], matrix[j * n + i]);
                if below != above {
                    let argument = format!("matrix[({i}, {j})]");
                    let allowed = format!("{above:?}, the element ({j}, {i})");
                    return Err(InvalidInput::new(argument, format_args!("{below:?}"), allowed));
                }
            }
        }
        Ok(Self { matrix, linear, constant })
    }

    /// A, n² elements: the Hessian, everywhere.
    #[must_use]
    pub fn matrix(&self) -> &[f64] {
        &self.matrix
    }
}

impl Objective for Quadratic {
    fn dim(&self) -> usize {
        self.linear.len()
    }

    fn value(&self, w: &[f64]) -> f64 {
        let half_w_a_w =
            self.matrix.chunks_exact(w.len()).zip(w).fold(0.0, |e, (row, wi)| e + 0.5 * wi * dot(row, w));
        half_w_a_w + dot(&self.linear, w) + self.constant
    }
}

impl Differentiable for Quadratic {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        matrix_vector(&self.matrix, w, gradient);
        let half_w_a_w = gradient.iter().zip(w).fold(0.0, |e, (aw, wi)| e + 0.5 * wi * aw);
        for (g, b) in gradient.iter_mut().zip(&self.linear) {
            *g += b;
        }
        half_w_a_w + dot(&self.linear, w) + self.constant
    }
}

impl Curved for Quadratic {
    fn hessian_vector(&self, _w: &[f64], v: &[f64], out: &mut [f64]) {
        matrix_vector(&self.matrix, v, out);
    }
}
