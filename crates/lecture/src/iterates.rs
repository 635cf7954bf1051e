//! The iterates of an update rule, for results about rules that look ahead: a run shows where they look, not where they are.

use thalweg_first_order::UpdateRule;
use thalweg_problem::Differentiable;

/// w₀ = `start`, w₁, …, w_steps.
///
/// # Panics
/// If the settings or the rate cannot be used: the experiments state them as constants.
pub(crate) fn iterates<P, R>(problem: &P, rule: &R, rate: f64, start: &[f64], steps: u64) -> Vec<Vec<f64>>
where
    P: Differentiable + ?Sized,
    R: UpdateRule<f64>,
{
    let (mut w, mut gradient) = (start.to_vec(), vec![0.0; start.len()]);
    let mut points = vec![w.clone()];
    let mut walk = || {
        let mut state = rule.init(&w)?;
        for _ in 0..steps {
            rule.look_ahead(&mut state, &mut w)?;
            let value = problem.value_gradient(&w, &mut gradient);
            rule.update_with_value(&mut state, &mut w, value, &gradient, rate)?;
            points.push(w.clone());
        }
        Ok::<_, thalweg_problem::InvalidInput>(())
    };
    walk().unwrap_or_else(|error| panic!("an experiment states settings that cannot be used: {error}"));
    points
}

/// The same on ½λx² from 1.
pub(crate) fn on_parabola<R: UpdateRule<f64>>(rule: &R, lambda: f64, rate: f64, steps: u64) -> Vec<f64> {
    let parabola = thalweg_problem::from_fn(1, |x, g| {
        g[0] = lambda * x[0];
        0.5 * lambda * x[0] * x[0]
    });
    iterates(&parabola, rule, rate, &[1.0], steps).into_iter().map(|x| x[0]).collect()
}
