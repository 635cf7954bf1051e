//! Trust regions and cubic regularization as a user meets them.

mod borders;
mod collection;
mod noise;
#[path = "../reference/mod.rs"]
mod reference;
mod scipy;

use thalweg::driver::{Run, Stop, minimize, silent};
use thalweg::problem::{Counted, Method, Objective};

/// A run until no element of the gradient is above `tolerance`; the gradient is asked for again, not read off.
fn run<'p, P, M>(problem: &'p P, method: &M, x0: &[f64], tolerance: f64) -> Run<M::State>
where
    P: Objective + ?Sized,
    M: Method<Counted<'p, P>>,
{
    let stop =
        Stop { relative_gradient: 0.0, absolute_gradient: tolerance, max_steps: 2_000, ..Stop::default() };
    minimize(problem, method, x0, stop, silent).expect("valid input")
}
