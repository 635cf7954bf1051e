//! The exact step: the global minimum of the model within the ball, by factorizations of H + λI.
//!
//! ```text
//! (H + λI) p = −g,   H + λI ⪰ 0,   λ (Δ − ‖p‖) = 0
//! ```
//!
//! Needs the Hessian as a matrix, of which the lower triangle counts: one per step, whatever the number of trials.
//! A solution takes one factorization, n³/3 flops, where the Newton step lies within the ball, and two or three where not.
//! ‖p‖ is within 5 % of Δ there, and the model falls by 0.9 at least of what it can.
//!
//! The iteration for λ and what is done in the hard case is told in `model.rs`.
//!
//! Source: J. J. Moré and D. C. Sorensen, SIAM J. Sci. Stat. Comput. 4 (1983) 553–572.

use nalgebra::DMatrix;
use thalweg_hessian::TwiceDifferentiable;
use thalweg_problem::{Allowance, InvalidInput, Point, Stuck};

use super::subproblem::{Ball, ModelStep, Subproblem};
use crate::hessian_at::{curvature_along, hessian_at};
use crate::model::{Bound, Model};

/// Solves the subproblem exactly, for problems that write their Hessian down. It has no settings.
///
/// ```
/// use thalweg_driver::{Stop, minimize, silent};
/// use thalweg_objectives::classic::Rosenbrock;
/// use thalweg_second_order::{MoreSorensen, TrustRegion};
///
/// let method = TrustRegion::with(MoreSorensen);
/// let run = minimize(&Rosenbrock::default(), &method, &[-1.2, 1.0], Stop::default(), silent)?;
/// println!("{} steps, {} Hessians: {}", run.steps, run.counts.hessians, run.reason);
/// assert!(run.reason.is_converged() && run.counts.hessians < 30);
/// # Ok::<(), thalweg_second_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MoreSorensen;

/// Memory for the Hessian and for its factor: 2n² + 8n numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MoreSorensenWork {
    hessian: DMatrix<f64>,
    model: Model,
}

impl<P: TwiceDifferentiable + ?Sized> Subproblem<P> for MoreSorensen {
    type Work = MoreSorensenWork;

    fn check(&self) -> Result<(), InvalidInput> {
        Ok(())
    }

    fn fit(&self, n: usize, work: &mut MoreSorensenWork) {
        if work.hessian.nrows() != n {
            *work = MoreSorensenWork { hessian: DMatrix::zeros(n, n), model: Model::for_dim(n) };
        }
    }

    fn prepare(
        &self,
        problem: &P,
        point: &Point,
        work: &mut MoreSorensenWork,
        allow: &mut Allowance,
    ) -> Result<(), Stuck> {
        hessian_at(problem, &point.x, &mut work.hessian, allow)
    }

    fn curvature(
        &self,
        _problem: &P,
        point: &Point,
        work: &mut MoreSorensenWork,
        _allow: &mut Allowance,
    ) -> Result<f64, Stuck> {
        Ok(curvature_along(work.hessian.as_slice(), &point.gradient))
    }

    fn solve(
        &self,
        _problem: &P,
        ball: Ball<'_>,
        work: &mut MoreSorensenWork,
        _allow: &mut Allowance,
        step: &mut [f64],
    ) -> Result<ModelStep, Stuck> {
        let (h, bound) = (work.hessian.as_slice(), Bound::Radius(ball.radius));
        let minimum = work.model.minimize(h, &ball.center.gradient, bound, step);
        Ok(ModelStep {
            decrease: minimum.decrease,
            length: minimum.length,
            is_at_border: minimum.length >= 0.95 * ball.radius,
            multiplier: Some(minimum.multiplier),
        })
    }
}
