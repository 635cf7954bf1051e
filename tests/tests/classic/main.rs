//! The classic test functions, and momentum on some of them and on everything convex.

mod functions;
#[path = "../reference/mod.rs"]
mod reference;
mod references;
mod zoo;

use thalweg::objectives::classic::{Beale, Himmelblau, PowellSingular, Rosenbrock, TestFunction};

/// Some functions, in every form.
fn all() -> Vec<Box<dyn TestFunction>> {
    let extended = |n| Rosenbrock::extended(n).expect("an even number");
    let chained = |n| Rosenbrock::chained(n).expect("2 or more");
    let mut all: Vec<Box<dyn TestFunction>> = vec![
        Box::new(Rosenbrock::default()),
        Box::new(extended(6)),
        Box::new(Beale),
        Box::new(Himmelblau),
        Box::new(PowellSingular::default()),
        Box::new(PowellSingular::extended(12).expect("a multiple of 4")),
    ];
    all.extend((2..=8).map(|n| Box::new(chained(n)) as Box<dyn TestFunction>));
    all
}
