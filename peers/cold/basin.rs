// basin = "3.2"
use std::convert::Infallible;

use basin::{CostFunction, Executor, Gradient, Lbfgs};

struct Bowl;

impl CostFunction for Bowl {
    type Param = Vec<f64>;
    type Output = f64;
    type Error = Infallible;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, Infallible> {
        Ok(0.5 * (x[0] - 1.0) * (x[0] - 1.0) + 5.0 * x[1] * x[1])
    }
}

impl Gradient for Bowl {
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Infallible> {
        Ok(vec![x[0] - 1.0, 10.0 * x[1]])
    }
}

fn main() -> Result<(), Infallible> {
    let result = Executor::from_start(Bowl, Lbfgs::new().unbounded(), vec![0.0, 1.0]).max_iter(100).run()?;
    println!("f = {:.1e} at {:.6?}", result.best_cost(), result.best_param());
    Ok(())
}
