//! The truncated step: conjugate gradients on the model until they are good enough, leave the ball, or meet negative curvature.
//!
//! ```text
//! p₀ = 0;   pₖ₊₁ = pₖ + αₖ dₖ                           conjugate gradients on H p = −g
//! ‖H pₖ + g‖ ≤ min(½, (‖g‖/‖g₀‖)^½) ‖g‖                 p = pₖ: good enough
//! ‖pₖ₊₁‖ > Δ   or   dₖᵀH dₖ ≤ 0                         p = pₖ + τ dₖ with ‖p‖ = Δ, τ > 0
//! ```
//!
//! ‖pₖ‖ grows from step to step and the model falls, so that the first border is the right place to stop, and the first
//! step of all is Cauchy's point.
//!
//! | symbol | here |
//! | --- | --- |
//! | ½ | `loosest` |
//! | the exponent ½ | `exponent`; with it the order of convergence is 1.5, with 1 it is 2 |
//! | ‖g₀‖ | the norm of the gradient at the start of the run |
//!
//! Needs Hessian–vector products: one per iteration, each asked of the allowance, and memory for nine vectors.
//!
//! Where the literature disagrees: Dembo, Eisenstat and Steihaug compare the residual with ‖g‖^1.5, which depends on the unit
//! of f; dividing by the first gradient takes that away. After a trial was refused the iteration starts
//! over, for a shorter radius cuts it off earlier: that takes products, but no memory for the path.
//!
//! Sources: T. Steihaug, SIAM J. Numer. Anal. 20 (1983) 626–637; P. L. Toint, in Sparse Matrices and Their Uses (Academic Press
//! 1981) 57–88; R. S. Dembo, S. C. Eisenstat and T. Steihaug, SIAM J. Numer. Anal. 19 (1982) 400–408.

use std::ops::ControlFlow;

use thalweg_krylov::{ConjugateGradients, ConjugateGradientsState, Ending, HessianAt};
use thalweg_numerics::{axpy, dot, norm, pow};
use thalweg_problem::{Allowance, Curved, InvalidInput, Point, Stuck};

use super::subproblem::{Ball, ModelStep, Subproblem};

/// Solves the subproblem roughly, by Hessian–vector products.
///
/// ```
/// use thalweg_driver::{Stop, minimize, silent};
/// use thalweg_objectives::classic::Rosenbrock;
/// use thalweg_second_order::{SteihaugToint, TrustRegion};
///
/// // A thousand variables, and no matrix of a million numbers.
/// let valley = Rosenbrock::chained(1000)?;
/// let method = TrustRegion::with(SteihaugToint { loosest: 0.1, ..SteihaugToint::default() });
/// let run = minimize(&valley, &method, &[0.9; 1000], Stop::default(), silent)?;
/// println!("{:?} after {} products: {}", run.best.value, run.counts.hessian_vectors, run.reason);
/// assert!(run.reason.is_converged() && run.best.value < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SteihaugToint {
    /// The residual over ‖g‖ that is good enough at the start and never exceeded; above 0 and below 1. Default ½.
    pub loosest: f64,
    /// How fast that falls with the gradient; 0 or more. Default ½.
    pub exponent: f64,
    /// Iterations for one step; 1 or more. Default `None`: 2n.
    pub max_iterations: Option<u64>,
}

impl Default for SteihaugToint {
    fn default() -> Self {
        Self { loosest: 0.5, exponent: 0.5, max_iterations: None }
    }
}

/// Memory for conjugate gradients and what a border takes beside it: 9n numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SteihaugTointWork {
    linear: Option<ConjugateGradientsState>,
    /// −g.
    right: Vec<f64>,
    /// r = −g − H p at the last iterate.
    residual: Vec<f64>,
    direction: Vec<f64>,
}

impl SteihaugToint {
    /// The residual that is good enough, over ‖g‖.
    fn forcing(&self, progress: f64) -> f64 {
        self.loosest.min(pow(progress, self.exponent))
    }
}

impl<P: Curved + ?Sized> Subproblem<P> for SteihaugToint {
    type Work = SteihaugTointWork;

    fn check(&self) -> Result<(), InvalidInput> {
        if !(self.loosest > 0.0 && self.loosest < 1.0) {
            let value = format_args!("{:?}", self.loosest);
            return Err(InvalidInput::new("loosest", value, "a number between 0 and 1, both excluded"));
        }
        InvalidInput::unless_non_negative("exponent", self.exponent)?;
        match self.max_iterations {
            Some(0) => Err(InvalidInput::new("max_iterations", 0, "1 or more, or None")),
            _ => Ok(()),
        }
    }

    fn fit(&self, n: usize, work: &mut SteihaugTointWork) {
        if work.linear.as_ref().is_none_or(|linear| linear.x().len() != n) {
            let zeros = || vec![0.0; n];
            // A right-hand side of zeros can always be used, if n is not 0.
            let linear = ConjugateGradients::default().start(&zeros(), &zeros()).ok();
            *work = SteihaugTointWork { linear, right: zeros(), residual: zeros(), direction: zeros() };
        }
    }

    /// Nothing: products are asked for where they are needed.
    fn prepare(
        &self,
        _problem: &P,
        _point: &Point,
        _work: &mut SteihaugTointWork,
        _allow: &mut Allowance,
    ) -> Result<(), Stuck> {
        Ok(())
    }

    fn curvature(
        &self,
        problem: &P,
        point: &Point,
        work: &mut SteihaugTointWork,
        allow: &mut Allowance,
    ) -> Result<f64, Stuck> {
        let length = norm(&point.gradient);
        for (u, g) in work.direction.iter_mut().zip(&point.gradient) {
            *u = g / length;
        }
        allow.spend()?;
        work.right.fill(f64::NAN);
        problem.hessian_vector(&point.x, &work.direction, &mut work.right);
        Ok(dot(&work.direction, &work.right))
    }

    fn solve(
        &self,
        problem: &P,
        ball: Ball<'_>,
        work: &mut SteihaugTointWork,
        allow: &mut Allowance,
        step: &mut [f64],
    ) -> Result<ModelStep, Stuck> {
        let SteihaugTointWork { linear: Some(linear), right, residual, direction } = work else {
            return Err(InvalidInput::new("problem.dim()", 0, "1 or more").into());
        };
        let Ball { center, radius, progress } = ball;
        let cg = ConjugateGradients::default();
        let hessian = HessianAt { problem, x: &center.x };
        for (b, g) in right.iter_mut().zip(&center.gradient) {
            *b = -g;
        }
        step.fill(0.0);
        cg.restart(linear, right, step)?;
        linear.residual(residual)?;
        let tolerance = self.forcing(progress) * linear.residual_norm();
        let limit = self.max_iterations.unwrap_or(2 * center.x.len() as u64);
        let mut decrease = 0.0;
        let border = |decrease| ModelStep { decrease, length: radius, is_at_border: true, multiplier: None };
        while linear.residual_norm() > tolerance && linear.iterations() < limit {
            match cg.iterate(&hessian, linear, allow)? {
                ControlFlow::Continue(()) => {
                    for ((d, to), from) in direction.iter_mut().zip(linear.x()).zip(&*step) {
                        *d = to - from;
                    }
                    // On the way to the minimum along d the model falls by rᵀd (t − ½t²). Added up like this, no term is the
                    // small difference of large ones.
                    let slope = dot(residual, direction);
                    if norm(linear.x()) > radius {
                        let length = normalize(direction);
                        let tau = to_border(step, direction, radius);
                        axpy(tau, direction, step);
                        let t = tau / length;
                        return Ok(border(decrease + slope * t * (1.0 - 0.5 * t)));
                    }
                    decrease += 0.5 * slope;
                    step.copy_from_slice(linear.x());
                    linear.residual(residual)?;
                }
                ControlFlow::Break(Ending::NonPositiveCurvature { curvature }) => {
                    direction.copy_from_slice(linear.direction());
                    normalize(direction);
                    let tau = to_border(step, direction, radius);
                    let more = tau * (dot(residual, direction) - 0.5 * tau * curvature);
                    axpy(tau, direction, step);
                    return Ok(border(decrease + more));
                }
                ControlFlow::Break(Ending::OutOfEvaluations) => return Err(Stuck::OutOfEvaluations),
                ControlFlow::Break(Ending::Cancelled) => return Err(Stuck::Cancelled),
                ControlFlow::Break(Ending::Converged { .. }) => break,
                // What came before is a step all the same, if anything did.
                ControlFlow::Break(_) if linear.iterations() > 0 => break,
                ControlFlow::Break(ending) => {
                    return Err(Stuck::Because(format!("the Hessian cannot be used: {ending}").into()));
                }
            }
        }
        Ok(ModelStep { decrease, length: norm(step), is_at_border: false, multiplier: None })
    }
}

/// Makes `d` a unit vector and returns its length.
fn normalize(d: &mut [f64]) -> f64 {
    let length = norm(d);
    d.iter_mut().for_each(|d| *d /= length);
    length
}

/// τ ≥ 0 with ‖p + τu‖ = Δ, for a unit vector u that does not lead back and a p within.
fn to_border(p: &[f64], u: &[f64], radius: f64) -> f64 {
    // In units of Δ, so that squares neither overflow nor underflow.
    let (share, along) = (norm(p) / radius, dot(p, u) / radius);
    let missing = ((1.0 - share) * (1.0 + share)).max(0.0);
    radius * missing / (along + (along * along + missing).sqrt())
}
