//! Hessians that nobody writes by hand, those that somebody did, and how often either was asked for.

mod assembling;
mod bad_input;
mod checks;
mod counting;
mod differences;
mod estimates;
mod known;

use thalweg::prelude::*;
use thalweg_hessian::nalgebra::DMatrix;

/// x²y with its gradient: the Hessian is (2y, 2x; 2x, 0).
fn x_squared_y() -> impl Differentiable {
    from_fn(2, |x, g| {
        (g[0], g[1]) = (2.0 * x[0] * x[1], x[0] * x[0]);
        x[0] * x[0] * x[1]
    })
}

fn is_symmetric(matrix: &DMatrix<f64>) -> bool {
    let bits = |matrix: &DMatrix<f64>| matrix.iter().map(|element| element.to_bits()).collect::<Vec<_>>();
    bits(matrix) == bits(&matrix.transpose())
}
