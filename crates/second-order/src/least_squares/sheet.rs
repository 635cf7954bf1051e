//! What is evaluated at a trial point.

use thalweg_numerics::{dot, norm};
use thalweg_problem::{Allowance, LeastSquares, Stuck};

use super::PivotedQr;

/// A sheet of paper for a trial point: what is evaluated there before anybody knows whether it will be kept.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    /// x of the trial, length n.
    pub(crate) trial: Vec<f64>,
    /// r there, length m; after [`factorize`](Self::factorize) Qᵀr.
    pub(crate) residuals: Vec<f64>,
    pub(crate) residual_norm: f64,
    /// ½‖r‖².
    pub(crate) value: f64,
    /// Jᵀr.
    pub(super) gradient: Vec<f64>,
    /// J, and its factors.
    pub(super) qr: PivotedQr,
}

impl Sheet {
    /// All NaN, so that what a problem forgets to write is found at the start.
    pub(crate) fn new(m: usize, n: usize) -> Self {
        Self {
            trial: vec![f64::NAN; n],
            residuals: vec![f64::NAN; m],
            residual_norm: f64::NAN,
            value: f64::NAN,
            gradient: vec![f64::NAN; n],
            qr: PivotedQr::with_shape(m, n),
        }
    }

    /// Evaluates the residuals at the trial point, and where `is_wanted` after that residuals and Jacobian; whether all of it
    /// is finite. With one evaluation left it is of both, or a point that is wanted could not be kept.
    pub(crate) fn evaluate_trial<P: LeastSquares + ?Sized>(
        &mut self,
        problem: &P,
        allow: &mut Allowance,
        is_wanted: impl Fn(&Self) -> bool,
    ) -> Result<bool, Stuck> {
        if !self.trial.iter().all(|x| x.is_finite()) {
            return Ok(false);
        }
        let is_last = allow.left() == 1;
        allow.spend()?;
        if is_last {
            return Ok(self.evaluate(problem));
        }
        if !self.evaluate_residuals(problem) {
            return Ok(false);
        }
        if is_wanted(self) {
            allow.spend()?;
            return Ok(self.evaluate(problem));
        }
        Ok(true)
    }

    /// Evaluates the residuals at the trial point; whether f is finite there.
    fn evaluate_residuals<P: LeastSquares + ?Sized>(&mut self, problem: &P) -> bool {
        problem.residuals(&self.trial, &mut self.residuals);
        self.sum_up()
    }

    /// Evaluates residuals and Jacobian at the trial point; whether f, J and ∇f are finite there.
    pub(crate) fn evaluate<P: LeastSquares + ?Sized>(&mut self, problem: &P) -> bool {
        problem.residuals_jacobian(&self.trial, &mut self.residuals, self.qr.matrix_mut());
        let value_is_finite = self.sum_up();
        let m = self.residuals.len();
        for (g, column) in self.gradient.iter_mut().zip(self.qr.matrix().chunks_exact(m)) {
            *g = dot(column, &self.residuals);
        }
        // The norm of a column is finite only if all of its elements are.
        self.qr.measure() && value_is_finite && self.gradient.iter().all(|g| g.is_finite())
    }

    /// That of the trial point, once its Jacobian has been evaluated.
    pub(crate) fn largest_cosine(&self) -> f64 {
        largest_cosine(&self.gradient, self.qr.column_norms(), self.residual_norm)
    }

    fn sum_up(&mut self) -> bool {
        self.residual_norm = norm(&self.residuals);
        self.value = 0.5 * dot(&self.residuals, &self.residuals);
        self.value.is_finite()
    }

    pub(super) fn factorize(&mut self) {
        self.qr.factorize();
        self.qr.apply_q_transposed(&mut self.residuals);
    }
}

/// See [`Linearization::largest_cosine`](crate::Linearization::largest_cosine).
pub(super) fn largest_cosine(gradient: &[f64], column_norms: &[f64], residual_norm: f64) -> f64 {
    let columns = gradient.iter().zip(column_norms);
    columns.filter(|(_, norm)| **norm > 0.0 && residual_norm > 0.0).fold(0.0, |largest, (g, norm)| {
        // Divided one after the other: their product may overflow.
        (g / norm / residual_norm).abs().max(largest)
    })
}
