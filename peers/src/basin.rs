//! basin's L-BFGS with its default search.

use std::fmt;

use basin::{CostFunction, Executor, Gradient, Lbfgs};

use crate::LIMIT;
use crate::problem::Watched;

struct Asked<'a, 'p>(&'a Watched<'p>);

/// The one way to stop a run from inside.
#[derive(Debug)]
struct Done;

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("done")
    }
}

impl std::error::Error for Done {}

fn unless_done(watched: &Watched<'_>) -> Result<(), Done> {
    if watched.is_done() || watched.gradients.get() >= LIMIT { Err(Done) } else { Ok(()) }
}

impl CostFunction for Asked<'_, '_> {
    type Param = Vec<f64>;
    type Output = f64;
    type Error = Done;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, Done> {
        unless_done(self.0)?;
        Ok(self.0.value(x))
    }
}

impl Gradient for Asked<'_, '_> {
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Done> {
        unless_done(self.0)?;
        Ok(self.0.gradient(x))
    }

    fn cost_and_gradient(&self, x: &Vec<f64>) -> Result<(f64, Vec<f64>), Done> {
        unless_done(self.0)?;
        let mut gradient = vec![0.0; x.len()];
        let value = self.0.value_gradient(x, &mut gradient);
        Ok((value, gradient))
    }

    fn cost_and_gradient_into(&self, x: &Vec<f64>, out: &mut Vec<f64>) -> Result<f64, Done> {
        unless_done(self.0)?;
        out.resize(x.len(), 0.0);
        Ok(self.0.value_gradient(x, out))
    }
}

pub fn solve(watched: &Watched<'_>, memory: usize) {
    let solver = Lbfgs::new().with_m_capacity(memory).unbounded();
    // What it returns does not matter here: the clock was stopped from inside, or it was not.
    let _ = Executor::from_start(Asked(watched), solver, watched.problem.x0.clone()).max_iter(LIMIT).run();
}
