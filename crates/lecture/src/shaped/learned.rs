//! What networks from several seeds have learned: how often they are wrong, and how much of that is variance.
//!
//! Of two networks from different seeds, at a place in the plane,
//!
//! ```text
//! P(one is wrong) = P(both are wrong) + ½ P(they disagree)
//!  disagreement   =      bias²        +      variance
//! ```
//!
//! which is the split of Kohavi and Wolpert: with p = P(inside) and the truth t, 0 or 1, it is |t − p| = (t − p)² + p(1 − p).
//! Estimated from pairs of different seeds both parts are unbiased.
//!
//! Source: R. Kohavi and D. H. Wolpert, "Bias plus variance decomposition for zero-one loss functions", ICML 1996.

use thalweg_networks::data::Shape;

use super::GRID;
use crate::bootstrap::{Interval95, bootstrap, weighted_mean};

/// What networks of one training have learned from several seeds.
#[derive(Clone, Debug)]
pub(crate) struct Learned {
    /// What that of the first seed says on the grid: above 0 for inside.
    pub(crate) first: Vec<f64>,
    /// The share of the grid that is wrong, by seed.
    wrong: Vec<f64>,
    /// The area that is inside for both the network and the shape, in that inside for one of them, by seed.
    overlap: Vec<f64>,
    /// The share of the grid on which two seeds disagree, and on which both are wrong, by pair.
    pairs: Vec<Pair>,
}

/// What one network has learned. What it says on the grid is kept of the first seed only.
pub(super) struct OneSeed {
    odds: Option<Vec<f64>>,
    wrong: Vec<bool>,
    share: f64,
    overlap: f64,
}

/// The share of the square that is wrong, and its two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Wrong,
    /// p(1 − p), in the mean over the grid.
    Variance,
    /// (t − p)², in the mean over the grid.
    SquaredBias,
}

#[derive(Clone, Copy, Debug)]
struct Pair {
    seeds: (usize, usize),
    differ: f64,
    both_wrong: f64,
}

/// Which points of the grid are inside the shape.
pub(super) fn truth() -> Vec<bool> {
    let shape = Shape::hexagon_with_diamond_hole();
    GRID.points().chunks_exact(2).map(|p| shape.contains([p[0], p[1]])).collect()
}

fn share(which: impl ExactSizeIterator<Item = bool>) -> f64 {
    let all = which.len();
    which.filter(|is_so| *is_so).count() as f64 / all as f64
}

impl OneSeed {
    /// From what a network says on the grid.
    pub(super) fn new(seed: u64, odds: Vec<f64>, truth: &[bool]) -> Self {
        let wrong: Vec<_> = odds.iter().zip(truth).map(|(z, inside)| (*z > 0.0) != *inside).collect();
        let is_wrong = share(wrong.iter().copied());
        let both = share(odds.iter().zip(truth).map(|(z, inside)| *z > 0.0 && *inside));
        Self { odds: (seed == 0).then_some(odds), wrong, share: is_wrong, overlap: both / (both + is_wrong) }
    }
}

impl Learned {
    /// From several seeds, in order.
    pub(super) fn new(seeds: impl IntoIterator<Item = OneSeed>) -> Self {
        let mut learned = Self { first: vec![], wrong: vec![], overlap: vec![], pairs: vec![] };
        let mut wrongs: Vec<Vec<bool>> = Vec::new();
        for OneSeed { odds, wrong, share: is_wrong, overlap } in seeds {
            learned.wrong.push(is_wrong);
            learned.overlap.push(overlap);
            for (other, earlier) in wrongs.iter().enumerate() {
                learned.pairs.push(Pair {
                    seeds: (other, wrongs.len()),
                    differ: share(earlier.iter().zip(&wrong).map(|(a, b)| a != b)),
                    both_wrong: share(earlier.iter().zip(&wrong).map(|(a, b)| *a && *b)),
                });
            }
            learned.first.extend(odds.into_iter().flatten());
            wrongs.push(wrong);
        }
        learned
    }

    fn seeds(&self) -> usize {
        self.wrong.len()
    }

    /// A mean over pairs of different seeds, each drawn so often.
    fn over_pairs(&self, times: &[u32], of: impl Fn(&Pair) -> f64) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for pair in &self.pairs {
            let weight = f64::from(times[pair.seeds.0]) * f64::from(times[pair.seeds.1]);
            sum += weight * of(pair);
            weights += weight;
        }
        sum / weights
    }

    /// What `part` is, with the seeds drawn so often each.
    fn of(&self, part: Part, times: &[u32]) -> f64 {
        match part {
            Part::Wrong => weighted_mean(self.wrong.iter().copied(), times),
            Part::Variance => self.over_pairs(times, |pair| 0.5 * pair.differ),
            Part::SquaredBias => self.over_pairs(times, |pair| pair.both_wrong),
        }
    }

    /// With its interval.
    pub(crate) fn share(&self, part: Part) -> Interval95 {
        bootstrap(self.seeds(), |times| self.of(part, times))
    }

    /// The mean of the overlaps.
    pub(crate) fn mean_overlap(&self) -> f64 {
        self.overlap.iter().sum::<f64>() / self.seeds() as f64
    }
}

/// By how much a part is larger for the second of each two, in the mean over all of them; the seeds are the same for all.
pub(crate) fn effect(part: Part, pairs: &[[&Learned; 2]]) -> Interval95 {
    let seeds = pairs.first().map_or(0, |pair| pair[0].seeds());
    bootstrap(seeds, |times| {
        let sum = pairs.iter().fold(0.0, |sum, [from, to]| sum + (to.of(part, times) - from.of(part, times)));
        sum / pairs.len() as f64
    })
}

/// What the nearest of so many points says on the grid: 1 for inside, −1 for outside. The yardstick for networks.
pub(crate) fn by_nearest_neighbor(examples: usize, seeds: u64) -> Learned {
    let (grid, truth) = (GRID.points(), truth());
    Learned::new((0..seeds).map(|seed| {
        let data = Shape::hexagon_with_diamond_hole().draw(examples, seed).expect("a point or more");
        let nearest = |p: &[f64]| {
            let mut nearest = (f64::INFINITY, 0);
            for (i, row) in data.rows().enumerate() {
                let (dx, dy) = (row[0] - p[0], row[1] - p[1]);
                let square = dx * dx + dy * dy;
                if square < nearest.0 {
                    nearest = (square, i);
                }
            }
            data.sign(nearest.1)
        };
        OneSeed::new(seed, grid.chunks_exact(2).map(nearest).collect(), &truth)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Networks that are wrong on the first points of the grid, so many of each.
    fn wrong_on(counts: &[usize]) -> Learned {
        let truth = truth();
        let odds = |count: usize| {
            let says = |(i, inside): (usize, &bool)| if *inside != (i < count) { 1.0 } else { -1.0 };
            truth.iter().enumerate().map(says).collect()
        };
        Learned::new(counts.iter().zip(0..).map(|(count, seed)| OneSeed::new(seed, odds(*count), &truth)))
    }

    #[test]
    fn parts_of_two_networks_are_what_they_share_and_what_they_do_not() {
        let points = (GRID.side * GRID.side) as f64;
        let learned = wrong_on(&[1000, 3000]);
        let shares =
            [Part::Wrong, Part::SquaredBias, Part::Variance].map(|part| points * learned.of(part, &[1, 1]));
        for (share, expected) in shares.into_iter().zip([2000.0, 1000.0, 1000.0]) {
            assert!((share - expected).abs() < 1e-9, "{shares:?}");
        }
        // Drawn twice and not at all: there is no pair.
        assert!(learned.of(Part::Variance, &[2, 0]).is_nan());
        assert_eq!((learned.first.len(), learned.mean_overlap() < 1.0), (GRID.side * GRID.side, true));
        assert_eq!(wrong_on(&[0, 0]).mean_overlap(), 1.0);
    }

    #[test]
    fn effects_are_from_the_first_to_the_second() {
        let (better, worse) = (wrong_on(&[0, 500, 1000]), wrong_on(&[1000, 1500, 2000]));
        let effect = effect(Part::Wrong, &[[&better, &worse]]);
        // The same for every seed, so the interval has no width.
        let expected = 1000.0 / (GRID.side * GRID.side) as f64;
        for end in [effect.low, effect.estimate, effect.high] {
            assert!((end - expected).abs() < 1e-15);
        }
    }
}
