// basin = { version = "3.2", features = ["nalgebra"] };nalgebra = "0.35"
use std::convert::Infallible;

use basin::{CostFunction, Executor, Gradient, Lbfgs};
use nalgebra::DVector;

struct Bowl;

impl CostFunction for Bowl {
    type Param = DVector<f64>;
    type Output = f64;
    type Error = Infallible;

    fn cost(&self, x: &DVector<f64>) -> Result<f64, Infallible> {
        Ok(0.5 * (x[0] - 1.0) * (x[0] - 1.0) + 5.0 * x[1] * x[1])
    }
}

impl Gradient for Bowl {
    type Gradient = DVector<f64>;

    fn gradient(&self, x: &DVector<f64>) -> Result<DVector<f64>, Infallible> {
        Ok(DVector::from_vec(vec![x[0] - 1.0, 10.0 * x[1]]))
    }
}

fn main() -> Result<(), Infallible> {
    let start = DVector::from_vec(vec![0.0, 1.0]);
    let result = Executor::from_start(Bowl, Lbfgs::new().unbounded(), start).max_iter(100).run()?;
    println!("f = {:.1e} at {:.6?}", result.best_cost(), result.best_param().as_slice());
    Ok(())
}
