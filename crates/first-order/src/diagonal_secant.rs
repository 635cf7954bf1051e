//! The diagonal secant method: Newton's method for every parameter by itself, with the second derivative from two slopes.
//!
//! ```text
//! E″ ≈ (∂E − ∂E⁻) / Δw
//! Δw ← −∂E / E″ = Δw ∂E / (∂E⁻ − ∂E)
//! Δw ← −η ∂E                              where E″ is not above 0, and at the start
//! w  ← w + Δw
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | w | `x`, length n |
//! | ∂E | an element of `gradient`, length n |
//! | −∂E⁻ | [`QuickpropState::slope`], length n: of the update before |
//! | Δw | [`QuickpropState::moved`], length n |
//! | η | `rate`, of the gradient steps |
//!
//! Needs of the problem: a gradient, and that the parameters do not act on each other's slopes.
//!
//! One step costs one gradient, and per parameter a quotient and two products.
//!
//! It ends when the driver says so. On a separable quadratic it is exact from the second step on. On others nothing keeps
//! it: the secant is taken for a second derivative, although the other parameters have moved as well, and two slopes
//! that are almost equal give a step that is almost infinite.
//!
//! Where there is no secant, because Δw = 0, or none that can be used, because the slope has not changed or E″ < 0, it
//! takes a gradient step; so nothing is divided by 0. A NaN makes the parameter NaN.
//!
//! Where the literature disagrees: the lecture calls it Quickprop, which has a growth limit and a term in the gradient
//! because of what was just said: [`Quickprop`](crate::Quickprop). The lecture also uses E″ < 0, and goes uphill there as
//! Newton's method does; slide 119 defines its Δ with one sign and uses it with the other. The formula here is the secant's.
//!
//! Source: CMU 11-785 (Fall 2020), Optimization Part 1, slides 116–120.

use thalweg_problem::InvalidInput;

use crate::quickprop::sweep;
use crate::rprop::sign;
use crate::{QuickpropState, Scalar, UpdateRule, check_update};

/// The lecture's Quickprop with the signs put right: a Newton step for every parameter by itself, by secants.
///
/// ```
/// use thalweg_first_order::{DiagonalSecant, UpdateRule};
///
/// let mut w = [2.0, 8.0];
/// let mut state = DiagonalSecant.init(&w)?;
/// let mut path = Vec::new();
/// for _ in 0..2 {
///     let gradient = [w[0], 4.0 * w[1]]; // of ½w₁² + 2w₂²
///     DiagonalSecant.update(&mut state, &mut w, &gradient, 0.125)?;
///     path.push(w);
/// }
/// assert_eq!(path, [[1.75, 4.0], [0.0, 0.0]]);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiagonalSecant;

impl<T: Scalar> UpdateRule<T> for DiagonalSecant {
    type State = QuickpropState<T>;

    fn init(&self, x: &[T]) -> Result<QuickpropState<T>, InvalidInput> {
        QuickpropState::new(x)
    }

    fn update(
        &self,
        state: &mut QuickpropState<T>,
        x: &mut [T],
        gradient: &[T],
        rate: T,
    ) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        state.check(x.len())?;
        sweep(x, gradient, &mut state.slope, &mut state.moved, move |_, g, slope_before, moved| {
            let slope = -g;
            let difference = slope_before - slope;
            // Δw · Δw E″, without a product that could vanish.
            let is_convex = sign(moved) * difference > T::ZERO;
            let secant = moved * (slope / difference);
            let step = if is_convex { secant } else { rate * slope };
            [step, slope]
        });
        Ok(())
    }
}
