//! Where the functions are measured: the same points in every run of the same size.

/// Where a function is worth measuring.
pub(crate) struct Domain {
    /// Where it is neither trivial nor out of range.
    pub(crate) range: (f64, f64),
    /// It is defined above this.
    pub(crate) above: f64,
    /// Where something happens: overflow, underflow, saturation, zeros, a switch between formulas.
    pub(crate) edges: &'static [f64],
    /// The second argument, from the first and a number in [0, 1); none if the function has one argument.
    pub(crate) second: Option<fn(f64, f64) -> f64>,
}

/// How many neighbors of an edge are taken on either side.
const NEIGHBORS: u64 = 200;

/// 2⁻⁶⁰, biased: from here on the magnitudes are drawn log-uniformly.
const SMALLEST_EXPONENT: u64 = 963;

/// `count` points (x, y), or more if the fixed ones are more; y is NaN where the function has one argument.
pub(crate) fn points(domain: &Domain, count: usize) -> Vec<(f64, f64)> {
    let mut firsts = Vec::new();
    let mut push = |x: f64| {
        // Zeros and what is not finite are values that a test states, not errors that can be measured.
        if x.is_finite() && x > domain.above && x != 0.0 {
            firsts.push(x);
        }
        firsts.len()
    };
    // The first number of every binade and its neighbors; of the subnormal ones, the powers of two.
    for first in (0..52).map(|bit| 1_u64 << bit).chain((1..=2047).map(|exponent| exponent << 52)) {
        for bits in [first - 1, first, first + 1] {
            push(f64::from_bits(bits));
            push(-f64::from_bits(bits));
        }
    }
    for edge in domain.edges {
        for bits in edge.to_bits() - NEIGHBORS..=edge.to_bits() + NEIGHBORS {
            push(f64::from_bits(bits));
        }
    }
    let (low, high) = domain.range;
    let exponents = (high.abs().max(low.abs()).to_bits() >> 52) + 1 - SMALLEST_EXPONENT;
    let mut draw = SplitMix64(1);
    loop {
        let x = match draw.next() % 8 {
            0..4 => low + (high - low) * draw.unit(),
            4..7 => {
                let exponent = SMALLEST_EXPONENT + draw.next() % exponents;
                let magnitude = f64::from_bits(exponent << 52 | draw.next() >> 12);
                if draw.next() >> 63 == 0 { magnitude } else { -magnitude }
            }
            // Any number at all, by its bits.
            _ => f64::from_bits(draw.next()),
        };
        if push(x) >= count {
            break;
        }
    }
    firsts.into_iter().map(|x| (x, domain.second.map_or(f64::NAN, |y| y(x, draw.unit())))).collect()
}

/// Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators", figure 15.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
