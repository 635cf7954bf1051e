//! The search of Hager and Zhang: an interval that is narrowed by secants of the slope, and a condition that needs no digits of
//! φ near a minimum.
//!
//! ```text
//! accept α when   φ(α) ≤ φ₀ + δ α φ₀′       and  φ′(α) ≥ σ φ₀′     (Wolfe)
//!            or   φ′(α) ≤ (2δ − 1) φ₀′      and  φ′(α) ≥ σ φ₀′     and  φ(α) ≤ φ₀ + ε|φ₀|    (approximate Wolfe)
//!
//! kinds of trial  right: φ′ ≥ 0 · low: φ′ < 0, φ ≤ φ₀ + ε|φ₀| · high: φ′ < 0, φ above that
//! interval [a, b] a is low, b is right
//! bracket         c, ρc, ρ²c, … while they are low; a is the last low one
//! update          a trial in (a, b) that is right becomes b, one that is low becomes a; one that is high squeezes:
//!                 [a, trial] is cut at (1 − θ) a + θ b, again and again, until a cut is right
//! secant²         c = secant(a, b), update; if c became a, once more with secant(old a, a); if b, with secant(old b, b)
//! iteration       secant²; if b − a is still above γ of what it was, update with the middle too
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | δ, σ | `c1`, `c2` |
//! | ε, θ, γ, ρ | `epsilon`, `theta`, `gamma`, `rho` |
//!
//! Needs of the problem: a gradient.
//!
//! A trial costs one evaluation and about 6n flops. Near a minimum secant² converges with order 1 + √2 for two
//! evaluations.
//!
//! It ends with a step for which Wolfe holds, or only approximate Wolfe, or at `max_alpha` Armijo; without one after
//! `max_trials`, when the interval has collapsed, or when the allowance is used up.
//!
//! Where the literature disagrees:
//! - How much φ may rise. The paper allows ε|φ₀| with ε = 1e-6, and later codes take a running mean of |f| in place of |φ₀|,
//!   or ask for Wolfe first and turn to approximate Wolfe for good. Here the paper's, which depends on nothing but this
//!   search. So φ may rise by a millionth, not by rounding alone; set `epsilon` to 1e-13 or so where that matters.
//! - What a high trial squeezes. In the bracketing the paper goes back to [0, c]; here to [a, c], a being the last low trial,
//!   which has all that the paper asks of a, so that no step is tried again.
//! - A secant that leaves (a, b), or comes so near to an end that rounding decides, is not evaluated, as in the paper.
//! - A trial that is not finite is a high one; the cut after it is half way back, and at a tenth if there is nothing but the
//!   start to come back to.
//! - The paper's rule for the first trial (I0–I2) belongs to the method that calls.
//!
//! Sources: W. W. Hager and H. Zhang, SIAM J. Optim. 16 (2005) 170–192, section 4, with the procedures bracket, update and
//! secant²; W. W. Hager and H. Zhang, ACM Trans. Math. Softw. 32 (2006) 113–137, for the constants.

use thalweg_problem::InvalidInput;

use crate::interpolation::{inside, retreat, secant};
use crate::reading::End;
use crate::settings::{check_max_alpha, check_max_trials, check_noise, check_share};
use crate::{Condition, Failure, Line, Next, OneDimensional, Sample};

/// The settings of the search of Hager and Zhang.
///
/// ```
/// use thalweg_line_search::problem::Allowance;
/// use thalweg_line_search::{Condition, HagerZhang, Sample, search_curve};
///
/// // Around its minimum at α = 1 this φ does not change by as much as a rounding of 1.
/// let phi = |a: f64| Sample { value: 1.0 + 1e-20 * (a - 1.0) * (a - 1.0), slope: 2e-20 * (a - 1.0) };
/// let accepted = search_curve(&HagerZhang::default(), phi(0.0), 1.5, &mut Allowance::evaluations(9), phi)?;
/// println!("α = {} after {} evaluations: {}", accepted.alpha, accepted.evaluations, accepted.condition);
/// assert!(matches!(accepted.condition, Condition::ApproximateWolfe { .. }));
/// # Ok::<(), thalweg_line_search::Failed>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HagerZhang {
    /// δ, above 0 and below 1/2. Default 0.1.
    pub c1: f64,
    /// σ, from δ to below 1. Default 0.9; 0.1 for conjugate gradients that want a sharper search.
    pub c2: f64,
    /// ε: φ may rise by ε|φ₀|; 0 or more and below 1. Default 1e-6. What `noise` is to the other searches: here it is part of the
    /// method, and so much larger.
    pub epsilon: f64,
    /// θ, where a high interval is cut; between 0 and 1. Default 0.5.
    pub theta: f64,
    /// γ, how far an iteration has to shrink the interval to do without the middle; between 0 and 1. Default 0.66.
    pub gamma: f64,
    /// ρ, the growth of the bracketing; finite, above 1. Default 5.
    pub rho: f64,
    /// The largest α; above 0. Default ∞.
    pub max_alpha: f64,
    /// How many trials a search may take; 1 or more. Default 50.
    pub max_trials: u32,
}

impl Default for HagerZhang {
    fn default() -> Self {
        Self {
            c1: 0.1,
            c2: 0.9,
            epsilon: 1e-6,
            theta: 0.5,
            gamma: 0.66,
            rho: 5.0,
            max_alpha: f64::INFINITY,
            max_trials: 50,
        }
    }
}

/// What the trial that is being evaluated is for.
#[derive(Clone, Copy, Debug)]
enum Purpose {
    /// To find an interval.
    Bracket,
    /// To cut an interval whose right end is high.
    Squeeze {
        /// Whether an iteration is over after that; if not, the middle may be due.
        completes: bool,
    },
    /// The first of secant², by the interval at the beginning of the iteration.
    FirstSecant,
    /// The second.
    SecondSecant,
    /// The middle of the interval.
    Middle,
}

/// Where a search of [`HagerZhang`] stands.
#[derive(Clone, Copy, Debug)]
pub struct HagerZhangState {
    line: Line,
    /// The trial that is being evaluated.
    t: f64,
    purpose: Purpose,
    /// The last low trial, or the start.
    a: End,
    /// The right end, or while squeezing the high one.
    b: End,
    /// Both ends at the beginning of the iteration.
    before: [End; 2],
    trials: u32,
}

/// What a trial is to the interval.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Right,
    Low,
    High,
}

impl HagerZhang {
    /// Whether the settings can be used.
    ///
    /// # Errors
    /// If not, naming the first that cannot.
    pub fn check(&self) -> Result<(), InvalidInput> {
        let number = |argument, value: f64, allowed| {
            Err(InvalidInput::new(argument, format_args!("{value:?}"), allowed))
        };
        if !(self.c1 > 0.0 && self.c1 < 0.5) {
            return number("c1", self.c1, "a number above 0 and below 1/2");
        }
        if !(self.c2 >= self.c1 && self.c2 < 1.0) {
            return number("c2", self.c2, "a number from c1 to below 1");
        }
        check_noise("epsilon", self.epsilon)?;
        check_share("theta", self.theta)?;
        check_share("gamma", self.gamma)?;
        if !(self.rho > 1.0 && self.rho.is_finite()) {
            return number("rho", self.rho, "a finite number above 1");
        }
        check_max_alpha(self.max_alpha)?;
        check_max_trials(self.max_trials)
    }
}

impl OneDimensional for HagerZhang {
    type State = HagerZhangState;

    fn check(&self) -> Result<(), InvalidInput> {
        self.check()
    }

    fn begin(&self, line: Line, first: f64) -> (HagerZhangState, f64) {
        let (t, a) = (first.min(self.max_alpha), End::start(line.start));
        let (b, purpose) = (End::wall(f64::INFINITY), Purpose::Bracket);
        (HagerZhangState { line, t, purpose, a, b, before: [a, b], trials: 0 }, t)
    }

    fn next_trial(&self, state: &mut HagerZhangState, trial: Sample) -> Next {
        state.trials += 1;
        if let Some(condition) = self.acceptable(state, trial) {
            return Next::Accept(condition);
        }
        if state.trials >= self.max_trials {
            return Next::GiveUp(Failure::NoAcceptableStep { trials: state.trials });
        }
        let next = match state.purpose {
            Purpose::Bracket => self.after_bracket(state, trial),
            Purpose::Squeeze { completes } => self.after_cut(state, trial, completes),
            Purpose::FirstSecant => self.after_first_secant(state, trial),
            Purpose::SecondSecant => self.after_second_secant(state, trial),
            Purpose::Middle => self.after_middle(state, trial),
        };
        match next {
            Ok((purpose, next)) => {
                (state.purpose, state.t) = (purpose, next);
                Next::Try(next)
            }
            Err(failure) => Next::GiveUp(failure),
        }
    }
}

/// What to evaluate next, and for what.
type Plan = Result<(Purpose, f64), Failure>;

impl HagerZhang {
    fn acceptable(&self, state: &HagerZhangState, end: Sample) -> Option<Condition> {
        let Self { c1, c2, epsilon: noise, .. } = *self;
        let (wolfe, approximate) =
            (Condition::Wolfe { c1, c2 }, Condition::ApproximateWolfe { c1, c2, noise });
        let at_the_limit = Condition::Armijo { c1 };
        let holds = |condition: &Condition| condition.holds(state.line.start, state.t, end);
        let is_limit =
            state.t >= self.limit() && matches!(state.purpose, Purpose::Bracket) && end.slope < 0.0;
        [wolfe, approximate]
            .into_iter()
            .find(holds)
            .or_else(|| Some(at_the_limit).filter(|c| is_limit && holds(c)))
    }

    fn limit(&self) -> f64 {
        self.max_alpha.min(f64::MAX)
    }

    /// The trial as an end, and what it is to the interval.
    fn read(&self, state: &HagerZhangState, trial: Sample) -> (Kind, End) {
        let start = state.line.start;
        // Values are compared with φ₀ + ε|φ₀| alone, so there is nothing to read between their lines.
        let t = End::read(start, 0.0, state.t, trial);
        let kind = if t.is_wall() {
            Kind::High
        } else if t.slope >= 0.0 {
            Kind::Right
        } else if trial.value <= start.value + self.epsilon * start.value.abs() {
            Kind::Low
        } else {
            Kind::High
        };
        (kind, t)
    }

    fn after_bracket(&self, state: &mut HagerZhangState, trial: Sample) -> Plan {
        let (kind, t) = self.read(state, trial);
        match kind {
            Kind::Low if t.alpha >= self.limit() => Err(Failure::NoAcceptableStep { trials: state.trials }),
            Kind::Low => {
                state.a = t;
                Ok((Purpose::Bracket, (self.rho * t.alpha).min(self.limit())))
            }
            Kind::Right => {
                state.b = t;
                self.begin_iteration(state)
            }
            Kind::High => {
                state.b = t;
                self.cut(state, true)
            }
        }
    }

    /// The next cut of an interval whose right end is high.
    fn cut(&self, state: &HagerZhangState, completes: bool) -> Plan {
        let (a, b) = (state.a.alpha, state.b.alpha);
        let wanted = if state.b.is_wall() { retreat(a, b) } else { a + self.theta * (b - a) };
        let cut = inside(a, b, wanted, state.line.resolution);
        Ok((Purpose::Squeeze { completes }, cut.ok_or(Failure::Collapsed { alpha: a })?))
    }

    fn after_cut(&self, state: &mut HagerZhangState, trial: Sample, completes: bool) -> Plan {
        let (kind, t) = self.read(state, trial);
        match kind {
            Kind::Low => state.a = t,
            Kind::Right | Kind::High => state.b = t,
        }
        match kind {
            Kind::Right if completes => self.begin_iteration(state),
            Kind::Right => self.end_secants(state),
            Kind::Low | Kind::High => self.cut(state, completes),
        }
    }

    fn begin_iteration(&self, state: &mut HagerZhangState) -> Plan {
        state.before = [state.a, state.b];
        match self.secant_inside(state, &state.a, &state.b) {
            Some(c) => Ok((Purpose::FirstSecant, c)),
            None => self.halve(state),
        }
    }

    fn after_first_secant(&self, state: &mut HagerZhangState, trial: Sample) -> Plan {
        let (kind, c) = self.read(state, trial);
        let old = match kind {
            Kind::Low => state.before[0],
            Kind::Right => state.before[1],
            Kind::High => {
                state.b = c;
                return self.cut(state, false);
            }
        };
        match kind {
            Kind::Low => state.a = c,
            _ => state.b = c,
        }
        match self.secant_inside(state, &c, &old) {
            Some(again) => Ok((Purpose::SecondSecant, again)),
            None => self.end_secants(state),
        }
    }

    fn after_second_secant(&self, state: &mut HagerZhangState, trial: Sample) -> Plan {
        let (kind, t) = self.read(state, trial);
        match kind {
            Kind::Low => state.a = t,
            Kind::Right | Kind::High => state.b = t,
        }
        if kind == Kind::High { self.cut(state, false) } else { self.end_secants(state) }
    }

    /// The interval has to be smaller by now, or it is halved.
    fn end_secants(&self, state: &mut HagerZhangState) -> Plan {
        let [a, b] = state.before;
        if state.b.alpha - state.a.alpha <= self.gamma * (b.alpha - a.alpha) {
            return self.begin_iteration(state);
        }
        self.halve(state)
    }

    fn halve(&self, state: &HagerZhangState) -> Plan {
        let middle = inside(state.a.alpha, state.b.alpha, f64::NAN, state.line.resolution);
        Ok((Purpose::Middle, middle.ok_or(Failure::Collapsed { alpha: state.a.alpha })?))
    }

    fn after_middle(&self, state: &mut HagerZhangState, trial: Sample) -> Plan {
        let (kind, t) = self.read(state, trial);
        match kind {
            Kind::Low => state.a = t,
            Kind::Right | Kind::High => state.b = t,
        }
        if kind == Kind::High { self.cut(state, true) } else { self.begin_iteration(state) }
    }

    /// The secant through the slopes of both, if it lies well inside the interval.
    fn secant_inside(&self, state: &HagerZhangState, one: &End, other: &End) -> Option<f64> {
        let c = secant(one, other);
        inside(state.a.alpha, state.b.alpha, c, state.line.resolution).filter(|moved| *moved == c)
    }
}
