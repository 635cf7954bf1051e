//! The experiment that many results share: gradient descent at a fixed rate, written down.

use thalweg_driver::{Stop, Trace, minimize};
use thalweg_first_order::{GradientDescent, Scheduled};
use thalweg_problem::Differentiable;
use thalweg_schedules::Constant;

/// Runs gradient descent for `steps` steps at a fixed rate, from `w0`, and returns the trace with its points.
///
/// The trace is shorter where the gradient becomes exactly 0 or the iterates leave the finite numbers.
///
/// # Panics
/// If the rate or the start cannot be used: the experiments state them as constants.
pub(crate) fn descend<P: Differentiable + ?Sized>(problem: &P, rate: f64, w0: &[f64], steps: u64) -> Trace {
    let method = Scheduled { rule: GradientDescent, schedule: Constant { rate } };
    let mut trace = Trace::with_points();
    minimize::<P, _>(problem, &method, w0, Stop::after(steps), trace.observer())
        .unwrap_or_else(|error| panic!("an experiment states settings that cannot be used: {error}"));
    trace
}

/// The rate in `low..high` where `converges` turns from true to false, halving 60 times.
pub(crate) fn threshold(mut low: f64, mut high: f64, converges: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if converges(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Where a function with one valley between `low` and `high` is lowest, by golden section, 80 times.
pub(crate) fn lowest(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut left, mut right) = (high - golden * (high - low), low + golden * (high - low));
    let (mut f_left, mut f_right) = (f(left), f(right));
    for _ in 0..80 {
        if f_left < f_right {
            (high, right, f_right) = (right, left, f_left);
            left = high - golden * (high - low);
            f_left = f(left);
        } else {
            (low, left, f_left) = (left, right, f_right);
            right = low + golden * (high - low);
            f_right = f(right);
        }
    }
    0.5 * (low + high)
}
