//! One network trained until all bits are right, and many of them.

use thalweg_first_order::UpdateRule;
use thalweg_problem::InvalidInput;

use crate::encoder::{Backward, Encoder};
use crate::repeated::Repeated;

/// A run that has not learned after so many epochs has failed.
pub(super) const LIMIT: u32 = 500;

/// What a setting consists of, beside the rule.
#[derive(Clone, Copy)]
pub(super) struct Task {
    /// Weights and biases begin uniform in [−radius, radius).
    pub(super) radius: f64,
    /// What is sent back in place of the gradient.
    pub(super) backward: Backward,
    /// The rate of what leads into hidden units, and of what leads into outputs.
    pub(super) rates: [f64; 2],
}

/// A setting and what became of its runs.
pub(super) struct Row {
    pub(super) name: String,
    /// The number of its color in a figure.
    pub(super) color: u8,
    pub(super) runs: Repeated,
}

impl Row {
    /// Runs it from the seeds 0, 1, …, `seeds` − 1.
    pub(super) fn of<const N: usize, const M: usize, R: UpdateRule<f64>>(
        name: impl Into<String>,
        color: u8,
        rule: &R,
        task: &Task,
        seeds: u64,
    ) -> Self {
        let outcome = |seed| {
            train::<N, M, R>(rule, task, seed)
                .unwrap_or_else(|error| panic!("an experiment states settings that cannot be used: {error}"))
        };
        Self { name: name.into(), color, runs: Repeated::new((0..seeds).map(outcome)) }
    }
}

/// The number of updates after which all bits are right, each update by all patterns.
///
/// All the rules here treat every parameter by itself, so two layers with a state each are the same as one state for both.
fn train<const N: usize, const M: usize, R: UpdateRule<f64>>(
    rule: &R,
    task: &Task,
    seed: u64,
) -> Result<Option<f64>, InvalidInput> {
    let (encoder, layer) = (Encoder::<N, M>, Encoder::<N, M>::INTO_HIDDEN);
    let mut x = encoder.start(seed, task.radius);
    let mut slopes = vec![f64::NAN; x.len()];
    let mut states = [rule.init(&x[..layer])?, rule.init(&x[layer..])?];
    for epoch in 0..=LIMIT {
        let seen = encoder.epoch(&x, task.backward, &mut slopes);
        if seen.all_bits_right() {
            return Ok(Some(f64::from(epoch)));
        }
        if seen.error.is_nan() {
            break;
        }
        let ([hidden, output], [hidden_rate, output_rate]) = (&mut states, task.rates);
        let ((x_hidden, x_output), (g_hidden, g_output)) = (x.split_at_mut(layer), slopes.split_at(layer));
        rule.update_with_value(hidden, x_hidden, seen.error, g_hidden, hidden_rate)?;
        rule.update_with_value(output, x_output, seen.error, g_output, output_rate)?;
    }
    Ok(None)
}
