//! Every check of a result, and whether it holds: `cargo run --release --package thalweg-lecture --example checks -- R58`.
//!
//! A result is named by its number, by a slide or by its id; without a name it is R23, descent on a parabola.

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_lecture::{Form, select};

fn main() -> Result<(), Box<dyn Error>> {
    let names: Vec<_> = std::env::args().skip(1).collect();
    if names.is_empty() { show(&["R23".to_owned()], &mut stdout()) } else { show(&names, &mut stdout()) }
}

fn show(names: &[String], out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    for claim in select(names)? {
        let result = claim.reproduce(Form::Default);
        writeln!(out, "{}, {}: {}", claim.r_number(), claim.slides.named(), result.verdict())?;
        for check in &result.findings.checks {
            writeln!(out, "  {} {check}", if check.passes() { "holds" } else { "FAILS" })?;
        }
    }
    Ok(())
}
