//! Directions that go equally far for every unit of a network.
//!
//! ```text
//! dᵢ ← dᵢ ‖wᵢ‖/‖dᵢ‖   for every stretch i of the parameters, 0 beside the stretches
//! ```
//!
//! A network with ReLUs says the same when the weights into a unit are doubled and those out of it halved, and yet a step of one
//! length is half as long for the former, relative to its weights. A slice along a direction that is drawn shows that, and not
//! the loss; scaled to the weights of every unit (a filter, in a convolution) it shows the same for both.
//!
//! | symbol | here |
//! | --- | --- |
//! | stretch i | a range of `units`: the weights into one unit, say |
//! | w, d | `x`, `direction` |
//!
//! Where the literature disagrees: Li et al. leave out biases and the parameters of batch normalization. So do we: what no stretch
//! covers stays where it is. Who wants a bias to move, puts it into the stretch of its unit.
//!
//! Source: H. Li, Z. Xu, G. Taylor, C. Studer and T. Goldstein, Visualizing the loss landscape of neural nets, NeurIPS 2018,
//! section 4.

use std::ops::Range;

use thalweg_numerics::{Draws, norm};
use thalweg_problem::InvalidInput;

/// Scales every stretch of `direction` to the norm of the same stretch of `x`, both of length n, and makes 0 what no stretch
/// covers. A stretch in which the direction is 0 stays so.
///
/// `units` are ascending and do not overlap; none is empty.
///
/// ```
/// use thalweg_landscape::normalize_filters;
///
/// // Two units with two weights each, and a bias.
/// let x = [3.0, 4.0, 0.6, 0.8, 7.0];
/// let mut direction = [1.0, 0.0, 0.0, -2.0, 1.0];
/// normalize_filters(&mut direction, &x, &[0..2, 2..4])?;
/// assert_eq!(direction, [5.0, 0.0, 0.0, -1.0, 0.0]);
///
/// let error = normalize_filters(&mut direction, &x, &[0..2, 1..4]).unwrap_err();
/// assert_eq!(error.to_string(), "invalid `units[1]`: 1..4 (allowed: a range within 2..5, not empty)");
/// # Ok::<(), thalweg_landscape::problem::InvalidInput>(())
/// ```
///
/// # Errors
/// If the lengths differ, a number is not finite, or a range is not as above. Then `direction` is as it was.
pub fn normalize_filters(
    direction: &mut [f64],
    x: &[f64],
    units: &[Range<usize>],
) -> Result<(), InvalidInput> {
    let n = x.len();
    InvalidInput::unless_length("direction", direction, n)?;
    InvalidInput::unless_all_finite("x", x)?;
    InvalidInput::unless_all_finite("direction", direction)?;
    let mut end = 0;
    for (i, unit) in units.iter().enumerate() {
        if unit.start < end || unit.is_empty() || unit.end > n {
            let allowed = format!("a range within {end}..{n}, not empty");
            return Err(InvalidInput::new(format!("units[{i}]"), format!("{unit:?}"), allowed));
        }
        end = unit.end;
    }
    let mut covered = 0;
    for unit in units {
        direction[covered..unit.start].fill(0.0);
        let stretch = &mut direction[unit.clone()];
        let (wanted, length) = (norm(&x[unit.clone()]), norm(stretch));
        if length > 0.0 {
            // Not d · (wanted / length), a quotient that may overflow.
            stretch.iter_mut().for_each(|d| *d = *d / length * wanted);
        }
        covered = unit.end;
    }
    direction[covered..].fill(0.0);
    Ok(())
}

/// A direction of length n with independent normal elements, the same for the same `seed` and `stream` on every machine. Two
/// streams of a seed are independent: they span a plane.
///
/// ```
/// use thalweg_landscape::random_direction;
///
/// let (u, v) = (random_direction(1000, 7, 0), random_direction(1000, 7, 1));
/// let mean_square = u.iter().map(|u| u * u).sum::<f64>() / 1000.0;
/// println!("{mean_square}, {:?}", &v[..3]);
/// assert!((mean_square - 1.0).abs() < 0.2 && u != v);
/// ```
#[must_use]
pub fn random_direction(n: usize, seed: u64, stream: u64) -> Vec<f64> {
    let mut draws = Draws::new(seed, stream);
    (0..n).map(|_| draws.normal()).collect()
}
