// argmin = "0.11";argmin-math = { version = "0.5", features = ["nalgebra_latest"] };nalgebra = "0.34"
use argmin::core::{CostFunction, Error, Executor, Gradient};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use nalgebra::DVector;

struct Bowl;

impl CostFunction for Bowl {
    type Param = DVector<f64>;
    type Output = f64;

    fn cost(&self, x: &DVector<f64>) -> Result<f64, Error> {
        Ok(0.5 * (x[0] - 1.0) * (x[0] - 1.0) + 5.0 * x[1] * x[1])
    }
}

impl Gradient for Bowl {
    type Param = DVector<f64>;
    type Gradient = DVector<f64>;

    fn gradient(&self, x: &DVector<f64>) -> Result<DVector<f64>, Error> {
        Ok(DVector::from_vec(vec![x[0] - 1.0, 10.0 * x[1]]))
    }
}

fn main() -> Result<(), Error> {
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 7);
    let start = DVector::from_vec(vec![0.0, 1.0]);
    let result = Executor::new(Bowl, solver).configure(|state| state.param(start).max_iters(100)).run()?;
    println!("f = {:.1e}", result.state().best_cost);
    Ok(())
}
