//! One method from many starts.

use std::cmp::Ordering;

#[cfg(feature = "parallel")]
use rayon::prelude::*;
use thalweg_problem::{Counted, InvalidInput, Method, Objective};

use crate::{Run, Stop, minimize, silent};

/// What became of one start of [`minimize_many`].
pub type Outcome<S> = Result<Run<S>, InvalidInput>;

/// Runs `method` on `problem` from every start; the outcomes are in the order of the starts, whichever ended first.
///
/// Each run is a run of [`minimize`] with limits of its own: no start sees another, so that neither their number nor the
/// number of threads changes a bit. With the feature `parallel` they share all cores, without it they take turns.
/// A flag that the problem itself raises stops whatever runs at that moment, the other starts too.
///
/// ```
/// # use thalweg_driver::problem::*;
/// # use thalweg_first_order::{GradientDescent, Scheduled, schedules::Constant};
/// # let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.1 } };
/// use thalweg_driver::{Stop, lowest, minimize_many};
///
/// // Two valleys, at −1 and at 1; the tilt makes the left one lower.
/// let valleys = from_fn(1, |x, g| {
///     g[0] = x[0] * (x[0] * x[0] - 1.0) + 0.1;
///     0.25 * (x[0] * x[0] - 1.0) * (x[0] * x[0] - 1.0) + 0.1 * x[0]
/// });
/// let outcomes = minimize_many(&valleys, &method, &[[2.0], [f64::NAN], [-2.0]], &Stop::default());
/// assert_eq!(outcomes[1].as_ref().unwrap_err().argument, "x0[0]");
/// let (start, run) = lowest(&outcomes).expect("one start is good");
/// assert_eq!((start, run.best.x[0] < -1.0), (2, true));
/// ```
pub fn minimize_many<'p, P, M, X>(
    problem: &'p P,
    method: &M,
    starts: &[X],
    stop: &Stop,
) -> Vec<Outcome<M::State>>
where
    P: Objective + Sync + ?Sized,
    M: Method<Counted<'p, P>, State: Send> + Sync,
    X: AsRef<[f64]> + Sync,
{
    let outcome = |x0: &X| minimize(problem, method, x0.as_ref(), stop.clone(), silent);
    #[cfg(feature = "parallel")]
    return starts.par_iter().map(outcome).collect();
    #[cfg(not(feature = "parallel"))]
    starts.iter().map(outcome).collect()
}

/// The outcome with the lowest best value and which start it is; the first one on a tie.
///
/// None if no run found a finite value.
#[must_use]
pub fn lowest<S>(outcomes: &[Outcome<S>]) -> Option<(usize, &Run<S>)> {
    let runs =
        outcomes.iter().enumerate().filter_map(|(start, outcome)| Some((start, outcome.as_ref().ok()?)));
    runs.filter(|(_, run)| !run.best.value.is_nan())
        // Not `total_cmp`, for which −0 is below 0.
        .min_by(|(_, a), (_, b)| a.best.value.partial_cmp(&b.best.value).unwrap_or(Ordering::Equal))
}
