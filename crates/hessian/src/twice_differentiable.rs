//! Objectives with a Hessian as a matrix.

use nalgebra::DMatrix;
use thalweg_problem::{Counted, Curved, Scaled};

/// An objective whose Hessian H(x) = ∇²f(x) can be written down.
///
/// Where n is so large that n² numbers are not wanted, [`Curved`] is enough for Lanczos' and Newton-CG's methods.
pub trait TwiceDifferentiable: Curved {
    /// Writes H(x), n × n and symmetric, into `out`, which has that size. Every element is written, none is read.
    fn hessian(&self, x: &[f64], out: &mut DMatrix<f64>);
}

/// A pointer to an objective is that objective.
macro_rules! forward_through_pointer {
    ($($pointer:ty),*) => {$(
        impl<P: TwiceDifferentiable + ?Sized> TwiceDifferentiable for $pointer {
            fn hessian(&self, x: &[f64], out: &mut DMatrix<f64>) {
                (**self).hessian(x, out);
            }
        }
    )*};
}

forward_through_pointer!(&P, Box<P>, std::sync::Arc<P>);

impl<P: TwiceDifferentiable + ?Sized> TwiceDifferentiable for Counted<'_, P> {
    fn hessian(&self, x: &[f64], out: &mut DMatrix<f64>) {
        self.count_hessian();
        self.inner().hessian(x, out);
    }
}

/// D H(D z) D / F.
impl<P: TwiceDifferentiable> TwiceDifferentiable for Scaled<P> {
    fn hessian(&self, z: &[f64], out: &mut DMatrix<f64>) {
        self.at(z, |problem, x, _| problem.hessian(x, out));
        let d = self.typical_x();
        for (mut column, dj) in out.column_iter_mut().zip(d) {
            column.iter_mut().zip(d).for_each(|(element, di)| *element *= di * dj / self.typical_f());
        }
    }
}
