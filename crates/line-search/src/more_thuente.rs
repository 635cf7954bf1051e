//! The search of Moré and Thuente: strong Wolfe by an interval that is sure to shrink around a solution.
//!
//! ```text
//! ψ(α) = φ(α) − φ₀ − c₁ α φ₀′        takes the place of φ at a trial with φ(t) ≤ φ(l) but ψ(t) > 0
//!
//! interval [l, u], in no order: φ(l) is the least so far, φ′(l) leads towards u
//! after a trial t in it                                  (Updating Algorithm)
//!   φ(t) > φ(l)                        u ← t
//!   φ(t) ≤ φ(l), φ′(t)(l − t) > 0      l ← t
//!   φ(t) ≤ φ(l), φ′(t)(l − t) < 0      u ← l, l ← t
//!
//! next trial, from the cubic minimum c, the parabola's q and the secant's s
//!   φ(t) > φ(l)                        c if it is nearer to l than q, else (c + q)/2
//!   slopes of opposite sign            of c and s the one farther from t
//!   |slope| smaller, same sign         of c (if it lies beyond t) and s the one nearer to t, at most t + 0.66 (u − t)
//!   |slope| not smaller, same sign     minimum of the cubic through t and u
//! without u: of c and s the farther one, in [t + 1.1 (t − l), t + 4 (t − l)], and the far end of that in the last case
//! and if |u − l| has not fallen to 0.66 of what it was two trials ago, the middle of the interval
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | μ (c₁), η (c₂) | `c1`, `c2` |
//! | α_max | `max_alpha` |
//!
//! Needs of the problem: a gradient.
//!
//! A trial costs one evaluation and about 6n flops; the choice of the next one some fifty flops more.
//!
//! It ends with a step for which strong Wolfe holds, or where φ changes by rounding only approximate Wolfe, or at `max_alpha`
//! Armijo; without one after `max_trials`, when the interval has collapsed, or when the allowance is used up.
//!
//! Where the literature disagrees:
//! - When ψ is used. The paper minimizes ψ throughout its first stage, which ends with a trial that has ψ ≤ 0 and φ′ ≥ 0;
//!   MINPACK-2, by the same authors, uses it only at trials of that stage that are lower than l without sufficient decrease.
//!   Here as in MINPACK-2: the tables of the paper come out of that, and not of the other. There is no need to remember the
//!   stage, because after its end no trial inside the interval can be lower than l without sufficient decrease.
//! - What is given back when the interval collapses. MINPACK-2 evaluates at l a second time. Here l was kept.
//! - The paper asks that φ is finite. Here a trial that is not becomes a wall: an end u of which nothing is known but that it
//!   is too far, so that the next trial is half way to it. With c₁ > c₂ a step that satisfies both may not exist; it is
//!   allowed because the paper's tables are made with c₁ = c₂.
//! - Near a minimum MINPACK's test on values fails by rounding; see `noise`.
//!
//! Sources: J. J. Moré and D. J. Thuente, ACM Trans. Math. Softw. 20 (1994) 286–307, sections 2–4; the subroutines `dcsrch`
//! and `dcstep` of MINPACK-2 (1993) for what is said of them above.

use thalweg_problem::InvalidInput;

use crate::interpolation::{cubic, inside, quadratic, retreat, secant};
use crate::reading::{End, accept_strong};
use crate::settings::{check_max_alpha, check_max_trials, check_noise, check_wolfe};
use crate::{Condition, Failure, Line, Next, OneDimensional, Sample};

/// Without a u, the next trial lies between these multiples of t − l beyond t.
const GROWTH: (f64, f64) = (1.1, 4.0);

/// How far the interval has to shrink in two trials, and how near to u an extrapolation may come.
const SHRINK: f64 = 0.66;

/// The settings of the search of Moré and Thuente.
///
/// ```
/// use thalweg_line_search::problem::Allowance;
/// use thalweg_line_search::{MoreThuente, Sample, search_curve};
///
/// // φ(α) = (α + b)⁵ − 2 (α + b)⁴, b = 0.004: function 2 of the paper.
/// let phi = |alpha: f64| {
///     let a = alpha + 0.004;
///     let cube = a * a * a;
///     Sample { value: cube * a * (a - 2.0), slope: cube * (5.0 * a - 8.0) }
/// };
/// let search = MoreThuente { c1: 0.1, c2: 0.1, ..MoreThuente::default() };
/// let accepted = search_curve(&search, phi(0.0), 10.0, &mut Allowance::evaluations(20), phi)?;
/// println!("α = {:.4} after {} evaluations", accepted.alpha, accepted.evaluations);
/// assert_eq!((format!("{:.4}", accepted.alpha), accepted.evaluations), ("1.5960".to_owned(), 8));
/// # Ok::<(), thalweg_line_search::Failed>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MoreThuente {
    /// c₁, between 0 and 1. Default 1e-4.
    pub c1: f64,
    /// c₂, between 0 and 1: 0.9 suits quasi-Newton directions, 0.1 conjugate gradients. Default 0.9.
    pub c2: f64,
    /// The largest α; above 0. Default ∞.
    pub max_alpha: f64,
    /// ε: a change of φ below ε|φ₀| is taken for rounding, and slopes decide. 0 never does. Default 1e-13, some
    /// hundred roundings.
    pub noise: f64,
    /// How many trials a search may take; 1 or more. Default 40.
    pub max_trials: u32,
}

impl Default for MoreThuente {
    fn default() -> Self {
        Self { c1: 1e-4, c2: 0.9, max_alpha: f64::INFINITY, noise: 1e-13, max_trials: 40 }
    }
}

/// Where a search of [`MoreThuente`] stands.
#[derive(Clone, Copy, Debug)]
pub struct MoreThuenteState {
    line: Line,
    /// The trial that is being evaluated.
    t: f64,
    l: End,
    u: Option<End>,
    /// |u − l| after the last trial and after the one before.
    widths: [f64; 2],
    trials: u32,
}

impl MoreThuente {
    /// Whether the settings can be used.
    ///
    /// # Errors
    /// If not, naming the first that cannot.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_wolfe(self.c1, self.c2)?;
        check_max_alpha(self.max_alpha)?;
        check_noise("noise", self.noise)?;
        check_max_trials(self.max_trials)
    }
}

impl OneDimensional for MoreThuente {
    type State = MoreThuenteState;

    fn check(&self) -> Result<(), InvalidInput> {
        self.check()
    }

    fn begin(&self, line: Line, first: f64) -> (MoreThuenteState, f64) {
        let t = first.min(self.max_alpha);
        let l = End::start(line.start);
        let widths = [f64::INFINITY; 2];
        (MoreThuenteState { line, t, l, u: None, widths, trials: 0 }, t)
    }

    fn next_trial(&self, state: &mut MoreThuenteState, trial: Sample) -> Next {
        let start = state.line.start;
        state.trials += 1;
        if let Some(condition) = accept_strong(self.c1, self.c2, self.noise, start, state.t, trial) {
            return Next::Accept(condition);
        }
        let t = End::read(start, self.noise, state.t, trial);
        let wanted = if t.is_wall() {
            state.u = Some(t);
            Some(retreat(state.l.alpha, t.alpha))
        } else {
            self.choose(state, t)
        };
        let Some(wanted) = wanted else {
            let armijo = Condition::Armijo { c1: self.c1 };
            return if armijo.holds(start, state.t, trial) {
                Next::Accept(armijo)
            } else {
                Next::GiveUp(Failure::NoAcceptableStep { trials: state.trials })
            };
        };
        if state.trials >= self.max_trials {
            return Next::GiveUp(Failure::NoAcceptableStep { trials: state.trials });
        }
        let next = match state.u {
            None => Some(wanted),
            Some(u) => inside(state.l.alpha, u.alpha, wanted, state.line.resolution),
        };
        match next {
            Some(next) => {
                state.t = next;
                Next::Try(next)
            }
            None => Next::GiveUp(Failure::Collapsed { alpha: state.l.alpha }),
        }
    }
}

impl MoreThuente {
    /// Takes the trial t into the interval and says which α comes next; `None` if that would be beyond `max_alpha`.
    fn choose(&self, state: &mut MoreThuenteState, t: End) -> Option<f64> {
        let start = End::start(state.line.start);
        let sufficient = self.c1 * start.slope;
        let is_sufficient = t.above(&start) <= t.alpha * sufficient;
        // The slope of the line that is taken off φ.
        let tilt = if !is_sufficient && t.above(&state.l) <= 0.0 { sufficient } else { 0.0 };
        let limit = self.max_alpha.min(f64::MAX);
        let (l, u) = (state.l.tilted(tilt), state.u.map(|u| u.tilted(tilt)));
        let wanted = trial_value(&l, u.as_ref(), &t.tilted(tilt));
        let is_at_limit = t.alpha >= limit;

        let (tilted, l_before) = (t.tilted(tilt), state.l);
        if tilted.above(&l) > 0.0 {
            state.u = Some(t);
        } else {
            if have_opposite_signs(tilted.slope, l.alpha - t.alpha) {
                state.u = Some(l_before);
            }
            state.l = t;
        }

        let Some(u) = state.u else {
            let (low, high) = (GROWTH.0, GROWTH.1);
            let step = t.alpha - l_before.alpha;
            let next = wanted.max(t.alpha + low * step).min(t.alpha + high * step).min(limit);
            return (!is_at_limit).then_some(next);
        };
        let width = (u.alpha - state.l.alpha).abs();
        let [last, before_last] = state.widths;
        state.widths = [width, last];
        if width >= SHRINK * before_last {
            return Some(state.l.alpha + 0.5 * (u.alpha - state.l.alpha));
        }
        Some(wanted)
    }
}

/// α of the next trial by the four cases of section 4, for samples of φ or of ψ; before it is made to lie inside the interval.
///
/// Without a u it is the best guess beyond t, +∞ if there is none.
fn trial_value(l: &End, u: Option<&End>, t: &End) -> f64 {
    let nearer = |to: f64, a: f64, b: f64| if (a - to).abs() < (b - to).abs() { a } else { b };
    if t.above(l) > 0.0 {
        let (c, q) = (cubic(l, t).0, quadratic(l, t));
        return if (c - l.alpha).abs() < (q - l.alpha).abs() { c } else { c + 0.5 * (q - c) };
    }
    if have_opposite_signs(t.slope, l.slope) {
        let (c, s) = (cubic(t, l).0, secant(t, l));
        return if (c - t.alpha).abs() > (s - t.alpha).abs() { c } else { s };
    }
    if t.slope.abs() <= l.slope.abs() {
        let (c, exists) = cubic(t, l);
        let c = Some(c).filter(|c| exists && have_opposite_signs(l.alpha - t.alpha, c - t.alpha));
        let s = secant(t, l);
        let Some(u) = u else {
            return c.map_or(f64::INFINITY, |c| c.max(s));
        };
        let wanted = c.map_or(s, |c| nearer(t.alpha, c, s));
        let limit = t.alpha + SHRINK * (u.alpha - t.alpha);
        return if t.alpha > l.alpha { wanted.min(limit) } else { wanted.max(limit) };
    }
    match u {
        Some(u) if u.is_wall() => retreat(t.alpha, u.alpha),
        Some(u) => cubic(t, u).0,
        None => f64::INFINITY,
    }
}

/// Without a product, which would underflow.
fn have_opposite_signs(a: f64, b: f64) -> bool {
    (a < 0.0 && b > 0.0) || (a > 0.0 && b < 0.0)
}
