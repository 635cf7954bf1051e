//! Linear conjugate gradients as a method for quadratic objectives.
//!
//! On f(x) = ½ xᵀA x − bᵀx + c the residual is b − A x = −∇f(x), and A p is a Hessian–vector product.
//! A step costs one product and one evaluation. The iteration itself needs the product only; the evaluation is for
//! whoever looks on, so that value and gradient of the state are those of f, and not of a recurrence, wherever x is.

use thalweg_problem::{
    Allowance, Curved, InvalidInput, Method, Point, Preconditioner, State, Step, Stuck, check_start,
};

use crate::{ConjugateGradients, ConjugateGradientsState, Ending};

/// The state of [`ConjugateGradients`] as a [`Method`].
///
/// The Hessian is always taken at the start, where a quadratic has the same one as everywhere. On a function that is not
/// quadratic the iterates therefore minimize its quadratic model at the start: they go where one Newton step would lead,
/// and when the model has nothing left to gain the method is stuck and says so. `refresh_every` takes the residual
/// from the gradient of f again every so many steps.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct QuadraticState {
    /// The current iterate with its value and gradient.
    pub point: Point,
    /// Where the Hessian is taken.
    start: Vec<f64>,
    /// Its residual is the negative gradient; it has no b.
    linear: ConjugateGradientsState,
}

impl State for QuadraticState {
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

impl QuadraticState {
    /// The direction of the last step, or the one along which the curvature is not positive; length n, only where it
    /// points has a meaning. Zero before the first step.
    #[must_use]
    pub fn direction(&self) -> &[f64] {
        self.linear.direction()
    }

    fn adopt_gradient(&mut self, preconditioner: &impl Preconditioner) {
        for (r, g) in self.linear.r.iter_mut().zip(&self.point.gradient) {
            *r = -g;
        }
        self.linear.adopt_residual(preconditioner);
    }
}

/// ```
/// use thalweg_driver::{Stop, minimize, silent};
/// use thalweg_krylov::ConjugateGradients;
/// use thalweg_objectives::Quadratic;
///
/// let bowl = Quadratic::new([3.0, 1.0, 1.0, 2.0], [-4.0, -3.0], 0.0)?;
/// let run = minimize(&bowl, &ConjugateGradients::default(), &[20.0, -7.0], Stop::default(), silent)?;
/// println!("{:?} after {} steps: {}", run.best.x, run.steps, run.reason);
/// assert_eq!((run.steps, run.counts.gradients, run.counts.hessian_vectors), (2, 3, 2));
/// assert!(run.best.x.iter().all(|x| (x - 1.0).abs() < 1e-14));
/// # Ok::<(), thalweg_krylov::problem::InvalidInput>(())
/// ```
impl<P: Curved + ?Sized, M: Preconditioner> Method<P> for ConjugateGradients<M> {
    type State = QuadraticState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<QuadraticState, InvalidInput> {
        check_start(problem, x0)?;
        self.check()?;
        let mut linear = ConjugateGradientsState::zeros(x0.len());
        // What the residual is, is asked of the problem; its b stays empty of meaning.
        linear.reset(x0, x0);
        let mut state = QuadraticState { point: Point::new(problem, x0), start: x0.to_vec(), linear };
        state.adopt_gradient(&self.preconditioner);
        Ok(state)
    }

    fn step(&self, problem: &P, state: &mut QuadraticState, allow: &mut Allowance) -> Result<Step, Stuck> {
        // Both or none: a product without the evaluation would leave x ahead of its value.
        if allow.left() < 2 {
            return Err(Stuck::OutOfEvaluations);
        }
        if state.linear.residual_is_due {
            state.adopt_gradient(&self.preconditioner);
        }
        let QuadraticState { point, start, linear } = state;
        let multiply = |p: &[f64], out: &mut [f64]| problem.hessian_vector(start, p, out);
        let alpha = linear.advance(multiply, &self.preconditioner, allow).map_err(stuck)?;
        allow.spend()?;
        point.x.copy_from_slice(&linear.x);
        point.evaluate(problem);
        linear.residual_is_due = self.is_refreshed_after(linear);
        Ok(Step::at_rate(alpha))
    }
}

fn stuck(ending: Ending) -> Stuck {
    match ending {
        Ending::OutOfEvaluations => Stuck::OutOfEvaluations,
        Ending::Cancelled => Stuck::Cancelled,
        other => Stuck::Because(other.to_string().into()),
    }
}
