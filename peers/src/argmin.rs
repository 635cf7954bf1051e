//! argmin's L-BFGS with its search of Moré and Thuente.

use argmin::core::{CostFunction, Error, Executor, Gradient};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;

use crate::LIMIT;
use crate::problem::Watched;

struct Asked<'a, 'p>(&'a Watched<'p>);

/// The one way to stop a run from inside.
fn unless_done(watched: &Watched<'_>) -> Result<(), Error> {
    if watched.is_done() || watched.gradients.get() >= LIMIT {
        return Err(Error::msg("done"));
    }
    Ok(())
}

impl CostFunction for Asked<'_, '_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Self::Param) -> Result<f64, Error> {
        unless_done(self.0)?;
        Ok(self.0.value(x))
    }
}

impl Gradient for Asked<'_, '_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Self::Param) -> Result<Vec<f64>, Error> {
        unless_done(self.0)?;
        Ok(self.0.gradient(x))
    }
}

pub fn solve(watched: &Watched<'_>, memory: usize) {
    let Ok(solver) = LBFGS::new(MoreThuenteLineSearch::new(), memory).with_tolerance_grad(0.0) else {
        return;
    };
    let Ok(solver) = solver.with_tolerance_cost(0.0) else { return };
    // What it returns does not matter here: the clock was stopped from inside, or it was not.
    let _ = Executor::new(Asked(watched), solver)
        .configure(|state| state.param(watched.problem.x0.clone()).max_iters(LIMIT))
        .run();
}
