//! Any function of the step.

use crate::Schedule;

/// ηₖ = f(k), for a closure f.
///
/// Nothing can be checked beforehand: a rate that is negative or not finite ends the run at the step that asks for it.
///
/// ```
/// use thalweg_schedules::{OfStep, Schedule};
///
/// let halved_every_100 = OfStep(|step| 1.0 / (1_u64 << (step / 100)) as f64);
/// assert_eq!([0, 99, 100, 250].map(|step| halved_every_100.rate(step)), [1.0, 1.0, 0.5, 0.25]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OfStep<F>(pub F);

impl<F: Fn(u64) -> f64> Schedule for OfStep<F> {
    fn rate(&self, step: u64) -> f64 {
        self.0(step)
    }
}
