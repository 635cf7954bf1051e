//! A neuron with two weights and integer inputs: all of its stationary points, proved.
//!
//! ```text
//! f(w) = Σ ψ(zᵢ·w),   ψ(m) = (1 − ε − σ(m))²,   ψ′ < 0 below u = σ⁻¹(1 − ε), ψ′ > 0 above
//! ```
//!
//! With one input x and a bias, z = ±(x, 1), the sign being the class.
//!
//! **Far out there is none.** Let z span the plane and ‖w‖ > R with
//!
//! ```text
//! R² = u²/‖zᵢ‖² + max u²(‖zᵢ‖ + |zᵢ·zⱼ|/‖zᵢ‖)²/(zᵢ × zⱼ)²   over all zᵢ, zⱼ that are not parallel.
//! ```
//!
//! If no margin mᵢ = zᵢ·w is between 0 and u, then mᵢψ′(mᵢ) > 0 for all of them, and w·∇f = Σ mᵢψ′(mᵢ) > 0. If one is, let d be the
//! part of w at right angles to its zᵢ: ‖d‖² ≥ R² − u²/‖zᵢ‖², so that |zⱼ·d| > u + |zⱼ·(w − d)| for every zⱼ not parallel to zᵢ. So mⱼ has the
//! sign of zⱼ·d and is beyond u in size, and ψ′(mⱼ)(zⱼ·d) > 0; those parallel to zᵢ drop out, and d·∇f > 0.
//! Neither can be where f is lowest over a disk, if that were at the rim: there ∇f = −λw with λ ≥ 0, and w·∇f and d·∇f are not
//! above 0. So over every disk that is larger f is lowest at a stationary point.
//!
//! **Nearer by** boxes are halved until on each of them a slope d·∇f has one sign, or it lies where Krawczyk's test has
//! proved that there is exactly one. The directions d are those at right angles to a zᵢ, whose term drops out, and w.

use thalweg_numerics::norm;

use crate::descend::largest;
use crate::interval::{Interval, product};
use crate::krawczyk::{System, Unique, negative_eigenvalues, newton, prove_unique};
use crate::spoiler::logit;

/// The equations ∇f = 0 in two weights.
#[derive(Clone, Debug)]
pub(crate) struct TwoWeights {
    /// zᵢ, not all parallel.
    pub(crate) z: Vec<[i32; 2]>,
    /// Below ½.
    pub(crate) epsilon: f64,
}

/// A stationary point that is alone in a box.
pub(crate) struct Proved {
    /// The box.
    hull: Vec<Interval>,
    /// Where in it the point is.
    unique: Unique,
}

/// Boxes after which a proof is given up.
const PATIENCE: u32 = 200_000;

impl TwoWeights {
    /// ψ′ and ψ″ for all margins in `m`.
    fn derivatives(&self, m: Interval) -> [Interval; 2] {
        let (p, q) = (m.logistic(), (-m).logistic());
        let (s, r, d) = (p * q, q - Interval::point(self.epsilon), p - q);
        [r * s * -2.0, s * (s + r * d) * 2.0]
    }

    /// A number above u.
    fn above_u(&self) -> f64 {
        let u = 1.0001 * logit(self.epsilon);
        // Where it is proved to be: the error that is left is below ε.
        let error = (-Interval::point(u)).logistic();
        assert!(error.high < self.epsilon, "u is more than rounding below {u}");
        u
    }

    /// R, rounded up.
    pub(crate) fn radius(&self) -> f64 {
        let u = self.above_u();
        let (mut nearest, mut widest) = (f64::INFINITY, 0.0_f64);
        for &a in &self.z {
            let length = norm(&a.map(f64::from));
            nearest = nearest.min(length);
            for &b in &self.z {
                let cross = f64::from((a[0] * b[1] - a[1] * b[0]).abs());
                let along = f64::from((a[0] * b[0] + a[1] * b[1]).abs());
                if cross > 0.0 {
                    widest = widest.max(u * (length + along / length) / cross);
                }
            }
        }
        // A millionth is far above what these few operations round.
        1.000_001 * (u * u / (nearest * nearest) + widest * widest).sqrt()
    }

    /// Whether some slope has one sign on all of the box.
    fn is_steep(&self, w: &[Interval; 2]) -> bool {
        let margins =
            self.z.iter().map(|&z| z.map(|z| Interval::point(f64::from(z)))).map(|z| product(&z, w));
        let margins: Vec<_> = margins.collect();
        let slopes: Vec<_> = margins.iter().map(|&m| self.derivatives(m)[0]).collect();
        let has_sign = |sum: Interval| sum.is_positive() || sum.is_negative();
        if has_sign(product(&slopes, &margins)) {
            return true;
        }
        self.z.iter().any(|&[a, b]| {
            let along = |&[x, y]: &[i32; 2]| f64::from(a * y - b * x);
            let terms = self.z.iter().zip(&slopes).filter(|(z, _)| along(z) != 0.0);
            has_sign(terms.fold(Interval::ZERO, |sum, (z, &slope)| sum + slope * along(z)))
        })
    }

    /// All stationary points, each proved to be one; none if a proof fails.
    pub(crate) fn stationary_points(&self) -> Option<Vec<Proved>> {
        let radius = self.radius();
        let all = Interval { low: -radius, high: radius };
        let mut found: Vec<Proved> = Vec::new();
        let mut boxes = vec![[all, all]];
        for _ in 0..PATIENCE {
            let Some(w) = boxes.pop() else { return Some(found) };
            let is_known =
                found.iter().any(|proved| w.iter().zip(&proved.hull).all(|(a, b)| a.is_inside(*b)));
            if is_known || self.is_steep(&w) {
                continue;
            }
            let middle = w.map(Interval::middle);
            let [width, height] = w.map(|side| side.high - side.low);
            // Only where Newton's method may be trusted to stay, and before halves become tiny.
            if width.max(height) < 0.5 {
                found.extend(self.proved_near(&middle, width.max(height), &found));
            }
            let (longer, middle) = if width >= height { (0, middle[0]) } else { (1, middle[1]) };
            let (mut left, mut right) = (w, w);
            left[longer].high = middle;
            right[longer].low = middle;
            boxes.extend([left, right]);
        }
        None
    }

    /// The stationary point that Newton's method finds less than `near` from `w`, with the widest box in which it is alone, if it
    /// is none of those that have been `found`.
    pub(crate) fn proved_near(&self, w: &[f64], near: f64, found: &[Proved]) -> Option<Proved> {
        let x = newton(self, w, 20);
        // Not so where it is NaN.
        let is_near = largest(x.iter().zip(w).map(|(x, w)| x - w)) <= near;
        let is_inside =
            |proved: &Proved| x.iter().zip(&proved.hull).all(|(x, side)| side.low < *x && *x < side.high);
        if !is_near || found.iter().any(is_inside) {
            return None;
        }
        [0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7].into_iter().find_map(|radius| {
            let wide = prove_unique(self, &x, radius)?;
            // In a box inside it is the same point, and where that is is known better.
            let unique = prove_unique(self, &x, 1e-9).unwrap_or(wide);
            Some(Proved { hull: x.iter().map(|&x| Interval::around(x, radius)).collect(), unique })
        })
    }
}

impl System for TwoWeights {
    fn values(&self, w: &[Interval]) -> Vec<Interval> {
        self.rows().fold(vec![Interval::ZERO; 2], |sum, z| {
            let slope = self.derivatives(product(&z, w))[0];
            vec![sum[0] + slope * z[0], sum[1] + slope * z[1]]
        })
    }

    fn jacobian(&self, w: &[Interval]) -> Vec<Vec<Interval>> {
        let mut sum = [Interval::ZERO; 3];
        for z in self.rows() {
            let curvature = self.derivatives(product(&z, w))[1];
            for (sum, square) in sum.iter_mut().zip([z[0] * z[0], z[0] * z[1], z[1] * z[1]]) {
                *sum = *sum + curvature * square;
            }
        }
        vec![vec![sum[0], sum[1]], vec![sum[1], sum[2]]]
    }
}

impl TwoWeights {
    fn rows(&self) -> impl Iterator<Item = [Interval; 2]> {
        self.z.iter().map(|z| z.map(|z| Interval::point(f64::from(z))))
    }

    /// How many zᵢ·w are negative at the point; none if that is not decided for one of them.
    pub(crate) fn wrong(&self, proved: &Proved) -> Option<usize> {
        let margins: Vec<_> = self.rows().map(|z| product(&z, &proved.unique.within)).collect();
        let is_decided = margins.iter().all(|margin| margin.is_positive() || margin.is_negative());
        is_decided.then(|| margins.iter().filter(|margin| margin.is_negative()).count())
    }

    /// Whether both curvatures are proved to be positive at the point.
    pub(crate) fn is_minimum(&self, proved: &Proved) -> bool {
        self.negative_curvatures(proved) == Some(0)
    }

    fn negative_curvatures(&self, proved: &Proved) -> Option<usize> {
        negative_eigenvalues(self.jacobian(&proved.unique.within))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_vectors_have_one_stationary_point_where_both_targets_are_met() {
        let two = TwoWeights { z: vec![[1, 1], [-2, 1]], epsilon: 0.1 };
        let found = two.stationary_points().expect("a proof");
        let u = logit(0.1);
        assert_eq!(found.len(), 1);
        assert!(found[0].unique.within[0].contains(0.0) && found[0].unique.within[1].contains(u));
        assert!(two.is_minimum(&found[0]));
        assert_eq!(two.wrong(&found[0]), Some(0));
    }

    #[test]
    fn spoiled_vectors_have_two_minima_and_a_saddle() {
        // Both axes, each met at u, and a vector far on the wrong side of (u, u).
        let spoiled = TwoWeights { z: vec![[1, 0], [0, 1], [-12, 4]], epsilon: 0.1 };
        let mut negative: Vec<_> = spoiled
            .stationary_points()
            .expect("a proof")
            .iter()
            .map(|proved| spoiled.negative_curvatures(proved))
            .collect();
        negative.sort();
        assert_eq!(negative, [Some(0), Some(0), Some(1)]);
    }

    #[test]
    fn gradient_points_outward_beyond_the_radius() {
        let spoiled = TwoWeights { z: vec![[3, 1], [-1, 1], [-5, -1]], epsilon: 0.2 };
        let radius = spoiled.radius();
        for k in 0..1000 {
            let angle = f64::from(k) * 0.006_283;
            let (sin, cos) = (thalweg_numerics::sin(angle), thalweg_numerics::cos(angle));
            let w = [Interval::point(radius * cos), Interval::point(radius * sin)];
            assert!(spoiled.is_steep(&w), "{w:?}");
        }
    }
}
