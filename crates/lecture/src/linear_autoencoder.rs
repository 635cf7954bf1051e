//! A linear network with one hidden layer that is narrower than its input, and all of its stationary points by formula.
//!
//! ```text
//! f(A, B) = tr (I − AB) Σ (I − AB)ᵀ,   A: n × p,  B: p × n,  Σ = diag(λ₁ > λ₂ > … > λₙ > 0)
//! ```
//!
//! Stationary are A = U_I C, B = D U_Iᵀ with C D = I, for every set I of r ≤ p coordinates, U_I their unit vectors, C: r × p and
//! D: p × r. With f = Σ λ − Σ_I λ each set is one family of 2pr − r² dimensions. In the coordinates of a point with C = (I 0) the
//! Hessian falls apart into blocks of two:
//!
//! - (k ∉ I, i ∈ I): 2(λᵢ, −λₖ; −λₖ, λₖ), of which one eigenvalue is negative if λₖ > λᵢ, and none is 0;
//! - (k ∉ I, m > r): 2(0, −λₖ; −λₖ, 0), of which one is negative and one positive;
//! - the others, 2pr − r² zeros and as many positive ones as are left: the family, and nothing beside it.
//!
//! A change of C is a change of coordinates, by Sylvester's law of no sign.
//!
//! Source: P. Baldi and K. Hornik, Neural Networks 2 (1989) 53–58, facts 1–4, for r = p; the rest is the calculation above.

use thalweg_landscape::{CriticalPoint, SignedSpectrum, Stationarity};
use thalweg_numerics::{matrix_matrix, norm};
use thalweg_problem::{Allowance, Curved, Differentiable, Objective};

use crate::draws::Draws;

/// The network of the experiments: 16 families.
pub(crate) const NETWORK: LinearAutoencoder<'_> =
    LinearAutoencoder { variances: &[5.0, 4.0, 3.0, 2.0, 1.0], hidden: 2 };
pub(crate) const PARAMETERS: usize = 20;
/// ‖∇f‖ at most, in units of 2λ₁, the largest curvature at 0.
pub(crate) const STATIONARITY: Stationarity = Stationarity { tolerance: 1e-11, scale: 10.0 };

/// Normal weights of [`NETWORK`].
pub(crate) fn start(seed: u64, deviation: f64) -> Vec<f64> {
    let mut draws = Draws::from_seed(seed);
    (0..PARAMETERS).map(|_| deviation * draws.normal()).collect()
}

/// The curvatures at the stationary point of [`NETWORK`] near one whose gradient is all but 0: the distance to it is at most about
/// twice ‖∇f‖ over the smallest curvature that is not 0, and the Hessian changes by no more than a third derivative times that.
pub(crate) fn curvatures(point: &CriticalPoint<'_, LinearAutoencoder<'_>>) -> SignedSpectrum {
    let spectrum = point.spectrum(&mut Allowance::evaluations(2 * PARAMETERS as u64)).expect("2n products");
    let (set, _) = NETWORK.nearest(point.x());
    let mut sizes: Vec<_> = spectrum.values().iter().map(|value| value.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let distance = 2.0 * point.gradient_norm() / sizes[NETWORK.flat(&set)];
    spectrum.widened(NETWORK.third_derivative(point.x()) * distance).expect("a finite number")
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct LinearAutoencoder<'a> {
    /// λ, descending, length n.
    pub(crate) variances: &'a [f64],
    /// p.
    pub(crate) hidden: usize,
}

/// A set of coordinates, ascending.
pub(crate) type Kept = Vec<usize>;

impl LinearAutoencoder<'_> {
    fn n(&self) -> usize {
        self.variances.len()
    }

    /// All sets of at most p coordinates, by the value of f there, then by the coordinates.
    pub(crate) fn sets(&self) -> Vec<Kept> {
        let all = (0..1_u32 << self.n()).map(|bits| (0..self.n()).filter(|i| bits >> i & 1 == 1).collect());
        let mut sets: Vec<Kept> = all.filter(|set: &Kept| set.len() <= self.hidden).collect();
        sets.sort_by(|a, b| self.height(a).total_cmp(&self.height(b)).then(a.cmp(b)));
        sets
    }

    /// f at the stationary points of a set.
    pub(crate) fn height(&self, set: &[usize]) -> f64 {
        (0..self.n()).filter(|i| !set.contains(i)).fold(0.0, |sum, i| sum + self.variances[i])
    }

    /// How many curvatures are negative there.
    pub(crate) fn index(&self, set: &[usize]) -> usize {
        let lost = || (0..self.n()).filter(|k| !set.contains(k));
        let swaps = set.iter().map(|&i| lost().filter(|&k| self.variances[k] > self.variances[i]).count());
        swaps.sum::<usize>() + (self.hidden - set.len()) * (self.n() - set.len())
    }

    /// How many are 0: the dimensions of the family.
    pub(crate) fn flat(&self, set: &[usize]) -> usize {
        let r = set.len();
        2 * self.hidden * r - r * r
    }

    /// The set whose projection AB is nearest, and how far from it AB is.
    pub(crate) fn nearest(&self, w: &[f64]) -> (Kept, f64) {
        let n = self.n();
        let e = self.error(w);
        let set: Kept = (0..n).filter(|i| 1.0 - e[i * n + i] > 0.5).collect();
        let apart: Vec<_> = (0..n * n)
            .map(|at| {
                let projected = at / n == at % n && !set.contains(&(at / n));
                e[at] - f64::from(u8::from(projected))
            })
            .collect();
        (set, norm(&apart))
    }

    /// No third derivative along unit vectors is larger than this near `w`: 6 λ₁ √(‖A‖² + ‖B‖²).
    pub(crate) fn third_derivative(&self, w: &[f64]) -> f64 {
        6.0 * self.variances[0] * norm(w)
    }

    /// I − AB, row after row.
    fn error(&self, w: &[f64]) -> Vec<f64> {
        let (n, (a, b)) = (self.n(), w.split_at(self.n() * self.hidden));
        let mut e = times(a, b, self.hidden);
        for (at, e) in e.iter_mut().enumerate() {
            *e = f64::from(u8::from(at / n == at % n)) - *e;
        }
        e
    }

    /// X Σ, n × n.
    fn weighted(&self, mut x: Vec<f64>) -> Vec<f64> {
        for row in x.chunks_exact_mut(self.n()) {
            row.iter_mut().zip(self.variances).for_each(|(x, variance)| *x *= variance);
        }
        x
    }

    /// −2 (E Bᵀ, AᵀE), for E with Σ in it, added to `out`.
    fn add_pull(&self, e: &[f64], a: &[f64], b: &[f64], out: &mut [f64]) {
        let (n, p) = (self.n(), self.hidden);
        let (to_a, to_b) = out.split_at_mut(n * p);
        let by_b = times(e, &transposed(b, p, n), n);
        let by_a = times(&transposed(a, n, p), e, n);
        for (out, pull) in to_a.iter_mut().zip(by_b).chain(to_b.iter_mut().zip(by_a)) {
            *out -= 2.0 * pull;
        }
    }
}

/// X Y, row after row, of matrices with k columns and k rows.
fn times(x: &[f64], y: &[f64], k: usize) -> Vec<f64> {
    let mut out = vec![0.0; x.len() / k * (y.len() / k)];
    matrix_matrix(x, y, k, &mut out);
    out
}

fn transposed(x: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    (0..rows * columns).map(|at| x[at % rows * columns + at / rows]).collect()
}

impl Objective for LinearAutoencoder<'_> {
    fn dim(&self) -> usize {
        2 * self.n() * self.hidden
    }

    fn value(&self, w: &[f64]) -> f64 {
        let e = self.error(w);
        let variances = self.variances.iter().cycle();
        e.iter().zip(variances).fold(0.0, |sum, (e, variance)| sum + e * e * variance)
    }
}

impl Differentiable for LinearAutoencoder<'_> {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let (a, b) = w.split_at(self.n() * self.hidden);
        let e = self.error(w);
        let variances = self.variances.iter().cycle();
        let value = e.iter().zip(variances).fold(0.0, |sum, (e, variance)| sum + e * e * variance);
        gradient.fill(0.0);
        self.add_pull(&self.weighted(e), a, b, gradient);
        value
    }
}

impl Curved for LinearAutoencoder<'_> {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        let (n, p) = (self.n(), self.hidden);
        let ((a, b), (da, db)) = (w.split_at(n * p), v.split_at(n * p));
        let (one, other) = (times(da, b, p), times(a, db, p));
        let change = one.iter().zip(&other).map(|(x, y)| -(x + y)).collect();
        out.fill(0.0);
        self.add_pull(&self.weighted(change), a, b, out);
        self.add_pull(&self.weighted(self.error(w)), da, db, out);
    }
}

#[cfg(test)]
mod tests {
    use thalweg_problem::{CheckSettings, check_gradient, check_hessian_vector};

    use super::*;
    use crate::draws::Draws;

    #[test]
    fn derivatives_are_those_of_the_value() {
        let network = LinearAutoencoder { variances: &[4.0, 2.5, 1.0], hidden: 2 };
        let w = Draws::from_seed(1).vector(12);
        let check = check_gradient(&network, &w, CheckSettings::default()).expect("valid");
        assert!(check.agrees(), "{check}");
        let check = check_hessian_vector(&network, &w, CheckSettings::default()).expect("valid");
        assert!(check.agrees(), "{check}");
    }

    #[test]
    fn sets_are_counted_as_they_should_be() {
        let network = LinearAutoencoder { variances: &[3.0, 2.0, 1.0], hidden: 1 };
        let rows: Vec<_> = network
            .sets()
            .into_iter()
            .map(|set| (network.height(&set), network.index(&set), network.flat(&set), set))
            .collect();
        let known = [(3.0, 0, 1, vec![0]), (4.0, 1, 1, vec![1]), (5.0, 2, 1, vec![2]), (6.0, 3, 0, vec![])];
        assert_eq!(rows, known);
    }
}
