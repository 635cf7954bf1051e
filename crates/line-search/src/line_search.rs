//! What a line search is to a method.

use thalweg_problem::{Allowance, Differentiable, InvalidInput};

use crate::{
    Accepted, Backtracking, Failed, Fixed, HagerZhang, Landing, MoreThuente, Ray, StrongWolfe, search_ray,
};

/// A search for a step α along a ray x + αp, for problems of type `P`.
///
/// It owns its loop and sees value and slope at every trial. Settings are public fields that a search never changes; what
/// changes lives on the stack or in the [`Landing`], and nothing is allocated.
///
/// ```
/// use thalweg_line_search::problem::{Allowance, Point, from_fn};
/// use thalweg_line_search::{Landing, LineSearch, MoreThuente, Ray};
///
/// let bowl = from_fn(2, |x, g| {
///     (g[0], g[1]) = (x[0], 10.0 * x[1]);
///     0.5 * (x[0] * x[0] + 10.0 * x[1] * x[1])
/// });
/// let mut point = Point::new(&bowl, &[10.0, 1.0]);
/// let mut landing = Landing::new(2);
/// let direction = [-10.0, -10.0];
/// let ray = Ray::new(&point, &direction)?;
/// let mut allow = Allowance::evaluations(20);
/// let step = MoreThuente::default().search(&bowl, ray, 1.0, &mut allow, &mut landing)?;
/// println!("α = {}, f = {}, {}", step.alpha, step.end.value, step.condition);
/// // The accepted point comes back evaluated.
/// std::mem::swap(&mut point, &mut landing.point);
/// assert_eq!(point.value, step.end.value);
/// assert!(point.value < 55.0 && step.condition.holds(ray_start(), step.alpha, step.end));
/// # fn ray_start() -> thalweg_line_search::Sample { thalweg_line_search::Sample { value: 55.0, slope: -200.0 } }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a line search for problems of type `{P}`",
    note = "most searches ask for a gradient, `Exact` for Hessian–vector products too",
    note = "one of your own that knows nothing of vectors runs by `search_ray`"
)]
pub trait LineSearch<P: ?Sized> {
    /// Whether the settings can be used; a method asks in its `init`.
    ///
    /// # Errors
    /// If not, naming the first that cannot.
    fn check(&self) -> Result<(), InvalidInput>;

    /// Searches along `ray`, trying α = `first` first, which is finite and above 0. Asks `allow` before every evaluation.
    ///
    /// Afterwards `landing.point` is the accepted point with its value and gradient.
    ///
    /// # Errors
    /// If there is no acceptable step. Then `landing.point` is the lowest finite point that was seen, which is the start if none
    /// was lower, and [`Failed`] says which and why.
    fn search(
        &self,
        problem: &P,
        ray: Ray<'_>,
        first: f64,
        allow: &mut Allowance,
        landing: &mut Landing,
    ) -> Result<Accepted, Failed>;
}

/// A pointer to a search is that search.
macro_rules! forward_through_pointer {
    ($($pointer:ty),*) => {$(
        impl<P: ?Sized, L: LineSearch<P> + ?Sized> LineSearch<P> for $pointer {
            fn check(&self) -> Result<(), InvalidInput> {
                (**self).check()
            }

            fn search(
                &self,
                problem: &P,
                ray: Ray<'_>,
                first: f64,
                allow: &mut Allowance,
                landing: &mut Landing,
            ) -> Result<Accepted, Failed> {
                (**self).search(problem, ray, first, allow, landing)
            }
        }
    )*};
}

forward_through_pointer!(&L, Box<L>);

/// Not one implementation for all machines, because it would leave no room for pointers and for [`Exact`](crate::Exact).
macro_rules! search_along_rays {
    ($($search:ty),*) => {$(
        impl<P: Differentiable + ?Sized> LineSearch<P> for $search {
            fn check(&self) -> Result<(), InvalidInput> {
                crate::OneDimensional::check(self)
            }

            fn search(
                &self,
                problem: &P,
                ray: Ray<'_>,
                first: f64,
                allow: &mut Allowance,
                landing: &mut Landing,
            ) -> Result<Accepted, Failed> {
                search_ray(self, problem, ray, first, allow, landing)
            }
        }
    )*};
}

search_along_rays!(MoreThuente, StrongWolfe, HagerZhang, Backtracking, Fixed);
