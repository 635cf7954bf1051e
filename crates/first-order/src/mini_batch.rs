//! Mini-batches: an update rule on the gradients of a few terms at a time (stochastic gradient descent and its kin).
//!
//! ```text
//! every epoch:  shuffle the terms 1 … T, cut the order into batches B of b terms
//! every step:   w ← rule(w, gₖ, ηₖ),  gₖ = (1/|B|) Σ_{t ∈ B} ∇fₜ(w)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | f = (1/T) Σ fₜ | the problem, a [`FiniteSum`] of T = `terms()` |
//! | b | `batch_size`: 1 is a term at a time, T the whole sum |
//! | the shuffle | [`epoch_order`] of `seed` and the number of the epoch |
//! | ηₖ | `schedule`, asked with the number k of the batch, not of the epoch |
//!
//! Needs of the problem: gradients of the mean over any batch.
//!
//! One step costs one batch: b/T of a gradient. The driver counts batches apart. An epoch costs 8T bytes of random numbers
//! and T indices are kept. After `init` nothing is allocated.
//!
//! How it ends: value and gradient of a batch are estimates, so the state shows none and no test of convergence fires; a
//! budget ends the run. `evaluate_every` evaluates f itself after so many epochs: for that step there is a value and a
//! gradient, and the driver judges by them.
//! Where the mean over a batch is not finite, f is not either: the state says so, does not move, and the driver ends the run.
//!
//! Where the literature disagrees, and what is chosen here:
//! - The terms are drawn without replacement: every epoch takes each of them once. Theory mostly draws with replacement.
//! - The last batch of an epoch is shorter where b does not divide T. It is kept, and its gradient is the mean over the fewer
//!   terms, so that each of them weighs more than in the other batches. `drop_last` leaves it out, and with it T mod b terms,
//!   others in every epoch.
//! - The order of an epoch depends on seed and epoch alone, not on the order before it.
//!
//! Sources: H. Robbins and S. Monro, Annals of Mathematical Statistics 22 (1951) 400–407; L. Bottou, F. E. Curtis and
//! J. Nocedal, "Optimization methods for large-scale machine learning", SIAM Review 60 (2018) 223–311, section 4.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use thalweg_problem::{Allowance, FiniteSum, InvalidInput, Method, Point, State, Step, Stuck, check_start};
use thalweg_schedules::RatePolicy;

use crate::scheduled::checked_rate;
use crate::{UpdateRule, epoch_order};

/// An update rule on mini-batches.
///
/// ```
/// use thalweg_first_order::problem::{Allowance, FiniteSum, Method, State};
/// use thalweg_first_order::schedules::LinearDecay;
/// use thalweg_first_order::{GradientDescent, MiniBatch};
/// # use thalweg_first_order::problem::{Differentiable, Objective};
/// # struct Mean(Vec<f64>);
/// # impl Objective for Mean {
/// #     fn dim(&self) -> usize { 1 }
/// #     fn value(&self, x: &[f64]) -> f64 { self.value_gradient(x, &mut [0.0]) }
/// # }
/// # impl Differentiable for Mean {
/// #     fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
/// #         self.batch_value_gradient(x, &[0, 1, 2, 3], gradient)
/// #     }
/// # }
/// # impl FiniteSum for Mean {
/// #     fn terms(&self) -> usize { self.0.len() }
/// #     fn batch_value_gradient(&self, x: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
/// #         let each = |f: &dyn Fn(f64) -> f64| batch.iter().map(|&t| f(x[0] - self.0[t])).sum::<f64>() / batch.len() as f64;
/// #         gradient[0] = each(&|d| d);
/// #         each(&|d| 0.5 * d * d)
/// #     }
/// # }
/// // `Mean` is the mean of ½(x − dₜ)². One term a step and the rate 1/(k + 1): x is the mean of the terms seen so far.
/// let problem = Mean(vec![1.0, 2.0, 3.0, 6.0]);
/// let method = MiniBatch { batch_size: 1, seed: 7, ..MiniBatch::with(GradientDescent, LinearDecay::default()) };
/// let mut state = method.init(&problem, &[100.0])?;
/// for _ in 0..4 {
///     method.step(&problem, &mut state, &mut Allowance::evaluations(1))?;
/// }
/// assert_eq!((state.x(), state.epoch, state.value()), (&[3.0][..], 1, None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MiniBatch<R, S> {
    /// How a gradient moves the parameters.
    pub rule: R,
    /// The rate of the k-th batch: a [`Schedule`](thalweg_schedules::Schedule), or a policy; a policy is shown, after every
    /// epoch, the mean of fₜ over the epoch's terms, each at the point where its batch was evaluated.
    pub schedule: S,
    /// b, from 1 to T. Default 32.
    pub batch_size: usize,
    /// Decides the orders of all epochs. Default 0.
    pub seed: u64,
    /// Whether a last batch of fewer than b terms is left out. Default no.
    pub drop_last: bool,
    /// After how many epochs f itself is evaluated, and at the start. Default never: then nothing tells which point
    /// was the best, and a run's best point is its last, with a value of NaN.
    pub evaluate_every: Option<u64>,
}

impl<R, S> MiniBatch<R, S> {
    /// A rule and a schedule with the defaults.
    pub fn with(rule: R, schedule: S) -> Self {
        Self { rule, schedule, batch_size: 32, seed: 0, drop_last: false, evaluate_every: None }
    }

    fn check(&self, terms: usize) -> Result<(), InvalidInput> {
        if terms == 0 {
            return Err(InvalidInput::new("problem.terms()", 0, "1 or more"));
        }
        if !(1..=terms).contains(&self.batch_size) {
            let allowed = format!("from 1 to {terms}, the number of terms");
            return Err(InvalidInput::new("batch_size", self.batch_size, allowed));
        }
        if self.evaluate_every == Some(0) {
            return Err(InvalidInput::new("evaluate_every", "Some(0)", "None, or 1 or more epochs"));
        }
        Ok(())
    }

    /// The terms that an epoch uses.
    fn used(&self, terms: usize) -> usize {
        if self.drop_last { terms - terms % self.batch_size } else { terms }
    }
}

/// The state of [`MiniBatch`]: the point, and how far the epoch is.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct MiniBatchState<R, A = ()> {
    /// The current iterate; ahead of it for a rule that looks ahead. Value and gradient are f and ∇f there if `is_exact`;
    /// else those of the last batch, where the iterate was before.
    pub point: Point,
    /// Whether value and gradient of `point` are those of f there.
    pub is_exact: bool,
    /// Batches so far, which is also the next argument of the schedule.
    pub step: u64,
    /// Epochs so far. `order` is that of the epoch after them.
    pub epoch: u64,
    /// The terms in the order of the epoch.
    pub order: Vec<usize>,
    /// How many of them have had their turn.
    pub position: usize,
    /// Σ fₜ over those, each at the point where its batch was evaluated.
    pub epoch_sum: f64,
    /// The mean of fₜ over the last whole epoch; `None` before there was one.
    pub epoch_mean: Option<f64>,
    /// What the rule remembers.
    pub rule: R,
    /// What the policy of the rate remembers; nothing for a schedule.
    pub rates: A,
}

impl<R: Clone, A: Clone> State for MiniBatchState<R, A> {
    fn x(&self) -> &[f64] {
        &self.point.x
    }

    /// f at the current iterate after a step that evaluated it; else `None`, because an estimate is no value.
    fn value(&self) -> Option<f64> {
        self.is_exact.then_some(self.point.value)
    }

    fn gradient(&self) -> Option<&[f64]> {
        self.is_exact.then_some(&self.point.gradient)
    }
}

impl<P, R, S> Method<P> for MiniBatch<R, S>
where
    P: FiniteSum + ?Sized,
    R: UpdateRule<f64>,
    S: RatePolicy,
{
    type State = MiniBatchState<R::State, S::State>;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<Self::State, InvalidInput> {
        check_start(problem, x0)?;
        let terms = problem.terms();
        self.check(terms)?;
        let rates = self.schedule.start()?;
        let mut rule = self.rule.init(x0)?;
        let mut x = x0.to_vec();
        self.rule.look_ahead(&mut rule, &mut x)?;
        let is_exact = self.evaluate_every.is_some();
        let point = if is_exact {
            Point::new(problem, &x)
        } else {
            // NaN, so that a gradient that is not written to the end does not look like one.
            Point { value: f64::NAN, gradient: vec![f64::NAN; x.len()], x }
        };
        let mut order = vec![0; terms];
        epoch_order(self.seed, 0, &mut order);
        let (position, epoch_sum, epoch_mean) = (0, 0.0, None);
        Ok(MiniBatchState {
            point,
            is_exact,
            step: 0,
            epoch: 0,
            order,
            position,
            epoch_sum,
            epoch_mean,
            rule,
            rates,
        })
    }

    fn step(&self, problem: &P, state: &mut Self::State, allow: &mut Allowance) -> Result<Step, Stuck> {
        let MiniBatchState { point, order, position, rule, .. } = state;
        InvalidInput::unless_length("state.order", order, problem.terms())?;
        // A state may come from a checkpoint of other settings.
        self.check(order.len())?;
        let used = self.used(order.len());
        if *position >= used {
            let allowed = format!("below {used}, the terms that an epoch uses");
            return Err(InvalidInput::new("state.position", *position, allowed).into());
        }
        let rate = checked_rate(&self.schedule, &state.rates, state.step)?;
        let end = used.min(*position + self.batch_size);
        let ends_epoch = end == used;
        let evaluates = ends_epoch && self.evaluate_every.is_some_and(|every| (state.epoch + 1) % every == 0);
        // Before anything changes, so that a run that is out of evaluations is still between two steps.
        allow.spend()?;
        if evaluates {
            allow.spend()?;
        }

        let batch = &order[*position..end];
        point.value = problem.batch_value_gradient(&point.x, batch, &mut point.gradient);
        state.is_exact = !point.value.is_finite();
        if state.is_exact {
            // One term is enough for that of the mean of all.
            state.step += 1;
            return Ok(Step::at_rate(rate));
        }
        self.rule.update_with_value(rule, &mut point.x, point.value, &point.gradient, rate)?;
        self.rule.look_ahead(rule, &mut point.x)?;
        state.step += 1;
        state.epoch_sum += point.value * batch.len() as f64;
        *position = end;
        if ends_epoch {
            let mean = state.epoch_sum / used as f64;
            state.epoch_mean = Some(mean);
            state.epoch += 1;
            (state.epoch_sum, *position) = (0.0, 0);
            epoch_order(self.seed, state.epoch, order);
            self.schedule.observe(&mut state.rates, state.step, &point.x, mean);
            if evaluates {
                point.evaluate(problem);
                state.is_exact = true;
            }
        }
        Ok(Step::at_rate(rate))
    }
}
