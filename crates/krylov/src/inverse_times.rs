//! A⁻¹v for a symmetric positive definite A from products alone, by conjugate gradients, with a bound of the error.
//!
//! ```text
//! ‖x − A⁻¹v‖ = ‖A⁻¹(v − A x)‖ ≤ ‖v − A x‖ / λ_low
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | λ_low | `floor`: no eigenvalue of A is below it |
//! | x, ‖v − A x‖ | of [`ConjugateGradients`], without a preconditioner |
//!
//! On the way the residual is that of the recurrence; at the end one more product measures it, so that what is said about the
//! error is true of x as it is, rounding included. Where that product is not allowed, what is said is an estimate.
//! The steps α, β of conjugate gradients are those of Lanczos' iteration in disguise, T = L D Lᵀ with
//! tⱼⱼ = 1/αⱼ + βⱼ₋₁/αⱼ₋₁ and tⱼⱼ₊₁ = √βⱼ/αⱼ, so the smallest Ritz value costs no product either.
//!
//! Needs: products A p, one a step and one at the end. Memory: 7 vectors of length n, whatever the number of steps.
//!
//! It ends with one of [`Ending`].
//!
//! Sources: M. R. Hestenes and E. Stiefel, J. Res. Nat. Bur. Standards 49 (1952) 409–436; G. H. Golub and G. Meurant, Matrices,
//! Moments and Quadrature with Applications (Princeton 2010), chapters 4 and 12.

use thalweg_numerics::norm;
use thalweg_problem::{Allowance, Identity, InvalidInput};

use crate::ending::spend;
use crate::lanczos_state::U;
use crate::{
    ConjugateGradients, ConjugateGradientsState, Ending, ErrorSize, FunctionTimes, LinearOperator,
    SpectrumFloor, Tridiagonal,
};

/// The settings of A⁻¹v.
///
/// ```
/// use thalweg_krylov::problem::Allowance;
/// use thalweg_krylov::{InverseTimes, SpectrumFloor, operator};
///
/// let a = operator(3, |v, out| (0..3).for_each(|i| out[i] = [2.0, 3.0, 5.0][i] * v[i]));
/// let inverse = InverseTimes { floor: SpectrumFloor::Known(2.0), ..InverseTimes::default() };
/// let result = inverse.apply(&a, &[2.0, 3.0, 5.0], &mut Allowance::evaluations(10))?;
/// println!("{}: ‖error‖ ≤ {:e}", result.ending, result.error.value());
/// assert!(result.error.is_bound() && result.error.value() < 1e-8);
/// assert!(result.x.iter().all(|x| (x - 1.0).abs() <= result.error.value()));
/// # Ok::<(), thalweg_krylov::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InverseTimes {
    /// Where the spectrum begins. Default: the smallest Ritz value, which makes the error an estimate.
    pub floor: SpectrumFloor,
    /// Ends once the error is at most this times ‖x‖; 0 or more. Default 1e-8.
    pub relative_error: f64,
    /// Ends after so many steps. Default `None`: 10 n.
    pub max_iterations: Option<u64>,
    /// As in [`Lanczos::product_error`](crate::Lanczos::product_error). Default `None`.
    pub product_error: Option<f64>,
}

impl Default for InverseTimes {
    fn default() -> Self {
        Self {
            floor: SpectrumFloor::SmallestRitzValue,
            relative_error: 1e-8,
            max_iterations: None,
            product_error: None,
        }
    }
}

const PLAIN: ConjugateGradients = ConjugateGradients { preconditioner: Identity, refresh_every: None };

impl InverseTimes {
    /// x ≈ A⁻¹v for v of length n.
    ///
    /// # Errors
    /// If a setting cannot be used, n is 0 or another than `a`'s, or a number or the norm of v is not finite.
    pub fn apply<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        v: &[f64],
        allow: &mut Allowance,
    ) -> Result<FunctionTimes, InvalidInput> {
        self.floor.check()?;
        InvalidInput::unless_non_negative("relative_error", self.relative_error)?;
        if let Some(error) = self.product_error {
            InvalidInput::unless_non_negative("product_error", error)?;
        }
        if v.is_empty() {
            return Err(InvalidInput::new("v", "length 0", "length 1 or more"));
        }
        InvalidInput::unless_length("v", v, a.dim())?;
        InvalidInput::unless_all_finite("v", v)?;
        InvalidInput::unless_finite("norm(v)", norm(v))?;
        let left = allow.left();
        let state = PLAIN.start(v, &vec![0.0; v.len()])?;
        let mut run =
            Run { settings: self, state, projected: Projected::default(), floor: self.floor.at_first() };
        let ending = run.iterate(a, allow);
        let (ending, error) = run.judge(a, v, ending, allow);
        let iterations = run.state.iterations();
        Ok(FunctionTimes { ending, x: run.state.x, error, iterations, products: left - allow.left() })
    }
}

/// T, as conjugate gradients write it.
#[derive(Default)]
struct Projected {
    diagonal: Vec<f64>,
    off_diagonal: Vec<f64>,
    /// β/α and √β/α of the last step.
    ahead: (f64, f64),
}

impl Projected {
    fn push(&mut self, alpha: f64, beta: f64) {
        if !self.diagonal.is_empty() {
            self.off_diagonal.push(self.ahead.1);
        }
        self.diagonal.push(1.0 / alpha + self.ahead.0);
        self.ahead = (beta / alpha, beta.sqrt() / alpha);
    }

    fn smallest_ritz_value(&self) -> Result<f64, Ending> {
        Ok(Tridiagonal { diagonal: &self.diagonal, off_diagonal: &self.off_diagonal }.eigenvalues()?[0])
    }

    /// A bound of ‖T‖, at most three times its value.
    fn norm(&self) -> f64 {
        let beside = |i: usize| self.off_diagonal.get(i).copied().unwrap_or(self.ahead.1);
        let row = |i: usize| self.diagonal[i] + beside(i) + if i > 0 { beside(i - 1) } else { 0.0 };
        (0..self.diagonal.len()).fold(0.0, |m, i| row(i).max(m))
    }
}

struct Run<'a> {
    settings: &'a InverseTimes,
    state: ConjugateGradientsState,
    projected: Projected,
    floor: f64,
}

impl Run<'_> {
    /// Steps until the error by the recurrence is small enough: then `None`.
    fn iterate<A: LinearOperator + ?Sized>(&mut self, a: &A, allow: &mut Allowance) -> Option<Ending> {
        let limit = self.settings.max_iterations.unwrap_or_else(|| (a.dim() as u64).saturating_mul(10));
        loop {
            match self.is_near() {
                Ok(false) => {}
                Ok(true) => return None,
                Err(ending) => return Some(ending),
            }
            if self.state.iterations() >= limit {
                return Some(Ending::IterationLimit { limit });
            }
            let before = self.state.rz;
            let step = self.state.advance(|p, out| a.apply(p, out), &PLAIN.preconditioner, allow);
            match step {
                Ok(alpha) => self.projected.push(alpha, self.state.rz / before),
                Err(ending) => return Some(ending),
            }
        }
    }

    fn is_near(&mut self) -> Result<bool, Ending> {
        let residual = self.state.residual_norm();
        if residual == 0.0 || self.state.has_vanished() {
            return Ok(true);
        }
        let tolerance = self.settings.relative_error * norm(self.state.x());
        // The smallest Ritz value only falls: where an old one is too large already, a new one would not help.
        if residual > tolerance * self.floor || self.projected.diagonal.is_empty() {
            return Ok(false);
        }
        self.adopt_floor()?;
        Ok(residual <= tolerance * self.floor)
    }

    fn adopt_floor(&mut self) -> Result<(), Ending> {
        let slack = self.product_error() * self.projected.diagonal.len() as f64;
        self.floor = self.settings.floor.given(self.projected.smallest_ritz_value()?, slack)?;
        Ok(())
    }

    fn product_error(&self) -> f64 {
        let root = (self.state.x().len() as f64).sqrt();
        self.settings.product_error.unwrap_or((10.0 + root) * U * self.projected.norm())
    }

    /// The ending and the error of x, by one more product.
    fn judge<A: LinearOperator + ?Sized>(
        &mut self,
        a: &A,
        v: &[f64],
        ending: Option<Ending>,
        allow: &mut Allowance,
    ) -> (Ending, ErrorSize) {
        let ending = match (ending, self.projected.diagonal.is_empty()) {
            (None, false) => self.adopt_floor().err(),
            (ending, _) => ending,
        };
        let x_norm = norm(self.state.x());
        let tolerance = self.settings.relative_error * x_norm;
        match ending {
            Some(
                ending @ (Ending::NonPositiveCurvature { .. }
                | Ending::NotPositiveDefinite { .. }
                | Ending::BelowFloor { .. }),
            ) => return (ending, ErrorSize::Bound(f64::INFINITY)),
            // There was no right-hand side: 0 is the solution.
            None if self.projected.diagonal.is_empty() => {
                return (Ending::Accurate { error: 0.0, tolerance }, ErrorSize::Bound(0.0));
            }
            _ => {}
        }
        if ending.is_some() && !self.projected.diagonal.is_empty() {
            // What ended it has nothing to do with the floor, which may still be what was asked at first.
            if let Err(ending) = self.adopt_floor() {
                return (ending, ErrorSize::Bound(f64::INFINITY));
            }
        }
        let by_recurrence = self.state.residual_norm();
        let (residual, is_measured) = match self.residual(a, v, allow) {
            Some(residual) => (residual, true),
            None => (by_recurrence, x_norm == 0.0),
        };
        let rounding = self.product_error() * x_norm + 4.0 * U * norm(v) + self.norms() * residual;
        let value = (residual + rounding) / self.floor;
        let error = if is_measured { self.settings.floor.error(value) } else { ErrorSize::Estimate(value) };
        // ∞ stands for a floor that nothing is known of.
        let error = if self.floor == f64::INFINITY { ErrorSize::Bound(f64::INFINITY) } else { error };
        let reached = if value <= tolerance {
            Ending::Accurate { error: value, tolerance }
        } else {
            Ending::RoundingFloor { error: value, tolerance }
        };
        (ending.unwrap_or(reached), error)
    }

    /// Sums of n terms, in sixteen lanes.
    fn norms(&self) -> f64 {
        (self.state.x().len() as f64 / 16.0 + 10.0) * U
    }

    fn residual<A: LinearOperator + ?Sized>(&self, a: &A, v: &[f64], allow: &mut Allowance) -> Option<f64> {
        if self.state.iterations() == 0 {
            return Some(norm(v));
        }
        spend(allow).ok()?;
        let mut product = vec![f64::NAN; v.len()];
        a.apply(self.state.x(), &mut product);
        product.iter_mut().zip(v).for_each(|(product, v)| *product = v - *product);
        Some(norm(&product)).filter(|norm| norm.is_finite())
    }
}
