//! A rate that is reduced where the loss stagnates.
//!
//! ```text
//! 1. train at a constant rate η until the loss stagnates
//! 2. η ← αη
//! 3. go on from there
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | η at the start, α | `rate`, `factor` |
//! | stagnates | `patience` looks at the loss in a row, none of which found it below the lowest one by `threshold` of that |
//! | the loss | `loss`: the one of the run, or one held out |
//!
//! Needs of the run: it shows the loss as it goes. `Scheduled` does so after every step, `MiniBatch` after every epoch, so
//! `patience` counts steps there and epochs here.
//!
//! One look costs a comparison, and one evaluation of a loss held out.
//!
//! It is no function of the step, so it is a [`RatePolicy`] with a state, which a checkpoint holds.
//! With a `floor` above 0 the rates do not fall to 0; otherwise nobody can say beforehand what they sum up to.
//!
//! Where the literature disagrees: some libraries drop after patience + 1 looks, measure the threshold in absolute terms or wait
//! for a while after a drop. The lecture says "until the loss stagnates", and what that is has to be said somewhere.
//!
//! Source: CMU 11-785 (Fall 2020), Optimization Part 1, slide 99.

use alloc::format;

use thalweg_problem::InvalidInput;

use crate::RatePolicy;

/// η ← αη wherever the loss has not improved for a while.
///
/// ```
/// use thalweg_schedules::{RatePolicy, ReduceOnPlateau};
///
/// let policy = ReduceOnPlateau { rate: 0.5, patience: 2, ..ReduceOnPlateau::default() };
/// let mut state = policy.start()?;
/// let mut rates = vec![];
/// for (epoch, loss) in (1..).zip([9.0, 5.0, 4.0, 4.0, 4.0, 3.0]) {
///     let weights = [0.0];
///     policy.observe(&mut state, epoch, &weights, loss);
///     rates.push(policy.rate_at(&state, epoch));
/// }
/// assert_eq!(rates, [0.5, 0.5, 0.5, 0.5, 0.05, 0.05]);
/// # Ok::<(), thalweg_schedules::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReduceOnPlateau<L = TrainingLoss> {
    /// The rate to begin with, finite and above 0. Default 0.1.
    pub rate: f64,
    /// α, above 0 and below 1. Default 0.1.
    pub factor: f64,
    /// Looks at the loss without an improvement before the rate is reduced, 1 or more. Default 10.
    pub patience: u64,
    /// By how much of the lowest loss a lower one has to fall below it to count as an improvement: from 0, below 1. Default 1e-4.
    pub threshold: f64,
    /// No rate is reduced below this, 0 or more, at most `rate`. Default 0.
    pub floor: f64,
    /// Which loss is watched. Default the one of the run.
    pub loss: L,
}

impl Default for ReduceOnPlateau {
    fn default() -> Self {
        Self { rate: 0.1, factor: 0.1, patience: 10, threshold: 1e-4, floor: 0.0, loss: TrainingLoss }
    }
}

impl ReduceOnPlateau {
    /// The same, watching `loss` at every `every`-th step instead, or at the first one shown after that.
    ///
    /// ```
    /// use thalweg_schedules::{RatePolicy, ReduceOnPlateau};
    ///
    /// let policy = ReduceOnPlateau { patience: 1, ..ReduceOnPlateau::default() }.on_held_out(100, |x: &[f64]| x[0] * x[0]);
    /// let mut state = policy.start()?;
    /// for step in 0..=100 {
    ///     // The training loss goes on falling, the one held out does not.
    ///     policy.observe(&mut state, step, &[3.0], 1.0 / (1 + step) as f64);
    /// }
    /// assert_eq!((state.looks, state.drops, state.lowest), (2, 1, Some(9.0)));
    /// # Ok::<(), thalweg_schedules::problem::InvalidInput>(())
    /// ```
    pub fn on_held_out<F: Fn(&[f64]) -> f64>(self, every: u64, loss: F) -> ReduceOnPlateau<HeldOutLoss<F>> {
        let Self { rate, factor, patience, threshold, floor, loss: TrainingLoss } = self;
        ReduceOnPlateau { rate, factor, patience, threshold, floor, loss: HeldOutLoss { every, loss } }
    }
}

/// What [`ReduceOnPlateau`] remembers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PlateauState {
    /// The rate now.
    pub rate: f64,
    /// The lowest loss so far; `None` before the first one that is finite.
    pub lowest: Option<f64>,
    /// Looks since the lowest loss or the last reduction.
    pub waited: u64,
    /// Looks at the loss so far.
    pub looks: u64,
    /// The step of the last one.
    pub looked_at: u64,
    /// Reductions so far.
    pub drops: u64,
}

/// The loss that a policy watches: the one of the run or another.
pub trait WatchedLoss {
    /// The loss at `x`, where `step` steps led, if one is wanted there; `value` is the run's own, `last` the step of the look before.
    fn look(&self, last: Option<u64>, step: u64, x: &[f64], value: f64) -> Option<f64>;

    /// Checks the settings.
    ///
    /// # Errors
    /// If one cannot be used. The default has none.
    fn check(&self) -> Result<(), InvalidInput> {
        Ok(())
    }
}

/// The loss that the run shows, every time it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrainingLoss;

impl WatchedLoss for TrainingLoss {
    fn look(&self, _last: Option<u64>, _step: u64, _x: &[f64], value: f64) -> Option<f64> {
        Some(value)
    }
}

/// A loss on data held out: a function of x, evaluated every so many steps.
#[derive(Clone, Copy, Debug)]
pub struct HeldOutLoss<F> {
    /// Steps between two looks, 1 or more.
    pub every: u64,
    /// The loss at x.
    pub loss: F,
}

impl<F: Fn(&[f64]) -> f64> WatchedLoss for HeldOutLoss<F> {
    fn look(&self, last: Option<u64>, step: u64, x: &[f64], _value: f64) -> Option<f64> {
        let is_due = last.is_none_or(|last| step.saturating_sub(last) >= self.every);
        is_due.then(|| (self.loss)(x))
    }

    fn check(&self) -> Result<(), InvalidInput> {
        if self.every == 0 { Err(InvalidInput::new("loss.every", 0, "1 or more")) } else { Ok(()) }
    }
}

impl<L: WatchedLoss> RatePolicy for ReduceOnPlateau<L> {
    type State = PlateauState;

    fn start(&self) -> Result<PlateauState, InvalidInput> {
        InvalidInput::unless_positive("rate", self.rate)?;
        if !(self.factor > 0.0 && self.factor < 1.0) {
            let value = format_args!("{:?}", self.factor);
            return Err(InvalidInput::new("factor", value, "above 0 and below 1"));
        }
        if self.patience == 0 {
            return Err(InvalidInput::new("patience", 0, "1 or more"));
        }
        if !(0.0..1.0).contains(&self.threshold) {
            let value = format_args!("{:?}", self.threshold);
            return Err(InvalidInput::new("threshold", value, "from 0, below 1"));
        }
        InvalidInput::unless_non_negative("floor", self.floor)?;
        if self.floor > self.rate {
            return Err(InvalidInput::new("floor", self.floor, format!("at most {:?}, the rate", self.rate)));
        }
        self.loss.check()?;
        Ok(PlateauState { rate: self.rate, lowest: None, waited: 0, looks: 0, looked_at: 0, drops: 0 })
    }

    fn rate_at(&self, state: &PlateauState, _step: u64) -> f64 {
        state.rate
    }

    fn observe(&self, state: &mut PlateauState, step: u64, x: &[f64], value: f64) {
        let last = (state.looks > 0).then_some(state.looked_at);
        let Some(loss) = self.loss.look(last, step, x, value) else { return };
        state.looks += 1;
        state.looked_at = step;
        // What is not finite is no improvement.
        let improves = loss.is_finite()
            && state.lowest.is_none_or(|lowest| loss < lowest - self.threshold * lowest.abs());
        if improves {
            state.lowest = Some(loss);
            state.waited = 0;
            return;
        }
        state.waited += 1;
        if state.waited >= self.patience && state.rate > self.floor {
            state.rate = (self.factor * state.rate).max(self.floor);
            state.waited = 0;
            state.drops += 1;
        }
    }
}
