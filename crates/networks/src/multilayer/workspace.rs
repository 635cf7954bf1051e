//! Memory for the passes of a network, kept from one evaluation to the next.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Memory for one evaluation. It is asked for by the first evaluation that needs it.
#[derive(Default)]
pub(super) struct Workspace {
    /// Of value and gradient, which look at each lot once.
    pub(super) passing: Pass,
    /// What `passing` has packed, for losses that take turns.
    pub(super) packed: Packed,
    /// Of the point at which products were last asked for.
    pub(super) kept: Kept,
    /// For one product at a time.
    pub(super) sums: Memory,
    pub(super) panels: Memory,
    /// ż, ẏ and δ̇ of one lot.
    pub(super) along: [Memory; 3],
    /// The direction of a product, packed.
    pub(super) direction: Memory,
    /// Features and targets of one lot of a batch.
    pub(super) gathered: [Vec<f64>; 2],
}

/// What a pass leaves behind.
#[derive(Default)]
pub(super) struct Pass {
    /// The weights, packed for both ways.
    pub(super) packed: Memory,
    /// y of the hidden layers and z of the last one, lot after lot, and in each layer after layer.
    pub(super) units: Memory,
    /// δ, likewise.
    pub(super) deltas: Memory,
}

/// Which weights are packed: losses that take turns are asked at one point after the other, all at the same.
#[derive(Default)]
pub(super) struct Packed {
    widths: Vec<usize>,
    /// Empty where there are none.
    point: Vec<f64>,
    for_both_ways: bool,
}

impl Packed {
    /// Whether these are packed, to the bit.
    pub(super) fn are(&self, widths: &[usize], x: &[f64], both: bool) -> bool {
        self.widths == widths && (self.for_both_ways || !both) && same_bits(&self.point, x)
    }

    /// Says that these are.
    pub(super) fn set(&mut self, widths: &[usize], x: &[f64], both: bool) {
        self.widths.clear();
        self.widths.extend_from_slice(widths);
        self.point.clear();
        self.point.extend_from_slice(x);
        self.for_both_ways = both;
    }
}

fn same_bits(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// A pass that is kept, with the point where it was made.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) pass: Pass,
    /// Empty where there is none.
    pub(super) point: Vec<f64>,
    /// Whether anybody has asked for a product.
    pub(super) is_wanted: bool,
}

impl Kept {
    /// Whether this is the pass at `x`, to the bit.
    pub(super) fn is_at(&self, x: &[f64]) -> bool {
        same_bits(&self.point, x)
    }
}

/// Memory that begins where a line of the cache does, so that no load of a row of a panel takes two lines.
#[derive(Default)]
pub(super) struct Memory(Vec<f64>);

/// A line of the cache in bytes, and the numbers in it.
const LINE: usize = 64;
const LINE_NUMBERS: usize = LINE / size_of::<f64>();

impl Memory {
    /// So many numbers: those that were there, unless there have to be more than ever before, and then any.
    pub(super) fn numbers(&mut self, length: usize) -> &mut [f64] {
        if self.0.len() < length + LINE_NUMBERS {
            self.0 = vec![0.0; length + LINE_NUMBERS];
        }
        // The same place every time, because the vector stays where it is.
        let start = self.0.as_ptr().align_offset(LINE).min(LINE_NUMBERS);
        &mut self.0[start..][..length]
    }
}

/// Workspaces that are borrowed, never freed, and made only when all are in use: one for each thread that evaluates at the
/// same time. A clone shares nothing and begins without memory.
#[derive(Default)]
pub(super) struct Workspaces {
    free: Arc<Mutex<Vec<Workspace>>>,
}

impl Workspaces {
    /// The same ones.
    pub(super) fn shared(&self) -> Self {
        Self { free: Arc::clone(&self.free) }
    }

    /// Runs `work` on a workspace with whatever it held before.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut Workspace) -> R) -> R {
        // A workspace is whole whatever panicked while the lock was held.
        let free = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = free().pop();
        let mut workspace = taken.unwrap_or_default();
        let result = work(&mut workspace);
        free().push(workspace);
        result
    }
}

/// Memory for the passes of networks, for losses that take turns: see [`NetworkLoss::in_memory`](super::NetworkLoss::in_memory).
#[derive(Debug, Default)]
pub struct NetworkMemory {
    pub(super) workspaces: Workspaces,
}

impl Clone for Workspaces {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Workspaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workspaces").finish_non_exhaustive()
    }
}
