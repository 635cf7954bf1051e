//! Matrices S with SᵀS = A: the symmetric root's identities on slide 73, and other roots.

use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Eigen, Normalization};
use thalweg_numerics::{matrix_matrix, matrix_transposed_vector, matrix_vector};

use crate::descend::largest;
use crate::draws::Orthogonal;
use crate::spectrum::Tilted;
use crate::{Findings, Tolerance};

/// X Y for n × n matrices, row after row.
fn product(x: &[f64], y: &[f64], n: usize) -> Vec<f64> {
    let mut out = vec![f64::NAN; n * n];
    matrix_matrix(x, y, n, &mut out);
    out
}

/// Slide 73, on a matrix that was built from its eigenvalues and eigenvectors.
pub(super) fn check_identities(findings: &mut Findings, valley: &Tilted, eigen: &Eigen) {
    let n = eigen.dim();
    let (a, identity) = (&valley.matrix, DMatrix::<f64>::identity(n, n));
    let inverse = Tilted::along(
        valley.eigenvalues.iter().map(|lambda| 1.0 / lambda).collect(),
        valley.eigenvectors.clone(),
    );
    let [root, inverse_root] =
        [eigen.root(), eigen.inverse_root()].map(|root| root.expect("A is positive definite"));
    // All of them are symmetric, so it does not matter that nalgebra has them column after column.
    let (s, s_inverse) = (root.as_slice(), inverse_root.as_slice());
    const ROOTS: &str = "elements up to 10, or up to those of A⁻¹, a few roundings each";
    for (name, formula, found, expected, tolerance) in [
        ("EΛEᵀ from A", "the decomposition", eigen.map(|lambda| lambda).as_slice().to_vec(), a, 2e-13),
        ("A^½A^½ from A", "slide 73", product(s, s, n), a, 2e-13),
        ("A^-½A^-½ from A⁻¹", "slide 73", product(s_inverse, s_inverse, n), &inverse.matrix, 1e-12),
        ("A^-½A^½ from I", "slide 73", product(s_inverse, s, n), &identity.as_slice().to_vec(), 1e-13),
        (
            "A^-½AA^-½ from I",
            "slide 73",
            product(&product(s_inverse, a, n), s_inverse, n),
            &identity.as_slice().to_vec(),
            1e-13,
        ),
    ] {
        findings.near(
            format!("farthest element of {name}"),
            formula,
            0.0,
            largest(found.iter().zip(expected).map(|(found, expected)| found - expected)),
            Tolerance::Absolute(tolerance),
            ROOTS,
        );
    }
    let indefinite = Tilted::new([-2.0, 1.0, 4.0]).eigen();
    let refusal = match indefinite.root() {
        Ok(_) => "a matrix".to_owned(),
        Err(error) => format!("refused because of the {}", error.argument),
    };
    findings.words(
        "the root of a matrix with the non-zero eigenvalues -2, 1 and 4",
        "the square of no real matrix S with SᵀS = A: wᵀAw = ‖Sw‖² is not negative",
        "refused because of the eigenvalue 0 of A",
        refusal,
    );
}

/// Any S, by its elements and those of its inverse.
pub(super) struct Root {
    n: usize,
    s: Vec<f64>,
    s_inverse: Vec<f64>,
}

impl Root {
    /// Q A^½.
    pub(super) fn turned(eigen: &Eigen, turn: &Orthogonal) -> Self {
        let n = eigen.dim();
        // Row after row.
        let mut q = vec![0.0; n * n];
        for j in 0..n {
            for (i, element) in turn.column(j).into_iter().enumerate() {
                q[i * n + j] = element;
            }
        }
        let q_transposed: Vec<_> = (0..n).flat_map(|j| turn.column(j)).collect();
        let [root, inverse_root] =
            [eigen.root(), eigen.inverse_root()].map(|root| root.expect("A is positive definite"));
        Self {
            n,
            s: product(&q, root.as_slice(), n),
            s_inverse: product(inverse_root.as_slice(), &q_transposed, n),
        }
    }

    /// Lᵀ, where A = LLᵀ with a lower triangular L.
    pub(super) fn cholesky(a: &[f64], n: usize) -> Self {
        // R = Lᵀ row after row: rᵢⱼ = (aᵢⱼ − Σ rₖᵢrₖⱼ)/rᵢᵢ for k < i ≤ j.
        let mut s = vec![0.0; n * n];
        for i in 0..n {
            for j in i..n {
                let rest = (0..i).fold(a[i * n + j], |rest, k| rest - s[k * n + i] * s[k * n + j]);
                s[i * n + j] = if i == j { rest.sqrt() } else { rest / s[i * n + i] };
            }
        }
        // R X = I from the last row up.
        let mut s_inverse = vec![0.0; n * n];
        for i in (0..n).rev() {
            for j in i..n {
                let unit = f64::from(u8::from(i == j));
                let rest = (i + 1..=j).fold(unit, |rest, k| rest - s[i * n + k] * s_inverse[k * n + j]);
                s_inverse[i * n + j] = rest / s[i * n + i];
            }
        }
        Self { n, s, s_inverse }
    }
}

impl Normalization for Root {
    fn dim(&self) -> usize {
        self.n
    }

    fn to_normalized(&self, w: &[f64], out: &mut [f64]) {
        matrix_vector(&self.s, w, out);
    }

    fn to_original(&self, w_hat: &[f64], out: &mut [f64]) {
        matrix_vector(&self.s_inverse, w_hat, out);
    }

    fn gradient_to_normalized(&self, gradient: &[f64], out: &mut [f64]) {
        matrix_transposed_vector(&self.s_inverse, gradient, out);
    }
}
