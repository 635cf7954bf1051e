//! Changes of variables ŵ = S w under which a quadratic becomes round.
//!
//! ```text
//! E(w) = ½ wᵀA w + bᵀw + c,   SᵀS = A,   ŵ = S w,   b̂ = S⁻ᵀ b
//! Ê(ŵ) = ½ ŵᵀŵ + b̂ᵀŵ + c
//! ```
//!
//! A^½ is the one symmetric S; any Q A^½ with an orthogonal Q, such as the transposed factor of Cholesky, does as well.
//! Where A is diagonal, S is: every variable in a unit of its own, aᵢᵢ^-½.
//!
//! Sources: N. J. Higham, Functions of Matrices (SIAM 2008), section 6.2; A. Kessy, A. Lewin and K. Strimmer, The American
//! Statistician 72 (2018) 309–314, on which S to choose. Slides 66–76.

use thalweg_numerics::matrix_vector;
use thalweg_problem::InvalidInput;

use crate::Eigen;

/// A change of variables ŵ = S w with an invertible n × n matrix S.
///
/// All slices have length n; whoever calls sees to that.
pub trait Normalization {
    /// n.
    fn dim(&self) -> usize;

    /// Writes ŵ = S w.
    fn to_normalized(&self, w: &[f64], out: &mut [f64]);

    /// Writes w = S⁻¹ ŵ.
    fn to_original(&self, w_hat: &[f64], out: &mut [f64]);

    /// Writes ∇Ê = S⁻ᵀ ∇E, as columns.
    fn gradient_to_normalized(&self, gradient: &[f64], out: &mut [f64]);
}

/// A pointer to a normalization is that normalization.
macro_rules! forward_through_pointer {
    ($($pointer:ty),*) => {$(
        impl<S: Normalization + ?Sized> Normalization for $pointer {
            fn dim(&self) -> usize {
                (**self).dim()
            }

            fn to_normalized(&self, w: &[f64], out: &mut [f64]) {
                (**self).to_normalized(w, out);
            }

            fn to_original(&self, w_hat: &[f64], out: &mut [f64]) {
                (**self).to_original(w_hat, out);
            }

            fn gradient_to_normalized(&self, gradient: &[f64], out: &mut [f64]) {
                (**self).gradient_to_normalized(gradient, out);
            }
        }
    )*};
}

forward_through_pointer!(&S, Box<S>, std::sync::Arc<S>);

/// S = A^½. A change costs 2n² flops; both roots are kept.
///
/// ```
/// use thalweg_hessian::nalgebra::DMatrix;
/// use thalweg_hessian::{Eigen, Normalization, SymmetricRoot};
///
/// let root = SymmetricRoot::of(&Eigen::new(&DMatrix::from_row_slice(2, 2, &[2.5, 1.5, 1.5, 2.5]))?)?;
/// let (mut w_hat, mut w) = ([f64::NAN; 2], [f64::NAN; 2]);
/// root.to_normalized(&[1.0, -1.0], &mut w_hat);
/// root.to_original(&w_hat, &mut w);
/// println!("{w_hat:.3?}");
/// // (1, −1) is an eigenvector with the eigenvalue 1.
/// assert!(w_hat.iter().chain(&w).zip([1.0, -1.0, 1.0, -1.0]).all(|(a, b)| (a - b).abs() < 1e-15));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SymmetricRoot {
    n: usize,
    /// A^½ and A^-½; symmetric, so rows are columns.
    root: Vec<f64>,
    inverse_root: Vec<f64>,
}

impl SymmetricRoot {
    /// Of a positive definite matrix.
    ///
    /// # Errors
    /// If it is not, naming the eigenvalue: see [`Eigen::inverse_root`].
    pub fn of(eigen: &Eigen) -> Result<Self, InvalidInput> {
        let inverse_root = eigen.inverse_root()?.as_slice().to_vec();
        Ok(Self { n: eigen.dim(), root: eigen.root()?.as_slice().to_vec(), inverse_root })
    }
}

impl Normalization for SymmetricRoot {
    fn dim(&self) -> usize {
        self.n
    }

    fn to_normalized(&self, w: &[f64], out: &mut [f64]) {
        matrix_vector(&self.root, w, out);
    }

    fn to_original(&self, w_hat: &[f64], out: &mut [f64]) {
        matrix_vector(&self.inverse_root, w_hat, out);
    }

    fn gradient_to_normalized(&self, gradient: &[f64], out: &mut [f64]) {
        matrix_vector(&self.inverse_root, gradient, out);
    }
}

/// S = diag(√aᵢᵢ): the root of a diagonal A, and of any other what can be had without its eigenvectors.
///
/// [`Scaled`](thalweg_problem::Scaled) with the typical values aᵢᵢ^-½ is the same change.
#[derive(Clone, Debug, PartialEq)]
pub struct DiagonalRoot {
    roots: Vec<f64>,
}

impl DiagonalRoot {
    /// From the curvatures aᵢᵢ, length n ≥ 1, finite and above 0.
    ///
    /// # Errors
    /// If there is none, or one that is not as above, naming it.
    pub fn of(curvatures: &[f64]) -> Result<Self, InvalidInput> {
        if curvatures.is_empty() {
            return Err(InvalidInput::new("curvatures", "length 0", "length 1 or more"));
        }
        match curvatures.iter().position(|a| !(*a > 0.0 && a.is_finite())) {
            None => Ok(Self { roots: curvatures.iter().map(|a| a.sqrt()).collect() }),
            Some(i) => {
                let value = format_args!("{:?}", curvatures[i]);
                Err(InvalidInput::new(format!("curvatures[{i}]"), value, "a finite number above 0"))
            }
        }
    }
}

impl Normalization for DiagonalRoot {
    fn dim(&self) -> usize {
        self.roots.len()
    }

    fn to_normalized(&self, w: &[f64], out: &mut [f64]) {
        for ((out, w), s) in out.iter_mut().zip(w).zip(&self.roots) {
            *out = s * w;
        }
    }

    fn to_original(&self, w_hat: &[f64], out: &mut [f64]) {
        for ((out, w_hat), s) in out.iter_mut().zip(w_hat).zip(&self.roots) {
            *out = w_hat / s;
        }
    }

    fn gradient_to_normalized(&self, gradient: &[f64], out: &mut [f64]) {
        self.to_original(gradient, out);
    }
}
