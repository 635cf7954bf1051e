//! Gradient descent as a user meets it: bare, as a method, and under the driver.

mod bad_input;
mod events;
mod exact;
mod interruption;
mod properties;
#[path = "../reference/mod.rs"]
mod reference;

use thalweg::prelude::*;
use thalweg::problem::FromFn;

/// u, half the distance from 1 to the next double: the largest relative error of one rounding.
const UNIT_ROUNDOFF: f64 = f64::EPSILON / 2.0;

/// Gradient descent at one rate.
fn at_rate(rate: f64) -> Scheduled<GradientDescent, Constant> {
    Scheduled { rule: GradientDescent, schedule: Constant { rate } }
}

/// The start and the iterates of so many steps; fewer if the gradient becomes exactly zero.
fn iterates<P: Differentiable>(problem: &P, rate: f64, x0: &[f64], steps: u64) -> Vec<Vec<f64>> {
    let mut trace = Trace::with_points();
    minimize(problem, &at_rate(rate), x0, Stop::after(steps), trace.observer()).expect("valid input");
    trace.points
}

/// ½x² in one variable, except where `elsewhere` gives the value and the gradient.
fn parabola_except(
    elsewhere: impl Fn(f64) -> Option<(f64, f64)>,
) -> FromFn<impl Fn(&[f64], &mut [f64]) -> f64> {
    from_fn(1, move |x, g| {
        let (value, slope) = elsewhere(x[0]).unwrap_or((0.5 * x[0] * x[0], x[0]));
        g[0] = slope;
        value
    })
}

fn parabola() -> impl Differentiable {
    parabola_except(|_| None)
}

/// A run at rate ½, which halves x on the parabola.
fn halving<P: Differentiable>(problem: &P, x0: f64, stop: Stop) -> Run<impl State + use<P>> {
    minimize(problem, &at_rate(0.5), &[x0], stop, silent).expect("valid input")
}
