//! Data that look random and are the same everywhere: a generator with a stated seed, orthogonal matrices from it.

use thalweg_numerics::{dot, normal_pair};

/// The generator SplitMix64.
///
/// Source: G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
pub(crate) struct Draws {
    state: u64,
    /// The second of a pair of normal numbers, until it is asked for.
    spare: Option<f64>,
}

impl Draws {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self { state: seed, spare: None }
    }

    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [−1, 1), a multiple of 2⁻⁵².
    pub(crate) fn signed_unit(&mut self) -> f64 {
        const UNIT: f64 = 1.0 / (1_u64 << 52) as f64;
        (self.bits() >> 11) as f64 * UNIT - 1.0
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    pub(crate) fn unit(&mut self) -> f64 {
        const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.bits() >> 11) as f64 * UNIT
    }

    /// Normal with mean 0 and variance 1: both of a pair, one after the other.
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(second) = self.spare.take() {
            return second;
        }
        // In (0, 1], where the logarithm is finite.
        let [first, second] = normal_pair(1.0 - self.unit(), self.unit());
        self.spare = Some(second);
        first
    }

    /// n of them, each a [`signed_unit`](Self::signed_unit).
    pub(crate) fn vector(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.signed_unit()).collect()
    }
}

/// An orthogonal n × n matrix Q = H₁H₂H₃ of reflections Hᵢ = I − 2uuᵀ/(uᵀu), known to rounding without an eigensolver.
pub(crate) struct Orthogonal {
    n: usize,
    reflectors: [Vec<f64>; 3],
}

impl Orthogonal {
    /// With drawn vectors u.
    pub(crate) fn drawn(n: usize, draws: &mut Draws) -> Self {
        Self { n, reflectors: [(); 3].map(|()| draws.vector(n)) }
    }

    /// Q x.
    pub(crate) fn times(&self, x: &[f64]) -> Vec<f64> {
        self.reflectors.iter().rev().fold(x.to_vec(), reflected)
    }

    /// Qᵀ x: the coordinates of x along the columns of Q.
    pub(crate) fn transposed_times(&self, x: &[f64]) -> Vec<f64> {
        self.reflectors.iter().fold(x.to_vec(), reflected)
    }

    /// Column j of Q.
    pub(crate) fn column(&self, j: usize) -> Vec<f64> {
        let mut unit = vec![0.0; self.n];
        unit[j] = 1.0;
        self.times(&unit)
    }
}

fn reflected(mut x: Vec<f64>, u: &Vec<f64>) -> Vec<f64> {
    let along = 2.0 * dot(u, &x) / dot(u, u);
    for (xi, ui) in x.iter_mut().zip(u) {
        *xi -= along * ui;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generator_is_the_published_one() {
        let mut draws = Draws::from_seed(1_234_567);
        // The first outputs that Rosetta Code lists for this seed.
        assert_eq!([draws.bits(), draws.bits()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
        assert!(draws.vector(1000).iter().all(|x| (-1.0..1.0).contains(x)));
    }

    /// Means of the first four powers of `count` numbers.
    fn moments(count: u32, mut draw: impl FnMut() -> f64) -> [f64; 4] {
        let mut sums = [0.0; 4];
        for _ in 0..count {
            let x = draw();
            let mut power = 1.0;
            for sum in &mut sums {
                power *= x;
                *sum += power;
            }
        }
        sums.map(|sum| sum / f64::from(count))
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        const COUNT: u32 = 100_000;
        let mut draws = Draws::from_seed(2);
        // Five standard errors √(Var xᵏ / COUNT), with Var xᵏ = E x²ᵏ − (E xᵏ)².
        let close = |measured: f64, mean: f64, mean_square: f64| {
            let error = ((mean_square - mean * mean) / f64::from(COUNT)).sqrt();
            assert!((measured - mean).abs() < 5.0 * error, "{measured} instead of {mean} ± {error}");
        };
        // E xᵏ = 1/(k + 1).
        for (k, measured) in (1..).zip(moments(COUNT, || draws.unit())) {
            close(measured, 1.0 / f64::from(k + 1), 1.0 / f64::from(2 * k + 1));
        }
        // E xᵏ = 0 for odd k, (k − 1)!! for even k.
        let normal = moments(COUNT, || draws.normal());
        for (measured, mean, mean_square) in
            [(normal[0], 0.0, 1.0), (normal[1], 1.0, 3.0), (normal[2], 0.0, 15.0), (normal[3], 3.0, 105.0)]
        {
            close(measured, mean, mean_square);
        }
        // Neighbors, which share a radius, are not correlated either.
        let (mut last, mut products) = (draws.normal(), 0.0);
        for _ in 0..COUNT {
            let next = draws.normal();
            products += last * next;
            last = next;
        }
        close(products / f64::from(COUNT), 0.0, 1.0);
    }

    #[test]
    fn columns_are_orthonormal_and_the_transpose_goes_back() {
        let q = Orthogonal::drawn(7, &mut Draws::from_seed(1));
        for i in 0..7 {
            for (j, coordinate) in q.transposed_times(&q.column(i)).into_iter().enumerate() {
                let unit = if i == j { 1.0 } else { 0.0 };
                assert!((coordinate - unit).abs() < 1e-15);
                assert!((dot(&q.column(i), &q.column(j)) - unit).abs() < 1e-15);
            }
        }
    }
}
