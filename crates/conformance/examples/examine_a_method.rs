//! A method as one writes it on a Sunday afternoon, and what the suite finds in it.
//!
//! `cargo run -p thalweg-conformance --example examine_a_method`

use std::error::Error;
use std::io::{Write, stdout};

use thalweg_conformance::{Candidate, examine};
use thalweg_driver::problem::{Allowance, Differentiable, InvalidInput, Method, Point, State, Step, Stuck};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    show(&mut stdout())
}

/// w ← w − η∇f(w), and nothing else: no check of the rate, no question whether the evaluation is allowed.
struct Sunday {
    rate: f64,
}

#[derive(Clone)]
struct SundayState(Point);

impl State for SundayState {
    fn x(&self) -> &[f64] {
        &self.0.x
    }

    fn value(&self) -> Option<f64> {
        Some(self.0.value)
    }

    fn gradient(&self) -> Option<&[f64]> {
        Some(&self.0.gradient)
    }
}

impl<P: Differentiable + ?Sized> Method<P> for Sunday {
    type State = SundayState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<SundayState, InvalidInput> {
        Ok(SundayState(Point::new(problem, x0)))
    }

    fn step(&self, problem: &P, state: &mut SundayState, _allow: &mut Allowance) -> Result<Step, Stuck> {
        for (x, g) in state.0.x.iter_mut().zip(&state.0.gradient) {
            *x -= self.rate * g;
        }
        state.0.evaluate(problem);
        Ok(Step::at_rate(self.rate))
    }
}

pub(crate) fn show(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let report = examine(&Candidate {
        refused: vec![("rate", Sunday { rate: -1.0 })],
        ..Candidate::new("Sunday's descent", |curvature| Sunday { rate: 1.0 / curvature })
    });
    writeln!(out, "{report}")?;
    writeln!(out, "\n{} of {} promises broken", report.broken().count(), report.rows.len())?;
    Ok(())
}
