//! With argmin 0.11.

// ANCHOR: program
use argmin::core::observers::{Observe, ObserverMode};
use argmin::core::{CostFunction, Error, Executor, Gradient, IterState, KV, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;

struct Rosenbrock;

impl CostFunction for Rosenbrock {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
        let (a, b) = (x[1] - x[0] * x[0], 1.0 - x[0]);
        Ok(100.0 * a * a + b * b)
    }
}

impl Gradient for Rosenbrock {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Error> {
        let (a, b) = (x[1] - x[0] * x[0], 1.0 - x[0]);
        Ok(vec![-400.0 * a * x[0] - 2.0 * b, 200.0 * a])
    }
}

struct EveryTenth;

type Iterate = IterState<Vec<f64>, Vec<f64>, (), (), (), f64>;

impl Observe<Iterate> for EveryTenth {
    fn observe_iter(&mut self, state: &Iterate, _kv: &KV) -> Result<(), Error> {
        println!("{:>3} {:.3e}", state.get_iter(), state.get_cost());
        Ok(())
    }
}

pub fn minimum() -> Result<Vec<f64>, Error> {
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 10).with_tolerance_grad(1e-6)?;
    let result = Executor::new(Rosenbrock, solver)
        .configure(|state| state.param(vec![-1.2, 1.0]).max_iters(100).target_cost(1e-12))
        .add_observer(EveryTenth, ObserverMode::Every(10))
        .run()?;
    println!("{}", result.state().get_termination_status());
    Ok(result.state().get_best_param().cloned().unwrap_or_default())
}
// ANCHOR_END: program
