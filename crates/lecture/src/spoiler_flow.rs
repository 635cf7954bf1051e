//! Gradient flow on the function of the spoiler: w′ = −∇E(w), where E is the sum of the squared errors, and who wins the tug of war over
//! w_y at its beginning.

use thalweg_hessian::TwiceDifferentiable;
use thalweg_hessian::nalgebra::DMatrix;
use thalweg_networks::Neuron;
use thalweg_numerics::ln;
use thalweg_problem::Differentiable;

use crate::spoiler::{POINTS, neuron};
use crate::stiff::{Arrival, Flow, integrate};

/// Descent with infinitely short steps.
pub(crate) struct SpoilerFlow {
    t: f64,
    epsilon: f64,
    neuron: Neuron,
    /// Whether a step may carry a margin over the narrow place around 0 where its point pulls at all.
    leaps: bool,
}

impl SpoilerFlow {
    pub(crate) fn new(t: f64, epsilon: f64) -> Self {
        Self { t, epsilon, neuron: neuron(t, epsilon), leaps: false }
    }

    /// The same for an integrator that trusts its error estimate alone.
    pub(crate) fn leaping(t: f64, epsilon: f64) -> Self {
        Self { leaps: true, ..Self::new(t, epsilon) }
    }

    /// Where a start leads in this time. The tolerance is on margins, relative to 1 + |m|.
    pub(crate) fn follow(&self, start: [f64; 3], duration: f64, tolerance: f64) -> Arrival<3> {
        integrate(self, start, duration, tolerance)
    }

    /// Whether every point is on its side.
    pub(crate) fn separates(&self, w: &[f64; 3]) -> bool {
        self.neuron.errors(w) == 0
    }

    /// Whether the spoiler is lost from the start: its margin m is so low that its pull grows with m, and m falls at once.
    ///
    /// The pull of the spoiler changes m as fast as t², that of the others as fast as t. So m is all but decided while w has hardly moved:
    /// where m falls, the pull fades away, and where it rises, it rises until the pull has passed its peak, beyond which
    /// there is always a point of balance.
    pub(crate) fn is_lost(&self, start: &[f64; 3]) -> bool {
        let velocity = self.velocity(start);
        margins(self.t, start)[3] < self.peak() && margins(self.t, &velocity)[3] < 0.0
    }

    /// The margin where a point pulls most: ψ″ = 0, which with q = σ(−m) is 3q² − 2(1 + ε)q + ε = 0.
    fn peak(&self) -> f64 {
        let sum = 1.0 + self.epsilon;
        let q = (sum + (sum * sum - 3.0 * self.epsilon).sqrt()) / 3.0;
        ln((1.0 - q) / q)
    }
}

/// yᵢ (xᵢ, 1)·w, the last of them that of the spoiler.
fn margins(t: f64, w: &[f64; 3]) -> [f64; 4] {
    [w[0] + w[2], w[1] + w[2], w[0] - w[2], w[2] - t * w[1]]
}

impl Flow<3> for SpoilerFlow {
    fn velocity(&self, w: &[f64; 3]) -> [f64; 3] {
        let mut gradient = [0.0; 3];
        self.neuron.value_gradient(w, &mut gradient);
        gradient.map(|g| -POINTS * g)
    }

    fn jacobian(&self, w: &[f64; 3]) -> [[f64; 3]; 3] {
        let mut hessian = DMatrix::zeros(3, 3);
        self.neuron.hessian(w, &mut hessian);
        let mut jacobian = [[0.0; 3]; 3];
        for (i, row) in jacobian.iter_mut().enumerate() {
            for (j, element) in row.iter_mut().enumerate() {
                *element = -POINTS * hessian[(i, j)];
            }
        }
        jacobian
    }

    /// What it does to margins, which is what an error in w_y does t times.
    fn size(&self, w: &[f64; 3], error: &[f64; 3]) -> f64 {
        let relative = margins(self.t, w).into_iter().zip(margins(self.t, error));
        relative.fold(0.0, |largest, (m, error)| {
            let size = error.abs() / (1.0 + m.abs());
            // Not `f64::max`, which would drop a NaN.
            if size > largest || size.is_nan() { size } else { largest }
        })
    }

    /// No margin moves by more than 2, or half of what it is.
    fn may_step(&self, w: &[f64; 3], next: &[f64; 3]) -> bool {
        let near = |(m, next): (f64, f64)| (next - m).abs() <= (0.5 * m.abs()).max(2.0);
        self.leaps || margins(self.t, w).into_iter().zip(margins(self.t, next)).all(near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spoiler::Stationary;

    #[test]
    fn flow_agrees_with_scipy() {
        let mut compared = 0;
        for line in include_str!("../../../tests/references/stiff.tsv").lines() {
            let Some(numbers) = line.strip_prefix("spoiler\t") else { continue };
            let numbers: Vec<f64> = numbers.split('\t').map(|x| x.parse().expect("a number")).collect();
            let [t, epsilon, x, y, b, time, ..] = numbers[..] else { panic!("a line is too short: {line}") };
            let arrival = SpoilerFlow::new(t, epsilon).follow([x, y, b], time, 1e-9);
            assert_eq!(arrival.time, time);
            for (ours, theirs) in arrival.y.iter().zip(&numbers[6..]) {
                // What SciPy's own two tolerances differ by at most.
                assert!(
                    (ours - theirs).abs() < 1e-6 * theirs.abs().max(0.01),
                    "{arrival:?} instead of {line}"
                );
            }
            compared += 1;
        }
        assert_eq!(compared, 80);
    }

    /// E falls along the flow, and ends at one of the two minima.
    #[test]
    fn flow_ends_at_a_minimum() {
        let flow = SpoilerFlow::new(10.0, 0.01);
        let at = Stationary { t: 10.0, epsilon: 0.01 };
        let ends = [(0.8, at.bad_minimum().expect("beyond the fold")), (-0.8, at.good_minimum())];
        for (w_y, end) in ends {
            // The last way is slow: the lowest curvature at the minima is about 1e-4.
            let arrival = flow.follow([0.1, w_y, -0.2], 1e7, 1e-6);
            for (w, end) in arrival.y.iter().zip(&end) {
                assert!((w - end).abs() < 1e-5, "{arrival:?} instead of {end:?}");
            }
        }
    }

    /// A pull that is strong over a thousandth of the way of the margin.
    #[test]
    fn flow_that_may_leap_jumps_over_the_spoiler_s_pull() {
        let start = [0.0, -1.0, 0.0];
        let careful = SpoilerFlow::new(1e5, 0.01);
        assert!(careful.separates(&careful.follow(start, 1e7, 1e-5).y));
        let leaping = SpoilerFlow::leaping(1e5, 0.01);
        assert!(!leaping.separates(&leaping.follow(start, 1e7, 1e-5).y));
    }

    #[test]
    fn peak_of_the_pull_is_where_no_other_margin_pulls_more() {
        let flow = SpoilerFlow::new(1.0, 0.01);
        let pull = |m: f64| {
            let q = thalweg_numerics::logistic(-m);
            (q - 0.01) * q * (1.0 - q)
        };
        let peak = flow.peak();
        assert!(pull(peak) > pull(peak + 1e-4) && pull(peak) > pull(peak - 1e-4), "{peak}");
    }
}
