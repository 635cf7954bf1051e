//! The innermost loops of products of matrices that are not packed.
//!
//! They add to 4 × 8 elements of the product, which stay in registers; they go through 256 rows of a panel, which stay in the
//! first-level cache while 128 rows of A pass by, which stay in the second-level one.
//!
//! None of that is seen in the result: what is in registers goes on with the sum that lies in `out`, so an element adds up
//! its terms from the first to the last, and every product is rounded before it is added.
//! On a CPU with two pipes for products and two for sums, that is as fast as fusing them.
//!
//! Source: K. Goto and R. A. van de Geijn, Anatomy of high-performance matrix multiplication, ACM Transactions on
//! Mathematical Software 34 (2008), article 12.

use core::sync::atomic::{Ordering, compiler_fence};

/// Rows and columns of the piece of the product that stays in registers: 4 × 8 numbers are 8 registers of AVX2.
const ROWS: usize = 4;
pub(crate) const COLUMNS: usize = 8;
type Tile = [[f64; COLUMNS]; ROWS];

/// Rows of a panel that are gone through at a time: with 8 columns 16 KiB, half of a first-level cache.
pub(crate) const DEPTH: usize = 256;

/// Rows of A that meet all panels before the next rows do: with a depth of 256 they are 256 KiB.
pub(crate) const BAND: usize = 128;

/// Terms that are added between two looks at whether there are more: so long a loop runs equally fast wherever in a line of
/// the cache its code begins, and one of half the length does not, by an eighth.
const UNROLLED: usize = 2;

/// Tiles below each other: what they have in common.
#[derive(Clone, Copy)]
pub(crate) struct Column<'a> {
    /// Columns of A.
    pub(crate) k: usize,
    /// Columns of the product.
    pub(crate) n: usize,
    /// The first column of A that meets the panel.
    pub(crate) p: usize,
    /// As many rows of a panel of B as columns of A meet it, eight numbers each.
    pub(crate) panel: &'a [f64],
    /// The first of the columns of the product that are added to.
    pub(crate) column: usize,
    /// Whether sums start at 0, whatever there is.
    pub(crate) fresh: bool,
}

impl Column<'_> {
    /// Adds A times the panel to eight columns of the product, or to fewer at its right edge.
    #[inline(always)]
    pub(crate) fn add(&self, a: &[f64], out: &mut [f64]) {
        let (rows_of_a, rows_of_out) = (ROWS * self.k, ROWS * self.n);
        if self.column + COLUMNS <= self.n {
            let mut tiles_of_a = a.chunks_exact(rows_of_a);
            let mut tiles_of_out = out.chunks_exact_mut(rows_of_out);
            for (a, out) in (&mut tiles_of_a).zip(&mut tiles_of_out) {
                self.whole_tile(a, out);
            }
            self.edge_tile(tiles_of_a.remainder(), tiles_of_out.into_remainder());
        } else {
            for (a, out) in a.chunks(rows_of_a).zip(out.chunks_mut(rows_of_out)) {
                self.edge_tile(a, out);
            }
        }
    }

    /// Adds four rows of A times the panel to four rows of the product.
    #[inline(always)]
    fn whole_tile(&self, a: &[f64], out: &mut [f64]) {
        let &Self { k, n, p, panel, column, fresh } = self;
        let depth = panel.len() / COLUMNS;
        let mut sums = [[0.0; COLUMNS]; ROWS];
        if !fresh {
            for r in 0..ROWS {
                sums[r] = out[r * n + column..][..COLUMNS].try_into().expect("eight columns");
            }
        }
        let row = |r: usize| &a[r * k + p..][..depth];
        let sums = add_rows([row(0), row(1), row(2), row(3)], panel, sums);
        for r in 0..ROWS {
            out[r * n + column..][..COLUMNS].copy_from_slice(&sums[r]);
        }
    }

    /// The same where there are fewer rows, or fewer columns: what is added up beyond them is not stored.
    #[inline(always)]
    fn edge_tile(&self, a: &[f64], out: &mut [f64]) {
        let &Self { k, n, p, panel, column, fresh } = self;
        let (rows, columns) = (out.len() / n, COLUMNS.min(n - column));
        if rows == 0 {
            return;
        }
        let mut sums = [[0.0; COLUMNS]; ROWS];
        if !fresh {
            for r in 0..rows {
                for c in 0..columns {
                    sums[r][c] = out[r * n + column + c];
                }
            }
        }
        // Rows beyond the last one repeat it.
        let row = |r: usize| &a[r.min(rows - 1) * k + p..][..panel.len() / COLUMNS];
        let sums = add_rows([row(0), row(1), row(2), row(3)], panel, sums);
        for r in 0..rows {
            for c in 0..columns {
                out[r * n + column + c] = sums[r][c];
            }
        }
    }
}

/// Adds four rows of A times a panel.
#[inline(always)]
fn add_rows(rows: [&[f64]; ROWS], panel: &[f64], mut sums: Tile) -> Tile {
    let [r0, r1, r2, r3] = rows.map(|row| row.chunks_exact(UNROLLED));
    let tails = [r0.remainder(), r1.remainder(), r2.remainder(), r3.remainder()];
    let steps = panel.chunks_exact(UNROLLED * COLUMNS);
    let panel_tail = steps.remainder();
    for ((((b, a0), a1), a2), a3) in steps.zip(r0).zip(r1).zip(r2).zip(r3) {
        for q in 0..UNROLLED {
            let b = b[COLUMNS * q..][..COLUMNS].try_into().expect("eight columns");
            for (a, sums) in [a0, a1, a2, a3].into_iter().zip(&mut sums) {
                add_row(a[q], b, sums);
            }
        }
    }
    for (q, b) in panel_tail.chunks_exact(COLUMNS).enumerate() {
        let b = b.try_into().expect("eight columns");
        for (a, sums) in tails.into_iter().zip(&mut sums) {
            add_row(a[q], b, sums);
        }
    }
    sums
}

/// Adds an element of A times eight of B to eight sums.
#[inline(always)]
pub(crate) fn add_row(a: f64, b: [f64; COLUMNS], sums: &mut [f64; COLUMNS]) {
    for c in 0..COLUMNS {
        sums[c] += a * b[c];
    }
    // No instruction: it keeps the compiler from loading the next elements earlier, for which it would have to turn sums out of
    // their registers.
    compiler_fence(Ordering::SeqCst);
}
