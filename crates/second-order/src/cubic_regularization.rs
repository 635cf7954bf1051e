//! Cubic regularization: the quadratic model, with a cubic term for all that it leaves out.
//!
//! ```text
//! p = argmin gᵀp + ½ pᵀH p + ⅓ σ ‖p‖³
//! ρ = (f(x) − f(x + p)) / (m(0) − m(p))
//! x ← x + p       where ρ ≥ η; otherwise p is tried again, with a larger σ
//! σ̂ = 3 (f(x + p) − f(x) − gᵀp − ½ pᵀH p)/‖p‖³           the σ for which the model would have been right
//! σ ← σ̂, 2 to 100 times what it was        where ρ < 0.1 (10 times where f is not finite)
//! σ ← σ̂, 0.3 to 1 times what it was        where ρ > 0.9
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | σ | [`sigma`](CubicRegularizationState::sigma) of the state, at first `initial_sigma` |
//! | η | `acceptance` |
//!
//! If the Hessian is Lipschitz with the constant 2σ the model lies above f, so that its minimum is a step down without any
//! ball; and where the curvature is positive, σ ‖p‖ vanishes beside it and the steps become Newton's.
//! The global minimum of the model has (H + λI) p = −g with λ = σ‖p‖ and H + λI ⪰ 0, and is found like that of a trust region.
//! It takes at most a multiple of ε^(−3/2) steps to a gradient of norm ε, the best there is for methods that see second
//! derivatives (gradient descent: ε⁻²).
//!
//! Needs the Hessian as a matrix, of which the lower triangle counts. It may be indefinite.
//!
//! A step costs one Hessian, one evaluation of value and gradient for every trial, and two to four factorizations, n³/3 flops
//! each, for every trial.
//!
//! It ends as [`TrustRegion`](crate::TrustRegion) does.
//!
//! Where the literature disagrees:
//! - The weight: ⅓ σ (Cartis, Gould and Toint), M/6 (Nesterov and Polyak; M = 2σ). Here ⅓ σ.
//! - What becomes of σ: Cartis, Gould and Toint take min(σ, ‖g‖) after a very good step, which depends on units. Here σ̂ decides,
//!   within bounds, an estimate of the third derivative along p in the spirit of their later rule by interpolation. On the
//!   collection of Moré, Garbow and Hillstrom bounds from 0.1 to 0.3 and from 10 to 100, and a first σ ten times smaller or three
//!   times larger, reach 109 to 112 of 123 known minima; these take the fewest evaluations.
//! - The first σ: 1, which depends on units. Here c²/‖g‖ with c the curvature along g, with which λ is about |c|.
//! - How well the model is minimized: they ask for a gradient of the model below a share of ‖g‖ min(1, ‖p‖), or a subspace. Here it is
//!   the global minimum to 1e-4 of λ.
//!
//! Sources: Y. Nesterov and B. T. Polyak, Math. Program. 108 (2006) 177–205; C. Cartis, N. I. M. Gould and P. L. Toint, Math.
//! Program. 127 (2011) 245–295 and 130 (2011) 295–319; N. I. M. Gould, M. Porcelli and P. L. Toint, Comput. Optim. Appl. 53 (2012)
//! 1–22. Slides 93–94 ask for such checks.

use nalgebra::DMatrix;
use thalweg_hessian::TwiceDifferentiable;
use thalweg_numerics::norm;
use thalweg_problem::{Allowance, InvalidInput, Method, Point, State, Step, Stuck, check_start};

use crate::acceptance::{Verdict, judge, move_by, no_way_down, nowhere_to_go};
use crate::hessian_at::{curvature_along, hessian_at};
use crate::leftovers::Leftovers;
use crate::model::{Bound, Minimum, Model, Sigma};

/// Below this share of what was promised σ grows.
const POOR: f64 = 0.1;
/// Above this it falls.
const GOOD: f64 = 0.9;

/// A λ below this share of the curvature along p changes nothing: σ need not fall further.
const NEGLIGIBLE: f64 = 1e-10;

/// The settings of cubic regularization.
///
/// ```
/// use thalweg_objectives::classic::Himmelblau;
/// use thalweg_second_order::CubicRegularization;
/// use thalweg_second_order::problem::{Allowance, Method, State};
///
/// // From beside the maximum, where Newton's method would go back to it.
/// let method = CubicRegularization::default();
/// let mut state = method.init(&Himmelblau, &[-0.3, -0.9])?;
/// while state.point.gradient.iter().any(|g| g.abs() > 1e-10) {
///     method.step(&Himmelblau, &mut state, &mut Allowance::evaluations(100))?;
/// }
/// println!("f = {:.1e} at {:.6?} with σ = {:?}", state.point.value, state.x(), state.sigma());
/// assert!(state.point.value < 1e-20);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CubicRegularization {
    /// σ at the start, above 0. Default `None`: the square of the curvature along g, over ‖g‖; where that is 0, ‖g‖/‖x₀‖², or
    /// ‖g‖.
    pub initial_sigma: Option<f64>,
    /// η: the share of the promised fall for which a trial is accepted; 0 or more and below 0.1. Default 1e-4.
    pub acceptance: f64,
}

impl Default for CubicRegularization {
    fn default() -> Self {
        Self { initial_sigma: None, acceptance: 1e-4 }
    }
}

/// The state of [`CubicRegularization`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CubicRegularizationState {
    /// The current iterate with its value and gradient.
    pub point: Point,
    /// σ for the next step.
    sigma: Option<Sigma>,
    /// ρ of the last accepted trial, if there was one.
    pub ratio: Option<f64>,
    /// λ = σ‖p‖ of the last accepted step.
    pub multiplier: Option<f64>,
    /// Trials that were not accepted, since the start.
    pub refused: u64,
    /// f at the start.
    start_value: f64,
    #[cfg_attr(feature = "serde", serde(skip))]
    work: Leftovers<Work>,
}

/// What a step writes before it reads it: 2n² + 11n numbers.
#[derive(Clone, Debug, Default)]
struct Work {
    hessian: DMatrix<f64>,
    model: Model,
    step: Vec<f64>,
    trial: Option<Point>,
}

impl Work {
    fn fit(&mut self, n: usize) {
        if self.step.len() != n {
            let trial = Point { x: vec![0.0; n], value: f64::NAN, gradient: vec![f64::NAN; n] };
            *self = Self {
                hessian: DMatrix::zeros(n, n),
                model: Model::for_dim(n),
                step: vec![0.0; n],
                trial: Some(trial),
            };
        }
    }
}

impl CubicRegularizationState {
    /// σ for the next step; `None` before the first one, unless the settings give it. 0 or ∞ where x is so large or so small that
    /// no double holds it.
    #[must_use]
    pub fn sigma(&self) -> Option<f64> {
        self.sigma.map(Sigma::value)
    }
}

impl State for CubicRegularizationState {
    fn x(&self) -> &[f64] {
        &self.point.x
    }

    fn value(&self) -> Option<f64> {
        Some(self.point.value)
    }

    fn gradient(&self) -> Option<&[f64]> {
        Some(&self.point.gradient)
    }
}

impl<P: TwiceDifferentiable + ?Sized> Method<P> for CubicRegularization {
    type State = CubicRegularizationState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<CubicRegularizationState, InvalidInput> {
        check_start(problem, x0)?;
        if let Some(sigma) = self.initial_sigma {
            InvalidInput::unless_positive("initial_sigma", sigma)?;
        }
        if !(0.0..POOR).contains(&self.acceptance) {
            let value = format_args!("{:?}", self.acceptance);
            return Err(InvalidInput::new("acceptance", value, "a number from 0 to below 0.1"));
        }
        let point = Point::new(problem, x0);
        let mut work = Work::default();
        work.fit(x0.len());
        Ok(CubicRegularizationState {
            sigma: self.initial_sigma.map(|weight| Sigma { weight, unit: 1.0 }),
            ratio: None,
            multiplier: None,
            refused: 0,
            start_value: point.value,
            work: Leftovers(work),
            point,
        })
    }

    fn step(
        &self,
        problem: &P,
        state: &mut CubicRegularizationState,
        allow: &mut Allowance,
    ) -> Result<Step, Stuck> {
        let CubicRegularizationState { point, sigma, work: Leftovers(work), .. } = state;
        // A state that was read from a file comes without.
        work.fit(point.x.len());
        let Work { hessian, model, step, trial: Some(trial) } = work else { return Err(no_way_down()) };
        hessian_at(problem, &point.x, hessian, allow)?;
        let mut now = sigma.unwrap_or_else(|| first_sigma(point, hessian.as_slice()));
        let mut was_at_odds = None;
        loop {
            *sigma = Some(now);
            let minimum = model.minimize(hessian.as_slice(), &point.gradient, Bound::Cubic(now), step);
            if minimum.decrease <= 0.0 || minimum.decrease.is_nan() {
                return Err(no_way_down());
            }
            if !move_by(&point.x, step, &mut trial.x) {
                return Err(nowhere_to_go());
            }
            allow.spend()?;
            trial.evaluate(problem);
            let verdict = judge(point, trial, step, minimum.decrease, state.start_value, was_at_odds);
            was_at_odds = verdict.at_odds;
            now.weight = next_weight(now, verdict, &minimum, point.value - trial.value);
            if verdict.ratio >= self.acceptance {
                std::mem::swap(point, trial);
                *sigma = Some(now);
                (state.ratio, state.multiplier) = (Some(verdict.ratio), Some(minimum.multiplier));
                return Ok(Step::default());
            }
            state.refused += 1;
        }
    }
}

/// σ where nobody gave it.
fn first_sigma(point: &Point, hessian: &[f64]) -> Sigma {
    let slope = norm(&point.gradient);
    let curvature = curvature_along(hessian, &point.gradient).abs();
    let usable = |number: f64| number > 0.0 && number.is_finite();
    let (cauchy, distance) = (slope / curvature, norm(&point.x));
    if usable(curvature) && usable(cauchy) {
        return Sigma { weight: curvature, unit: cauchy };
    }
    let unit = if usable(distance) { distance } else { 1.0 };
    let weight = slope / unit;
    Sigma { weight: if usable(weight) { weight } else { 1.0 }, unit }
}

/// The weight of σ after a trial at which f fell by `fell`.
fn next_weight(sigma: Sigma, verdict: Verdict, minimum: &Minimum, fell: f64) -> f64 {
    let Sigma { weight, unit } = sigma;
    let Minimum { decrease, length, .. } = *minimum;
    // The fall of the quadratic model alone is that of the cubic one and its last term.
    let estimate = weight + 3.0 * ((decrease - fell) / length / length) * (unit / length);
    let next = if verdict.ratio < POOR {
        if fell.is_finite() { estimate.max(2.0 * weight).min(100.0 * weight) } else { 10.0 * weight }
    } else if verdict.ratio > GOOD && !is_negligible(minimum) {
        estimate.max(0.3 * weight).min(weight)
    } else {
        weight
    };
    next.clamp(f64::MIN_POSITIVE, f64::MAX)
}

/// Whether λ has no part in the step any more: 2 (m(0) − m(p))/‖p‖² is about the curvature along p.
fn is_negligible(minimum: &Minimum) -> bool {
    minimum.multiplier <= NEGLIGIBLE * (minimum.decrease / minimum.length / minimum.length)
}
