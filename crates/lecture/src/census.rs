//! A census of the stationary points of a small network: searches, what each came to, and what is left without doubles.

use std::sync::OnceLock;

use thalweg_landscape::{CriticalPointSearch, Halt, Outcome, SignedSpectrum, Stationarity};
use thalweg_numerics::norm;
use thalweg_problem::Allowance;

use crate::digit_network::{DigitNetwork, PARAMETERS};

/// Of ‖w‖ near 3 and a decay of 1e-3, ‖∇f‖ is near 1 at the starts.
pub(crate) const STATIONARITY: Stationarity = Stationarity { tolerance: 1e-11, scale: 1.0 };
/// Gradients and products with the Hessian for a search.
pub(crate) const BUDGET: u64 = 4000;
/// Paths of descent; ten searches begin along each.
pub(crate) const PATHS: u64 = 6;
pub(crate) const DECAY: f64 = 1e-3;

/// What all searches came to.
pub(crate) struct Census {
    pub(crate) network: DigitNetwork,
    /// Those that differ, the lowest first, with how many searches ended there.
    pub(crate) points: Vec<Found>,
    pub(crate) stationary: usize,
    /// Where ½‖∇f‖² is stationary and f is not.
    pub(crate) flat: Vec<End>,
    /// Where the search ended for another reason: out of evaluations, or without a step.
    pub(crate) unfinished: Vec<End>,
}

/// Where a search ended that found no stationary point.
pub(crate) struct End {
    pub(crate) loss: f64,
    pub(crate) gradient_norm: f64,
    /// Whether five steps of Newton's method lead from there to a stationary point within a tenth.
    pub(crate) is_near: bool,
}

pub(crate) struct Found {
    pub(crate) w: Vec<f64>,
    pub(crate) loss: f64,
    pub(crate) spectrum: SignedSpectrum,
    pub(crate) times: usize,
    invariants: Vec<f64>,
}

impl Census {
    /// The one census that two results look at; it is taken once.
    pub(crate) fn taken() -> &'static Self {
        static TAKEN: OnceLock<Census> = OnceLock::new();
        TAKEN.get_or_init(Self::take)
    }

    fn take() -> Self {
        let network = DigitNetwork::new(DECAY);
        let search = CriticalPointSearch { stationarity: STATIONARITY, ..CriticalPointSearch::default() };
        let (mut points, mut stationary): (Vec<Found>, _) = (Vec::new(), 0);
        let (mut flat, mut unfinished) = (Vec::new(), Vec::new());
        for start in (0..PATHS).flat_map(|path| network.perturbed_iterates(2000 + path)) {
            let mut allow = Allowance::evaluations(BUDGET);
            match search.find(&network, &start, &mut allow).expect("the settings are constants") {
                Outcome::Stationary(point) => {
                    stationary += 1;
                    let invariants = network.invariants(point.x());
                    let same = |found: &&mut Found| {
                        found.invariants.iter().zip(&invariants).all(|(a, b)| (a - b).abs() < 1e-5)
                    };
                    if let Some(found) = points.iter_mut().find(same) {
                        found.times += 1;
                        continue;
                    }
                    let mut allow = Allowance::evaluations(2 * PARAMETERS as u64);
                    let spectrum = point.spectrum(&mut allow).expect("2n products");
                    let (w, loss) = (point.x().to_vec(), point.value());
                    points.push(Found { w, loss, spectrum, times: 1, invariants });
                }
                Outcome::GradientFlat(halt) => flat.push(End::of(&network, &halt)),
                Outcome::Stalled(halt) | Outcome::Budget(halt) => {
                    unfinished.push(End::of(&network, &halt));
                }
                other => panic!("{other}"),
            }
        }
        points.sort_by(|a, b| a.loss.total_cmp(&b.loss));
        Self { network, points, stationary, flat, unfinished }
    }
}

impl End {
    fn of(network: &DigitNetwork, halt: &Halt) -> Self {
        let w = &halt.point.x;
        let polished = network.polished(w, 5);
        let apart = |end: &[f64]| norm(&end.iter().zip(w).map(|(a, b)| a - b).collect::<Vec<_>>());
        let is_near = polished
            .is_some_and(|end| apart(&end) <= 0.1 && network.gradient_norm(&end) <= STATIONARITY.threshold());
        Self { loss: halt.point.value, gradient_norm: halt.gradient_norm, is_near }
    }
}

/// Spearman's rank correlation: that of the ranks, equal numbers sharing the mean of theirs.
///
/// Source: C. Spearman, American Journal of Psychology 15 (1904) 72–101.
pub(crate) fn rank_correlation(pairs: &[(f64, f64)]) -> f64 {
    let ranks = |of: fn(&(f64, f64)) -> f64| -> Vec<f64> {
        let rank = |x: f64| {
            let below = pairs.iter().filter(|pair| of(pair) < x).count() as f64;
            let equal = pairs.iter().filter(|pair| of(pair) == x).count() as f64;
            below + 0.5 * (equal - 1.0)
        };
        pairs.iter().map(|pair| rank(of(pair))).collect()
    };
    let (x, y) = (ranks(|pair| pair.0), ranks(|pair| pair.1));
    let mean = 0.5 * (pairs.len() as f64 - 1.0);
    let moment =
        |a: &[f64], b: &[f64]| a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + (a - mean) * (b - mean));
    moment(&x, &y) / (moment(&x, &x) * moment(&y, &y)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_correlate_as_they_should() {
        assert_eq!(rank_correlation(&[(1.0, 10.0), (2.0, 20.0), (3.0, 1e9)]), 1.0);
        assert_eq!(rank_correlation(&[(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)]), -1.0);
        // Ranks 0, 1, 2, 3 and ½, ½, 2, 3.
        let tied = rank_correlation(&[(1.0, 0.0), (2.0, 0.0), (3.0, 1.0), (4.0, 2.0)]);
        assert!((tied - 4.5 / (5.0_f64 * 4.5).sqrt()).abs() < 1e-15);
    }
}
