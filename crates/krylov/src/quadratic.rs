//! Linear conjugate gradients as a method for quadratic objectives.
//!
//! On f(x) = ½ xᵀA x − bᵀx + c the residual is b − A x = −∇f(x), and A p is a Hessian–vector product.
//! The start is evaluated once; after that a step costs one product and no evaluation: the gradient is −r by the
//! recurrence, and a step lowers f by ½ α rᵀz.

use thalweg_problem::{
    Allowance, Curved, InvalidInput, Method, Point, Preconditioner, State, Step, Stuck, check_start,
};

use crate::ending::spend;
use crate::{ConjugateGradients, ConjugateGradientsState, Ending};

/// The state of [`ConjugateGradients`] as a [`Method`].
///
/// The Hessian is always taken at the start, where a quadratic has the same one as everywhere. On a function that is not
/// quadratic the iterates therefore minimize its quadratic model at the start, and value and gradient are those of
/// the model: it ends where one Newton step would lead. `refresh_every` makes both of them those of f again every so
/// many steps.
#[derive(Clone, Debug, PartialEq)]
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
/// assert_eq!((run.steps, run.counts.gradients, run.counts.hessian_vectors), (2, 1, 2));
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
        if state.linear.residual_is_due {
            spend(allow).map_err(stuck)?;
            state.point.evaluate(problem);
            state.adopt_gradient(&self.preconditioner);
        }
        let QuadraticState { point, start, linear } = state;
        let rz = linear.rz;
        let multiply = |p: &[f64], out: &mut [f64]| problem.hessian_vector(start, p, out);
        let alpha = linear.advance(multiply, &self.preconditioner, allow).map_err(stuck)?;
        point.x.copy_from_slice(&linear.x);
        point.value -= 0.5 * (alpha * linear.unit) * (rz * linear.unit);
        for (g, r) in point.gradient.iter_mut().zip(&linear.r) {
            *g = -r * linear.unit;
        }
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
