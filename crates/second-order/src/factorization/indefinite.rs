//! P A Pᵀ = L B Lᵀ for any symmetric A: L unit lower triangular, B of blocks 1 × 1 and 2 × 2, P a permutation.
//!
//! The pivots are chosen by a walk over the matrix that ends at an element that is the largest of its row and its column
//! but for a factor (rook pivoting, also called bounded Bunch–Kaufman). No element of L exceeds 2.79, so B tells about A: its
//! signs are those of A (Sylvester), and what is done to B is done to A up to ‖L‖².
//!
//! n³/3 flops, and between n² and n³/3 comparisons.
//!
//! Sources: C. Ashcraft, R. G. Grimes and J. G. Lewis, SIAM J. Matrix Anal. Appl. 20 (1998) 513–561; N. J. Higham, Accuracy and
//! Stability of Numerical Algorithms, 2nd edition (SIAM 2002), algorithm 11.5.

use thalweg_hessian::Inertia;
use thalweg_numerics::{axpy, dot};

/// (1 + √17)/8 balances the growth of an element over one 2 × 2 pivot with that over two 1 × 1 pivots.
const ALPHA: f64 = 0.640_388_203_202_207_6;

/// A factorization and the memory for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Indefinite {
    n: usize,
    /// L below the diagonal, column after column.
    l: Vec<f64>,
    /// B: its diagonal, and the element (k + 1, k) where a 2 × 2 block begins at k, 0 elsewhere.
    diagonal: Vec<f64>,
    below: Vec<f64>,
    /// Row i of P A Pᵀ is row `order[i]` of A.
    order: Vec<usize>,
    permuted: Vec<f64>,
}

/// A block of B with its eigenvalues: B = cs [λ₀ 0; 0 λ₁] csᵀ with cs a rotation by (c, s); λ₁ and s are 0 for a 1 × 1 block.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Block {
    at: usize,
    size: usize,
    values: [f64; 2],
    cosine: f64,
    sine: f64,
}

impl Indefinite {
    /// Memory for n × n.
    pub(crate) fn for_dim(n: usize) -> Self {
        Self {
            n,
            l: vec![0.0; n * n],
            diagonal: vec![0.0; n],
            below: vec![0.0; n],
            order: (0..n).collect(),
            permuted: vec![0.0; n],
        }
    }

    /// Factors the matrix whose lower triangle is that of `a`, n × n and finite.
    pub(crate) fn factor(&mut self, a: &[f64]) {
        self.l.copy_from_slice(a);
        self.below.fill(0.0);
        self.order.iter_mut().enumerate().for_each(|(i, row)| *row = i);
        let mut k = 0;
        while k < self.n {
            k += match self.pivot(k) {
                Pivot::One(r) => {
                    self.swap(k, r);
                    self.eliminate_one(k);
                    1
                }
                Pivot::Two(p, q) => {
                    self.swap(k, p);
                    // q is above p, and so still where it was.
                    self.swap(k + 1, q);
                    self.eliminate_two(k);
                    2
                }
            };
        }
    }

    /// The element (i, j) of what is left, from the lower triangle.
    fn left(&self, i: usize, j: usize) -> f64 {
        let (i, j) = (i.max(j), i.min(j));
        self.l[self.n * j + i]
    }

    /// The largest element of column j of what is left from k on, off the diagonal: where and how large.
    fn largest_beside(&self, k: usize, j: usize) -> (usize, f64) {
        let rows = (k..self.n).filter(|&i| i != j);
        rows.fold((j, 0.0), |(at, largest), i| {
            let size = self.left(i, j).abs();
            if size > largest { (i, size) } else { (at, largest) }
        })
    }

    fn pivot(&self, k: usize) -> Pivot {
        let (mut r, mut beside) = self.largest_beside(k, k);
        if self.left(k, k).abs() >= ALPHA * beside {
            return Pivot::One(k);
        }
        // `beside` grows at every turn, so that no column comes twice.
        let mut i = k;
        loop {
            let (next, beside_r) = self.largest_beside(k, r);
            if self.left(r, r).abs() >= ALPHA * beside_r {
                return Pivot::One(r);
            }
            if beside_r <= beside {
                return Pivot::Two(i.min(r), i.max(r));
            }
            (i, r, beside) = (r, next, beside_r);
        }
    }

    /// Rows and columns p ≤ q change places, in what is left and in L.
    fn swap(&mut self, p: usize, q: usize) {
        if p == q {
            return;
        }
        let n = self.n;
        self.order.swap(p, q);
        for j in 0..p {
            self.l.swap(n * j + p, n * j + q);
        }
        self.l.swap(n * p + p, n * q + q);
        for i in p + 1..q {
            self.l.swap(n * p + i, n * i + q);
        }
        for i in q + 1..n {
            self.l.swap(n * p + i, n * q + i);
        }
    }

    fn eliminate_one(&mut self, k: usize) {
        let n = self.n;
        let d = self.l[n * k + k];
        self.diagonal[k] = d;
        let (before, rest) = self.l.split_at_mut(n * (k + 1));
        let column = &mut before[n * k + k + 1..];
        if d == 0.0 {
            // The largest of its column: all of it is 0.
            return;
        }
        for j in k + 1..n {
            // aᵢⱼ − aᵢₖ aⱼₖ/d, with the quotient on the side of j.
            let share = column[j - k - 1] / d;
            axpy(-share, &column[j - k - 1..], &mut rest[n * (j - k - 1) + j..n * (j - k)]);
        }
        column.iter_mut().for_each(|a| *a /= d);
    }

    fn eliminate_two(&mut self, k: usize) {
        let n = self.n;
        let (d0, d1, e) = (self.l[n * k + k], self.l[n * (k + 1) + k + 1], self.l[n * k + k + 1]);
        (self.diagonal[k], self.diagonal[k + 1], self.below[k]) = (d0, d1, e);
        self.l[n * k + k + 1] = 0.0;
        // e is the largest of the block: in units of it the determinant is d₀d₁/e² − 1, between −1.41 and −0.59.
        let (r0, r1) = (d0 / e, d1 / e);
        let scaled_determinant = r0 * r1 - 1.0;
        let (before, rest) = self.l.split_at_mut(n * (k + 2));
        let (first, second) = before[n * k..].split_at_mut(n);
        for j in k + 2..n {
            // The row of L: (a b) times the inverse of the block.
            let (a, b) = (first[j] / e, second[j] / e);
            let (la, lb) = ((r1 * a - b) / scaled_determinant, (r0 * b - a) / scaled_determinant);
            let column = &mut rest[n * (j - k - 2) + j..n * (j - k - 1)];
            axpy(-la, &first[j..], column);
            axpy(-lb, &second[j..], column);
            // The columns of A are needed to the end; those of L wait where pivots and solutions come later.
            (self.diagonal[j], self.permuted[j]) = (la, lb);
        }
        first[k + 2..].copy_from_slice(&self.diagonal[k + 2..]);
        second[k + 2..].copy_from_slice(&self.permuted[k + 2..]);
    }

    fn blocks(&self) -> impl Iterator<Item = Block> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let k = at;
            if k >= self.n {
                return None;
            }
            let block = if self.below[k] == 0.0 {
                Block { at: k, size: 1, values: [self.diagonal[k], 0.0], cosine: 1.0, sine: 0.0 }
            } else {
                rotated(k, self.diagonal[k], self.below[k], self.diagonal[k + 1])
            };
            at += block.size;
            Some(block)
        })
    }

    /// The eigenvalues of B, as many as A has and with the same signs.
    pub(crate) fn values(&self) -> impl Iterator<Item = f64> {
        self.blocks().flat_map(|block| block.values.into_iter().take(block.size))
    }

    /// The signs of the eigenvalues of A. A pivot below n ε times the largest may be 0, and only rounding made it what it is.
    pub(crate) fn inertia(&self) -> Inertia {
        let largest = self.values().fold(0.0_f64, |m, value| m.max(value.abs()));
        Inertia::of_values(self.values(), self.n as f64 * f64::EPSILON * largest)
    }

    /// x ← (Pᵀ L f(B) Lᵀ P)⁻¹ x, where f acts on the eigenvalues of B: the inverse of A for the identity.
    pub(crate) fn solve(&mut self, f: impl Fn(f64) -> f64, x: &mut [f64]) {
        let n = self.n;
        let mut y = std::mem::take(&mut self.permuted);
        for (y, &row) in y.iter_mut().zip(&self.order) {
            *y = x[row];
        }
        for j in 0..n {
            let (head, tail) = y.split_at_mut(j + 1);
            axpy(-head[j], &self.l[n * j + j + 1..n * (j + 1)], tail);
        }
        for Block { at, size, values, cosine, sine } in self.blocks() {
            if size == 1 {
                y[at] /= f(values[0]);
            } else {
                let (a, b) = (y[at], y[at + 1]);
                let along = (cosine * a + sine * b) / f(values[0]);
                let across = (cosine * b - sine * a) / f(values[1]);
                (y[at], y[at + 1]) = (cosine * along - sine * across, sine * along + cosine * across);
            }
        }
        for j in (0..n).rev() {
            let (head, tail) = y.split_at_mut(j + 1);
            head[j] -= dot(&self.l[n * j + j + 1..n * (j + 1)], tail);
        }
        for (y, &row) in y.iter().zip(&self.order) {
            x[row] = *y;
        }
        self.permuted = y;
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Pivot {
    One(usize),
    Two(usize, usize),
}

/// The eigenvalues of [a e; e b] by one rotation of Jacobi's (Golub and Van Loan 2013, section 8.5.2), e not 0.
fn rotated(at: usize, a: f64, e: f64, b: f64) -> Block {
    let tau = (b - a) / (2.0 * e);
    // The smaller root of t² + 2τt − 1; τ² overflows to ∞ only where t is 0 in any case.
    let t = tau.signum() / (tau.abs() + (1.0 + tau * tau).sqrt());
    let cosine = 1.0 / (1.0 + t * t).sqrt();
    Block { at, size: 2, values: [a - t * e, b + t * e], cosine, sine: -t * cosine }
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};
    use proptest::prelude::*;

    use super::*;

    fn symmetric(n: usize) -> impl Strategy<Value = DMatrix<f64>> {
        // Zeros and equal numbers, because pivots are chosen by comparisons.
        let number = prop_oneof![3 => -1.0..1.0_f64, 1 => Just(0.0), 1 => Just(1.0)];
        proptest::collection::vec(number, n * n)
            .prop_map(move |numbers| DMatrix::from_vec(n, n, numbers))
            .prop_map(|a| &a + a.transpose())
    }

    fn factored(a: &DMatrix<f64>) -> Indefinite {
        let mut factors = Indefinite::for_dim(a.nrows());
        factors.factor(a.as_slice());
        factors
    }

    proptest! {
        #[test]
        fn product_of_the_factors_is_the_matrix(a in (1_usize..12).prop_flat_map(symmetric)) {
            let n = a.nrows();
            let factors = factored(&a);
            let mut l = DMatrix::from_vec(n, n, factors.l.clone()).lower_triangle();
            l.fill_diagonal(1.0);
            let b = DMatrix::from_fn(n, n, |i, j| match (i, j) {
                (i, j) if i == j => factors.diagonal[i],
                (i, j) if i == j + 1 => factors.below[j],
                (i, j) if j == i + 1 => factors.below[i],
                _ => 0.0,
            });
            let permuted = DMatrix::from_fn(n, n, |i, j| a[(factors.order[i], factors.order[j])]);
            prop_assert!(l.amax() <= 2.79, "{}", l);
            let bound = 100.0 * n as f64 * f64::EPSILON * a.norm();
            prop_assert!((&l * b * l.transpose() - &permuted).amax() <= bound, "{}", permuted);
        }

        #[test]
        fn signs_are_those_of_the_eigenvalues(a in (1_usize..12).prop_flat_map(symmetric)) {
            let eigenvalues = a.symmetric_eigenvalues();
            prop_assume!(eigenvalues.iter().all(|value| value.abs() > 1e-8));
            let negative = eigenvalues.iter().filter(|&&value| value < 0.0).count();
            prop_assert_eq!(factored(&a).values().filter(|&value| value < 0.0).count(), negative);
        }

        #[test]
        fn solution_solves(a in (1_usize..12).prop_flat_map(symmetric)) {
            let n = a.nrows();
            let condition = {
                let sizes = a.symmetric_eigenvalues().abs();
                sizes.max() / sizes.min()
            };
            prop_assume!(condition < 1e8);
            let right = DVector::from_fn(n, |i, _| 1.0 + i as f64);
            let mut x = right.clone();
            factored(&a).solve(|value| value, x.as_mut_slice());
            prop_assert!((&a * &x - right).amax() <= 1e-13 * a.norm() * x.norm());
        }
    }

    #[test]
    fn matrix_without_a_diagonal_takes_a_block_of_two() {
        let a = DMatrix::from_row_slice(2, 2, &[0.0, 2.0, 2.0, 0.0]);
        let mut factors = factored(&a);
        assert_eq!(factors.values().collect::<Vec<_>>(), [-2.0, 2.0]);
        let mut x = [2.0, 6.0];
        factors.solve(|value| value, &mut x);
        assert!((x[0] - 3.0).abs() < 1e-15 && (x[1] - 1.0).abs() < 1e-15);
    }

    #[test]
    fn zero_matrix_has_zero_pivots() {
        assert_eq!(factored(&DMatrix::zeros(3, 3)).values().collect::<Vec<_>>(), [0.0; 3]);
    }
}
