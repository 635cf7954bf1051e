//! Schedules as a user meets them: their rates, their laws, their sums, and the rate that watches the loss.

mod bad_input;
mod laws;
mod plateau;
mod rates;
mod robbins_monro;

use std::fmt::{self, Debug, Formatter};

use proptest::prelude::*;
use thalweg::prelude::*;

/// A schedule behind a pointer, and its settings for whoever reads of a failure.
struct AnySchedule {
    settings: String,
    schedule: Box<dyn Schedule>,
}

impl Debug for AnySchedule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.settings)
    }
}

impl Schedule for AnySchedule {
    fn rate(&self, step: u64) -> f64 {
        self.schedule.rate(step)
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        self.schedule.robbins_monro()
    }
}

/// A schedule of any kind with any settings that are allowed.
fn any_schedule() -> impl Strategy<Value = AnySchedule> {
    let rate = || 1e-3..10.0_f64;
    let steps = || prop_oneof![1_u64..50, Just(u64::MAX), any::<u64>().prop_map(|steps| steps.max(1))];
    fn boxed<S: Schedule + Debug + 'static>(schedule: S) -> AnySchedule {
        schedule.check().expect("the settings are allowed");
        AnySchedule { settings: format!("{schedule:?}"), schedule: Box::new(schedule) }
    }
    prop_oneof![
        rate().prop_map(|rate| boxed(Constant { rate })),
        (rate(), 0.1..100.0).prop_map(|(rate, time_scale)| boxed(LinearDecay { rate, time_scale })),
        rate().prop_map(|rate| boxed(QuadraticDecay { rate })),
        (rate(), 1e-3..3.0).prop_map(|(rate, decay)| boxed(ExponentialDecay { rate, decay })),
        (rate(), 0.1..1.0, proptest::collection::btree_set(any::<u64>(), 0..4)).prop_map(
            |(rate, factor, milestones)| {
                boxed(MultiStep { rate, factor, milestones: milestones.into_iter().collect() })
            }
        ),
        (rate(), 0.0..=1.0, steps(), 1_u64..5).prop_map(|(rate, share, period, growth)| {
            boxed(CosineWarmRestarts { rate, floor: share * rate, period, growth })
        }),
        (rate(), 0.0..=1.0, steps(), 0.2..4.0).prop_map(|(rate, share, steps, power)| {
            boxed(Polynomial { rate, end: share * rate, steps, power })
        }),
        (rate(), 0.0..=1.0, steps())
            .prop_map(|(rate, share, steps)| { boxed(LinearWarmUp { rate, start: share * rate, steps }) }),
        (rate(), 1.0..1000.0_f64, 0_u32..64).prop_map(|(smallest, condition, doublings)| {
            boxed(Chebyshev { smallest, largest: condition * smallest, steps: 1 << doublings })
        }),
        (rate(), 0.0..=1.0, 0.0..=1.0, steps(), steps()).prop_map(|(rate, low, end, half, tail)| {
            boxed(OneCycle { rate, low: low * rate, end: end * low * rate, half, tail })
        }),
    ]
}

/// Early steps, late ones, and the last there is.
fn any_step() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..200, any::<u64>(), Just(u64::MAX)]
}
