//! Random functions of one variable: smooth ones, kinks and plateaus, walls, rounding, and numbers that fit together nowhere.

use thalweg::numerics::{cos, exp, ln, sin};
use thalweg_line_search::Sample;

/// SplitMix64 (Steele, Lea, Flood 2014): a fast stream whose numbers are the same everywhere.
#[derive(Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// 10 to a power between `low` and `high`.
    pub(crate) fn power_of_ten(&mut self, low: f64, high: f64) -> f64 {
        exp(self.between(low, high) * std::f64::consts::LN_10)
    }
}

fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// In t = α over a scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    /// A parabola with its minimum at c₀ > 0.
    Parabola,
    /// A convex quartic.
    Quartic,
    /// Any polynomial of degree 5.
    Polynomial,
    /// A polynomial of degree 2 over 1 + t².
    Rational,
    /// c₀ exp(c₁t) + c₂ exp(−c₃t) − c₄t: overflows soon, and is convex.
    Exponential,
    /// A line with waves.
    Waves,
    /// |t − c₀| and a parabola.
    Kink,
    /// Down to a floor, flat from there on.
    Plateau,
    /// Stairs, with the slope of the line that they go down.
    Stairs,
    /// −ln(c₀ − t) − c₁t: NaN from c₀ on.
    Barrier,
    /// Down to c₀, where it jumps.
    Cliff,
    /// Random numbers.
    Chaos,
}

pub(crate) const SHAPES: [Shape; 12] = [
    Shape::Parabola,
    Shape::Quartic,
    Shape::Polynomial,
    Shape::Rational,
    Shape::Exponential,
    Shape::Waves,
    Shape::Kink,
    Shape::Plateau,
    Shape::Stairs,
    Shape::Barrier,
    Shape::Cliff,
    Shape::Chaos,
];

#[derive(Clone, Debug)]
pub(crate) struct RandomFunction {
    pub(crate) shape: Shape,
    c: [f64; 6],
    /// Of α.
    pub(crate) scale: f64,
    /// Of φ, with the sign that makes it go down at 0, most of the time.
    factor: f64,
    offset: f64,
    /// Where φ is replaced, by what.
    region: Option<(f64, f64, Sample)>,
    /// Whether the last bit of φ is random.
    is_noisy: bool,
}

impl RandomFunction {
    pub(crate) fn new(random: &mut Random) -> Self {
        let mut function = Self::smooth(random);
        if random.happens(0.3) {
            function.offset = random.one_of(&[1.0, -1.0]) * random.power_of_ten(-3.0, 16.0) * function.factor;
        }
        if random.happens(0.2) {
            let from = function.scale * random.power_of_ten(-3.0, 2.0);
            let to = if random.happens(0.5) { f64::INFINITY } else { from * random.between(1.0, 4.0) };
            let value = random.one_of(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0]);
            let slope = random.one_of(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
            function.region = Some((from, to, Sample { value, slope }));
        }
        function.is_noisy = random.happens(0.2);
        function
    }

    /// Without regions, noise and offset.
    pub(crate) fn smooth(random: &mut Random) -> Self {
        let shape = random.one_of(&SHAPES);
        let mut c = [0.0; 6];
        c.iter_mut().for_each(|c| *c = random.between(-3.0, 3.0));
        c[0] = random.power_of_ten(-1.0, 1.0);
        if random.happens(0.05) {
            // Cancellations and equal values.
            c[2..].iter_mut().for_each(|c| *c = c.round());
        }
        let scale = if random.happens(0.5) { 1.0 } else { random.power_of_ten(-8.0, 8.0) };
        let factor = if random.happens(0.5) { 1.0 } else { power_of_two(random.below(600) as i32 - 300) };
        let mut function = Self { shape, c, scale, factor, offset: 0.0, region: None, is_noisy: false };
        if function.at(0.0).slope > 0.0 && random.happens(0.98) {
            function.factor = -factor;
        }
        function
    }

    /// Smooth, and in units in which another power of two neither overflows nor underflows.
    pub(crate) fn moderate(random: &mut Random) -> Self {
        let function = Self::smooth(random);
        Self { factor: 1.0_f64.copysign(function.factor), ..function }
    }

    /// Whether it was turned over to go down at 0: then what was a minimum is none.
    pub(crate) fn is_turned(&self) -> bool {
        self.factor < 0.0
    }

    pub(crate) fn at(&self, alpha: f64) -> Sample {
        if let Some((from, to, sample)) = self.region {
            if from <= alpha && alpha <= to {
                return sample;
            }
        }
        let t = alpha / self.scale;
        let (value, slope) = self.plain(t);
        let mut value = value * self.factor + self.offset;
        if self.is_noisy {
            value = match mixed(alpha.to_bits()) % 3 {
                0 => value.next_up(),
                1 => value.next_down(),
                _ => value,
            };
        }
        Sample { value, slope: slope * self.factor / self.scale }
    }

    fn plain(&self, t: f64) -> (f64, f64) {
        let c = &self.c;
        match self.shape {
            Shape::Parabola => ((t - c[0]) * (t - c[0]), 2.0 * (t - c[0])),
            Shape::Quartic => {
                let (d, w) = (t - c[0], c[1] * c[1] + 0.01);
                (d * d * (d * d + w), d * (4.0 * d * d + 2.0 * w))
            }
            Shape::Polynomial => {
                let (mut value, mut slope) = (0.0, 0.0);
                for c in c {
                    slope = slope * t + value;
                    value = value * t + c;
                }
                (value, slope)
            }
            Shape::Rational => {
                let (p, dp, q) = ((c[1] * t + c[2]) * t + c[3], 2.0 * c[1] * t + c[2], 1.0 + t * t);
                (p / q, (dp * q - 2.0 * t * p) / (q * q))
            }
            Shape::Exponential => {
                let (up, down) = (c[0] * exp(c[1].abs() * t), c[2].abs() * exp(-c[3].abs() * t));
                (up + down - c[4] * t, c[1].abs() * up - c[3].abs() * down - c[4])
            }
            Shape::Waves => {
                (c[1] * t + c[2] * sin(c[0] * t + c[3]), c[1] + c[0] * c[2] * cos(c[0] * t + c[3]))
            }
            Shape::Kink => {
                let d = t - c[0];
                (d.abs() + c[1].abs() * d * d, d.signum() + 2.0 * c[1].abs() * d)
            }
            Shape::Plateau if t >= c[0] => (0.0, 0.0),
            Shape::Plateau => (c[0] - t, -1.0),
            Shape::Stairs => ((-4.0 * t / c[0]).floor(), -4.0 / c[0]),
            Shape::Barrier => (-ln(c[0] - t) - c[1] * t, 1.0 / (c[0] - t) - c[1]),
            Shape::Cliff if t > c[0] => (c[1] - t, -1.0),
            Shape::Cliff => (-t, -1.0),
            Shape::Chaos => {
                let mut random = Random(t.to_bits() ^ c[0].to_bits());
                (random.between(-1.0, 1.0), random.between(-1.0, 1.0))
            }
        }
    }
}

/// 2ᵉ for −1022 ≤ e ≤ 1023.
pub(crate) fn power_of_two(e: i32) -> f64 {
    f64::from_bits(((e + 1023) as u64) << 52)
}
