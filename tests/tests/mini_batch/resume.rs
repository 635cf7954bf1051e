//! A run that pauses anywhere, and in the middle of an epoch too, goes on with the same bits.

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thalweg::first_order::MiniBatchState;
use thalweg::prelude::*;

use crate::{Ahead, scattered};

type Checkpointed<R, A> = Checkpoint<MiniBatchState<R, A>>;

/// Runs straight through, and by way of a checkpoint that was written down; asks for the same bits.
fn assert_resumes<R, S>(method: &MiniBatch<R, S>, pause: u64, steps: u64)
where
    R: UpdateRule<f64>,
    S: RatePolicy,
    R::State: Serialize + DeserializeOwned,
    S::State: Serialize + DeserializeOwned,
{
    let problem = scattered();
    let run = |stop| minimize(&problem, method, &[1.0, -1.0], stop, silent).expect("valid settings");
    // The best value of a run on estimates is NaN, which not every format can write.
    let bytes = postcard::to_allocvec(&run(Stop::after(pause)).into_checkpoint()).expect("it can be written");
    let checkpoint: Checkpointed<R::State, S::State> =
        postcard::from_bytes(&bytes).expect("what was written");
    let resumed = Running::resume(&problem, method, checkpoint, Stop::after(steps))
        .expect("it fits")
        .run_to_end(silent);
    let straight = run(Stop::after(steps));
    let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(resumed.state.x()), bits(straight.state.x()));
    assert_eq!(bits(&resumed.state.point.gradient), bits(&straight.state.point.gradient));
    assert_eq!((resumed.counts, resumed.steps), (straight.counts, straight.steps));
    assert_eq!(resumed.state.order, straight.state.order);
    assert_eq!(
        (resumed.state.epoch, resumed.state.position, resumed.state.epoch_mean),
        (straight.state.epoch, straight.state.position, straight.state.epoch_mean)
    );
    assert_eq!(resumed.best.x, straight.best.x);
}

proptest! {
    #[test]
    fn resume_is_exact_at_every_step(
        pause in 1_u64..30,
        batch_size in 1_usize..=10,
        seed in any::<u64>(),
        drop_last in any::<bool>(),
        evaluate_every in proptest::option::of(1_u64..4),
    ) {
        let plateau = ReduceOnPlateau { rate: 0.02, patience: 1, ..ReduceOnPlateau::default() };
        let method = MiniBatch { rule: Ahead, schedule: plateau, batch_size, seed, drop_last, evaluate_every };
        assert_resumes(&method, pause, 30);
        let MiniBatch { rule, .. } = method;
        let method =
            MiniBatch { rule, schedule: Constant { rate: 0.02 }, batch_size, seed, drop_last, evaluate_every };
        assert_resumes(&method, pause, 30);
    }
}
