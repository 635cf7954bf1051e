//! Newton's method finds what is flat, not what is low. Where it ends from nine starts, and where methods with a safeguard do.
//!
//! `cargo run -p thalweg-second-order --example where_newton_goes`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_objectives::classic::Himmelblau;
use thalweg_second_order::problem::{Allowance, Method, State};
use thalweg_second_order::{CubicRegularization, ModifiedNewton, Newton, SaddleFreeNewton, TrustRegion};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

/// f at the end and the steps to get there.
fn end<M: Method<Himmelblau>>(method: &M, x0: &[f64]) -> Result<(f64, u32), Box<dyn Error>> {
    let mut state = method.init(&Himmelblau, x0)?;
    for step in 0..100 {
        if state.gradient().is_some_and(|g| g.iter().all(|g| g.abs() < 1e-9)) {
            return Ok((state.value().unwrap_or(f64::NAN), step));
        }
        method.step(&Himmelblau, &mut state, &mut Allowance::evaluations(100))?;
    }
    Err("100 steps were not enough".into())
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    writeln!(out, "f at the end, after so many steps; the four minima have 0, saddles and the maximum more")?;
    writeln!(out, "    start          Newton      modified  saddle-free  trust region   cubic model")?;
    for x0 in [
        [-2.0, -2.0],
        [-1.0, 0.0],
        [0.0, 0.0],
        [0.0, 3.0],
        [1.0, -1.0],
        [1.0, 1.0],
        [3.0, 0.0],
        [-4.0, 0.0],
        [4.0, 4.0],
    ] {
        write!(out, "({:>2}, {:>2})", x0[0], x0[1])?;
        let ends = [
            end(&Newton::default(), &x0)?,
            end(&ModifiedNewton::default(), &x0)?,
            end(&SaddleFreeNewton::default(), &x0)?,
            end(&TrustRegion::default(), &x0)?,
            end(&CubicRegularization::default(), &x0)?,
        ];
        for (value, steps) in ends {
            write!(out, "  {value:>7.2}, {steps:>2}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
