//! Saddle-free Newton: the Newton step with the absolute values of the curvatures, which leads away from saddles.
//!
//! ```text
//! |H| = E |Λ| Eᵀ            for H = E Λ Eᵀ
//! p = −E diag(1/(max(|λᵢ|, δ) + μ)) Eᵀ ∇f(x),   cut to the length Δ
//! x ← x + α p               with α from `search`, 1 first
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | δ | `floor` times max |λᵢ| |
//! | μ | `damping` |
//! | Δ | `max_length` |
//! | α | by `search`; [`Fixed`](thalweg_line_search::Fixed) is the method without a search |
//!
//! Newton's step along an eigenvector goes to where the parabola has its stationary point: down to it where the curvature is
//! positive, up to it where it is negative. |λ| turns the second around and keeps its length. Near a minimum the two are the
//! same, and the error is squared at every step.
//!
//! Needs the Hessian as a matrix, symmetric to 1e-12 of its largest element, and what the search needs.
//! A step costs one Hessian, an eigen-decomposition (about 9n³ flops by [`Nalgebra`], which asks for memory of its own), and the
//! trials of the search.
//!
//! It ends by the tests of whoever drives it, and by itself where H is not finite or not symmetric, where the gradient is 0,
//! or where the search sees nothing lower.
//!
//! Where the literature disagrees: Dauphin et al. work in a Krylov subspace, because their n is large, and damp by a μ chosen
//! at every step from powers of ten; Nocedal and Wright treat |λ| as one of many modifications of Newton's method. Here
//! H is decomposed whole, μ is constant, and a line search stands where theirs tries several μ. The trust region
//! that they derive the step from, |pᵀH p| ≤ Δ, leads to −|H|⁻¹g times a number: to a line search, too.
//!
//! Sources: Y. Dauphin, R. Pascanu, C. Gulcehre, K. Cho, S. Ganguli and Y. Bengio, Identifying and attacking the saddle point problem
//! in high-dimensional non-convex optimization (2014), arXiv:1406.2572; J. Nocedal and S. J. Wright, Numerical Optimization, 2nd
//! edition (2006), section 3.4. Slides 93–94.

use nalgebra::DMatrix;
use thalweg_hessian::{Backend, Eigen, Inertia, Nalgebra, TwiceDifferentiable};
use thalweg_line_search::{Backtracking, Landing, LineSearch};
use thalweg_numerics::norm;
use thalweg_problem::{Allowance, InvalidInput, Method, Point, State, Step, Stuck, check_start};

use crate::acceptance::no_way_down;
use crate::descent::descend;
use crate::hessian_at::hessian_at;
use crate::leftovers::Leftovers;

/// The settings of saddle-free Newton.
///
/// ```
/// use thalweg_second_order::SaddleFreeNewton;
/// use thalweg_second_order::line_search::Fixed;
///
/// // The step as it is, never longer than 1.
/// let bare = SaddleFreeNewton { max_length: 1.0, ..SaddleFreeNewton::with(Fixed::default()) };
/// assert_eq!((bare.floor, bare.damping), (1e-8, 0.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SaddleFreeNewton<L = Backtracking, B = Nalgebra> {
    /// How far to go. Default [`Backtracking`].
    pub search: L,
    /// δ over the largest |λ|; above 0, at most 1. Default 1e-8.
    pub floor: f64,
    /// μ, 0 or more, in units of the curvature. Default 0.
    pub damping: f64,
    /// Δ, above 0. Default ∞.
    pub max_length: f64,
    /// Who decomposes H. Default [`Nalgebra`].
    pub backend: B,
}

impl Default for SaddleFreeNewton {
    fn default() -> Self {
        Self::with(Backtracking::default())
    }
}

impl<L> SaddleFreeNewton<L> {
    /// The defaults with this search.
    #[must_use]
    pub fn with(search: L) -> Self {
        Self { search, floor: 1e-8, damping: 0.0, max_length: f64::INFINITY, backend: Nalgebra }
    }
}

/// The state of [`SaddleFreeNewton`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SaddleFreeNewtonState {
    /// The current iterate with its value and gradient.
    pub point: Point,
    /// The signs of the curvatures where the last step began; `None` before the first step.
    pub inertia: Option<Inertia>,
    #[cfg_attr(feature = "serde", serde(skip))]
    work: Leftovers<Work>,
}

/// What a step writes before it reads it.
#[derive(Clone, Debug)]
struct Work {
    hessian: DMatrix<f64>,
    direction: Vec<f64>,
    landing: Landing,
}

impl Default for Work {
    fn default() -> Self {
        Self::for_dim(0)
    }
}

impl Work {
    fn for_dim(n: usize) -> Self {
        Self { hessian: DMatrix::zeros(n, n), direction: vec![0.0; n], landing: Landing::new(n) }
    }
}

impl State for SaddleFreeNewtonState {
    fn x(&self) -> &[f64] {
        &self.point.x
    }

    fn value(&self) -> Option<f64> {
        Some(self.point.value)
    }

    fn gradient(&self) -> Option<&[f64]> {
        Some(&self.point.gradient)
    }
}

impl<P, L, B> Method<P> for SaddleFreeNewton<L, B>
where
    P: TwiceDifferentiable + ?Sized,
    L: LineSearch<P>,
    B: Backend,
{
    type State = SaddleFreeNewtonState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<SaddleFreeNewtonState, InvalidInput> {
        check_start(problem, x0)?;
        self.search.check()?;
        if !(self.floor > 0.0 && self.floor <= 1.0) {
            let value = format_args!("{:?}", self.floor);
            return Err(InvalidInput::new("floor", value, "a number above 0, at most 1"));
        }
        InvalidInput::unless_non_negative("damping", self.damping)?;
        if self.max_length.is_nan() || self.max_length <= 0.0 {
            let value = format_args!("{:?}", self.max_length);
            return Err(InvalidInput::new("max_length", value, "a number above 0, or infinity"));
        }
        let work = Leftovers(Work::for_dim(x0.len()));
        Ok(SaddleFreeNewtonState { point: Point::new(problem, x0), inertia: None, work })
    }

    fn step(
        &self,
        problem: &P,
        state: &mut SaddleFreeNewtonState,
        allow: &mut Allowance,
    ) -> Result<Step, Stuck> {
        let SaddleFreeNewtonState { point, inertia, work: Leftovers(work) } = state;
        if work.direction.len() != point.x.len() {
            // A state that was read from a file comes without.
            *work = Work::for_dim(point.x.len());
        }
        let Work { hessian, direction, landing } = work;
        hessian_at(problem, &point.x, hessian, allow)?;
        let eigen = Eigen::by(&self.backend, hessian)
            .map_err(|error| Stuck::Because(format!("the Hessian cannot be used: {error}").into()))?;
        *inertia = Some(eigen.inertia());
        // Where all curvatures are 0 any length is as good as another: the gradient's own.
        let floor = if eigen.norm() > 0.0 { self.floor * eigen.norm() } else { 1.0 };
        eigen.map_times(
            |value| -1.0 / (value.abs().max(floor) + self.damping),
            &point.gradient,
            direction,
        )?;
        let length = norm(direction);
        if length == 0.0 {
            return Err(no_way_down());
        }
        if length > self.max_length {
            direction.iter_mut().for_each(|d| *d = *d / length * self.max_length);
        }
        descend(&self.search, problem, point, direction, landing, allow)
    }
}
