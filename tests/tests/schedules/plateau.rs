//! A rate that watches the loss: with losses made by hand, and under the driver.

use proptest::prelude::*;
use thalweg::objectives::DiagonalQuadratic;
use thalweg::prelude::*;
use thalweg::schedules::{PlateauState, RatePolicy};

/// The policy with the lecture's factor and short patience.
const POLICY: ReduceOnPlateau = ReduceOnPlateau {
    rate: 1.0,
    factor: 0.1,
    patience: 3,
    threshold: 0.01,
    floor: 0.0,
    loss: thalweg::schedules::TrainingLoss,
};

/// The rates after each of these losses, and the state in the end.
fn shown(policy: &ReduceOnPlateau, losses: &[f64]) -> (Vec<f64>, PlateauState) {
    let mut state = policy.start().expect("valid settings");
    let rates = (0..).zip(losses).map(|(step, &loss)| {
        policy.observe(&mut state, step, &[], loss);
        policy.rate_at(&state, step)
    });
    (rates.collect(), state)
}

#[test]
fn a_falling_loss_keeps_the_rate_and_a_plateau_reduces_it() {
    let (rates, state) = shown(&POLICY, &[8.0, 4.0, 2.0, 1.0, 0.5]);
    assert_eq!((rates, state.drops), (vec![1.0; 5], 0));
    let (rates, state) = shown(&POLICY, &[8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0]);
    assert_eq!(rates, [1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.1 * 0.1, 0.1 * 0.1]);
    assert_eq!((state.drops, state.waited, state.looks, state.lowest), (2, 1, 8, Some(8.0)));
}

#[test]
fn less_than_the_threshold_is_no_improvement() {
    // 1 % of 8 is 0.08; it counts from the lowest loss that was an improvement.
    let (rates, state) = shown(&POLICY, &[8.0, 7.97, 7.94, 7.93]);
    assert_eq!((rates[3], state.lowest), (0.1, Some(8.0)));
    let (rates, state) = shown(&POLICY, &[8.0, 7.97, 7.94, 7.91]);
    assert_eq!((rates[3], state.lowest, state.waited), (1.0, Some(7.91), 0));
    // Below 0 it goes on downwards.
    let (rates, _) = shown(&POLICY, &[-1.0, -2.0, -4.0, -4.01, -4.02, -4.03]);
    assert_eq!(rates[5], 0.1);
}

#[test]
fn bumps_are_forgiven_within_the_patience() {
    let (rates, _) = shown(&POLICY, &[4.0, 5.0, 6.0, 3.0, 9.0, 9.0, 2.0]);
    assert_eq!(rates, [1.0; 7]);
}

#[test]
fn what_is_not_finite_is_no_improvement() {
    let (rates, state) = shown(&POLICY, &[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5.0]);
    assert_eq!(rates, [1.0, 1.0, 0.1, 0.1]);
    assert_eq!(state.lowest, Some(5.0));
}

#[test]
fn floor_holds_and_is_no_drop() {
    let policy = ReduceOnPlateau { floor: 0.05, patience: 1, ..POLICY };
    let (rates, state) = shown(&policy, &[1.0; 5]);
    assert_eq!((rates, state.drops), (vec![1.0, 0.1, 0.05, 0.05, 0.05], 2));
}

/// At rate 1 the curvature of 2 makes a cycle of two points, which only a lower rate ends.
fn two_cycle() -> DiagonalQuadratic {
    DiagonalQuadratic::centered([2.0, 0.5]).expect("finite curvatures")
}

#[test]
fn under_the_driver_it_ends_a_cycle_and_the_run_converges() {
    let method = Scheduled { rule: GradientDescent, schedule: ReduceOnPlateau { factor: 0.5, ..POLICY } };
    let mut trace = Trace::default();
    let run = minimize(&two_cycle(), &method, &[1.0, 1.0], Stop::default(), trace.observer())
        .expect("valid settings");
    assert!(run.reason.is_converged(), "{}", run.reason);
    assert_eq!(run.state.rates.drops, 1);
    let drop = trace.rows.iter().position(|row| row.rate == Some(0.5)).expect("a lower rate");
    // Before it, patience was at its end: three looks, none of them 1 % below the one before them.
    let values: Vec<_> = trace.rows[drop - 4..drop].iter().filter_map(|row| row.value).collect();
    assert_eq!(values.len(), 4);
    assert!(values.iter().all(|value| *value > 0.99 * values[0]), "{values:?}");
    // With the constant rate it does not.
    let constant = Scheduled { rule: GradientDescent, schedule: Constant { rate: 1.0 } };
    let run =
        minimize(&two_cycle(), &constant, &[1.0, 1.0], Stop::after(500), silent).expect("valid settings");
    assert!(!run.reason.is_converged());
}

#[test]
fn held_out_loss_decides_and_is_asked_every_so_many_steps() {
    let asked = std::cell::RefCell::new(Vec::new());
    // Lowest at x = 4: on the way from 16 to 0 it falls and then rises.
    let policy = ReduceOnPlateau { rate: 0.5, patience: 2, ..POLICY }.on_held_out(2, |x: &[f64]| {
        asked.borrow_mut().push(x[0]);
        (x[0] - 4.0).abs()
    });
    let method = Scheduled { rule: GradientDescent, schedule: policy };
    let parabola = DiagonalQuadratic::centered([1.0]).expect("a finite curvature");
    let run = minimize(&parabola, &method, &[16.0], Stop::after(6), silent).expect("valid settings");
    assert_eq!(*asked.borrow(), [16.0, 4.0, 1.0, 0.25]);
    assert_eq!((run.state.rates.drops, run.state.rates.lowest), (1, Some(0.0)));
    // The evaluations of the other loss are not those of the objective.
    assert_eq!(run.counts.total(), 7);
}

#[test]
fn held_out_loss_is_asked_at_the_first_step_shown_after_it_was_due() {
    let policy = POLICY.on_held_out(10, |_: &[f64]| 1.0);
    let mut state = policy.start().expect("valid settings");
    let mut looks = Vec::new();
    for step in (0..60).step_by(7) {
        let before = state.looks;
        policy.observe(&mut state, step, &[], 0.0);
        looks.extend((state.looks > before).then_some(step));
    }
    assert_eq!(looks, [0, 14, 28, 42, 56]);
}

proptest! {
    #[test]
    fn state_that_was_written_down_goes_on_with_the_same_bits(
        losses in proptest::collection::vec(prop_oneof![0.0..2.0, Just(f64::NAN), Just(f64::INFINITY)], 2..60),
        pause in 0_usize..60,
    ) {
        let pause = pause.min(losses.len());
        let (_, straight) = shown(&POLICY, &losses);
        let (_, paused) = shown(&POLICY, &losses[..pause]);
        let text = serde_json::to_string(&paused).expect("plain numbers");
        let mut state: PlateauState = serde_json::from_str(&text).expect("what was written");
        for (step, &loss) in (pause as u64..).zip(&losses[pause..]) {
            POLICY.observe(&mut state, step, &[], loss);
        }
        prop_assert_eq!(state, straight);
    }

    #[test]
    fn run_that_was_written_down_goes_on_with_the_same_bits(pause in 0_u64..40) {
        let method = Scheduled { rule: GradientDescent, schedule: ReduceOnPlateau { factor: 0.5, ..POLICY } };
        let problem = two_cycle();
        let run = |stop| minimize(&problem, &method, &[1.0, 1.0], stop, silent).expect("valid settings");
        let text = serde_json::to_string(&run(Stop::after(pause)).into_checkpoint()).expect("plain numbers");
        let checkpoint = serde_json::from_str(&text).expect("what was written");
        let resumed = Running::resume(&problem, &method, checkpoint, Stop::after(40)).expect("it fits");
        let (resumed, straight) = (resumed.run_to_end(silent), run(Stop::after(40)));
        prop_assert_eq!(resumed.state, straight.state);
        prop_assert_eq!(resumed.best, straight.best);
    }
}
