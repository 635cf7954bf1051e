//! The minimum of a quadratic model within a ball, or with a cubic term, to any accuracy, definite or not.
//!
//! ```text
//! m(p) = gᵀp + ½ pᵀH p       ‖p‖ ≤ Δ                       (H + λI) p = −g,  H + λI ⪰ 0,  λ (Δ − ‖p‖) = 0
//! m(p) = gᵀp + ½ pᵀH p + ⅓ σ ‖p‖³                           (H + λI) p = −g,  H + λI ⪰ 0,  λ = σ ‖p‖
//! ```
//!
//! What is on the right characterizes the global minimum, and leaves one unknown. ‖p(λ)‖ falls where H + λI ≻ 0, so with
//! ρ(λ) = Δ or λ/σ the root of φ(λ) = 1/‖p(λ)‖ − 1/ρ(λ) is what is looked for. φ is concave and grows: Newton's iteration
//! arrives left of the root, and from there climbs to it. Every λ takes a factorization by Cholesky:
//!
//! ```text
//! L Lᵀ = H + λI,   L Lᵀ p = −g,   L w = p,   φ′ = ‖w‖²/‖p‖³ + ρ′/ρ²
//! ```
//!
//! A factorization that breaks down shows a direction of negative curvature, and with it a λ below which there is no
//! use looking. Right of the root, where p is too short, the nearly null vector z of L completes it: p + τz with
//! ‖p + τz‖ = ρ. That solves the *hard case*, in which g has no part along the lowest eigenvectors and no root exists, and
//! ends most cases near it early.
//!
//! | symbol | here |
//! | --- | --- |
//! | Δ or σ | [`Bound`] |
//! | λ | `multiplier` |
//! | bounds of λ | `low`, `high`, at first by Gershgorin's circles |
//!
//! Everything is in units in which the model is of size 1 (powers of two, which cost no rounding): no square overflows or
//! underflows, whatever the sizes of x and f.
//!
//! Cost: a factorization, n³/3 flops, for every λ; one where the Newton step lies within the ball, two or three elsewhere.
//!
//! Where the literature disagrees: Moré and Sorensen stop within 10 % of Δ; here within 5 %, for which most problems take
//! no further factorization, so that the model falls by 0.9 of what it can. The cubic model is solved to 1e-4 of λ,
//! because what is left of its gradient then shrinks as ‖p‖² and the order of Newton's method is kept.
//!
//! Sources: J. J. Moré and D. C. Sorensen, SIAM J. Sci. Stat. Comput. 4 (1983) 553–572; A. R. Conn, N. I. M. Gould and
//! P. L. Toint, Trust-Region Methods (SIAM 2000), section 7.3; for the cubic term, C. Cartis, N. I. M. Gould and P. L. Toint,
//! Math. Program. 127 (2011) 245–295, section 6.1.

mod bound;

pub(crate) use bound::{Bound, Sigma};

use bound::{Scaled, Units};
use thalweg_numerics::{dot, norm};

use crate::factorization::cholesky;

/// λ that are tried at most; more than a dozen are rare.
const TRIES: u32 = 100;

/// A minimum of the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Minimum {
    /// m(0) − m(p), above 0 unless p is 0.
    pub(crate) decrease: f64,
    /// ‖p‖.
    pub(crate) length: f64,
    /// λ, in units of H.
    pub(crate) multiplier: f64,
    /// Factorizations that it took.
    pub(crate) factorizations: u32,
}

/// Memory for n variables. All that is in it is written before it is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Model {
    factor: Vec<f64>,
    g: Vec<f64>,
    /// p, and the best step so far.
    p: Vec<f64>,
    best: Vec<f64>,
    z: Vec<f64>,
    scratch: Vec<f64>,
    /// Σ |hᵢⱼ| over j ≠ i, and hᵢᵢ.
    off_diagonal: Vec<f64>,
    diagonal: Vec<f64>,
}

impl Model {
    pub(crate) fn for_dim(n: usize) -> Self {
        let zeros = || vec![0.0; n];
        Self {
            factor: vec![0.0; n * n],
            g: zeros(),
            p: zeros(),
            best: zeros(),
            z: zeros(),
            scratch: zeros(),
            off_diagonal: zeros(),
            diagonal: zeros(),
        }
    }

    /// Writes the minimizer, to the accuracy that the header states, into `step`.
    ///
    /// `h`, n × n, is finite, and only its lower triangle is read; g is finite; the bound is above 0.
    pub(crate) fn minimize(&mut self, h: &[f64], g: &[f64], bound: Bound, step: &mut [f64]) -> Minimum {
        let largest = |numbers: &[f64]| numbers.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        let units = Units::of(bound, largest(g), largest(h));
        for (scaled, g) in self.g.iter_mut().zip(g) {
            *scaled = units.slope(*g);
        }
        self.rows(h, units);
        let mut minimum = self.search(h, units, units.bound(bound));
        for (step, p) in step.iter_mut().zip(&self.best) {
            *step = units.x * p;
        }
        minimum.decrease *= units.f;
        minimum.length *= units.x;
        minimum.multiplier = minimum.multiplier * units.f / units.x / units.x;
        minimum
    }

    /// The diagonal, and what lies beside it.
    fn rows(&mut self, h: &[f64], units: Units) {
        let n = self.g.len();
        self.off_diagonal.fill(0.0);
        for j in 0..n {
            let column = &h[n * j..n * (j + 1)];
            self.diagonal[j] = units.curvature(column[j]);
            for (i, h) in column.iter().enumerate().skip(j + 1) {
                let size = units.curvature(*h).abs();
                self.off_diagonal[i] += size;
                self.off_diagonal[j] += size;
            }
        }
    }

    /// The largest of hᵢᵢ ± what lies beside it, with hᵢᵢ taken `sign` times: a bound on `sign` times the eigenvalues.
    fn circles(&self, sign: f64) -> f64 {
        let centers = self.diagonal.iter().zip(&self.off_diagonal);
        centers.fold(f64::NEG_INFINITY, |bound, (h, radius)| bound.max(sign * h + radius))
    }

    /// p(λ) into `p`.
    fn try_multiplier(&mut self, h: &[f64], units: Units, lambda: f64) -> Result<(), cholesky::NotPositive> {
        let n = self.g.len();
        for j in 0..n {
            let (from, to) = (n * j + j, n * (j + 1));
            for (factor, h) in self.factor[from..to].iter_mut().zip(&h[from..to]) {
                *factor = units.curvature(*h);
            }
            self.factor[from] += lambda;
        }
        cholesky::factor(&mut self.factor, n)?;
        for (p, g) in self.p.iter_mut().zip(&self.g) {
            *p = -g;
        }
        cholesky::solve_lower(&self.factor, &mut self.p);
        cholesky::solve_lower_transposed(&self.factor, n, &mut self.p);
        if norm(&self.p).is_finite() {
            Ok(())
        } else {
            Err(cholesky::NotPositive { column: 0, pivot: f64::NAN })
        }
    }

    fn search(&mut self, h: &[f64], units: Units, bound: Scaled) -> Minimum {
        let slope = norm(&self.g);
        let lowest_diagonal = self.diagonal.iter().fold(f64::INFINITY, |low, h| low.min(*h));
        let mut low = bound.multiplier(slope, self.circles(1.0)).max(-lowest_diagonal).max(0.0);
        // A little more, so that the matrix there is positive definite in spite of rounding.
        let n = self.g.len() as f64;
        let widest = self.circles(-1.0).max(self.circles(1.0));
        let mut high = bound.multiplier(slope, -self.circles(-1.0)).max(low);
        high += 8.0 * n * f64::EPSILON * (widest + high) + f64::MIN_POSITIVE;
        // What rounding makes of an eigenvalue that is 0.
        let resolution = n * f64::EPSILON * widest;
        // Without a bound of the kind λ = σ‖p‖ the Newton step may be the answer; without a slope, staying may.
        let is_zero_possible = matches!(bound, Scaled::Radius(_)) || slope == 0.0;
        let mut lambda = if low == 0.0 && is_zero_possible { 0.0 } else { between(low, high) };
        let mut best = Minimum { decrease: 0.0, length: 0.0, multiplier: lambda, factorizations: 0 };
        self.best.fill(0.0);
        let mut last_length = f64::INFINITY;
        for tries in 1..=TRIES {
            best.factorizations = tries;
            let mut next = f64::NAN;
            match self.try_multiplier(h, units, lambda) {
                Err(at) => {
                    let gap = if at.pivot.is_nan() {
                        0.0
                    } else {
                        cholesky::negative_curvature(&self.factor, at, &mut self.z)
                    };
                    low = low.max(if gap.is_finite() { lambda + gap } else { lambda });
                    if slope == 0.0 && low <= resolution {
                        // Flat to the last digit, and no way down.
                        return best;
                    }
                    if lambda == 0.0 && low <= resolution {
                        // Singular, and no more than that as far as anybody can tell: a small λ will do.
                        next = resolution;
                    }
                }
                Ok(()) => {
                    let (length, wanted) = (norm(&self.p), bound.length(lambda));
                    let energy = self.energy();
                    let too_long = length > wanted;
                    // Complementarity but for a share: where H is singular, and g has no part along its null vectors, the minimum
                    // lies within although λ = 0 has no factorization.
                    let slack = lambda * (wanted - length) * (wanted + length);
                    let is_complementary = is_zero_possible
                        && !too_long
                        && slack <= bound.generosity() * (energy + lambda * length * length);
                    if is_complementary || (length - wanted).abs() <= bound.tolerance() * wanted {
                        self.best.copy_from_slice(&self.p);
                        let decrease = decrease(bound, energy, lambda, length);
                        return Minimum { decrease, length, multiplier: lambda, factorizations: tries };
                    }
                    next = self.newton(bound, lambda, length, wanted);
                    if too_long {
                        low = low.max(lambda);
                        if lambda <= resolution && length > 0.5 * last_length {
                            // Newton's iteration creeps where λ is lost in the rounding of H: then the bounds decide.
                            next = next.max(between(low, high.min(resolution)));
                        }
                        last_length = length;
                    } else {
                        high = high.min(lambda);
                        let (curvature, tau) = self.complete(wanted);
                        low = low.max(lambda - curvature);
                        let given_away = tau * tau * curvature;
                        let is_good = given_away <= bound.generosity() * (energy + lambda * wanted * wanted);
                        let short = decrease(bound, energy, lambda, length);
                        let complete = decrease(bound, energy, lambda, wanted) - 0.5 * given_away;
                        let (step, decrease, length) = if is_good || complete >= short {
                            (&self.z, complete, wanted)
                        } else {
                            (&self.p, short, length)
                        };
                        if is_good || decrease > best.decrease {
                            self.best.copy_from_slice(step);
                            best = Minimum { decrease, length, multiplier: lambda, ..best };
                        }
                        if is_good {
                            return best;
                        }
                    }
                }
            }
            if high - low <= 4.0 * f64::EPSILON * high {
                break;
            }
            // At a bound itself the answer is known.
            lambda = if next > low && next < high { next } else { between(low, high) };
        }
        if best.decrease > 0.0 { best } else { self.settle(h, units, bound, high.max(resolution), best) }
    }

    /// What to do where the bounds of λ have met, or the tries are used up, and every p was too long, if there was one: the first λ
    /// above for which there is one, and p cut to its length.
    fn settle(&mut self, h: &[f64], units: Units, bound: Scaled, high: f64, best: Minimum) -> Minimum {
        let mut lambda = high;
        for _ in 0..TRIES {
            if self.try_multiplier(h, units, lambda).is_ok() {
                let (length, wanted, energy) = (norm(&self.p), bound.length(lambda), self.energy());
                let share = if length > wanted { wanted / length } else { 1.0 };
                for (best, p) in self.best.iter_mut().zip(&self.p) {
                    *best = share * p;
                }
                let length = share * length;
                // The model falls by s gᵀp, and pᵀH p is what the energy has beyond λ‖p‖².
                let curvature = share * share * energy - lambda * length * length;
                let fall = share * energy - 0.5 * curvature;
                let decrease = match bound {
                    Scaled::Radius(_) => fall,
                    Scaled::Cubic(sigma) => fall - sigma * length * length * length / 3.0,
                };
                return Minimum { decrease, length, multiplier: lambda, ..best };
            }
            lambda *= 4.0;
        }
        best
    }

    /// pᵀ(H + λI) p = −gᵀp.
    fn energy(&self) -> f64 {
        -dot(&self.g, &self.p)
    }

    /// Newton's next λ.
    fn newton(&mut self, bound: Scaled, lambda: f64, length: f64, wanted: f64) -> f64 {
        self.scratch.copy_from_slice(&self.p);
        cholesky::solve_lower(&self.factor, &mut self.scratch);
        let ratio = norm(&self.scratch) / length;
        // φ and φ′, both times ‖p‖.
        let (value, slope) = (1.0 - length / wanted, ratio * ratio + bound.slope(lambda) * length);
        lambda - value / slope
    }

    /// p + τz of length `wanted`, from a shorter p, in the place of z. Returns zᵀ(H + λI)z and τ.
    fn complete(&mut self, wanted: f64) -> (f64, f64) {
        cholesky::nearly_null(&self.factor, &mut self.z, &mut self.scratch);
        let root = cholesky::norm_of_transposed_product(&self.factor, &self.z, &mut self.scratch);
        // ‖p‖² + 2τ pᵀz + τ² = ρ²: the root of smaller size gives the lower model.
        let (along, length) = (dot(&self.p, &self.z), norm(&self.p));
        let missing = (wanted - length) * (wanted + length);
        let tau = missing / (along + (along * along + missing).sqrt().copysign(along));
        for (z, p) in self.z.iter_mut().zip(&self.p) {
            *z = p + tau * *z;
        }
        (root * root, tau)
    }
}

/// Between both, nearer to the lower one where they are far apart.
fn between(low: f64, high: f64) -> f64 {
    (low.sqrt() * high.sqrt()).max(low + 0.01 * (high - low))
}

/// How far the model falls for a p of this length with (H + λI) p = −g.
fn decrease(bound: Scaled, energy: f64, lambda: f64, length: f64) -> f64 {
    let quadratic = 0.5 * (energy + lambda * length * length);
    match bound {
        Scaled::Radius(_) => quadratic,
        Scaled::Cubic(sigma) => quadratic - sigma * length * length * length / 3.0,
    }
}

#[cfg(test)]
mod tests;
