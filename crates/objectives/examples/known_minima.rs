//! The 35 functions of Moré, Garbow and Hillstrom, 43 with their sizes, and what makes each hard to begin with: value and slopes at the start.
//!
//! `cargo run -p thalweg-objectives --example known_minima`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_objectives::classic::more_garbow_hillstrom;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    writeln!(
        out,
        "function                                     n    m     f(x₀)   |∂f|: least    most   known values"
    )?;
    let functions = more_garbow_hillstrom();
    for f in &functions {
        let x0 = f.start();
        let mut gradient = vec![0.0; x0.len()];
        let value = f.value_gradient(&x0, &mut gradient);
        let slopes = || gradient.iter().map(|g| g.abs());
        let (least, most) = (slopes().fold(f64::INFINITY, f64::min), slopes().fold(0.0, f64::max));
        let minima: Vec<String> = f.minima().iter().map(|minimum| format!("{:.3}", minimum.value)).collect();
        let known = if minima.len() > 3 { format!("{} of them", minima.len()) } else { minima.join(", ") };
        writeln!(
            out,
            "{:<41} {:>4} {:>4}  {value:>8.1e}   {least:>11.0e}  {most:>6.0e}   {known}",
            f.name(),
            x0.len(),
            f.residual_count(),
        )?;
    }
    writeln!(out, "{} in all", functions.len())?;
    Ok(())
}
