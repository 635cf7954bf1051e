//! Quadratics whose variables do not interact.

use thalweg_problem::{Curved, Differentiable, InvalidInput, Objective};

/// E(w) = ½ Σ aᵢ wᵢ² + Σ bᵢ wᵢ + c: a sum of n parabolas, or a parabola where n = 1.
///
/// The contours are ellipses whose principal axes are parallel to the coordinate axes.
/// Curvatures may be negative or zero: then there is a saddle or no minimum.
///
/// ```
/// use thalweg_objectives::DiagonalQuadratic;
/// use thalweg_objectives::problem::Objective;
///
/// let parabola = DiagonalQuadratic::new([2.0], [-4.0], 3.0)?;
/// assert_eq!(parabola.stationary_point(), Some(vec![2.0]));
/// assert_eq!(parabola.value(&[2.0]), -1.0);
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DiagonalQuadratic {
    curvatures: Vec<f64>,
    linear: Vec<f64>,
    constant: f64,
}

impl DiagonalQuadratic {
    /// From the curvatures aᵢ, length n ≥ 1, the linear terms bᵢ, length n, and the constant c, all finite.
    ///
    /// # Errors
    /// If n is 0, the lengths differ or a number is not finite.
    pub fn new(
        curvatures: impl Into<Vec<f64>>,
        linear: impl Into<Vec<f64>>,
        constant: f64,
    ) -> Result<Self, InvalidInput> {
        let (curvatures, linear) = (curvatures.into(), linear.into());
        if curvatures.is_empty() {
            return Err(InvalidInput::new("curvatures", "length 0", "length 1 or more"));
        }
        InvalidInput::unless_length("linear", &linear, curvatures.len())?;
        InvalidInput::unless_all_finite("curvatures", &curvatures)?;
        InvalidInput::unless_all_finite("linear", &linear)?;
        InvalidInput::unless_finite("constant", constant)?;
        Ok(Self { curvatures, linear, constant })
    }

    /// ½ Σ aᵢ wᵢ²: the minimum, where there is one, is at 0.
    ///
    /// # Errors
    /// If n is 0 or a curvature is not finite.
    pub fn centered(curvatures: impl Into<Vec<f64>>) -> Result<Self, InvalidInput> {
        let curvatures = curvatures.into();
        let linear = vec![0.0; curvatures.len()];
        Self::new(curvatures, linear, 0.0)
    }

    /// The curvatures aᵢ, length n, which are also the eigenvalues of the Hessian.
    #[must_use]
    pub fn curvatures(&self) -> &[f64] {
        &self.curvatures
    }

    /// Where the gradient vanishes: −bᵢ/aᵢ. `None` if a curvature is 0.
    ///
    /// It is the minimum if every curvature is positive.
    #[must_use]
    pub fn stationary_point(&self) -> Option<Vec<f64>> {
        // 0 − b/a, because −0 would be a strange place for a minimum.
        let at = |(&a, &b): (&f64, &f64)| if a == 0.0 { None } else { Some(0.0 - b / a) };
        self.curvatures.iter().zip(&self.linear).map(at).collect()
    }
}

impl Objective for DiagonalQuadratic {
    fn dim(&self) -> usize {
        self.curvatures.len()
    }

    fn value(&self, w: &[f64]) -> f64 {
        let terms = self.curvatures.iter().zip(&self.linear).zip(w);
        terms.fold(self.constant, |e, ((a, b), w)| e + (0.5 * a * w + b) * w)
    }
}

impl Differentiable for DiagonalQuadratic {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let mut e = self.constant;
        for (((a, b), w), g) in self.curvatures.iter().zip(&self.linear).zip(w).zip(gradient) {
            e += (0.5 * a * w + b) * w;
            *g = a * w + b;
        }
        e
    }
}

impl Curved for DiagonalQuadratic {
    fn hessian_vector(&self, _w: &[f64], v: &[f64], out: &mut [f64]) {
        for ((a, v), out) in self.curvatures.iter().zip(v).zip(out) {
            *out = a * v;
        }
    }
}
