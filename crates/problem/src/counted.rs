//! Counting from outside, so that no method can forget to.

use core::cell::Cell;

use crate::{CancelFlag, Curved, Differentiable, FiniteSum, LeastSquares, Objective};

/// How often each kind of evaluation was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Counts {
    /// Calls of [`Objective::value`].
    pub values: u64,
    /// Calls of [`Differentiable::value_gradient`].
    pub gradients: u64,
    /// Calls of [`Curved::hessian_vector`].
    pub hessian_vectors: u64,
    /// Hessians as matrices, which the crate `hessian` asks for.
    pub hessians: u64,
    /// Calls of [`FiniteSum::batch_value_gradient`].
    pub batches: u64,
    /// Calls of [`LeastSquares::residuals`].
    pub residuals: u64,
    /// Calls of [`LeastSquares::residuals_jacobian`].
    pub jacobians: u64,
}

impl Counts {
    /// All calls, whatever their kind. This is what a budget of evaluations limits.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.values
            + self.gradients
            + self.hessian_vectors
            + self.hessians
            + self.batches
            + self.residuals
            + self.jacobians
    }
}

/// An objective that counts what is asked of it and passes everything on.
///
/// A trait from elsewhere is counted by implementing it for `Counted` through
/// [`inner`](Self::inner) and one of the `count_*` functions.
///
/// ```
/// use thalweg_problem::{Counted, Differentiable, from_fn};
///
/// let f = from_fn(1, |x, g| { g[0] = 2.0 * x[0]; x[0] * x[0] });
/// let counted = Counted::new(&f);
/// counted.value_gradient(&[1.0], &mut [0.0]);
/// assert_eq!(counted.counts().gradients, 1);
/// ```
#[derive(Debug)]
pub struct Counted<'p, P: ?Sized> {
    inner: &'p P,
    counts: Cell<Counts>,
}

impl<'p, P: ?Sized> Counted<'p, P> {
    /// Counts from zero.
    pub fn new(inner: &'p P) -> Self {
        Self::going_on(inner, Counts::default())
    }

    /// Counts on from `counts`.
    pub fn going_on(inner: &'p P, counts: Counts) -> Self {
        Self { inner, counts: Cell::new(counts) }
    }

    /// The objective that is counted.
    #[must_use]
    pub fn inner(&self) -> &'p P {
        self.inner
    }

    /// The counts so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts.get()
    }

    /// Counts one call of [`Objective::value`].
    pub fn count_value(&self) {
        self.count(|c| &mut c.values);
    }

    /// Counts one call of [`Differentiable::value_gradient`].
    pub fn count_gradient(&self) {
        self.count(|c| &mut c.gradients);
    }

    /// Counts one call of [`Curved::hessian_vector`].
    pub fn count_hessian_vector(&self) {
        self.count(|c| &mut c.hessian_vectors);
    }

    /// Counts one Hessian written out as a matrix.
    pub fn count_hessian(&self) {
        self.count(|c| &mut c.hessians);
    }

    /// Counts one call of [`FiniteSum::batch_value_gradient`].
    pub fn count_batch(&self) {
        self.count(|c| &mut c.batches);
    }

    /// Counts one call of [`LeastSquares::residuals`].
    pub fn count_residuals(&self) {
        self.count(|c| &mut c.residuals);
    }

    /// Counts one call of [`LeastSquares::residuals_jacobian`].
    pub fn count_jacobian(&self) {
        self.count(|c| &mut c.jacobians);
    }

    fn count(&self, which: impl FnOnce(&mut Counts) -> &mut u64) {
        let mut counts = self.counts.get();
        *which(&mut counts) += 1;
        self.counts.set(counts);
    }
}

impl<P: Objective + ?Sized> Objective for Counted<'_, P> {
    fn dim(&self) -> usize {
        self.inner.dim()
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.count_value();
        self.inner.value(x)
    }

    fn cancel_flag(&self) -> Option<&CancelFlag> {
        self.inner.cancel_flag()
    }
}

impl<P: Differentiable + ?Sized> Differentiable for Counted<'_, P> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.count_gradient();
        self.inner.value_gradient(x, gradient)
    }
}

impl<P: Curved + ?Sized> Curved for Counted<'_, P> {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        self.count_hessian_vector();
        self.inner.hessian_vector(x, v, out);
    }
}

impl<P: FiniteSum + ?Sized> FiniteSum for Counted<'_, P> {
    fn terms(&self) -> usize {
        self.inner.terms()
    }

    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        self.count_batch();
        self.inner.batch_value_gradient(x, batch, gradient)
    }
}

impl<P: LeastSquares + ?Sized> LeastSquares for Counted<'_, P> {
    fn residual_count(&self) -> usize {
        self.inner.residual_count()
    }

    fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
        self.count_residuals();
        self.inner.residuals(x, residuals);
    }

    fn residuals_jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        self.count_jacobian();
        self.inner.residuals_jacobian(x, residuals, jacobian);
    }
}
