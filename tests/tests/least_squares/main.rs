//! Nonlinear least squares as a user meets it: solved under the driver and by hand, beside MINPACK, and its covariance.

mod bad_input;
mod covariance;
mod endings;
mod gauss_newton;
mod interruption;
mod loading;
mod minpack;
mod problems;
mod qr;
#[path = "../reference/mod.rs"]
mod reference;
mod steps;

use std::ops::ControlFlow;

use thalweg::driver::{Run, Stop, minimize};
use thalweg::problem::{Allowance, Counted, LeastSquares, Method, State};

/// An allowance that no test here uses up.
fn plenty() -> Allowance {
    Allowance::evaluations(1_000_000)
}

/// A run under the driver.
fn run<'p, P, M>(method: &M, problem: &'p P, x0: &[f64], stop: Stop) -> Run<M::State>
where
    P: LeastSquares + ?Sized,
    M: Method<Counted<'p, P>>,
{
    minimize(problem, method, x0, stop, |_| ControlFlow::Continue(())).expect("valid input")
}

/// The states from the start to where the method says that it cannot go on, and what it says.
fn states<P: LeastSquares + ?Sized, M: Method<P>>(
    method: &M,
    problem: &P,
    x0: &[f64],
) -> (Vec<M::State>, String) {
    let mut states = vec![method.init(problem, x0).expect("valid input")];
    loop {
        let mut next = states[states.len() - 1].clone();
        match method.step(problem, &mut next, &mut plenty()) {
            Ok(_) if states.len() < 2_000 => states.push(next),
            Ok(_) => panic!("2000 steps do not end it: {:?}", next.x()),
            Err(stuck) => {
                // The same point, with what the last trials have taught.
                let last = states.len() - 1;
                states[last] = next;
                return (states, stuck.to_string());
            }
        }
    }
}

/// ‖x − y‖ over ‖y‖.
fn relative_distance(x: &[f64], y: &[f64]) -> f64 {
    let difference: Vec<f64> = x.iter().zip(y).map(|(x, y)| x - y).collect();
    thalweg::numerics::norm(&difference) / thalweg::numerics::norm(y).max(f64::MIN_POSITIVE)
}

/// 2ᵉ for −1022 ≤ e ≤ 1023.
fn two_to(e: i32) -> f64 {
    f64::from_bits(u64::try_from(e + 1023).expect("a normal number") << 52)
}
