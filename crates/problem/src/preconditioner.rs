//! Preconditioners: approximations of an inverse Hessian that are cheap to apply.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use crate::InvalidInput;

/// A symmetric positive definite approximation M⁻¹ of an inverse Hessian, or of the inverse of any such matrix H.
///
/// It turns a gradient or a residual into something closer to a step: with M = H, the step −M⁻¹ ∇f(x) leads to the
/// minimum of a quadratic. Whoever implements it answers for symmetry and positive definiteness: a method cannot check
/// them cheaply, and without them the step need not lead downhill.
///
/// Source: Y. Saad, Iterative Methods for Sparse Linear Systems, 2nd edition (SIAM 2003), chapter 9.
///
/// ```
/// use thalweg_problem::{Diagonal, Identity, Preconditioner};
///
/// // H = diag(2, 8). The gradient of ½ xᵀH x at (1, 1) is (2, 8), and the way from the minimum is (1, 1).
/// let jacobi = Diagonal::from_matrix_diagonal(&[2.0, 8.0])?;
/// let choices: [&dyn Preconditioner; 2] = [&jacobi, &Identity];
/// let ways = choices.map(|preconditioner| {
///     let mut out = [f64::NAN; 2];
///     preconditioner.apply(&[2.0, 8.0], &mut out);
///     out
/// });
/// assert_eq!(ways, [[1.0, 1.0], [2.0, 8.0]]);
/// # Ok::<(), thalweg_problem::InvalidInput>(())
/// ```
pub trait Preconditioner {
    /// Writes M⁻¹ v into `out`, both of length n.
    ///
    /// A preconditioner that was made for another n writes NaN throughout. A method treats that like any number that is
    /// not finite, so nothing panics and no element is passed over in silence.
    fn apply(&self, v: &[f64], out: &mut [f64]);
}

/// A pointer to a preconditioner is that preconditioner.
macro_rules! forward_through_pointer {
    ($($pointer:ty),*) => {$(
        impl<M: Preconditioner + ?Sized> Preconditioner for $pointer {
            fn apply(&self, v: &[f64], out: &mut [f64]) {
                (**self).apply(v, out);
            }
        }
    )*};
}

forward_through_pointer!(&M, Box<M>, alloc::sync::Arc<M>);

/// M = I: no preconditioning, for any n.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity;

impl Preconditioner for Identity {
    fn apply(&self, v: &[f64], out: &mut [f64]) {
        out.copy_from_slice(v);
    }
}

/// A diagonal M, also called a Jacobi preconditioner where M has the diagonal of H. n products per application.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagonal {
    inverse: Vec<f64>,
}

impl Diagonal {
    /// From the diagonal **of the matrix**: M = diag(d), so that `apply` divides by dᵢ.
    ///
    /// `d` has length n ≥ 1; every dᵢ is positive and finite, and so is its reciprocal.
    ///
    /// # Errors
    /// If `d` is empty or an element cannot be used; the first such element is named.
    pub fn from_matrix_diagonal(d: &[f64]) -> Result<Self, InvalidInput> {
        check_diagonal(d)?;
        Ok(Self { inverse: d.iter().map(|d| 1.0 / d).collect() })
    }

    /// From the diagonal **of the inverse**: M⁻¹ = diag(d), so that `apply` multiplies by dᵢ.
    ///
    /// `d` is as in [`from_matrix_diagonal`](Self::from_matrix_diagonal).
    ///
    /// # Errors
    /// If `d` is empty or an element cannot be used; the first such element is named.
    pub fn from_inverse_diagonal(d: &[f64]) -> Result<Self, InvalidInput> {
        check_diagonal(d)?;
        Ok(Self { inverse: d.to_vec() })
    }

    /// n.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.inverse.len()
    }

    /// The diagonal of M⁻¹, length n.
    #[must_use]
    pub fn inverse_diagonal(&self) -> &[f64] {
        &self.inverse
    }
}

fn check_diagonal(d: &[f64]) -> Result<(), InvalidInput> {
    if d.is_empty() {
        return Err(InvalidInput::new("d", "length 0", "length 1 or more"));
    }
    // Below 5.6e-309 the reciprocal overflows.
    match d.iter().position(|d| !(*d > 0.0 && d.is_finite() && (1.0 / d).is_finite())) {
        None => Ok(()),
        Some(i) => Err(InvalidInput::new(
            format!("d[{i}]"),
            format_args!("{:?}", d[i]),
            "a finite number above 0 with a finite reciprocal",
        )),
    }
}

impl Preconditioner for Diagonal {
    fn apply(&self, v: &[f64], out: &mut [f64]) {
        if v.len() != self.dim() || out.len() != self.dim() {
            out.fill(f64::NAN);
            return;
        }
        for ((d, v), out) in self.inverse.iter().zip(v).zip(out) {
            *out = d * v;
        }
    }
}
