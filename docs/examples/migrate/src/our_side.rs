//! With Thalweg.

// ANCHOR: program
use std::ops::ControlFlow;

use thalweg::prelude::*;

pub fn minimum() -> Result<Vec<f64>, InvalidInput> {
    let rosenbrock = from_fn(2, |x, gradient| {
        let (a, b) = (x[1] - x[0] * x[0], 1.0 - x[0]);
        (gradient[0], gradient[1]) = (-400.0 * a * x[0] - 2.0 * b, 200.0 * a);
        100.0 * a * a + b * b
    });
    let every_tenth = |record: &Record<'_>| {
        if record.row.step.is_multiple_of(10) {
            println!("{:>3} {:.3e}", record.row.step, record.row.value.unwrap_or(f64::NAN));
        }
        ControlFlow::Continue(())
    };
    let stop = Stop {
        relative_gradient: 0.0,
        absolute_gradient: 1e-6,
        target_value: Some(1e-12),
        max_steps: 100,
        ..Stop::default()
    };
    let run = minimize(&rosenbrock, &Lbfgs::default(), &[-1.2, 1.0], stop, every_tenth)?;
    println!("{}", run.reason);
    Ok(run.best.x)
}
// ANCHOR_END: program
