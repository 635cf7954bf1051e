//! The search itself: blocks of Lanczos steps, restarts, and what is locked.

use thalweg_problem::Allowance;

use super::{Eigenpair, ExtremeEigenpairs, FoundEigenpairs};
use crate::lanczos_state::U;
use crate::ritz::verify_into;
use crate::{Ending, LanczosState, LinearOperator, Ritz, RitzValue, TridiagonalError};

/// Every so many steps it is asked whether the pairs have converged.
const CHECK_EVERY: usize = 5;

/// T is block diagonal: what is locked, and the block that is at work in the directions orthogonal to that.
pub(super) struct Search<'a> {
    wanted: &'a ExtremeEigenpairs,
    state: LanczosState,
    max_basis: usize,
    restarts: u64,
    /// So many vectors of the basis are locked: Ritz vectors that have converged, wanted as far as is known.
    locked: usize,
    /// How often something was locked.
    looks: u64,
}

impl<'a> Search<'a> {
    pub(super) fn new(wanted: &'a ExtremeEigenpairs, state: LanczosState, max_basis: usize) -> Self {
        Self { wanted, state, max_basis, restarts: 0, locked: 0, looks: 0 }
    }

    pub(super) fn run<A: LinearOperator + ?Sized>(&mut self, a: &A, allow: &mut Allowance) -> Ending {
        loop {
            let is_invariant = match self.state.advance(a, allow) {
                Ok(()) => self.is_nearly_invariant(),
                Err(Ending::InvariantSubspace { .. }) => true,
                Err(ending) => return ending,
            };
            match self.judge(is_invariant) {
                Ok(None) => {}
                Ok(Some(ending)) => return ending,
                Err(error) => return error.into(),
            }
        }
    }

    /// Whether what leads out of the space is no more than the tolerance, if more than rounding.
    fn is_nearly_invariant(&self) -> bool {
        // A bound of ‖T‖ by rows is at most 3 ‖T‖.
        let size = self.state.norm_bound() / 3.0;
        self.state.beta().last().is_some_and(|beta| *beta <= self.wanted.relative_residual.max(U) * size)
    }

    fn count(&self) -> usize {
        self.wanted.lowest + self.wanted.highest
    }

    /// How many of the lowest and of the highest Ritz values of the block have to converge. When there are enough pairs
    /// already, one of each tells whether the block has any that are wanted.
    fn wanted_of_block(&self) -> (usize, usize) {
        let ExtremeEigenpairs { lowest, highest, .. } = *self.wanted;
        if self.locked < self.count() { (lowest, highest) } else { (lowest.min(1), highest.min(1)) }
    }

    /// After a step: whether it is over; and if not, whether the basis is full, or a new block begins.
    fn judge(&mut self, is_invariant: bool) -> Result<Option<Ending>, TridiagonalError> {
        let steps = self.state.steps();
        let (is_full, (low, high)) = (steps == self.max_basis, self.wanted_of_block());
        let is_due = steps - self.locked >= low + high && (is_full || steps.is_multiple_of(CHECK_EVERY));
        if is_invariant || is_due {
            let ritz = self.state.ritz()?;
            let block = self.block(&ritz);
            let tolerance = self.wanted.relative_residual.max(U) * largest(&ritz.values);
            let ends = ends(&block, low, high);
            let norm = ends.iter().fold(0.0, |m, &i| ritz.values[i].residual.max(m));
            if is_invariant || norm <= tolerance {
                if self.is_over(&ritz, &ends, is_invariant, tolerance) {
                    return Ok(Some(Ending::Converged { norm, tolerance: tolerance.max(norm) }));
                }
                return Ok(self.look_again(&ritz, &ends, Ending::Converged { norm, tolerance }));
            }
        }
        if is_full {
            self.restart()?;
        }
        Ok(None)
    }

    /// The pairs of the block at work. Blocks have no element of T in common, so that eigenvectors do not either.
    fn block(&self, ritz: &Ritz) -> Vec<usize> {
        let m = ritz.values.len();
        (0..m).filter(|i| ritz.vectors[i * m..][..self.locked].iter().all(|s| *s == 0.0)).collect()
    }

    fn locked_pairs(&self, ritz: &Ritz) -> Vec<usize> {
        let block = self.block(ritz);
        (0..ritz.values.len()).filter(|i| !block.contains(i)).collect()
    }

    /// Whether the block has converged and there is no reason to look for more.
    fn is_over(&self, ritz: &Ritz, ends: &[usize], is_invariant: bool, tolerance: f64) -> bool {
        if self.state.steps() == self.state.dim() {
            return true;
        }
        if self.locked < self.count() {
            // The first pairs that are enough. An invariant space says nothing about what is beside it.
            return !is_invariant && !self.wanted.look_again;
        }
        // The last of those that are wanted, from either end: does the block have any beyond?
        let locked = self.locked_pairs(ritz);
        let near = tolerance + self.state.rounding();
        let value = |i: usize| ritz.values[i].value;
        let low = self.wanted.lowest.checked_sub(1).map(|i| value(locked[i]));
        let high = (self.wanted.highest > 0).then(|| value(locked[locked.len() - self.wanted.highest]));
        !ends.iter().any(|&i| {
            low.is_some_and(|low| value(i) < low - near) || high.is_some_and(|high| value(i) > high + near)
        })
    }

    /// Locks the best of what has converged and begins a block orthogonal to it; `otherwise`, where nothing is orthogonal to it.
    fn look_again(&mut self, ritz: &Ritz, converged: &[usize], otherwise: Ending) -> Option<Ending> {
        let mut candidates = self.locked_pairs(ritz);
        candidates.extend(converged);
        candidates.sort_unstable();
        let keep = ends(&candidates, self.wanted.lowest, self.wanted.highest);
        if keep.len() < ritz.values.len() {
            self.state.keep(ritz, &keep);
        }
        self.locked = self.state.steps();
        self.looks += 1;
        let is_found = self.state.continue_beside(self.wanted.seed.wrapping_add(self.looks << 32));
        if is_found { None } else { Some(otherwise) }
    }

    /// Keeps what is locked, and of the block the pairs at its ends: those that have to converge and half of what else
    /// there is room for.
    fn restart(&mut self) -> Result<(), TridiagonalError> {
        let ritz = self.state.ritz()?;
        let (low, high) = self.wanted_of_block();
        let block = self.block(&ritz);
        let extra = block.len().saturating_sub(low + high) / 2;
        let below = extra * low / (low + high);
        let mut keep = self.locked_pairs(&ritz);
        keep.extend(ends(&block, low + below, high + extra - below));
        self.state.keep(&ritz, &keep);
        self.restarts += 1;
        Ok(())
    }

    /// The pairs at hand, each verified as far as products are allowed; counting them is for the caller.
    pub(super) fn finish<A: LinearOperator + ?Sized>(
        mut self,
        a: &A,
        ending: Ending,
        allow: &mut Allowance,
    ) -> FoundEigenpairs {
        let mut found = FoundEigenpairs {
            ending,
            lowest: Vec::new(),
            highest: Vec::new(),
            norm: 0.0,
            products: 0,
            restarts: self.restarts,
        };
        // Without a step, or where the sweeps have failed, there is nothing to show.
        if let Ok(ritz) = self.state.ritz() {
            found.norm = largest(&ritz.values);
            let is_complete = self.locked == self.count() && !ending.is_converged();
            // What was about to be looked for is left out where enough is locked.
            let from = if is_complete { self.locked_pairs(&ritz) } else { (0..ritz.values.len()).collect() };
            for i in ends(&from, self.wanted.lowest, self.wanted.highest) {
                let Some(pair) = self.pair(a, &ritz, i, allow) else { continue };
                let has_room = found.lowest.len() < self.wanted.lowest;
                if has_room { found.lowest.push(pair) } else { found.highest.push(pair) }
            }
        }
        found
    }

    fn pair<A: LinearOperator + ?Sized>(
        &mut self,
        a: &A,
        ritz: &Ritz,
        i: usize,
        allow: &mut Allowance,
    ) -> Option<Eigenpair> {
        let RitzValue { value, residual, bound, .. } = ritz.values[i];
        let mut vector = vec![0.0; self.state.dim()];
        self.state.ritz_vector(ritz, i, &mut vector).ok()?;
        let error = self.state.product_error();
        let verified = verify_into(a, value, &vector, error, allow, &mut self.state.w).ok();
        let known = (residual, bound, false);
        let (residual, bound, is_verified) = verified.map_or(known, |v| (v.residual, v.bound(), true));
        Some(Eigenpair { value, vector, residual, bound, is_verified })
    }
}

/// Of ascending pairs the lowest, beginning with the lowest, and then of the rest the highest, beginning with the highest.
fn ends(ascending: &[usize], lowest: usize, highest: usize) -> Vec<usize> {
    let lowest = lowest.min(ascending.len());
    let (low, rest) = ascending.split_at(lowest);
    low.iter().chain(rest.iter().rev().take(highest)).copied().collect()
}

fn largest(ritz: &[RitzValue]) -> f64 {
    ritz.iter().fold(0.0, |m, r| r.value.abs().max(m))
}
