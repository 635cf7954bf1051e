//! A rule and a schedule together are a method.

use thalweg_problem::{
    Allowance, Differentiable, InvalidInput, Method, Point, State, Step, Stuck, check_start,
};
use thalweg_schedules::Schedule;

use crate::UpdateRule;

/// An update rule that takes its rate from a schedule.
///
/// One step costs one evaluation of value and gradient: the one at the new point, which the next step uses.
/// After [`init`](Method::init) nothing is allocated.
///
/// ```
/// use thalweg_first_order::problem::{Allowance, Method, State, from_fn};
/// use thalweg_first_order::schedules::Constant;
/// use thalweg_first_order::{GradientDescent, Scheduled};
///
/// let parabola = from_fn(1, |w, g| { g[0] = w[0]; 0.5 * w[0] * w[0] });
/// let method = Scheduled { rule: GradientDescent, schedule: Constant { rate: 0.5 } };
/// let mut state = method.init(&parabola, &[8.0])?;
/// let mut allow = Allowance::evaluations(3);
/// for _ in 0..3 {
///     method.step(&parabola, &mut state, &mut allow)?;
/// }
/// assert_eq!(state.x(), [1.0]);
/// assert_eq!(state.value(), Some(0.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scheduled<R, S> {
    /// How a gradient moves the parameters.
    pub rule: R,
    /// The rate as a function of the step.
    pub schedule: S,
}

/// The state of [`Scheduled`]: the evaluated point, the step and what the rule remembers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ScheduledState<R> {
    /// The current iterate with its value and gradient.
    pub point: Point,
    /// Steps taken, which is also the next argument of the schedule.
    pub step: u64,
    /// What the rule remembers.
    pub rule: R,
}

impl<R: Clone> State for ScheduledState<R> {
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

impl<P, R, S> Method<P> for Scheduled<R, S>
where
    P: Differentiable + ?Sized,
    R: UpdateRule<f64>,
    S: Schedule,
{
    type State = ScheduledState<R::State>;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<Self::State, InvalidInput> {
        check_start(problem, x0)?;
        self.schedule.check()?;
        let rule = self.rule.init(x0)?;
        Ok(ScheduledState { point: Point::new(problem, x0), step: 0, rule })
    }

    fn step(&self, problem: &P, state: &mut Self::State, allow: &mut Allowance) -> Result<Step, Stuck> {
        let ScheduledState { point, step, rule } = state;
        let rate = self.schedule.rate(*step);
        if !(rate >= 0.0 && rate.is_finite()) {
            let argument = format!("schedule.rate({step})");
            return Err(
                InvalidInput::new(argument, format_args!("{rate:?}"), "a finite number, 0 or more").into()
            );
        }
        allow.spend()?;
        self.rule.update(rule, &mut point.x, &point.gradient, rate)?;
        point.evaluate(problem);
        *step += 1;
        Ok(Step::at_rate(rate))
    }
}
