//! Whether a trial is as good as its model promised, told from values where they can tell, and from gradients where not.
//!
//! ```text
//! ratio = (f(x) − f(x + p)) / (m(0) − m(p))
//! f(x) − f(x + p)  →  −½ (∇f(x) + ∇f(x + p))ᵀp      where both differences are below ε |f|
//! ```
//!
//! Near a minimum f changes by less than its last digits long before the gradient has lost its own: to compare values is to
//! toss a coin then, and a trust region that goes by them shrinks to nothing one step before its goal. The second line is the
//! same difference by the trapezoidal rule, exact for a quadratic and off by a third-order term elsewhere.
//!
//! How large the rounding of f is, nobody knows: where f is a small difference of large terms it is far above the last digit
//! of f. So where values refuse a trial that gradients endorse, the next one, shorter by half or more, is looked at again: the
//! third-order term is an eighth by then, or less. Where values and gradients differ by more than a quarter of what they differed
//! by before, it is rounding that they differ by, and gradients decide.
//!
//! Sources: A. R. Conn, N. I. M. Gould and P. L. Toint, Trust-Region Methods (SIAM 2000), section 17.4, for the problem;
//! W. W. Hager and H. Zhang, SIAM J. Optim. 16 (2005) 170–192, section 3, for slopes in the place of values.

use thalweg_numerics::dot;
use thalweg_problem::{Point, Stuck};

/// Differences of f below this share of it are judged by gradients: some thousand roundings.
const NOISE: f64 = 1e-12;

/// So is a difference that is at odds with gradients and does not shrink with the step, below this share of the larger of |f| and its
/// size at the start. Above it is no rounding, whatever it does.
const NOISE_AT_ODDS: f64 = 1e-6;

/// By how much a difference shrinks at least, when the step is halved, unless it is noise.
const SHRINKS: f64 = 0.25;

/// Gradients endorse a trial if they see a fall within this of what was promised.
const ENDORSED: f64 = 0.1;

/// What a trial is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Verdict {
    /// The fall over the promised one; −∞ where the trial is not finite, or lies above the start of the run.
    pub(crate) ratio: f64,
    /// By how much values and gradients differ, where gradients say that all is well although values do not.
    pub(crate) at_odds: Option<f64>,
}

/// Compares a trial with what was promised, `promised` > 0. `was_at_odds` is what the verdict on the trial before it, from the same
/// point, said.
pub(crate) fn judge(
    from: &Point,
    to: &Point,
    step: &[f64],
    promised: f64,
    start_value: f64,
    was_at_odds: Option<f64>,
) -> Verdict {
    let is_allowed = to.is_finite() && to.value <= start_value;
    if !is_allowed {
        return Verdict { ratio: f64::NEG_INFINITY, at_odds: None };
    }
    let fell = from.value - to.value;
    let by_gradients = -0.5 * (dot(&from.gradient, step) + dot(&to.gradient, step));
    let (differ, size) = ((fell - by_gradients).abs(), from.value.abs());
    let is_within = |noise: f64| fell.abs() <= noise && promised <= noise;
    let is_endorsed = (by_gradients / promised - 1.0).abs() <= ENDORSED;
    let is_noise = was_at_odds.is_some_and(|differed| is_endorsed && differ > SHRINKS * differed)
        && is_within(NOISE_AT_ODDS * size.max(start_value.abs()));
    let ratio = if is_noise || is_within(NOISE * size) { by_gradients } else { fell } / promised;
    let is_at_odds = is_endorsed && differ > ENDORSED * promised;
    Verdict { ratio, at_odds: is_at_odds.then_some(differ) }
}

/// What share of the step the parabola through f(x), its slope and f(x + p) would take, between a tenth and a half; a quarter where
/// f(x + p) is not finite.
pub(crate) fn backtrack(from: &Point, to: &Point, step: &[f64]) -> f64 {
    let slope = dot(&from.gradient, step);
    let share = -0.5 * slope / (to.value - from.value - slope);
    if to.is_finite() && share.is_finite() { share.clamp(0.1, 0.5) } else { 0.25 }
}

/// Writes x + p into `to`; whether that is another point.
pub(crate) fn move_by(x: &[f64], step: &[f64], to: &mut [f64]) -> bool {
    let mut moved = false;
    for ((to, x), p) in to.iter_mut().zip(x).zip(step) {
        *to = x + p;
        moved |= *to != *x;
    }
    moved
}

/// Where the model has its minimum at p = 0.
pub(crate) fn no_way_down() -> Stuck {
    Stuck::Because("neither the gradient nor the curvature leads down".into())
}

/// Where x + p is x.
pub(crate) fn nowhere_to_go() -> Stuck {
    Stuck::Because(
        "no step that x can still take lowers f: its gradient is at the level of rounding, or does not belong to f".into(),
    )
}
