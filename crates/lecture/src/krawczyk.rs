//! Proofs that a system of equations has exactly one solution in a box, and that a symmetric matrix has the signs it seems to.
//!
//! ```text
//! K(X) = x − Y F(x) + (I − Y F′(X)) (X − x)
//! ```
//!
//! with x the middle of the box X, Y about F′(x)⁻¹, F′(X) an interval matrix that holds all F′ on X. If K(X) lies in the inside
//! of X, there is exactly one solution in X, and it lies in K(X).
//!
//! Sources: R. Krawczyk, Computing 4 (1969) 187–201; R. E. Moore, SIAM Journal on Numerical Analysis 14 (1977) 611–615.

use crate::interval::{Interval, product};

/// n equations in n unknowns, with intervals for both.
pub(crate) trait System {
    /// All values of F on the box, length n.
    fn values(&self, x: &[Interval]) -> Vec<Interval>;

    /// All ∂Fᵢ/∂xⱼ on the box, n rows.
    fn jacobian(&self, x: &[Interval]) -> Vec<Vec<Interval>>;
}

/// Exactly one solution lies in the box that was asked about.
#[derive(Clone, Debug)]
pub(crate) struct Unique {
    /// The smaller box in which it lies.
    pub(crate) within: Vec<Interval>,
}

impl Unique {
    /// Half the widest side of the box in which the solution lies.
    pub(crate) fn radius(&self) -> f64 {
        self.within.iter().map(|side| side.radius()).fold(0.0, f64::max)
    }
}

/// Tries to prove that there is exactly one solution within `radius` of `x` in every coordinate.
pub(crate) fn prove_unique(system: &impl System, x: &[f64], radius: f64) -> Option<Unique> {
    let points: Vec<_> = x.iter().map(|&x| Interval::point(x)).collect();
    let whole: Vec<_> = x.iter().map(|&x| Interval::around(x, radius)).collect();
    let middle: Vec<Vec<f64>> =
        system.jacobian(&points).iter().map(|row| row.iter().map(|a| a.middle()).collect()).collect();
    let y: Vec<Vec<_>> =
        inverse(middle)?.into_iter().map(|row| row.into_iter().map(Interval::point).collect()).collect();
    let (f, jacobian) = (system.values(&points), system.jacobian(&whole));
    let within: Vec<_> = (0..x.len())
        .map(|i| {
            (0..x.len()).fold(points[i] - product(&y[i], &f), |sum, j| {
                let column: Vec<_> = jacobian.iter().map(|row| row[j]).collect();
                let unit = Interval::point(if i == j { 1.0 } else { 0.0 });
                sum + (unit - product(&y[i], &column)) * (whole[j] - points[j])
            })
        })
        .collect();
    let is_inside = within.iter().zip(&whole).all(|(inner, outer)| inner.is_inside(*outer));
    is_inside.then_some(Unique { within })
}

/// Newton's method in floating point, from the middles of the intervals: a good x to prove something about.
pub(crate) fn newton(system: &impl System, start: &[f64], steps: u32) -> Vec<f64> {
    let mut x = start.to_vec();
    for _ in 0..steps {
        let points: Vec<_> = x.iter().map(|&x| Interval::point(x)).collect();
        let middle =
            system.jacobian(&points).iter().map(|row| row.iter().map(|a| a.middle()).collect()).collect();
        let f: Vec<_> = system.values(&points).iter().map(|f| f.middle()).collect();
        let Some(inverse) = inverse(middle) else { return x };
        let mut farthest = 0.0_f64;
        for (x, row) in x.iter_mut().zip(&inverse) {
            let step = thalweg_numerics::dot(row, &f);
            *x -= step;
            farthest = farthest.max(step.abs());
        }
        // The last step of a convergence that is quadratic.
        if farthest < 1e-15 {
            return x;
        }
    }
    x
}

/// How many eigenvalues of every symmetric matrix in the interval matrix are negative, if no pivot of the elimination may be 0:
/// A = L D Lᵀ, and D has the signs of the eigenvalues (Sylvester).
pub(crate) fn negative_eigenvalues(mut matrix: Vec<Vec<Interval>>) -> Option<usize> {
    let n = matrix.len();
    let mut negative = 0;
    for k in 0..n {
        let pivot = matrix[k].clone();
        if !(pivot[k].is_positive() || pivot[k].is_negative()) {
            return None;
        }
        negative += usize::from(pivot[k].is_negative());
        for row in matrix.iter_mut().skip(k + 1) {
            let factor = row[k] / pivot[k];
            for (a, p) in row.iter_mut().zip(&pivot).skip(k + 1) {
                *a = *a - factor * *p;
            }
        }
    }
    Some(negative)
}

/// Whether every symmetric matrix in the interval matrix has eigenvalues above `bound` only.
pub(crate) fn eigenvalues_exceed(bound: f64, mut matrix: Vec<Vec<Interval>>) -> bool {
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] = row[i] - Interval::point(bound);
    }
    negative_eigenvalues(matrix) == Some(0)
}

/// The inverse, by elimination with row exchanges; none if a pivot is 0 or not finite.
fn inverse(matrix: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    let n = matrix.len();
    let unit = |i: usize| (0..n).map(move |j| if i == j { 1.0 } else { 0.0 });
    let mut rows: Vec<Vec<f64>> =
        matrix.into_iter().enumerate().map(|(i, row)| row.into_iter().chain(unit(i)).collect()).collect();
    for k in 0..n {
        let at = (k..n).max_by(|&i, &j| rows[i][k].abs().total_cmp(&rows[j][k].abs()))?;
        rows.swap(k, at);
        let scale = 1.0 / rows[k][k];
        if !scale.is_finite() {
            return None;
        }
        rows[k].iter_mut().for_each(|a| *a *= scale);
        let pivot = rows[k].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(i, _)| *i != k) {
            let factor = row[k];
            row.iter_mut().zip(&pivot).for_each(|(a, p)| *a -= factor * p);
        }
    }
    Some(rows.into_iter().map(|row| row[n..].to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x² + y² = 4, xy = 1.
    struct Curves;

    impl System for Curves {
        fn values(&self, x: &[Interval]) -> Vec<Interval> {
            let p = Interval::point;
            vec![x[0] * x[0] + x[1] * x[1] - p(4.0), x[0] * x[1] - p(1.0)]
        }

        fn jacobian(&self, x: &[Interval]) -> Vec<Vec<Interval>> {
            vec![vec![x[0] * 2.0, x[1] * 2.0], vec![x[1], x[0]]]
        }
    }

    #[test]
    fn one_solution_is_proved_and_none_or_two_are_not() {
        // x² is a root of s² − 4s + 1 = 0.
        let known = [(2.0 + 3.0_f64.sqrt()).sqrt(), (2.0 - 3.0_f64.sqrt()).sqrt()];
        let x = newton(&Curves, &[2.0, 0.5], 6);
        let unique = prove_unique(&Curves, &x, 1e-6).expect("a regular solution");
        assert!(unique.radius() < 1e-10);
        assert!(unique.within.iter().zip(known).all(|(side, x)| side.contains(x)));
        assert!(prove_unique(&Curves, &[known[0] + 0.01, known[1]], 1e-6).is_none());
        // (known₁, known₀) is a solution, too.
        assert!(prove_unique(&Curves, &[1.22, 1.22], 1.0).is_none());
    }

    #[test]
    fn signs_of_eigenvalues_are_proved() {
        let matrix = |a: f64, b: f64, c: f64, r: f64| {
            let i = |x| Interval::around(x, r);
            vec![vec![i(a), i(b)], vec![i(b), i(c)]]
        };
        assert_eq!(negative_eigenvalues(matrix(2.0, 1.0, 2.0, 0.1)), Some(0));
        assert_eq!(negative_eigenvalues(matrix(2.0, 3.0, 2.0, 0.1)), Some(1));
        assert_eq!(negative_eigenvalues(matrix(-2.0, 1.0, -2.0, 0.1)), Some(2));
        assert_eq!(negative_eigenvalues(matrix(2.0, 2.0, 2.0, 0.1)), None);
        // Eigenvalues 1 and 3.
        assert!(eigenvalues_exceed(0.99, matrix(2.0, 1.0, 2.0, 0.001)));
        assert!(!eigenvalues_exceed(1.01, matrix(2.0, 1.0, 2.0, 0.001)));
    }
}
