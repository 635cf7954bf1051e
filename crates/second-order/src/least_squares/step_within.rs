//! The step that a trust region allows: how much damping keeps it inside.
//!
//! ```text
//! p(λ) minimizes ‖J p + r‖² + λ‖D p‖²,   φ(λ) = ‖D p(λ)‖ − Δ
//!
//! λ = 0 if φ(0) ≤ 0.1 Δ,   else the λ with |φ(λ)| ≤ 0.1 Δ, by
//!
//! λ ← λ − (φ + Δ)/Δ · φ/φ′            kept in [l, u], which every φ narrows
//! φ′/(φ + Δ) = −‖S⁻ᵀ Pᵀ D q‖²,         q = D p/‖D p‖,   S of the damped system
//! l = where that leads from λ = 0, or 0 if J is rank deficient;      u = ‖D⁻¹Jᵀr‖/Δ
//! ```
//!
//! 1/‖D p(λ)‖ is nearly linear in λ, and this is Newton's method for it: two trials of λ are the rule.
//! φ is convex and falls, so a λ that is too small is followed by another too small but better one.
//!
//! Where the literature disagrees: Moré takes √(l u) or u/1000 for a λ that falls out of [l, u]; MINPACK takes the nearer
//! bound, and u/1000 only for 0. Here it is as in MINPACK, so that runs can be compared. MINPACK also gives up after ten
//! trials of λ, wherever φ is; here after fifty.
//!
//! Sources: M. D. Hebden, An algorithm for minimization using exact second derivatives, Report TP 515, AERE Harwell (1973);
//! J. J. Moré (1978, see [`damped_system`](super::damped_system)), section 5; the safeguards of MINPACK: J. J. Moré,
//! B. S. Garbow and K. E. Hillstrom, User guide for MINPACK-1, Report ANL-80-74, Argonne National Laboratory (1980).

use thalweg_numerics::norm;

use super::damped_system::DampedSystem;
use super::triangle::Triangle;

/// How far ‖D p‖ may be from the radius, as a share of it.
const SLACK: f64 = 0.1;

/// Trials of λ. Reached only where rounding hides φ; what is in hand then is as good as any.
const TRIALS: u32 = 50;

/// Memory for steps in n variables; between calls it holds what is left over.
#[derive(Clone, Debug)]
pub(crate) struct StepWork {
    pub(crate) system: DampedSystem,
    z: Vec<f64>,
    w: Vec<f64>,
    scaled: Vec<f64>,
}

impl StepWork {
    pub(crate) fn new(n: usize) -> Self {
        let zeros = || vec![0.0; n];
        Self { system: DampedSystem::new(n), z: zeros(), w: zeros(), scaled: zeros() }
    }

    /// Writes p(λ) for √λ D = `root_lambda` · `d` and `b` = Qᵀr, all of length n.
    pub(crate) fn damped(
        &mut self,
        triangle: &Triangle,
        b: &[f64],
        root_lambda: f64,
        d: &[f64],
        p: &mut [f64],
    ) {
        self.system.eliminate(triangle, b, root_lambda, d);
        self.system.solve(&mut self.z);
        self.write_step(triangle, p);
    }

    /// Writes p with ‖D p‖ within a tenth of `radius`, or below it and λ = 0; returns λ. D is above 0, λ begins near `guess`.
    pub(crate) fn within(
        &mut self,
        triangle: &Triangle,
        b: &[f64],
        d: &[f64],
        radius: f64,
        guess: f64,
        p: &mut [f64],
    ) -> f64 {
        let n = triangle.n();
        // Gauss and Newton's step, with zeros for what depends on other columns but for rounding: any other solution
        // is found by damping.
        let rank = triangle.rank(0.0);
        self.z.copy_from_slice(b);
        triangle.solve_leading(rank, &mut self.z);
        self.write_step(triangle, p);
        let mut length = self.scaled_length(p, d);
        let mut phi = length - radius;
        if phi <= SLACK * radius {
            return 0.0;
        }
        let mut lower = 0.0;
        if rank == n {
            self.prepare_slope(triangle, d, length);
            triangle.solve_transposed_leading(n, &mut self.w);
            lower = newton(phi, radius, &self.w);
        }
        triangle.multiply_transposed(b, &mut self.w, &mut self.z);
        self.w.iter_mut().zip(d).for_each(|(g, d)| *g /= d);
        let gradient = norm(&self.w);
        let mut upper = gradient / radius;
        if upper == 0.0 {
            upper = f64::MIN_POSITIVE / radius.min(SLACK);
        }
        let mut lambda = guess.max(lower).min(upper);
        if lambda == 0.0 {
            lambda = gradient / length;
        }
        for trial in 1..=TRIALS {
            if lambda == 0.0 {
                lambda = f64::MIN_POSITIVE.max(0.001 * upper);
            }
            self.damped(triangle, b, lambda.sqrt(), d, p);
            length = self.scaled_length(p, d);
            let before = phi;
            phi = length - radius;
            let is_hidden = lower == 0.0 && phi <= before && before < 0.0;
            if phi.abs() <= SLACK * radius || is_hidden || trial == TRIALS {
                break;
            }
            self.prepare_slope(triangle, d, length);
            self.system.solve_transposed(&mut self.w);
            let correction = newton(phi, radius, &self.w);
            if phi > 0.0 {
                lower = lower.max(lambda);
            } else {
                upper = upper.min(lambda);
            }
            lambda = (lambda + correction).min(upper).max(lower);
        }
        lambda
    }

    /// p = −P z.
    fn write_step(&self, triangle: &Triangle, p: &mut [f64]) {
        triangle.unpivot(&self.z, p);
        p.iter_mut().for_each(|p| *p = -*p);
    }

    /// ‖D p‖; D p stays in `scaled`.
    fn scaled_length(&mut self, p: &[f64], d: &[f64]) -> f64 {
        for ((scaled, p), d) in self.scaled.iter_mut().zip(p).zip(d) {
            *scaled = d * p;
        }
        norm(&self.scaled)
    }

    /// w = Pᵀ D q.
    fn prepare_slope(&mut self, triangle: &Triangle, d: &[f64], length: f64) {
        self.scaled.iter_mut().zip(d).for_each(|(q, d)| *q = d * (*q / length));
        triangle.pivot_into(&self.scaled, &mut self.w);
    }
}

/// −(φ + Δ)/Δ · φ/φ′ = φ/Δ/‖w‖², w = S⁻ᵀ Pᵀ D q.
fn newton(phi: f64, radius: f64, w: &[f64]) -> f64 {
    let slope = norm(w);
    phi / radius / slope / slope
}
