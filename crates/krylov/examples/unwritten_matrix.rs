//! A matrix with 10⁸ elements that nobody writes down: its largest eigenvalues with bounds, a solution, and a trace.
//!
//! `cargo run --release -p thalweg-krylov --example unwritten_matrix`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_krylov::problem::Allowance;
use thalweg_krylov::{ConjugateGradients, ExtremeEigenpairs, StochasticQuadrature, Until, operator};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    // A drum of 100 × 100 points, on a softened ground: 4.1 for a point, −1 for each neighbor.
    let side = 100;
    let n = side * side;
    let drum = operator(n, |v, out| {
        let at = |i: usize, inside: bool| if inside { v[i] } else { 0.0 };
        for i in 0..n {
            let (row, column) = (i / side, i % side);
            out[i] = 4.1 * v[i]
                - at(i.wrapping_sub(side), row > 0)
                - at(i + side, row + 1 < side)
                - at(i.wrapping_sub(1), column > 0)
                - at(i + 1, column + 1 < side);
        }
    });
    writeln!(out, "n = {n}: the matrix would take {} MB, a vector takes {} kB", n * n / 125_000, n / 125)?;

    let mut allow = Allowance::evaluations(10_000);
    let found = ExtremeEigenpairs { lowest: 0, highest: 2, ..ExtremeEigenpairs::default() }
        .find(&drum, &mut allow)?;
    // The eigenvalues are 4.1 − 2 cos(iπ/101) − 2 cos(jπ/101).
    let cos = |k: f64| thalweg_numerics::cos(k * std::f64::consts::PI / 101.0);
    for (pair, exact) in
        found.highest.iter().zip([4.1 - 4.0 * cos(100.0), 4.1 - 2.0 * cos(100.0) - 2.0 * cos(99.0)])
    {
        let off = (pair.value - exact).abs();
        writeln!(out, "eigenvalue {:.9} ± {:.0e}; by the formula it is {exact:.9}", pair.value, pair.bound)?;
        assert!(off <= pair.bound);
    }
    writeln!(out, "{} with {} products", found.ending, found.products)?;

    let pressure = vec![1.0; n];
    let solved =
        ConjugateGradients::default().solve(&drum, &pressure, &vec![0.0; n], Until::default(), &mut allow)?;
    writeln!(out, "\nA x = 1 after {} products: {}", solved.state.iterations(), solved.ending)?;

    let sample = StochasticQuadrature { probes: 10, steps: 20, ..StochasticQuadrature::default() }
        .run(&drum, &mut allow)?;
    let log = sample.trace_of(thalweg_numerics::ln);
    writeln!(out, "ln det A = {:.0} ± {:.0}, from 200 products", log.value, log.half_width)?;
    Ok(())
}
