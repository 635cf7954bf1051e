//! Trust regions: minimize the quadratic model as far as it is trusted, and trust it by how well it kept its word.
//!
//! ```text
//! p = argmin gᵀp + ½ pᵀH p   with ‖p‖ ≤ Δ
//! ρ = (f(x) − f(x + p)) / (m(0) − m(p))
//! x ← x + p                      where ρ ≥ η; otherwise p is tried again, shorter
//! Δ ← (0.1 to 0.5) ‖p‖           where ρ < ¼, the share by a parabola through f(x), its slope and f(x + p)
//! Δ ← max(Δ, 2‖p‖)               where ρ > ¾
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | argmin | `solver`: [`MoreSorensen`], exact, or [`SteihaugToint`], by Hessian–vector products |
//! | Δ | `radius` of the state, at first `initial_radius` |
//! | η | `acceptance` |
//!
//! Needs the Hessian as a matrix, or products with it, as the solver says.
//! It may be indefinite: then the step goes to the border of the ball, and never uphill.
//!
//! A step costs what the solver asks for, and one evaluation of value and gradient for every trial, nearly always one.
//!
//! It ends by the tests of whoever drives it: every accepted point is finite, below the one before but for rounding, and never
//! above the start. By itself it ends where p no longer moves x (the gradient is as small as rounding lets it be, or f and
//! ∇f do not belong together) or where neither gradient nor curvature leads down, and says which.
//!
//! Where the literature disagrees:
//! - Constants: η from 0 (Powell) over 1e-4 (Moré, Dennis and Schnabel) and 0.05 (Conn, Gould and Toint) to 0.15 (SciPy); growth by 2 or
//!   more, only at the border or always. Here η = 1e-4, and growth wherever the model is good: near a valley's end
//!   an interior step says nothing against longer ones.
//! - The first radius: 1 (SciPy), ‖g‖/10 (Conn, Gould and Toint), 100 ‖x₀‖ (MINPACK), all of which depend on units. Here it is
//!   the length of Cauchy's step without a ball, ‖g‖ over the curvature along g: all that is known of a length.
//!   On the collection of Moré, Garbow and Hillstrom radii ten times smaller or larger, growth by 3 or 4, bounds of ρ of 0.1 and
//!   of 0.5 to 0.9, and η up to 0.1 reach 113 to 116 of 123 known minima; these reach 116.
//! - Near the minimum f changes by less than its rounding. Conn, Gould and Toint set ρ to 1 there; here the
//!   gradients at both ends tell how far f fell (`acceptance.rs`).
//!
//! Sources: A. R. Conn, N. I. M. Gould and P. L. Toint, Trust-Region Methods (SIAM 2000), chapters 6, 7 and 17; J. J. Moré and
//! D. C. Sorensen, SIAM J. Sci. Stat. Comput. 4 (1983) 553–572; J. Nocedal and S. J. Wright, Numerical Optimization, 2nd edition
//! (2006), algorithm 4.1. Slides 93–94 ask for such checks.

mod more_sorensen;
mod steihaug_toint;
mod subproblem;

pub use more_sorensen::{MoreSorensen, MoreSorensenWork};
pub use steihaug_toint::{SteihaugToint, SteihaugTointWork};
pub use subproblem::{Ball, ModelStep, Subproblem};

use thalweg_numerics::norm;
use thalweg_problem::{
    Allowance, Differentiable, InvalidInput, Method, Point, State, Step, Stuck, check_start,
};

use crate::acceptance::{backtrack, judge, move_by, no_way_down, nowhere_to_go};
use crate::leftovers::Leftovers;

/// Below this share of what was promised the radius shrinks.
const POOR: f64 = 0.25;
/// Above this it grows, by the factor below.
const GOOD: f64 = 0.75;
const GROWTH: f64 = 2.0;

/// The settings of a trust-region method.
///
/// ```
/// use thalweg_objectives::Quadratic;
/// use thalweg_second_order::problem::{Allowance, Method, State};
/// use thalweg_second_order::{SteihaugToint, TrustRegion};
///
/// // A saddle: 3 x² + 2 x y − 2 y², which falls without end along y.
/// let saddle = Quadratic::new([6.0, 2.0, 2.0, -4.0], [0.0, 0.0], 0.0)?;
/// let method = TrustRegion { initial_radius: Some(1.0), ..TrustRegion::with(SteihaugToint::default()) };
/// let mut state = method.init(&saddle, &[1.0, 0.1])?;
/// let mut values = vec![state.value().unwrap()];
/// for _ in 0..4 {
///     method.step(&saddle, &mut state, &mut Allowance::evaluations(100))?;
///     values.push(state.value().unwrap());
/// }
/// println!("{values:.2?}, radius {:?}", state.radius);
/// assert!(values.is_sorted_by(|before, after| before > after));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrustRegion<S = MoreSorensen> {
    /// Who minimizes the model. Default [`MoreSorensen`].
    pub solver: S,
    /// Δ at the start, above 0. Default `None`: ‖g‖ over the curvature along g, by its absolute value; where that is 0,
    /// ‖x₀‖, or 1.
    pub initial_radius: Option<f64>,
    /// The largest Δ, above 0. Default ∞.
    pub max_radius: f64,
    /// η: the share of the promised fall for which a trial is accepted; 0 or more and below ¼. Default 1e-4.
    pub acceptance: f64,
}

impl Default for TrustRegion {
    fn default() -> Self {
        Self::with(MoreSorensen)
    }
}

impl<S> TrustRegion<S> {
    /// The defaults with this solver.
    #[must_use]
    pub fn with(solver: S) -> Self {
        Self { solver, initial_radius: None, max_radius: f64::INFINITY, acceptance: 1e-4 }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        if let Some(radius) = self.initial_radius {
            InvalidInput::unless_positive("initial_radius", radius)?;
        }
        if self.max_radius.is_nan() || self.max_radius <= 0.0 {
            let value = format_args!("{:?}", self.max_radius);
            return Err(InvalidInput::new("max_radius", value, "a number above 0, or infinity"));
        }
        if !(0.0..POOR).contains(&self.acceptance) {
            let value = format_args!("{:?}", self.acceptance);
            return Err(InvalidInput::new("acceptance", value, "a number from 0 to below 0.25"));
        }
        Ok(())
    }
}

/// The state of [`TrustRegion`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct TrustRegionState<W> {
    /// The current iterate with its value and gradient.
    pub point: Point,
    /// Δ for the next step; `None` before the first one, unless the settings give it.
    pub radius: Option<f64>,
    /// ρ of the last accepted trial, if there was one.
    pub ratio: Option<f64>,
    /// λ of the last accepted step, from a solver that knows it: 0 where it was Newton's.
    pub multiplier: Option<f64>,
    /// Trials that were not accepted, since the start.
    pub refused: u64,
    /// f and ‖∇f‖ at the start.
    start: (f64, f64),
    #[cfg_attr(feature = "serde", serde(skip))]
    work: Leftovers<TrustRegionWork<W>>,
}

/// What a step writes before it reads it.
#[derive(Clone, Debug, Default)]
struct TrustRegionWork<W> {
    step: Vec<f64>,
    trial: Option<Point>,
    solver: W,
}

impl<W: Clone> State for TrustRegionState<W> {
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

impl<P, S> Method<P> for TrustRegion<S>
where
    P: Differentiable + ?Sized,
    S: Subproblem<P>,
{
    type State = TrustRegionState<S::Work>;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<Self::State, InvalidInput> {
        check_start(problem, x0)?;
        self.check()?;
        self.solver.check()?;
        let point = Point::new(problem, x0);
        let mut state = TrustRegionState {
            radius: self.initial_radius.map(|radius| radius.min(self.max_radius)),
            ratio: None,
            multiplier: None,
            refused: 0,
            start: (point.value, norm(&point.gradient)),
            work: Leftovers(TrustRegionWork { step: Vec::new(), trial: None, solver: S::Work::default() }),
            point,
        };
        state.work.0.fit(&self.solver, x0.len());
        Ok(state)
    }

    fn step(&self, problem: &P, state: &mut Self::State, allow: &mut Allowance) -> Result<Step, Stuck> {
        let TrustRegionState { point, radius, work: Leftovers(work), start, .. } = state;
        // A state that was read from a file comes without.
        work.fit(&self.solver, point.x.len());
        let TrustRegionWork { step, trial: Some(trial), solver: memory } = work else {
            return Err(no_way_down());
        };
        self.solver.prepare(problem, point, memory, allow)?;
        let mut delta = match *radius {
            Some(delta) => delta,
            None => self.initial_radius(problem, point, memory, allow)?,
        };
        let progress = if start.1 > 0.0 { norm(&point.gradient) / start.1 } else { 1.0 };
        let mut was_at_odds = None;
        loop {
            *radius = Some(delta);
            let ball = Ball { center: point, radius: delta, progress };
            let model = self.solver.solve(problem, ball, memory, allow, step)?;
            if model.decrease <= 0.0 || model.decrease.is_nan() {
                return Err(no_way_down());
            }
            if !move_by(&point.x, step, &mut trial.x) {
                return Err(nowhere_to_go());
            }
            allow.spend()?;
            trial.evaluate(problem);
            let verdict = judge(point, trial, step, model.decrease, start.0, was_at_odds);
            was_at_odds = verdict.at_odds;
            if verdict.ratio < POOR {
                delta = model.length * backtrack(point, trial, step);
            } else if verdict.ratio > GOOD {
                delta = delta.max(GROWTH * model.length).min(self.max_radius).min(f64::MAX);
            }
            if verdict.ratio >= self.acceptance {
                std::mem::swap(point, trial);
                *radius = Some(delta);
                state.ratio = Some(verdict.ratio);
                state.multiplier = model.multiplier;
                return Ok(Step::default());
            }
            state.refused += 1;
        }
    }
}

impl<S> TrustRegion<S> {
    /// Δ where nobody gave it.
    fn initial_radius<P: ?Sized>(
        &self,
        problem: &P,
        point: &Point,
        memory: &mut S::Work,
        allow: &mut Allowance,
    ) -> Result<f64, Stuck>
    where
        S: Subproblem<P>,
    {
        let slope = norm(&point.gradient);
        let usable = |length: f64| length > 0.0 && length.is_finite();
        let curvature = if slope > 0.0 { self.solver.curvature(problem, point, memory, allow)? } else { 0.0 };
        let lengths = [slope / curvature.abs(), norm(&point.x)];
        let length = lengths.into_iter().find(|length| usable(*length)).unwrap_or(1.0);
        Ok(length.min(self.max_radius))
    }
}

impl<W> TrustRegionWork<W> {
    fn fit<P: ?Sized, S: Subproblem<P, Work = W>>(&mut self, solver: &S, n: usize) {
        if self.step.len() != n {
            self.step = vec![0.0; n];
            self.trial = Some(Point { x: vec![0.0; n], value: f64::NAN, gradient: vec![f64::NAN; n] });
        }
        solver.fit(n, &mut self.solver);
    }
}
