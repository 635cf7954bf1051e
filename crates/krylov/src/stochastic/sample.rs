//! What the probes have brought, and what can be asked of it.

use thalweg_numerics::{exp, norm, powi, sum};
use thalweg_problem::InvalidInput;

use super::student_factor;
use crate::Ending;

/// The quadrature of one probe: zᵀf(A)z/n ≈ Σ wᵢ f(θᵢ).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Rule {
    /// θ, ascending.
    pub values: Vec<f64>,
    /// w, none negative; their sum is 1.
    pub weights: Vec<f64>,
    /// The diagonal of T.
    pub alpha: Vec<f64>,
    /// What stands beside it, and last what leads out of the space.
    pub beta: Vec<f64>,
    /// Whether the space was invariant: then it is exact for every f, but for rounding.
    pub is_exact: bool,
    /// How far rounding may have moved T.
    pub(super) rounding: f64,
    /// A bound of ‖T‖.
    pub(super) norm: f64,
}

impl Rule {
    /// Σ wᵢ f(θᵢ).
    #[must_use]
    pub fn integral(&self, f: impl Fn(f64) -> f64) -> f64 {
        self.values.iter().zip(&self.weights).map(|(&value, weight)| weight * f(value)).sum()
    }
}

/// A mean over probes, and how far it may be from what it estimates.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// The mean. NaN if no probe was finished.
    pub value: f64,
    /// s/√N. ∞ if fewer than two probes were finished.
    pub standard_error: f64,
    /// The standard error times the Student factor of the confidence, plus what rounding may have added.
    pub half_width: f64,
}

/// The quadratures of all finished probes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SpectralSample {
    /// Why it ended: the limit of iterations if every probe was finished.
    pub ending: Ending,
    /// One for each finished probe, in their order.
    pub rules: Vec<Rule>,
    pub(super) n: usize,
    pub(super) steps: usize,
    pub(super) confidence: f64,
}

impl SpectralSample {
    /// n.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.n
    }

    /// tr(Aᵏ)/n, the k-th moment of the spectral density. The quadrature is exact for k < 2m; the 0-th moment is 1.
    ///
    /// # Errors
    /// If k ≥ 2m and the space of some probe was not invariant.
    pub fn moment(&self, k: u64) -> Result<Estimate, InvalidInput> {
        let limit = 2 * self.steps as u64;
        if k >= limit && !self.rules.iter().all(|rule| rule.is_exact) {
            return Err(InvalidInput::new("k", k, format!("less than {limit}, twice the steps")));
        }
        // Aᵏ moves by k ‖A‖ᵏ⁻¹ times what A moves by.
        let rounding = |rule: &Rule| {
            let relative = if rule.norm > 0.0 { rule.rounding / rule.norm } else { 0.0 };
            (k as f64 + 1.0) * (relative + f64::EPSILON * self.steps as f64) * powi(rule.norm, k)
        };
        Ok(self.mean(|rule| rule.integral(|value| powi(value, k)), rounding))
    }

    /// tr A.
    #[must_use]
    pub fn trace(&self) -> Estimate {
        // m ≥ 1 is enough for the first moment.
        let mean = self.mean(|rule| rule.integral(|value| value), |rule| 2.0 * rule.rounding);
        mean.times(self.n as f64)
    }

    /// tr f(A). The half-width is that of sampling alone: how good the quadrature is depends on f.
    #[must_use]
    pub fn trace_of(&self, f: impl Fn(f64) -> f64) -> Estimate {
        self.mean(|rule| rule.integral(&f), |_| 0.0).times(self.n as f64)
    }

    /// The density of eigenvalues at `x`, smoothed by a normal distribution of the standard deviation `width`: its integral over
    /// all x is 1. The half-width is that of sampling alone.
    ///
    /// # Errors
    /// If x is not finite or the width not finite and above 0.
    pub fn density(&self, x: f64, width: f64) -> Result<Estimate, InvalidInput> {
        InvalidInput::unless_finite("x", x)?;
        InvalidInput::unless_positive("width", width)?;
        let height = 1.0 / (width * (2.0 * std::f64::consts::PI).sqrt());
        let kernel = |value: f64| {
            let distance = (x - value) / width;
            height * exp(-0.5 * distance * distance)
        };
        Ok(self.mean(|rule| rule.integral(kernel), |_| 0.0))
    }

    /// All nodes and their weights, ascending: the density as it is, without smoothing. The sum of the weights is 1.
    #[must_use]
    pub fn nodes(&self) -> Vec<(f64, f64)> {
        let share = 1.0 / self.rules.len() as f64;
        let pairs = |rule: &Rule| rule.values.iter().copied().zip(rule.weights.clone()).collect::<Vec<_>>();
        let mut nodes: Vec<(f64, f64)> =
            self.rules.iter().flat_map(pairs).map(|(v, w)| (v, w * share)).collect();
        nodes.sort_by(|one, other| one.0.total_cmp(&other.0));
        nodes
    }

    /// The mean of what each rule says.
    pub(super) fn mean(&self, of: impl Fn(&Rule) -> f64, rounding: impl Fn(&Rule) -> f64) -> Estimate {
        self.mean_of(&self.rules.iter().map(of).collect::<Vec<_>>(), rounding)
    }

    /// The mean of one number for each rule, with the standard error and the largest rounding of any.
    pub(super) fn mean_of(&self, each: &[f64], rounding: impl Fn(&Rule) -> f64) -> Estimate {
        let count = each.len() as f64;
        let value = sum(each) / count;
        let deviations: Vec<f64> = each.iter().map(|x| x - value).collect();
        let standard_error = norm(&deviations) / (count - 1.0).sqrt() / count.sqrt();
        // Fewer than two have no degree of freedom.
        let factor = student_factor(self.confidence, (each.len() as u64).saturating_sub(1));
        let (standard_error, half_width) =
            factor.map_or((f64::INFINITY, f64::INFINITY), |factor| (standard_error, factor * standard_error));
        let rounding = self.rules.iter().map(rounding).fold(0.0, f64::max);
        Estimate { value, standard_error, half_width: half_width + rounding }
    }
}

impl Estimate {
    pub(super) fn times(self, factor: f64) -> Self {
        Self {
            value: self.value * factor,
            standard_error: self.standard_error * factor,
            half_width: self.half_width * factor,
        }
    }

    /// [value − half-width, value + half-width].
    #[must_use]
    pub fn interval(&self) -> (f64, f64) {
        (self.value - self.half_width, self.value + self.half_width)
    }
}
