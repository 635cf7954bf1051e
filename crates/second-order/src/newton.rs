//! Newton's method as it is written on the blackboard: jump to the stationary point of the quadratic model, whatever it is.
//!
//! ```text
//! w ← w − η H(w)⁻¹ ∇E(w)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | η | `rate` |
//! | H⁻¹∇E | by P H Pᵀ = L B Lᵀ, which H may be indefinite for |
//!
//! Near a point where ∇E = 0 and H is not singular the error is squared at every step, whether that point is a minimum, a saddle or a
//! maximum: the method looks for stationary points. Farther away it may go anywhere, on convex functions too. The state says
//! what the signs of the curvatures were, so that whoever looks on knows what it is on its way to.
//!
//! Needs the Hessian as a matrix, of which the lower triangle counts.
//! A step costs one Hessian, one evaluation and n³/3 flops, and allocates nothing.
//!
//! It ends as a fixed rate does: by the tests of whoever drives it, where a small gradient is no proof of a minimum (see
//! [`NewtonState::inertia`]), or by running away; and by itself where H is singular or not finite, in which case it
//! says so and stays where it is.
//!
//! Where the literature disagrees: whether this is a minimization method at all. Texts on equations say that it solves ∇E = 0,
//! and are right. What makes a minimization method of it is [`ModifiedNewton`](crate::ModifiedNewton),
//! [`SaddleFreeNewton`](crate::SaddleFreeNewton) or [`TrustRegion`](crate::TrustRegion).
//!
//! Sources: J. E. Dennis and R. B. Schnabel, Numerical Methods for Unconstrained Optimization and Nonlinear Equations (1983),
//! section 5.2; P. Deuflhard, Newton Methods for Nonlinear Problems (2004), chapter 2; for the factorization,
//! `factorization/indefinite.rs`. Slides 81–91, and 93–94 for what is wrong with it.

use nalgebra::DMatrix;
use thalweg_hessian::{Inertia, TwiceDifferentiable};
use thalweg_problem::{Allowance, InvalidInput, Method, Point, State, Step, Stuck, check_start};

use crate::factorization::indefinite::Indefinite;
use crate::hessian_at::hessian_at;
use crate::leftovers::Leftovers;

/// The settings of Newton's method.
///
/// ```
/// use thalweg_objectives::Quadratic;
/// use thalweg_second_order::Newton;
/// use thalweg_second_order::hessian::Stationary;
/// use thalweg_second_order::problem::{Allowance, Method, State};
///
/// // x² − y²
/// let saddle = Quadratic::new([2.0, 0.0, 0.0, -2.0], [0.0, 0.0], 0.0)?;
/// let newton = Newton::default();
/// let mut state = newton.init(&saddle, &[3.0, 1.0])?;
/// newton.step(&saddle, &mut state, &mut Allowance::evaluations(2))?;
/// let inertia = state.inertia.expect("after a step there is one");
/// println!("at {:?}: {:?}", state.x(), inertia.stationary());
/// // One step, straight onto the saddle, although f falls without end along y.
/// assert_eq!((state.x(), inertia.stationary()), (&[0.0, 0.0][..], Stationary::Saddle { index: 1 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Newton {
    /// η, 0 or more. Default 1, which squares the error; with another η it shrinks by |1 − η| a step.
    pub rate: f64,
}

impl Default for Newton {
    fn default() -> Self {
        Self { rate: 1.0 }
    }
}

/// The state of [`Newton`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct NewtonState {
    /// The current iterate with its value and gradient.
    pub point: Point,
    /// The signs of the curvatures at the iterate before, where the last step began, so far as the pivots tell: one that is
    /// below n ε times the largest counts as 0. `None` before the first step.
    pub inertia: Option<Inertia>,
    #[cfg_attr(feature = "serde", serde(skip))]
    work: Leftovers<Work>,
}

/// What a step writes before it reads it: 2n² + 4n numbers.
#[derive(Clone, Debug, Default)]
struct Work {
    hessian: DMatrix<f64>,
    factors: Indefinite,
    direction: Vec<f64>,
}

impl State for NewtonState {
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

impl Work {
    fn fit(&mut self, n: usize) {
        if self.direction.len() != n {
            *self = Self {
                hessian: DMatrix::zeros(n, n),
                factors: Indefinite::for_dim(n),
                direction: vec![0.0; n],
            };
        }
    }
}

impl<P: TwiceDifferentiable + ?Sized> Method<P> for Newton {
    type State = NewtonState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<NewtonState, InvalidInput> {
        check_start(problem, x0)?;
        InvalidInput::unless_non_negative("rate", self.rate)?;
        let mut work = Work::default();
        work.fit(x0.len());
        Ok(NewtonState { point: Point::new(problem, x0), inertia: None, work: Leftovers(work) })
    }

    fn step(&self, problem: &P, state: &mut NewtonState, allow: &mut Allowance) -> Result<Step, Stuck> {
        let NewtonState { point, inertia, work: Leftovers(work) } = state;
        // A state that was read from a file comes without.
        work.fit(point.x.len());
        let Work { hessian, factors, direction } = work;
        hessian_at(problem, &point.x, hessian, allow)?;
        factors.factor(hessian.as_slice());
        let signs = factors.inertia();
        *inertia = Some(signs);
        direction.copy_from_slice(&point.gradient);
        factors.solve(|pivot| pivot, direction);
        if direction.iter().any(|d| !d.is_finite()) {
            let Inertia { zero, .. } = signs;
            let n = point.x.len();
            return Err(Stuck::Because(
                format!("the Hessian is singular: {zero} of {n} pivots are 0 but for rounding, and no step solves H p = −g")
                    .into(),
            ));
        }
        allow.spend()?;
        for (w, d) in point.x.iter_mut().zip(&*direction) {
            *w -= self.rate * d;
        }
        point.evaluate(problem);
        Ok(Step::at_rate(self.rate))
    }
}
