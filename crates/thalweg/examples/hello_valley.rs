//! The README's first program.

use thalweg::prelude::*;

fn main() -> Result<(), InvalidInput> {
    let valley = from_fn(2, |x, gradient| {
        let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
        (gradient[0], gradient[1]) = (-2.0 * a - 400.0 * b * x[0], 200.0 * b);
        a * a + 100.0 * b * b
    });
    let run = minimize(&valley, &Lbfgs::default(), &[-1.2, 1.0], Stop::default(), silent)?;
    println!("f = {:.1e} at {:.6?}: {}", run.best.value, run.best.x, run.reason);
    Ok(())
}
