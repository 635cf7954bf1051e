//! The collection of Moré, Garbow and Hillstrom over standard input and output, for a program in another language.
//!
//! It first writes a line for each of the 123 cases: name, n, start, the lowest known value, x₀, separated by tabs. Then it answers
//! each line `case x₁ … xₙ` with `f g₁ … gₙ`. Numbers are the shortest decimals that read back as the same doubles.

use std::io::{self, BufRead, Write};

use thalweg_objectives::classic::more_garbow_hillstrom;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let functions = more_garbow_hillstrom();
    let mut cases = Vec::new();
    for function in &functions {
        let lowest = function.minima().iter().map(|minimum| minimum.value).fold(f64::INFINITY, f64::min);
        for (start, x0) in function.starts().iter().enumerate() {
            writeln!(out, "{}\t{}\t{start}\t{lowest:?}\t{}", function.name(), x0.len(), written(x0))?;
            cases.push(function);
        }
    }
    writeln!(out)?;
    out.flush()?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let case: usize = words.next().and_then(|word| word.parse().ok()).expect("a case");
        let x: Vec<f64> = words.map(|word| word.parse().expect("a number")).collect();
        let mut gradient = vec![0.0; x.len()];
        let value = cases[case].value_gradient(&x, &mut gradient);
        writeln!(out, "{value:?} {}", written(&gradient))?;
        out.flush()?;
    }
    Ok(())
}

fn written(x: &[f64]) -> String {
    x.iter().map(|x| format!("{x:?}")).collect::<Vec<_>>().join(" ")
}
