//! How far the values of a search can be trusted, and what to read instead where they cannot.
//!
//! ```text
//! φ(α) − φ₀  →  α (φ₀′ + φ′(α))/2     where |φ(α) − φ₀| ≤ ε |φ₀| and α |φ₀′|/2 ≤ ε |φ₀|
//! ```
//!
//! Near a minimum f changes by α φ₀′/2 or so. Where that is below the rounding of f itself, to compare values is to toss a
//! coin, and a search that goes by them fails one step before its goal. The slopes still have their digits there, and the
//! right-hand side is what they say of the value: exact for a parabola. Read so, the sufficient decrease becomes the
//! approximate one of Hager and Zhang, and interpolation goes on undisturbed.
//!
//! The second inequality keeps a function that comes back to φ₀ far away from passing for a flat one.

use crate::{Condition, Sample};

/// One end of an interval, or a trial: α with what was read there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    pub(crate) alpha: f64,
    /// φ(α) as it came, and φ′(α); NaN at a wall.
    value: f64,
    pub(crate) slope: f64,
    /// φ(α) − φ₀ by the slopes, where the values do not tell.
    rise: Option<f64>,
}

impl End {
    /// The start of a search.
    pub(crate) fn start(start: Sample) -> Self {
        Self { alpha: 0.0, value: start.value, slope: start.slope, rise: Some(0.0) }
    }

    /// A point that could not be evaluated: nothing is known of what lies beyond it.
    pub(crate) fn wall(alpha: f64) -> Self {
        Self { alpha, value: f64::NAN, slope: f64::NAN, rise: None }
    }

    /// What a search should see of the sample `end` at `alpha`; a wall if it is not finite.
    pub(crate) fn read(start: Sample, noise: f64, alpha: f64, end: Sample) -> Self {
        if !end.is_finite() {
            return Self::wall(alpha);
        }
        // Where α is lost in x, what is known of φ is its slope.
        let is_hidden = is_noise(start, noise, alpha, end) || end == start;
        let rise = is_hidden.then(|| 0.5 * alpha * (start.slope + end.slope));
        Self { alpha, value: end.value, slope: end.slope, rise }
    }

    pub(crate) fn is_wall(&self) -> bool {
        self.value.is_nan()
    }

    /// The same with the line `tilt` · α taken off φ.
    pub(crate) fn tilted(self, tilt: f64) -> Self {
        let drop = self.alpha * tilt;
        Self {
            value: self.value - drop,
            slope: self.slope - tilt,
            rise: self.rise.map(|rise| rise - drop),
            ..self
        }
    }

    /// φ here minus φ there: by the slopes if the values tell at neither end.
    pub(crate) fn above(&self, other: &Self) -> f64 {
        match (self.rise, other.rise) {
            (Some(here), Some(there)) => here - there,
            _ => self.value - other.value,
        }
    }
}

/// Whether φ has not left its rounding yet: neither by its values nor by its first slope.
fn is_noise(start: Sample, noise: f64, alpha: f64, end: Sample) -> bool {
    let amplitude = noise * start.value.abs();
    (end.value - start.value).abs() <= amplitude && 0.5 * alpha * start.slope.abs() <= amplitude
}

/// Whether slopes may decide: φ has not left its rounding, but its slope has changed. Where not even that is so, α is lost in
/// x, or might as well be, and what holds of such a step means nothing.
fn slopes_decide(start: Sample, noise: f64, alpha: f64, end: Sample) -> bool {
    is_noise(start, noise, alpha, end) && end.slope != start.slope
}

/// Armijo's condition, or where it cannot be read the approximate one.
pub(crate) fn accept_armijo(
    c1: f64,
    noise: f64,
    start: Sample,
    alpha: f64,
    end: Sample,
) -> Option<Condition> {
    let (armijo, approximate) = (Condition::Armijo { c1 }, Condition::ApproximateArmijo { c1, noise });
    if armijo.holds(start, alpha, end) {
        return Some(armijo);
    }
    (slopes_decide(start, noise, alpha, end) && approximate.holds(start, alpha, end)).then_some(approximate)
}

/// The strong Wolfe conditions, or where they cannot be read the approximate ones with the same bound on the slope.
pub(crate) fn accept_strong(
    c1: f64,
    c2: f64,
    noise: f64,
    start: Sample,
    alpha: f64,
    end: Sample,
) -> Option<Condition> {
    let (strong, approximate) =
        (Condition::StrongWolfe { c1, c2 }, Condition::ApproximateWolfe { c1, c2, noise });
    if strong.holds(start, alpha, end) {
        return Some(strong);
    }
    let is_flat = end.slope.abs() <= c2 * start.slope.abs();
    (is_flat && slopes_decide(start, noise, alpha, end) && approximate.holds(start, alpha, end))
        .then_some(approximate)
}
