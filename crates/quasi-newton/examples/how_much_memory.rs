//! How many steps should L-BFGS remember? Gradients until ‖∇f‖ has fallen by 10⁸, in a valley that bends 49 times and in a bowl.
//!
//! `cargo run -p thalweg-quasi-newton --example how_much_memory`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_driver::{Stop, minimize, silent};
use thalweg_objectives::DiagonalQuadratic;
use thalweg_objectives::classic::{Rosenbrock, TestFunction};
use thalweg_quasi_newton::problem::{Differentiable, InvalidInput, Method};
use thalweg_quasi_newton::{Bfgs, Lbfgs, NonlinearConjugateGradients};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

fn gradients<'p, P, M>(problem: &'p P, method: &M, x0: &[f64]) -> Result<String, InvalidInput>
where
    P: Differentiable,
    M: for<'a> Method<thalweg_driver::problem::Counted<'p, P>>,
{
    let run = minimize(problem, method, x0, Stop::default(), silent)?;
    Ok(if run.reason.is_converged() { run.counts.gradients.to_string() } else { run.reason.to_string() })
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let valley = Rosenbrock::chained(50)?;
    let start = valley.start();
    // Curvatures 1, 4, 9, …, 2500.
    let bowl = DiagonalQuadratic::centered((1..=50).map(|i| f64::from(i * i)).collect::<Vec<_>>())?;
    let corner = vec![1.0; 50];

    writeln!(out, "method                 numbers kept   valley    bowl")?;
    for memory in [1, 2, 5, 10, 20, 50] {
        let method = Lbfgs { memory, ..Lbfgs::default() };
        let (a, b) = (gradients(&valley, &method, &start)?, gradients(&bowl, &method, &corner)?);
        writeln!(out, "L-BFGS, {memory:>2} pairs       {:>12}   {a:>6}  {b:>6}", 2 * 50 * memory)?;
    }
    let (a, b) =
        (gradients(&valley, &Bfgs::default(), &start)?, gradients(&bowl, &Bfgs::default(), &corner)?);
    writeln!(out, "BFGS                   {:>12}   {a:>6}  {b:>6}", 50 * 50)?;
    let cg = NonlinearConjugateGradients::default();
    let (a, b) = (gradients(&valley, &cg, &start)?, gradients(&bowl, &cg, &corner)?);
    writeln!(out, "conjugate gradients    {:>12}   {a:>6}  {b:>6}", 50)?;
    Ok(())
}
