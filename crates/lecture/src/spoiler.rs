//! One neuron, three points and the spoiler (0, −t): the function of slides 13–20, its stationary points, its fold.
//!
//! Here losses are **sums** over the points, as on the slides; a [`Neuron`] takes their mean, so that rates for it are four times
//! as large, and curvatures a fourth.

use thalweg_hessian::nalgebra::DMatrix;
use thalweg_hessian::{Eigen, TwiceDifferentiable};
use thalweg_networks::data::spoiled_points;
use thalweg_networks::{Neuron, NeuronLoss, NeuronSettings};
use thalweg_numerics::ln;
use thalweg_problem::Objective;

use crate::interval::{Interval, product};
use crate::krawczyk::{System, newton};

/// The points of the sum.
pub(crate) const POINTS: f64 = 4.0;

/// u with σ(u) = 1 − ε.
pub(crate) fn logit(epsilon: f64) -> f64 {
    ln((1.0 - epsilon) / epsilon)
}

/// The neuron with squared error and targets ε and 1 − ε.
pub(crate) fn neuron(t: f64, epsilon: f64) -> Neuron {
    neuron_with(NeuronLoss::Squared, t, epsilon)
}

pub(crate) fn neuron_with(loss: NeuronLoss, t: f64, epsilon: f64) -> Neuron {
    let points = spoiled_points(t).expect("experiments state a finite t above 0");
    Neuron::new(&points, epsilon, NeuronSettings { loss, ..NeuronSettings::default() })
        .expect("experiments state an ε below ½")
}

/// The sum of the squared errors at w.
pub(crate) fn loss(t: f64, epsilon: f64, w: &[f64]) -> f64 {
    POINTS * neuron(t, epsilon).value(w)
}

/// The eigenvalues of the Hessian of the sum, in ascending order.
pub(crate) fn curvatures(t: f64, epsilon: f64, w: &[f64]) -> Vec<f64> {
    let mut hessian = DMatrix::zeros(3, 3);
    neuron(t, epsilon).hessian(w, &mut hessian);
    Eigen::new(&(POINTS * hessian)).expect("a finite symmetric matrix").values().to_vec()
}

/// The equations ∇f = 0 for the sum of the squared errors, in the unknowns (w_x, w_y, b).
#[derive(Clone, Copy)]
pub(crate) struct Stationary {
    pub(crate) t: f64,
    pub(crate) epsilon: f64,
}

impl Stationary {
    /// The stationary point that Newton's method finds from `start`.
    pub(crate) fn near(self, start: &[f64]) -> Vec<f64> {
        newton(&self, start, 40)
    }

    /// The minimum that does not separate, followed from (u, u, 0) at a large t down to this one. Nothing if it ends before.
    pub(crate) fn bad_minimum(self) -> Option<Vec<f64>> {
        let u = logit(self.epsilon);
        let mut at = Self { t: self.t.max(60.0), ..self };
        let mut w = at.near(&[u, u, 0.0]);
        while at.t > self.t {
            at.t = (0.98 * at.t).max(self.t);
            let next = at.near(&w);
            // A step of 2 % moves the minimum little, except beyond the fold, where Newton's method lands anywhere.
            let moved = next.iter().zip(&w).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            if moved.is_nan() || moved > 1.0 || !at.is_minimum(&next) {
                return None;
            }
            w = next;
        }
        at.is_minimum(&w).then_some(w)
    }

    /// The one that separates, from (2u, 0, u).
    pub(crate) fn good_minimum(self) -> Vec<f64> {
        let u = logit(self.epsilon);
        self.near(&[2.0 * u, 0.0, u])
    }

    /// The saddle between the two, followed from the fold up to this t.
    pub(crate) fn saddle(self) -> Vec<f64> {
        let fold = Fold { epsilon: self.epsilon }.solve();
        let (w, direction) = (&fold[..3], &fold[4..]);
        // Two branches leave the fold like ±√(t − t*), the saddle's towards smaller w_y.
        let side = if direction[1] < 0.0 { 1.0 } else { -1.0 };
        let mut at = Self { t: (1.001 * fold[3]).min(self.t), ..self };
        let guess: Vec<_> = w.iter().zip(direction).map(|(w, v)| w + 0.15 * side * v).collect();
        let mut point = at.near(&guess);
        while at.t < self.t {
            at.t = (1.01 * at.t).min(self.t);
            point = at.near(&point);
        }
        point
    }

    /// Where Newton's method has not come to rest it is no stationary point: below the fold it wanders.
    fn is_minimum(self, w: &[f64]) -> bool {
        let at: Vec<_> = w.iter().map(|&w| Interval::point(w)).collect();
        let residue = self.values(&at).iter().map(|f| f.middle().abs()).fold(0.0, f64::max);
        w.iter().all(|w| w.is_finite()) && residue < 1e-13 && curvatures(self.t, self.epsilon, w)[0] > 0.0
    }
}

/// zᵢ = yᵢ(xᵢ, 1), the last of them with an interval for t.
fn rows(t: Interval) -> [[Interval; 3]; 4] {
    let row = |row: [f64; 3]| row.map(Interval::point);
    [
        row([1.0, 0.0, 1.0]),
        row([0.0, 1.0, 1.0]),
        row([1.0, 0.0, -1.0]),
        [Interval::ZERO, -t, Interval::point(1.0)],
    ]
}

/// The first three derivatives of (σ(−m) − ε)² by m.
///
/// With p = σ(m), q = 1 − p, s = pq, r = q − ε and D = p − q, whose derivatives are s, −s, −sD, −s and 2s:
/// −2rs, 2s(s + rD) and 2s(2rs − 3sD − rD²).
fn derivatives(m: Interval, epsilon: f64) -> [Interval; 3] {
    let (p, q) = (m.logistic(), (-m).logistic());
    let (s, r, d) = (p * q, q - Interval::point(epsilon), p - q);
    let second = s * (s + r * d) * 2.0;
    let third = s * (r * s * 2.0 - s * d * 3.0 - r * d * d) * 2.0;
    [r * s * -2.0, second, third]
}

impl System for Stationary {
    fn values(&self, x: &[Interval]) -> Vec<Interval> {
        gradient(&rows(Interval::point(self.t)), self.epsilon, x)
    }

    fn jacobian(&self, x: &[Interval]) -> Vec<Vec<Interval>> {
        weighted(&rows(Interval::point(self.t)), x, |m, _| derivatives(m, self.epsilon)[1])
    }
}

/// Σ ψ′(mᵢ) zᵢ.
fn gradient(rows: &[[Interval; 3]; 4], epsilon: f64, w: &[Interval]) -> Vec<Interval> {
    let slopes = rows.map(|z| derivatives(product(&z, w), epsilon)[0]);
    (0..3)
        .map(|j| rows.iter().zip(slopes).fold(Interval::ZERO, |sum, (z, slope)| sum + slope * z[j]))
        .collect()
}

/// Σ c(mᵢ, zᵢ) zᵢzᵢᵀ.
fn weighted(
    rows: &[[Interval; 3]; 4],
    w: &[Interval],
    c: impl Fn(Interval, &[Interval; 3]) -> Interval,
) -> Vec<Vec<Interval>> {
    let weights = rows.map(|z| c(product(&z, w), &z));
    let element = |i: usize, j: usize| {
        rows.iter().zip(weights).fold(Interval::ZERO, |sum, (z, weight)| sum + weight * z[i] * z[j])
    };
    (0..3).map(|i| (0..3).map(|j| element(i, j)).collect()).collect()
}

/// The point where the minimum that does not separate meets the saddle and both vanish: ∇f = 0, Hv = 0, ‖v‖² = 1, in the unknowns
/// (w, t, v), seven of them.
#[derive(Clone, Copy)]
pub(crate) struct Fold {
    pub(crate) epsilon: f64,
}

impl Fold {
    /// Newton's method, from the last minimum that a walk down in t finds.
    pub(crate) fn solve(self) -> Vec<f64> {
        let u = logit(self.epsilon);
        let mut at = Stationary { t: 60.0, epsilon: self.epsilon };
        let mut w = at.near(&[u, u, 0.0]);
        let mut factor = 0.95;
        while factor < 0.9999 {
            let next = Stationary { t: factor * at.t, ..at };
            let trial = next.near(&w);
            let moved = trial.iter().zip(&w).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            if moved < 0.5 && next.is_minimum(&trial) {
                (at, w) = (next, trial);
            } else {
                factor = factor.sqrt();
            }
        }
        let mut hessian = DMatrix::zeros(3, 3);
        neuron(at.t, self.epsilon).hessian(&w, &mut hessian);
        let eigen = Eigen::new(&hessian).expect("a finite symmetric matrix");
        // Of the least eigenvalue, which is about to vanish.
        let start: Vec<_> = w.into_iter().chain([at.t]).chain(eigen.vector(0).iter().copied()).collect();
        newton(&self, &start, 12)
    }
}

impl System for Fold {
    fn values(&self, x: &[Interval]) -> Vec<Interval> {
        let (w, v) = (&x[..3], &x[4..]);
        let rows = rows(x[3]);
        let hessian = weighted(&rows, w, |m, _| derivatives(m, self.epsilon)[1]);
        let mut values = gradient(&rows, self.epsilon, w);
        values.extend(hessian.iter().map(|row| product(row, v)));
        values.push(product(v, v) - Interval::point(1.0));
        values
    }

    fn jacobian(&self, x: &[Interval]) -> Vec<Vec<Interval>> {
        let (w, v) = (&x[..3], &x[4..]);
        let rows = rows(x[3]);
        let hessian = weighted(&rows, w, |m, _| derivatives(m, self.epsilon)[1]);
        let third = weighted(&rows, w, |m, z| derivatives(m, self.epsilon)[2] * product(z, v));
        // By t: z₄ = (0, −t, 1) changes by e = (0, −1, 0), and its margin by −w_y.
        let z = rows[3];
        let e = [Interval::ZERO, Interval::point(-1.0), Interval::ZERO];
        let [first, second, next] = derivatives(product(&z, w), self.epsilon);
        let (zv, ev) = (product(&z, v), product(&e, v));
        let mut jacobian: Vec<Vec<Interval>> = Vec::new();
        for i in 0..3 {
            let by_t = second * -w[1] * z[i] + first * e[i];
            jacobian.push(hessian[i].iter().copied().chain([by_t]).chain([Interval::ZERO; 3]).collect());
        }
        for i in 0..3 {
            let by_t = next * -w[1] * zv * z[i] + second * ev * z[i] + second * zv * e[i];
            jacobian.push(third[i].iter().copied().chain([by_t]).chain(hessian[i].iter().copied()).collect());
        }
        jacobian.push([Interval::ZERO; 4].into_iter().chain(v.iter().map(|&v| v * 2.0)).collect());
        jacobian
    }
}

#[cfg(test)]
mod tests {
    use thalweg_problem::Differentiable;

    use super::*;

    fn points(x: &[f64]) -> Vec<Interval> {
        x.iter().map(|&x| Interval::point(x)).collect()
    }

    #[test]
    fn equations_are_the_neuron_s_gradient_and_hessian() {
        let (t, epsilon, w) = (3.5, 0.01, [4.2, 3.9, 0.4]);
        let (neuron, system) = (neuron(t, epsilon), Stationary { t, epsilon });
        let mut gradient = [0.0; 3];
        neuron.value_gradient(&w, &mut gradient);
        let mut hessian = DMatrix::zeros(3, 3);
        neuron.hessian(&w, &mut hessian);
        let (values, jacobian) = (system.values(&points(&w)), system.jacobian(&points(&w)));
        for i in 0..3 {
            // The neuron rounds, too.
            assert!((values[i].middle() - POINTS * gradient[i]).abs() < 1e-15 && values[i].radius() < 1e-14);
            for j in 0..3 {
                assert!((jacobian[i][j].middle() - POINTS * hessian[(i, j)]).abs() < 1e-14);
            }
        }
    }

    /// The Jacobian of the fold by central differences of its values.
    #[test]
    fn jacobian_of_the_fold_agrees_with_differences() {
        let (fold, x) = (Fold { epsilon: 0.05 }, [3.0, 2.5, 0.3, 2.2, 0.3, 0.8, -0.4]);
        let jacobian = fold.jacobian(&points(&x));
        for j in 0..7 {
            let shifted = |h: f64| {
                let mut x = x;
                x[j] += h;
                fold.values(&points(&x))
            };
            let (ahead, behind) = (shifted(1e-5), shifted(-1e-5));
            for i in 0..7 {
                let difference = (ahead[i].middle() - behind[i].middle()) / 2e-5;
                assert!((difference - jacobian[i][j].middle()).abs() < 1e-8, "{i}, {j}: {difference}");
            }
        }
    }

    #[test]
    fn stationary_points_are_where_the_slides_put_them() {
        let at = Stationary { t: 8.0, epsilon: 0.01 };
        let u = logit(0.01);
        let bad = at.bad_minimum().expect("beyond the fold");
        assert!((bad[0] - u).abs() < 1e-6 && (bad[1] - u).abs() < 1e-6 && bad[2].abs() < 1e-6);
        let good = at.good_minimum();
        assert!((loss(8.0, 0.01, &good) - 1e-4).abs() < 2e-5, "{good:?}");
        let saddle = at.saddle();
        let curvatures = curvatures(8.0, 0.01, &saddle);
        assert!(curvatures[0] < 0.0 && curvatures[1] > 0.0, "{saddle:?}: {curvatures:?}");
        assert!(Stationary { t: 2.0, epsilon: 0.01 }.bad_minimum().is_none());
    }
}
