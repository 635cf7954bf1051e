//! Hessians as matrices from products that are exact.

use nalgebra::DMatrix;
use thalweg_problem::{CancelFlag, Curved, Differentiable, FiniteSum, LeastSquares, Objective};

use crate::TwiceDifferentiable;
use crate::symmetric::symmetrize_square;

/// A problem with its Hessian as a matrix, by n of its products. Symmetric to the last bit.
///
/// Holds the problem by value or by reference, and passes everything else on.
///
/// ```
/// use nalgebra::DMatrix;
/// use thalweg_hessian::{ByProducts, TwiceDifferentiable};
/// use thalweg_objectives::classic::Rosenbrock;
///
/// let valley = ByProducts(Rosenbrock::default());
/// let mut hessian = DMatrix::zeros(2, 2);
/// valley.hessian(&[1.0, 1.0], &mut hessian);
/// assert_eq!(hessian, DMatrix::from_row_slice(2, 2, &[802.0, -400.0, -400.0, 200.0]));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByProducts<P>(
    /// The problem.
    pub P,
);

impl<P: Curved> TwiceDifferentiable for ByProducts<P> {
    fn hessian(&self, x: &[f64], out: &mut DMatrix<f64>) {
        hessian_by_products(&self.0, x, out);
    }
}

/// Writes H(x), n × n, into `out` by n products, and makes it symmetric. Needs no memory of its own.
///
/// It is the body of [`TwiceDifferentiable::hessian`] for a problem whose products cost little, as those of diagonal and of
/// sparse Hessians do. Whoever wants to know how far from symmetric the products are, or has an allowance to ask, calls
/// [`assemble`](crate::assemble()).
///
/// ```
/// use nalgebra::DMatrix;
/// use thalweg_hessian::hessian_by_products;
/// use thalweg_objectives::NesterovWorst;
///
/// let chain = NesterovWorst::new(3, 4.0)?;
/// let mut hessian = DMatrix::zeros(3, 3);
/// hessian_by_products(&chain, &[0.0; 3], &mut hessian);
/// assert_eq!(hessian.as_slice(), [2.0, -1.0, 0.0, -1.0, 2.0, -1.0, 0.0, -1.0, 2.0]);
/// # Ok::<(), thalweg_hessian::problem::InvalidInput>(())
/// ```
pub fn hessian_by_products<P: Curved + ?Sized>(problem: &P, x: &[f64], out: &mut DMatrix<f64>) {
    let n = x.len();
    let Some(last) = n.checked_sub(1) else { return };
    // The last column holds the unit vectors until it is its turn.
    let (columns, unit) = out.as_mut_slice().split_at_mut(n * last);
    for (j, column) in columns.chunks_exact_mut(n).enumerate() {
        unit.fill(0.0);
        unit[j] = 1.0;
        problem.hessian_vector(x, unit, column);
    }
    unit.fill(0.0);
    unit[last] = 1.0;
    if columns.is_empty() {
        let mut product = [f64::NAN];
        problem.hessian_vector(x, unit, &mut product);
        unit[0] = product[0];
        return;
    }
    // Its product is written where the first column was, which comes back from the first row.
    let (corner, end) = (columns[0], columns[last]);
    problem.hessian_vector(x, unit, &mut columns[..n]);
    unit.copy_from_slice(&columns[..n]);
    for i in 1..last {
        columns[i] = columns[n * i];
    }
    (columns[0], columns[last]) = (corner, end);
    symmetrize_square(out);
}

impl<P: Objective> Objective for ByProducts<P> {
    fn dim(&self) -> usize {
        self.0.dim()
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.0.value(x)
    }

    fn cancel_flag(&self) -> Option<&CancelFlag> {
        self.0.cancel_flag()
    }
}

impl<P: Differentiable> Differentiable for ByProducts<P> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.0.value_gradient(x, gradient)
    }
}

impl<P: Curved> Curved for ByProducts<P> {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.0.hessian_vector(x, v, out);
    }
}

impl<P: FiniteSum> FiniteSum for ByProducts<P> {
    fn terms(&self) -> usize {
        self.0.terms()
    }

    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        self.0.batch_value_gradient(x, batch, gradient)
    }
}

impl<P: LeastSquares> LeastSquares for ByProducts<P> {
    fn residual_count(&self) -> usize {
        self.0.residual_count()
    }

    fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
        self.0.residuals(x, residuals);
    }

    fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        self.0.residuals_jacobian(x, residuals, jacobian);
    }
}
