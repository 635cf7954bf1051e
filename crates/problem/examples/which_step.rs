//! Which step suits a difference quotient? Not the smallest. And who does not want to choose takes them all, and gets a bound.
//!
//! `cargo run -p thalweg-problem --example which_step`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_problem::Differences;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    // φ(t) = 1/(1 + (2 + t)²), whose derivative at 0 is −4/25.
    let phi = |t: f64| 1.0 / (1.0 + (2.0 + t) * (2.0 + t));
    let exact = -0.16;

    writeln!(out, "   step   error, forward   error, central")?;
    for k in [1, 3, 5, 7, 8, 9, 11, 13, 15] {
        let h = format!("1e-{k}").parse::<f64>()?;
        let forward = (phi(h) - phi(0.0)) / h;
        let central = (phi(h) - phi(-h)) / (2.0 * h);
        writeln!(
            out,
            "  1e-{k:<2}   {:>14.0e}   {:>14.0e}",
            (forward - exact).abs(),
            (central - exact).abs()
        )?;
    }

    let mut evaluations = 0;
    let found = Differences::default().derivative(&[phi(0.0)], |t, value| {
        evaluations += 1;
        value[0] = phi(t);
        t
    });
    let (value, bound) = (found[0].value, found[0].bound);
    writeln!(out, "\n`Differences`: {value:.12} ± {bound:.0e}, off by {:.0e}", (value - exact).abs())?;
    writeln!(out, "{evaluations} values, and no step to choose.")?;
    Ok(())
}
