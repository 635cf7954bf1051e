//! Adaptive restart: forget the momentum as soon as it leads uphill.
//!
//! ```text
//! forget the momentum after update k if
//!     f(yₖ) > f(yₖ₋₁)               (function test)
//!     ∇f(yₖ)·(wₖ₊₁ − wₖ) > 0        (gradient test)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | yₖ, where the k-th gradient is taken | `x` at an update |
//! | f(yₖ) | `value` of [`UpdateRule::update_with_value`] |
//! | wₖ₊₁ − wₖ | [`Restart::slope_along_step`] knows it |
//!
//! A momentum that is too large for the least curvature μ, and a growing one always becomes so, makes the iterates ring
//! with a period proportional to √(L/μ). Forgetting the momentum where it begins to lead uphill gives about the rate of the
//! best constant momentum, without knowing μ.
//!
//! That is what happens near a minimum, where functions are quadratics. Elsewhere a restart is a good guess and no more: it
//! does not make a rule converge that may cycle, as the heavy ball may.
//!
//! Needs of the problem: what the rule needs, and the value for the function test.
//!
//! The gradient test costs 2n flops a step, the function test none. A restart costs up to 4n.
//!
//! Where the literature disagrees: O'Donoghue and Candès compare f at the iterates wₖ. An update sees f where it sees the
//! gradient, and f(wₖ) would be an evaluation more; so f is compared at the points yₖ. Either way the new start is
//! wₖ₊₁, which for Nesterov's method is a plain gradient step away from yₖ and owes nothing to the momentum.
//! They restart a sequence of growing momentum; here the rule may as well have a constant one, and only its velocity is
//! forgotten.
//!
//! Sources: B. O'Donoghue, E. Candès, Foundations of Computational Mathematics 15 (2015) 715–732, section 3.

use thalweg_problem::InvalidInput;

use crate::{Scalar, UpdateRule};

/// A rule whose momentum can be forgotten.
pub trait Restart<T: Scalar>: UpdateRule<T> {
    /// ∇f·(wₖ₊₁ − wₖ) up to a positive factor, right after the update that made the step: `gradient` is the one it saw,
    /// `x` is where it led.
    fn slope_along_step(&self, state: &Self::State, x: &[T], gradient: &[T]) -> f64;

    /// Makes the state that of a start from the point where `x` is now.
    fn forget(&self, state: &mut Self::State);
}

/// A rule that forgets its momentum when a test says so.
///
/// ```
/// use thalweg_first_order::problem::InvalidInput;
/// use thalweg_first_order::{MomentumSequence, Nesterov, Restarted, UpdateRule};
///
/// /// |w₂| after 300 updates on ½ (w₁² + 0.001 w₂²) at the rate 1/L.
/// fn left<R: UpdateRule<f64>>(rule: &R) -> Result<f64, InvalidInput> {
///     let mut w = [1.0, 1.0];
///     let mut state = rule.init(&w)?;
///     for _ in 0..300 {
///         rule.look_ahead(&mut state, &mut w)?;
///         let gradient = [w[0], 0.001 * w[1]];
///         rule.update(&mut state, &mut w, &gradient, 1.0)?;
///     }
///     Ok(w[1].abs())
/// }
///
/// let rule = Nesterov { momentum: MomentumSequence::BeckTeboulle, ..Nesterov::default() };
/// let (ringing, restarted) = (left(&rule)?, left(&Restarted { rule, ..Restarted::default() })?);
/// println!("{ringing:.1e} and {restarted:.1e}");
/// assert!(restarted < 0.1 * ringing);
/// # Ok::<(), InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Restarted<R> {
    /// The rule with momentum.
    pub rule: R,
    /// When to forget it. Default [`RestartTest::Gradient`].
    pub test: RestartTest,
}

/// When [`Restarted`] forgets the momentum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RestartTest {
    /// When f is larger than at the update before. It needs [`UpdateRule::update_with_value`].
    Function,
    /// When the step from iterate to iterate goes up the slope.
    #[default]
    Gradient,
}

/// What [`Restarted`] remembers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct RestartedState<S> {
    /// What the rule remembers.
    pub rule: S,
    /// f at the last update, for the function test; none before the first one.
    pub last_value: Option<f64>,
    /// How often the momentum was forgotten.
    pub restarts: u64,
}

impl<R> Restarted<R> {
    /// What is done after every update: forget, if the test says so.
    fn judge<T: Scalar>(
        &self,
        state: &mut RestartedState<R::State>,
        x: &mut [T],
        gradient: &[T],
        value: Option<f64>,
    ) -> Result<(), InvalidInput>
    where
        R: Restart<T>,
    {
        let leads_uphill = match self.test {
            RestartTest::Function => value > state.last_value && state.last_value.is_some(),
            RestartTest::Gradient => self.rule.slope_along_step(&state.rule, x, gradient) > 0.0,
        };
        if leads_uphill {
            // The new start is the iterate, not what would have been ahead of it.
            self.rule.look_back(&mut state.rule, x)?;
            self.rule.forget(&mut state.rule);
            state.restarts += 1;
        }
        state.last_value = value;
        Ok(())
    }
}

impl<T: Scalar, R: Restart<T>> UpdateRule<T> for Restarted<R> {
    type State = RestartedState<R::State>;

    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
        Ok(RestartedState { rule: self.rule.init(x)?, last_value: None, restarts: 0 })
    }

    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        if self.test == RestartTest::Function {
            return Err(InvalidInput::new("value", "none", "f(x), by `update_with_value`"));
        }
        self.rule.update(&mut state.rule, x, gradient, rate)?;
        self.judge(state, x, gradient, None)
    }

    fn update_with_value(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        value: T,
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        self.rule.update_with_value(&mut state.rule, x, value, gradient, rate)?;
        self.judge(state, x, gradient, Some(value.into()))
    }

    fn look_ahead(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
        self.rule.look_ahead(&mut state.rule, x)
    }

    fn look_back(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
        self.rule.look_back(&mut state.rule, x)
    }
}

/// Σ `step`(mᵢ, xᵢ) gᵢ in f64.
///
/// Eight sums side by side, added up in a fixed order: as fast as memory, and the same bits on every machine.
pub(crate) fn slope_along<T: Scalar>(memory: &[T], x: &[T], gradient: &[T], step: impl Fn(T, T) -> T) -> f64 {
    const LANES: usize = 8;
    let product = |m: T, w: T, g: T| step(m, w).into() * g.into();
    let whole = gradient.len() - gradient.len() % LANES;
    let blocks = memory.chunks_exact(LANES).zip(x.chunks_exact(LANES)).zip(gradient.chunks_exact(LANES));
    let mut sums = [0.0; LANES];
    for ((memory, x), gradient) in blocks {
        for (sum, ((&m, &w), &g)) in sums.iter_mut().zip(memory.iter().zip(x).zip(gradient)) {
            *sum += product(m, w, g);
        }
    }
    let rest = memory[whole..].iter().zip(&x[whole..]).zip(&gradient[whole..]);
    let rest = rest.fold(0.0, |sum, ((&m, &w), &g)| sum + product(m, w, g));
    sums.iter().sum::<f64>() + rest
}
