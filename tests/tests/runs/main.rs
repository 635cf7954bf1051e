//! Runs that run away, stand still, pause, are killed, or are many.

mod cancellation;
mod errors;
mod files;
mod killed;
mod many;
mod noise_floor;
mod resume;
mod runaway;
mod trace;

use serde::{Deserialize, Serialize};
use thalweg::prelude::*;
use thalweg::problem::{Allowance, Point, Step, Stuck, check_start};

/// Gradient descent at one rate.
fn at_rate(rate: f64) -> Scheduled<GradientDescent, Constant> {
    Scheduled { rule: GradientDescent, schedule: Constant { rate } }
}

/// Gradient descent with a rate that depends on the step.
fn scheduled<F: Fn(u64) -> f64>(rate: F) -> Scheduled<GradientDescent, OfStep<F>> {
    Scheduled { rule: GradientDescent, schedule: OfStep(rate) }
}

/// Descent that halves its rate until the value falls: a method with a loop inside its step.
struct HalvingDescent {
    first_rate: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct HalvingState {
    point: Point,
    trial: Point,
}

impl State for HalvingState {
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

impl<P: Differentiable + ?Sized> Method<P> for HalvingDescent {
    type State = HalvingState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<HalvingState, InvalidInput> {
        check_start(problem, x0)?;
        let point = Point::new(problem, x0);
        Ok(HalvingState { trial: point.clone(), point })
    }

    fn step(&self, problem: &P, state: &mut HalvingState, allow: &mut Allowance) -> Result<Step, Stuck> {
        let HalvingState { point, trial } = state;
        let mut rate = self.first_rate;
        while rate > 0.0 {
            for ((trial, x), g) in trial.x.iter_mut().zip(&point.x).zip(&point.gradient) {
                *trial = x - rate * g;
            }
            allow.spend()?;
            trial.evaluate(problem);
            if trial.value < point.value && trial.is_finite() {
                std::mem::swap(point, trial);
                return Ok(Step::at_rate(rate));
            }
            rate *= 0.5;
        }
        Err(Stuck::Because("no rate makes the value fall".into()))
    }
}
