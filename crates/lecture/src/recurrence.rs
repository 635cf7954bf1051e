//! The recurrence xₖ₊₁ = τxₖ − δxₖ₋₁ that a method with momentum follows in every eigendirection of a quadratic.

use thalweg_numerics::{exp, ln};

/// The recurrence of two terms that a path follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recurrence {
    /// τ, the sum of the roots of ρ² = τρ − δ.
    pub tau: f64,
    /// δ, their product.
    pub delta: f64,
}

impl Recurrence {
    /// What the heavy ball follows with the momentum β where ηλ = q.
    #[must_use]
    pub fn of_momentum(beta: f64, q: f64) -> Self {
        Self { tau: 1.0 + beta - q, delta: beta }
    }

    /// What Nesterov's method follows.
    #[must_use]
    pub fn of_nesterov(beta: f64, q: f64) -> Self {
        Self { tau: (1.0 + beta) * (1.0 - q), delta: beta * (1.0 - q) }
    }

    /// What a path of three points or more follows.
    ///
    /// By least squares, every row divided by the size of its numbers.
    ///
    /// Fitted is yₖ₊₁ − yₖ = −p yₖ + δ (yₖ − yₖ₋₁), p = 1 + δ − τ, which says the same and in which nothing cancels where
    /// y hardly changes from step to step. Where x changes its sign at every step, y is (−1)ᵏ x.
    #[must_use]
    pub fn of(path: &[f64]) -> Self {
        let alternates = path[path.len() - 1] * path[path.len() - 2] < 0.0;
        let sign = if alternates { -1.0 } else { 1.0 };
        let [mut aa, mut ab, mut bb, mut ac, mut bc] = [0.0; 5];
        for rows in path.windows(3) {
            let (before, now, after) = (sign * rows[0], rows[1], sign * rows[2]);
            let size = before.abs() + now.abs();
            if size < 1e-290 {
                break;
            }
            let (a, b, c) = (-now / size, (now - before) / size, (after - now) / size);
            aa += a * a;
            ab += a * b;
            bb += b * b;
            ac += a * c;
            bc += b * c;
        }
        let determinant = aa * bb - ab * ab;
        let (p, delta) = ((ac * bb - bc * ab) / determinant, (aa * bc - ab * ac) / determinant);
        Self { tau: sign * (1.0 + delta - p), delta }
    }

    /// The larger root of ρ² = τρ − δ, in absolute value: the factor by which a path shrinks in the long run.
    #[must_use]
    pub fn rate(self) -> f64 {
        let discriminant = 0.25 * self.tau * self.tau - self.delta;
        if discriminant < 0.0 { self.delta.sqrt() } else { 0.5 * self.tau.abs() + discriminant.sqrt() }
    }

    /// x₀ = 1, x₁ = `second`, and so on.
    pub fn path(self, second: f64) -> impl Iterator<Item = f64> {
        let mut pair = (1.0, second);
        std::iter::repeat_with(move || {
            let now = pair.0;
            pair = (pair.1, self.tau * pair.1 - self.delta * pair.0);
            now
        })
    }
}

/// ρ of a path xₖ = ρᵏ(1 + ck) with a double root, read off its end; x₀ = 1, and c = x₁/ρ − 1 is what theory says of it.
#[must_use]
pub fn double_root(path: &[f64], c: f64) -> f64 {
    let steps = path.len() - 1;
    let transient = 1.0 + c * steps as f64;
    exp(ln((path[steps] / transient).abs()) / steps as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recurrence_is_found_in_a_path_that_follows_it() {
        for (tau, delta) in [(1.5, 0.7), (-1.5, 0.7), (0.3, 0.5), (1.9, 0.9025), (1.999, 0.999)] {
            let mut path = vec![1.0, 0.8];
            for k in 1..200 {
                path.push(tau * path[k] - delta * path[k - 1]);
            }
            let found = Recurrence::of(&path);
            assert!(
                (found.tau - tau).abs() < 1e-12 && (found.delta - delta).abs() < 1e-12,
                "{tau}, {delta}: {found:?}"
            );
        }
        assert_eq!(Recurrence { tau: 1.0, delta: 0.25 }.rate(), 0.5);
        assert_eq!(Recurrence { tau: -1.25, delta: 0.25 }.rate(), 1.0);
        assert_eq!(Recurrence { tau: 1.0, delta: 0.64 }.rate(), 0.8);
    }

    #[test]
    fn paths_follow_the_recurrence_and_double_roots_are_read_off_them() {
        let double = Recurrence { tau: 1.8, delta: 0.81 };
        let path: Vec<_> = double.path(0.99).take(100).collect();
        assert_eq!(path[..3], [1.0, 0.99, 1.8 * 0.99 - 0.81]);
        assert!((double_root(&path, 0.99 / 0.9 - 1.0) - 0.9).abs() < 1e-14);
    }
}
