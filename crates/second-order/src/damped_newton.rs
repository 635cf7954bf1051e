//! Damped Newton: the Newton direction, and a line search for how far to go.
//!
//! ```text
//! H(x) p = −∇f(x),   x ← x + α p   with α from `search`, 1 first
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | α | by `search`, at first 1: near the minimum that is accepted, and the error is squared at every step |
//!
//! On a convex function p leads down, and with the search the method converges from anywhere. Elsewhere H may be indefinite
//! and p may lead uphill: then the search refuses it and the method is stuck, and says what the signs of the curvatures are.
//! [`ModifiedNewton`](crate::ModifiedNewton) is the same with a way out of that.
//!
//! Needs the Hessian as a matrix, of which the lower triangle counts, and what the search needs.
//! A step costs one Hessian, n³/3 flops and the trials of the search, nearly always one near the minimum; it allocates nothing.
//!
//! It ends by the tests of whoever drives it, and by itself where H is singular or not finite, where p does not lead down, or
//! where the search sees nothing lower.
//!
//! Where the literature disagrees: on what is enough of a search. Armijo's condition is, because the first trial is long
//! enough already; any other search can be had.
//!
//! Sources: J. E. Dennis and R. B. Schnabel, Numerical Methods for Unconstrained Optimization and Nonlinear Equations (1983),
//! section 6.3; S. Boyd and L. Vandenberghe, Convex Optimization (2004), algorithm 9.5. Slides 81–94.

use thalweg_hessian::{Inertia, TwiceDifferentiable};
use thalweg_line_search::{Backtracking, LineSearch};
use thalweg_numerics::dot;
use thalweg_problem::{Allowance, InvalidInput, Method, Point, State, Step, Stuck, check_start};

use crate::descent::{Factored, descend};
use crate::hessian_at::hessian_at;
use crate::leftovers::Leftovers;

/// The settings of damped Newton.
///
/// ```
/// use thalweg_objectives::classic::Rosenbrock;
/// use thalweg_second_order::DampedNewton;
/// use thalweg_second_order::problem::{Allowance, Method, State};
///
/// let (valley, method) = (Rosenbrock::default(), DampedNewton::default());
/// let mut state = method.init(&valley, &[-1.2, 1.0])?;
/// let mut steps = 0;
/// while state.point.gradient.iter().any(|g| g.abs() > 1e-10) {
///     method.step(&valley, &mut state, &mut Allowance::evaluations(100))?;
///     steps += 1;
/// }
/// println!("{:?} after {steps} steps", state.x());
/// assert!(steps < 30 && state.x().iter().all(|x| (x - 1.0).abs() < 1e-10));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DampedNewton<L = Backtracking> {
    /// How far to go. Default [`Backtracking`].
    pub search: L,
}

impl Default for DampedNewton {
    fn default() -> Self {
        Self { search: Backtracking::default() }
    }
}

/// The state of [`DampedNewton`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct DampedNewtonState {
    /// The current iterate with its value and gradient.
    pub point: Point,
    /// The signs of the curvatures where the last step began, as in [`NewtonState`](crate::NewtonState).
    pub inertia: Option<Inertia>,
    #[cfg_attr(feature = "serde", serde(skip))]
    work: Leftovers<Factored>,
}

impl State for DampedNewtonState {
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

impl<P: TwiceDifferentiable + ?Sized, L: LineSearch<P>> Method<P> for DampedNewton<L> {
    type State = DampedNewtonState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<DampedNewtonState, InvalidInput> {
        check_start(problem, x0)?;
        self.search.check()?;
        let work = Leftovers(Factored::for_dim(x0.len()));
        Ok(DampedNewtonState { point: Point::new(problem, x0), inertia: None, work })
    }

    fn step(&self, problem: &P, state: &mut DampedNewtonState, allow: &mut Allowance) -> Result<Step, Stuck> {
        let DampedNewtonState { point, inertia, work: Leftovers(work) } = state;
        if work.direction.len() != point.x.len() {
            // A state that was read from a file comes without.
            *work = Factored::for_dim(point.x.len());
        }
        let Factored { hessian, factors, direction, landing } = work;
        hessian_at(problem, &point.x, hessian, allow)?;
        factors.factor(hessian.as_slice());
        let signs = factors.inertia();
        *inertia = Some(signs);
        for (d, g) in direction.iter_mut().zip(&point.gradient) {
            *d = -g;
        }
        factors.solve(|pivot| pivot, direction);
        if dot(&point.gradient, direction) < 0.0 {
            return descend(&self.search, problem, point, direction, landing, allow);
        }
        let Inertia { negative, zero, positive, .. } = signs;
        Err(Stuck::Because(
            format!(
                "the Newton direction does not lead down: of the curvatures {negative} are negative, {zero} are 0 and \
                 {positive} positive"
            )
            .into(),
        ))
    }
}
