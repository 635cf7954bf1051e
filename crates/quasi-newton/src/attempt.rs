//! One search, and what a method makes of its outcome.

use thalweg_line_search::{Failed, Failure, Landing, LineSearch, Ray};
use thalweg_numerics::norm;
use thalweg_problem::{Allowance, InvalidInput, Point, Stuck};

/// Searches along `direction`, whose slope is known. Afterwards `landing.point` is where to go, α times along it; a search
/// that failed but found a lower point has moved, too, for what is lower is never lost.
pub(crate) fn attempt<P: ?Sized, L: LineSearch<P> + ?Sized>(
    problem: &P,
    search: &L,
    start: &Point,
    direction: &[f64],
    slope: f64,
    first: f64,
    allow: &mut Allowance,
    landing: &mut Landing,
) -> Result<f64, Failure> {
    let ray = Ray::with_slope(start, direction, slope)?;
    match search.search(problem, ray, first, allow, landing) {
        Ok(accepted) => Ok(accepted.alpha),
        Err(Failed { alpha, .. }) if alpha > 0.0 => Ok(alpha),
        Err(Failed { reason, .. }) => Err(reason),
    }
}

/// What a step says that cannot go on.
pub(crate) fn stuck(failure: Failure) -> Stuck {
    match failure {
        Failure::OutOfEvaluations => Stuck::OutOfEvaluations,
        Failure::Cancelled => Stuck::Cancelled,
        Failure::Invalid(input) => Stuck::Invalid(input),
        other => Stuck::Because(format!("the line search finds no lower point: {other}").into()),
    }
}

/// Whether another direction is worth a search: not if nothing may be evaluated any more.
pub(crate) fn may_try_again(failure: &Failure) -> bool {
    !matches!(failure, Failure::OutOfEvaluations | Failure::Cancelled | Failure::Invalid(_))
}

/// The α for which α p has this length; 1 where p is 0.
pub(crate) fn of_length(length: f64, p: &[f64]) -> f64 {
    let alpha = length / norm(p);
    if alpha.is_finite() { alpha } else { 1.0 }
}

/// Nothing if `curvature` can be the share of ‖s‖ ‖y‖ that a pair's sᵀy has to exceed.
pub(crate) fn check_curvature(curvature: f64) -> Result<(), InvalidInput> {
    if (0.0..1.0).contains(&curvature) {
        return Ok(());
    }
    Err(InvalidInput::new("curvature", format_args!("{curvature:?}"), "from 0 to below 1"))
}
