//! The last bit of a sum and of a function, which is the same on your machine as in `same_bits.txt`.
//!
//! `cargo run -p thalweg-numerics --example same_bits`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_numerics::{exp, logistic, norm, sin, sum, tanh};

type Function = fn(f64) -> f64;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    writeln!(out, "f          of 0.7                 its bits")?;
    let functions: [(&str, Function); 4] =
        [("exp", exp), ("tanh", tanh), ("logistic", logistic), ("sin", sin)];
    for (name, f) in functions {
        writeln!(out, "{name:<10} {:<22} {:016x}", f(0.7), f(0.7).to_bits())?;
    }

    // The double nearest to 0.1, times n, rounded once, is what a sum should come to.
    writeln!(out, "\n0.1, n times   from left to right   `sum`, in 16 lanes   n × 0.1")?;
    for n in [1_000_usize, 100_000, 1_000_000] {
        let tenths = vec![0.1; n];
        let from_left = tenths.iter().fold(0.0, |total, x| total + x);
        writeln!(out, "{n:<14} {from_left:<20} {:<20} {}", sum(&tenths), 0.1 * n as f64)?;
    }

    let far = [3e200_f64, 4e200];
    let naive = (far[0] * far[0] + far[1] * far[1]).sqrt();
    writeln!(out, "\n‖(3e200, 4e200)‖: {naive} by squares, {:e} by `norm`", norm(&far))?;
    Ok(())
}
