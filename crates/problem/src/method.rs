//! What a method is: settings that never change, a state that does, one step at a time.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use crate::{Allowance, Differentiable, InvalidInput};

/// An optimization method for problems of type `P`.
///
/// The implementing type holds the settings: public fields, never changed by a run.
/// The bound on `P` says what the method needs of a problem: `impl<P: Curved + ?Sized> Method<P> for …`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a method for problems of type `{P}`",
    note = "an update rule becomes one with a schedule, as `Scheduled {{ rule, schedule }}`",
    note = "the bounds of the method's `impl` say what it needs of a problem: a gradient, Hessian–vector products, …"
)]
pub trait Method<P: ?Sized> {
    /// Everything that changes from step to step.
    type State: State;

    /// Checks the settings and the start, and evaluates there: at most once, for it has no [`Allowance`].
    /// What takes more evaluations belongs into the first step.
    ///
    /// # Errors
    /// If a setting, the problem's dimension or `x0` (length n, finite) cannot be used.
    /// A value that is not finite at `x0` is no error here: the state carries it and the driver says so.
    fn init(&self, problem: &P, x0: &[f64]) -> Result<Self::State, InvalidInput>;

    /// Moves `state` one step.
    ///
    /// Asks `allow` before every evaluation, in every inner loop.
    ///
    /// # Errors
    /// If the method cannot go on. The state may then lie anywhere; whoever runs the method keeps the best point.
    fn step(&self, problem: &P, state: &mut Self::State, allow: &mut Allowance) -> Result<Step, Stuck>;
}

/// A pointer to a method is that method.
macro_rules! forward_through_pointer {
    ($($pointer:ty),*) => {$(
        impl<P: ?Sized, M: Method<P> + ?Sized> Method<P> for $pointer {
            type State = M::State;

            fn init(&self, problem: &P, x0: &[f64]) -> Result<Self::State, InvalidInput> {
                (**self).init(problem, x0)
            }

            fn step(&self, problem: &P, state: &mut Self::State, allow: &mut Allowance) -> Result<Step, Stuck> {
                (**self).step(problem, state, allow)
            }
        }
    )*};
}

forward_through_pointer!(&M, Box<M>);

/// What a driver can ask of any method's state.
pub trait State: Clone {
    /// The current iterate, length n.
    fn x(&self) -> &[f64];

    /// f at [`x`](Self::x), or `None` for a method that has not evaluated f there.
    fn value(&self) -> Option<f64>;

    /// ∇f at [`x`](Self::x), length n, or `None` for a method that has not evaluated it there.
    fn gradient(&self) -> Option<&[f64]>;
}

/// A point with its value and its gradient. They are written together: whoever changes `x` calls `evaluate`, so that none of them is stale.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Point {
    /// x, length n.
    pub x: Vec<f64>,
    /// f(x).
    pub value: f64,
    /// ∇f(x), length n.
    pub gradient: Vec<f64>,
}

impl Point {
    /// Evaluates `problem` at `x`, length n: one evaluation.
    ///
    /// An element of the gradient that the problem forgets to write, or adds to instead of writing it, is NaN.
    pub fn new<P: Differentiable + ?Sized>(problem: &P, x: &[f64]) -> Self {
        let mut point = Self { x: x.to_vec(), value: f64::NAN, gradient: vec![f64::NAN; x.len()] };
        point.evaluate(problem);
        point
    }

    /// Brings value and gradient up to `x` after `x` was changed: one evaluation.
    pub fn evaluate<P: Differentiable + ?Sized>(&mut self, problem: &P) {
        self.value = problem.value_gradient(&self.x, &mut self.gradient);
    }

    /// Whether x, f(x) and ∇f(x) are finite throughout.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().chain(&self.x).all(|v| v.is_finite())
    }
}

/// What one step reports.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// The multiple of the method's direction that was taken, η or α, for a method that has one.
    pub rate: Option<f64>,
}

impl Step {
    /// A step with this rate.
    #[must_use]
    pub fn at_rate(rate: f64) -> Self {
        Self { rate: Some(rate) }
    }
}

/// Why a method could not take another step.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Stuck {
    /// The [`Allowance`] has no evaluation left.
    OutOfEvaluations,
    /// Somebody raised the [`CancelFlag`](crate::CancelFlag).
    Cancelled,
    /// Something that only a step can see cannot be used: a schedule that turns NaN at step 17, say.
    Invalid(InvalidInput),
    /// Anything else, in words: for methods that live outside this workspace.
    Because(Cow<'static, str>),
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfEvaluations => write!(f, "no evaluation is left"),
            Self::Cancelled => write!(f, "the run was cancelled"),
            Self::Invalid(input) => input.fmt(f),
            Self::Because(reason) => f.write_str(reason),
        }
    }
}

impl core::error::Error for Stuck {}

impl From<InvalidInput> for Stuck {
    fn from(input: InvalidInput) -> Self {
        Self::Invalid(input)
    }
}
