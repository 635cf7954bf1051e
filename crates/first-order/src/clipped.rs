//! Gradient clipping around any rule: by the norm of the whole gradient, or component by component.
//!
//! ```text
//! by norm      the rule sees g c/‖g‖ where ‖g‖ > c, else g
//! by value     the rule sees min(max(gᵢ, −c), c) for each gᵢ
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | g | `gradient` |
//! | c | the number in `clip`, in units of g |
//!
//! Needs of the problem: what the rule needs.
//!
//! One step costs what the rule's does; by norm 2n flops for ‖g‖ and, where it is too large, n more; by value 2n
//! comparisons. It keeps n numbers for the clipped gradient. A gradient that is within the bound reaches the rule as
//! it is, to the bit.
//!
//! Around [`WeightDecay`](crate::WeightDecay) it clips the gradient of f alone; inside of it, coupled decay is
//! clipped, too.
//!
//! What is not finite: a NaN goes through, by either. An infinite component is ±c by value; by norm the others become
//! 0 and it becomes NaN (∞ · 0), so that the run ends where that is looked for. Where only ‖g‖ is beyond the largest
//! `f64`, g becomes 0.
//!
//! Where the literature disagrees: PyTorch's `clip_grad_norm_` divides by ‖g‖ + 1e-6, so that what it clips is a little
//! shorter than c; Keras' `clipnorm` takes the norm of each variable apart, its `global_clipnorm` that of all.
//!
//! Sources: R. Pascanu, T. Mikolov, Y. Bengio, ICML 2013, arXiv:1211.5063, algorithm 1 (norm); T. Mikolov, thesis,
//! Brno 2012, section 3.2.2 (value).

use alloc::vec;
use alloc::vec::Vec;

use thalweg_numerics::norm;
use thalweg_problem::InvalidInput;

use crate::{Scalar, UpdateRule, check_shape, check_update};

/// How long a gradient may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clip {
    /// c > 0: the largest ‖g‖.
    Norm(f64),
    /// c > 0: the largest |gᵢ|. In `f32` above 3.4e38 it is ∞, and no bound.
    Value(f64),
}

/// A rule that never sees a long gradient.
///
/// ```
/// use thalweg_first_order::{Clip, Clipped, GradientDescent, UpdateRule};
///
/// let mut w = [0.0, 0.0];
/// let rule = Clipped { rule: GradientDescent, clip: Clip::Norm(1.0) };
/// rule.update(&mut rule.init(&w)?, &mut w, &[30.0, -40.0], 1.0)?;
/// println!("{w:?}");
/// assert_eq!(w, [-0.6, 0.8]);
///
/// let mut w = [0.0, 0.0];
/// let rule = Clipped { rule: GradientDescent, clip: Clip::Value(35.0) };
/// rule.update(&mut rule.init(&w)?, &mut w, &[30.0, -40.0], 1.0)?;
/// assert_eq!(w, [-30.0, 35.0]);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clipped<R> {
    /// The rule.
    pub rule: R,
    /// The bound.
    pub clip: Clip,
}

/// The state of [`Clipped`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ClippedState<S, T> {
    /// What the rule remembers.
    pub rule: S,
    /// Room for the clipped gradient, length n. What is in it between updates does not matter.
    pub scratch: Vec<T>,
}

impl<T: Scalar, R: UpdateRule<T>> UpdateRule<T> for Clipped<R> {
    type State = ClippedState<R::State, T>;

    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
        let (Clip::Norm(bound) | Clip::Value(bound)) = self.clip;
        InvalidInput::unless_positive("clip", bound)?;
        if T::from_f64(bound) == T::ZERO {
            let allowed = "a finite number above 0, also when rounded to the type of the parameters";
            return Err(InvalidInput::new("clip", format_args!("{bound:?}"), allowed));
        }
        check_shape(x)?;
        Ok(ClippedState { rule: self.rule.init(x)?, scratch: vec![T::ZERO; x.len()] })
    }

    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        InvalidInput::unless_length("state.scratch", &state.scratch, x.len())?;
        self.rule.update(&mut state.rule, x, self.clip.apply(gradient, &mut state.scratch), rate)
    }

    fn update_with_value(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        value: T,
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        InvalidInput::unless_length("state.scratch", &state.scratch, x.len())?;
        let clipped = self.clip.apply(gradient, &mut state.scratch);
        self.rule.update_with_value(&mut state.rule, x, value, clipped, rate)
    }

    fn look_ahead(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
        self.rule.look_ahead(&mut state.rule, x)
    }

    fn look_back(&self, state: &mut Self::State, x: &mut [T]) -> Result<(), InvalidInput> {
        self.rule.look_back(&mut state.rule, x)
    }
}

impl Clip {
    /// The gradient within the bound: itself, or a copy in `scratch`.
    fn apply<'a, T: Scalar>(self, gradient: &'a [T], scratch: &'a mut [T]) -> &'a [T] {
        match self {
            Self::Norm(bound) => {
                let norm = norm_of(gradient);
                // Where the norm is NaN, it is not above.
                if norm > bound {
                    for (clipped, &g) in scratch.iter_mut().zip(gradient) {
                        *clipped = T::from_f64(g.into() * (bound / norm));
                    }
                    scratch
                } else {
                    gradient
                }
            }
            Self::Value(bound) => {
                let c = T::from_f64(bound);
                for (clipped, &g) in scratch.iter_mut().zip(gradient) {
                    let below = if g > c { c } else { g };
                    *clipped = if below < -c { -c } else { below };
                }
                scratch
            }
        }
    }
}

/// ‖g‖ in `f64`: the norms of blocks of the length of `block`, taken together one after the other, so that nothing
/// overflows on the way.
fn norm_of<T: Scalar>(g: &[T]) -> f64 {
    let mut block = [0.0; 1024];
    let mut parts = g.chunks(block.len());
    let first = parts.next().map_or(0.0, |part| norm(widened(part, &mut block)));
    parts.fold(first, |total, part| norm(&[total, norm(widened(part, &mut block))]))
}

/// `part` as `f64`, in `block`.
fn widened<'b, T: Scalar>(part: &[T], block: &'b mut [f64]) -> &'b [f64] {
    let wide = &mut block[..part.len()];
    for (wide, &x) in wide.iter_mut().zip(part) {
        *wide = x.into();
    }
    wide
}
