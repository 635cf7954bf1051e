//! The README's first program.

use thalweg::prelude::*;

fn main() -> Result<(), InvalidInput> {
    let bowl = from_fn(2, |x, gradient| {
        (gradient[0], gradient[1]) = (x[0] - 1.0, 10.0 * x[1]);
        0.5 * (x[0] - 1.0) * (x[0] - 1.0) + 5.0 * x[1] * x[1]
    });
    let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 2.0 / 11.0 } };
    let run = minimize(&bowl, &method, &[0.0, 1.0], Stop::default(), silent)?;
    println!("f = {:.1e} at {:.6?}: {}", run.best.value, run.best.x, run.reason);
    Ok(())
}
