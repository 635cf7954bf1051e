//! Which terms a batch has, and what a step makes of them.

use std::cell::RefCell;

use proptest::prelude::*;
use thalweg::first_order::epoch_order;
use thalweg::prelude::*;
use thalweg::problem::{Allowance, InvalidInput};

use crate::{Ahead, Noting, constant, scattered, solvable};

/// The batches of the first `steps` steps.
fn batches<R: UpdateRule<f64>>(method: &MiniBatch<R, Constant>, steps: u64) -> Vec<Vec<usize>> {
    let problem = Noting::new(scattered());
    minimize(&problem, method, &[0.0, 0.0], Stop::after(steps), silent).expect("valid settings");
    problem.batches.into_inner()
}

#[test]
fn orders_are_those_of_the_documented_shuffle() {
    // From another implementation of ChaCha8 and of the shuffle, written in Python from the same description.
    let mut order = [0; 20];
    epoch_order(0xfedc_ba98_7654_3210, 12_345_678_901, &mut order);
    assert_eq!(order, [19, 18, 9, 0, 14, 1, 2, 8, 4, 6, 10, 16, 17, 13, 11, 15, 5, 7, 3, 12]);
    for n in [0, 1] {
        let mut short = vec![7; n];
        epoch_order(3, 4, &mut short);
        assert_eq!(short, vec![0; n]);
    }
}

#[test]
fn last_batch_of_an_epoch_is_short_or_dropped() {
    let lengths = |drop_last| {
        let method = MiniBatch { drop_last, ..constant(0.01, 4) };
        batches(&method, 7).iter().map(Vec::len).collect::<Vec<_>>()
    };
    assert_eq!(lengths(false), [4, 4, 2, 4, 4, 2, 4]);
    assert_eq!(lengths(true), [4, 4, 4, 4, 4, 4, 4]);
}

#[test]
fn gradient_of_a_short_batch_is_the_mean_over_its_terms() {
    let (problem, method) = (scattered(), constant(0.01, 4));
    let mut state = method.init(&problem, &[0.3, 0.4]).expect("valid settings");
    for step in 1..=3 {
        let (before, batch) =
            (state.point.x.clone(), state.order[4 * (step - 1)..(4 * step).min(10)].to_vec());
        method.step(&problem, &mut state, &mut Allowance::evaluations(1)).expect("one is left");
        let mut mean = [0.0; 2];
        for &term in &batch {
            let mut one = [0.0; 2];
            problem.batch_value_gradient(&before, &[term], &mut one);
            mean = [0, 1].map(|j| mean[j] + one[j] / batch.len() as f64);
        }
        for (j, mean) in mean.into_iter().enumerate() {
            let moved = before[j] - 0.01 * mean;
            assert!((state.point.x[j] - moved).abs() < 1e-14, "step {step}: {} {moved}", state.point.x[j]);
        }
    }
}

#[test]
fn whole_sum_in_one_batch_is_the_deterministic_method() {
    let method = constant(0.02, 10);
    let mut stochastic = Trace::with_points();
    let run = minimize(&scattered(), &method, &[3.0, -1.0], Stop::after(100), stochastic.observer())
        .expect("valid settings");
    let mut whole = Trace::with_points();
    let deterministic = Scheduled { rule: method.rule, schedule: method.schedule };
    minimize(&scattered(), &deterministic, &[3.0, -1.0], Stop::after(100), whole.observer())
        .expect("valid settings");
    assert_eq!((run.state.epoch, run.counts.batches, run.counts.total()), (100, 100, 100));
    for (one, other) in stochastic.points.iter().zip(&whole.points) {
        for (a, b) in one.iter().zip(other) {
            // Ten terms of about 10 in another order, a hundred times, contracting: 1e-13 would do.
            assert!((a - b).abs() < 1e-12, "{a} {b}");
        }
    }
}

#[test]
fn rule_that_looks_ahead_goes_the_way_of_a_loop_by_hand() -> Result<(), InvalidInput> {
    let problem = scattered();
    let method = MiniBatch { batch_size: 3, seed: 5, ..MiniBatch::with(Ahead, Constant { rate: 0.01 }) };
    let run = minimize(&problem, &method, &[1.0, 1.0], Stop::after(12), silent)?;

    let (mut x, mut gradient, mut order) = ([1.0, 1.0], [0.0; 2], [0; 10]);
    let mut state = Ahead.init(&x)?;
    for epoch in 0..3 {
        epoch_order(5, epoch, &mut order);
        for batch in order.chunks(3) {
            Ahead.look_ahead(&mut state, &mut x)?;
            problem.batch_value_gradient(&x, batch, &mut gradient);
            Ahead.update(&mut state, &mut x, &gradient, 0.01)?;
        }
    }
    Ahead.look_ahead(&mut state, &mut x)?;
    assert_eq!((run.state.x(), &run.state.rule), (&x[..], &state));
    Ok(())
}

#[test]
fn schedule_counts_batches() {
    let method = MiniBatch { batch_size: 4, ..MiniBatch::with(GradientDescent, LinearDecay::default()) };
    let mut trace = Trace::default();
    minimize(&solvable(), &method.clone(), &[0.0, 0.0], Stop::after(5), trace.observer())
        .expect("valid settings");
    let rates: Vec<_> = trace.rows.iter().map(|row| row.rate).collect();
    assert_eq!(rates, [None, Some(1.0), Some(0.5), Some(1.0 / 3.0), Some(0.25), Some(0.2)]);
}

/// A policy that notes what it is shown.
struct Noticing(RefCell<Vec<(u64, f64)>>);

impl RatePolicy for &Noticing {
    type State = ();
    fn start(&self) -> Result<(), InvalidInput> {
        Ok(())
    }
    fn rate_at(&self, _: &(), _: u64) -> f64 {
        0.0
    }
    fn observe(&self, _: &mut (), step: u64, _: &[f64], value: f64) {
        self.0.borrow_mut().push((step, value));
    }
}

#[test]
fn policy_is_shown_the_mean_over_an_epoch() {
    let noticing = Noticing(RefCell::default());
    let method = MiniBatch { batch_size: 4, ..MiniBatch::with(GradientDescent, &noticing) };
    let problem = scattered();
    minimize(&problem, &method, &[1.0, 2.0], Stop::after(9), silent).expect("valid settings");
    let shown = noticing.0.borrow();
    // The rate is 0, so every term is evaluated at the start, and their mean is f there.
    let value = problem.value(&[1.0, 2.0]);
    assert_eq!(shown.iter().map(|(step, _)| *step).collect::<Vec<_>>(), [3, 6, 9]);
    assert!(shown.iter().all(|(_, mean)| (mean / value - 1.0).abs() < 1e-14), "{shown:?} {value}");
}

#[test]
fn plateau_of_epochs_reduces_the_rate_of_batches() {
    let schedule = ReduceOnPlateau { rate: 0.05, patience: 3, threshold: 0.0, ..ReduceOnPlateau::default() };
    let method = MiniBatch { batch_size: 2, ..MiniBatch::with(GradientDescent, schedule) };
    let run =
        minimize(&scattered(), &method, &[0.0, 0.0], Stop::after(5 * 200), silent).expect("valid settings");
    let plateau = run.state.rates;
    assert_eq!((run.state.epoch, plateau.looks), (200, 200));
    assert!(plateau.drops >= 1 && plateau.rate < 0.006, "{plateau:?}");
    assert!(plateau.lowest.is_some_and(|lowest| run.state.epoch_mean >= Some(lowest)));
}

proptest! {
    #[test]
    fn every_epoch_takes_every_term_once(batch_size in 1_usize..=10, seed in any::<u64>(), epochs in 1_u64..5) {
        let method = MiniBatch { seed, ..constant(1e-3, batch_size) };
        let per_epoch = 10_usize.div_ceil(batch_size);
        let batches = batches(&method, epochs * per_epoch as u64);
        for (epoch, batches) in batches.chunks(per_epoch).enumerate() {
            let mut order = [0; 10];
            epoch_order(seed, epoch as u64, &mut order);
            prop_assert_eq!(batches.concat(), order);
            let mut sorted = batches.concat();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..10).collect::<Vec<_>>());
        }
    }

    #[test]
    fn same_seed_same_bits_and_another_seed_another_way(seed in any::<u64>(), other in any::<u64>()) {
        prop_assume!(seed != other);
        let end = |seed| {
            let method = MiniBatch { seed, ..constant(0.01, 3) };
            minimize(&scattered(), &method, &[1.0, 1.0], Stop::after(40), silent).expect("valid settings").state
        };
        prop_assert_eq!(end(seed), end(seed));
        prop_assert_ne!(end(seed).point.x, end(other).point.x);
    }
}
