//! Gradient descent in variables in which the curvatures are alike, written in the original ones.
//!
//! ```text
//! w ← w − η A⁻¹ ∇E(w)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | η | `schedule` |
//! | A | the Hessian where it was last computed; `refresh_every` says how often that is |
//! | A⁻¹ | of the state, by an eigen-decomposition of `backend` |
//!
//! It is gradient descent on [`Normalized`](crate::Normalized), step for step. With a Hessian from the start it is the chord
//! or simplified Newton method, with a new one at every step and η = 1 Newton's; between the two it is Shamanskii's. On a
//! quadratic every step shrinks the distance to the minimum by |1 − η|, in all directions and whatever κ is, so η = 1
//! arrives at once and η ≥ 2 does not.
//!
//! Needs: the Hessian as a matrix, positive definite wherever it is computed.
//! A step costs one evaluation and 2n² flops; a refresh one Hessian, the decomposition and A⁻¹, 12n³ flops by
//! [`Nalgebra`]. Between refreshes nothing is allocated.
//!
//! It ends as a fixed rate does: by the tests of whoever drives it, and by itself only where a Hessian is not positive
//! definite, not finite or not symmetric, in which case it says so and stays where it is. There the step would lead uphill
//! or towards a saddle; methods that go on there have more to them than this rule.
//!
//! Where the literature disagrees: nowhere; the names do.
//!
//! Sources: V. E. Shamanskii, Ukrainian Mathematical Journal 19 (1967) 118–122; C. T. Kelley, Iterative Methods for Linear
//! and Nonlinear Equations (SIAM 1995), sections 5.4.2 and 5.4.3. Slides 74–80.

use nalgebra::DMatrix;
use thalweg_numerics::matrix_vector;
use thalweg_problem::{Allowance, InvalidInput, Method, Point, State, Step, Stuck, check_start};
use thalweg_schedules::{Constant, Schedule};

use crate::{Backend, DecompositionError, Eigen, Nalgebra, TwiceDifferentiable};

/// The settings of normalized gradient descent.
///
/// ```
/// use thalweg_hessian::problem::{Allowance, Method, State};
/// use thalweg_hessian::NormalizedDescent;
/// use thalweg_objectives::Quadratic;
///
/// let bowl = Quadratic::new([3.0, 1.0, 1.0, 2.0], [-4.0, -3.0], 0.0)?;
/// let method = NormalizedDescent::default();
/// let mut state = method.init(&bowl, &[20.0, -7.0])?;
/// method.step(&bowl, &mut state, &mut Allowance::evaluations(2))?;
/// println!("{:?}", state.x());
/// assert!(state.x().iter().all(|w| (w - 1.0).abs() < 1e-14));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormalizedDescent<S = Constant, B = Nalgebra> {
    /// η, from a schedule. Default: the constant 1, the best rate on a quadratic.
    pub schedule: S,
    /// Computes A anew after every so many steps, 1 or more. Default `None`: A is the Hessian at the start for good.
    pub refresh_every: Option<u64>,
    /// Who decomposes A. Default [`Nalgebra`].
    pub backend: B,
}

impl Default for NormalizedDescent {
    fn default() -> Self {
        Self { schedule: Constant { rate: 1.0 }, refresh_every: None, backend: Nalgebra }
    }
}

/// The state of [`NormalizedDescent`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct NormalizedDescentState {
    /// The current iterate with its value and gradient.
    pub point: Point,
    /// Steps taken, which is also the next argument of the schedule.
    pub step: u64,
    /// A⁻¹, n² numbers; empty before the first step.
    inverse: Vec<f64>,
    /// A⁻¹∇E.
    direction: Vec<f64>,
}

impl State for NormalizedDescentState {
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

impl<S: Schedule, B: Backend> NormalizedDescent<S, B> {
    fn is_due(&self, state: &NormalizedDescentState) -> bool {
        state.inverse.is_empty() || self.refresh_every.is_some_and(|steps| state.step.is_multiple_of(steps))
    }

    /// A⁻¹ at the current iterate.
    fn inverse_there<P: TwiceDifferentiable + ?Sized>(
        &self,
        problem: &P,
        state: &NormalizedDescentState,
    ) -> Result<DMatrix<f64>, DecompositionError> {
        let n = state.point.x.len();
        let mut hessian = DMatrix::from_element(n, n, f64::NAN);
        problem.hessian(&state.point.x, &mut hessian);
        let eigen = Eigen::by(&self.backend, &hessian)?;
        eigen.check_positive_definite()?;
        Ok(eigen.inverse()?)
    }
}

impl<P, S, B> Method<P> for NormalizedDescent<S, B>
where
    P: TwiceDifferentiable + ?Sized,
    S: Schedule,
    B: Backend,
{
    type State = NormalizedDescentState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<NormalizedDescentState, InvalidInput> {
        check_start(problem, x0)?;
        self.schedule.check()?;
        if self.refresh_every == Some(0) {
            return Err(InvalidInput::new("refresh_every", 0, "1 or more, or None"));
        }
        let point = Point::new(problem, x0);
        Ok(NormalizedDescentState { point, step: 0, inverse: Vec::new(), direction: vec![0.0; x0.len()] })
    }

    fn step(
        &self,
        problem: &P,
        state: &mut NormalizedDescentState,
        allow: &mut Allowance,
    ) -> Result<Step, Stuck> {
        let rate = self.schedule.rate(state.step);
        if !(rate >= 0.0 && rate.is_finite()) {
            let argument = format!("schedule.rate({})", state.step);
            let value = format_args!("{rate:?}");
            return Err(InvalidInput::new(argument, value, "a finite number, 0 or more").into());
        }
        if self.is_due(state) {
            allow.spend()?;
            let inverse = self
                .inverse_there(problem, state)
                .map_err(|error| Stuck::Because(format!("the Hessian cannot be used: {error}").into()))?;
            state.inverse.clear();
            state.inverse.extend_from_slice(inverse.as_slice());
        }
        allow.spend()?;
        let NormalizedDescentState { point, step, inverse, direction } = state;
        matrix_vector(inverse, &point.gradient, direction);
        for (w, d) in point.x.iter_mut().zip(&*direction) {
            *w -= rate * d;
        }
        point.evaluate(problem);
        *step += 1;
        Ok(Step::at_rate(rate))
    }
}
