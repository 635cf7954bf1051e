//! Functions on which a method must do well, and what its state must say there.

use thalweg_driver::{Best, Checkpoint, Row, Running, Stop};
use thalweg_problem::{Allowance, Counted, Counts, State};

use super::{Ended, Examined, START, ensure, run, within};
use crate::{Candidate, Trial};

pub(super) fn finite_points<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    let trial = Trial::quadratic(5, 3.0, 1.0);
    let mut bad = None;
    run(&(candidate.method)(3.0), &trial, &START, Stop::after(candidate.steps.min(200)), |row| {
        if bad.is_none() && !row.x.iter().all(|x| x.is_finite()) {
            bad = Some((row.step, row.x.to_vec()));
        }
    })?;
    bad.map_or(Ok(()), |(step, x)| Err(format!("after step {step} it is at {x:?}")))
}

pub(super) fn converges<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    reaches_minimum(candidate, 5, 3.0, 1.0, 1.0)
}

pub(super) fn one_variable<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    reaches_minimum(candidate, 1, 3.0, 1.0, 1.0)
}

pub(super) fn scales<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    for size in [1e150, 1e-150] {
        // f of that size; then x of that size, with curvatures of size⁻² so that f is not.
        reaches_minimum(candidate, 5, 3.0 * size, 1.0, 1.0)?;
        reaches_minimum(candidate, 5, 3.0 / size / size, 1.0, size)?;
    }
    Ok(())
}

/// Converges on the quadratic, where ‖∇f‖ ≤ 1e-8 ‖∇f(x₀)‖ leaves an error of 1e-8 κ = 1e-7 of the first one.
fn reaches_minimum<M: Examined>(
    candidate: &Candidate<M>,
    n: usize,
    curvature: f64,
    minimum: f64,
    size: f64,
) -> Result<(), String> {
    let trial = Trial::quadratic(n, curvature, minimum * size);
    let x0: Vec<f64> = START[..n].iter().map(|x| x * size).collect();
    let stop = within(candidate.steps);
    let Ended { best, steps, reason, .. } = run(&(candidate.method)(curvature), &trial, &x0, stop, |_| ())?;
    let what = || format!("n = {n}, largest curvature {curvature:e}, x of size {size:e}");
    ensure(reason.is_converged(), || format!("{}: after {steps} steps {reason}", what()))?;
    let error = best.x.iter().enumerate().map(|(i, x)| {
        let m = if i % 2 == 0 { minimum } else { -minimum };
        (x / size - m).abs()
    });
    // ‖x₀ − m‖ < 20 in units of the size; twice that for the best point, which need not be the last one.
    let error = error.fold(0.0, f64::max);
    ensure(error <= 2.0 * 20.0 * 1e-7, || format!("{}: it is {error:e} sizes off at {:?}", what(), best.x))
}

pub(super) fn state<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    let trial = Trial::quadratic(5, 3.0, 1.0);
    let (counted, method) = (Counted::new(&trial), (candidate.method)(3.0));
    let mut state = method.init(&counted, &START).map_err(|error| error.to_string())?;
    ensure(state.x() == START, || format!("its first state is at {:?}, not at x0", state.x()))?;
    for step in 0..=30 {
        let mut gradient = vec![0.0; 5];
        let value = trial.look(state.x(), &mut gradient);
        if let Some(said) = state.value() {
            ensure(said.to_bits() == value.to_bits(), || {
                format!("after step {step} it says f = {said}, and f at its point is {value}")
            })?;
        }
        if let Some(said) = state.gradient() {
            ensure(said == gradient, || {
                format!("after step {step} it says ∇f = {said:?}, and ∇f at its point is {gradient:?}")
            })?;
        }
        if method.step(&counted, &mut state, &mut Allowance::evaluations(1_000)).is_err() {
            break;
        }
    }
    Ok(())
}

pub(super) fn best_point<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    let trial = Trial::quadratic(5, 3.0, 1.0);
    let mut lowest = f64::INFINITY;
    // Settings for a function a quarter as curved: a fixed rate diverges.
    let ended = run(&(candidate.method)(0.75), &trial, &START, Stop::after(40), |row| {
        // Not what the method says: f itself.
        lowest = lowest.min(trial.look(row.x, &mut [0.0; 5]));
    })?;
    let at_best = trial.look(&ended.best.x, &mut [0.0; 5]);
    ensure(at_best.to_bits() == lowest.to_bits() && ended.best.value.to_bits() == lowest.to_bits(), || {
        format!("it was at a point with f = {lowest} and keeps {:?}, where f is {at_best}", ended.best)
    })
}

pub(super) fn same_bits<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    let bits = || {
        let trial = Trial::quadratic(5, 3.0, 1.0);
        let mut bits = Vec::new();
        run(&(candidate.method)(3.0), &trial, &START, Stop::after(40), |row| {
            bits.extend(row.x.iter().map(|x| x.to_bits()));
        })?;
        Ok::<_, String>(bits)
    };
    let (first, second) = (bits()?, bits()?);
    let differs = first.iter().zip(&second).position(|(a, b)| a != b);
    ensure(first == second, || {
        let step = differs.map_or(first.len().min(second.len()), |at| at) / 5;
        format!("two equal runs differ from step {step} on")
    })
}

/// What must be equal, to the bit, however often a run was interrupted.
#[derive(Debug, PartialEq)]
struct End {
    x: Vec<u64>,
    best: Best,
    row: Row,
    counts: Counts,
    reason: String,
}

pub(super) fn resumed<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    const STEPS: u64 = 25;
    let (trial, method) = (Trial::quadratic(5, 3.0, 1.0), (candidate.method)(3.0));
    let stop = || Stop { relative_gradient: 1e-6, ..within(STEPS) };
    let start = || Running::start(&trial, &method, &START, stop()).map_err(|error| error.to_string());
    let straight = end(start()?);
    let mut running = start()?;
    loop {
        // A copy of the run as it is now, which goes on alone; the original must not notice.
        let checkpoint: Checkpoint<_> = running.checkpoint().clone();
        let step = checkpoint.row().step;
        if running.reason().is_some() {
            return Ok(());
        }
        let resumed =
            Running::resume(&trial, &method, checkpoint, stop()).map_err(|error| error.to_string())?;
        let resumed = end(resumed);
        ensure(resumed == straight, || {
            format!("resumed at step {step} it ends with {resumed:?}, never interrupted with {straight:?}")
        })?;
        running.next();
    }
}

fn end<M: Examined>(mut running: Running<'_, '_, Trial, M>) -> End {
    running.by_ref().for_each(drop);
    let x = running.record().x.iter().map(|x| x.to_bits()).collect();
    let row = running.record().row;
    let run = running.finish();
    End { x, best: run.best, row, counts: run.counts, reason: run.reason.to_string() }
}
