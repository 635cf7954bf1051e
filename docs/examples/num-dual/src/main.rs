//! A function that is written once, and gets its gradient, its Hessian and its products from the dual numbers of num-dual.
//!
//! ```text
//! f(x) = Σ ln(1 + (xᵢ − i)²) + ½ Σ (xᵢ₊₁ − xᵢ − 1)², whose minimum is 0 at (1, 2, …, n)
//! ```

use std::error::Error;

// nalgebra comes with Thalweg, in the version that num-dual uses.
use num_dual::{Dual64, DualNum, gradient, hessian};
use thalweg::hessian::TwiceDifferentiable;
use thalweg::hessian::nalgebra::{DMatrix, DVector};
use thalweg::prelude::*;
use thalweg::second_order::TrustRegion;

// ANCHOR: problem
struct Ladder {
    n: usize,
}

impl Ladder {
    /// f, for f64 and for any kind of dual number.
    fn of<D: DualNum<Primitive = f64>>(&self, x: &[D]) -> D {
        let mut f = D::from(0.0);
        for (i, x) in x.iter().enumerate() {
            let off = x.clone() - (i + 1) as f64;
            f += (off.clone() * off + 1.0).ln();
        }
        for pair in x.windows(2) {
            let gap = pair[1].clone() - pair[0].clone() - 1.0;
            f += gap.clone() * gap * 0.5;
        }
        f
    }
}

impl Objective for Ladder {
    fn dim(&self) -> usize {
        self.n
    }

    fn value(&self, x: &[f64]) -> f64 {
        self.of(x)
    }
}

impl Differentiable for Ladder {
    fn value_gradient(&self, x: &[f64], out: &mut [f64]) -> f64 {
        let (value, found) = gradient(|x| self.of(x.as_slice()), &DVector::from_column_slice(x));
        out.copy_from_slice(found.as_slice());
        value
    }
}

impl Curved for Ladder {
    fn hessian_vector(&self, x: &[f64], v: &[f64], out: &mut [f64]) {
        // A gradient at the dual point x + εv has Hv beside its ε.
        let ahead = DVector::from_iterator(x.len(), x.iter().zip(v).map(|(&x, &v)| Dual64::new(x, v)));
        let (_, found) = gradient(|x| self.of(x.as_slice()), &ahead);
        for (out, g) in out.iter_mut().zip(&found) {
            *out = g.eps;
        }
    }
}

impl TwiceDifferentiable for Ladder {
    fn hessian(&self, x: &[f64], out: &mut DMatrix<f64>) {
        let (_, _, found) = hessian(|x| self.of(x.as_slice()), &DVector::from_column_slice(x));
        out.copy_from(&found);
    }
}
// ANCHOR_END: problem

fn main() -> Result<(), Box<dyn Error>> {
    // ANCHOR: use
    let ladder = Ladder { n: 6 };
    let start = [0.0, 3.0, 1.0, 6.0, 2.0, 9.0];

    // No need to believe anybody: differences of f, with a bound on their error.
    println!("{}", check_gradient(&ladder, &start, CheckSettings::default())?);

    let by_gradients = minimize(&ladder, &Lbfgs::default(), &start, Stop::default(), silent)?;
    let by_hessians = minimize(&ladder, &TrustRegion::default(), &start, Stop::default(), silent)?;
    for (name, best, counts) in [
        ("L-BFGS", &by_gradients.best, by_gradients.counts),
        ("trust region", &by_hessians.best, by_hessians.counts),
    ] {
        println!("{name}: {} gradients, {} Hessians, x = {:.4?}", counts.gradients, counts.hessians, best.x);
    }
    // ANCHOR_END: use
    for x in [&by_gradients.best.x, &by_hessians.best.x] {
        assert!(x.iter().enumerate().all(|(i, x)| (x - (i + 1) as f64).abs() < 1e-6), "{x:?}");
    }
    Ok(())
}
