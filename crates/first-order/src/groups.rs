//! Groups of parameters with rates and weight decay of their own.
//!
//! ```text
//! parameters of group i: the rule at the rate φᵢ η, with the decay λᵢ
//! all others:            the rule at the rate η, without decay
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | η | `rate` |
//! | φ | `Group::rate_factor` |
//! | λ | the number in `Group::decay` |
//!
//! Needs of the problem: what the rule needs.
//!
//! One step costs what the rule's does for the parameters of each group and for the stretches between them, and what
//! [`WeightDecay`] costs where there is some.
//!
//! The rule runs on every group apart, with a state for each: for rules that treat every parameter alone that makes
//! no difference, and one group that covers everything leaves every bit as it is. What a rule takes from the whole
//! gradient, such as a norm or a restart, it takes from the group. To clip by the norm of the whole, put
//! [`Clipped`](crate::Clipped) around the groups. A rule that wants f(x) is given f with the coupled decay of its own
//! group.
//!
//! Sources: the `param_groups` of PyTorch's optimizers.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::vec::Vec;
use core::ops::Range;

use thalweg_problem::InvalidInput;

use crate::{Decay, Scalar, UpdateRule, WeightDecay, WeightDecayState, check_shape, check_update};

/// Some parameters that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Their indices: not empty, below n, in no other group.
    pub range: Range<usize>,
    /// φ ≥ 0, by which the rate is multiplied; 0 freezes them. Default 1.
    pub rate_factor: f64,
    /// What draws them towards 0. Default nothing.
    pub decay: Decay,
}

impl Group {
    /// The parameters in this range, at the common rate and without decay.
    #[must_use]
    pub fn of(range: Range<usize>) -> Self {
        Self { range, rate_factor: 1.0, decay: Decay::default() }
    }
}

/// A rule with groups of parameters; those in no group have the common rate and no decay.
///
/// ```
/// use thalweg_first_order::{Decay, GradientDescent, Group, Groups, UpdateRule};
///
/// // Weights, biases and a layer that is frozen; the rest follows the common rate.
/// let groups = vec![
///     Group { decay: Decay::Coupled(1.0), ..Group::of(0..2) },
///     Group { rate_factor: 2.0, ..Group::of(2..3) },
///     Group { rate_factor: 0.0, ..Group::of(4..5) },
/// ];
/// let rule = Groups { rule: GradientDescent, groups };
/// let mut w = [8.0; 5];
/// let mut state = rule.init(&w)?;
/// rule.update(&mut state, &mut w, &[1.0; 5], 0.5)?;
/// println!("{w:?}");
/// assert_eq!(w, [3.5, 3.5, 7.0, 7.5, 8.0]);
///
/// let overlapping = Groups { groups: vec![Group::of(0..3), Group::of(2..5)], ..rule };
/// let error = overlapping.init(&w).unwrap_err();
/// assert_eq!(error.to_string(), "invalid `groups[1].range`: 2..5 (allowed: indices that are not in groups[0], 0..3)");
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Groups<R> {
    /// The rule.
    pub rule: R,
    /// The groups, in any order. Default none.
    pub groups: Vec<Group>,
}

/// The state of [`Groups`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct GroupsState<S, T> {
    /// The groups and the stretches between them, from the first parameter to the last.
    pub stretches: Vec<Stretch<S, T>>,
}

/// One group, or the parameters between two.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Stretch<S, T> {
    /// How many parameters.
    pub len: usize,
    /// Which group of the settings; none for parameters in no group.
    pub group: Option<usize>,
    /// What the rule remembers of them.
    pub state: WeightDecayState<S, T>,
}

impl<R> Groups<R> {
    /// (length, group) of every stretch, in order.
    fn layout(&self, n: usize) -> Result<Vec<(usize, Option<usize>)>, InvalidInput> {
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        for (i, Group { range, rate_factor, decay }) in self.groups.iter().enumerate() {
            let refuse =
                |allowed| InvalidInput::new(format!("groups[{i}].range"), format_args!("{range:?}"), allowed);
            if range.is_empty() {
                return Err(refuse("a range that is not empty".to_owned()));
            }
            if range.end > n {
                return Err(refuse(format!("a range within 0..{n}")));
            }
            for (field, value) in [("rate_factor", *rate_factor), ("decay", decay.strength())] {
                InvalidInput::unless_non_negative(field, value).map_err(|mut error| {
                    error.argument = format!("groups[{i}].{field}").into();
                    error
                })?;
            }
        }
        order.sort_by_key(|&i| self.groups[i].range.start);
        for pair in order.windows(2) {
            let (a, b) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
            let (first, second) = (&self.groups[a].range, &self.groups[b].range);
            if first.start < second.end && second.start < first.end {
                return Err(InvalidInput::new(
                    format!("groups[{b}].range"),
                    format_args!("{second:?}"),
                    format!("indices that are not in groups[{a}], {first:?}"),
                ));
            }
        }
        let mut layout = Vec::with_capacity(2 * order.len() + 1);
        let mut at = 0;
        for i in order {
            let range = &self.groups[i].range;
            if at < range.start {
                layout.push((range.start - at, None));
            }
            layout.push((range.len(), Some(i)));
            at = range.end;
        }
        if at < n {
            layout.push((n - at, None));
        }
        Ok(layout)
    }

    /// φ and the rule with the decay of a stretch.
    fn of_stretch(&self, group: Option<usize>) -> Result<(f64, WeightDecay<&R>), InvalidInput> {
        let Some(i) = group else {
            return Ok((1.0, WeightDecay { rule: &self.rule, decay: Decay::default() }));
        };
        let Some(Group { rate_factor, decay, .. }) = self.groups.get(i) else {
            return Err(InvalidInput::new(
                "groups",
                format_args!("{} groups", self.groups.len()),
                "those of init",
            ));
        };
        Ok((*rate_factor, WeightDecay { rule: &self.rule, decay: *decay }))
    }
}

impl<T: Scalar, R: UpdateRule<T>> UpdateRule<T> for Groups<R> {
    type State = GroupsState<R::State, T>;

    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
        check_shape(x)?;
        let mut stretches = Vec::new();
        let mut rest = x;
        for (len, group) in self.layout(x.len())? {
            let (here, after) = rest.split_at(len);
            let (_, rule) = self.of_stretch(group)?;
            stretches.push(Stretch { len, group, state: rule.init(here)? });
            rest = after;
        }
        Ok(GroupsState { stretches })
    }

    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        self.each(state, x, gradient, rate, |rule, state, x, gradient, rate| {
            rule.update(state, x, gradient, rate)
        })
    }

    fn update_with_value(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        value: T,
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        self.each(state, x, gradient, rate, |rule, state, x, gradient, rate| {
            rule.update_with_value(state, x, value, gradient, rate)
        })
    }

    fn look_ahead(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
        check_stretches(state, x)?;
        each_part(state, x).try_for_each(|(stretch, x)| self.rule.look_ahead(&mut stretch.state.rule, x))
    }

    fn look_back(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
        check_stretches(state, x)?;
        each_part(state, x).try_for_each(|(stretch, x)| self.rule.look_back(&mut stretch.state.rule, x))
    }
}

impl<R> Groups<R> {
    /// An update of every stretch. What could fail in one and not in those before is asked first.
    fn each<'r, S, T: Scalar>(
        &'r self,
        state: &mut GroupsState<S, T>,
        x: &mut [T],
        gradient: &[T],
        rate: T,
        mut update: impl FnMut(
            WeightDecay<&'r R>,
            &mut WeightDecayState<S, T>,
            &mut [T],
            &[T],
            T,
        ) -> Result<(), InvalidInput>,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        check_stretches(state, x)?;
        for stretch in &state.stretches {
            let (factor, _) = self.of_stretch(stretch.group)?;
            InvalidInput::unless_non_negative("rate", rate * T::from_f64(factor))?;
        }
        let mut gradient = gradient;
        for (stretch, x) in each_part(state, x) {
            let (here, after) = gradient.split_at(x.len());
            let (factor, rule) = self.of_stretch(stretch.group)?;
            update(rule, &mut stretch.state, x, here, rate * T::from_f64(factor))?;
            gradient = after;
        }
        Ok(())
    }
}

fn check_stretches<S, T>(state: &GroupsState<S, T>, x: &[T]) -> Result<(), InvalidInput> {
    let total = state.stretches.iter().try_fold(0_usize, |total, stretch| total.checked_add(stretch.len));
    match total {
        Some(total) if total == x.len() => Ok(()),
        _ => {
            let total = total.unwrap_or(usize::MAX);
            Err(InvalidInput::new("x", format_args!("length {}", x.len()), format!("length {total}")))
        }
    }
}

/// Every stretch with its part of x. The lengths have been checked.
fn each_part<'s, S, T>(
    state: &'s mut GroupsState<S, T>,
    x: &'s mut [T],
) -> impl Iterator<Item = (&'s mut Stretch<S, T>, &'s mut [T])> {
    let mut rest = x;
    state.stretches.iter_mut().map(move |stretch| {
        let (here, after) = core::mem::take(&mut rest).split_at_mut(stretch.len);
        rest = after;
        (stretch, here)
    })
}
