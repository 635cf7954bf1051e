//! A run that was paused is the uninterrupted one, to the bit.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thalweg::driver::Row;
use thalweg::objectives::Quadratic;
use thalweg::prelude::*;
use thalweg::problem::Counted;

use crate::{HalvingDescent, at_rate, scheduled};

const X0: [f64; 2] = [10.0, 0.1];

/// Full, so that an iterate has something to round; with a minimum that is not 0, so that there is a noise floor.
fn tilted() -> Quadratic {
    Quadratic::new([1.05, 0.5, 0.5, 0.4], [-1.0, -1.37], 1.0).expect("a symmetric matrix")
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(value).expect("it can be written down")
}

/// Runs to the end: the rows, and everything that is left behind, as bytes, so that −0 is not 0.
fn end<M, S>(mut running: Running<'_, '_, Quadratic, M>) -> (Vec<Row>, Vec<u8>, String)
where
    S: State + Serialize,
    M: for<'p> Method<Counted<'p, Quadratic>, State = S>,
{
    let rows: Vec<Row> = running.by_ref().collect();
    let run = running.finish();
    let reason = run.reason.to_string();
    let numbers = (run.steps, run.counts, &run.best, &run.state);
    let numbers = bytes(&numbers);
    (rows, [numbers, bytes(&run.into_checkpoint())].concat(), reason)
}

/// Pauses at every step, and before the first row, and goes on in memory, through `postcard`, through JSON and through a file.
fn resumes_everywhere<M, S>(method: &M, stop: &Stop)
where
    S: State + Serialize + DeserializeOwned,
    M: for<'p> Method<Counted<'p, Quadratic>, State = S>,
{
    let problem = tilted();
    let start = || Running::start(&problem, method, &X0, stop.clone()).expect("valid input");
    let (rows, straight, reason) = end(start());
    let folder = tempfile::tempdir().expect("a folder");
    let file = CheckpointFile::at(folder.path().join("run"));
    for seen in 0..=rows.len() {
        let mut running = start();
        assert_eq!(running.by_ref().take(seen).count(), seen);
        let paused = running.checkpoint();
        file.save(paused).expect("a file can be written");
        let copies: [Checkpoint<S>; 4] = [
            paused.clone(),
            postcard::from_bytes(&bytes(paused)).expect("the same type"),
            serde_json::from_str(&serde_json::to_string(paused).expect("it can be written"))
                .expect("the same type"),
            file.load().expect("a whole file").expect("a file").checkpoint,
        ];
        for (way, copy) in copies.into_iter().enumerate() {
            assert_eq!(bytes(&copy), bytes(paused), "after {seen} rows, way {way}");
            let resumed = Running::resume(&problem, method, copy, stop.clone()).expect("it fits");
            let (rest, left, why) = end(resumed);
            // The start's row is in the checkpoint, whether it was asked for or not.
            assert_eq!(rest, rows[seen.max(1)..], "after {seen} rows, way {way}");
            assert_eq!(why, reason, "after {seen} rows, way {way}");
            assert!(left == straight, "after {seen} rows, way {way}: other bits");
        }
    }
}

#[test]
fn every_step_of_a_run_to_a_limit() {
    let stop = Stop { max_steps: 25, ..Stop::default() };
    resumes_everywhere(&at_rate(0.9), &stop);
    resumes_everywhere(&scheduled(|k| 0.9 / (1.0 + 0.01 * k as f64)), &stop);
    resumes_everywhere(&scheduled(|k| if k % 3 == 0 { 0.0 } else { 0.3 }), &stop);
}

#[test]
fn every_step_of_a_run_that_evaluates_more_than_once() {
    resumes_everywhere(&HalvingDescent { first_rate: 1.0 }, &Stop { max_steps: 20, ..Stop::default() });
}

#[test]
fn every_step_of_a_run_to_its_noise_floor() {
    // What the noise test remembers is part of the checkpoint: a run that forgot it would stop later.
    for noise_window in [4, 11, 30] {
        let stop = Stop { relative_gradient: 0.0, noise_window, max_steps: 600, ..Stop::default() };
        resumes_everywhere(&at_rate(0.9), &stop);
        let run = minimize(&tilted(), &at_rate(0.9), &X0, stop, silent).expect("valid input");
        assert!(matches!(run.reason, StopReason::NoiseFloor(_)), "{}", run.reason);
    }
}

#[test]
fn noise_test_of_a_run_that_stands_still_from_its_start() {
    // f is still at the first step already, compared with the start: a pause before the first row must not forget that.
    let problem = tilted();
    let stop = Stop { relative_gradient: 0.0, noise_window: 11, max_steps: 600, ..Stop::default() };
    let floor = minimize(&problem, &at_rate(0.9), &X0, stop.clone(), silent).expect("valid input");
    let near: Vec<f64> = floor.best.x.iter().map(|x| x * (1.0 + 1e-13)).collect();
    let method = at_rate(0.9);
    let start = || Running::start(&problem, &method, &near, stop.clone()).expect("valid input");
    let (rows, straight, reason) = end(start());
    assert!(reason.starts_with("near the noise floor"), "{reason}");
    for seen in 0..rows.len() {
        let mut running = start();
        assert_eq!(running.by_ref().take(seen).count(), seen);
        let again =
            Running::resume(&problem, &method, running.checkpoint().clone(), stop.clone()).expect("it fits");
        let (rest, left, why) = end(again);
        assert_eq!((&rest[..], &why), (&rows[seen.max(1)..], &reason), "after {seen} rows");
        assert!(left == straight, "after {seen} rows: other bits");
    }
}

#[test]
fn every_step_of_a_run_that_runs_away() {
    resumes_everywhere(&at_rate(2.5), &Stop::default());
    let run = minimize(&tilted(), &at_rate(2.5), &X0, Stop::default(), silent).expect("valid input");
    assert!(matches!(run.reason, StopReason::RanAway { .. }), "{}", run.reason);
}

#[test]
fn convergence_is_judged_by_the_gradient_at_the_first_start() {
    let stop = Stop { relative_gradient: 1e-3, ..Stop::default() };
    let straight = minimize(&tilted(), &at_rate(0.9), &X0, stop.clone(), silent).expect("valid input");
    let paused = minimize(&tilted(), &at_rate(0.9), &X0, Stop::after(3), silent).expect("valid input");
    let problem = tilted();
    let method = at_rate(0.9);
    let resumed = Running::resume(&problem, &method, paused.into_checkpoint(), stop).expect("it fits");
    let resumed = resumed.run_to_end(silent);
    assert_eq!(resumed.reason.to_string(), straight.reason.to_string());
    assert_eq!(
        (resumed.steps, resumed.best, resumed.counts),
        (straight.steps, straight.best, straight.counts)
    );
}

#[test]
fn limits_count_from_the_first_start() {
    let (problem, method) = (tilted(), at_rate(0.9));
    let paused =
        || minimize(&problem, &method, &X0, Stop::after(5), silent).expect("valid input").into_checkpoint();
    let resume =
        |stop| Running::resume(&problem, &method, paused(), stop).expect("it fits").run_to_end(silent);
    let run = resume(Stop { max_steps: 8, ..Stop::default() });
    assert!(matches!(run.reason, StopReason::StepLimit { limit: 8 }), "{}", run.reason);
    assert_eq!((run.steps, run.counts.gradients), (8, 9));
    let run = resume(Stop { max_evaluations: Some(8), ..Stop::default() });
    assert!(matches!(run.reason, StopReason::EvaluationLimit { limit: 8 }), "{}", run.reason);
    assert_eq!((run.steps, run.counts.gradients), (7, 8));
}

#[test]
fn limits_that_are_reached_already_evaluate_nothing() {
    let calls = std::cell::Cell::new(0);
    let problem = from_fn(2, |x, g| {
        calls.set(calls.get() + 1);
        tilted().value_gradient(x, g)
    });
    let method = at_rate(0.9);
    let five = Stop { max_steps: 5, ..Stop::default() };
    let paused = minimize(&problem, &method, &X0, five, silent).expect("valid input").into_checkpoint();
    let before = calls.get();
    let raised = CancelFlag::default();
    raised.raise();
    for (stop, why) in [
        (Stop { max_steps: 5, ..Stop::default() }, "the limit of 5 steps is reached"),
        (Stop { max_steps: 2, ..Stop::default() }, "the limit of 2 steps is reached"),
        (Stop { max_evaluations: Some(6), ..Stop::default() }, "the limit of 6 evaluations is reached"),
        (Stop { max_evaluations: Some(1), ..Stop::default() }, "the limit of 1 evaluations is reached"),
        (Stop { cancel: Some(raised), ..Stop::default() }, "the run was cancelled"),
        (Stop { relative_gradient: 1.0, ..Stop::default() }, "the gradient norm"),
        (Stop { target_value: Some(1e9), ..Stop::default() }, "the value"),
    ] {
        let mut resumed = Running::resume(&problem, &method, paused.clone(), stop).expect("it fits");
        assert!(resumed.reason().is_some(), "{why}");
        assert_eq!(resumed.next(), None, "{why}");
        let run = resumed.finish();
        assert!(run.reason.to_string().starts_with(why), "{} is not {why}", run.reason);
        assert_eq!((run.steps, run.counts.gradients), (5, 6), "{why}");
        assert!(bytes(&run.into_checkpoint()) == bytes(&paused), "{why}: other bits");
    }
    assert_eq!(calls.get(), before);
}

#[test]
fn noise_window_that_changes_begins_anew() {
    // Still for most of the long window: its halves say nothing about a short one's.
    let (problem, method) = (tilted(), at_rate(0.9));
    let stop =
        |noise_window, max_steps| Stop { relative_gradient: 0.0, noise_window, max_steps, ..Stop::default() };
    let whole = minimize(&problem, &method, &X0, stop(200, 10_000), silent).expect("valid input");
    let StopReason::NoiseFloor(noise) = whole.reason else { panic!("{}", whole.reason) };
    assert_eq!(noise.steps, 200);
    for back in [190, 101, 20, 1] {
        let paused =
            minimize(&problem, &method, &X0, stop(200, whole.steps - back), silent).expect("valid input");
        let resumed =
            Running::resume(&problem, &method, paused.into_checkpoint(), stop(10, 10_000)).expect("it fits");
        assert!(resumed.reason().is_none(), "{:?}", resumed.reason());
        let run = resumed.run_to_end(silent);
        let StopReason::NoiseFloor(noise) = run.reason else { panic!("{}", run.reason) };
        assert_eq!(noise.steps, 10);
        assert!(run.steps >= whole.steps - back + 10);
    }
    // A run that stopped there stops there again, and goes on without the test.
    let paused = whole.into_checkpoint();
    let again = Running::resume(&problem, &method, paused.clone(), stop(200, 10_000)).expect("it fits");
    assert!(matches!(again.reason(), Some(StopReason::NoiseFloor(_))));
    let on = Running::resume(&problem, &method, paused, stop(0, 2000)).expect("it fits").run_to_end(silent);
    assert!(matches!(on.reason, StopReason::StepLimit { limit: 2000 }), "{}", on.reason);
}

#[test]
fn checkpoint_of_another_dimension_is_refused() {
    let (problem, method) = (tilted(), at_rate(0.9));
    let wide = Quadratic::new([1.0], [0.0], 0.0).expect("a symmetric matrix");
    let paused =
        minimize(&wide, &method, &[1.0], Stop::after(2), silent).expect("valid input").into_checkpoint();
    let error = Running::resume(&problem, &method, paused, Stop::default()).unwrap_err();
    assert_eq!(error.to_string(), "invalid `checkpoint.state.x`: length 1 (allowed: length 2)");
}

#[test]
fn checkpoint_whose_parts_do_not_fit_together_is_refused() {
    // As somebody may have edited it.
    let (problem, method) = (tilted(), at_rate(0.9));
    let paused =
        minimize(&problem, &method, &X0, Stop::after(2), silent).expect("valid input").into_checkpoint();
    let json = serde_json::to_value(&paused).expect("it can be written");
    for (place, argument) in [
        ("/state/point/x", "checkpoint.state.x"),
        ("/state/point/gradient", "checkpoint.state.gradient"),
        ("/best/x", "checkpoint.best.x"),
        ("/past/quiet/anchor", "checkpoint.anchor"),
    ] {
        let mut edited = json.clone();
        edited.pointer_mut(place).expect(place).as_array_mut().expect(place).push(1.0.into());
        let edited: Checkpoint<_> = serde_json::from_value(edited).expect("the same type");
        let error = Running::resume(&problem, &method, edited, Stop::default()).unwrap_err();
        assert_eq!((&*error.argument, &*error.value), (argument, "length 3"));
    }
}

#[test]
fn settings_are_checked_on_resumption_too() {
    let (problem, method) = (tilted(), at_rate(0.9));
    let paused =
        minimize(&problem, &method, &X0, Stop::after(2), silent).expect("valid input").into_checkpoint();
    let stop = Stop { runaway: 0.5, ..Stop::default() };
    assert_eq!(Running::resume(&problem, &method, paused, stop).unwrap_err().argument, "stop.runaway");
}

#[test]
fn state_that_is_not_finite_is_not_gone_on_from() {
    let (problem, method) = (tilted(), at_rate(2.5));
    let stop = Stop { runaway: f64::INFINITY, ..Stop::default() };
    let run = minimize(&problem, &method, &X0, stop.clone(), silent).expect("valid input");
    assert!(matches!(run.reason, StopReason::Diverged { .. }), "{}", run.reason);
    let (steps, reason) = (run.steps, run.reason.to_string());
    let again =
        Running::resume(&problem, &method, run.into_checkpoint(), stop).expect("it fits").run_to_end(silent);
    assert_eq!((again.steps, again.reason.to_string()), (steps, reason));
}
