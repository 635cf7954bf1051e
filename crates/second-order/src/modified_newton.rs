//! Modified Newton: where the Hessian is not positive definite, a matrix near it that is; and a line search.
//!
//! ```text
//! P H Pᵀ = L B Lᵀ,   B = U Λ Uᵀ block by block
//! P Ĥ Pᵀ = L U f(Λ) Uᵀ Lᵀ,   f(λ) = max(|λ|, δ)  or  max(λ, δ),   δ = `floor` · max |λ|
//! Ĥ p = −∇f(x),   x ← x + α p   with α from `search`, 1 first
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | f | `negative`: [`NegativeCurvature`] |
//! | δ | `floor` |
//! | α | by `search` |
//!
//! Ĥ is H where all λ are above δ, so near a minimum this is Newton's method. p always leads down.
//!
//! Needs the Hessian as a matrix, of which the lower triangle counts, and what the search needs.
//! A step costs one Hessian, n³/3 flops and the trials of the search; it allocates nothing.
//!
//! It ends by the tests of whoever drives it, and by itself where H is not finite or 0, or where the search sees nothing lower.
//!
//! Where the literature disagrees:
//! - Which factorization. Gill, Murray and Wright, and Schnabel and Eskow, add to the diagonal while they
//!   factor, each with constants that balance how much is added against how large L may grow; Fang and O'Leary compare them.
//!   Cheng and Higham factor first and change B afterwards. Theirs is chosen here: the elements of L are bounded by the pivoting alone, so
//!   ‖Ĥ − H‖ is within a moderate factor of the least that is possible; the inertia comes with it; nothing is to be tuned;
//!   and [`Newton`](crate::Newton) needs the same factorization.
//! - What becomes of a negative λ. Cheng and Higham put δ, a small number, in its place, which is the least change, and makes
//!   the step along it huge; the line search has to take that back. |λ| costs twice the change and gives a step of the size that
//!   the model can answer for. Here |λ| by default: on the collection of Moré, Garbow and Hillstrom it reaches 107 of 123 known
//!   minima, δ 101, with four times as many evaluations.
//!
//! Sources: S. H. Cheng and N. J. Higham, SIAM J. Matrix Anal. Appl. 19 (1998) 1097–1110; H.-r. Fang and D. P. O'Leary, Math.
//! Program. 115 (2008) 319–349; P. E. Gill, W. Murray and M. H. Wright, Practical Optimization (1981), section 4.4.2.2;
//! R. B. Schnabel and E. Eskow, SIAM J. Optim. 9 (1999) 1135–1148. Slides 93–94.

use thalweg_hessian::{Inertia, TwiceDifferentiable};
use thalweg_line_search::{Backtracking, LineSearch};
use thalweg_problem::{Allowance, InvalidInput, Method, Point, State, Step, Stuck, check_start};

use crate::acceptance::no_way_down;
use crate::descent::{Factored, descend};
use crate::hessian_at::hessian_at;
use crate::leftovers::Leftovers;

/// What a negative curvature becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NegativeCurvature {
    /// |λ|: a step as long as along a positive curvature of that size.
    #[default]
    Reflected,
    /// δ, as small as positive curvatures may become: the least change, and a long step.
    Raised,
}

/// The settings of modified Newton.
///
/// ```
/// use thalweg_second_order::line_search::{MoreThuente, Backtracking};
/// use thalweg_second_order::{ModifiedNewton, NegativeCurvature};
///
/// let cheng_higham = ModifiedNewton { negative: NegativeCurvature::Raised, ..ModifiedNewton::default() };
/// let with_wolfe = ModifiedNewton::with(MoreThuente::default());
/// assert_eq!((cheng_higham.floor, with_wolfe.floor), (1.1e-8, 1.1e-8));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModifiedNewton<L = Backtracking> {
    /// How far to go. Default [`Backtracking`].
    pub search: L,
    /// What a negative curvature becomes. Default [`NegativeCurvature::Reflected`].
    pub negative: NegativeCurvature,
    /// δ over the largest |λ|; above 0, at most 1. Default 1.1e-8, about the root of the unit roundoff, as Cheng and Higham
    /// have it.
    pub floor: f64,
}

impl Default for ModifiedNewton {
    fn default() -> Self {
        Self::with(Backtracking::default())
    }
}

impl<L> ModifiedNewton<L> {
    /// The defaults with this search.
    #[must_use]
    pub fn with(search: L) -> Self {
        Self { search, negative: NegativeCurvature::default(), floor: 1.1e-8 }
    }
}

/// The state of [`ModifiedNewton`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ModifiedNewtonState {
    /// The current iterate with its value and gradient.
    pub point: Point,
    /// The signs of the curvatures where the last step began, as in [`NewtonState`](crate::NewtonState).
    pub inertia: Option<Inertia>,
    #[cfg_attr(feature = "serde", serde(skip))]
    work: Leftovers<Factored>,
}

impl State for ModifiedNewtonState {
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

impl<P: TwiceDifferentiable + ?Sized, L: LineSearch<P>> Method<P> for ModifiedNewton<L> {
    type State = ModifiedNewtonState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<ModifiedNewtonState, InvalidInput> {
        check_start(problem, x0)?;
        self.search.check()?;
        if !(self.floor > 0.0 && self.floor <= 1.0) {
            let value = format_args!("{:?}", self.floor);
            return Err(InvalidInput::new("floor", value, "a number above 0, at most 1"));
        }
        let work = Leftovers(Factored::for_dim(x0.len()));
        Ok(ModifiedNewtonState { point: Point::new(problem, x0), inertia: None, work })
    }

    fn step(
        &self,
        problem: &P,
        state: &mut ModifiedNewtonState,
        allow: &mut Allowance,
    ) -> Result<Step, Stuck> {
        let ModifiedNewtonState { point, inertia, work: Leftovers(work) } = state;
        if work.direction.len() != point.x.len() {
            // A state that was read from a file comes without.
            *work = Factored::for_dim(point.x.len());
        }
        let Factored { hessian, factors, direction, landing } = work;
        hessian_at(problem, &point.x, hessian, allow)?;
        factors.factor(hessian.as_slice());
        *inertia = Some(factors.inertia());
        let largest = factors.values().fold(0.0_f64, |m, pivot| m.max(pivot.abs()));
        // Where all curvatures are 0 any length is as good as another: the gradient's own.
        let floor = if largest > 0.0 { self.floor * largest } else { 1.0 };
        for (d, g) in direction.iter_mut().zip(&point.gradient) {
            *d = -g;
        }
        if direction.iter().all(|d| *d == 0.0) {
            return Err(no_way_down());
        }
        match self.negative {
            NegativeCurvature::Reflected => factors.solve(|pivot| pivot.abs().max(floor), direction),
            NegativeCurvature::Raised => factors.solve(|pivot| pivot.max(floor), direction),
        }
        descend(&self.search, problem, point, direction, landing, allow)
    }
}
