//! The state of the iteration and the step itself; the letters are those of `conjugate_gradients.rs`.

use thalweg_numerics::{dot, norm};
use thalweg_problem::{Allowance, InvalidInput, Preconditioner};

use crate::ending::spend;
use crate::{Ending, LinearOperator};

/// A residual this far below the first one counts as 0: rounding in A x is never that small, and squares of what is
/// smaller would soon underflow.
const VANISHED: f64 = 1e-60;

/// (8u)²: a curvature below this share of the largest one is a null vector's.
const FLAT: f64 = 16.0 * f64::EPSILON * f64::EPSILON;

/// Everything that changes from step to step, and b.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ConjugateGradientsState {
    pub(crate) x: Vec<f64>,
    /// r, z and p in units of `unit`.
    pub(crate) r: Vec<f64>,
    z: Vec<f64>,
    p: Vec<f64>,
    /// A p, in the same units; between steps whatever is left over.
    product: Vec<f64>,
    b: Vec<f64>,
    /// A power of two, or 0 until there is a residual.
    pub(crate) unit: f64,
    /// rᵀz and its predecessor, in units of `unit`².
    pub(crate) rz: f64,
    previous_rz: f64,
    /// ‖r‖, in units of `unit`.
    r_norm: f64,
    /// pᵀM p, in units of `unit`², by ‖pₖ₊₁‖² = rᵀz + β² ‖pₖ‖²; and the largest pᵀA p / pᵀM p so far.
    p_squared: f64,
    largest_curvature: f64,
    /// What the relative tolerance refers to.
    pub(crate) reference: f64,
    iterations: u64,
    /// Whether r is to be computed anew before the next step.
    pub(crate) residual_is_due: bool,
    /// Whether p still is the direction of the step before.
    direction_is_due: bool,
}

impl ConjugateGradientsState {
    /// The current iterate, length n.
    #[must_use]
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// The direction of the last step, or the one along which the curvature is not positive; length n, in a unit of its own:
    /// only where it points has a meaning. Zero before the first step.
    #[must_use]
    pub fn direction(&self) -> &[f64] {
        &self.p
    }

    /// ‖b − A x‖ by the recurrence. NaN before the first step from an x₀ that is not 0: that takes a product.
    #[must_use]
    pub fn residual_norm(&self) -> f64 {
        self.r_norm * self.unit
    }

    /// Writes b − A x by the recurrence, length n, into `out`; NaN where [`residual_norm`](Self::residual_norm) is.
    ///
    /// # Errors
    /// If `out` has another length.
    pub fn residual(&self, out: &mut [f64]) -> Result<(), InvalidInput> {
        InvalidInput::unless_length("out", out, self.r.len())?;
        for (out, r) in out.iter_mut().zip(&self.r) {
            *out = r * self.unit;
        }
        Ok(())
    }

    /// Steps taken.
    #[must_use]
    pub fn iterations(&self) -> u64 {
        self.iterations
    }

    pub(crate) fn zeros(n: usize) -> Self {
        let zeros = || vec![0.0; n];
        Self {
            x: zeros(),
            r: zeros(),
            z: zeros(),
            p: zeros(),
            product: zeros(),
            b: zeros(),
            unit: 0.0,
            rz: 0.0,
            previous_rz: 0.0,
            r_norm: 0.0,
            p_squared: 0.0,
            largest_curvature: 0.0,
            reference: 0.0,
            iterations: 0,
            residual_is_due: false,
            direction_is_due: false,
        }
    }

    /// Back to before the first step, at x₀, for the right-hand side b.
    pub(crate) fn reset(&mut self, b: &[f64], x0: &[f64]) {
        self.x.copy_from_slice(x0);
        self.b.copy_from_slice(b);
        self.r.fill(f64::NAN);
        // The first β is 0, and 0 · p has to be 0.
        self.p.fill(0.0);
        (self.previous_rz, self.direction_is_due) = (f64::INFINITY, true);
        (self.p_squared, self.largest_curvature) = (0.0, 0.0);
        (self.unit, self.r_norm, self.reference) = (0.0, f64::NAN, norm(b));
        (self.iterations, self.residual_is_due) = (0, true);
    }

    /// Makes what lies in r, in units of 1, the residual.
    pub(crate) fn adopt_residual(&mut self, preconditioner: &impl Preconditioner) {
        if self.unit == 0.0 {
            self.unit = power_of_two_below(self.r.iter().fold(0.0, |m, r| r.abs().max(m)));
        }
        for r in &mut self.r {
            *r /= self.unit;
        }
        self.residual_is_due = false;
        self.precondition(preconditioner);
        if self.reference == 0.0 {
            self.reference = self.residual_norm();
        }
    }

    fn precondition(&mut self, preconditioner: &impl Preconditioner) {
        preconditioner.apply(&self.r, &mut self.z);
        (self.rz, self.r_norm) = (dot(&self.r, &self.z), norm(&self.r));
    }

    /// r ← b − A x, unless r is as it should be.
    pub(crate) fn refresh<A: LinearOperator + ?Sized>(
        &mut self,
        a: &A,
        preconditioner: &impl Preconditioner,
        allow: &mut Allowance,
    ) -> Result<(), Ending> {
        if !self.residual_is_due {
            return Ok(());
        }
        if self.x.iter().all(|&x| x == 0.0) {
            self.r.copy_from_slice(&self.b);
        } else {
            spend(allow)?;
            a.apply(&self.x, &mut self.product);
            for ((r, b), ax) in self.r.iter_mut().zip(&self.b).zip(&self.product) {
                *r = b - ax;
            }
        }
        self.adopt_residual(preconditioner);
        if self.residual_norm().is_finite() { Ok(()) } else { Err(Ending::NonFinite { what: "A x" }) }
    }

    /// One step, from a residual that is as it should be: x ← x + αp. Returns α.
    pub(crate) fn advance(
        &mut self,
        multiply: impl FnOnce(&[f64], &mut [f64]),
        preconditioner: &impl Preconditioner,
        allow: &mut Allowance,
    ) -> Result<f64, Ending> {
        let Self { rz, r_norm, .. } = *self;
        if !(rz.is_finite() && r_norm.is_finite()) {
            return Err(Ending::NonFinite { what: "M⁻¹ r" });
        }
        if self.has_vanished() {
            return Err(Ending::Converged { norm: self.residual_norm(), tolerance: 0.0 });
        }
        if rz <= 0.0 {
            return Err(Ending::IndefinitePreconditioner { quotient: rz / r_norm / r_norm });
        }
        spend(allow)?;
        if self.direction_is_due {
            let beta = rz / self.previous_rz;
            for (p, z) in self.p.iter_mut().zip(&self.z) {
                *p = z + beta * *p;
            }
            self.p_squared = rz + beta * beta * self.p_squared;
            self.direction_is_due = false;
        }
        multiply(&self.p, &mut self.product);
        let curvature = dot(&self.p, &self.product);
        if !curvature.is_finite() {
            return Err(Ending::NonFinite { what: "A p" });
        }
        if curvature <= FLAT * self.largest_curvature * self.p_squared {
            let p_norm = norm(&self.p);
            return Err(Ending::NonPositiveCurvature { curvature: curvature / p_norm / p_norm });
        }
        self.largest_curvature = self.largest_curvature.max(curvature / self.p_squared);
        let alpha = rz / curvature;
        // The new x is written beside the old one, over A p, and the old one stays if the new one is not finite.
        let step = alpha * self.unit;
        let mut finite = true;
        for (((ap, r), x), p) in self.product.iter_mut().zip(&mut self.r).zip(&self.x).zip(&self.p) {
            *r -= alpha * *ap;
            *ap = x + step * p;
            finite &= ap.is_finite();
        }
        if !finite {
            // r has moved on without x: no step may follow.
            self.rz = f64::NAN;
            return Err(Ending::NonFinite { what: "x" });
        }
        std::mem::swap(&mut self.x, &mut self.product);
        self.previous_rz = rz;
        self.precondition(preconditioner);
        self.direction_is_due = true;
        self.iterations += 1;
        Ok(alpha)
    }

    pub(crate) fn has_vanished(&self) -> bool {
        self.r_norm <= VANISHED
    }
}

/// The largest power of two that is not above x, for finite x > 0; 2⁻¹⁰²² for what is smaller, 2¹⁰²³ for ∞.
pub(crate) fn power_of_two_below(x: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff << 52;
    f64::from_bits(x.min(f64::MAX).to_bits() & EXPONENT).max(f64::MIN_POSITIVE)
}
