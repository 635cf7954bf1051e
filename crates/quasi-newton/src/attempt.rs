//! One search, and what a method makes of its outcome.

use thalweg_line_search::{Failed, Failure, Landing, LineSearch, Ray};
use thalweg_numerics::norm;
use thalweg_problem::{Allowance, InvalidInput, Stuck};

/// Searches along `ray`. Afterwards `landing.point` is where to go, α times along it; a search that failed but found a lower
/// point has moved, too, for what is lower is never lost.
pub(crate) fn attempt<P: ?Sized, L: LineSearch<P> + ?Sized>(
    problem: &P,
    search: &L,
    ray: Ray<'_>,
    first: f64,
    allow: &mut Allowance,
    landing: &mut Landing,
) -> Result<f64, Failure> {
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

/// p ← length · p/‖p‖, which is what α = 1 is to mean where nothing is known of the curvature, and whose slope does not
/// overflow where ‖∇f‖² would; p = 0 stays as it is.
pub(crate) fn stretch(p: &mut [f64], length: f64) {
    let norm = norm(p);
    if norm > 0.0 && norm.is_finite() {
        // Two factors, because length/‖p‖ alone may overflow or vanish.
        p.iter_mut().for_each(|p| *p = *p / norm * length);
    }
}

/// Nothing if `least_cosine` can be the share of ‖s‖ ‖y‖ that a pair's sᵀy has to exceed.
pub(crate) fn check_cosine(least_cosine: f64) -> Result<(), InvalidInput> {
    if (0.0..1.0).contains(&least_cosine) {
        return Ok(());
    }
    Err(InvalidInput::new("least_cosine", format_args!("{least_cosine:?}"), "from 0 to below 1"))
}
