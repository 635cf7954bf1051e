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

use thalweg_numerics::{dot, norm, power_of_two_below};

use crate::factorization::cholesky;

/// What keeps the minimum of the model near.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bound {
    /// ‖p‖ ≤ Δ.
    Radius(f64),
    /// ⅓ σ ‖p‖³ is added.
    Cubic(Sigma),
}

/// σ = `weight`/`unit`: a curvature over a length. Apart, because where x is very large or very small σ itself is no number
/// that a double can hold.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Sigma {
    pub(crate) weight: f64,
    pub(crate) unit: f64,
}

impl Sigma {
    /// σ itself, 0 or ∞ where it is out of range.
    pub(crate) fn value(self) -> f64 {
        self.weight / self.unit
    }
}

/// The same in scaled units.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scaled {
    Radius(f64),
    Cubic(f64),
}

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
    /// p, and the best complete step so far.
    p: Vec<f64>,
    completed: Vec<f64>,
    z: Vec<f64>,
    scratch: Vec<f64>,
    /// Σ |hᵢⱼ| over j ≠ i, and hᵢᵢ.
    off_diagonal: Vec<f64>,
    diagonal: Vec<f64>,
}

/// Units of x and of f, both powers of two.
#[derive(Clone, Copy, Debug)]
struct Units {
    x: f64,
    f: f64,
}

impl Units {
    /// In which the step is of size 1 or less, and the largest term of the model between 1 and 2.
    fn of(bound: Bound, slope: f64, curvature: f64) -> Self {
        let reach = match bound {
            Bound::Radius(radius) => radius,
            // What p can be at most is below twice that.
            Bound::Cubic(Sigma { weight, unit }) => {
                (slope.sqrt() / weight.sqrt() * unit.sqrt()).max(curvature / weight * unit)
            }
        };
        let mut x = power_of_two_below(reach);
        // A model that overflows says nothing: then a shorter step has to do.
        while !(x * (x * curvature)).is_finite() || !(x * slope).is_finite() {
            x /= f64::from(1 << 20);
        }
        Self { x, f: power_of_two_below((x * slope).max(x * (x * curvature))) }
    }

    fn slope(self, g: f64) -> f64 {
        self.x * g / self.f
    }

    fn curvature(self, h: f64) -> f64 {
        self.x * (self.x * h) / self.f
    }

    fn bound(self, bound: Bound) -> Scaled {
        match bound {
            // At most 2 where the model did not overflow.
            Bound::Radius(radius) => Scaled::Radius((radius / self.x).min(2.0)),
            Bound::Cubic(Sigma { weight, unit }) => Scaled::Cubic(self.curvature(weight) * (self.x / unit)),
        }
    }
}

impl Scaled {
    /// ρ(λ).
    fn length(self, lambda: f64) -> f64 {
        match self {
            Self::Radius(radius) => radius,
            Self::Cubic(sigma) => lambda / sigma,
        }
    }

    /// ρ′/ρ².
    fn slope(self, lambda: f64) -> f64 {
        match self {
            Self::Radius(_) => 0.0,
            Self::Cubic(sigma) => sigma / lambda / lambda,
        }
    }

    /// How far ‖p‖ may be from ρ(λ), over ρ(λ).
    fn tolerance(self) -> f64 {
        match self {
            Self::Radius(_) => 0.05,
            Self::Cubic(_) => 1e-4,
        }
    }

    /// What share of the decrease p + τz may give away. It leaves a gradient of the model behind, of the size of the root of
    /// that: harmless at a border, which the last steps of a run do not touch.
    fn generosity(self) -> f64 {
        match self {
            Self::Radius(_) => 0.05,
            Self::Cubic(_) => 1e-8,
        }
    }

    /// The λ with ‖g‖/(λ + c) = ρ(λ), or 0: a lower bound where c bounds the eigenvalues of H from above, an upper one
    /// where c bounds them from below.
    fn multiplier(self, slope: f64, c: f64) -> f64 {
        let lambda = match self {
            Self::Radius(radius) => slope / radius - c,
            Self::Cubic(sigma) => {
                // λ² + cλ = σ‖g‖, in the form that does not cancel.
                let product = sigma * slope;
                let root = (c * c + 4.0 * product).sqrt();
                if c > 0.0 { 2.0 * product / (c + root) } else { 0.5 * (root - c) }
            }
        };
        lambda.max(0.0)
    }
}

impl Model {
    pub(crate) fn for_dim(n: usize) -> Self {
        let zeros = || vec![0.0; n];
        Self {
            factor: vec![0.0; n * n],
            g: zeros(),
            p: zeros(),
            completed: zeros(),
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
        for (step, p) in step.iter_mut().zip(&self.completed) {
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
        // What rounding makes of an eigenvalue that is 0: a λ below that is none.
        let resolution = n * f64::EPSILON * widest;
        // Without a bound of the kind λ = σ‖p‖ the Newton step may be the answer; without a slope, staying may.
        let is_zero_possible = matches!(bound, Scaled::Radius(_)) || slope == 0.0;
        let mut lambda = if low == 0.0 && is_zero_possible { 0.0 } else { between(low, high) };
        let mut best = Minimum { decrease: 0.0, length: 0.0, multiplier: lambda, factorizations: 0 };
        self.completed.fill(0.0);
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
                        // Singular and no more than that: the Newton step is not far.
                        next = resolution;
                    }
                }
                Ok(()) => {
                    let (length, wanted) = (norm(&self.p), bound.length(lambda));
                    let energy = self.energy();
                    let too_long = length > wanted;
                    let is_newton = lambda == 0.0 || (lambda <= resolution && is_zero_possible);
                    let is_inside = is_newton && length <= wanted;
                    if is_inside || (length - wanted).abs() <= bound.tolerance() * wanted {
                        self.completed.copy_from_slice(&self.p);
                        return Minimum {
                            decrease: decrease(bound, energy, lambda, length),
                            length,
                            multiplier: if is_inside { 0.0 } else { lambda },
                            factorizations: tries,
                        };
                    }
                    next = self.newton(bound, lambda, length, wanted);
                    if too_long {
                        low = low.max(lambda);
                    } else {
                        high = high.min(lambda);
                        let (curvature, tau) = self.complete(wanted);
                        low = low.max(lambda - curvature);
                        let given_away = tau * tau * curvature;
                        best = Minimum {
                            decrease: decrease(bound, energy, lambda, wanted) - 0.5 * given_away,
                            length: wanted,
                            multiplier: lambda,
                            factorizations: tries,
                        };
                        if given_away <= bound.generosity() * (energy + lambda * wanted * wanted) {
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
        self.settle(bound, best)
    }

    /// What to do where the bounds of λ have met, or the tries are used up, without an answer that is as good as promised.
    fn settle(&mut self, bound: Scaled, best: Minimum) -> Minimum {
        if best.decrease > 0.0 {
            return best;
        }
        // Every λ was too small: the last p, cut to its length, or the gradient, if there was none.
        let (slope, wanted) = (norm(&self.g), bound.length(best.multiplier));
        if slope == 0.0 {
            return Minimum { decrease: 0.0, length: 0.0, ..best };
        }
        for (p, g) in self.completed.iter_mut().zip(&self.g) {
            *p = -g / slope * wanted;
        }
        // With λ at least the lowest curvature there: an honest guess, which the trial will correct.
        Minimum { decrease: 0.5 * slope * wanted, length: wanted, ..best }
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

    /// p + τz of length `wanted` into `completed`, from a shorter p. Returns zᵀ(H + λI)z and τ.
    fn complete(&mut self, wanted: f64) -> (f64, f64) {
        cholesky::nearly_null(&self.factor, &mut self.z, &mut self.scratch);
        let root = cholesky::norm_of_transposed_product(&self.factor, &self.z, &mut self.scratch);
        // ‖p‖² + 2τ pᵀz + τ² = ρ²: the root of smaller size gives the lower model.
        let (along, length) = (dot(&self.p, &self.z), norm(&self.p));
        let missing = (wanted - length) * (wanted + length);
        let tau = missing / (along + (along * along + missing).sqrt().copysign(along));
        for ((out, p), z) in self.completed.iter_mut().zip(&self.p).zip(&self.z) {
            *out = p + tau * z;
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
mod tests {
    use nalgebra::{DMatrix, DVector};
    use proptest::prelude::*;

    use super::*;

    fn cubic(sigma: f64) -> Bound {
        // In another unit, which must not matter.
        Bound::Cubic(Sigma { weight: 8.0 * sigma, unit: 8.0 })
    }

    /// ρ(λ).
    fn length_at(bound: Bound, lambda: f64) -> f64 {
        match bound {
            Bound::Radius(radius) => radius,
            Bound::Cubic(sigma) => lambda / sigma.value(),
        }
    }

    /// A subproblem: H = E Λ Eᵀ and g = E γ.
    #[derive(Clone, Debug)]
    struct Subproblem {
        values: Vec<f64>,
        vectors: DMatrix<f64>,
        gamma: Vec<f64>,
    }

    impl Subproblem {
        fn h(&self) -> DMatrix<f64> {
            let values = DMatrix::from_diagonal(&DVector::from_column_slice(&self.values));
            let h = &self.vectors * values * self.vectors.transpose();
            0.5 * (&h + h.transpose())
        }

        fn g(&self) -> DVector<f64> {
            &self.vectors * DVector::from_column_slice(&self.gamma)
        }

        fn lowest(&self) -> f64 {
            self.values.iter().fold(f64::INFINITY, |low, v| low.min(*v))
        }

        fn model(&self, p: &DVector<f64>, bound: Bound) -> f64 {
            let quadratic = self.g().dot(p) + 0.5 * p.dot(&(self.h() * p));
            match bound {
                Bound::Radius(_) => quadratic,
                Bound::Cubic(sigma) => quadratic + sigma.value() * p.norm() * p.norm() * p.norm() / 3.0,
            }
        }

        /// The global minimum of the model, from the eigenvalues, by bisection for λ; in the hard case along the lowest ones.
        fn exact(&self, bound: Bound) -> f64 {
            let step = |lambda: f64| -> Vec<f64> {
                let parts = self.values.iter().zip(&self.gamma);
                parts.map(|(v, g)| if *g == 0.0 { 0.0 } else { -g / (v + lambda) }).collect()
            };
            let length = |p: &[f64]| p.iter().map(|p| p * p).sum::<f64>().sqrt();
            let value = |p: &[f64]| {
                let terms = p.iter().zip(&self.values).zip(&self.gamma);
                terms.map(|((p, v), g)| g * p + 0.5 * v * p * p).sum::<f64>()
            };
            let model = |p: &[f64]| match bound {
                Bound::Radius(_) => value(p),
                Bound::Cubic(sigma) => value(p) + sigma.value() * length(p) * length(p) * length(p) / 3.0,
            };
            let is_too_long = |lambda: f64| length(&step(lambda)) > length_at(bound, lambda);
            let floor = (-self.lowest()).max(0.0);
            if !is_too_long(floor) {
                let mut p = step(floor);
                let wanted = length_at(bound, floor);
                if self.lowest() < 0.0 {
                    // The hard case: the rest of the length along a lowest eigenvector, which g does not see.
                    let at = self.values.iter().position(|v| *v == self.lowest()).expect("there is one");
                    assert_eq!(self.gamma[at], 0.0);
                    p[at] = (wanted * wanted - length(&p) * length(&p)).max(0.0).sqrt();
                }
                return model(&p);
            }
            let (mut low, mut high) = (floor, floor + 1.0);
            while is_too_long(high) {
                high *= 2.0;
            }
            for _ in 0..200 {
                let middle = 0.5 * (low + high);
                if is_too_long(middle) { low = middle } else { high = middle }
            }
            model(&step(high))
        }
    }

    fn solved(problem: &Subproblem, bound: Bound) -> (DVector<f64>, Minimum) {
        let n = problem.values.len();
        let mut p = DVector::from_element(n, f64::NAN);
        let minimum = Model::for_dim(n).minimize(
            problem.h().as_slice(),
            problem.g().as_slice(),
            bound,
            p.as_mut_slice(),
        );
        (p, minimum)
    }

    /// Eigenvalues of either sign and many sizes, some equal; parts of g of many sizes, and none along the lowest
    /// eigenvalues in every other problem.
    fn subproblems() -> impl Strategy<Value = Subproblem> {
        let value = prop_oneof![
            4 => (-3.0..3.0_f64, any::<bool>()).prop_map(|(e, sign)| {
                thalweg_numerics::pow(10.0, e) * if sign { 1.0 } else { -1.0 }
            }),
            1 => Just(-1.0),
            1 => Just(0.0),
            1 => Just(2.0),
        ];
        let part = prop_oneof![4 => -1.0..1.0_f64, 1 => Just(0.0), 1 => -1e-9..1e-9_f64];
        let sizes = (1_usize..9).prop_flat_map(move |n| {
            let numbers = proptest::collection::vec(-1.0..1.0_f64, n * n);
            (proptest::collection::vec(value.clone(), n), proptest::collection::vec(part.clone(), n), numbers)
        });
        (sizes, any::<bool>()).prop_map(|((values, mut gamma, numbers), is_hard)| {
            let n = values.len();
            let vectors = DMatrix::from_vec(n, n, numbers).qr().q();
            let mut problem = Subproblem { values, vectors, gamma: gamma.clone() };
            if is_hard {
                let lowest = problem.lowest();
                for (gamma, value) in gamma.iter_mut().zip(&problem.values) {
                    if *value == lowest {
                        *gamma = 0.0;
                    }
                }
                problem.gamma = gamma;
            }
            problem
        })
    }

    /// What characterizes the minimum, to the promised accuracy.
    fn is_minimum(problem: &Subproblem, bound: Bound) -> Result<(), TestCaseError> {
        let (p, minimum) = solved(problem, bound);
        let size = problem.values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        let exact = -problem.exact(bound);
        // Parts of g of size u along an eigenvalue of size u are noise to whoever gets H as a matrix.
        let noise = 1e-9 * exact.abs() + 1e-13 * (size * p.norm_squared() + problem.g().norm() * p.norm());
        let fell = -problem.model(&p, bound);
        prop_assert!(
            (minimum.length - p.norm()).abs() <= 1e-9 * p.norm(),
            "{:?} for ‖p‖ = {}",
            minimum,
            p.norm()
        );
        prop_assert!(
            (fell - minimum.decrease).abs() <= 1e-3 * fell.abs() + noise,
            "falls by {}, says {:?}",
            fell,
            minimum
        );
        prop_assert!(fell >= 0.9 * exact - noise, "falls by {} of {}: {:?}", fell, exact, minimum);
        prop_assert!(minimum.multiplier >= -1e-13 * size);
        prop_assert!(
            minimum.multiplier + problem.lowest() >= -1e-12 * size,
            "H + λI is not psd: {:?}",
            minimum
        );
        match bound {
            Bound::Radius(radius) => {
                prop_assert!(p.norm() <= radius * 1.1, "{} of {}", p.norm(), radius);
                let is_border = (p.norm() - radius).abs() <= 0.1 * radius;
                prop_assert!(minimum.multiplier == 0.0 || is_border, "{:?} within {}", minimum, radius);
            }
            Bound::Cubic(sigma) => {
                let by_length = sigma.value() * p.norm();
                let gap = (by_length - minimum.multiplier).abs();
                prop_assert!(gap <= 1e-3 * minimum.multiplier, "{:?} for σ‖p‖ = {}", minimum, by_length);
            }
        }
        prop_assert!(minimum.factorizations <= 60, "{:?}", minimum);
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn step_within_a_ball_is_the_global_minimum(problem in subproblems(), exponent in -3.0..3.0_f64) {
            is_minimum(&problem, Bound::Radius(thalweg_numerics::pow(10.0, exponent)))?;
        }

        #[test]
        fn step_of_the_cubic_model_is_its_global_minimum(problem in subproblems(), exponent in -3.0..3.0_f64) {
            is_minimum(&problem, cubic(thalweg_numerics::pow(10.0, exponent)))?;
        }

        #[test]
        fn step_scales_with_x_and_f(problem in subproblems(), x in -250_i32..250, f in -400_i32..400) {
            let two_to = |e: i32| f64::from_bits(((e + 1023) as u64) << 52);
            let n = problem.values.len();
            let (h, g) = (problem.h(), problem.g());
            // f(x) becomes F f(x/X): the gradient F/X, the Hessian F/X² of what it was.
            let (scaled_h, scaled_g) = (&h * two_to(f - x) * two_to(-x), &g * two_to(f - x));
            let pairs = h.iter().chain(g.iter()).zip(scaled_h.iter().chain(scaled_g.iter()));
            prop_assume!(pairs.into_iter().all(|(v, scaled)| *v == 0.0 || scaled.is_normal()));
            let (mut p, mut scaled) = (vec![0.0; n], vec![0.0; n]);
            let mut model = Model::for_dim(n);
            model.minimize(h.as_slice(), g.as_slice(), Bound::Radius(1.5), &mut p);
            model.minimize(scaled_h.as_slice(), scaled_g.as_slice(), Bound::Radius(1.5 * two_to(x)), &mut scaled);
            let back: Vec<f64> = scaled.iter().map(|p| p * two_to(-x)).collect();
            prop_assert_eq!(&p, &back);
        }
    }

    #[test]
    fn definite_model_within_reach_takes_one_factorization() {
        let problem =
            Subproblem { values: vec![1.0, 4.0], vectors: DMatrix::identity(2, 2), gamma: vec![1.0, -4.0] };
        let (p, minimum) = solved(&problem, Bound::Radius(10.0));
        assert_eq!((p.as_slice(), minimum.factorizations, minimum.multiplier), (&[-1.0, 1.0][..], 1, 0.0));
        assert_eq!(minimum.decrease, 2.5);
    }

    #[test]
    fn singular_model_without_a_slope_along_its_null_vector_takes_few_factorizations() {
        let vectors = DMatrix::from_row_slice(2, 2, &[-0.6, 0.8, 0.8, 0.6]);
        let problem = Subproblem { values: vec![0.03, 0.0], vectors, gamma: vec![-3e-10, 0.0] };
        let (p, minimum) = solved(&problem, Bound::Radius(350.0));
        // Rounding of H and g has parts along the null vector, and there divides by rounding.
        assert!((p.norm() / 1e-8 - 1.0).abs() < 1e-3 && minimum.multiplier == 0.0, "{p} {minimum:?}");
        assert!(minimum.factorizations <= 3, "{minimum:?}");
    }

    #[test]
    fn saddle_without_a_slope_is_left_along_its_lowest_curvature() {
        let problem =
            Subproblem { values: vec![1.0, -2.0], vectors: DMatrix::identity(2, 2), gamma: vec![0.0; 2] };
        for (bound, decrease) in [(Bound::Radius(3.0), 9.0), (cubic(1.0), 4.0 / 3.0)] {
            let (p, minimum) = solved(&problem, bound);
            assert!(p[0].abs() < 1e-6 && (minimum.decrease / decrease - 1.0).abs() < 1e-6, "{p} {minimum:?}");
        }
    }

    #[test]
    fn minimum_without_a_slope_is_not_left() {
        for values in [vec![1.0, 2.0], vec![0.0, 1.0], vec![0.0, 0.0]] {
            let problem = Subproblem { values, vectors: DMatrix::identity(2, 2), gamma: vec![0.0; 2] };
            for bound in [Bound::Radius(3.0), cubic(1.0)] {
                let (p, minimum) = solved(&problem, bound);
                assert_eq!((p.as_slice(), minimum.decrease), (&[0.0, 0.0][..], 0.0), "{problem:?}");
            }
        }
    }
}
