//! In which order an epoch goes through the terms.

use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};

/// Writes the numbers 0, 1, …, `order.len()` − 1 into `order`, in an order that `seed` and `epoch` decide, and nothing else:
/// every order is equally likely, and every machine and every version gives the same one.
///
/// It is the shuffle of Fisher and Yates in the form of Durstenfeld (Communications of the ACM 7, 1964, 420): i from the last
/// place down to 1, each swapped with a place drawn from 0 to i. The draws come from ChaCha8, whose key is the seed in eight bytes,
/// lowest first, and 24 bytes of 0, and whose stream is the epoch. A draw below n is the upper half of the product of n and 64
/// random bits, drawn again where that would favor a number (D. Lemire, ACM Transactions on Modeling and Computer Simulation
/// 29, 2019, article 3).
///
/// ```
/// use thalweg_first_order::epoch_order;
///
/// let mut order = [0; 6];
/// epoch_order(1, 0, &mut order);
/// assert_eq!(order, [0, 4, 5, 3, 1, 2]);
/// epoch_order(1, 1, &mut order);
/// assert_eq!(order, [1, 3, 5, 2, 4, 0]);
/// ```
pub fn epoch_order(seed: u64, epoch: u64, order: &mut [usize]) {
    for (i, place) in order.iter_mut().enumerate() {
        *place = i;
    }
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let mut generator = ChaCha8Rng::from_seed(key);
    generator.set_stream(epoch);
    for i in (1..order.len()).rev() {
        order.swap(i, below(i as u64 + 1, &mut generator) as usize);
    }
}

/// Uniform in 0, 1, …, n − 1, for n ≥ 1.
fn below(n: u64, generator: &mut ChaCha8Rng) -> u64 {
    // 2⁶⁴ mod n products have to go, for the rest to be shared out evenly; they are among those whose lower half is below n.
    let mut product = u128::from(generator.next_u64()) * u128::from(n);
    if (product as u64) < n {
        let surplus = n.wrapping_neg() % n;
        while (product as u64) < surplus {
            product = u128::from(generator.next_u64()) * u128::from(n);
        }
    }
    (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn draws_are_shared_out_evenly() {
        let mut generator = ChaCha8Rng::from_seed([5; 32]);
        for n in [1_u64, 3, 10] {
            let mut counts = vec![0_u32; n as usize];
            let draws = 20_000 * n;
            for _ in 0..draws {
                counts[below(n, &mut generator) as usize] += 1;
            }
            // Five standard deviations √(20000 (1 − 1/n)).
            assert!(counts.iter().all(|&count| count.abs_diff(20_000) < 708), "{counts:?}");
        }
        // Just above half of all numbers: every second product is drawn again.
        let n = (1 << 63) + 1;
        let lower = (0..10_000).filter(|_| below(n, &mut generator) < n / 2).count();
        assert!(lower.abs_diff(5000) < 250, "{lower}");
    }

    #[test]
    fn every_order_is_equally_likely() {
        let mut counts = BTreeMap::new();
        for epoch in 0..24_000 {
            let mut order = [0; 4];
            epoch_order(9, epoch, &mut order);
            *counts.entry(order).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        // Five standard deviations √(1000 · 23/24).
        assert!(counts.values().all(|&count| count.abs_diff(1000) < 155), "{counts:?}");
    }
}
