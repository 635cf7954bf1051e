//! Where a parabola or a cubic through two ends has its minimum, and how to stay strictly inside an interval.
//!
//! With b − a = h, d = (φ_a − φ_b)/h and θ = 3d + φ_a′ + φ_b′:
//!
//! ```text
//! cubic through φ_a, φ_a′, φ_b, φ_b′     a + h (γ − φ_a′ + θ)/(2γ − φ_a′ + φ_b′),   γ = ±√(θ² − φ_a′ φ_b′), of the sign of h
//! parabola through φ_a, φ_a′, φ_b        a + h φ_a′/(2 (d + φ_a′))
//! parabola through φ_a′, φ_b′ (secant)   a − h φ_a′/(φ_b′ − φ_a′)
//! ```
//!
//! Each is measured from `a`: whoever wants the last digits passes the end that is nearer as `a`.
//! What does not exist is NaN or ±∞, and [`inside`] knows what to do with that.
//!
//! Source of the cubic: J. J. Moré and D. J. Thuente, ACM Trans. Math. Softw. 20 (1994) 286–307, section 4, in a form that
//! neither overflows nor depends on a power of two in φ.

use crate::reading::End;

/// α of the local minimum of the cubic, and whether the cubic has one that rounding did not make up.
pub(crate) fn cubic(a: &End, b: &End) -> (f64, bool) {
    let h = b.alpha - a.alpha;
    let theta = 3.0 * (a.above(b) / h) + a.slope + b.slope;
    let scale = theta.abs().max(a.slope.abs()).max(b.slope.abs());
    let discriminant = (theta / scale) * (theta / scale) - (a.slope / scale) * (b.slope / scale);
    let gamma = (scale * discriminant.max(0.0).sqrt()).copysign(h);
    let share = ((gamma - a.slope) + theta) / (((gamma - a.slope) + gamma) + b.slope);
    (a.alpha + share * h, discriminant > 0.0)
}

/// α of the minimum of the parabola through φ_a, φ_a′ and φ_b.
pub(crate) fn quadratic(a: &End, b: &End) -> f64 {
    let h = b.alpha - a.alpha;
    a.alpha + h * (0.5 * (a.slope / (a.above(b) / h + a.slope)))
}

/// α where the line through both slopes is 0.
pub(crate) fn secant(a: &End, b: &End) -> f64 {
    let h = b.alpha - a.alpha;
    a.alpha + h * (a.slope / (a.slope - b.slope))
}

/// `wanted`, moved so far that it differs from both ends of the interval by more than rounding; the middle if it is NaN.
///
/// `None` if there is no room for that: the interval has collapsed. `resolution` is the relative distance at which two
/// steps are the same to whoever evaluates.
pub(crate) fn inside(one: f64, other: f64, wanted: f64, resolution: f64) -> Option<f64> {
    let (low, high) = if one < other { (one, other) } else { (other, one) };
    if high - low <= 4.0 * resolution * high {
        return None;
    }
    let wanted = if wanted.is_nan() { low + 0.5 * (high - low) } else { wanted };
    // Beside 0 every number is another, however small.
    let lowest =
        if low == 0.0 && wanted > 0.0 { 0.0 } else { low + resolution * if low > 0.0 { low } else { high } };
    let moved = wanted.max(lowest).min(high - resolution * high);
    // Only among the subnormal numbers, where a rounding is not relative.
    (low < moved && moved < high).then_some(moved)
}

/// Where to go from the last good end `from` when the trial at `wall` could not be evaluated.
///
/// Half way back; nearly all the way if there is nothing but the start to come back to, for then the first trial may have been
/// far too long.
pub(crate) fn retreat(from: f64, wall: f64) -> f64 {
    let share = if from == 0.0 { 0.1 } else { 0.5 };
    from + share * (wall - from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sample;

    /// φ(α) = α³ − 3α, with its minimum −2 at 1.
    fn end(alpha: f64) -> End {
        let value = alpha * (alpha * alpha - 3.0);
        let sample = Sample { value, slope: 3.0 * (alpha * alpha - 1.0) };
        End::read(Sample { value: 0.0, slope: -3.0 }, 0.0, alpha, sample)
    }

    #[test]
    fn cubic_finds_the_minimum_of_a_cubic_from_any_two_points() {
        for (a, b) in [(0.0, 2.0), (2.0, 0.0), (0.0, 0.5), (0.5, 0.0), (3.0, 2.0), (2.0, 3.0), (0.25, 0.75)] {
            let (alpha, exists) = cubic(&end(a), &end(b));
            assert!(exists && (alpha - 1.0).abs() < 1e-14, "{a}, {b}: {alpha}");
        }
    }

    #[test]
    fn parabolas_find_the_minimum_of_a_parabola() {
        let start = Sample { value: 9.0, slope: -6.0 };
        let end = |alpha: f64| {
            let sample = Sample { value: (alpha - 3.0) * (alpha - 3.0), slope: 2.0 * (alpha - 3.0) };
            End::read(start, 0.0, alpha, sample)
        };
        for (a, b) in [(0.0, 1.0), (1.0, 0.0), (5.0, 4.0), (0.5, 8.0)] {
            assert_eq!((quadratic(&end(a), &end(b)), secant(&end(a), &end(b))), (3.0, 3.0), "{a}, {b}");
        }
    }

    #[test]
    fn inside_is_strictly_inside_or_nowhere() {
        let resolution = f64::EPSILON;
        assert_eq!(inside(2.0, 1.0, f64::NAN, resolution), Some(1.5));
        for wanted in [f64::NEG_INFINITY, 0.0, 1.0, 1.0_f64.next_up(), 2.0, f64::INFINITY] {
            let moved = inside(1.0, 2.0, wanted, resolution).expect("there is room");
            assert!(1.0 < moved && moved < 2.0, "{wanted}: {moved}");
        }
        assert_eq!(inside(1.0, 1.0 + 4.0 * f64::EPSILON, f64::NAN, resolution), None);
        assert_eq!(inside(0.0, 5e-324, f64::NAN, resolution), None);
        assert_eq!(inside(0.0, 1.0, 1e-30, resolution), Some(1e-30));
        assert_eq!(inside(0.0, 1e-323, f64::NAN, resolution), Some(5e-324));
    }
}
