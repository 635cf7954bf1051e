//! Gauss–Newton: Newton's method with JᵀJ for the Hessian, at full step.
//!
//! ```text
//! x ← x + p,    p = −J⁺r:   of all p that minimize ‖J p + r‖ the shortest
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | r, J | residuals, length m, and the m × n Jacobian of a [`LeastSquares`] problem; f = ½‖r‖² |
//! | J⁺ | the pseudo-inverse: by pivoted QR, and where J is rank deficient by a second one of its R |
//!
//! The Hessian of f is JᵀJ + Σ rᵢ∇²rᵢ. Where r = 0 at the minimum the second term vanishes there, and the steps converge
//! quadratically; where it does not, linearly with the spectral radius of (JᵀJ)⁻¹Σ rᵢ∇²rᵢ, and not at all where that is above 1.
//!
//! Needs: residuals and Jacobian; m < n and a J of any rank will do.
//! A step costs one evaluation of both, and 2n²(m − n/3) flops; 4n³/3 more where J is rank deficient. Nothing is allocated
//! after `init`.
//!
//! How it ends: by the tests of whoever drives it. It takes every step, downhill or not, and may diverge: the driver names
//! the first point that is not finite or has run away, and keeps the best one.
//! [`LevenbergMarquardt`](crate::LevenbergMarquardt) is this method with a trust region.
//!
//! Where the literature disagrees:
//! - What a J of deficient rank stands for. A basic solution has zeros for the variables that come last in the order of the
//!   pivots, and jumps when that order changes; the shortest one is unique, and from a start nearby goes to a solution nearby
//!   (Ben-Israel 1966). Here it is the shortest, in the units of the variables.
//! - Where rank ends is a matter of `rank_tolerance`: p is continuous in J on either side of it, and jumps across.
//!
//! Sources: C. F. Gauss, Theoria motus corporum coelestium (1809), art. 180; A. Ben-Israel, J. Math. Anal. Appl. 15 (1966)
//! 243–252; J. E. Dennis and R. B. Schnabel (1983), section 10.2; Å. Björck, Numerical Methods for Least Squares Problems
//! (SIAM 1996), section 9.2.

use thalweg_problem::{Allowance, InvalidInput, LeastSquares, Method, State, Step, Stuck, check_start};

use super::linearization::{check_residual_count, rounding};
use super::sheet::Sheet;
use super::shortest::Shortest;
use super::{Linearization, Stall};

/// The settings of Gauss–Newton.
///
/// ```
/// use thalweg_objectives::classic::Rosenbrock;
/// use thalweg_second_order::GaussNewton;
/// use thalweg_second_order::problem::{Allowance, Method, State};
///
/// let (valley, method) = (Rosenbrock::default(), GaussNewton::default());
/// let mut state = method.init(&valley, &[-1.2, 1.0])?;
/// let mut allow = Allowance::evaluations(2);
/// // Up to (1, −3.84), where f is 2343, and from there into the minimum: the first residual is quadratic, the second linear.
/// let values = [(); 2].map(|()| {
///     method.step(&valley, &mut state, &mut allow).expect("an evaluation is left");
///     state.value().expect("Gauss–Newton knows its value")
/// });
/// println!("{values:?} at {:?}", state.x());
/// assert!((values[0] - 2342.56).abs() < 1e-10 && values[1] < 1e-25);
/// # Ok::<(), thalweg_second_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GaussNewton {
    /// A column of J counts as dependent if no more than this share of its norm is independent of those before it;
    /// 0 or more, below 1. Default `None`: 10 n ε, what rounding leaves.
    pub rank_tolerance: Option<f64>,
}

/// The state of [`GaussNewton`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct GaussNewtonState {
    model: Linearization,
    steps: u64,
    /// Empty in a state that was read from a file, until it is stepped.
    #[cfg_attr(feature = "serde", serde(skip))]
    work: Work,
}

#[derive(Clone, Debug)]
struct Work {
    sheet: Sheet,
    shortest: Shortest,
    p: Vec<f64>,
}

impl Work {
    fn new(m: usize, n: usize) -> Self {
        Self { sheet: Sheet::new(m, n), shortest: Shortest::new(n), p: vec![0.0; n] }
    }
}

impl Default for Work {
    fn default() -> Self {
        Self::new(0, 0)
    }
}

/// States are equal if they go on alike, whatever is left over in here.
impl PartialEq for Work {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl GaussNewtonState {
    /// The current point with its model: rank and covariance are had from there.
    #[must_use]
    pub fn model(&self) -> &Linearization {
        &self.model
    }

    /// Steps taken.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }
}

impl State for GaussNewtonState {
    fn x(&self) -> &[f64] {
        &self.model.point.x
    }

    fn value(&self) -> Option<f64> {
        Some(self.model.point.value)
    }

    fn gradient(&self) -> Option<&[f64]> {
        Some(&self.model.point.gradient)
    }
}

impl<P: LeastSquares + ?Sized> Method<P> for GaussNewton {
    type State = GaussNewtonState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<GaussNewtonState, InvalidInput> {
        check_start(problem, x0)?;
        check_residual_count(problem)?;
        if let Some(tolerance) = self.rank_tolerance.filter(|tolerance| !(0.0..1.0).contains(tolerance)) {
            let value = format_args!("{tolerance:?}");
            return Err(InvalidInput::new("rank_tolerance", value, "a number from 0 to below 1, or None"));
        }
        let mut work = Work::new(problem.residual_count(), x0.len());
        let model = Linearization::first(problem, x0, &mut work.sheet);
        Ok(GaussNewtonState { model, steps: 0, work })
    }

    fn step(&self, problem: &P, state: &mut GaussNewtonState, allow: &mut Allowance) -> Result<Step, Stuck> {
        let GaussNewtonState { model, steps, work } = state;
        if !model.is_finite() {
            return Err(Stall::NonFinite.into());
        }
        let n = problem.dim();
        if work.p.len() != n {
            *work = Work::new(problem.residual_count(), n);
        }
        allow.spend()?;
        let Work { sheet, shortest, p } = work;
        let rank = model.triangle.rank(self.rank_tolerance.unwrap_or_else(|| rounding(n)));
        shortest.solve(&model.triangle, &model.rotated, rank, p);
        for ((trial, x), p) in sheet.trial.iter_mut().zip(&model.point.x).zip(&*p) {
            *trial = x + p;
        }
        let is_finite = sheet.evaluate(problem);
        model.take(sheet, is_finite);
        *steps += 1;
        Ok(Step::at_rate(1.0))
    }
}
