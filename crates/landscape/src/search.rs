//! From a start to a point where ∇f = 0, of any index; or to the news that there is none where the search has ended.
//!
//! ```text
//! Newton-MR steps, each of which lowers ‖g‖, until
//!   ‖g‖ ≤ tolerance · scale                                                  Stationary
//!   ‖g‖ is falling no more, and r = ‖H g‖/(‖H‖ ‖g‖) ≤ flatness               GradientFlat
//!   ‖g‖ is falling no more, and r is larger                                  Stalled
//!   a budget, a flag, a number that is not finite                            Budget, Cancelled, NonFinite
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | g, H | ∇f, ∇²f |
//! | tolerance · scale | `stationarity` |
//! | flatness | `flatness` |
//! | falling no more | no step lowers ‖g‖, or the last `patience` steps by less than `progress` of it |
//!
//! ½‖g‖² has the gradient H g. Where it is 0 although g is not, g lies in the null space of H, ½‖g‖² may have a minimum, and
//! a search that lowers it ends there: at no critical point, whatever a low ‖g‖ may suggest. Frye et al. found most searches on
//! neural networks to end so. r says it: it is 0 there. Near a true critical point r may be small as well, down to 1/κ; which is
//! why it is asked only when nothing moves any more.
//!
//! Needs: products with the Hessian; a step costs what a step of [`NewtonMr`] does, and a verdict of flatness a few products more,
//! for ‖H‖. The best point, which is the last one, is handed out whatever happened.
//!
//! Where the literature disagrees:
//! - Which r. Frye et al. take the residuals of the least-squares problem for the step, ‖H p + g‖/(‖H‖ ‖p‖ + ‖g‖), near 1 at
//!   a flat point; here it is the slope of ½‖g‖² itself, in units that do not depend on those of f and x.
//! - What small is: they call a point flat above 0.9 of theirs; here below 0.01 of ours, after the search has stalled.
//!
//! Source: C. G. Frye, J. Simon, N. S. Wadia, A. Ligeralde, M. R. DeWeese and K. E. Bouchard, Critical point-finding methods
//! reveal gradient-flat regions of deep network losses, Neural Computation 33 (2021) 1469–1497.

use std::fmt;

use thalweg_krylov::{ExtremeEigenpairs, HessianAt};
use thalweg_numerics::norm;
use thalweg_problem::{Allowance, Curved, InvalidInput, Method, Point, Stuck};

use crate::{CriticalPoint, NewtonMr, NewtonMrState, Stationarity};

/// The settings of the search.
///
/// ```
/// use thalweg_landscape::problem::{Allowance, Stuck};
/// use thalweg_landscape::{CriticalPointSearch, Outcome};
/// use thalweg_objectives::classic::Himmelblau;
///
/// let (search, mut allow) = (CriticalPointSearch::default(), Allowance::evaluations(1000));
/// let Outcome::Stationary(saddle) = search.find(&Himmelblau, &[0.0, 3.0], &mut allow)? else {
///     panic!("this start leads to a saddle");
/// };
/// let spectrum = saddle.spectrum(&mut allow)?;
/// println!("f = {:.4} at {:.4?}, curvatures {:.2?}", saddle.value(), saddle.x(), spectrum.values());
/// assert!((saddle.value() - 67.719_2).abs() < 1e-3);
/// assert_eq!((spectrum.index(), spectrum.undecided()), (1, 0));
/// # Ok::<(), Stuck>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CriticalPointSearch {
    /// How a step is taken.
    pub step: NewtonMr,
    /// When a gradient counts as 0.
    pub stationarity: Stationarity,
    /// How small r has to be where the search has stalled, to call the point gradient-flat; above 0. Default 0.01.
    pub flatness: f64,
    /// Steps after which ‖g‖ has to be smaller by `progress` of it; 1 or more. Default 20.
    pub patience: u64,
    /// The share of itself that ‖g‖ has to lose in `patience` steps, from 0 up to but not 1. Default 1e-6.
    pub progress: f64,
    /// Steps at most. Default 1000.
    pub max_steps: u64,
}

impl Default for CriticalPointSearch {
    fn default() -> Self {
        Self {
            step: NewtonMr::default(),
            stationarity: Stationarity::default(),
            flatness: 0.01,
            patience: 20,
            progress: 1e-6,
            max_steps: 1000,
        }
    }
}

/// How a search has ended. The point at hand is in it, whatever it is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome<'p, P: ?Sized> {
    /// ∇f is 0 there: of it, and of nothing else, the signs of the curvatures may be asked.
    Stationary(CriticalPoint<'p, P>),
    /// ½‖∇f‖² is stationary there, and ∇f is not 0. No critical point.
    GradientFlat(Halt),
    /// Nothing lowers ‖∇f‖ any more, and neither is r small: rounding, or a search that has lost its way. No critical point.
    Stalled(Halt),
    /// The steps or the evaluations are used up. Nothing is known about the point but its gradient.
    Budget(Halt),
    /// Somebody raised the [`CancelFlag`](thalweg_problem::CancelFlag).
    Cancelled(Halt),
    /// The value or the gradient is not finite at the start: no step was taken.
    NonFinite(Halt),
}

/// Where a search has ended that has found no critical point.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Halt {
    /// The point with the smallest ‖∇f‖ that was seen.
    pub point: Point,
    /// ‖∇f‖ there.
    pub gradient_norm: f64,
    /// r = ‖H g‖/(‖H‖ ‖g‖) there; NaN where it was not asked for, which is everywhere but at `GradientFlat` and `Stalled`.
    pub flatness: f64,
    /// Steps taken.
    pub steps: u64,
}

impl<P: ?Sized> Outcome<'_, P> {
    /// Where it ended, length n.
    #[must_use]
    pub fn x(&self) -> &[f64] {
        match self {
            Self::Stationary(point) => point.x(),
            Self::GradientFlat(halt)
            | Self::Stalled(halt)
            | Self::Budget(halt)
            | Self::Cancelled(halt)
            | Self::NonFinite(halt) => &halt.point.x,
        }
    }

    /// ‖∇f‖ there.
    #[must_use]
    pub fn gradient_norm(&self) -> f64 {
        match self {
            Self::Stationary(point) => point.gradient_norm(),
            Self::GradientFlat(halt)
            | Self::Stalled(halt)
            | Self::Budget(halt)
            | Self::Cancelled(halt)
            | Self::NonFinite(halt) => halt.gradient_norm,
        }
    }
}

impl<P: ?Sized> fmt::Display for Outcome<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let norm = self.gradient_norm();
        match self {
            Self::Stationary(_) => write!(f, "a stationary point: the gradient has the norm {norm:e}"),
            Self::GradientFlat(halt) => write!(
                f,
                "a gradient-flat point: the gradient has the norm {norm:e}, and the Hessian makes {:e} of it",
                halt.flatness
            ),
            Self::Stalled(halt) => {
                write!(f, "stalled at a gradient of norm {norm:e} (flatness {:e})", halt.flatness)
            }
            Self::Budget(halt) => {
                write!(f, "out of budget after {} steps, gradient norm {norm:e}", halt.steps)
            }
            Self::Cancelled(_) => write!(f, "cancelled at a gradient of norm {norm:e}"),
            Self::NonFinite(_) => write!(f, "the value or the gradient is not finite at the start"),
        }
    }
}

impl CriticalPointSearch {
    /// Searches from `x0`, length n. Every evaluation and every product is asked of `allow`, but for the one at the start.
    ///
    /// # Errors
    /// If a setting, the problem's dimension or `x0` cannot be used. Once the search has begun nothing is an error.
    pub fn find<'p, P: Curved + ?Sized>(
        &self,
        problem: &'p P,
        x0: &[f64],
        allow: &mut Allowance,
    ) -> Result<Outcome<'p, P>, InvalidInput> {
        self.check()?;
        let mut state = self.step.init(problem, x0)?;
        let mut steps = 0;
        let halt = |state: &NewtonMrState, flatness: f64, steps: u64| Halt {
            point: state.point().clone(),
            gradient_norm: state.gradient_norm(),
            flatness,
            steps,
        };
        if !state.point().is_finite() {
            return Ok(Outcome::NonFinite(halt(&state, f64::NAN, steps)));
        }
        let mut norm_then = state.gradient_norm();
        loop {
            if self.stationarity.is_met_by(state.point())
                && let Ok(point) = CriticalPoint::of_point(problem, state.point().clone(), self.stationarity)
            {
                return Ok(Outcome::Stationary(point));
            }
            if steps >= self.max_steps {
                return Ok(Outcome::Budget(halt(&state, f64::NAN, steps)));
            }
            let has_stalled = match self.step.step(problem, &mut state, allow) {
                Ok(_) => {
                    steps += 1;
                    let is_due = steps % self.patience == 0;
                    let moves = state.gradient_norm() < (1.0 - self.progress) * norm_then;
                    if is_due {
                        norm_then = state.gradient_norm();
                    }
                    is_due && !moves
                }
                Err(Stuck::OutOfEvaluations) => return Ok(Outcome::Budget(halt(&state, f64::NAN, steps))),
                Err(Stuck::Cancelled) => return Ok(Outcome::Cancelled(halt(&state, f64::NAN, steps))),
                Err(_) => true,
            };
            if has_stalled && !self.stationarity.is_met_by(state.point()) {
                return Ok(match flatness_at(problem, &state, allow) {
                    Ok(flatness) if flatness <= self.flatness => {
                        Outcome::GradientFlat(halt(&state, flatness, steps))
                    }
                    Ok(flatness) => Outcome::Stalled(halt(&state, flatness, steps)),
                    Err(Stuck::Cancelled) => Outcome::Cancelled(halt(&state, f64::NAN, steps)),
                    Err(_) => Outcome::Budget(halt(&state, f64::NAN, steps)),
                });
            }
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        self.step.check()?;
        self.stationarity.check()?;
        InvalidInput::unless_positive("flatness", self.flatness)?;
        if self.patience == 0 {
            return Err(InvalidInput::new("patience", 0, "1 or more"));
        }
        if !(0.0..1.0).contains(&self.progress) {
            let value = format!("{:?}", self.progress);
            return Err(InvalidInput::new("progress", value, "0 or more, below 1"));
        }
        Ok(())
    }
}

/// r = ‖H g‖/(‖H‖ ‖g‖): at most 1.
fn flatness_at<P: Curved + ?Sized>(
    problem: &P,
    state: &NewtonMrState,
    allow: &mut Allowance,
) -> Result<f64, Stuck> {
    let Point { x, gradient, .. } = state.point();
    // g itself knows nothing of ‖H‖ where H makes nothing of it: another start does. A tenth is accurate enough.
    let pairs = usize::from(x.len() > 1);
    let search =
        ExtremeEigenpairs { lowest: pairs, highest: 1, relative_residual: 0.1, ..Default::default() };
    let found = search.find(&HessianAt { problem, x }, allow)?;
    allow.spend()?;
    let mut product = vec![f64::NAN; x.len()];
    problem.hessian_vector(x, gradient, &mut product);
    let made = norm(&product) / state.gradient_norm();
    let largest = found.norm.max(made);
    Ok(if largest == 0.0 { 0.0 } else { made / largest })
}
