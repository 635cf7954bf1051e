//! Runs under the driver, of any method or of any update rule at a fixed rate: the path, or the step at which something is
//! reached.

use std::ops::ControlFlow;

use thalweg_driver::{Record, Stop, Trace, minimize};
use thalweg_first_order::{Scheduled, UpdateRule};
use thalweg_problem::{Counted, Differentiable, Method, State};
use thalweg_schedules::Constant;

/// The path of a run: its points and values, for the start and for every step.
pub(crate) struct Path {
    pub(crate) points: Vec<Vec<f64>>,
    pub(crate) values: Vec<f64>,
}

/// Runs a rule for `steps` steps at a fixed rate, from `w0`.
///
/// A path whose gradient has become exactly 0 stays where it is; one that leaves the finite numbers goes on as NaN, which
/// no check takes for an agreement.
///
/// # Panics
/// If the rule, the rate or the start cannot be used: the experiments state them as constants.
pub(crate) fn follow<P, R>(problem: &P, rule: R, rate: f64, w0: &[f64], steps: u64) -> Path
where
    P: Differentiable + ?Sized,
    R: UpdateRule<f64>,
{
    path_of(problem, &Scheduled { rule, schedule: Constant { rate } }, w0, steps)
}

/// The same for any method that evaluates f wherever it steps. A path that ends because the method is stuck goes on as NaN.
///
/// # Panics
/// As [`follow`].
pub(crate) fn path_of<'p, P, M>(problem: &'p P, method: &M, w0: &[f64], steps: u64) -> Path
where
    P: Differentiable + ?Sized,
    M: Method<Counted<'p, P>>,
{
    let mut trace = Trace::with_points();
    let run = minimize::<P, _>(problem, method, w0, Stop::after(steps), trace.observer())
        .unwrap_or_else(|error| panic!("an experiment states settings that cannot be used: {error}"));
    let mut path =
        Path { points: trace.points, values: trace.rows.iter().filter_map(|row| row.value).collect() };
    let last = &run.state;
    let (x, value) = match last.value() {
        Some(value) if run.reason.is_converged() => (last.x().to_vec(), value),
        _ => (vec![f64::NAN; w0.len()], f64::NAN),
    };
    path.points.resize(steps as usize + 1, x);
    path.values.resize(steps as usize + 1, value);
    path
}

/// The points alone: w₀ … at steps 0, 1, …, `steps`.
///
/// # Panics
/// As [`follow`].
pub(crate) fn walk<P, R>(problem: &P, rule: R, rate: f64, w0: &[f64], steps: u64) -> Vec<Vec<f64>>
where
    P: Differentiable + ?Sized,
    R: UpdateRule<f64>,
{
    follow(problem, rule, rate, w0, steps).points
}

/// The first step at which `done` holds, among the first `limit`; none if it never does.
///
/// # Panics
/// As [`follow`].
pub(crate) fn steps_until<P, R>(
    problem: &P,
    rule: R,
    rate: f64,
    w0: &[f64],
    limit: u64,
    mut done: impl FnMut(&Record<'_>) -> bool,
) -> Option<u64>
where
    P: Differentiable,
    R: UpdateRule<f64>,
{
    let method = Scheduled { rule, schedule: Constant { rate } };
    let mut reached = None;
    minimize(problem, &method, w0, Stop::after(limit), |record| {
        if done(record) {
            reached = Some(record.step);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })
    .unwrap_or_else(|error| panic!("an experiment states settings that cannot be used: {error}"));
    reached
}

#[cfg(test)]
mod tests {
    use thalweg_first_order::GradientDescent;

    use super::*;

    #[test]
    fn a_walk_is_a_path_and_a_step_is_found_on_it() {
        let parabola = thalweg_problem::from_fn(1, |w, g| {
            g[0] = w[0];
            0.5 * w[0] * w[0]
        });
        assert_eq!(walk(&parabola, GradientDescent, 0.5, &[8.0], 3), [[8.0], [4.0], [2.0], [1.0]]);
        assert_eq!(walk(&parabola, GradientDescent, 1.0, &[8.0], 3), [[8.0], [0.0], [0.0], [0.0]]);
        let small = |record: &Record<'_>| record.x[0] < 3.0;
        assert_eq!(steps_until(&parabola, GradientDescent, 0.5, &[8.0], 3, small), Some(2));
        assert_eq!(steps_until(&parabola, GradientDescent, 0.5, &[8.0], 1, small), None);
    }
}
