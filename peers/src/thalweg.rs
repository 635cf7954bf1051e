//! L-BFGS of this repository, stepped by hand.

use thalweg_problem::{Allowance, Differentiable, Method, Objective};
use thalweg_quasi_newton::Lbfgs;

use crate::LIMIT;
use crate::problem::Watched;

impl Objective for Watched<'_> {
    fn dim(&self) -> usize {
        self.problem.x0.len()
    }

    fn value(&self, x: &[f64]) -> f64 {
        Watched::value(self, x)
    }
}

impl Differentiable for Watched<'_> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        Watched::value_gradient(self, x, gradient)
    }
}

pub fn solve(watched: &Watched<'_>, memory: usize) {
    let method = Lbfgs { memory, ..Lbfgs::default() };
    let Ok(mut state) = method.init(watched, &watched.problem.x0) else { return };
    let mut allow = Allowance::evaluations(LIMIT);
    while !watched.is_done() && method.step(watched, &mut state, &mut allow).is_ok() {}
}
