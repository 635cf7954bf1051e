//! Newton-MR: steps towards a point where ∇f = 0, of any index, that lower ‖∇f‖ every time.
//!
//! ```text
//! pₖ: MINRES from 0 for Hₖp = −gₖ, until ‖r‖ ≤ ηₖ‖gₖ‖ or ‖Hₖr‖ ≤ θₖ‖Hₖ‖ ‖r‖,   r = −gₖ − Hₖp
//! ‖g(xₖ + αₖpₖ)‖² ≤ ‖gₖ‖² − 2ραₖ‖Hₖpₖ‖²,   αₖ = 1, ½, ¼, …
//! xₖ₊₁ = xₖ + αₖpₖ
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | g, H | ∇f, ∇²f |
//! | ηₖ, θₖ | `relative_residual` and `relative_pull`, or ‖gₖ‖/‖g₀‖ if that is smaller: so the last steps are Newton's |
//! | ρ | `sufficient_decrease` |
//!
//! Every iterate of MINRES from 0 has gᵀH p = −‖H p‖², so ½‖g‖² falls along p whatever the signs of H, and whether or not H is
//! singular: it is why no step of it has to be thrown away, and why MINRES and not conjugate gradients. Where stationary points
//! come in families and H is singular there, p is the step across the family.
//!
//! Needs: products with the Hessian. A step costs a product an iteration of MINRES, n at most but for rounding, and a gradient
//! for each α. Nothing is allocated after `init`.
//!
//! It ends where no α lowers ‖g‖ any more: at a stationary point, where it is rounding; or at one of ½‖g‖² that is none of f.
//! Which of them is not for a method to say: [`CriticalPointSearch`](crate::CriticalPointSearch) tells them apart.
//! Values of f may rise: who runs it under a driver that keeps the lowest value asks for the last state.
//!
//! Where the literature disagrees:
//! - The solver. Roosta et al. (2018) state the step with the pseudo-inverse and take MINRES-QLP, which finds it also where g is not
//!   in the range of H; Liu and Roosta (2022) take MINRES. So do we.
//! - When to leave the solver. Theirs ends by ‖r‖ or where nothing can be gained any more. Where H is nearly singular that is too
//!   late: on linear networks, whose stationary points are all known, half of the searches then end at none. θ is what is ours.
//! - ρ: theirs and ours is 1e-4.
//!
//! Sources: F. Roosta, Y. Liu, P. Xu and M. W. Mahoney, Newton-MR: inexact Newton method with minimum residual sub-problem solver
//! (arXiv:1810.00303, 2018); Y. Liu and F. Roosta, SIAM J. Optim. 32 (2022) 2636–2661.

use thalweg_krylov::{Ending, HessianAt, MinimumResidual, MinimumResidualState, Until};
use thalweg_numerics::norm;
use thalweg_problem::{Allowance, Curved, InvalidInput, Method, Point, State, Step, Stuck, check_start};

/// No matrix makes less of a vector than rounding does.
const LEAST_PULL: f64 = 1e-14;

/// The settings of Newton-MR.
///
/// ```
/// use thalweg_driver::{Stop, minimize, silent};
/// use thalweg_landscape::NewtonMr;
/// use thalweg_landscape::problem::State;
/// use thalweg_objectives::classic::Himmelblau;
///
/// // Himmelblau's function has four minima, four saddles and a maximum; this start leads to the maximum.
/// let run = minimize(&Himmelblau, &NewtonMr::default(), &[0.0, 0.0], Stop::default(), silent)?;
/// let x = run.state.x();
/// println!("{} at {x:.6?}: {}", run.state.value().unwrap(), run.reason);
/// assert!((x[0] + 0.270_845).abs() < 1e-6 && (x[1] + 0.923_039).abs() < 1e-6);
/// # Ok::<(), thalweg_landscape::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NewtonMr {
    /// η: how small ‖H p + g‖ has to become, over ‖g‖; from 0 up to but not 1. Default 0.01.
    pub relative_residual: f64,
    /// θ: MINRES goes no further once ‖H r‖ ≤ this · ‖H‖ ‖r‖; 0 or more. Default 0.1. What is left of g lies then where H is all but
    /// singular, and to follow it there makes steps that are long and lead nowhere.
    pub relative_pull: f64,
    /// ρ, 0 or more and below ½. Default 1e-4.
    pub sufficient_decrease: f64,
    /// How often α is halved at most. Default 50.
    pub max_halvings: u32,
}

impl Default for NewtonMr {
    fn default() -> Self {
        Self { relative_residual: 0.01, relative_pull: 0.1, sufficient_decrease: 1e-4, max_halvings: 50 }
    }
}

/// Everything that changes from step to step.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NewtonMrState {
    point: Point,
    trial: Point,
    minres: MinimumResidualState,
    /// −g.
    downhill: Vec<f64>,
    gradient_norm: f64,
    first_norm: f64,
}

impl State for NewtonMrState {
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

impl NewtonMrState {
    /// Where it is, with value and gradient.
    #[must_use]
    pub fn point(&self) -> &Point {
        &self.point
    }

    /// ‖∇f‖ there: what no step makes larger.
    #[must_use]
    pub fn gradient_norm(&self) -> f64 {
        self.gradient_norm
    }
}

impl NewtonMr {
    pub(crate) fn check(&self) -> Result<(), InvalidInput> {
        let below = |argument: &'static str, value: f64, end: f64, allowed: &'static str| {
            if (0.0..end).contains(&value) {
                Ok(())
            } else {
                Err(InvalidInput::new(argument, format_args!("{value:?}"), allowed))
            }
        };
        below("relative_residual", self.relative_residual, 1.0, "0 or more, below 1")?;
        below("sufficient_decrease", self.sufficient_decrease, 0.5, "0 or more, below ½")?;
        InvalidInput::unless_non_negative("relative_pull", self.relative_pull).map(drop)
    }
}

impl<P: Curved + ?Sized> Method<P> for NewtonMr {
    type State = NewtonMrState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<NewtonMrState, InvalidInput> {
        self.check()?;
        check_start(problem, x0)?;
        let point = Point::new(problem, x0);
        let gradient_norm = norm(&point.gradient);
        let zeros = vec![0.0; x0.len()];
        Ok(NewtonMrState {
            trial: point.clone(),
            minres: MinimumResidual::default().start(&zeros)?,
            downhill: zeros,
            gradient_norm,
            first_norm: gradient_norm,
            point,
        })
    }

    fn step(&self, problem: &P, state: &mut NewtonMrState, allow: &mut Allowance) -> Result<Step, Stuck> {
        let NewtonMrState { point, trial, minres, downhill, gradient_norm, first_norm } = state;
        if *gradient_norm == 0.0 {
            return Err(Stuck::Because("the gradient is 0".into()));
        }
        if !gradient_norm.is_finite() {
            return Err(Stuck::Because("the gradient is not finite".into()));
        }
        for (d, g) in downhill.iter_mut().zip(&point.gradient) {
            *d = -g;
        }
        let reached = *gradient_norm / *first_norm;
        let until = Until { relative_residual: self.relative_residual.min(reached), ..Until::default() };
        let mut relative_pull = self.relative_pull.min(reached);
        loop {
            let solver = MinimumResidual { relative_pull };
            solver.restart(minres, downhill)?;
            let ending = solver.run(&HessianAt { problem, x: &point.x }, minres, until, allow)?;
            match ending {
                Ending::OutOfEvaluations => return Err(Stuck::OutOfEvaluations),
                Ending::Cancelled => return Err(Stuck::Cancelled),
                // Where H makes that little of g itself, less has to do.
                Ending::LeastSquares { .. } if minres.iterations() == 0 && relative_pull > LEAST_PULL => {
                    relative_pull *= 0.1;
                }
                _ => break,
            }
        }
        // ‖H p‖² = ‖g‖² − ‖r‖², over ‖g‖².
        let left = minres.residual_norm() / *gradient_norm;
        let gained = 1.0 - left * left;
        let p = minres.x();
        if gained.is_nan() || gained <= 0.0 {
            return Err(Stuck::Because("the Hessian takes the gradient nowhere".into()));
        }
        let mut alpha = 1.0;
        for _ in 0..=self.max_halvings {
            allow.spend()?;
            let mut moved = false;
            for ((trial, x), p) in trial.x.iter_mut().zip(&point.x).zip(p) {
                *trial = x + alpha * p;
                moved |= *trial != *x;
            }
            if !moved {
                break;
            }
            trial.evaluate(problem);
            let shrunk = norm(&trial.gradient) / *gradient_norm;
            let allowed = 1.0 - 2.0 * self.sufficient_decrease * alpha * gained;
            // Below 1 in any case, for `allowed` may round to 1.
            if shrunk < 1.0 && shrunk * shrunk <= allowed && trial.is_finite() {
                std::mem::swap(point, trial);
                *gradient_norm = norm(&point.gradient);
                return Ok(Step::at_rate(alpha));
            }
            alpha *= 0.5;
        }
        Err(Stuck::Because("no step along the direction lowers the norm of the gradient".into()))
    }
}
