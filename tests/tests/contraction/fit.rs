//! τ and δ of xₖ₊₁ = τxₖ − δxₖ₋₁, from a path.

/// The recurrence of two terms that a path follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recurrence {
    pub(crate) tau: f64,
    pub(crate) delta: f64,
}

impl Recurrence {
    /// By least squares, every row divided by the size of its numbers.
    ///
    /// Fitted is yₖ₊₁ − yₖ = −p yₖ + δ (yₖ − yₖ₋₁), p = 1 + δ − τ, which says the same and in which nothing cancels where
    /// y hardly changes from step to step. Where x changes its sign at every step, y is (−1)ᵏ x.
    pub(crate) fn of(path: &[f64]) -> Self {
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

    /// The larger root of ρ² = τρ − δ, in absolute value.
    pub(crate) fn rate(self) -> f64 {
        let discriminant = 0.25 * self.tau * self.tau - self.delta;
        if discriminant < 0.0 { self.delta.sqrt() } else { 0.5 * self.tau.abs() + discriminant.sqrt() }
    }
}

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
