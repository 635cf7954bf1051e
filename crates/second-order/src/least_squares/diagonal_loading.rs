//! Diagonal loading: Gauss and Newton's step with λ added to the diagonal, as the lecture has it.
//!
//! ```text
//! (JᵀJ + λD²) p = −Jᵀr
//! f(x + p) < f(x):   x ← x + p,   λ smaller
//! else:              λ larger,    another p
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | r, J | residuals, length m, and the m × n Jacobian of a [`LeastSquares`] problem; f = ½‖r‖² |
//! | D² | `loading`: I, or the diagonal of JᵀJ |
//! | λ | of the state: `damping`; how it moves is `rule` |
//!
//! λ → 0 is Gauss–Newton, λ → ∞ a short step down the gradient. JᵀJ is never formed: p solves the least-squares problem of J
//! with √λ D below it.
//!
//! Needs: residuals and Jacobian; m < n and a J of any rank will do.
//! A step costs one evaluation of the residuals for each trial and one of residuals and Jacobian for the trial that is
//! accepted; if the allowance holds one evaluation only, the trial is evaluated with its Jacobian.
//! 2n²(m − n/3) flops for the factorization and about n³ for each trial. Nothing is allocated after `init`.
//!
//! How it ends: by the tests of whoever drives it, and by itself where no step that changes x lowers f
//! ([`Stall::Motionless`]). A point is never worse than the one before, and always one where f, ∇f and J are finite.
//!
//! Where the literature disagrees:
//! - D. Levenberg adds λ to every element, Marquardt multiplies the diagonal by 1 + λ: then the units of the variables do not
//!   matter, but a variable to which f is blind is not damped at all.
//! - How λ moves: see [`LoadingRule`]. Marquardt also tries λ/10 and λ side by side; here one trial decides.
//! - [`LevenbergMarquardt`](crate::LevenbergMarquardt) chooses λ by the length of the step, and D as the largest that ‖Jⱼ‖ has
//!   been. This one is what the name stands for in many texts. With I and Nielsen's rule it does as well on the collection of Moré,
//!   Garbow and Hillstrom; on fits whose variables have units it takes two to seven times the evaluations, and misses one or two
//!   of NIST's 54 (`tests/tests/league`).
//!
//! Sources: K. Levenberg, Quart. Appl. Math. 2 (1944) 164–168; D. W. Marquardt, J. SIAM 11 (1963) 431–441; H. B. Nielsen,
//! Damping parameter in Marquardt's method, Report IMM-REP-1999-05, Technical University of Denmark (1999); N. Yamashita and
//! M. Fukushima, Computing Suppl. 15 (2001) 239–249; J. Fan and Y. Yuan, Computing 74 (2005) 23–39. Slide 95.

use thalweg_numerics::norm;
use thalweg_problem::{Allowance, InvalidInput, LeastSquares, Method, State, Step, Stuck, check_start};

use super::linearization::check_residual_count;
use super::sheet::Sheet;
use super::workspace::Workspace;
use super::{Linearization, Stall};

/// What λ is multiplied by when the rule has no factor of its own.
const UP: f64 = 2.0;

/// The settings of diagonal loading.
///
/// ```
/// use thalweg_objectives::classic::Rosenbrock;
/// use thalweg_second_order::DiagonalLoading;
/// use thalweg_second_order::problem::{Allowance, InvalidInput, Method, State};
///
/// let (valley, method) = (Rosenbrock::default(), DiagonalLoading::default());
/// let mut state = method.init(&valley, &[-1.2, 1.0])?;
/// let mut allow = Allowance::evaluations(1000);
/// while method.step(&valley, &mut state, &mut allow).is_ok() {}
/// println!("{:?} after {} evaluations", state.x(), 1000 - allow.left());
/// assert!(state.x().iter().all(|x| (x - 1.0).abs() < 1e-14));
/// # Ok::<(), InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DiagonalLoading {
    /// D. Default [`Loading::Identity`].
    pub loading: Loading,
    /// The first λ, above 0: with [`Loading::Identity`] in units of the largest ‖Jⱼ‖² at the start. Default 10⁻³.
    /// Not used by [`LoadingRule::Residuals`].
    pub first: f64,
    /// How λ moves. Default: Marquardt's factors of 10.
    pub rule: LoadingRule,
}

impl Default for DiagonalLoading {
    fn default() -> Self {
        Self { loading: Loading::Identity, first: 1e-3, rule: LoadingRule::Factors { up: 10.0, down: 10.0 } }
    }
}

/// What λ multiplies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loading {
    /// The identity (Levenberg).
    #[default]
    Identity,
    /// The diagonal of JᵀJ (Marquardt).
    Diagonal,
}

/// How λ moves.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum LoadingRule {
    /// λ/`down` after a step, `up` · λ after a trial that did not lower f (Marquardt); `up` above 1, `down` 1 or more.
    Factors {
        /// What λ is multiplied by.
        up: f64,
        /// What λ is divided by.
        down: f64,
    },
    /// λ max(⅓, 1 − (2ρ − 1)³) after a step that gained ρ times what the model promised; 2λ, 4 · 2λ, 8 · 4 · 2λ, … after
    /// trials that did not lower f (Nielsen).
    Nielsen,
    /// λ = c‖r‖ at every point, twice that after a trial that did not lower f, and so on: near a solution with r = 0 the
    /// steps converge quadratically, even where J is singular there (Fan and Yuan).
    Residuals {
        /// c, above 0.
        factor: f64,
    },
}

impl LoadingRule {
    fn check(self) -> Result<(), InvalidInput> {
        let refuse = |field: &'static str, value: f64, allowed: &'static str| {
            Err(InvalidInput::new(format!("rule.{field}"), format_args!("{value:?}"), allowed))
        };
        match self {
            Self::Factors { up, .. } if !(up > 1.0 && up.is_finite()) => {
                refuse("up", up, "a finite number above 1")
            }
            Self::Factors { down, .. } if !(down >= 1.0 && down.is_finite()) => {
                refuse("down", down, "a finite number, 1 or more")
            }
            Self::Residuals { factor } if !(factor > 0.0 && factor.is_finite()) => {
                refuse("factor", factor, "a finite number above 0")
            }
            _ => Ok(()),
        }
    }
}

/// The state of [`DiagonalLoading`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DiagonalLoadingState {
    model: Linearization,
    damping: f64,
    /// What λ is multiplied by after a trial that did not lower f.
    up: f64,
    /// D.
    scale: Vec<f64>,
    steps: u64,
    #[cfg_attr(feature = "serde", serde(skip))]
    work: Workspace,
}

impl DiagonalLoadingState {
    /// The current point with its model: rank, covariance and steps are had from there.
    #[must_use]
    pub fn model(&self) -> &Linearization {
        &self.model
    }

    /// λ of the next trial.
    #[must_use]
    pub fn damping(&self) -> f64 {
        self.damping
    }

    /// Steps taken.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Writes the trial point for λ, and returns the reduction that the model promises there, as a share of f.
    fn propose(&mut self) -> f64 {
        let Workspace { sheet, step, p, product, other } = &mut self.work;
        let Linearization { point, triangle, rotated, residual_norm, .. } = &self.model;
        let root = self.damping.sqrt();
        step.damped(triangle, rotated, root, &self.scale, p);
        for ((trial, x), p) in sheet.trial.iter_mut().zip(&point.x).zip(&*p) {
            *trial = x + p;
        }
        for ((scaled, p), d) in other.iter_mut().zip(&*p).zip(&self.scale) {
            *scaled = d * p;
        }
        let damped = root * norm(other) / residual_norm;
        let along = triangle.norm_of_product(p, product, other) / residual_norm;
        along * along + 2.0 * damped * damped
    }

    /// The least λ that is told from none: less of it is lost in rounding R, and a λ of 0 would never rise again.
    fn least_damping(&self) -> f64 {
        let square = |v: f64| v * v;
        let largest = self
            .model
            .column_norms()
            .iter()
            .zip(&self.scale)
            .fold(0.0, |largest: f64, (norm, d)| if *d > 0.0 { largest.max(norm / d) } else { largest });
        square(f64::EPSILON * largest).max(f64::MIN_POSITIVE)
    }
}

impl State for DiagonalLoadingState {
    fn x(&self) -> &[f64] {
        &self.model.point.x
    }

    fn value(&self) -> Option<f64> {
        Some(self.model.point.value)
    }

    fn gradient(&self) -> Option<&[f64]> {
        Some(&self.model.point.gradient)
    }
}

impl DiagonalLoading {
    /// D and λ at a new point.
    fn arrive(&self, state: &mut DiagonalLoadingState) {
        if self.loading == Loading::Diagonal {
            state.scale.copy_from_slice(state.model.column_norms());
        }
        state.up = match self.rule {
            LoadingRule::Factors { up, .. } => up,
            LoadingRule::Nielsen => UP,
            LoadingRule::Residuals { factor } => {
                state.damping = factor * state.model.residual_norm();
                UP
            }
        };
        state.damping = state.damping.max(state.least_damping());
    }

    fn after_step(&self, damping: f64, gain: f64) -> f64 {
        match self.rule {
            LoadingRule::Factors { down, .. } => damping / down,
            LoadingRule::Nielsen => {
                let t = 2.0 * gain - 1.0;
                damping * f64::max(1.0 / 3.0, 1.0 - t * t * t)
            }
            LoadingRule::Residuals { .. } => damping,
        }
    }

    fn after_rejection(&self, state: &mut DiagonalLoadingState) {
        state.damping *= state.up;
        if self.rule == LoadingRule::Nielsen {
            state.up *= 2.0;
        }
    }
}

impl<P: LeastSquares + ?Sized> Method<P> for DiagonalLoading {
    type State = DiagonalLoadingState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<DiagonalLoadingState, InvalidInput> {
        check_start(problem, x0)?;
        check_residual_count(problem)?;
        InvalidInput::unless_positive("first", self.first)?;
        self.rule.check()?;
        let mut work = Workspace::new(problem.residual_count(), x0.len());
        let model = Linearization::first(problem, x0, &mut work.sheet);
        let unit = match self.loading {
            Loading::Identity => {
                model.column_norms().iter().fold(0.0, |largest: f64, norm| largest.max(*norm))
            }
            Loading::Diagonal => 1.0,
        };
        let (damping, scale) = (self.first * unit * unit, vec![1.0; x0.len()]);
        let mut state = DiagonalLoadingState { model, damping, up: UP, scale, steps: 0, work };
        self.arrive(&mut state);
        Ok(state)
    }

    fn step(
        &self,
        problem: &P,
        state: &mut DiagonalLoadingState,
        allow: &mut Allowance,
    ) -> Result<Step, Stuck> {
        if !state.model.is_finite() {
            return Err(Stall::NonFinite.into());
        }
        state.work.fit(problem.residual_count(), problem.dim());
        loop {
            let promised = state.propose();
            let is_still = state.work.sheet.trial == state.model.point.x;
            if is_still || !state.damping.is_finite() {
                return Err(Stall::Motionless { damping: state.damping }.into());
            }
            let norm_here = state.model.residual_norm;
            let is_lower = |sheet: &Sheet| sheet.residual_norm < norm_here;
            if state.work.sheet.evaluate_trial(problem, allow, is_lower)? && is_lower(&state.work.sheet) {
                let ratio = state.work.sheet.residual_norm / norm_here;
                let gain = (1.0 - ratio * ratio) / promised;
                state.model.take(&mut state.work.sheet, true);
                state.damping = self.after_step(state.damping, gain);
                self.arrive(state);
                state.steps += 1;
                return Ok(Step::default());
            }
            self.after_rejection(state);
        }
    }
}
