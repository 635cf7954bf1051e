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
//! | βₘ\|sₘᵢ\| | what is compared with `relative_residual` |
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

mod search;

use thalweg_problem::{Allowance, InvalidInput};

use crate::restarting::pseudo_random;
use crate::{Ending, Lanczos, LinearOperator};

use search::Search;

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
    pub relative_residual: f64,
    /// Whether to look for further copies of the eigenvalues that were found. Default false: see the
    /// [module](crate::extreme_eigenpairs).
    pub look_again: bool,
    /// Vectors of the basis: three more than pairs are wanted, or n. Default `None`: twice as many as pairs are wanted and 30
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
            relative_residual: 1e-8,
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
            Lanczos { max_iterations: max_basis, product_error: self.product_error, ..Lanczos::default() };
        let left = allow.left();
        let mut search = Search::new(self, lanczos.start(start)?, max_basis);
        let ending = search.run(a, allow);
        let mut found = search.finish(a, ending, allow);
        found.products = left - allow.left();
        Ok(found)
    }

    /// The vectors of the basis.
    fn check(&self, n: usize) -> Result<usize, InvalidInput> {
        InvalidInput::unless_non_negative("relative_residual", self.relative_residual)?;
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
