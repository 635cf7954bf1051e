//! Many starts: the order, the reasons of each, and the same bits for any number of threads.

use rayon::ThreadPoolBuilder;
use thalweg::driver::Outcome;
use thalweg::prelude::*;
use thalweg::problem::Counted;

use crate::at_rate;

/// Valleys at about −1 and 1, the left one lower; NaN beyond 50.
fn valleys() -> impl Differentiable + Sync {
    from_fn(1, |x, g| {
        let x = x[0];
        g[0] = x * (x * x - 1.0) + 0.1;
        if x > 50.0 { f64::NAN } else { 0.25 * (x * x - 1.0) * (x * x - 1.0) + 0.1 * x }
    })
}

/// Everything of an outcome, with the bits of its numbers.
fn told<S: State>(outcome: &Outcome<S>) -> Result<(Vec<u64>, String), InvalidInput> {
    let run = outcome.as_ref().map_err(Clone::clone)?;
    let numbers = run.best.x.iter().chain(run.state.x()).chain([&run.best.value]);
    let bits = numbers.map(|x| x.to_bits()).chain([run.steps, run.best.step, run.counts.total()]);
    Ok((bits.collect(), run.reason.to_string()))
}

fn starts() -> Vec<Vec<f64>> {
    // Good ones of very different lengths, one of each kind of bad one, and one whose value is not finite.
    let mut starts: Vec<Vec<f64>> = (0..40).map(|i| vec![0.17 * f64::from(i) - 3.3]).collect();
    starts[7] = vec![f64::NAN];
    starts[11] = vec![1.0, 2.0];
    starts[13] = vec![60.0];
    starts[17] = vec![];
    starts
}

#[test]
fn outcomes_are_those_of_one_run_after_the_other_for_any_number_of_threads() {
    let (problem, method, stop) = (valleys(), at_rate(0.1), Stop::default());
    let alone: Vec<_> =
        starts().iter().map(|x0| told(&minimize(&problem, &method, x0, stop.clone(), silent))).collect();
    for threads in [1, 2, 5] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let many = pool.install(|| minimize_many(&problem, &method, &starts(), &stop));
        assert_eq!(many.iter().map(told).collect::<Vec<_>>(), alone, "{threads} threads");
    }
}

#[test]
fn each_start_has_a_reason_of_its_own() {
    let stop = Stop { max_steps: 60, ..Stop::default() };
    let outcomes = minimize_many(&valleys(), &at_rate(0.1), &starts(), &stop);
    assert_eq!(outcomes.len(), 40);
    let error = |i: usize| outcomes[i].as_ref().unwrap_err().to_string();
    assert_eq!(error(7), "invalid `x0[0]`: NaN (allowed: a finite number)");
    assert_eq!(error(11), "invalid `x0`: length 2 (allowed: length 1)");
    assert_eq!(error(17), "invalid `x0`: length 0 (allowed: length 1)");
    let reason = |i: usize| outcomes[i].as_ref().expect("it ran").reason.clone();
    assert!(matches!(reason(13), StopReason::NonFiniteStart { .. }));
    // Some are near enough, others are not; every run has the whole limit.
    let converged =
        (0..40).filter(|i| outcomes[*i].as_ref().is_ok_and(|run| run.reason.is_converged())).count();
    let limited = (0..40).filter(|i| {
        outcomes[*i].as_ref().is_ok_and(|run| matches!(run.reason, StopReason::StepLimit { limit: 60 }))
    });
    assert!(converged > 0 && limited.count() > 0, "{converged} converged");
}

#[test]
fn no_start_is_no_outcome() {
    let none: [[f64; 1]; 0] = [];
    let outcomes = minimize_many(&valleys(), &at_rate(0.1), &none, &Stop::default());
    assert!(outcomes.is_empty());
    assert!(lowest(&outcomes).is_none());
}

#[test]
fn bad_setting_is_the_error_of_every_start() {
    let stop = Stop { runaway: f64::NAN, ..Stop::default() };
    let outcomes = minimize_many(&valleys(), &at_rate(0.1), &[[1.0], [2.0]], &stop);
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_err_and(|e| e.argument == "stop.runaway")));
}

#[test]
fn flag_stops_all_that_are_not_done() {
    let cancel = CancelFlag::default();
    cancel.raise();
    let stop = Stop { cancel: Some(cancel), ..Stop::default() };
    let outcomes = minimize_many(&valleys(), &at_rate(0.1), &[[1.0], [2.0], [-2.0]], &stop);
    for outcome in &outcomes {
        let run = outcome.as_ref().expect("valid input");
        assert!(matches!(run.reason, StopReason::Cancelled { .. }), "{}", run.reason);
        assert_eq!((run.steps, run.counts.total()), (0, 1));
    }
    // Even so the lowest start is known.
    assert_eq!(lowest(&outcomes).map(|(start, _)| start), Some(0));
}

/// Runs that take no step, so that the values are those of f at the starts.
fn at<P>(problem: &P, starts: &[[f64; 1]]) -> Option<usize>
where
    P: Differentiable + Sync,
    Scheduled<GradientDescent, Constant>: for<'p> Method<Counted<'p, P>, State: Send>,
{
    let outcomes = minimize_many(problem, &at_rate(0.1), starts, &Stop::after(0));
    lowest(&outcomes).map(|(start, run)| {
        assert_eq!(run.state.x(), starts[start]);
        start
    })
}

#[test]
fn lowest_is_the_first_on_a_tie_and_never_nan() {
    let identity = from_fn(1, |x, g| {
        g[0] = 1.0;
        x[0]
    });
    assert_eq!(at(&identity, &[[3.0], [1.0], [2.0], [1.0]]), Some(1));
    // −0 is 0, and comes first only if it comes first.
    assert_eq!(at(&identity, &[[0.0], [-0.0]]), Some(0));
    assert_eq!(at(&identity, &[[-0.0], [0.0]]), Some(0));
    // Starts that are refused do not count, but keep their places.
    assert_eq!(at(&identity, &[[f64::NAN], [5.0], [f64::INFINITY], [4.0]]), Some(3));
    let undefined_below = from_fn(1, |x, g| {
        g[0] = 1.0;
        if x[0] < 0.0 { f64::NAN } else { x[0] }
    });
    assert_eq!(at(&undefined_below, &[[-1.0], [2.0], [-3.0]]), Some(1));
    assert_eq!(at(&undefined_below, &[[-1.0], [-3.0]]), None);
    let minus_infinity_below = from_fn(1, |x, g| {
        g[0] = 1.0;
        if x[0] < 0.0 { f64::NEG_INFINITY } else { x[0] }
    });
    assert_eq!(at(&minus_infinity_below, &[[-1.0], [2.0]]), Some(1));
}
