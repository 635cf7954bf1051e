//! Backtracking to the condition of Armijo: start with a step that is long enough, and shorten it until φ has fallen enough.
//!
//! ```text
//! accept α when φ(α) ≤ φ₀ + c₁ α φ₀′, else α ← clamp(α̂, 0.1 α, 0.5 α) with α̂ the minimum of
//!   the parabola through φ₀, φ₀′, φ(α)             after the first trial
//!   the cubic through these and the trial before   after a later one
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | c₁ | `c1` |
//!
//! Needs of the problem: a gradient.
//!
//! A trial costs one evaluation and about 6n flops.
//!
//! It ends with a step for which Armijo's condition holds, or where φ changes by rounding only the approximate one; without one
//! after `max_trials`, when α is lost in x, or when the allowance is used up. It never goes beyond the first trial, so
//! that trial wants to be long enough: 1 for Newton and quasi-Newton directions.
//!
//! Where the literature disagrees:
//! - Armijo and many texts halve; `Interpolation::Halving` does.
//! - The slope φ′(α) of a trial is known, because value and gradient come from one evaluation, and Hermite's cubic would use
//!   it. Here the interpolation is the classical one through values, which no kink at the trial leads astray.
//! - A step that satisfies Armijo alone may leave yᵀs ≤ 0, and then a quasi-Newton method has to skip or damp its update.
//! - A trial that is not finite says nothing about the shape of φ: α becomes a tenth.
//!
//! Sources: L. Armijo, Pacific J. Math. 16 (1966) 1–3; J. E. Dennis and R. B. Schnabel, Numerical Methods for Unconstrained
//! Optimization and Nonlinear Equations (1983), section 6.3.2 and algorithm A6.3.1; J. Nocedal and S. J. Wright, Numerical
//! Optimization, 2nd edition (Springer 2006), section 3.5.

use thalweg_problem::InvalidInput;

use crate::interpolation::{quadratic, retreat};
use crate::reading::{End, accept_armijo};
use crate::settings::{check_max_trials, check_noise, check_share};
use crate::{Failure, Line, Next, OneDimensional, Sample};

/// A trial lies between these shares of the one before.
const SHRINK: (f64, f64) = (0.1, 0.5);

/// How [`Backtracking`] chooses the next trial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interpolation {
    /// Half the trial before.
    Halving,
    /// The minimum of a parabola.
    Quadratic,
    /// The minimum of a cubic, from the third trial on.
    #[default]
    Cubic,
}

/// The settings of backtracking.
///
/// ```
/// use thalweg_line_search::problem::Allowance;
/// use thalweg_line_search::{Backtracking, Sample, search_curve};
///
/// // φ(α) = (α − 0.3)²: the parabola through the first trial is φ itself.
/// let phi = |a: f64| Sample { value: (a - 0.3) * (a - 0.3), slope: 2.0 * (a - 0.3) };
/// let accepted = search_curve(&Backtracking::default(), phi(0.0), 1.0, &mut Allowance::evaluations(9), phi)?;
/// println!("α = {} after {} evaluations: {}", accepted.alpha, accepted.evaluations, accepted.condition);
/// assert_eq!((accepted.alpha, accepted.evaluations), (0.3, 2));
/// # Ok::<(), thalweg_line_search::Failed>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backtracking {
    /// c₁, between 0 and 1. Default 1e-4.
    pub c1: f64,
    /// How the next trial is chosen. Default: cubic.
    pub interpolation: Interpolation,
    /// ε: a change of φ below ε|φ₀| is taken for rounding, and slopes decide. 0 never does. Default 1e-13, some
    /// hundred roundings.
    pub noise: f64,
    /// How many trials a search may take; 1 or more. Default 40.
    pub max_trials: u32,
}

impl Default for Backtracking {
    fn default() -> Self {
        Self { c1: 1e-4, interpolation: Interpolation::Cubic, noise: 1e-13, max_trials: 40 }
    }
}

/// Where a search of [`Backtracking`] stands.
#[derive(Clone, Copy, Debug)]
pub struct BacktrackingState {
    line: Line,
    alpha: f64,
    /// The trial before, if it was finite.
    before: Option<End>,
    trials: u32,
}

impl Backtracking {
    /// Whether the settings can be used.
    ///
    /// # Errors
    /// If not, naming the first that cannot.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_share("c1", self.c1)?;
        check_noise("noise", self.noise)?;
        check_max_trials(self.max_trials)
    }
}

impl OneDimensional for Backtracking {
    type State = BacktrackingState;

    fn check(&self) -> Result<(), InvalidInput> {
        self.check()
    }

    fn begin(&self, line: Line, first: f64) -> (BacktrackingState, f64) {
        (BacktrackingState { line, alpha: first, before: None, trials: 0 }, first)
    }

    fn next_trial(&self, state: &mut BacktrackingState, trial: Sample) -> Next {
        let (start, alpha) = (state.line.start, state.alpha);
        state.trials += 1;
        if let Some(condition) = accept_armijo(self.c1, self.noise, start, alpha, trial) {
            return Next::Accept(condition);
        }
        if trial == start {
            // The step is lost in x, and a shorter one would be too.
            return Next::GiveUp(Failure::Collapsed { alpha: 0.0 });
        }
        if state.trials >= self.max_trials {
            return Next::GiveUp(Failure::NoAcceptableStep { trials: state.trials });
        }
        let t = End::read(start, self.noise, alpha, trial);
        let next = if t.is_wall() {
            retreat(0.0, alpha)
        } else {
            // A NaN, for a shape without a minimum, ends at the upper bound.
            self.minimum(&End::start(start), &t, state.before.as_ref())
                .min(SHRINK.1 * alpha)
                .max(SHRINK.0 * alpha)
        };
        if next <= 0.0 {
            return Next::GiveUp(Failure::Collapsed { alpha: 0.0 });
        }
        state.before = (!t.is_wall()).then_some(t);
        state.alpha = next;
        Next::Try(next)
    }
}

impl Backtracking {
    /// The minimum of what is drawn through the samples; NaN if there is none.
    fn minimum(&self, start: &End, t: &End, before: Option<&End>) -> f64 {
        match (self.interpolation, before) {
            (Interpolation::Halving, _) => f64::NAN,
            (Interpolation::Cubic, Some(before)) => cubic_of_values(start, t, before),
            _ => quadratic(start, t),
        }
    }
}

/// The minimum of aα³ + bα² + φ₀′α + φ₀ through φ at two steps t and s:
///
/// ```text
/// r(α) = (φ(α) − φ₀)/α² − φ₀′/α = aα + b,   a = (r(t) − r(s))/(t − s),   b = r(t) − at
/// α = (−b + √(b² − 3aφ₀′))/3a = −φ₀′/(b + √(b² − 3aφ₀′))
/// ```
///
/// The second form of the root is right for a = 0 too, and loses no digits for b > 0.
fn cubic_of_values(start: &End, t: &End, s: &End) -> f64 {
    let r = |end: &End| (end.above(start) / end.alpha - start.slope) / end.alpha;
    let a = (r(t) - r(s)) / (t.alpha - s.alpha);
    let b = r(t) - a * t.alpha;
    let scale = b.abs().max((3.0 * a * start.slope).abs().sqrt());
    let discriminant = (b / scale) * (b / scale) - 3.0 * ((a / scale) * (start.slope / scale));
    let root = scale * discriminant.sqrt();
    if b > 0.0 { -start.slope / (b + root) } else { (root - b) / (3.0 * a) }
}
