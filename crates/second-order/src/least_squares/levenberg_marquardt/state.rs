//! The state of Levenberg–Marquardt, the trial it makes and what becomes of Δ and λ; the letters are those of
//! `levenberg_marquardt.rs`.

use thalweg_numerics::norm;
use thalweg_problem::State;

use crate::least_squares::Linearization;
use crate::least_squares::workspace::Workspace;

/// 10⁵ ε: a change of f by less than this share of it may be rounding, where the residuals are differences of numbers 10⁵ times
/// as large.
const BLURRED: f64 = 1e5 * f64::EPSILON;

/// The state of [`LevenbergMarquardt`](super::LevenbergMarquardt).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LevenbergMarquardtState {
    pub(super) model: Linearization,
    /// D.
    pub(super) scale: Vec<f64>,
    /// ‖D x‖.
    pub(super) scaled_norm: f64,
    pub(super) radius: f64,
    pub(super) damping: f64,
    pub(super) steps: u64,
    pub(super) last: Option<Trial>,
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) work: Workspace,
}

/// What became of the last trial, as shares of f.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Trial {
    pub(super) actual: f64,
    pub(super) predicted: f64,
    pub(super) is_finite: bool,
    pub(super) blur: Blur,
}

/// Whether f could tell if a trial was good.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) enum Blur {
    /// It could, or nobody asked.
    Clear,
    /// It could not, but the gradient falls.
    Settling,
    /// It could not, and the gradient does not fall.
    Ended,
}

impl Trial {
    /// Of a trial with ‖r(x + p)‖/‖r‖ = `ratio`.
    pub(super) fn new(ratio: f64, proposal: Proposal, is_finite: bool) -> Self {
        // Ten times the norm is as bad as any; its square may overflow.
        let actual = if is_finite && 0.1 * ratio < 1.0 { 1.0 - ratio * ratio } else { -1.0 };
        Self { actual, predicted: proposal.predicted, is_finite, blur: Blur::Clear }
    }

    /// Whether f can neither confirm nor refute what the model says.
    pub(super) fn is_blurred(self) -> bool {
        self.is_finite && self.actual.abs() <= BLURRED && self.predicted <= BLURRED
    }

    /// ρ.
    pub(super) fn gain(self) -> f64 {
        if self.predicted == 0.0 { 0.0 } else { self.actual / self.predicted }
    }
}

/// A step and what the model says of it.
#[derive(Clone, Copy)]
pub(super) struct Proposal {
    /// ‖D p‖.
    length: f64,
    /// The reduction of the model, and half the slope of f along p, as shares of f.
    pub(super) predicted: f64,
    slope: f64,
}

impl LevenbergMarquardtState {
    /// The current point with its model: rank, covariance and steps are had from there.
    #[must_use]
    pub fn model(&self) -> &Linearization {
        &self.model
    }

    /// D, length n.
    #[must_use]
    pub fn scale(&self) -> &[f64] {
        &self.scale
    }

    /// Δ.
    #[must_use]
    pub fn radius(&self) -> f64 {
        self.radius
    }

    /// λ of the last trial, or what the next one begins with.
    #[must_use]
    pub fn damping(&self) -> f64 {
        self.damping
    }

    /// Steps taken.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Computes the step for the current radius and writes the trial point.
    pub(super) fn propose(&mut self) -> Proposal {
        let Workspace { sheet, step, p, product, other } = &mut self.work;
        let Linearization { point, triangle, rotated, residual_norm, .. } = &self.model;
        self.damping = step.within(triangle, rotated, &self.scale, self.radius, self.damping, p);
        for ((trial, x), p) in sheet.trial.iter_mut().zip(&point.x).zip(&*p) {
            *trial = x + p;
        }
        for ((scaled, p), d) in other.iter_mut().zip(&*p).zip(&self.scale) {
            *scaled = d * p;
        }
        let length = norm(other);
        if self.steps == 0 {
            self.radius = self.radius.min(length);
        }
        let along = triangle.norm_of_product(p, product, other) / residual_norm;
        let damped = self.damping.sqrt() * length / residual_norm;
        let (along, damped) = (along * along, damped * damped);
        Proposal { length, predicted: along + 2.0 * damped, slope: -(along + damped) }
    }

    /// Δ and λ after a trial.
    pub(super) fn update_radius(&mut self, proposal: Proposal, trial: Trial, ratio: f64) {
        let (gain, Proposal { length, slope, .. }) = (trial.gain(), proposal);
        if gain <= 0.25 {
            let parabola = if trial.actual >= 0.0 { 0.5 } else { 0.5 * slope / (slope + 0.5 * trial.actual) };
            let is_hopeless = !trial.is_finite || 0.1 * ratio >= 1.0;
            // `max` makes 0.1 of a parabola that is not a number, too.
            let shrink = if is_hopeless { 0.1 } else { parabola.max(0.1) };
            self.radius = shrink * self.radius.min(10.0 * length);
            self.damping /= shrink;
        } else if self.damping == 0.0 || gain >= 0.75 {
            self.radius = (2.0 * length).min(f64::MAX);
            self.damping *= 0.5;
        }
    }

    /// ‖D x‖.
    pub(super) fn measure(&mut self) {
        for ((scaled, x), d) in self.work.other.iter_mut().zip(&self.model.point.x).zip(&self.scale) {
            *scaled = d * x;
        }
        self.scaled_norm = norm(&self.work.other);
    }
}

impl State for LevenbergMarquardtState {
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
