//! How far a right number may be off, because it was rounded on its way.

use alloc::vec;
use alloc::vec::Vec;

/// Points next to x to look at.
const NEIGHBORS: u64 = 4;

/// How far the numbers that `evaluate` writes for `x` may be off by rounding alone.
///
/// Every element of x moves by its last bit, up or down at random, and each number's largest change is taken times 4.
/// A sum of large terms that nearly cancel changes by about as much as it is off; the idea is that of J. Vignes's
/// stochastic arithmetic, Math. Comput. Simul. 35 (1993) 233–261. Takes 4 evaluations.
pub(super) fn rounding(x: &[f64], numbers: &[f64], mut evaluate: impl FnMut(&[f64], &mut [f64])) -> Vec<f64> {
    let mut rounding = vec![0.0_f64; numbers.len()];
    let mut changed = vec![f64::NAN; numbers.len()];
    let mut random = Random(0);
    for _ in 0..NEIGHBORS {
        let neighbor: Vec<f64> = x.iter().map(|x| x * (1.0 + random.sign() * f64::EPSILON)).collect();
        changed.fill(f64::NAN);
        evaluate(&neighbor, &mut changed);
        for ((rounding, before), after) in rounding.iter_mut().zip(numbers).zip(&changed) {
            // Not finite next to x, or never written: no change. `max` drops a NaN.
            let change = 4.0 * (after - before).abs();
            *rounding = if change.is_finite() { rounding.max(change) } else { *rounding };
        }
    }
    rounding
}

/// A stream of numbers, the same for everybody: Sebastiano Vigna's SplitMix64 (2015).
pub(super) struct Random(pub(super) u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn sign(&mut self) -> f64 {
        if self.bits() >> 63 == 1 { 1.0 } else { -1.0 }
    }

    /// A direction in which every element of x takes part, and none moves beyond its size, or 1 where it is 0.
    pub(super) fn direction(&mut self, x: &[f64]) -> Vec<f64> {
        let size = |x: f64| if x.is_normal() { x.abs() } else { 1.0 };
        x.iter().map(|x| self.half_to_one() * size(*x)).collect()
    }

    /// Of size ½ to 1, up or down.
    fn half_to_one(&mut self) -> f64 {
        let uniform = (self.bits() >> 11) as f64 / (1_u64 << 53) as f64;
        self.sign() * (0.5 + 0.5 * uniform)
    }
}
