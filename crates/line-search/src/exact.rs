//! The exact step on a quadratic, by one product with the Hessian.
//!
//! ```text
//! α = −φ₀′ / pᵀHp,   φ₀′ = ∇f(x)ᵀp,   H = ∇²f(x)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | x, p | of the ray, length n |
//! | share of φ₀′ that is left by rounding | `tolerance` |
//!
//! Needs of the problem: a gradient and Hessian–vector products.
//!
//! It costs one product, one evaluation and about 8n flops.
//!
//! It ends with that step: as exact, if |φ′(α)| ≤ `tolerance` |φ₀′|, and else with what holds of it, Armijo's condition with
//! c₁ = 1e-4 or, where f changes by rounding only, the approximate one. There is none if pᵀHp ≤ 0, or if f has
//! not fallen: on a function that is not quadratic this step is the minimum of a model, and nobody searches further.
//!
//! Where the literature disagrees: nowhere on quadratics. On other functions "exact" means the first minimum along the ray,
//! which takes a search; a [`StrongWolfe`](crate::StrongWolfe) with a small c₂ comes near to that.
//!
//! Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd edition (Springer 2006), section 3.5, on quadratics.

use thalweg_numerics::dot;
use thalweg_problem::{Allowance, Curved, InvalidInput};

use crate::one_dimensional::checked_line;
use crate::reading::accept_armijo;
use crate::settings::{check_noise, check_share};
use crate::{Accepted, Condition, Failed, Failure, Landing, LineSearch, Ray, Sample};

/// c₁ of what is claimed where a step is not exact.
const C1: f64 = 1e-4;

/// The exact step on a quadratic. The caller's first trial is not looked at.
///
/// ```
/// use thalweg_line_search::problem::{Allowance, Curved, Differentiable, Objective, Point};
/// use thalweg_line_search::{Condition, Exact, Landing, LineSearch, Ray};
///
/// /// ½ (x₀² + 4 x₁²)
/// struct Bowl;
/// impl Objective for Bowl {
///     fn dim(&self) -> usize { 2 }
///     fn value(&self, x: &[f64]) -> f64 { 0.5 * (x[0] * x[0] + 4.0 * x[1] * x[1]) }
/// }
/// impl Differentiable for Bowl {
///     fn value_gradient(&self, x: &[f64], g: &mut [f64]) -> f64 {
///         (g[0], g[1]) = (x[0], 4.0 * x[1]);
///         self.value(x)
///     }
/// }
/// impl Curved for Bowl {
///     fn hessian_vector(&self, _: &[f64], v: &[f64], out: &mut [f64]) { (out[0], out[1]) = (v[0], 4.0 * v[1]) }
/// }
///
/// let (start, direction) = (Point::new(&Bowl, &[4.0, 1.0]), [-4.0, -4.0]);
/// let (mut landing, mut allow) = (Landing::new(2), Allowance::evaluations(2));
/// let step = Exact::default().search(&Bowl, Ray::new(&start, &direction)?, 1.0, &mut allow, &mut landing)?;
/// println!("α = {}, f = {}", step.alpha, landing.point.value);
/// assert_eq!((step.alpha, landing.point.value), (0.4, 3.6));
/// assert!(matches!(step.condition, Condition::Exact { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exact {
    /// The share of φ₀′ up to which φ′(α) counts as 0; between 0 and 1. Default 1e-8.
    pub tolerance: f64,
    /// ε: a change of φ below ε|φ₀| is taken for rounding. Default 1e-13, some hundred roundings.
    pub noise: f64,
}

impl Default for Exact {
    fn default() -> Self {
        Self { tolerance: 1e-8, noise: 1e-13 }
    }
}

impl Exact {
    /// Whether the settings can be used.
    ///
    /// # Errors
    /// If not, naming the first that cannot.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_share("tolerance", self.tolerance)?;
        check_noise("noise", self.noise)
    }
}

impl<P: Curved + ?Sized> LineSearch<P> for Exact {
    fn check(&self) -> Result<(), InvalidInput> {
        self.check()
    }

    fn search(
        &self,
        problem: &P,
        ray: Ray<'_>,
        first: f64,
        allow: &mut Allowance,
        landing: &mut Landing,
    ) -> Result<Accepted, Failed> {
        let before = allow.left();
        landing.fit(ray.direction().len());
        let outcome = self.step(problem, ray, first, allow, landing);
        let evaluations = before - allow.left();
        let start = ray.sample();
        let (reason, alpha, end) = match outcome {
            Ok((alpha, end, condition)) => {
                landing.keep();
                return Ok(Accepted { alpha, end, condition, evaluations });
            }
            Err((reason, alpha, end)) => (reason, alpha, end),
        };
        if end.is_finite() && end.value < start.value {
            landing.keep();
            return Err(Failed { reason, alpha, end, evaluations });
        }
        landing.return_to(ray.start());
        Err(Failed { reason, alpha: 0.0, end: start, evaluations })
    }
}

impl Exact {
    /// The step, or why there is none and the trial that was not good enough.
    fn step<P: Curved + ?Sized>(
        &self,
        problem: &P,
        ray: Ray<'_>,
        first: f64,
        allow: &mut Allowance,
        landing: &mut Landing,
    ) -> Result<(f64, Sample, Condition), (Failure, f64, Sample)> {
        let start = ray.sample();
        let nowhere = |failure: Failure| (failure, 0.0, start);
        self.check().map_err(|input| nowhere(input.into()))?;
        checked_line(start, f64::EPSILON, first).map_err(nowhere)?;
        // Both or none: a product alone leads nowhere.
        if allow.left() < 2 && allow.raised().is_none() {
            return Err(nowhere(Failure::OutOfEvaluations));
        }
        allow.spend().map_err(|stuck| nowhere(stuck.into()))?;
        let hp = &mut landing.trial.gradient;
        problem.hessian_vector(&ray.start().x, ray.direction(), hp);
        let (curvature, p_p) = (dot(ray.direction(), hp), dot(ray.direction(), ray.direction()));
        if curvature <= 0.0 {
            return Err(nowhere(Failure::NonPositiveCurvature { curvature: curvature / p_p }));
        }
        let alpha = -start.slope / curvature;
        if !(alpha > 0.0 && alpha.is_finite()) {
            return Err(nowhere(Failure::NonFinite { alpha }));
        }
        allow.spend().map_err(|stuck| nowhere(stuck.into()))?;
        let end = ray.evaluate(problem, alpha, &mut landing.trial);
        if !end.is_finite() {
            return Err(nowhere(Failure::NonFinite { alpha }));
        }
        let exact = Condition::Exact { tolerance: self.tolerance };
        let claim = Some(exact).filter(|exact| exact.holds(start, alpha, end));
        let claim = claim.or_else(|| accept_armijo(C1, self.noise, start, alpha, end));
        claim.map(|claim| (alpha, end, claim)).ok_or((Failure::NoAcceptableStep { trials: 1 }, alpha, end))
    }
}
