//! Random numbers with a stated seed, the same on every machine: ChaCha8, uniform and normal numbers, shuffles.

use std::f64::consts::TAU;

use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use thalweg_numerics::{cos, ln, sin};

/// A stream of random numbers. Its key is the seed in eight bytes, lowest first, and 24 bytes of 0.
pub(crate) struct Draws {
    generator: ChaCha8Rng,
    /// The second of a pair of normal numbers, until it is asked for.
    spare: Option<f64>,
}

impl Draws {
    /// One of the many independent streams of a seed.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(stream);
        Self { generator, spare: None }
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    pub(crate) fn unit(&mut self) -> f64 {
        const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.generator.next_u64() >> 11) as f64 * UNIT
    }

    /// Uniform in [−1, 1), a multiple of 2⁻⁵².
    pub(crate) fn signed_unit(&mut self) -> f64 {
        2.0 * self.unit() - 1.0
    }

    /// Normal with mean 0 and variance 1: √(−2 ln u) cos 2πv and then √(−2 ln u) sin 2πv, for uniform u and v.
    ///
    /// Source: G. E. P. Box and M. E. Muller, Annals of Mathematical Statistics 29 (1958) 610–611.
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(second) = self.spare.take() {
            return second;
        }
        // In (0, 1], where the logarithm is finite.
        let (u, v) = (1.0 - self.unit(), self.unit());
        let radius = (-2.0 * ln(u)).sqrt();
        self.spare = Some(radius * sin(TAU * v));
        radius * cos(TAU * v)
    }

    /// Uniform in 0, 1, …, n − 1, for n ≥ 1: the upper half of the product of n and 64 random bits.
    ///
    /// Where that favors a number it is drawn again (D. Lemire, ACM Transactions on Modeling and Computer Simulation 29,
    /// 2019, article 3).
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        let surplus = n.wrapping_neg() % n;
        loop {
            let product = u128::from(self.generator.next_u64()) * u128::from(n);
            if product as u64 >= surplus {
                return (product >> 64) as u64;
            }
        }
    }

    /// Every order equally likely (R. Durstenfeld, Communications of the ACM 7, 1964, 420).
    pub(crate) fn shuffle(&mut self, items: &mut [usize]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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
