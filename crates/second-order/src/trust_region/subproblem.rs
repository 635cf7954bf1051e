//! What a trust region asks of whoever minimizes its model.

use std::fmt;

use thalweg_problem::{Allowance, Point, Stuck};

/// Minimizes, well enough, the model gᵀp + ½ pᵀH p within ‖p‖ ≤ Δ, for problems of type `P`.
///
/// Well enough: the model falls by a fixed share at least of what it falls along −g within the ball (Cauchy's point).
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
