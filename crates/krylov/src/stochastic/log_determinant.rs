//! ln det A = tr ln A, between two quadratures.
//!
//! ```text
//! Radau ≤ zᵀ ln(A) z ≤ Gauss
//! Radau: T with one more row, its diagonal element a + δₘ₊₁ such that a is an eigenvalue of it,
//!        δ₁ = α₁ − a,   δⱼ₊₁ = αⱼ₊₁ − a − βⱼ²/δⱼ,   and the last one α̃ = a + βₘ²/δₘ
//! ```
//!
//! The error of Gauss has the sign of the derivative of the order 2m, which is negative for ln; that of Radau with a node at
//! a ≤ λ_min the sign of the one of the order 2m + 1, which is positive.
//!
//! Sources: G. H. Golub, SIAM Review 15 (1973) 318–334; G. H. Golub and G. Meurant, Matrices, Moments and Quadrature with
//! Applications (Princeton 2010), chapter 6; Z. Bai and G. H. Golub, Ann. Numer. Math. 4 (1997) 29–38.

use thalweg_numerics::ln;
use thalweg_problem::InvalidInput;

use super::{Estimate, Rule, SpectralSample};
use crate::{Ending, Tridiagonal, TridiagonalError};

/// ln det A: what the two quadratures say.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct LogDeterminant {
    /// By Gauss: too high, but for sampling.
    pub gauss: Estimate,
    /// By Radau: too low, but for sampling. Only where a lower bound of the spectrum is given.
    pub radau: Option<Estimate>,
}

impl LogDeterminant {
    /// The middle between the two, or Gauss alone.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.radau.map_or(self.gauss.value, |radau| 0.5 * (radau.value + self.gauss.value))
    }

    /// From the lower end of Radau to the upper end of Gauss: sampling and quadrature both. Without Radau it begins at −∞.
    #[must_use]
    pub fn interval(&self) -> (f64, f64) {
        (self.radau.map_or(f64::NEG_INFINITY, |radau| radau.interval().0), self.gauss.interval().1)
    }
}

impl SpectralSample {
    /// ln det A of a positive definite A, given a lower bound of its spectrum, > 0, if there is one.
    ///
    /// If A turns out not to be positive definite, or to have an eigenvalue below that bound, the inner error names the Ritz value.
    ///
    /// # Errors
    /// If `floor` is not finite and above 0.
    pub fn log_determinant(
        &self,
        floor: Option<f64>,
    ) -> Result<Result<LogDeterminant, Ending>, InvalidInput> {
        if let Some(floor) = floor {
            InvalidInput::unless_positive("floor", floor)?;
        }
        Ok(self.bracket(floor))
    }

    fn bracket(&self, floor: Option<f64>) -> Result<LogDeterminant, Ending> {
        for rule in &self.rules {
            let ritz_value = rule.values[0];
            if ritz_value <= 0.0 {
                return Err(Ending::NotPositiveDefinite { ritz_value });
            }
            if let Some(floor) = floor.filter(|floor| ritz_value < floor - rule.rounding) {
                return Err(Ending::BelowFloor { ritz_value, floor });
            }
        }
        let n = self.n as f64;
        // e₁ᵀ ln(T) e₁ moves by ‖F‖/λ; and the sum over the nodes is rounded.
        let rounding = |rule: &Rule| {
            let lowest = floor.unwrap_or(rule.values[0]);
            let logs = ln(lowest).abs().max(ln(rule.norm).abs());
            rule.rounding / lowest + self.steps as f64 * f64::EPSILON * logs
        };
        let gauss = |rule: &Rule| rule.integral(ln);
        let Some(floor) = floor else {
            return Ok(LogDeterminant { gauss: self.mean(gauss, rounding).times(n), radau: None });
        };
        let lower = |rule: &Rule| if rule.is_exact { Ok(gauss(rule)) } else { rule.radau(floor) };
        let lower = self.rules.iter().map(lower).collect::<Result<Vec<f64>, TridiagonalError>>()?;
        let radau = self.mean_of(&lower, rounding).times(n);
        Ok(LogDeterminant { gauss: self.mean(gauss, rounding).times(n), radau: Some(radau) })
    }
}

impl Rule {
    /// Σ wᵢ ln θᵢ of the rule with one more node, at a lower bound of the spectrum.
    fn radau(&self, floor: f64) -> Result<f64, TridiagonalError> {
        // A floor that a Ritz value has reached, but for rounding, is lowered by as much: any lower bound will do.
        let node = floor.min(self.values[0] - 2.0 * self.rounding).max(0.5 * floor);
        let m = self.alpha.len();
        let mut delta = self.alpha[0] - node;
        for j in 1..m {
            delta = self.alpha[j] - node - self.beta[j - 1] * (self.beta[j - 1] / delta);
        }
        let mut diagonal = self.alpha.clone();
        diagonal.push(node + self.beta[m - 1] * (self.beta[m - 1] / delta));
        let ends = Tridiagonal { diagonal: &diagonal, off_diagonal: &self.beta }.end_components()?;
        Ok(ends.values.iter().zip(&ends.first).map(|(value, s)| s * s * ln(*value)).sum())
    }
}
