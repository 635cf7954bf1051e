//! Levenberg–Marquardt: Gauss and Newton's step, kept inside a trust region.
//!
//! ```text
//! p minimizes ‖J p + r‖ within ‖D p‖ ≤ Δ, but for a tenth of Δ:   (JᵀJ + λD²) p = −Jᵀr
//!
//! ρ = (1 − ‖r(x + p)‖²/‖r‖²) / (‖J p‖² + 2λ‖D p‖²) ‖r‖²         what f gained over what the model promised
//! x ← x + p            if ρ ≥ 10⁻⁴, else another p
//! Δ ← 2‖D p‖           if ρ ≥ ¾, or ρ > ¼ and λ = 0
//! Δ ← μ min(Δ, 10‖D p‖) if ρ ≤ ¼, μ in [0.1, ½] by a parabola through what is known along p;   λ ← λ/μ
//! dⱼ ← max(dⱼ, ‖Jⱼ‖)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | r, J | residuals, length m, and the m × n Jacobian of a [`LeastSquares`] problem; f = ½‖r‖² |
//! | D | `scaling`; of the state: `scale` |
//! | Δ | of the state: `radius`; at the start `initial_radius` · ‖D x₀‖ |
//! | λ | of the state: `damping` |
//!
//! Needs: residuals and Jacobian. m < n and a J of any rank will do.
//! A step costs one evaluation of the residuals for each trial, mostly one, and one of residuals and Jacobian for the trial
//! that is accepted; if the allowance holds one evaluation only, the trial is evaluated with its Jacobian, so that it can be
//! accepted. 2n²(m − n/3) flops for the factorization and about 2n³ for each trial. Nothing is allocated after `init`.
//!
//! How it ends: by the tests of whoever drives it, on the gradient first of all; and by itself, with a [`Stall`], when one of
//! MINPACK's tests, or one more, says that there is nothing left to do:
//!
//! | test | of MINPACK | [`Stall`] |
//! | --- | --- | --- |
//! | \|1 − f(x + p)/f\| and the same of the model ≤ `reduction_tolerance`, ρ ≤ 2 | `ftol` | `Reduction` |
//! | Δ ≤ `radius_tolerance` · ‖D x‖ | `xtol` | `Radius`, or `Edge` where trials are not finite |
//! | the largest cosine between −r and a column of J ≤ `cosine_tolerance` | `gtol` | `Orthogonal` |
//! | \|1 − f(x + p)/f\| and the same of the model ≤ 10⁵ ε, which may be rounding, and the cosine does not fall | | `Blurred` |
//!
//! The cosine is a gradient without units; a caller who wants convergence in MINPACK's sense sets
//! [`MINPACK`](LevenbergMarquardt::MINPACK) and asks [`stall`](LevenbergMarquardt::stall) which test it was.
//! A point is never worse than the one before, but for the rounding of f, and always one where f, ∇f and J are finite.
//!
//! Where the literature disagrees:
//! - How small is small. MINPACK's users stop at √ε, when f has half its digits, and x fewer still. Here the tests stand at ε
//!   unless they are set: the gradient decides, and these only notice that nothing else will come.
//! - What decides where f cannot. Near a minimum f is flat, and rounding hides its descent when x has about half its digits;
//!   ρ is then chance, and MINPACK ends or shrinks Δ. Here, once an undamped step promises less than 10⁵ ε of f and changes it by
//!   less than that, it is accepted if the cosine falls to ¾, or if it falls at all and f does too, and Δ stays. The 10⁵ leave
//!   room for residuals that are small differences of large numbers. It costs a Jacobian for such a step, and is left out where
//!   `reduction_tolerance` asks for less. The idea is that of Hager and Zhang's approximate Wolfe conditions.
//! - The gradient at the end. MINPACK ends without a Jacobian at its last point, and takes the covariance from the one before.
//!   Here every point has its own: one Jacobian more in a run, and ∇f, rank and covariance belong to x.
//! - λ itself. Levenberg and Marquardt raise and lower λ directly, which is
//!   [`DiagonalLoading`](crate::DiagonalLoading); Moré lets Δ choose it.
//! - Marquardt's D is that of the current J, Moré's never shrinks: a variable to which f is blind for a while does not take off.
//!   On the collection of Moré, Garbow and Hillstrom from far away D = I finds more minima, because the norms at such a start mean
//!   nothing and are never forgotten; it gives up the invariance to units. On the choice of D see also Transtrum and Sethna.
//! - The order of the pivots: see [`PivotedQr`](crate::PivotedQr). It changes roundings, and the steps of a J of deficient rank
//!   while λ = 0.
//!
//! Sources: K. Levenberg, Quart. Appl. Math. 2 (1944) 164–168; D. W. Marquardt, J. SIAM 11 (1963) 431–441; J. J. Moré, The
//! Levenberg–Marquardt algorithm: implementation and theory, in Lecture Notes in Mathematics 630 (1978) 105–116; J. J. Moré,
//! B. S. Garbow and K. E. Hillstrom, User guide for MINPACK-1, Report ANL-80-74 (1980); W. W. Hager and H. Zhang, SIAM J. Optim. 16
//! (2005) 170–192; M. K. Transtrum and J. P. Sethna, Improvements to the Levenberg–Marquardt algorithm for nonlinear least-squares
//! minimization, arXiv:1201.5885 (2012). Slide 95.

mod state;

use thalweg_problem::{Allowance, InvalidInput, LeastSquares, Method, Step, Stuck, check_start};

use super::linearization::check_residual_count;
use super::sheet::Sheet;
use super::workspace::Workspace;
use super::{Linearization, Scaling, Stall};

pub use state::LevenbergMarquardtState;
use state::{Blur, Trial};

/// Least gain over promise for a step.
const ACCEPTED: f64 = 1e-4;

/// Where f cannot tell, the cosine must fall to this share of what it was.
const SETTLES: f64 = 0.75;

/// The settings of Levenberg–Marquardt.
///
/// ```
/// use thalweg_objectives::classic::Rosenbrock;
/// use thalweg_second_order::problem::{Allowance, InvalidInput, Method, State, Stuck};
/// use thalweg_second_order::LevenbergMarquardt;
///
/// let (valley, method) = (Rosenbrock::default(), LevenbergMarquardt::default());
/// let mut state = method.init(&valley, &[-1.2, 1.0])?;
/// let mut allow = Allowance::evaluations(1000);
/// let end = loop {
///     if let Err(end) = method.step(&valley, &mut state, &mut allow) {
///         break end;
///     }
/// };
/// println!("{:?} after {} evaluations, for {end}", state.x(), 1000 - allow.left());
/// assert!(state.x().iter().all(|x| (x - 1.0).abs() < 1e-14));
/// assert!(end.to_string().contains("orthogonal"));
/// # Ok::<(), InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LevenbergMarquardt {
    /// Stalls once a trial changes f, and the model of f, by no more than this share of it; 0 or more. What is below
    /// ε = 2⁻⁵² means ε, as for the other two. If it is above ε, the gradient has no say where rounding blurs f. Default 0.
    pub reduction_tolerance: f64,
    /// Stalls once the radius is no more than this share of the scaled variables. Default 0.
    pub radius_tolerance: f64,
    /// Stalls once no cosine between −r and a column of J is more than this. Default 0.
    pub cosine_tolerance: f64,
    /// The first Δ in units of ‖D x₀‖, or by itself where that is 0; above 0. Small numbers begin with small steps.
    /// Default 100.
    pub initial_radius: f64,
    /// D. Default [`Scaling::ColumnNorms`].
    pub scaling: Scaling,
}

impl Default for LevenbergMarquardt {
    fn default() -> Self {
        Self { reduction_tolerance: 0.0, radius_tolerance: 0.0, ..Self::MINPACK }
    }
}

impl LevenbergMarquardt {
    /// The tolerances that MINPACK's guide recommends and `leastsq` of SciPy has: √ε, √ε, and none on the cosine.
    pub const MINPACK: Self = Self {
        reduction_tolerance: 1.0 / 67_108_864.0,
        radius_tolerance: 1.0 / 67_108_864.0,
        cosine_tolerance: 0.0,
        initial_radius: 100.0,
        scaling: Scaling::ColumnNorms,
    };

    /// Which test, if any, says that there is nothing left to do at a state: the next step would do nothing but say so.
    #[must_use]
    pub fn stall(&self, state: &LevenbergMarquardtState) -> Option<Stall> {
        if !state.model.is_finite() {
            return Some(Stall::NonFinite);
        }
        let (cosine, tolerance) = (state.model.largest_cosine(), at_least_rounding(self.cosine_tolerance));
        if cosine <= tolerance {
            return Some(Stall::Orthogonal { cosine, tolerance });
        }
        let last = state.last?;
        let tolerance = at_least_rounding(self.reduction_tolerance);
        let Trial { actual, predicted, is_finite, blur } = last;
        let is_small = actual.abs() <= tolerance && predicted <= tolerance && last.gain() <= 2.0;
        if is_finite && is_small && blur == Blur::Clear {
            return Some(Stall::Reduction { actual, predicted, tolerance });
        }
        if blur == Blur::Ended {
            return Some(Stall::Blurred { actual, predicted, cosine });
        }
        let tolerance = at_least_rounding(self.radius_tolerance);
        let LevenbergMarquardtState { radius, scaled_norm, .. } = *state;
        if radius <= tolerance * scaled_norm {
            return Some(match is_finite {
                true => Stall::Radius { radius, scaled_norm, tolerance },
                false => Stall::Edge { radius },
            });
        }
        None
    }

    /// Whether the gradient has a say where f has none: not if the caller is content with less.
    fn settles(&self) -> bool {
        self.reduction_tolerance <= f64::EPSILON
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_non_negative("reduction_tolerance", self.reduction_tolerance)?;
        InvalidInput::unless_non_negative("radius_tolerance", self.radius_tolerance)?;
        InvalidInput::unless_non_negative("cosine_tolerance", self.cosine_tolerance)?;
        InvalidInput::unless_positive("initial_radius", self.initial_radius)?;
        Ok(())
    }
}

fn at_least_rounding(tolerance: f64) -> f64 {
    tolerance.max(f64::EPSILON)
}

impl<P: LeastSquares + ?Sized> Method<P> for LevenbergMarquardt {
    type State = LevenbergMarquardtState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<LevenbergMarquardtState, InvalidInput> {
        check_start(problem, x0)?;
        check_residual_count(problem)?;
        self.check()?;
        self.scaling.check(x0.len())?;
        let mut work = Workspace::new(problem.residual_count(), x0.len());
        let model = Linearization::first(problem, x0, &mut work.sheet);
        let scale = self.scaling.first(model.column_norms());
        let mut state = LevenbergMarquardtState {
            model,
            scale,
            scaled_norm: 0.0,
            radius: 0.0,
            damping: 0.0,
            steps: 0,
            last: None,
            work,
        };
        state.measure();
        let unit = if state.scaled_norm == 0.0 { 1.0 } else { state.scaled_norm };
        // Finite, so that it can shrink.
        state.radius = (self.initial_radius * unit).min(f64::MAX);
        Ok(state)
    }

    fn step(
        &self,
        problem: &P,
        state: &mut LevenbergMarquardtState,
        allow: &mut Allowance,
    ) -> Result<Step, Stuck> {
        state.work.fit(problem.residual_count(), problem.dim());
        loop {
            if let Some(stall) = self.stall(state) {
                return Err(stall.into());
            }
            // A trial that is not evaluated to the end changes nothing, so that it can be repeated.
            let before = (state.radius, state.damping);
            let proposal = state.propose();
            let norm_here = state.model.residual_norm;
            let ratio = |sheet: &Sheet| sheet.residual_norm / norm_here;
            let is_undamped = state.damping == 0.0;
            let is_blurred = |trial: Trial| self.settles() && is_undamped && trial.is_blurred();
            let is_wanted = |sheet: &Sheet| {
                let trial = Trial::new(ratio(sheet), proposal, true);
                trial.gain() >= ACCEPTED || is_blurred(trial)
            };
            let sheet = &mut state.work.sheet;
            let evaluated = sheet.evaluate_trial(problem, allow, is_wanted);
            let is_finite = evaluated.inspect_err(|_| (state.radius, state.damping) = before)?;
            let (ratio, cosine) = (ratio(sheet), state.model.largest_cosine());
            let mut trial = Trial::new(ratio, proposal, is_finite);
            if is_blurred(trial) {
                // Never upwards, or rounding could lead in circles.
                let (there, is_lower) = (sheet.largest_cosine(), trial.gain() >= ACCEPTED);
                let falls = there <= SETTLES * cosine || (is_lower && there < cosine);
                trial.blur = if falls { Blur::Settling } else { Blur::Ended };
            }
            state.last = Some(trial);
            // Where f is blurred, ρ means nothing.
            let is_accepted = match trial.blur {
                Blur::Clear => {
                    state.update_radius(proposal, trial, ratio);
                    trial.gain() >= ACCEPTED
                }
                Blur::Settling => true,
                Blur::Ended => false,
            };
            if is_accepted {
                state.model.take(&mut state.work.sheet, true);
                state.measure();
                self.scaling.update(&mut state.scale, state.model.column_norms());
                state.steps += 1;
                return Ok(Step::default());
            }
        }
    }
}
