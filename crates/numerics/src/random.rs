//! Random numbers with a stated seed, the same on every machine and in every version.

use core::f64::consts::TAU;

use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};

use crate::{cos, ln, sin, sqrt};

/// A stream of random numbers: ChaCha8, whose key is the seed in eight bytes, lowest first, and 24 bytes of 0.
///
/// ```
/// use thalweg_numerics::Draws;
///
/// let mut draws = Draws::new(7, 0);
/// let (uniform, normal, die) = (draws.unit(), draws.normal(), 1 + draws.below(6));
/// assert!((0.0..1.0).contains(&uniform) && normal.is_finite() && (1..=6).contains(&die));
/// assert_eq!(Draws::new(7, 0).unit(), uniform);
/// ```
#[derive(Debug)]
pub struct Draws {
    generator: ChaCha8Rng,
    /// The second of a pair of normal numbers, until it is asked for.
    spare: Option<f64>,
}

impl Draws {
    /// One of the many independent streams of a seed.
    #[must_use]
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(stream);
        Self { generator, spare: None }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.bits() >> 11) as f64 * UNIT
    }

    /// Uniform in [−1, 1), a multiple of 2⁻⁵².
    pub fn signed_unit(&mut self) -> f64 {
        2.0 * self.unit() - 1.0
    }

    /// Normal with mean 0 and variance 1: both of a [`normal_pair`], one after the other.
    pub fn normal(&mut self) -> f64 {
        if let Some(second) = self.spare.take() {
            return second;
        }
        // In (0, 1], where the logarithm is finite.
        let [first, second] = normal_pair(1.0 - self.unit(), self.unit());
        self.spare = Some(second);
        first
    }

    /// Uniform in 0, 1, …, n − 1, for n ≥ 1: the upper half of the product of n and 64 random bits, drawn again where that
    /// would favor a number.
    ///
    /// Source: D. Lemire, ACM Transactions on Modeling and Computer Simulation 29 (2019), article 3.
    pub fn below(&mut self, n: u64) -> u64 {
        // 2⁶⁴ mod n products have to go, for the rest to be shared out evenly; they are among those whose lower half is below n.
        let mut product = u128::from(self.bits()) * u128::from(n);
        if (product as u64) < n {
            let surplus = n.wrapping_neg() % n;
            while (product as u64) < surplus {
                product = u128::from(self.bits()) * u128::from(n);
            }
        }
        (product >> 64) as u64
    }

    /// Every order equally likely: the shuffle of Fisher and Yates, i from the last place down to 1, each swapped with a place drawn
    /// from 0 to i.
    ///
    /// Source: R. Durstenfeld, Communications of the ACM 7 (1964) 420.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}

/// Two independent normal numbers with mean 0 and variance 1 from two independent uniform ones, u in (0, 1] and v in [0, 1):
/// √(−2 ln u) cos 2πv and √(−2 ln u) sin 2πv.
///
/// Source: G. E. P. Box and M. E. Muller, Annals of Mathematical Statistics 29 (1958) 610–611.
#[must_use]
pub fn normal_pair(u: f64, v: f64) -> [f64; 2] {
    let radius = sqrt(-2.0 * ln(u));
    [radius * cos(TAU * v), radius * sin(TAU * v)]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::vec;

    use super::*;

    #[test]
    fn moments_are_those_of_the_distributions() {
        const COUNT: u32 = 100_000;
        let mut draws = Draws::new(2, 0);
        let (mut uniform, mut normal) = ([0.0; 2], [0.0; 4]);
        for _ in 0..COUNT {
            let (u, z) = (draws.signed_unit(), draws.normal());
            assert!((-1.0..1.0).contains(&u));
            uniform.iter_mut().zip([u, u * u]).for_each(|(sum, x)| *sum += x);
            normal.iter_mut().zip([z, z * z, z * z * z, z * z * z * z]).for_each(|(sum, x)| *sum += x);
        }
        // Five standard errors √(Var xᵏ / COUNT).
        let near = |sum: f64, mean: f64, variance: f64| {
            let count = f64::from(COUNT);
            assert!(
                (sum / count - mean).abs() < 5.0 * (variance / count).sqrt(),
                "{} for {mean}",
                sum / count
            );
        };
        near(uniform[0], 0.0, 1.0 / 3.0);
        near(uniform[1], 1.0 / 3.0, 4.0 / 45.0);
        for (sum, (mean, variance)) in
            normal.into_iter().zip([(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0)])
        {
            near(sum, mean, variance);
        }
    }

    #[test]
    fn draws_are_shared_out_evenly() {
        let mut draws = Draws::new(5, 0);
        for n in [1_u64, 3, 10] {
            let mut counts = vec![0_u32; n as usize];

            for _ in 0..20_000 * n {
                counts[draws.below(n) as usize] += 1;
            }
            // Five standard deviations √(20000 (1 − 1/n)).
            assert!(counts.iter().all(|&count| count.abs_diff(20_000) < 708), "{counts:?}");
        }
        // Just above half of all numbers: every second product is drawn again.
        let n = (1 << 63) + 1;
        let lower = (0..10_000).filter(|_| draws.below(n) < n / 2).count();
        assert!(lower.abs_diff(5000) < 250, "{lower}");
    }

    #[test]
    fn every_order_is_equally_likely_and_streams_differ() {
        let mut counts = BTreeMap::new();
        for stream in 0..24_000 {
            let mut order = [0, 1, 2, 3];
            Draws::new(9, stream).shuffle(&mut order);
            *counts.entry(order).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        // Five standard deviations √(1000 · 23/24).
        assert!(counts.values().all(|&count| count.abs_diff(1000) < 155), "{counts:?}");
    }
}
