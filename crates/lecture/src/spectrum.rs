//! Quadratics whose eigenvalues and eigenvectors are known, because they are built from them.

use std::f64::consts::PI;

use thalweg_hessian::Eigen;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_numerics::{axpy, cos, dot, sin};
use thalweg_objectives::Quadratic;

use crate::figure::spaced;

/// E(w) = ½ wᵀA w with A = E Λ Eᵀ, whose axes do not lie along the coordinates. The minimum is 0, at 0.
pub(crate) struct Tilted {
    pub(crate) quadratic: Quadratic,
    /// A, row after row.
    pub(crate) matrix: Vec<f64>,
    /// λᵢ.
    pub(crate) eigenvalues: Vec<f64>,
    /// eᵢ, the columns of E.
    pub(crate) eigenvectors: Vec<Vec<f64>>,
}

impl Tilted {
    /// With these eigenvalues. E is the reflection I − 2vvᵀ/vᵀv with v = (1, −2, 3, −4, …), so that every
    /// coordinate takes part in every eigenvector and nobody has to solve for them.
    pub(crate) fn new(eigenvalues: impl Into<Vec<f64>>) -> Self {
        let eigenvalues = eigenvalues.into();
        let n = eigenvalues.len();
        let v: Vec<f64> = (1..=n).map(|i| if i % 2 == 1 { i as f64 } else { -(i as f64) }).collect();
        let v_v = dot(&v, &v);
        let column = |k: usize| {
            let element = |i: usize| f64::from(u8::from(i == k)) - 2.0 * v[i] * v[k] / v_v;
            (0..n).map(element).collect::<Vec<_>>()
        };
        let eigenvectors = (0..n).map(column).collect();
        Self::along(eigenvalues, eigenvectors)
    }

    /// With these eigenvalues and these orthonormal eigenvectors.
    pub(crate) fn along(eigenvalues: Vec<f64>, eigenvectors: Vec<Vec<f64>>) -> Self {
        let n = eigenvalues.len();
        let element = |i: usize, j: usize| {
            // λ (eᵢ eⱼ), not (λ eᵢ) eⱼ, which would not be symmetric to the last bit.
            let terms = eigenvalues.iter().zip(&eigenvectors);
            terms.fold(0.0, |a, (lambda, e)| a + lambda * (e[i] * e[j]))
        };
        let matrix: Vec<_> = (0..n * n).map(|at| element(at / n, at % n)).collect();
        let quadratic =
            Quadratic::new(matrix.clone(), vec![0.0; n], 0.0).expect("the eigenvalues are finite constants");
        Self { quadratic, matrix, eigenvalues, eigenvectors }
    }

    /// A turned by 60° from the first coordinate axis towards the second, where slide 66 draws the long axis of its ellipse.
    pub(crate) fn at_sixty_degrees(eigenvalues: [f64; 2]) -> Self {
        let (c, s) = (0.5, 0.75_f64.sqrt());
        Self::along(eigenvalues.to_vec(), vec![vec![c, s], vec![-s, c]])
    }

    /// What is found from the elements of A alone.
    pub(crate) fn eigen(&self) -> Eigen {
        let n = self.eigenvalues.len();
        Eigen::new(&DMatrix::from_row_slice(n, n, &self.matrix)).expect("A is symmetric and finite")
    }

    /// The same A, with the minimum at `minimum` and the value 0 there.
    pub(crate) fn with_minimum(&self, minimum: &[f64]) -> Quadratic {
        let n = minimum.len();
        let a_w: Vec<_> = self.matrix.chunks_exact(n).map(|row| dot(row, minimum)).collect();
        let constant = 0.5 * dot(&a_w, minimum);
        let linear: Vec<_> = a_w.into_iter().map(|b| -b).collect();
        Quadratic::new(self.matrix.clone(), linear, constant).expect("the constants are finite")
    }

    /// The ellipse E − E* = `height` about `center`, as points; in two variables.
    pub(crate) fn outline(&self, center: [f64; 2], height: f64) -> Vec<(f64, f64)> {
        let radii: Vec<_> = self.eigenvalues.iter().map(|lambda| (2.0 * height / lambda).sqrt()).collect();
        let at = |angle: f64| {
            let w = self.point(&[radii[0] * cos(angle), radii[1] * sin(angle)]);
            (center[0] + w[0], center[1] + w[1])
        };
        spaced(0.0, 2.0 * PI, 121).map(at).collect()
    }

    /// The coordinates eᵢᵀw of a point along the eigenvectors.
    pub(crate) fn components(&self, w: &[f64]) -> Vec<f64> {
        self.eigenvectors.iter().map(|e| dot(e, w)).collect()
    }

    /// The point Σ cᵢ eᵢ.
    pub(crate) fn point(&self, components: &[f64]) -> Vec<f64> {
        let mut w = vec![0.0; components.len()];
        for (c, e) in components.iter().zip(&self.eigenvectors) {
            axpy(*c, e, &mut w);
        }
        w
    }
}

#[cfg(test)]
mod tests {
    use thalweg_problem::Curved;

    use super::*;
    use crate::logarithmic::log_spaced;

    #[test]
    fn eigenvectors_are_orthonormal_and_belong_to_their_eigenvalues() {
        let tilted = Tilted::new(log_spaced(0.1, 10.0, 5));
        for (i, (e, lambda)) in tilted.eigenvectors.iter().zip(&tilted.eigenvalues).enumerate() {
            let mut product = [f64::NAN; 5];
            tilted.quadratic.hessian_vector(&[0.0; 5], e, &mut product);
            for (j, component) in tilted.components(e).into_iter().enumerate() {
                assert!((component - f64::from(u8::from(i == j))).abs() < 1e-15);
                assert!((product[j] - lambda * e[j]).abs() < 1e-14);
            }
        }
        let back = tilted.components(&tilted.point(&[1.0, 2.0, 3.0, 4.0, 5.0]));
        assert!((1..).zip(back).all(|(i, c)| (c - f64::from(i)).abs() < 1e-14));
    }
}
