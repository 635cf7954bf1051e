//! Strong Wolfe by bracketing and zoom: go ahead until an interval must hold a good step, then narrow it.
//!
//! ```text
//! bracketing, with α₀ = 0 and trials α₁ < α₂ < …
//!   no sufficient decrease at αᵢ, or φ(αᵢ) ≥ φ(αᵢ₋₁), i > 1     zoom(αᵢ₋₁, αᵢ)
//!   |φ′(αᵢ)| ≤ c₂ |φ₀′|                                          accept αᵢ
//!   φ′(αᵢ) ≥ 0                                                   zoom(αᵢ, αᵢ₋₁)
//!   else αᵢ₊₁ from the cubic through both, in [αᵢ + h, αᵢ + 9h],  h = αᵢ − αᵢ₋₁
//!
//! zoom(lo, hi): φ(lo) is the least with sufficient decrease, φ′(lo) (hi − lo) < 0
//!   t from the cubic through both (or the middle, if it has no minimum), at least a tenth of |hi − lo| away from either end
//!   no sufficient decrease at t, or φ(t) ≥ φ(lo)                  hi ← t
//!   |φ′(t)| ≤ c₂ |φ₀′|                                            accept t
//!   φ′(t) (hi − lo) ≥ 0                                           hi ← lo, then
//!   in any other case                                             lo ← t
//!   and if |hi − lo| has not fallen to 2/3 of what it was two trials ago, t is the middle
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | c₁, c₂ | `c1`, `c2` |
//! | α_max | `max_alpha` |
//!
//! Needs of the problem: a gradient.
//!
//! A trial costs one evaluation and about 6n flops.
//!
//! It ends with a step for which strong Wolfe holds, or where φ changes by rounding only approximate Wolfe, or at `max_alpha`
//! Armijo; without one after `max_trials`, when the interval has collapsed, or when the allowance is used up.
//!
//! Where the literature disagrees:
//! - When a trial of the zoom is accepted. Nocedal and Wright look at its slope only if it is lower than lo; here any trial for
//!   which the conditions hold is accepted.
//! - How to go ahead and how to cut. Nocedal and Wright leave both open, and say that a safeguard is needed; SciPy doubles and
//!   falls back from the cubic to a parabola to bisection. Here the bounds above.
//! - Values. A trial that is not finite is too high: it becomes hi, without a cubic through it, and the next one is half way
//!   back to lo.
//! - Near a minimum the comparisons of values fail by rounding; see `noise`.
//!
//! Sources: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd edition (Springer 2006), algorithms 3.5 and 3.6, and the
//! cubic of section 3.5.

use thalweg_problem::InvalidInput;

use crate::interpolation::{cubic, inside, retreat};
use crate::reading::{End, accept_strong};
use crate::settings::{check_max_alpha, check_max_trials, check_noise, check_wolfe};
use crate::{Condition, Failure, Line, Next, OneDimensional, Sample};

/// Bounds of h for the next trial of the bracketing.
const GROWTH: (f64, f64) = (1.0, 9.0);

/// How near to an end of the interval a trial of the zoom may come, as a share of the interval.
const MARGIN: f64 = 0.1;

/// How far the interval has to shrink in two trials.
const SHRINK: f64 = 2.0 / 3.0;

/// The settings of the search by bracketing and zoom.
///
/// ```
/// use thalweg_line_search::problem::Allowance;
/// use thalweg_line_search::{Sample, StrongWolfe, search_curve};
///
/// // φ(α) = (α − 30)², from a first step that is far too short.
/// let phi = |a: f64| Sample { value: (a - 30.0) * (a - 30.0), slope: 2.0 * (a - 30.0) };
/// let search = StrongWolfe { c2: 0.1, ..StrongWolfe::default() };
/// let accepted = search_curve(&search, phi(0.0), 1.0, &mut Allowance::evaluations(20), phi)?;
/// println!("α = {} after {} evaluations: {}", accepted.alpha, accepted.evaluations, accepted.condition);
/// // 1, then 10, then the minimum of the cubic, which on a parabola is the parabola's.
/// assert!((accepted.alpha - 30.0).abs() < 1e-12);
/// assert_eq!(accepted.evaluations, 3);
/// # Ok::<(), thalweg_line_search::Failed>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrongWolfe {
    /// c₁, between 0 and 1 and below c₂. Default 1e-4.
    pub c1: f64,
    /// c₂, between c₁ and 1: 0.9 suits quasi-Newton directions, 0.1 conjugate gradients. Default 0.9.
    pub c2: f64,
    /// The largest α; above 0. Default ∞.
    pub max_alpha: f64,
    /// ε: a change of φ below ε|φ₀| is taken for rounding, and slopes decide. 0 never does. Default 1e-13, some
    /// hundred roundings.
    pub noise: f64,
    /// How many trials a search may take; 1 or more. Default 40.
    pub max_trials: u32,
}

impl Default for StrongWolfe {
    fn default() -> Self {
        Self { c1: 1e-4, c2: 0.9, max_alpha: f64::INFINITY, noise: 1e-13, max_trials: 40 }
    }
}

/// Where a search of [`StrongWolfe`] stands.
#[derive(Clone, Copy, Debug)]
pub struct StrongWolfeState {
    line: Line,
    /// The trial that is being evaluated.
    t: f64,
    lo: End,
    /// `None` while it goes ahead.
    hi: Option<End>,
    /// |hi − lo| after the last trial and after the one before.
    widths: [f64; 2],
    trials: u32,
}

impl StrongWolfe {
    /// Whether the settings can be used.
    ///
    /// # Errors
    /// If not, naming the first that cannot.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_wolfe(self.c1, self.c2)?;
        if self.c1 >= self.c2 {
            return Err(InvalidInput::new("c1", format_args!("{:?}", self.c1), "a number below c2"));
        }
        check_max_alpha(self.max_alpha)?;
        check_noise("noise", self.noise)?;
        check_max_trials(self.max_trials)
    }
}

impl OneDimensional for StrongWolfe {
    type State = StrongWolfeState;

    fn check(&self) -> Result<(), InvalidInput> {
        self.check()
    }

    fn begin(&self, line: Line, first: f64) -> (StrongWolfeState, f64) {
        let t = first.min(self.max_alpha);
        let widths = [f64::INFINITY; 2];
        (StrongWolfeState { line, t, lo: End::start(line.start), hi: None, widths, trials: 0 }, t)
    }

    fn next_trial(&self, state: &mut StrongWolfeState, trial: Sample) -> Next {
        let start = state.line.start;
        state.trials += 1;
        if let Some(condition) = accept_strong(self.c1, self.c2, self.noise, start, state.t, trial) {
            return Next::Accept(condition);
        }
        let before = state.lo;
        let t = End::read(start, self.noise, state.t, trial);
        self.narrow(state, t);
        let next = match state.hi {
            Some(hi) => {
                if state.trials >= self.max_trials {
                    return Next::GiveUp(Failure::NoAcceptableStep { trials: state.trials });
                }
                inside(state.lo.alpha, hi.alpha, zoom(state, &hi), state.line.resolution)
            }
            None => {
                let limit = self.max_alpha.min(f64::MAX);
                if t.alpha >= limit {
                    let armijo = Condition::Armijo { c1: self.c1 };
                    if armijo.holds(start, t.alpha, trial) {
                        return Next::Accept(armijo);
                    }
                }
                if t.alpha >= limit || state.trials >= self.max_trials {
                    return Next::GiveUp(Failure::NoAcceptableStep { trials: state.trials });
                }
                Some(ahead(&before, &t).min(limit))
            }
        };
        match next {
            Some(next) => {
                state.t = next;
                Next::Try(next)
            }
            None => Next::GiveUp(Failure::Collapsed { alpha: state.lo.alpha }),
        }
    }
}

impl StrongWolfe {
    /// Takes the trial t into the interval, or, while it goes ahead, closes one with it.
    fn narrow(&self, state: &mut StrongWolfeState, t: End) {
        let start = End::start(state.line.start);
        let lo = state.lo;
        let is_sufficient = t.above(&start) <= self.c1 * t.alpha * start.slope;
        // At a wall both comparisons are false.
        if !(is_sufficient && t.above(&lo) < 0.0) {
            state.hi = Some(t);
            return;
        }
        let hi_is_ahead = state.hi.is_none_or(|hi| hi.alpha > lo.alpha);
        let leads_to_lo = if hi_is_ahead { t.slope >= 0.0 } else { t.slope <= 0.0 };
        if leads_to_lo {
            state.hi = Some(lo);
        }
        state.lo = t;
    }
}

/// The next trial of the bracketing, after t.
fn ahead(before: &End, t: &End) -> f64 {
    let h = t.alpha - before.alpha;
    let (c, exists) = cubic(t, before);
    // A cubic that falls for ever, or has its minimum behind t, says: far.
    let wanted = if exists && c > t.alpha { c } else { f64::INFINITY };
    wanted.max(t.alpha + GROWTH.0 * h).min(t.alpha + GROWTH.1 * h)
}

/// The next trial of the zoom.
fn zoom(state: &mut StrongWolfeState, hi: &End) -> f64 {
    let lo = &state.lo;
    if hi.is_wall() {
        return retreat(lo.alpha, hi.alpha);
    }
    let h = hi.alpha - lo.alpha;
    let [last, before_last] = state.widths;
    state.widths = [h.abs(), last];
    if h.abs() > SHRINK * before_last {
        return lo.alpha + 0.5 * h;
    }
    let (c, exists) = cubic(lo, hi);
    let share = (c - lo.alpha) / h;
    // Where φ(hi) is lower without being low enough, the cubic may have no minimum.
    let is_share = exists && !share.is_nan();
    lo.alpha + h * if is_share { share.clamp(MARGIN, 1.0 - MARGIN) } else { 0.5 }
}
