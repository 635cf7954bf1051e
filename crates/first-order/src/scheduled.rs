//! A rule and a schedule together are a method.

use alloc::format;

use thalweg_problem::{
    Allowance, Differentiable, InvalidInput, Method, Point, State, Step, Stuck, check_start,
};
use thalweg_schedules::RatePolicy;

use crate::UpdateRule;

/// An update rule that takes its rate from a schedule.
///
/// One step costs one evaluation of value and gradient: the one at the new point, which the next step uses.
/// After [`init`](Method::init) nothing is allocated.
///
/// The state's point is where value and gradient belong to: for a rule that looks ahead that is ahead of its iterate, and
/// [`UpdateRule::look_back`] leads from the one to the other.
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
    /// The rate: a [`Schedule`](thalweg_schedules::Schedule), or a policy that looks at how the run goes.
    pub schedule: S,
}

/// The state of [`Scheduled`]: the evaluated point, the step and what the rule remembers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ScheduledState<R, A = ()> {
    /// The current iterate with its value and gradient.
    pub point: Point,
    /// Steps taken, which is also the next argument of the schedule.
    pub step: u64,
    /// What the rule remembers.
    pub rule: R,
    /// What the policy of the rate remembers; nothing for a schedule.
    pub rates: A,
}

impl<R: Clone, A: Clone> State for ScheduledState<R, A> {
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
    S: RatePolicy,
{
    type State = ScheduledState<R::State, S::State>;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<Self::State, InvalidInput> {
        check_start(problem, x0)?;
        let mut rates = self.schedule.start()?;
        let mut rule = self.rule.init(x0)?;
        // Nothing to look ahead by yet; this lets the first update pass as one from a point that was moved.
        let mut x = x0.to_vec();
        self.rule.look_ahead(&mut rule, &mut x)?;
        let point = Point::new(problem, &x);
        self.schedule.observe(&mut rates, 0, &point.x, point.value);
        Ok(ScheduledState { point, step: 0, rule, rates })
    }

    fn step(&self, problem: &P, state: &mut Self::State, allow: &mut Allowance) -> Result<Step, Stuck> {
        let ScheduledState { point, step, rule, rates } = state;
        let rate = checked_rate(&self.schedule, rates, *step)?;
        allow.spend()?;
        self.rule.update_with_value(rule, &mut point.x, point.value, &point.gradient, rate)?;
        self.rule.look_ahead(rule, &mut point.x)?;
        point.evaluate(problem);
        *step += 1;
        self.schedule.observe(rates, *step, &point.x, point.value);
        Ok(Step::at_rate(rate))
    }
}

/// The rate of a step, if it is one.
pub(crate) fn checked_rate<S: RatePolicy>(
    schedule: &S,
    state: &S::State,
    step: u64,
) -> Result<f64, InvalidInput> {
    let rate = schedule.rate_at(state, step);
    if rate >= 0.0 && rate.is_finite() {
        return Ok(rate);
    }
    let argument = format!("schedule.rate({step})");
    Err(InvalidInput::new(argument, format_args!("{rate:?}"), "a finite number, 0 or more"))
}
