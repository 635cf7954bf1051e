//! Gradient descent: go a step against the gradient.
//!
//! ```text
//! wₖ₊₁ = wₖ − η ∇f(wₖ)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | w | `x`, length n |
//! | ∇f(w) | `gradient`, length n |
//! | η | `rate` |
//!
//! Needs of the problem: a gradient.
//!
//! One step costs one gradient and 2n flops: one product and one difference per parameter, never fused, so that
//! every machine gives the same bits.
//!
//! It ends when the driver says so: it has no test of its own. With a fixed rate above 2/λmax it diverges on a
//! quadratic, and the driver names the step where that left the finite numbers.
//!
//! Where the literature disagrees: whether the rate multiplies the mean or the sum over the data. Here it multiplies
//! whatever gradient comes in, and `FiniteSum` is a mean.
//!
//! Sources: A. Cauchy, Comptes rendus 25 (1847) 536–538; CMU 11-785 (Fall 2020), Optimization Part 1, slides 3, 41, 50.

use thalweg_problem::InvalidInput;

use crate::{Scalar, UpdateRule, check_shape, check_update};

/// w ← w − η ∇f(w). It remembers nothing.
///
/// ```
/// use thalweg_first_order::{GradientDescent, UpdateRule};
///
/// let mut w = [20.0, -5.0];
/// GradientDescent.update(&mut (), &mut w, &[2.0, -1.0], 0.5)?;
/// println!("{w:?}");
/// assert_eq!(w, [19.0, -4.5]);
/// # Ok::<(), thalweg_first_order::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GradientDescent;

impl<T: Scalar> UpdateRule<T> for GradientDescent {
    type State = ();

    fn init(&self, x: &[T]) -> Result<(), InvalidInput> {
        check_shape(x)
    }

    fn update(&self, _state: &mut (), x: &mut [T], gradient: &[T], rate: T) -> Result<(), InvalidInput> {
        check_update(x, gradient, rate)?;
        // w = x, g = ∇f(w), η = rate
        for (w, &g) in x.iter_mut().zip(gradient) {
            *w = *w - rate * g;
        }
        Ok(())
    }
}
