//! The innermost loops of products with a packed matrix: six rows of A, packed as well, meet one panel of B after the other.
//!
//! ```text
//! strip of A, 6 × k:   a₀,₀ … a₅,₀,  a₀,₁ … a₅,₁,  …,  a₀,ₖ₋₁ … a₅,ₖ₋₁
//! ```
//!
//! They add to 6 × 8 elements of the product, which stay in registers. A strip of 256 columns, 12 KiB, stays in the first-level
//! cache while up to 32 panels pass by, which stay in the second-level one for the next strip.
//!
//! None of that is seen in the result: what is in registers goes on with the sum that lies in `out`, so an element adds up
//! its terms from the first to the last, and every product is rounded before it is added.
//! On a CPU with two pipes for products and two for sums, that is nearly as fast as fusing them.
//!
//! Source: K. Goto and R. A. van de Geijn, Anatomy of high-performance matrix multiplication, ACM Transactions on
//! Mathematical Software 34 (2008), article 12.

use crate::dispatch::dispatched;
use crate::panels::Panels;
use crate::tile::{COLUMNS, Column, DEPTH, add_row};

/// Rows of the piece of the product that stays in registers: 6 × 8 numbers are 12 registers of AVX2, two rows of B take two
/// more, and an element of A and a product the last two of sixteen. Of AVX-512's 32 they are 6, each a sum of its own.
const ROWS: usize = 6;

/// Panels that meet a strip before others do: with a depth of 256 they are 512 KiB.
const PANELS: usize = 32;

/// Up to so many columns of B, packing the rows of A takes longer than it saves.
const FEW: usize = 2 * COLUMNS;

/// Up to so many multiplications, packing columns of A does.
const SMALL: usize = 512;

/// Up to this depth a strip lies in little memory, so that a small product does not wait for much of it to be cleared.
const SHALLOW: usize = 16;

/// The left factor A of a product, row after row or column after column.
#[derive(Clone, Copy)]
pub(crate) enum Left<'a> {
    Rows(&'a [f64]),
    Columns(&'a [f64]),
}

impl Left<'_> {
    /// Packs the rows from `first` on, and of them the columns from `p` on, as many as there is room for in `strip`.
    /// Rows beyond the last one of `m` repeat it.
    fn pack<const R: usize>(self, [first, m]: [usize; 2], p: usize, k: usize, strip: &mut [f64]) {
        let depth = strip.len() / R;
        match self {
            Self::Rows(a) => {
                for r in 0..R {
                    let row = &a[(first + r).min(m - 1) * k + p..][..depth];
                    strip[r..].iter_mut().step_by(R).zip(row).for_each(|(packed, &a)| *packed = a);
                }
            }
            Self::Columns(a) => {
                let columns = strip.chunks_exact_mut(R).zip(a.chunks_exact(m).skip(p));
                if first + R <= m {
                    columns.for_each(|(packed, column)| packed.copy_from_slice(&column[first..][..R]));
                } else {
                    for (packed, column) in columns {
                        (0..R).for_each(|r| packed[r] = column[(first + r).min(m - 1)]);
                    }
                }
            }
        }
    }
}

/// out ← A B where `fresh`, else out ← out + A B; neither B nor `out` is empty.
pub(crate) fn multiply(a: Left<'_>, b: Panels<'_>, fresh: bool, out: &mut [f64]) {
    match a {
        Left::Rows(a) if b.columns <= FEW => rows_times_few(a, b, fresh, out),
        Left::Columns(a) if !fresh && a.len() * b.columns <= SMALL => add_column_by_column(a, b, out),
        _ => multiply_packed(a, b, fresh, out),
    }
}

dispatched! { up to 8: fn rows_times_few(a: &[f64], b: Panels<'_>, fresh: bool, out: &mut [f64]) = multiply_unpacked; }

#[inline(always)]
fn multiply_unpacked(a: &[f64], b: Panels<'_>, fresh: bool, out: &mut [f64]) {
    let (k, n) = (b.depth, b.columns);
    for (j, panel) in b.elements.chunks_exact(COLUMNS * k).enumerate() {
        Column { k, n, p: 0, panel, column: COLUMNS * j, fresh }.add(a, out);
    }
}

/// Adds the products of one column of A and one row of B after the other.
fn add_column_by_column(a: &[f64], b: Panels<'_>, out: &mut [f64]) {
    let (n, m) = (b.columns, out.len() / b.columns);
    for (j, panel) in b.elements.chunks_exact(COLUMNS * b.depth).enumerate() {
        for (b, a) in panel.chunks_exact(COLUMNS).zip(a.chunks_exact(m)) {
            for (a, out) in a.iter().zip(out.chunks_exact_mut(n)) {
                out[COLUMNS * j..].iter_mut().zip(b).for_each(|(out, b)| *out += a * b);
            }
        }
    }
}

fn multiply_packed(a: Left<'_>, b: Panels<'_>, fresh: bool, out: &mut [f64]) {
    let (mut shallow, mut deep);
    let storage: &mut [f64] = if b.depth <= SHALLOW {
        shallow = [0.0; ROWS * SHALLOW];
        &mut shallow
    } else {
        deep = [0.0; ROWS * DEPTH];
        &mut deep
    };
    let m = out.len() / b.columns;
    let whole = m / ROWS * ROWS;
    for p in (0..b.depth).step_by(DEPTH) {
        for j in (0..b.columns).step_by(PANELS * COLUMNS) {
            let meeting = Meeting { a, b, p, j, fresh: fresh && p == 0, m };
            let (strips, rest) = out.split_at_mut(whole * b.columns);
            for (i, out) in strips.chunks_exact_mut(ROWS * b.columns).enumerate() {
                meeting.add::<ROWS>(ROWS * i, storage, out);
            }
            match m - whole {
                0 => {}
                1 | 2 => meeting.add::<2>(whole, storage, rest),
                3 | 4 => meeting.add::<4>(whole, storage, rest),
                _ => meeting.add::<ROWS>(whole, storage, rest),
            }
        }
    }
}

/// Some columns of A that meet some columns of B.
#[derive(Clone, Copy)]
struct Meeting<'a> {
    a: Left<'a>,
    b: Panels<'a>,
    /// The first of the columns of A.
    p: usize,
    /// The first of the columns of B.
    j: usize,
    /// Whether sums start at 0, whatever there is.
    fresh: bool,
    /// Rows of A.
    m: usize,
}

impl Meeting<'_> {
    /// Adds a strip of A, its rows from `first` on, to as many rows of the product as `out` has, at most R.
    fn add<const R: usize>(&self, first: usize, storage: &mut [f64], out: &mut [f64]) {
        let &Self { a, b, p, j, fresh, m } = self;
        let n = b.columns;
        let depth = DEPTH.min(b.depth - p);
        let strip = &mut storage[..R * depth];
        a.pack::<R>([first, m], p, b.depth, strip);
        let panels = b.elements.chunks_exact(COLUMNS * b.depth).skip(j / COLUMNS).take(PANELS);
        for (column, panel) in (j..).step_by(COLUMNS).zip(panels) {
            let panel = &panel[COLUMNS * p..][..COLUMNS * depth];
            if out.len() == R * n && column + COLUMNS <= n {
                tile_of::<R>()(strip, panel, fresh, n, &mut out[column..]);
                continue;
            }
            // What is added up beyond the edges is not stored.
            let mut edge = [[0.0; COLUMNS]; R];
            for (edge, out) in edge.iter_mut().zip(out.chunks_exact(n)) {
                edge.iter_mut().zip(&out[column..]).for_each(|(edge, &out)| *edge = out);
            }
            tile_of::<R>()(strip, panel, fresh, COLUMNS, edge.as_flattened_mut());
            for (edge, out) in edge.iter().zip(out.chunks_exact_mut(n)) {
                out[column..].iter_mut().zip(edge).for_each(|(out, &edge)| *out = edge);
            }
        }
    }
}

/// Adds a strip of A times a panel to the first eight elements of each of R rows, `n` apart.
///
/// Each is compiled apart from the rest, because it is only then that no register is wanted for anything else.
fn tile_of<const R: usize>() -> fn(&[f64], &[f64], bool, usize, &mut [f64]) {
    match R {
        2 => two_rows,
        4 => four_rows,
        _ => six_rows,
    }
}

dispatched! { up to 8: fn two_rows(strip: &[f64], panel: &[f64], fresh: bool, n: usize, out: &mut [f64]) = add_tile::<2>; }
dispatched! { up to 8: fn four_rows(strip: &[f64], panel: &[f64], fresh: bool, n: usize, out: &mut [f64]) = add_tile::<4>; }
dispatched! { up to 8: fn six_rows(strip: &[f64], panel: &[f64], fresh: bool, n: usize, out: &mut [f64]) = add_tile::<ROWS>; }

#[inline(always)]
fn add_tile<const R: usize>(strip: &[f64], panel: &[f64], fresh: bool, n: usize, out: &mut [f64]) {
    let mut sums = [[0.0; COLUMNS]; R];
    if !fresh {
        for r in 0..R {
            sums[r] = out[r * n..][..COLUMNS].try_into().expect("eight columns");
        }
    }
    for (a, b) in strip.chunks_exact(R).zip(panel.chunks_exact(COLUMNS)) {
        let b = b.try_into().expect("eight columns");
        for r in 0..R {
            add_row(a[r], b, &mut sums[r]);
        }
    }
    for r in 0..R {
        out[r * n..][..COLUMNS].copy_from_slice(&sums[r]);
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;
    use crate::dispatch::at_most;

    fn ways_agree<const R: usize>(depth: usize, n: usize) {
        let numbers =
            |count: usize| -> Vec<f64> { (0..count).map(|i| 1.0 / (1.0 + (i * i % 101) as f64)).collect() };
        let (strip, panel, start) = (numbers(R * depth), numbers(COLUMNS * depth), numbers(R * n));
        for fresh in [true, false] {
            let (mut wide, mut plain) = (start.clone(), start.clone());
            tile_of::<R>()(&strip, &panel, fresh, n, &mut wide);
            add_tile::<R>(&strip, &panel, fresh, n, &mut plain);
            assert_eq!(wide, plain, "{R} rows, a depth of {depth}, {n} columns");
        }
    }

    proptest::proptest! {
        /// On a CPU with AVX-512, the three ways through the same code.
        #[test]
        fn all_ways_give_the_same_bits(
            depth in 0_usize..40,
            n in COLUMNS..20,
            lanes in proptest::sample::select(&[4, 8]),
        ) {
            at_most(lanes);
            ways_agree::<2>(depth, n);
            ways_agree::<4>(depth, n);
            ways_agree::<ROWS>(depth, n);
        }
    }
}
