//! A step along a direction, as far as a line search says: what the methods with one have in common.

use nalgebra::DMatrix;
use thalweg_line_search::{Landing, LineSearch, Ray};
use thalweg_problem::{Allowance, Point, Step, Stuck};

use crate::factorization::indefinite::Indefinite;

/// What a step by L B Lᵀ and a search writes before it reads it: 2n² + 9n numbers.
#[derive(Clone, Debug)]
pub(crate) struct Factored {
    pub(crate) hessian: DMatrix<f64>,
    pub(crate) factors: Indefinite,
    pub(crate) direction: Vec<f64>,
    pub(crate) landing: Landing,
}

impl Factored {
    pub(crate) fn for_dim(n: usize) -> Self {
        Self {
            hessian: DMatrix::zeros(n, n),
            factors: Indefinite::for_dim(n),
            direction: vec![0.0; n],
            landing: Landing::new(n),
        }
    }
}

impl Default for Factored {
    fn default() -> Self {
        Self::for_dim(0)
    }
}

/// Moves `point` along `direction`, α = 1 first.
///
/// A search that fails has seen a lower point all the same, more often than not, and then that is the step: it is the search
/// that has failed, not the descent.
pub(crate) fn descend<P: ?Sized, L: LineSearch<P>>(
    search: &L,
    problem: &P,
    point: &mut Point,
    direction: &[f64],
    landing: &mut Landing,
    allow: &mut Allowance,
) -> Result<Step, Stuck> {
    let outcome = search.search(problem, Ray::new(point, direction)?, 1.0, allow, landing);
    let alpha = match outcome {
        Ok(accepted) => accepted.alpha,
        Err(failed) if failed.alpha > 0.0 && failed.end.value < point.value => failed.alpha,
        Err(failed) => return Err(failed.reason.into()),
    };
    std::mem::swap(point, &mut landing.point);
    Ok(Step::at_rate(alpha))
}
