//! The N-M-N encoder, the standard task of the papers on Rprop and Quickprop: a network that has to pass N patterns, each a
//! single 1 among N inputs, through M hidden units and give them back at N outputs.
//!
//! Everything that a crate of networks would have to replace: [`Encoder`] with [`start`](Encoder::start),
//! [`epoch`](Encoder::epoch) and [`all_bits_right`](Encoder::all_bits_right), and its `Differentiable`.
//!
//! ```text
//! hᵖ = σ(Vᵖ + a)              V: N × M, a row for each input, which is the row that a one-hot pattern p picks; a: M biases
//! oᵖ = σ(Wᵀhᵖ + b)            W: M × N, a row for each hidden unit; b: N biases
//! E  = ½ Σₚ Σₖ (oᵖₖ − tᵖₖ)²   t: the pattern itself; σ: the logistic function
//! ```
//!
//! E is a sum over patterns and outputs with a half before it, not a mean: so o − t itself is what goes back through the
//! network, as in Fahlman's program and in the rates of the papers.
//!
//! Sources: S. E. Fahlman, "Faster-learning variations on back-propagation: an empirical study", Connectionist Models Summer
//! School (1988); the details from his program `quickprop`, in T. Regier's translation to C.

use thalweg_numerics::{dot, ln, logistic_each};
use thalweg_problem::{Differentiable, Objective};

use crate::draws::Draws;

/// The N-M-N encoder; its variables are V, a, W and b, one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Encoder<const N: usize, const M: usize>;

/// What is sent back through the network.
///
/// The hyperbolic error alone gives the gradient of another function, Σ (1 + e) ln(1 + e) + (1 − e) ln(1 − e). With an offset
/// it is the gradient of none: the hidden layer is told of other outputs than there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Backward {
    /// Added to σ′, in both layers, so that a unit that is wrong and sure still learns.
    pub(crate) prime_offset: f64,
    /// ln((1 + e)/(1 − e)) in place of the error e = o − t: twice its inverse hyperbolic tangent.
    pub(crate) hyperbolic: bool,
}

impl Backward {
    /// ∇E.
    pub(crate) const GRADIENT: Self = Self { prime_offset: 0.0, hyperbolic: false };
}

/// What a look at all patterns shows, beside the slopes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Epoch {
    /// E.
    pub(crate) error: f64,
    /// max |oᵖₖ − tᵖₖ|; NaN where there is one.
    pub(crate) worst: f64,
}

impl Epoch {
    /// Whether every output is within 0.4 of its target: Fahlman's end of learning.
    pub(crate) fn all_bits_right(self) -> bool {
        self.worst < 0.4
    }
}

/// The hyperbolic error ends here, at 1 − |e| = 8 · 10⁻⁸, because at 1 it is infinite.
const STEEPEST: f64 = 17.0;

/// What a pass forward computes: hidden and output values, a row for each pattern.
struct Passed<const N: usize, const M: usize> {
    hidden: [[f64; M]; N],
    output: [[f64; N]; N],
}

impl<const N: usize, const M: usize> Encoder<N, M> {
    /// How many of the variables, at the front, lead into hidden units: N + 1 into each.
    pub(crate) const INTO_HIDDEN: usize = (N + 1) * M;

    /// How many there are: M + 1 lead into each output.
    pub(crate) const DIM: usize = Self::INTO_HIDDEN + (M + 1) * N;

    /// Weights and biases drawn uniformly from [−`radius`, `radius`).
    pub(crate) fn start(self, seed: u64, radius: f64) -> Vec<f64> {
        let mut draws = Draws::from_seed(seed);
        (0..Self::DIM).map(|_| radius * draws.signed_unit()).collect()
    }

    /// Whether every output is within 0.4 of its target.
    pub(crate) fn all_bits_right(self, x: &[f64]) -> bool {
        Self::errors(&Self::forward(x)).1.all_bits_right()
    }

    /// Writes what comes back to the variables into `slopes`, of length n like `x`: ∇E by [`Backward::GRADIENT`].
    pub(crate) fn epoch(self, x: &[f64], backward: Backward, slopes: &mut [f64]) -> Epoch {
        let passed = Self::forward(x);
        let (mut errors, epoch) = Self::errors(&passed);
        if backward.hyperbolic {
            for e in errors.as_flattened_mut() {
                *e = ln((1.0 + *e) / (1.0 - *e)).clamp(-STEEPEST, STEEPEST);
            }
        }
        Self::send_back(x, &passed, &errors, backward.prime_offset, slopes);
        epoch
    }

    fn forward(x: &[f64]) -> Passed<N, M> {
        let (into_hidden, into_output) = x.split_at(Self::INTO_HIDDEN);
        let (v, a) = into_hidden.split_at(N * M);
        let (w, b) = into_output.split_at(M * N);
        let mut passed = Passed { hidden: [[0.0; M]; N], output: [[0.0; N]; N] };

        let mut sums = [[0.0; M]; N];
        for (sum, v) in sums.iter_mut().zip(v.chunks_exact(M)) {
            for ((sum, v), a) in sum.iter_mut().zip(v).zip(a) {
                *sum = v + a;
            }
        }
        logistic_each(sums.as_flattened(), passed.hidden.as_flattened_mut());

        let mut sums = [[0.0; N]; N];
        for (sum, hidden) in sums.iter_mut().zip(&passed.hidden) {
            sum.copy_from_slice(b);
            for (h, w) in hidden.iter().zip(w.chunks_exact(N)) {
                for (sum, w) in sum.iter_mut().zip(w) {
                    *sum += h * w;
                }
            }
        }
        logistic_each(sums.as_flattened(), passed.output.as_flattened_mut());
        passed
    }

    /// oᵖₖ − tᵖₖ, and what they amount to.
    fn errors(passed: &Passed<N, M>) -> ([[f64; N]; N], Epoch) {
        let mut errors = passed.output;
        for (p, error) in errors.iter_mut().enumerate() {
            error[p] -= 1.0;
        }
        let flat = errors.as_flattened();
        let error = 0.5 * dot(flat, flat);
        // `max` passes over a NaN, so E has to tell.
        let worst = if error.is_nan() { error } else { flat.iter().fold(0.0, |worst, e| e.abs().max(worst)) };
        (errors, Epoch { error, worst })
    }

    fn send_back(x: &[f64], passed: &Passed<N, M>, errors: &[[f64; N]; N], offset: f64, slopes: &mut [f64]) {
        let w = &x[Self::INTO_HIDDEN..][..M * N];
        let mut w_transposed = [[0.0; M]; N];
        for (j, w) in w.chunks_exact(N).enumerate() {
            for (row, w) in w_transposed.iter_mut().zip(w) {
                row[j] = *w;
            }
        }
        let (into_hidden, into_output) = slopes.split_at_mut(Self::INTO_HIDDEN);
        let (v_slopes, a_slopes) = into_hidden.split_at_mut(N * M);
        let (mut w_slopes, mut b_slopes, mut a_sum) = ([[0.0; N]; M], [0.0; N], [0.0; M]);
        for (p, v_slope) in v_slopes.chunks_exact_mut(M).enumerate() {
            let (hidden, output) = (&passed.hidden[p], &passed.output[p]);
            // ∂E/∂(the sum that enters an output), and what they make of a change of each hidden value.
            let mut delta = [0.0; N];
            let mut felt = [0.0; M];
            for k in 0..N {
                delta[k] = errors[p][k] * (output[k] * (1.0 - output[k]) + offset);
                b_slopes[k] += delta[k];
                for j in 0..M {
                    felt[j] += delta[k] * w_transposed[k][j];
                }
            }
            for j in 0..M {
                for k in 0..N {
                    w_slopes[j][k] += hidden[j] * delta[k];
                }
                let slope = felt[j] * (hidden[j] * (1.0 - hidden[j]) + offset);
                v_slope[j] = slope;
                a_sum[j] += slope;
            }
        }
        a_slopes.copy_from_slice(&a_sum);
        let (w_out, b_out) = into_output.split_at_mut(M * N);
        w_out.copy_from_slice(w_slopes.as_flattened());
        b_out.copy_from_slice(&b_slopes);
    }
}

impl<const N: usize, const M: usize> Objective for Encoder<N, M> {
    fn dim(&self) -> usize {
        Self::DIM
    }

    fn value(&self, x: &[f64]) -> f64 {
        Self::errors(&Self::forward(x)).1.error
    }
}

impl<const N: usize, const M: usize> Differentiable for Encoder<N, M> {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        self.epoch(x, Backward::GRADIENT, gradient).error
    }
}

#[cfg(test)]
mod tests {
    use thalweg_numerics::logistic;
    use thalweg_problem::{CheckSettings, check_gradient};

    use super::*;

    fn agrees<const N: usize, const M: usize>(seed: u64, radius: f64) {
        let encoder = Encoder::<N, M>;
        let check = check_gradient(&encoder, &encoder.start(seed, radius), CheckSettings::default())
            .expect("the start is finite");
        assert!(check.agrees(), "{N}-{M}-{N} from seed {seed}: {check}");
    }

    #[test]
    fn gradient_is_that_of_the_value() {
        for seed in 0..3 {
            agrees::<10, 5>(seed, 1.0);
            agrees::<4, 2>(seed, 2.0);
            agrees::<8, 3>(seed, 0.5);
        }
    }

    /// The network written down a second time, unit by unit, as textbooks do.
    #[test]
    fn errors_and_slopes_are_those_of_the_textbook() {
        const N: usize = 4;
        const M: usize = 2;
        let encoder = Encoder::<N, M>;
        let x = encoder.start(7, 2.0);
        for backward in [Backward::GRADIENT, Backward { prime_offset: 0.1, hyperbolic: true }] {
            let mut slopes = vec![f64::NAN; x.len()];
            let epoch = encoder.epoch(&x, backward, &mut slopes);
            let (v, a) = (|i, j| x[i * M + j], |j| x[N * M + j]);
            let at = Encoder::<N, M>::INTO_HIDDEN;
            let (w, b) = (|j, k| x[at + j * N + k], |k| x[at + M * N + k]);
            let mut expected = vec![0.0; x.len()];
            let (mut error, mut worst) = (0.0, 0.0_f64);
            for p in 0..N {
                let h: Vec<f64> = (0..M).map(|j| logistic(v(p, j) + a(j))).collect();
                let mut felt = [0.0; M];
                for k in 0..N {
                    let o = logistic(b(k) + (0..M).map(|j| h[j] * w(j, k)).sum::<f64>());
                    let e = if k == p { o - 1.0 } else { o };
                    error += 0.5 * e * e;
                    worst = worst.max(e.abs());
                    let e = if backward.hyperbolic { ln((1.0 + e) / (1.0 - e)) } else { e };
                    let delta = e * (o * (1.0 - o) + backward.prime_offset);
                    expected[at + M * N + k] += delta;
                    for j in 0..M {
                        expected[at + j * N + k] += delta * h[j];
                        felt[j] += delta * w(j, k);
                    }
                }
                for j in 0..M {
                    let delta = felt[j] * (h[j] * (1.0 - h[j]) + backward.prime_offset);
                    expected[p * M + j] += delta;
                    expected[N * M + j] += delta;
                }
            }
            // Sums of at most 16 numbers around 1, in another order.
            let near = |a: f64, b: f64| (a - b).abs() < 1e-14;
            assert!(near(epoch.error, error) && near(epoch.worst, worst), "{epoch:?} {error} {worst}");
            assert_eq!(encoder.value(&x), epoch.error);
            for (i, (slope, expected)) in slopes.iter().zip(&expected).enumerate() {
                assert!(near(*slope, *expected), "{i}: {slope} {expected}");
            }
        }
    }

    /// (1 + e) ln(1 + e) + (1 − e) ln(1 − e), summed, with the slopes of the hyperbolic error.
    struct Hyperbolic;

    impl Objective for Hyperbolic {
        fn dim(&self) -> usize {
            Encoder::<4, 2>::DIM
        }

        fn value(&self, x: &[f64]) -> f64 {
            let (errors, _) = Encoder::<4, 2>::errors(&Encoder::<4, 2>::forward(x));
            let term = |e: f64| (1.0 + e) * ln(1.0 + e) + (1.0 - e) * ln(1.0 - e);
            errors.as_flattened().iter().map(|&e| term(e)).sum()
        }
    }

    impl Differentiable for Hyperbolic {
        fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
            Encoder::<4, 2>.epoch(x, Backward { prime_offset: 0.0, hyperbolic: true }, gradient);
            self.value(x)
        }
    }

    #[test]
    fn hyperbolic_error_has_a_function_of_its_own() {
        let check = check_gradient(&Hyperbolic, &Encoder::<4, 2>.start(3, 2.0), CheckSettings::default())
            .expect("the start is finite");
        assert!(check.agrees(), "{check}");
    }

    /// 2-2-2 by hand: a hidden unit for each pattern, and outputs that are sure of it.
    #[test]
    fn a_network_that_knows_the_patterns_has_all_bits_right() {
        let encoder = Encoder::<2, 2>;
        let x = [40.0, -40.0, -40.0, 40.0, 0.0, 0.0, 80.0, -80.0, -80.0, 80.0, 0.0, 0.0];
        assert!(encoder.all_bits_right(&x) && encoder.value(&x) < 1e-30);
        assert!(!encoder.all_bits_right(&[0.0; 12]), "all outputs are ½ there");
        assert!(!encoder.all_bits_right(&[f64::NAN; 12]));
        let right = |worst| Epoch { error: 0.0, worst }.all_bits_right();
        assert!(right(0.39) && !right(0.4));
        let mut slopes = [0.0; 12];
        let epoch = encoder.epoch(&[f64::NAN; 12], Backward::GRADIENT, &mut slopes);
        assert!(epoch.worst.is_nan() && !epoch.all_bits_right());
    }

    #[test]
    fn the_hyperbolic_error_is_clipped() {
        let encoder = Encoder::<2, 2>;
        // All outputs 0: one of two errors is −1, for which the logarithm is infinite.
        let mut x = [0.0; 12];
        (x[10], x[11]) = (-800.0, -800.0);
        let mut slopes = [0.0; 12];
        encoder.epoch(&x, Backward { prime_offset: 0.1, hyperbolic: true }, &mut slopes);
        assert_eq!(slopes[10], -STEEPEST * 0.1);
    }

    #[test]
    fn a_seed_is_a_start() {
        let encoder = Encoder::<10, 5>;
        let x = encoder.start(1, 2.0);
        assert_eq!((x.len(), x == encoder.start(1, 2.0), x == encoder.start(2, 2.0)), (115, true, false));
        assert!(x.iter().all(|x| (-2.0..2.0).contains(x)) && x.iter().any(|x| x.abs() > 1.9));
    }
}
