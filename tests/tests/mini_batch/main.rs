//! Mini-batches as a user meets them: which terms when, what comes of them, and what a run on estimates may claim.

mod bad_input;
mod batches;
mod events;
mod finite_sum;
mod resume;

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use thalweg::objectives::LinearLeastSquares;
use thalweg::prelude::*;
use thalweg::problem::InvalidInput;

/// Ten equations in two unknowns that w = (1, −2) solves.
fn solvable() -> LinearLeastSquares {
    let rows: Vec<[f64; 2]> = (0..10).map(|i| [1.0, 0.3 * f64::from(i) - 1.1]).collect();
    let targets: Vec<f64> = rows.iter().map(|row| row[0] - 2.0 * row[1]).collect();
    LinearLeastSquares::new(rows.concat(), targets).expect("finite numbers")
}

/// The same with targets that no line goes through.
fn scattered() -> LinearLeastSquares {
    let rows: Vec<[f64; 2]> = (0..10).map(|i| [1.0, 0.3 * f64::from(i) - 1.1]).collect();
    let targets = (0..10).map(|i| f64::from(i * i % 7)).collect::<Vec<_>>();
    LinearLeastSquares::new(rows.concat(), targets).expect("finite numbers")
}

/// Passes on to `inner` and writes down which batches were asked for.
struct Noting<P> {
    inner: P,
    batches: RefCell<Vec<Vec<usize>>>,
}

impl<P> Noting<P> {
    fn new(inner: P) -> Self {
        Self { inner, batches: RefCell::default() }
    }
}

impl<P: Objective> Objective for Noting<P> {
    fn dim(&self) -> usize {
        self.inner.dim()
    }
    fn value(&self, x: &[f64]) -> f64 {
        self.inner.value(x)
    }
}

impl<P: Differentiable> Differentiable for Noting<P> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.inner.value_gradient(x, gradient)
    }
}

impl<P: FiniteSum> FiniteSum for Noting<P> {
    fn terms(&self) -> usize {
        self.inner.terms()
    }
    fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        self.batches.borrow_mut().push(batch.to_vec());
        self.inner.batch_value_gradient(x, batch, gradient)
    }
}

/// A rule that takes its gradient one half of its last step ahead, and can tell whether it was taken there.
#[derive(Clone, Copy, Debug)]
struct Ahead;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct AheadState {
    last: Vec<f64>,
    is_ahead: bool,
}

impl UpdateRule<f64> for Ahead {
    type State = AheadState;

    fn init(&self, x: &[f64]) -> Result<AheadState, InvalidInput> {
        Ok(AheadState { last: vec![0.0; x.len()], is_ahead: false })
    }

    fn update(
        &self,
        state: &mut AheadState,
        x: &mut [f64],
        g: &[f64],
        rate: f64,
    ) -> Result<(), InvalidInput> {
        if !state.is_ahead {
            return Err(InvalidInput::new("x", "the iterate", "a point ahead of it"));
        }
        for ((x, last), g) in x.iter_mut().zip(&mut state.last).zip(g) {
            *x -= rate * g;
            *last = 0.5 * *last - rate * g;
        }
        state.is_ahead = false;
        Ok(())
    }

    fn look_ahead(&self, state: &mut AheadState, x: &mut [f64]) -> Result<(), InvalidInput> {
        if !state.is_ahead {
            for (x, last) in x.iter_mut().zip(&state.last) {
                *x += 0.5 * last;
            }
        }
        state.is_ahead = true;
        Ok(())
    }
}

fn constant(rate: f64, batch_size: usize) -> MiniBatch<GradientDescent, Constant> {
    MiniBatch { batch_size, seed: 11, ..MiniBatch::with(GradientDescent, Constant { rate }) }
}
