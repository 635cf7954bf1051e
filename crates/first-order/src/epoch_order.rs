//! In which order an epoch goes through the terms.

use thalweg_numerics::Draws;

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
    Draws::new(seed, epoch).shuffle(order);
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use super::*;

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
