//! The lowest and the highest eigenvalues of a symmetric A with their eigenvectors, from products A v alone.
//!
//! ```text
//! until βₘ|sₘᵢ| ≤ tolerance · max |θ|  for every pair that is wanted:
//!     Lanczos steps with full reorthogonalization, up to m = max_basis
//!     keep the wanted Ritz pairs and some beside them, and go on from there        (thick restart)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | A | `a`, symmetric, of any definiteness |
//! | θᵢ, yᵢ | `value`, `vector` of an [`Eigenpair`] |
//! | βₘ\|sₘᵢ\| | what is compared with `relative_tolerance` |
//!
//! Needs: products A v, one a step, and one more to verify each pair at the end.
//! Memory: `max_basis` + 4 vectors of length n, and the result. Beside the products a step costs 4jn flops for j vectors, and a
//! restart 2kmn for k pairs kept. A larger basis takes fewer products, and more flops beside them.
//!
//! It ends with one of [`Ending`]; whatever it is, the pairs at hand come with a bound that holds: within `bound` of
//! `value` A has an eigenvalue. The bound of a verified pair is that of its own product.
//!
//! **Repeated eigenvalues**, and those nearer to each other than the tolerance. A start vector has one direction in every
//! eigenspace, so Lanczos sees every distinct eigenvalue once; a copy comes up by rounding alone, late. With `look_again` the
//! pairs that have converged are locked, and the search goes on from a random vector orthogonal to them, until what it finds
//! there is no more extreme than what is locked: each copy costs about as many products as the first search did.
//! Where the space turns out to be invariant, as with few distinct eigenvalues, it is looked again in any case, since that
//! is cheap; and with `max_basis` ≥ n the whole spectrum is computed, copies included.
//! No number of products proves that none was missed, and no bound here says it: a random vector may be orthogonal to an
//! eigenvector, if with a probability of 0.
//!
//! Where the literature disagrees:
//! - How many pairs to keep at a restart. ARPACK keeps those that are wanted and a few more as they converge, TRLan takes a
//!   number that minimizes its estimate of the work. Here half of what is not wanted is kept also, at the ends that are
//!   asked for.
//! - What a small residual is small against: |θᵢ| (ARPACK) or ‖A‖. Here the largest |θ|, because rounding lets no eigenvalue be
//!   better than u ‖A‖; the tolerance is taken to be u at least.
//!
//! Sources: K. Wu and H. Simon, SIAM J. Matrix Anal. Appl. 22 (2000) 602–616; B. N. Parlett, The Symmetric Eigenvalue
//! Problem (SIAM 1998), chapter 13.

use thalweg_problem::{Allowance, InvalidInput};

use crate::lanczos_state::U;
use crate::restarting::pseudo_random;
use crate::ritz::verify_into;
use crate::{Ending, Lanczos, LanczosState, LinearOperator, Ritz, RitzValue, TridiagonalError};

/// Every so many steps it is asked whether the pairs have converged.
const CHECK_EVERY: usize = 5;

/// The settings of the search for extreme eigenpairs.
///
/// ```
/// use thalweg_krylov::problem::Allowance;
/// use thalweg_krylov::{ExtremeEigenpairs, operator};
///
/// // Second differences: the eigenvalues are 2 − 2 cos(πk/(n + 1)).
/// let n = 200;
/// let a = operator(n, |v, out| {
///     for i in 0..n {
///         let (before, after) = (if i > 0 { v[i - 1] } else { 0.0 }, if i + 1 < n { v[i + 1] } else { 0.0 });
///         out[i] = 2.0 * v[i] - before - after;
///     }
/// });
/// let search = ExtremeEigenpairs { lowest: 1, highest: 3, ..ExtremeEigenpairs::default() };
/// let found = search.find(&a, &mut Allowance::evaluations(5000))?;
/// println!("{} with {} products", found.ending, found.products);
/// for (k, pair) in found.highest.iter().enumerate() {
///     println!("{} ± {:e}", pair.value, pair.bound);
///     let exact = 2.0 - 2.0 * thalweg_numerics::cos(std::f64::consts::PI * (n - k) as f64 / (n + 1) as f64);
///     assert!((pair.value - exact).abs() <= pair.bound && pair.bound < 1e-7);
/// }
/// assert!((found.lowest[0].value - 2.443e-4).abs() < 1e-7);
/// # Ok::<(), thalweg_krylov::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExtremeEigenpairs {
    /// How many of the lowest eigenvalues. Default 1.
    pub lowest: usize,
    /// How many of the highest. Default 1. Both together at least 1, at most n.
    pub highest: usize,
    /// Converged once every residual is at most this times the largest |θ|; 0 or more. Default 1e-8.
    pub relative_tolerance: f64,
    /// Whether to look for further copies of the eigenvalues that were found. Default false: see the
    /// [module](crate::extreme_eigenpairs).
    pub look_again: bool,
    /// Vectors of the basis: three more than pairs are wanted, or n. Default `None`: twice as many as pairs are wanted and 20
    /// more, or n if that is less.
    pub max_basis: Option<usize>,
    /// What the start is drawn from. Default 0.
    pub seed: u64,
    /// As in [`Lanczos::product_error`]. Default `None`.
    pub product_error: Option<f64>,
}

impl Default for ExtremeEigenpairs {
    fn default() -> Self {
        Self {
            lowest: 1,
            highest: 1,
            relative_tolerance: 1e-8,
            look_again: false,
            max_basis: None,
            seed: 0,
            product_error: None,
        }
    }
}

/// A value and a vector that nearly are an eigenpair, and how nearly.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Eigenpair {
    /// θ.
    pub value: f64,
    /// y, length n, of norm 1 but for rounding.
    pub vector: Vec<f64>,
    /// ‖A y − θy‖: measured if the pair is verified, else by the recurrence.
    pub residual: f64,
    /// A has an eigenvalue that is not farther from θ than this.
    pub bound: f64,
    /// Whether a product was spent on it.
    pub is_verified: bool,
}

/// What a search has found, and why it ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FoundEigenpairs {
    /// Why it ended.
    pub ending: Ending,
    /// The lowest first. Fewer than asked for only if it ended before there were as many steps.
    pub lowest: Vec<Eigenpair>,
    /// The highest first.
    pub highest: Vec<Eigenpair>,
    /// The largest |θ| seen, ‖A‖ but for its residual; 0 if there was no step.
    pub norm: f64,
    /// Products made, those of the verification among them.
    pub products: u64,
    /// How often the basis was full.
    pub restarts: u64,
}

impl ExtremeEigenpairs {
    /// Searches from a start that the seed decides.
    ///
    /// # Errors
    /// If a setting cannot be used, or n is less than the pairs that are wanted. Nothing has run then.
    pub fn find<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        allow: &mut Allowance,
    ) -> Result<FoundEigenpairs, InvalidInput> {
        let mut start = vec![0.0; a.dim()];
        pseudo_random(self.seed, &mut start);
        self.find_from(a, &start, allow)
    }

    /// Searches from a start of length n: the nearer to the wanted eigenvectors the better, but with a share of each.
    ///
    /// # Errors
    /// As [`find`](Self::find), or if the start has another length, is 0 or not finite.
    pub fn find_from<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        start: &[f64],
        allow: &mut Allowance,
    ) -> Result<FoundEigenpairs, InvalidInput> {
        let max_basis = self.check(a.dim())?;
        InvalidInput::unless_length("start", start, a.dim())?;
        let lanczos =
            Lanczos { max_steps: max_basis, product_error: self.product_error, ..Lanczos::default() };
        let mut search = Search {
            wanted: self,
            state: lanczos.start(start)?,
            max_basis,
            left_before: allow.left(),
            restarts: 0,
            locked: 0,
            looks: 0,
        };
        let ending = search.run(a, allow);
        Ok(search.finish(a, ending, allow))
    }

    /// The vectors of the basis.
    fn check(&self, n: usize) -> Result<usize, InvalidInput> {
        InvalidInput::unless_non_negative("relative_tolerance", self.relative_tolerance)?;
        let wanted = self.lowest.saturating_add(self.highest);
        if n == 0 {
            return Err(InvalidInput::new("a.dim()", 0, "1 or more"));
        }
        if wanted == 0 || wanted > n {
            return Err(InvalidInput::new("lowest + highest", wanted, format!("1 to {n}, the dimension")));
        }
        let max_basis = self.max_basis.unwrap_or(2 * wanted + 30).min(n);
        if max_basis < n && max_basis < wanted + 3 {
            let allowed = format!("{} or more, 3 more than the pairs that are wanted, or n", wanted + 3);
            return Err(InvalidInput::new("max_basis", max_basis, allowed));
        }
        Ok(max_basis)
    }
}

/// T is block diagonal: what is locked, and the block that is at work in the directions orthogonal to that.
struct Search<'a> {
    wanted: &'a ExtremeEigenpairs,
    state: LanczosState,
    max_basis: usize,
    left_before: u64,
    restarts: u64,
    /// So many vectors of the basis are locked: Ritz vectors that have converged, wanted as far as is known.
    locked: usize,
    /// How often something was locked.
    looks: u64,
}

impl Search<'_> {
    fn run<A: LinearOperator + ?Sized>(&mut self, a: &A, allow: &mut Allowance) -> Ending {
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
        self.state.beta().last().is_some_and(|beta| *beta <= self.wanted.relative_tolerance.max(U) * size)
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
        let is_due = steps - self.locked >= low + high && (is_full || steps % CHECK_EVERY == 0);
        if is_invariant || is_due {
            let ritz = self.state.ritz()?;
            let block = self.block(&ritz);
            let tolerance = self.wanted.relative_tolerance.max(U) * largest(&ritz.values);
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

    fn finish<A: LinearOperator + ?Sized>(
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
        found.products = self.left_before - allow.left();
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
