//! Five line searches on a curve that rises again far away, from first trials that are far too short and far too long.
//!
//! `cargo run -p thalweg-line-search --example five_searches`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_line_search::problem::Allowance;
use thalweg_line_search::{
    Backtracking, Fixed, HagerZhang, MoreThuente, OneDimensional, Sample, StrongWolfe, search_curve,
};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

/// φ(α) = −α/(α² + 2): function 1 of Moré and Thuente (1994), with its minimum at √2.
fn phi(a: f64) -> Sample {
    let b = a * a + 2.0;
    Sample { value: -a / b, slope: (a * a - 2.0) / (b * b) }
}

fn row<S: OneDimensional>(out: &mut impl Write, name: &str, search: &S) -> Result<(), Box<dyn Error>> {
    for first in [1e-3, 1e-1, 1e1, 1e3] {
        let mut allow = Allowance::evaluations(50);
        match search_curve(search, phi(0.0), first, &mut allow, phi) {
            Ok(found) => {
                // Nobody has to believe a search: what it claims can be checked.
                assert!(found.condition.holds(phi(0.0), found.alpha, found.end));
                let (alpha, trials, condition) = (found.alpha, found.evaluations, found.condition);
                writeln!(out, "{name:<13} {first:>6}   {alpha:>9.4}   {trials:>6}   {condition}")?;
            }
            Err(failed) => writeln!(out, "{name:<13} {first:>6}   {failed}")?,
        }
    }
    Ok(())
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    writeln!(out, "search         first           α   trials   what holds there")?;
    row(out, "Moré–Thuente", &MoreThuente { c2: 0.1, ..MoreThuente::default() })?;
    row(out, "strong Wolfe", &StrongWolfe { c2: 0.1, ..StrongWolfe::default() })?;
    row(out, "Hager–Zhang", &HagerZhang { c2: 0.1, ..HagerZhang::default() })?;
    row(out, "backtracking", &Backtracking::default())?;
    row(out, "fixed", &Fixed::default())
}
