//! RMSprop: divide every component of the gradient by the root of a running mean of its squares.
//!
//! ```text
//! vₖ = ρ vₖ₋₁ + (1 − ρ) gₖ²                           component by component, g = ∇f(w)
//! ḡₖ = ρ ḡₖ₋₁ + (1 − ρ) gₖ                            if centered, else 0
//! pₖ = μ pₖ₋₁ + η gₖ / (√(vₖ − ḡₖ²) + ε)
//! wₖ₊₁ = wₖ − pₖ
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | w, g, η | `x`, `gradient`, `rate` |
//! | ρ | `decay` |
//! | ε | `epsilon`, in units of g |
//! | μ | `momentum` |
//! | v, ḡ, p | `state.mean_square`, `state.mean`, `state.velocity`, length n each |
//!
//! Needs of the problem: a gradient.
//!
//! One step costs one gradient, and 6n additions and products (9n if centered, 2n more with momentum), n square roots and
//! n divisions; it keeps n numbers, n more if centered and n more with momentum.
//!
//! It ends when the driver says so. At a fixed rate it does not settle: steps are about as long as the rate wherever
//! it is.
//!
//! Where the literature disagrees: the lecture slide that the rule comes from has ρ = 0.9 and no ε; Graves has ε =
//! 1e-4 under the root, and so do Keras (1e-7; ρ = 0.9) and TensorFlow 1 (1e-10). Here it is added to the root, as in
//! PyTorch (1e-8; ρ = 0.99). The rate is inside the sum p, as in Graves and TensorFlow; PyTorch has it outside, p =
//! μp + g/(…), w − ηp, which differs once the rate changes. vₖ − ḡₖ² is a variance, which rounding can take below 0:
//! there it counts as 0, where PyTorch makes NaN of it.
//!
//! Sources: T. Tieleman, G. Hinton, "Neural Networks for Machine Learning" (2012), lecture 6e; A. Graves,
//! arXiv:1308.0850, equations 38–45 (centered, with momentum).

use alloc::vec;
use alloc::vec::Vec;

use thalweg_numerics::widest;
use thalweg_problem::InvalidInput;

use crate::settings::average;
use crate::{Scalar, UpdateRule, check_shape, check_update};

/// w ← w − η g / (√v + ε), where v averages the squares of the gradients; centered and with momentum if wanted.
///
/// In `f32` a gradient above 1.8e19 has an infinite square, and its parameter never moves again. An ε of 0, or one
/// that rounds to 0 (in `f32`, below 7e-46), makes 0/0 = NaN of a parameter whose gradients have all been 0.
///
/// ```
/// use thalweg_first_order::{RmsProp, UpdateRule};
///
/// let rule = RmsProp { decay: 0.75, ..RmsProp::default() };
/// let mut w = [1.0_f64, 1.0];
/// let mut state = rule.init(&w)?;
/// // v begins at 0, so the first step is 1/√(1 − ρ) = 2 rates long, whatever the gradient.
/// rule.update(&mut state, &mut w, &[3.0, -1e-3], 0.25)?;
/// println!("{w:?}");
/// assert!((w[0] - 0.5).abs() < 1e-8 && (w[1] - 1.5).abs() < 1e-4);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp {
    /// ρ in [0, 1): how much of the averages a step keeps. Default 0.9.
    pub decay: f64,
    /// ε ≥ 0, added to the root. Default 1e-8.
    pub epsilon: f64,
    /// Whether to divide by the deviation from the mean gradient rather than by the root of the mean square. Default no.
    pub centered: bool,
    /// μ in [0, 1): how much of its velocity a step keeps. Default 0.
    pub momentum: f64,
}

impl Default for RmsProp {
    fn default() -> Self {
        Self { decay: 0.9, epsilon: 1e-8, centered: false, momentum: 0.0 }
    }
}

/// The state of [`RmsProp`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct RmsPropState<T> {
    /// v, length n.
    pub mean_square: Vec<T>,
    /// ḡ, length n; empty unless centered.
    pub mean: Vec<T>,
    /// p, length n; empty without momentum.
    pub velocity: Vec<T>,
}

impl RmsProp {
    fn has_momentum(&self) -> bool {
        self.momentum != 0.0
    }
}

impl<T: Scalar> UpdateRule<T> for RmsProp {
    type State = RmsPropState<T>;

    fn init(&self, x: &[T]) -> Result<Self::State, InvalidInput> {
        average::<T>("decay", self.decay)?;
        InvalidInput::unless_non_negative("epsilon", self.epsilon)?;
        average::<T>("momentum", self.momentum)?;
        check_shape(x)?;
        let zeros_if = |wanted| vec![T::ZERO; if wanted { x.len() } else { 0 }];
        Ok(RmsPropState {
            mean_square: zeros_if(true),
            mean: zeros_if(self.centered),
            velocity: zeros_if(self.has_momentum()),
        })
    }

    fn update(
        &self,
        state: &mut Self::State,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        let RmsPropState { mean_square, mean, velocity } = state;
        InvalidInput::unless_length("state.mean_square", mean_square, x.len())?;
        InvalidInput::unless_length("state.mean", mean, if self.centered { x.len() } else { 0 })?;
        InvalidInput::unless_length(
            "state.velocity",
            velocity,
            if self.has_momentum() { x.len() } else { 0 },
        )?;
        let letters = Letters {
            rho: T::from_f64(self.decay),
            one_minus_rho: T::from_f64(1.0 - self.decay),
            epsilon: T::from_f64(self.epsilon),
            mu: T::from_f64(self.momentum),
            eta: rate,
        };
        widest(
            #[inline(always)]
            || match (self.centered, self.has_momentum()) {
                (false, false) => letters.plain(x, gradient, mean_square),
                (false, true) => letters.plain_with_momentum(x, gradient, mean_square, velocity),
                (true, false) => letters.centered(x, gradient, mean_square, mean),
                (true, true) => letters.centered_with_momentum(x, gradient, mean_square, mean, velocity),
            },
        );
        Ok(())
    }
}

/// ρ, 1 − ρ, ε, μ, η, and one pass for each kind; as arguments of their own the slices are known not to overlap.
struct Letters<T> {
    rho: T,
    one_minus_rho: T,
    epsilon: T,
    mu: T,
    eta: T,
}

impl<T: Scalar> Letters<T> {
    #[inline(always)]
    fn plain(&self, x: &mut [T], gradient: &[T], mean_square: &mut [T]) {
        for ((w, &g), v) in x.iter_mut().zip(gradient).zip(mean_square) {
            *v = self.average(*v, g * g);
            *w = *w - self.step(g, *v);
        }
    }

    #[inline(always)]
    fn plain_with_momentum(&self, x: &mut [T], gradient: &[T], mean_square: &mut [T], velocity: &mut [T]) {
        for (((w, &g), v), p) in x.iter_mut().zip(gradient).zip(mean_square).zip(velocity) {
            *v = self.average(*v, g * g);
            *p = self.mu * *p + self.step(g, *v);
            *w = *w - *p;
        }
    }

    #[inline(always)]
    fn centered(&self, x: &mut [T], gradient: &[T], mean_square: &mut [T], mean: &mut [T]) {
        for (((w, &g), v), m) in x.iter_mut().zip(gradient).zip(mean_square).zip(mean) {
            *v = self.average(*v, g * g);
            *m = self.average(*m, g);
            *w = *w - self.step(g, variance(*v, *m));
        }
    }

    #[inline(always)]
    fn centered_with_momentum(
        &self,
        x: &mut [T],
        gradient: &[T],
        mean_square: &mut [T],
        mean: &mut [T],
        velocity: &mut [T],
    ) {
        for ((((w, &g), v), m), p) in x.iter_mut().zip(gradient).zip(mean_square).zip(mean).zip(velocity) {
            *v = self.average(*v, g * g);
            *m = self.average(*m, g);
            *p = self.mu * *p + self.step(g, variance(*v, *m));
            *w = *w - *p;
        }
    }

    #[inline(always)]
    fn average(&self, average: T, new: T) -> T {
        self.rho * average + self.one_minus_rho * new
    }

    #[inline(always)]
    fn step(&self, g: T, square: T) -> T {
        self.eta * (g / (square.sqrt() + self.epsilon))
    }
}

/// v − ḡ², or 0 where rounding takes it below. NaN stays NaN.
#[inline(always)]
fn variance<T: Scalar>(v: T, mean: T) -> T {
    let variance = v - mean * mean;
    if variance < T::ZERO { T::ZERO } else { variance }
}
