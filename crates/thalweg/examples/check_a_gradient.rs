//! The three answers of `check_gradient`, as they print.

use thalweg::numerics::{cos, sin};
use thalweg::prelude::*;

/// f(x) = c + x₁² sin x₂, the second element of its gradient multiplied by `slip`.
fn objective(c: f64, slip: f64) -> impl Differentiable {
    from_fn(2, move |x, gradient| {
        gradient[0] = 2.0 * x[0] * sin(x[1]);
        gradient[1] = slip * x[0] * x[0] * cos(x[1]);
        c + x[0] * x[0] * sin(x[1])
    })
}

/// One sentence for each objective.
pub(crate) fn sentences() -> Result<String, InvalidInput> {
    let mut sentences = String::new();
    for (c, slip) in [(0.0, 1.0), (0.0, 1.000001), (1e12, 1.000001)] {
        let check = check_gradient(&objective(c, slip), &[3.0, 0.5], CheckSettings::default())?;
        sentences += &format!("{check}\n");
    }
    Ok(sentences)
}

pub(crate) fn main() -> Result<(), InvalidInput> {
    print!("{}", sentences()?);
    Ok(())
}
