//! With basin 3.

// ANCHOR: program
use std::convert::Infallible;

use basin::core::observer::{Observe, ObserverMode};
use basin::{CostFunction, Executor, FirstOrderState, Gradient, Lbfgs, State};

struct Rosenbrock;

impl CostFunction for Rosenbrock {
    type Param = Vec<f64>;
    type Output = f64;
    type Error = Infallible;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, Infallible> {
        let (a, b) = (x[1] - x[0] * x[0], 1.0 - x[0]);
        Ok(100.0 * a * a + b * b)
    }
}

impl Gradient for Rosenbrock {
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Infallible> {
        let (a, b) = (x[1] - x[0] * x[0], 1.0 - x[0]);
        Ok(vec![-400.0 * a * x[0] - 2.0 * b, 200.0 * a])
    }
}

struct EveryTenth;

impl Observe<FirstOrderState<Vec<f64>>> for EveryTenth {
    fn observe_iter(&mut self, state: &FirstOrderState<Vec<f64>>) {
        println!("{:>3} {:.3e}", state.iter(), state.cost());
    }
}

pub fn minimum() -> Result<Vec<f64>, Infallible> {
    let solver = Lbfgs::new().unbounded().with_absolute_gradient_tolerance(1e-6);
    let result = Executor::from_start(Rosenbrock, solver, vec![-1.2, 1.0])
        .max_iter(100)
        .target_objective(1e-12)
        .observe_with(EveryTenth, ObserverMode::Every(10))
        .run()?;
    println!("{:?}", result.report.termination);
    Ok(result.best_param().clone())
}
// ANCHOR_END: program
