//! What is refused before anything runs.

use thalweg_problem::Counted;

use super::{Examined, START, ensure, refusal};
use crate::{Candidate, Trial};

pub(super) fn no_variables<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    let empty = Trial::quadratic(0, 1.0, 0.0);
    refused(&(candidate.method)(1.0), &empty, &[], "n = 0", "dim")
}

pub(super) fn wrong_length<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    let method = (candidate.method)(1.0);
    for n in [4, 6] {
        let trial = Trial::quadratic(n, 1.0, 1.0);
        refused(&method, &trial, &START, &format!("a start of length 5 for n = {n}"), "x0")?;
    }
    Ok(())
}

pub(super) fn start_not_finite<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    let method = (candidate.method)(1.0);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for i in [0, 2, 4] {
            let mut x0 = START;
            x0[i] = bad;
            let trial = Trial::quadratic(5, 1.0, 1.0);
            refused(&method, &trial, &x0, &format!("x0[{i}] = {bad}"), &format!("x0[{i}]"))?;
        }
    }
    Ok(())
}

pub(super) fn settings<M: Examined>(candidate: &Candidate<M>) -> Result<(), String> {
    for (name, method) in &candidate.refused {
        let trial = Trial::quadratic(5, 1.0, 1.0);
        refused(method, &trial, &START, &format!("a setting `{name}` out of range"), name)?;
    }
    Ok(())
}

/// Asks the method itself: the driver would refuse most of this before the method sees it.
fn refused<M: Examined>(
    method: &M,
    trial: &Trial,
    x0: &[f64],
    what: &str,
    names: &str,
) -> Result<(), String> {
    refusal(what, method.init(&Counted::new(trial), x0), names)?;
    ensure(trial.calls() == 0, || format!("{what} is refused only after {} evaluations", trial.calls()))
}
