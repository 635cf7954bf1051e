//! A function of 501 variables: one backward pass over the tape of echidna gives all of its slopes, a second one a product.
//!
//! ```text
//! f(w) = mean of ln(1 + exp(−yᵢ w·xᵢ)) + λ/2 ‖w‖²
//! ```

use std::cell::RefCell;
use std::error::Error;

use echidna::{BytecodeTape, Scalar, record};
use thalweg::numerics::norm;
use thalweg::prelude::*;
use thalweg::second_order::{SteihaugToint, TrustRegion};

const FEATURES: usize = 500;
const EXAMPLES: usize = 40;
const LAMBDA: f64 = 1e-3;

/// Rows of 500 features and a 1, and their classes. Multiples of √2 modulo 1 are as good as random and the same in every run.
fn examples() -> (Vec<Vec<f64>>, Vec<f64>) {
    let mut multiples = (1_u32..).map(|i| (f64::from(i) * std::f64::consts::SQRT_2).fract() - 0.5);
    let mut row = || multiples.by_ref().take(FEATURES).chain([1.0]).collect();
    let rows: Vec<Vec<f64>> = (0..EXAMPLES).map(|_| row()).collect();
    let signs = rows.iter().map(|row| if row[0] + row[1] > 0.0 { 1.0 } else { -1.0 }).collect();
    (rows, signs)
}

// ANCHOR: problem
/// f for `f64`, and for the numbers that write a tape.
fn loss<T: Scalar<Float = f64>>(w: &[T], rows: &[Vec<f64>], signs: &[f64]) -> T {
    let mut loss = T::zero();
    for (row, &sign) in rows.iter().zip(signs) {
        let mut margin = T::zero();
        for (&w, &x) in w.iter().zip(row) {
            margin = margin + w * T::from_f(x);
        }
        loss = loss + (-margin * T::from_f(sign)).exp().ln_1p();
    }
    let mut squares = T::zero();
    for &w in w {
        squares = squares + w * w;
    }
    loss * T::from_f(1.0 / rows.len() as f64) + squares * T::from_f(0.5 * LAMBDA)
}

/// The operations of f, written down once and gone through again at every point.
struct Taped {
    n: usize,
    /// A pass over the tape writes into it; objectives are asked by `&self`.
    tape: RefCell<BytecodeTape<f64>>,
    adjoints: RefCell<Vec<f64>>,
}

impl Objective for Taped {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, w: &[f64]) -> f64 {
        let mut tape = self.tape.borrow_mut();
        tape.forward(w);
        tape.output_value()
    }
}

impl Differentiable for Taped {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let mut tape = self.tape.borrow_mut();
        let found = tape.gradient_with_buf(w, &mut self.adjoints.borrow_mut());
        gradient.copy_from_slice(&found);
        tape.output_value()
    }
}

impl Curved for Taped {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        let (_, product) = self.tape.borrow().hvp(w, v);
        out.copy_from_slice(&product);
    }
}
// ANCHOR_END: problem

fn main() -> Result<(), Box<dyn Error>> {
    // ANCHOR: use
    let (rows, signs) = examples();
    let start = vec![0.0; FEATURES + 1];
    let (tape, _) = record(|w| loss(w, &rows, &signs), &start);
    let problem = Taped { n: start.len(), tape: RefCell::new(tape), adjoints: RefCell::default() };

    // Two coordinates, and a few directions for the products: all of them would take 14 values each.
    let settings = CheckSettings { coordinates: Some(&[0, FEATURES]), ..CheckSettings::default() };
    println!("gradient: {}", check_gradient(&problem, &start, settings)?);
    println!("products: {}", thalweg::problem::check_hessian_vector(&problem, &start, settings)?);

    let by_gradients = minimize(&problem, &Lbfgs::default(), &start, Stop::default(), silent)?;
    let by_products =
        minimize(&problem, &TrustRegion::with(SteihaugToint::default()), &start, Stop::default(), silent)?;
    for (name, best, counts) in [
        ("L-BFGS", &by_gradients.best, by_gradients.counts),
        ("trust region", &by_products.best, by_products.counts),
    ] {
        println!(
            "{name}: f = {:.6}, {} gradients, {} products",
            best.value, counts.gradients, counts.hessian_vectors
        );
    }
    // ANCHOR_END: use
    let apart: Vec<f64> = by_gradients.best.x.iter().zip(&by_products.best.x).map(|(a, b)| a - b).collect();
    assert!(norm(&apart) < 1e-4 * norm(&by_products.best.x), "both end at the one minimum");
    assert!((loss(&by_products.best.x, &rows, &signs) - by_products.best.value).abs() < 1e-12);
    Ok(())
}
