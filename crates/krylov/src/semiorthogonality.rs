//! Simon's recurrence: how far the Lanczos vectors are from orthogonal, without an inner product.
//!
//! ```text
//! βⱼ ωⱼ₊₁ₖ = βₖ ωⱼₖ₊₁ + (αₖ − αⱼ) ωⱼₖ + βₖ₋₁ ωⱼₖ₋₁ − βⱼ₋₁ ωⱼ₋₁ₖ ± rounding        ωⱼₖ ≈ qⱼᵀqₖ,  ωⱼⱼ = 1
//! ```
//!
//! It is the difference of qₖᵀ(A qⱼ) and qⱼᵀ(A qₖ), both by the three-term recurrence. The sign of the rounding is the one
//! that makes |ω| larger.
//!
//! Source: H. D. Simon, Linear Algebra Appl. 61 (1984) 101–131, and Math. Comp. 42 (1984) 115–142.

/// √u: T is that of an orthonormal basis, up to rounding, as long as no |ω| is larger.
const SEMIORTHOGONAL: f64 = 1.053_671_212_772_351e-8;

/// The last two rows of ω.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Semiorthogonality {
    /// ωⱼ₋₁ₖ for k = 1, …, j − 1, the last of them 1.
    previous: Vec<f64>,
    /// ωⱼₖ for k = 1, …, j, the last of them 1.
    current: Vec<f64>,
    /// Whether the step before has orthogonalized: one vector alone would lose it again at once.
    once_more: bool,
}

impl Semiorthogonality {
    pub(crate) fn with_capacity(steps: usize) -> Self {
        // One row more than there are steps, and the row of the vector after the last.
        let row = || Vec::with_capacity(steps + 2);
        Self { previous: row(), current: row(), once_more: false }
    }

    pub(crate) fn clear(&mut self) {
        self.previous.clear();
        self.current.clear();
        self.once_more = false;
    }

    /// Goes on to qⱼ₊₁ = w / βⱼ, given α₁ … αⱼ, β₁ … βⱼ₋₁, βⱼ and the rounding in w, and says whether w has to be orthogonalized
    /// against q₁, …, qⱼ first. It is then taken to have been.
    pub(crate) fn must_reorthogonalize(
        &mut self,
        alpha: &[f64],
        beta: &[f64],
        next_beta: f64,
        noise: f64,
    ) -> bool {
        let j = alpha.len();
        if self.current.is_empty() {
            self.current.push(1.0);
        }
        let (last_alpha, last_beta) = (alpha[j - 1], beta.last().copied().unwrap_or(0.0));
        // The new row is written over the one before the last, from the front: ωⱼ₋₁ₖ is read just before ωⱼ₊₁ₖ is written.
        let (row, current) = (&mut self.previous, &self.current);
        row.resize(j - 1, 0.0);
        let mut largest = 0.0_f64;
        for k in 0..j - 1 {
            let mut change = beta[k] * current[k + 1] + (alpha[k] - last_alpha) * current[k];
            if k > 0 {
                change += beta[k - 1] * current[k - 1];
            }
            change -= last_beta * row[k];
            row[k] = (change + if change < 0.0 { -noise } else { noise }) / next_beta;
            largest = largest.max(row[k].abs());
        }
        // qⱼ itself has just been taken off w.
        let local = noise / next_beta;
        row.push(local);
        row.push(1.0);
        let is_due = largest.max(local) > SEMIORTHOGONAL;
        if is_due || self.once_more {
            row[..j].iter_mut().for_each(|omega| *omega = noise / next_beta);
        }
        std::mem::swap(&mut self.previous, &mut self.current);
        let answer = is_due || self.once_more;
        self.once_more = is_due && !self.once_more;
        answer
    }
}
