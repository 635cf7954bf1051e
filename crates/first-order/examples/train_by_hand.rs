//! A small network trained by a loop written by hand, in `f32`, which borrows an update rule and a schedule, and nothing else.
//!
//! ```text
//! o(x) = Σⱼ vⱼ φ(uⱼᵀx + bⱼ) + c,  φ(s) = s/(1 + |s|)
//! E    = mean of ½(o(x) − y)² over points x with y = −1 on an inner ring and y = 1 on an outer one
//! ```

use std::process::ExitCode;

use thalweg_first_order::problem::InvalidInput;
use thalweg_first_order::schedules::{Polynomial, Schedule};
use thalweg_first_order::{Rprop, UpdateRule};

const HIDDEN: usize = 8;
/// uⱼ, bⱼ and vⱼ for every hidden unit, and c.
const PARAMETERS: usize = 4 * HIDDEN + 1;
const EPOCHS: u64 = 200;

/// A point of the plane and its class.
struct Example {
    x: [f32; 2],
    y: f32,
}

/// A hundred points on each ring: turning by the angle of the triangle 3-4-5 never comes back to the same point.
fn two_rings() -> Vec<Example> {
    let mut at = [1.0_f32, 0.0];
    let mut data = Vec::new();
    for _ in 0..100 {
        at = [0.6 * at[0] - 0.8 * at[1], 0.8 * at[0] + 0.6 * at[1]];
        data.push(Example { x: at, y: -1.0 });
        data.push(Example { x: at.map(|x| -2.0 * x), y: 1.0 });
    }
    data
}

/// Writes ∇E into `gradient` and returns E and how many points are on the right side.
fn loss_and_gradient(data: &[Example], w: &[f32], gradient: &mut [f32]) -> (f32, usize) {
    let count = data.len() as f32;
    let (mut loss, mut right) = (0.0, 0);
    gradient.fill(0.0);
    for Example { x, y } in data {
        let hidden = |unit: &[f32]| unit[0] * x[0] + unit[1] * x[1] + unit[2];
        let (units, c) = w.split_at(4 * HIDDEN);
        let mut o = c[0];
        for unit in units.chunks_exact(4) {
            let s = hidden(unit);
            o += unit[3] * (s / (1.0 + s.abs()));
        }
        let error = o - y;
        loss += 0.5 * error * error / count;
        right += usize::from(o * y > 0.0);

        let delta = error / count;
        let (unit_gradients, c_gradient) = gradient.split_at_mut(4 * HIDDEN);
        c_gradient[0] += delta;
        for (unit, g) in units.chunks_exact(4).zip(unit_gradients.chunks_exact_mut(4)) {
            let s = hidden(unit);
            let damped = 1.0 + s.abs();
            let felt = delta * unit[3] / (damped * damped); // φ′(s) = 1/(1 + |s|)²
            g[0] += felt * x[0];
            g[1] += felt * x[1];
            g[2] += felt;
            g[3] += delta * s / damped;
        }
    }
    (loss, right)
}

/// Returns the lines to print, and whether all points are right in the end.
pub(crate) fn train() -> Result<(String, bool), InvalidInput> {
    let data = two_rings();
    // Multiples of the golden section, modulo 1: as good as random.
    let mut w: Vec<f32> = (1..=PARAMETERS).map(|i| (0.618_034 * i as f32).fract() - 0.5).collect();
    let mut gradient = vec![0.0; PARAMETERS];
    let mut lines = String::new();
    // ANCHOR: loop
    let rule = Rprop::default();
    // Rprop's papers have no rate, so 1 is theirs; here the steps become shorter towards the end.
    let schedule = Polynomial { rate: 1.0, end: 0.1, steps: EPOCHS, ..Polynomial::default() };
    schedule.check()?;

    let mut state = rule.init(&w)?;
    let mut all_right = false;
    for epoch in 0..=EPOCHS {
        let (loss, right) = loss_and_gradient(&data, &w, &mut gradient);
        if epoch % 40 == 0 {
            lines += &format!("epoch {epoch:3}: loss {loss:.4}, {right} of {} right\n", data.len());
        }
        all_right = right == data.len();
        rule.update(&mut state, &mut w, &gradient, schedule.rate(epoch) as f32)?;
    }
    // ANCHOR_END: loop
    Ok((lines, all_right))
}

pub(crate) fn main() -> Result<ExitCode, InvalidInput> {
    let (lines, all_right) = train()?;
    print!("{lines}");
    Ok(if all_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
