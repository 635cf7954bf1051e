//! The QL sweeps; the letters are those of `tridiagonal.rs`, with d for the diagonal and e for what stands beside it.

use thalweg_numerics::{norm, widest};

use super::NotConverged;

/// Sweeps for each row of the matrix, on the average, before it counts as not convergent.
const SWEEPS_PER_ROW: usize = 30;

/// u², with u = 2⁻⁵³ the unit roundoff.
const U_SQUARED: f64 = 0.25 * f64::EPSILON * f64::EPSILON;

/// Sweeps until e is 0; the rows of z, `width` numbers each, go through the rotations.
pub(super) fn diagonalize(
    d: &mut [f64],
    e: &mut [f64],
    z: &mut [f64],
    width: usize,
) -> Result<(), NotConverged> {
    let n = d.len();
    let negligible = |d: &[f64], e: &[f64], i: usize| {
        e[i] * e[i] <= U_SQUARED * d[i].abs() * d[i + 1].abs() + f64::MIN_POSITIVE
    };
    let sweeps = SWEEPS_PER_ROW.saturating_mul(n);
    let mut left = sweeps;
    // What lies above `start` is done. The rows up to `turned` belong to a block that has been turned as it should be.
    let (mut start, mut turned) = (0, 0);
    while start < n {
        let mut end = start;
        while end + 1 < n && !negligible(d, e, end) {
            end += 1;
        }
        if end + 1 < n {
            e[end] = 0.0;
        }
        if end == start {
            start += 1;
            continue;
        }
        if start >= turned {
            // The small end has to be above, where eigenvalues come out first.
            if d[end].abs() < d[start].abs() {
                d[start..=end].reverse();
                e[start..end].reverse();
                reverse_rows(&mut z[start * width..(end + 1) * width], width);
            }
            turned = end + 1;
            continue;
        }
        left = left.checked_sub(1).ok_or(NotConverged { sweeps })?;
        sweep(&mut d[start..=end], &mut e[start..end], &mut z[start * width..(end + 1) * width], width);
    }
    Ok(())
}

/// One QL step with Wilkinson's shift, from the last row of the block to the first.
fn sweep(d: &mut [f64], e: &mut [f64], z: &mut [f64], width: usize) {
    let last = e.len();
    let g = (d[1] - d[0]) / (2.0 * e[0]);
    let root = if g.is_finite() { norm(&[g, 1.0]) } else { g.abs() };
    let shift = d[0] - e[0] / if g < 0.0 { g - root } else { g + root };
    // The first rotation takes the last column of T − σ to its diagonal; the others chase the bulge f upwards.
    // `moved` is what the rotation before has added to the diagonal.
    let (mut g, mut s, mut c, mut moved) = (d[last] - shift, 1.0, 1.0, 0.0);
    for i in (0..last).rev() {
        let (f, b) = (s * e[i], c * e[i]);
        let r = norm(&[f, g]);
        if i + 1 < last {
            e[i + 1] = r;
        }
        // Nothing to rotate: only by underflow, or where T − σ is singular in its last rows.
        (s, c) = if r == 0.0 { (0.0, 1.0) } else { (f / r, g / r) };
        let below = d[i + 1] - moved;
        let turn = (d[i] - below) * s + 2.0 * c * b;
        moved = s * turn;
        d[i + 1] = below + moved;
        g = c * turn - b;
        if width > 0 {
            let (upper, lower) = z[i * width..][..2 * width].split_at_mut(width);
            if width < 32 {
                rotate(upper, lower, c, s);
            } else {
                widest(
                    #[inline(always)]
                    || rotate(upper, lower, c, s),
                );
            }
        }
    }
    d[0] -= moved;
    e[0] = g;
}

#[inline(always)]
fn rotate(upper: &mut [f64], lower: &mut [f64], c: f64, s: f64) {
    for (upper, lower) in upper.iter_mut().zip(lower) {
        (*upper, *lower) = (c * *upper - s * *lower, s * *upper + c * *lower);
    }
}

fn reverse_rows(rows: &mut [f64], width: usize) {
    if width == 0 {
        return;
    }
    let count = rows.len() / width;
    let (front, back) = rows.split_at_mut(count.div_ceil(2) * width);
    for (one, other) in front.chunks_exact_mut(width).zip(back.chunks_exact_mut(width).rev()) {
        one.swap_with_slice(other);
    }
}

/// Ascending, by as few exchanges of rows as there are rows.
pub(super) fn sort(d: &mut [f64], z: &mut [f64], width: usize) {
    for i in 0..d.len() {
        let least = (i + 1..d.len()).fold(i, |least, j| if d[j] < d[least] { j } else { least });
        if least != i {
            d.swap(i, least);
            let (before, from) = z.split_at_mut(least * width);
            before[i * width..][..width].swap_with_slice(&mut from[..width]);
        }
    }
}
