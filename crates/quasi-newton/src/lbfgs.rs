//! L-BFGS: steps along −H∇f, with an inverse Hessian H that is made of the last m steps and never written down.
//!
//! ```text
//! p = −Hₖ ∇f(xₖ)               Hₖ from H₀ and the pairs, by the two loops of `pairs.rs`
//! xₖ₊₁ = xₖ + α p              α by a line search, which tries 1 first
//! s = xₖ₊₁ − xₖ,  y = ∇fₖ₊₁ − ∇fₖ    the newest pair, if sᵀy > c ‖s‖ ‖y‖
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | m | `memory` |
//! | α | by `search` |
//! | H₀ | `initial`: γI, or a preconditioner |
//! | c | `least_cosine` |
//! | the first α ‖p‖ | `first_length` |
//!
//! Needs: a gradient. A step costs the evaluations of one search, mostly 1, and 8mn + 14n flops besides; the state holds
//! 2mn + 10n numbers, and nothing is allocated after `init`.
//!
//! It ends by itself only if no point below the current one can be found along −H∇f, nor, with the pairs forgotten, along
//! −∇f: near a minimum that is what rounding looks like. A search that fails but has seen a lower point moves there.
//!
//! Where the literature disagrees:
//! - The first step. Without a pair the length of ∇f says nothing of the length of a step: p is stretched to a length that the start
//!   suggests, see `first_length.rs`, so that α = 1 is always tried first.
//! - Pairs with sᵀy ≤ 0. A search with Wolfe's conditions makes none, others may. Some damp them; with few pairs it does as
//!   well to skip them, relative to ‖s‖ ‖y‖ so that no scale matters.
//! - γ. Liu & Nocedal's third and best scaling, sᵀy/yᵀy of the newest pair, is the default.
//! - m. Between 3 and 20 in the paper; 10 here.
//!
//! Sources: J. Nocedal, Mathematics of Computation 35 (1980) 773–782; D. C. Liu and J. Nocedal, Mathematical Programming 45
//! (1989) 503–528; J. Nocedal and S. J. Wright, Numerical Optimization, 2nd edition (2006), algorithms 7.4 and 7.5. Slide 95.

use thalweg_line_search::{Landing, LineSearch, MoreThuente, Ray};
use thalweg_numerics::{dot, norm};
use thalweg_problem::{
    Allowance, Differentiable, InvalidInput, Method, Point, State, Step, Stuck, check_start,
};

use crate::attempt::{attempt, check_cosine, may_try_again, stretch, stuck};
use crate::{FirstLength, InitialInverse, Pairs, ScaledIdentity};

/// The settings of L-BFGS.
///
/// ```
/// use thalweg_driver::{Stop, minimize, silent};
/// use thalweg_objectives::classic::Rosenbrock;
/// use thalweg_quasi_newton::Lbfgs;
///
/// let valley = Rosenbrock::default();
/// let run = minimize(&valley, &Lbfgs::default(), &[-1.2, 1.0], Stop::default(), silent)?;
/// println!("{:?} after {} evaluations: {}", run.best.x, run.counts.total(), run.reason);
/// assert!(run.reason.is_converged() && run.best.value < 1e-12);
/// # Ok::<(), thalweg_quasi_newton::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lbfgs<L = MoreThuente, H = ScaledIdentity> {
    /// m, how many pairs are remembered, 1 or more. Default 10.
    pub memory: usize,
    /// The line search. Default: Moré and Thuente's, with its own defaults.
    pub search: L,
    /// H₀. Default: γI.
    pub initial: H,
    /// c: a pair counts if sᵀy > c ‖s‖ ‖y‖; from 0 to below 1. Default 2⁻⁵², what rounding alone could make.
    pub least_cosine: f64,
    /// The length of the first trial step, until the first pair; where all pairs had to be forgotten, the newest one's length
    /// takes its place. Default: 0.41 ‖x₀‖, or what [`FirstLength`] says where x₀ = 0.
    pub first_length: FirstLength,
}

impl Default for Lbfgs {
    fn default() -> Self {
        Self::with(MoreThuente::default())
    }
}

impl<L> Lbfgs<L> {
    /// The default settings around another line search.
    pub fn with(search: L) -> Self {
        let (initial, least_cosine) = (ScaledIdentity::Latest, f64::EPSILON);
        Self { memory: 10, search, initial, least_cosine, first_length: FirstLength::default() }
    }
}

impl Lbfgs {
    /// The default settings for `f32`: values of f that differ by a millionth are taken for equal, and slopes decide.
    #[must_use]
    pub fn single() -> Self {
        Self::with(MoreThuente { noise: 1e-6, ..MoreThuente::default() })
    }
}

/// The state of [`Lbfgs`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct LbfgsState {
    /// The current iterate with its value and gradient.
    pub point: Point,
    pairs: Pairs,
    /// The length of the first trial where there is no pair.
    length: f64,
    /// p, and room for H₀ to work in.
    direction: Vec<f64>,
    spare: Vec<f64>,
    landing: Landing,
}

impl State for LbfgsState {
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

impl LbfgsState {
    /// The pairs, for another run to begin with: see [`Lbfgs::init_with`].
    #[must_use]
    pub fn pairs(&self) -> &Pairs {
        &self.pairs
    }
}

impl<L, H> Lbfgs<L, H> {
    /// As [`init`](Method::init), with the pairs of a run on a neighboring problem: the newest m of them.
    ///
    /// # Errors
    /// As for [`init`](Method::init), or if the pairs are of another n.
    pub fn init_with<P>(&self, problem: &P, x0: &[f64], pairs: &Pairs) -> Result<LbfgsState, InvalidInput>
    where
        P: Differentiable + ?Sized,
        L: LineSearch<P>,
        H: InitialInverse,
    {
        if pairs.dim() != problem.dim() {
            let allowed = format!("{}, as the problem", problem.dim());
            return Err(InvalidInput::new("pairs.dim()", pairs.dim(), allowed));
        }
        let mut state = self.init(problem, x0)?;
        for (s, y) in pairs.iter().skip(pairs.len().saturating_sub(self.memory)) {
            state.pairs.push(s, y, self.least_cosine)?;
        }
        Ok(state)
    }

    pub(crate) fn check_numbers(&self) -> Result<(), InvalidInput> {
        self.first_length.check()?;
        check_cosine(self.least_cosine)
    }

    /// p ← −H∇f, and its slope.
    fn aim(&self, state: &mut LbfgsState) -> f64
    where
        H: InitialInverse,
    {
        let LbfgsState { point, pairs, length, direction, spare, .. } = state;
        for (p, g) in direction.iter_mut().zip(&point.gradient) {
            *p = -g;
        }
        pairs.multiply(direction, |gamma, q| self.initial.apply(gamma, q, spare));
        if pairs.is_empty() {
            stretch(direction, *length);
        }
        dot(direction, &point.gradient)
    }
}

impl<P, L, H> Method<P> for Lbfgs<L, H>
where
    P: Differentiable + ?Sized,
    L: LineSearch<P>,
    H: InitialInverse,
{
    type State = LbfgsState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<LbfgsState, InvalidInput> {
        check_start(problem, x0)?;
        self.search.check()?;
        self.initial.check(x0.len())?;
        self.check_numbers()?;
        let n = x0.len();
        let point = Point::new(problem, x0);
        Ok(LbfgsState {
            pairs: Pairs::new(n, self.memory)?,
            length: self.first_length.at(norm(x0), point.value, norm(&point.gradient)),
            point,
            direction: vec![0.0; n],
            spare: vec![0.0; n],
            landing: Landing::new(n),
        })
    }

    fn step(&self, problem: &P, state: &mut LbfgsState, allow: &mut Allowance) -> Result<Step, Stuck> {
        let alpha = loop {
            let slope = self.aim(state);
            let LbfgsState { point, pairs, length, direction, landing, .. } = &mut *state;
            let ray = Ray::with_slope(point, direction, slope)?;
            match attempt(problem, &self.search, ray, 1.0, allow, landing) {
                Ok(alpha) => break alpha,
                // What the pairs say leads nowhere; what the gradient says alone may.
                Err(failure) if may_try_again(&failure) && !pairs.is_empty() => {
                    *length = pairs.newest_length();
                    pairs.clear();
                }
                Err(failure) => return Err(stuck(failure)),
            }
        };
        let LbfgsState { point, pairs, landing, .. } = state;
        let to = &landing.point;
        pairs.push_points([&point.x, &point.gradient], [&to.x, &to.gradient], self.least_cosine);
        std::mem::swap(point, &mut landing.point);
        Ok(Step::at_rate(alpha))
    }
}
