//! The way from one minimum to another: straight through the hills, and over the pass that a search finds.
//!
//! `cargo run -p thalweg-landscape --example pass_between_minima`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_landscape::problem::Allowance;
use thalweg_landscape::{CriticalPointSearch, Line, Outcome};
use thalweg_objectives::classic::{Himmelblau, TestFunction};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let minima = Himmelblau.minima();
    let [a, b] = [0, 1].map(|i| minima[i].place().expect("they are listed"));
    let t: Vec<f64> = (0..=16).map(|i| f64::from(i) / 16.0).collect();
    let mut allow = Allowance::evaluations(10_000);
    let slice = Line::between(a, b)?.slice(&Himmelblau, &t, &mut allow)?;
    writeln!(out, "from ({:.2}, {:.2}) straight to ({:.2}, {:.2}):", a[0], a[1], b[0], b[1])?;
    for (t, value) in slice.t.iter().zip(&slice.values) {
        writeln!(out, "t = {t:<6} f = {value:>6.2} {}", "█".repeat((value / 2.0).round() as usize))?;
    }

    // Where ∇f = 0 nearby, of whatever index: one direction down and one up is a pass.
    let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
    match CriticalPointSearch::default().find(&Himmelblau, &middle, &mut allow)? {
        Outcome::Stationary(point) => {
            let spectrum = point.spectrum(&mut allow)?;
            let (x, curvatures) = (point.x(), spectrum.values());
            writeln!(
                out,
                "\nfrom the middle the search finds ({:.3}, {:.3}), where f = {:.3}",
                x[0],
                x[1],
                point.value()
            )?;
            writeln!(
                out,
                "curvatures {:.2} and {:.2}, each ± {:.0e}: index {}, {}",
                curvatures[0],
                curvatures[1],
                spectrum.bound(),
                spectrum.index(),
                if spectrum.index() == 1 { "a pass" } else { "no pass" }
            )?;
        }
        other => writeln!(out, "\n{other}")?,
    }
    Ok(())
}
