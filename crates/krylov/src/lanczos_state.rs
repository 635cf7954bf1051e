//! The state of Lanczos' iteration and the step itself; the letters are those of `lanczos.rs`.

use thalweg_numerics::{axpy, dot, matrix_transposed_vector, matrix_vector, norm};
use thalweg_problem::Allowance;

use crate::ending::spend;
use crate::semiorthogonality::Semiorthogonality;
use crate::{Ending, Lanczos, LinearOperator, Reorthogonalization};

/// u, the unit roundoff.
pub(crate) const U: f64 = 0.5 * f64::EPSILON;

/// 1/√2, below which a pass of Gram–Schmidt has taken off so much that it has to be repeated.
const DROP: f64 = std::f64::consts::FRAC_1_SQRT_2;

/// Passes of Gram–Schmidt at most. What still drops after the third is nothing but rounding.
const PASSES: u32 = 3;

/// Everything that changes from step to step: T, the basis, and what the next step needs.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LanczosState {
    pub(crate) n: usize,
    max_iterations: usize,
    pub(crate) reorthogonalization: Reorthogonalization,
    keep_basis: bool,
    given_product_error: Option<f64>,
    /// ‖v‖.
    start_norm: f64,
    pub(crate) alpha: Vec<f64>,
    pub(crate) beta: Vec<f64>,
    /// Rows q₁, q₂, …, each of length n: all of them and the next one, or the last two in turn.
    pub(crate) rows: Vec<f64>,
    /// w.
    pub(crate) w: Vec<f64>,
    /// Q Qᵀw; of length 0 where it is never needed.
    projection: Vec<f64>,
    /// Qᵀw, one for each vector.
    coefficients: Vec<f64>,
    omega: Semiorthogonality,
    /// A bound of ‖T‖: the largest row sum of absolute values so far.
    pub(crate) norm: f64,
    pub(crate) is_invariant: bool,
    /// Passes of Gram–Schmidt over all vectors so far.
    passes: u64,
    /// A bound of ‖F‖ over the first `inherited_steps` columns, which do not come from single steps.
    pub(crate) inherited_error: f64,
    pub(crate) inherited_steps: usize,
}

impl LanczosState {
    /// n.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.n
    }

    /// m, the steps taken.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.alpha.len()
    }

    /// α₁, …, αₘ: the diagonal of T.
    #[must_use]
    pub fn alpha(&self) -> &[f64] {
        &self.alpha
    }

    /// β₁, …, βₘ: the first m − 1 stand beside the diagonal of T, the last one leads out of the space.
    #[must_use]
    pub fn beta(&self) -> &[f64] {
        &self.beta
    }

    /// Q, m rows of length n, one after another. Empty with `keep_basis: false`.
    #[must_use]
    pub fn basis(&self) -> &[f64] {
        if self.keep_basis { &self.rows[..self.steps() * self.n] } else { &[] }
    }

    /// ‖v‖, the norm of the start.
    #[must_use]
    pub fn start_norm(&self) -> f64 {
        self.start_norm
    }

    /// A bound of ‖T‖, at most three times its value: the largest sum of absolute values of a row. It is an estimate of ‖A‖
    /// from below times that factor, because ‖T‖ ≤ ‖A‖.
    #[must_use]
    pub fn norm_bound(&self) -> f64 {
        self.norm
    }

    /// How far a product with a vector of norm 1 is taken to be from A v: the setting, or (10 + √n) u times
    /// [`norm_bound`](Self::norm_bound).
    #[must_use]
    pub fn product_error(&self) -> f64 {
        self.given_product_error.unwrap_or_else(|| (10.0 + (self.n as f64).sqrt()) * U * self.norm)
    }

    /// How often a vector was orthogonalized against all before it.
    #[must_use]
    pub fn reorthogonalizations(&self) -> u64 {
        self.passes
    }

    /// Whether A does not lead out of the space, but for rounding.
    #[must_use]
    pub fn is_invariant(&self) -> bool {
        self.is_invariant
    }

    /// A bound of ‖F s‖ for ‖s‖ = 1, and of what the eigenvalues of T suffer: the products, the updates of w and the QL sweeps.
    ///
    /// A column of F is a product's error and a handful of roundings of terms of at most ‖T‖.
    #[must_use]
    pub fn rounding(&self) -> f64 {
        let m = self.steps() as f64;
        let own = (self.steps() - self.inherited_steps) as f64;
        let one_step = self.product_error() + 8.0 * U * self.norm;
        self.inherited_error + own.sqrt() * one_step + 4.0 * m * U * self.norm
    }

    pub(crate) fn keeps_basis(&self) -> bool {
        self.keep_basis
    }

    pub(crate) fn settings(&self) -> Lanczos {
        Lanczos {
            reorthogonalization: self.reorthogonalization,
            max_iterations: self.max_iterations,
            keep_basis: self.keep_basis,
            product_error: self.given_product_error,
        }
    }

    pub(crate) fn zeros(n: usize, settings: &Lanczos) -> Self {
        let &Lanczos { reorthogonalization, max_iterations, keep_basis, product_error } = settings;
        // More than n vectors are never orthogonal.
        let is_bounded = reorthogonalization != Reorthogonalization::None;
        let steps = if is_bounded { max_iterations.min(n) } else { max_iterations };
        let (kept, projected) = (if keep_basis { steps + 1 } else { 2 }, if is_bounded { n } else { 0 });
        let is_partial = reorthogonalization == Reorthogonalization::Partial;
        Self {
            n,
            max_iterations,
            reorthogonalization,
            keep_basis,
            given_product_error: product_error,
            start_norm: 0.0,
            alpha: Vec::with_capacity(steps),
            beta: Vec::with_capacity(steps),
            rows: vec![0.0; kept * n],
            w: vec![0.0; n],
            projection: vec![0.0; projected],
            coefficients: vec![0.0; if is_bounded { steps + 1 } else { 0 }],
            omega: Semiorthogonality::with_capacity(if is_partial { steps } else { 0 }),
            norm: 0.0,
            is_invariant: false,
            passes: 0,
            inherited_error: 0.0,
            inherited_steps: 0,
        }
    }

    /// Back to before the first step.
    pub(crate) fn reset(&mut self, start: &[f64], start_norm: f64) {
        self.alpha.clear();
        self.beta.clear();
        self.omega.clear();
        (self.start_norm, self.norm, self.is_invariant, self.passes) = (start_norm, 0.0, false, 0);
        (self.inherited_error, self.inherited_steps) = (0.0, 0);
        for (q, v) in self.rows[..self.n].iter_mut().zip(start) {
            *q = v / start_norm;
        }
        // A norm near the smallest numbers is itself rounded coarsely.
        let norm = norm(&self.rows[..self.n]);
        self.rows[..self.n].iter_mut().for_each(|q| *q /= norm);
    }

    /// Where qⱼ₊₁ begins, for j steps done.
    pub(crate) fn row(&self, j: usize) -> usize {
        if self.keep_basis { j * self.n } else { j % 2 * self.n }
    }

    /// One step.
    pub(crate) fn advance<A: LinearOperator + ?Sized>(
        &mut self,
        a: &A,
        allow: &mut Allowance,
    ) -> Result<(), Ending> {
        let (n, m) = (self.n, self.steps());
        if self.is_invariant {
            return Err(self.invariant());
        }
        if m >= self.max_iterations {
            return Err(Ending::IterationLimit { limit: self.max_iterations as u64 });
        }
        spend(allow)?;
        let current = self.row(m);
        let q = &self.rows[current..][..n];
        a.apply(q, &mut self.w);
        let beta_before = self.beta.last().copied().unwrap_or(0.0);
        if m > 0 {
            let previous = self.row(m - 1);
            axpy(-beta_before, &self.rows[previous..][..n], &mut self.w);
        }
        let alpha = dot(q, &self.w);
        axpy(-alpha, q, &mut self.w);
        let mut beta = norm(&self.w);
        if !(alpha.is_finite() && beta.is_finite()) {
            return Err(Ending::NonFinite { what: "A q" });
        }
        self.alpha.push(alpha);
        self.norm = self.norm.max(beta_before + alpha.abs() + beta);
        let nothing = self.product_error();
        if beta > nothing && self.must_reorthogonalize(beta) {
            beta = self.orthogonalize(m + 1, beta);
        }
        self.beta.push(beta);
        let is_full = m + 1 == n && self.reorthogonalization != Reorthogonalization::None;
        if beta <= nothing || is_full {
            self.is_invariant = true;
            return Err(self.invariant());
        }
        let next = self.row(m + 1);
        for (q, w) in self.rows[next..][..n].iter_mut().zip(&self.w) {
            *q = w / beta;
        }
        Ok(())
    }

    fn invariant(&self) -> Ending {
        Ending::InvariantSubspace { dimension: self.steps(), beta: self.beta.last().copied().unwrap_or(0.0) }
    }

    fn must_reorthogonalize(&mut self, beta: f64) -> bool {
        match self.reorthogonalization {
            Reorthogonalization::Full => true,
            Reorthogonalization::None => false,
            Reorthogonalization::Partial => {
                let noise = self.product_error() + 2.0 * U * self.norm;
                self.omega.must_reorthogonalize(&self.alpha, &self.beta, beta, noise)
            }
        }
    }

    /// Takes off w, of the given norm, what it has in common with the first so many vectors; returns the norm of the rest.
    pub(crate) fn orthogonalize(&mut self, vectors: usize, mut length: f64) -> f64 {
        let basis = &self.rows[..vectors * self.n];
        let coefficients = &mut self.coefficients[..vectors];
        for _ in 0..PASSES {
            let before = length;
            matrix_vector(basis, &self.w, coefficients);
            matrix_transposed_vector(basis, coefficients, &mut self.projection);
            for (w, p) in self.w.iter_mut().zip(&self.projection) {
                *w -= p;
            }
            self.passes += 1;
            length = norm(&self.w);
            if length >= DROP * before {
                break;
            }
        }
        length
    }
}
