//! Thick restart: a Lanczos state of m steps becomes one of k < m steps that keeps k Ritz pairs.
//!
//! ```text
//! Q ← Uᵀ Sₖᵀ Q,   T ← Uᵀ Θₖ U,   βₖ = ‖b‖          bᵢ = βₘ sₘᵢ for the pairs that are kept
//! ```
//!
//! Wu & Simon (2000) keep the Ritz vectors themselves, coupled to qₘ₊₁ by b: an arrow beside Θₖ. Here a product U of
//! reflections makes b a multiple of eₖ and the rest tridiagonal again, so that what remains is an ordinary state, and
//! nobody after this needs to know that there was a restart. In exact arithmetic it is the state of Sorensen's implicitly
//! restarted iteration with the other Ritz values as shifts.
//!
//! It costs no product, 2kmn flops, and no vector: the basis is rewritten in panels of columns.
//!
//! Sources: K. Wu and H. Simon, SIAM J. Matrix Anal. Appl. 22 (2000) 602–616;
//! D. C. Sorensen, SIAM J. Matrix Anal. Appl. 13 (1992) 357–385.

use thalweg_numerics::{axpy, dot, matrix_matrix, matrix_transposed_vector, norm};

use crate::lanczos_state::U;
use crate::{LanczosState, Ritz};

/// Columns that are rewritten at once.
const PANEL: usize = 256;

impl LanczosState {
    /// Keeps the Ritz pairs `keep`, fewer than there are, and qₘ₊₁. Where T consists of blocks, those that are kept whole and first
    /// stay what they are.
    pub(crate) fn keep(&mut self, ritz: &Ritz, keep: &[usize]) {
        let (n, m, k) = (self.n, self.steps(), keep.len());
        let beta = self.beta.last().copied().unwrap_or(0.0);
        self.inherited_error = self.rounding() + 4.0 * k as f64 * U * self.norm;
        self.inherited_steps = k;
        let mut projected = Projected {
            k,
            m,
            rows: keep.iter().flat_map(|&i| ritz.vectors[i * m..][..m].iter().copied()).collect(),
            matrix: (0..k * k)
                .map(|i| if i % (k + 1) == 0 { ritz.values[keep[i / (k + 1)]].value } else { 0.0 })
                .collect(),
        };
        let mut coupling: Vec<f64> = keep.iter().map(|&i| beta * ritz.vectors[i * m + m - 1]).collect();
        self.alpha.resize(k, 0.0);
        self.beta.resize(k, 0.0);
        for j in (0..k).rev() {
            self.beta[j] = projected.concentrate(&coupling[..=j]);
            self.alpha[j] = projected.matrix[j * k + j];
            coupling[..j].copy_from_slice(&projected.matrix[j * k..][..j]);
        }
        let mut panel = vec![0.0; m * PANEL.min(n)];
        let mut product = vec![0.0; k * PANEL.min(n)];
        for column in (0..n).step_by(PANEL) {
            let width = PANEL.min(n - column);
            for (i, packed) in panel.chunks_exact_mut(width).take(m).enumerate() {
                packed.copy_from_slice(&self.rows[i * n + column..][..width]);
            }
            matrix_matrix(&projected.rows, &panel[..m * width], m, &mut product[..k * width]);
            for (i, packed) in product.chunks_exact(width).take(k).enumerate() {
                self.rows[i * n + column..][..width].copy_from_slice(packed);
            }
        }
        self.rows.copy_within(m * n..(m + 1) * n, k * n);
    }

    /// Goes on from a subspace that is invariant, or shall count as that, with a new direction, orthogonal to it. False if there is none to be found.
    pub(crate) fn continue_beside(&mut self, seed: u64) -> bool {
        let (n, m) = (self.n, self.steps());
        for attempt in 0..4 {
            pseudo_random(seed.wrapping_add(attempt), &mut self.w);
            let before = norm(&self.w);
            let length = self.orthogonalize(m, before);
            // With one dimension left a random vector keeps about 1/√n of its length.
            if length <= 1e-8 * before {
                continue;
            }
            // What led out is cut off.
            if let Some(beta) = self.beta.last_mut() {
                self.inherited_error += *beta;
                *beta = 0.0;
            }
            for (q, w) in self.rows[m * n..][..n].iter_mut().zip(&self.w) {
                *q = w / length;
            }
            self.is_invariant = false;
            return true;
        }
        false
    }
}

/// The projected matrix of the kept pairs, k × k, and their rows of coefficients, k × m.
struct Projected {
    k: usize,
    m: usize,
    rows: Vec<f64>,
    matrix: Vec<f64>,
}

impl Projected {
    /// Reflects the first coordinates so that x becomes a multiple ≥ 0 of the last of them; returns the multiple, ‖x‖.
    fn concentrate(&mut self, x: &[f64]) -> f64 {
        let (length, last) = (norm(x), x.len() - 1);
        if length == 0.0 {
            return 0.0;
        }
        // With e the last unit vector and v = x/‖x‖ ± e, of the same sign as x there so that nothing cancels,
        // (I − 2vvᵀ/vᵀv) x = ∓‖x‖ e.
        let mut v: Vec<f64> = x.iter().map(|x| x / length).collect();
        let sign = if v[last] < 0.0 { -1.0 } else { 1.0 };
        let is_there = v[..last].iter().all(|v| *v == 0.0);
        if !is_there {
            v[last] += sign;
            self.reflect(&v);
        }
        if is_there == (sign < 0.0) {
            self.flip(last);
        }
        length
    }

    fn reflect(&mut self, v: &[f64]) {
        let (scale, k) = (2.0 / dot(v, v), self.k);
        reflect_rows(&mut self.rows, self.m, v, scale);
        reflect_rows(&mut self.matrix, k, v, scale);
        for row in self.matrix.chunks_exact_mut(k).take(v.len()) {
            let factor = scale * dot(&row[..v.len()], v);
            row.iter_mut().zip(v).for_each(|(a, v)| *a -= factor * v);
        }
    }

    /// Turns one coordinate round.
    fn flip(&mut self, i: usize) {
        let k = self.k;
        self.rows[i * self.m..][..self.m].iter_mut().for_each(|x| *x = -*x);
        self.matrix[i * k..][..k].iter_mut().for_each(|x| *x = -*x);
        self.matrix.iter_mut().skip(i).step_by(k).for_each(|x| *x = -*x);
    }
}

/// X ← (I − scale · vvᵀ) X for the first rows of X, as many as v has elements.
fn reflect_rows(x: &mut [f64], width: usize, v: &[f64], scale: f64) {
    let mut product = vec![0.0; width];
    matrix_transposed_vector(&x[..v.len() * width], v, &mut product);
    for (row, v) in x.chunks_exact_mut(width).zip(v) {
        axpy(-scale * v, &product, row);
    }
}

/// Numbers between −1 and 1 that a seed decides: the generator SplitMix64, one step an element (G. L. Steele, D. Lea and
/// C. H. Flood, OOPSLA 2014). For starts that shall be orthogonal to nothing, not for statistics.
pub(crate) fn pseudo_random(seed: u64, out: &mut [f64]) {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut state = seed;
    for out in out {
        state = state.wrapping_add(GOLDEN);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        *out = ((z >> 11) as f64 + 0.5) / (1_u64 << 52) as f64 - 1.0;
    }
}
