//! What a trust region asks of whoever minimizes its model.

use std::fmt;

use thalweg_problem::{Allowance, Point, Stuck};

/// Minimizes, well enough, the model gᵀp + ½ pᵀH p within ‖p‖ ≤ Δ, for problems of type `P`.
///
/// Well enough: the model falls by a fixed share at least of what it falls along −g within the ball (Cauchy's point).
///
/// Cauchy's point itself, as a solver of one's own; a trust region around it is slow descent that needs no rate:
///
/// ```
/// use thalweg_driver::{Stop, minimize, silent};
/// use thalweg_objectives::Quadratic;
/// use thalweg_second_order::problem::{Allowance, Curved, InvalidInput, Point, Stuck};
/// use thalweg_second_order::trust_region::{Ball, ModelStep, Subproblem, TrustRegion};
///
/// struct Cauchy;
///
/// impl<P: Curved> Subproblem<P> for Cauchy {
///     /// gᵀH g/gᵀg.
///     type Work = f64;
///
///     fn check(&self) -> Result<(), InvalidInput> {
///         Ok(())
///     }
///     fn fit(&self, _n: usize, _work: &mut f64) {}
///     fn prepare(&self, problem: &P, point: &Point, work: &mut f64, allow: &mut Allowance) -> Result<(), Stuck> {
///         let g = &point.gradient;
///         let mut product = vec![0.0; g.len()];
///         allow.spend()?;
///         problem.hessian_vector(&point.x, g, &mut product);
///         let (g_h_g, g_g) = g.iter().zip(&product).fold((0.0, 0.0), |(a, b), (g, h)| (a + g * h, b + g * g));
///         *work = g_h_g / g_g;
///         Ok(())
///     }
///     fn curvature(&self, _: &P, _: &Point, work: &mut f64, _: &mut Allowance) -> Result<f64, Stuck> {
///         Ok(*work)
///     }
///     fn solve(
///         &self, _: &P, ball: Ball<'_>, work: &mut f64, _: &mut Allowance, step: &mut [f64],
///     ) -> Result<ModelStep, Stuck> {
///         let g = &ball.center.gradient;
///         let norm = g.iter().map(|g| g * g).sum::<f64>().sqrt();
///         let to_border = ball.radius / norm;
///         let t = if *work > 0.0 { to_border.min(1.0 / *work) } else { to_border };
///         step.iter_mut().zip(g).for_each(|(p, g)| *p = -t * g);
///         Ok(ModelStep {
///             decrease: t * norm * norm * (1.0 - 0.5 * t * *work),
///             length: t * norm,
///             is_at_border: t == to_border,
///             multiplier: None,
///         })
///     }
/// }
///
/// let bowl = Quadratic::new([3.0, 1.0, 1.0, 2.0], [1.0, 1.0], 0.0)?;
/// let run = minimize(&bowl, &TrustRegion::with(Cauchy), &[4.0, -3.0], Stop::default(), silent)?;
/// println!("{:?} after {} steps: {}", run.best.x, run.steps, run.reason);
/// assert!(run.reason.is_converged());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Subproblem<P: ?Sized> {
    /// Memory that the solver keeps between steps. What is in it has to survive from [`prepare`](Self::prepare) to the last
    /// [`solve`](Self::solve) from the same point, and no longer.
    type Work: Clone + Default + fmt::Debug;

    /// Whether the settings can be used.
    ///
    /// # Errors
    /// If not, naming the first that cannot.
    fn check(&self) -> Result<(), thalweg_problem::InvalidInput>;

    /// Makes memory for n variables, if `work` has not got it.
    fn fit(&self, n: usize, work: &mut Self::Work);

    /// Gets to know H at `point`, where the steps that follow begin. Asks `allow` before every evaluation.
    ///
    /// # Errors
    /// If H cannot be had: the allowance is used up, or it is not finite.
    fn prepare(
        &self,
        problem: &P,
        point: &Point,
        work: &mut Self::Work,
        allow: &mut Allowance,
    ) -> Result<(), Stuck>;

    /// gᵀH g/gᵀg, the curvature along the gradient g, which is not 0.
    ///
    /// # Errors
    /// As for [`prepare`](Self::prepare).
    fn curvature(
        &self,
        problem: &P,
        point: &Point,
        work: &mut Self::Work,
        allow: &mut Allowance,
    ) -> Result<f64, Stuck>;

    /// Writes p, of the length of `ball.center.x`.
    ///
    /// # Errors
    /// As for [`prepare`](Self::prepare).
    fn solve(
        &self,
        problem: &P,
        ball: Ball<'_>,
        work: &mut Self::Work,
        allow: &mut Allowance,
        step: &mut [f64],
    ) -> Result<ModelStep, Stuck>;
}

/// Where a model is trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Ball<'a> {
    /// The point where the model was made, with its gradient g.
    pub center: &'a Point,
    /// Δ, finite and above 0.
    pub radius: f64,
    /// ‖g‖ over its size at the start of the run: how far the run has come, for a solver that is the more exact the nearer it is.
    pub progress: f64,
}

/// A step with what the model promises of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModelStep {
    /// m(0) − m(p), 0 or more.
    pub decrease: f64,
    /// ‖p‖, at most Δ but for a share that the solver states.
    pub length: f64,
    /// Whether Δ kept p from going farther.
    pub is_at_border: bool,
    /// λ with (H + λI) p = −g, from a solver that knows it.
    pub multiplier: Option<f64>,
}
