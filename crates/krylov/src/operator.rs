//! What is multiplied: anything that turns one vector into another.

use std::fmt;

use thalweg_problem::Curved;

/// A symmetric n × n matrix A that is known only by its products.
///
/// Whoever implements it answers for linearity and symmetry: a method cannot check them cheaply.
pub trait LinearOperator {
    /// n.
    fn dim(&self) -> usize;

    /// Writes A v into `out`, both of length n. Every element is written, none is read.
    fn apply(&self, v: &[f64], out: &mut [f64]);
}

/// A pointer to an operator is that operator.
macro_rules! forward_through_pointer {
    ($($pointer:ty),*) => {$(
        impl<A: LinearOperator + ?Sized> LinearOperator for $pointer {
            fn dim(&self) -> usize {
                (**self).dim()
            }

            fn apply(&self, v: &[f64], out: &mut [f64]) {
                (**self).apply(v, out);
            }
        }
    )*};
}

forward_through_pointer!(&A, Box<A>, std::sync::Arc<A>);

/// Makes an operator of a closure that writes A v, length n, into its second argument.
///
/// ```
/// use thalweg_krylov::{LinearOperator, operator};
///
/// let swap = operator(2, |v, out| { out[0] = v[1]; out[1] = v[0]; });
/// let mut out = [f64::NAN; 2];
/// swap.apply(&[3.0, 4.0], &mut out);
/// assert_eq!(out, [4.0, 3.0]);
/// ```
pub fn operator<F: Fn(&[f64], &mut [f64])>(n: usize, product: F) -> Operator<F> {
    Operator { n, product }
}

/// An operator made by [`operator`].
#[derive(Clone, Copy)]
pub struct Operator<F> {
    n: usize,
    product: F,
}

impl<F> fmt::Debug for Operator<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator").field("n", &self.n).finish_non_exhaustive()
    }
}

impl<F: Fn(&[f64], &mut [f64])> LinearOperator for Operator<F> {
    fn dim(&self) -> usize {
        self.n
    }

    fn apply(&self, v: &[f64], out: &mut [f64]) {
        (self.product)(v, out);
    }
}

/// The Hessian of a problem at one point, as an operator: a product is one [`Curved::hessian_vector`].
///
/// ```
/// use thalweg_krylov::{HessianAt, LinearOperator};
/// use thalweg_objectives::DiagonalQuadratic;
///
/// let bowl = DiagonalQuadratic::centered([1.0, 10.0])?;
/// let mut out = [f64::NAN; 2];
/// HessianAt { problem: &bowl, x: &[7.0, 7.0] }.apply(&[1.0, 1.0], &mut out);
/// assert_eq!(out, [1.0, 10.0]);
/// # Ok::<(), thalweg_krylov::problem::InvalidInput>(())
/// ```
#[derive(Debug)]
pub struct HessianAt<'a, P: ?Sized> {
    /// The problem.
    pub problem: &'a P,
    /// The point, length n.
    pub x: &'a [f64],
}

impl<P: Curved + ?Sized> LinearOperator for HessianAt<'_, P> {
    fn dim(&self) -> usize {
        self.problem.dim()
    }

    fn apply(&self, v: &[f64], out: &mut [f64]) {
        self.problem.hessian_vector(self.x, v, out);
    }
}
