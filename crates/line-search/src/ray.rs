//! A search along a ray in ℝⁿ: what it costs there is one pass to form x + αp, one evaluation and one inner product.

use thalweg_numerics::{dot, widest};
use thalweg_problem::{Allowance, Differentiable, InvalidInput, Point};

use crate::{Accepted, Failed, Landing, OneDimensional, Probe, Sample, search_along};

/// Where a search begins and which way it looks.
///
/// ```
/// use thalweg_line_search::problem::{Allowance, Point, from_fn};
/// use thalweg_line_search::{Landing, LineSearch, MoreThuente, Ray};
///
/// let bowl = from_fn(2, |x, gradient| {
///     (gradient[0], gradient[1]) = (x[0], 10.0 * x[1]);
///     0.5 * x[0] * x[0] + 5.0 * x[1] * x[1]
/// });
/// let start = Point::new(&bowl, &[1.0, 1.0]);
/// let down = start.gradient.iter().map(|g| -g).collect::<Vec<_>>();
/// let ray = Ray::new(&start, &down)?;
/// let mut landing = Landing::new(2);
/// let found = MoreThuente::default().search(&bowl, ray, 1.0, &mut Allowance::evaluations(20), &mut landing)?;
/// println!("α = {:.4} after {} evaluations, f = {:.4}", found.alpha, found.evaluations, landing.point.value);
/// assert_eq!(ray.sample().slope, -101.0);
/// assert!(landing.point.value < start.value && landing.point.x == [1.0 - found.alpha, 1.0 - 10.0 * found.alpha]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Ray<'a> {
    start: &'a Point,
    direction: &'a [f64],
    slope: f64,
}

impl<'a> Ray<'a> {
    /// The ray from `start` along `direction`, of the same length n. One inner product.
    ///
    /// # Errors
    /// If the lengths differ, or n is 0.
    pub fn new(start: &'a Point, direction: &'a [f64]) -> Result<Self, InvalidInput> {
        // The lengths first: an inner product of unequal ones would panic.
        let ray = Self::with_slope(start, direction, f64::NAN)?;
        Ok(Self { slope: dot(&start.gradient, direction), ..ray })
    }

    /// The same, for a caller that knows `slope` = ∇fᵀp already.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_slope(start: &'a Point, direction: &'a [f64], slope: f64) -> Result<Self, InvalidInput> {
        if start.x.is_empty() {
            return Err(InvalidInput::new("start.x", "length 0", "length 1 or more"));
        }
        InvalidInput::unless_length("start.gradient", &start.gradient, start.x.len())?;
        InvalidInput::unless_length("direction", direction, start.x.len())?;
        Ok(Self { start, direction, slope })
    }

    /// x, f(x) and ∇f(x).
    #[must_use]
    pub fn start(&self) -> &'a Point {
        self.start
    }

    /// p, length n.
    #[must_use]
    pub fn direction(&self) -> &'a [f64] {
        self.direction
    }

    /// φ₀ and φ₀′.
    #[must_use]
    pub fn sample(&self) -> Sample {
        Sample { value: self.start.value, slope: self.slope }
    }

    /// Moves `trial` to x + αp and evaluates there, which may cost an evaluation.
    pub(crate) fn evaluate<P: Differentiable + ?Sized>(
        &self,
        problem: &P,
        alpha: f64,
        trial: &mut Point,
    ) -> Sample {
        let moved = widest(
            #[inline(always)]
            || walk(&self.start.x, alpha, self.direction, &mut trial.x),
        );
        match moved {
            Moved::Nowhere => {
                // What is there is known, and that it is no step the search will see.
                trial.value = self.start.value;
                trial.gradient.copy_from_slice(&self.start.gradient);
                self.sample()
            }
            Moved::OutOfRange => Sample::NAN,
            Moved::Somewhere => {
                trial.evaluate(problem);
                Sample { value: trial.value, slope: dot(&trial.gradient, self.direction) }
            }
        }
    }
}

#[derive(PartialEq)]
enum Moved {
    Somewhere,
    /// αp is lost in the rounding of x in every element.
    Nowhere,
    /// An element has overflowed.
    OutOfRange,
}

/// Writes x + αp.
#[inline(always)]
fn walk(x: &[f64], alpha: f64, p: &[f64], out: &mut [f64]) -> Moved {
    // Numbers rather than branches, so that the loop goes several elements at a time.
    let (mut is_elsewhere, mut is_finite) = (false, true);
    for ((out, x), p) in out.iter_mut().zip(x).zip(p) {
        let moved = x + alpha * p;
        is_elsewhere |= moved != *x;
        is_finite &= moved.abs() < f64::INFINITY;
        *out = moved;
    }
    match (is_finite, is_elsewhere) {
        (false, _) => Moved::OutOfRange,
        (true, false) => Moved::Nowhere,
        (true, true) => Moved::Somewhere,
    }
}

struct AlongRay<'a, P: ?Sized> {
    problem: &'a P,
    ray: Ray<'a>,
    landing: &'a mut Landing,
}

impl<P: Differentiable + ?Sized> Probe for AlongRay<'_, P> {
    fn start(&self) -> Sample {
        self.ray.sample()
    }

    fn sample(&mut self, alpha: f64) -> Sample {
        self.ray.evaluate(self.problem, alpha, &mut self.landing.trial)
    }

    fn keep(&mut self) {
        self.landing.keep();
    }
}

/// Runs a search that knows nothing of vectors along a ray; this is [`LineSearch::search`](crate::LineSearch::search) for all of
/// them, and for one of your own.
///
/// # Errors
/// As [`search_along`]; the best point lies in `landing` then.
pub fn search_ray<S: OneDimensional + ?Sized, P: Differentiable + ?Sized>(
    search: &S,
    problem: &P,
    ray: Ray<'_>,
    first: f64,
    allow: &mut Allowance,
    landing: &mut Landing,
) -> Result<Accepted, Failed> {
    landing.fit(ray.direction.len());
    let mut along = AlongRay { problem, ray, landing };
    let outcome = search_along(search, &mut along, first, allow);
    if matches!(&outcome, Err(Failed { alpha: 0.0, .. })) {
        along.landing.return_to(ray.start);
    }
    outcome
}
