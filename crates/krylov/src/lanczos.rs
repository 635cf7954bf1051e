//! Lanczos' iteration: an orthonormal basis of the Krylov space of a symmetric A, in which A is tridiagonal.
//!
//! ```text
//! q₁   = v / ‖v‖,   β₀ = 0
//! w    = A qⱼ − βⱼ₋₁ qⱼ₋₁
//! αⱼ   = qⱼᵀ w
//! w    ← w − αⱼ qⱼ,   and where asked for  w ← w − Qⱼ Qⱼᵀ w
//! βⱼ   = ‖w‖,   qⱼ₊₁ = w / βⱼ
//!
//! A Qₘ = Qₘ Tₘ + βₘ qₘ₊₁ eₘᵀ + F,     Tₘ = tridiag(β, α, β) = S Θ Sᵀ
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | A, v | `a`, `start` |
//! | α, β | `alpha()`, `beta()` of the state, of lengths m |
//! | Qₘ | `basis()` of the state: m rows of length n |
//! | θᵢ, sᵢ | [`Ritz`](crate::Ritz): Ritz values, and the vectors Qₘ sᵢ |
//! | F | rounding; without it, 0 |
//!
//! The extreme eigenvalues of T approach those of A long before m comes near n, and ‖A y − θᵢ y‖ = βₘ |sₘᵢ| for
//! y = Qₘ sᵢ is known without another product: within that distance of θᵢ there is an eigenvalue of A.
//!
//! Needs: products A q, one a step. Memory: m + 3 vectors of length n for m steps, or 3 with `keep_basis: false`.
//! A step costs 9n flops, and 4jn more whenever w is orthogonalized against all j vectors. No memory is asked for after `start`.
//!
//! It ends with one of [`Ending`]: `max_iterations` vectors are there, or an invariant subspace is found (β ≈ 0), or a
//! product is not finite or not allowed. The state is always that after the last good step.
//!
//! **Orthogonality.** Rounding lets the vectors lose it as soon as a Ritz pair converges (Paige), and then T shows copies of
//! eigenvalues that A has once.
//! - `Full`: every w is orthogonalized against all vectors by classical Gram–Schmidt, twice. Orthogonal to u.
//! - `Partial`: only when Simon's recurrence for ωⱼₖ ≈ qⱼᵀqₖ says that one has grown to √u, and then at that step and the next.
//!   T is that of an orthonormal basis up to u ‖A‖, so its eigenvalues are as good as with `Full`; the vectors Q s are good to √u.
//! - `None`: never. Every Ritz value with a small βₘ|sₘᵢ| still is close to an eigenvalue (Paige), but it may be a copy.
//!
//! Where the literature disagrees:
//! - Selective in what. Parlett & Scott (1979) orthogonalize against the few Ritz vectors that have converged, because it is
//!   along those that orthogonality is lost; Simon (1984) against all Lanczos vectors, but selects when. The two keep up the
//!   same semiorthogonality. Here it is Simon's: it needs no Ritz vectors on the way, which have to be computed and stored.
//! - Simon's ω carries random numbers in place of the unknown rounding. Here rounding always makes |ω| larger, as Larsen
//!   does it: the estimate is on the safe side, and it is the same in every run.
//! - Twice. The first time is the recurrence itself, which takes off all that is not rounding; the second is Qⱼ Qⱼᵀ w; and
//!   where that takes off more than 1 − 1/√2 of w, it is done again (Daniel, Gragg, Kaufman & Stewart 1976).
//!   Two blind passes after the recurrence would read the basis twice as often, for nothing that can be measured.
//! - αⱼ from w = A qⱼ − βⱼ₋₁qⱼ₋₁ or from A qⱼ. Paige (1972) shows the former to be more stable.
//!
//! What rounding leaves in F is not known without knowing how accurate the products are: see `product_error`.
//!
//! Sources: C. Lanczos, J. Res. Nat. Bur. Standards 45 (1950) 255–282; C. C. Paige, J. Inst. Maths Applics 10 (1972) 373–381,
//! and Linear Algebra Appl. 34 (1980) 235–258; B. N. Parlett and D. S. Scott, Math. Comp. 33 (1979) 217–238;
//! H. D. Simon, Linear Algebra Appl. 61 (1984) 101–131, and Math. Comp. 42 (1984) 115–142; J. W. Daniel, W. B. Gragg,
//! L. Kaufman and G. W. Stewart, Math. Comp. 30 (1976) 772–795; R. M. Larsen, report DAIMI PB-537 (Aarhus 1998).

use std::ops::ControlFlow;

use thalweg_numerics::norm;
use thalweg_problem::{Allowance, InvalidInput};

use crate::{Ending, LanczosState, LinearOperator};

/// When a new vector is orthogonalized against all vectors before it. See the [module](crate::lanczos).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Reorthogonalization {
    /// Always: orthogonal to u, the unit roundoff.
    #[default]
    Full,
    /// When semiorthogonality, √u, is about to be lost.
    Partial,
    /// Never.
    None,
}

/// The settings of Lanczos' iteration.
///
/// ```
/// use thalweg_krylov::problem::Allowance;
/// use thalweg_krylov::{Lanczos, operator};
///
/// // 1, 2, …, 999, and 2000 far above.
/// let n = 1000;
/// let lambda = |i: usize| if i + 1 < n { (i + 1) as f64 } else { 2000.0 };
/// let a = operator(n, |v, out| (0..n).for_each(|i| out[i] = lambda(i) * v[i]));
/// let lanczos = Lanczos { max_iterations: 20, ..Lanczos::default() };
///
/// let mut state = lanczos.start(&vec![1.0; n])?;
/// let ending = lanczos.run(&a, &mut state, &mut Allowance::evaluations(100))?;
/// println!("{ending}");
/// let ritz = state.ritz_values()?;
/// let highest = ritz[19];
/// println!("{} ± {:e}", highest.value, highest.bound);
/// // The value is better than its bound, which is better than 1e-5 of it.
/// assert!((highest.value - 2000.0).abs() <= highest.bound && highest.bound < 0.02);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lanczos {
    /// When the vectors are orthogonalized anew. Default: `Full`.
    pub reorthogonalization: Reorthogonalization,
    /// m, 1 or more: steps, and so products and vectors of the basis. Default 100; with `Full` or `Partial` never more than n
    /// are taken.
    pub max_iterations: usize,
    /// Whether the basis stays in memory; `Full` and `Partial` need it, and so do Ritz vectors and functions of A.
    /// Default: true.
    pub keep_basis: bool,
    /// How far a product with a vector of norm 1 may be from A v, in the norm; 0 or more.
    ///
    /// Default `None`: (10 + √n) u times a bound of ‖T‖, which is what sums of n rounded terms usually keep to. It enters the
    /// bounds of Ritz values, and what counts as β ≈ 0. A product by differences of gradients is much less accurate.
    pub product_error: Option<f64>,
}

impl Default for Lanczos {
    fn default() -> Self {
        Self {
            reorthogonalization: Reorthogonalization::Full,
            max_iterations: 100,
            keep_basis: true,
            product_error: None,
        }
    }
}

impl Lanczos {
    /// A state before the first step, for the start v ≠ 0 of length n. No product yet.
    ///
    /// # Errors
    /// If a setting cannot be used, n is 0, or v or its norm is 0 or not finite.
    pub fn start(&self, start: &[f64]) -> Result<LanczosState, InvalidInput> {
        self.check()?;
        let start_norm = check_start(start)?;
        self.check_memory(start.len())?;
        let mut state = LanczosState::zeros(start.len(), self);
        state.reset(start, start_norm);
        Ok(state)
    }

    /// Brings a state of the same n back to before the first step, for another start. Allocates nothing.
    ///
    /// # Errors
    /// As [`start`](Self::start), or if the state was made by other settings; then the state is as it was.
    pub fn restart(&self, state: &mut LanczosState, start: &[f64]) -> Result<(), InvalidInput> {
        self.check()?;
        self.check_state(state)?;
        InvalidInput::unless_length("start", start, state.n)?;
        let start_norm = check_start(start)?;
        state.reset(start, start_norm);
        Ok(())
    }

    /// Takes one step; `Break` says why the next one cannot be taken.
    ///
    /// The step that finds an invariant subspace counts: its α is there.
    ///
    /// # Errors
    /// If a setting cannot be used, or the state was made by other settings or belongs to another n than `a`.
    pub fn iterate<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        state: &mut LanczosState,
        allow: &mut Allowance,
    ) -> Result<ControlFlow<Ending>, InvalidInput> {
        self.check()?;
        self.check_state(state)?;
        if a.dim() != state.n {
            return Err(InvalidInput::new("a.dim()", a.dim(), format!("{}, as in the state", state.n)));
        }
        Ok(match state.advance(a, allow) {
            Ok(()) => ControlFlow::Continue(()),
            Err(ending) => ControlFlow::Break(ending),
        })
    }

    /// Takes steps until there are `max_iterations`, or there cannot be another.
    ///
    /// # Errors
    /// As [`iterate`](Self::iterate).
    pub fn run<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        state: &mut LanczosState,
        allow: &mut Allowance,
    ) -> Result<Ending, InvalidInput> {
        loop {
            if let ControlFlow::Break(ending) = self.iterate(a, state, allow)? {
                return Ok(ending);
            }
        }
    }

    pub(crate) fn check(&self) -> Result<(), InvalidInput> {
        if self.max_iterations == 0 {
            return Err(InvalidInput::new("max_iterations", 0, "1 or more"));
        }
        if !self.keep_basis && self.reorthogonalization != Reorthogonalization::None {
            return Err(InvalidInput::new(
                "keep_basis",
                false,
                "true, or Reorthogonalization::None, which alone does without the basis",
            ));
        }
        self.product_error
            .map_or(Ok(()), |error| InvalidInput::unless_non_negative("product_error", error).map(drop))
    }

    /// Room for more than there are addresses is refused here; what the machine does not have is not known.
    fn check_memory(&self, n: usize) -> Result<(), InvalidInput> {
        let bounded = self.reorthogonalization != Reorthogonalization::None;
        let steps = if bounded { self.max_iterations.min(n) } else { self.max_iterations };
        let bytes = steps.checked_add(2).and_then(|s| s.checked_mul(if self.keep_basis { 8 * n } else { 8 }));
        if bytes.is_some_and(|bytes| isize::try_from(bytes).is_ok()) {
            return Ok(());
        }
        Err(InvalidInput::new(
            "max_iterations",
            self.max_iterations,
            "so many that the basis has a place in memory",
        ))
    }

    fn check_state(&self, state: &LanczosState) -> Result<(), InvalidInput> {
        if *self == state.settings() {
            return Ok(());
        }
        Err(InvalidInput::new("state", "made by other settings", "a state that these settings have started"))
    }
}

fn check_start(start: &[f64]) -> Result<f64, InvalidInput> {
    if start.is_empty() {
        return Err(InvalidInput::new("start", "length 0", "length 1 or more"));
    }
    InvalidInput::unless_all_finite("start", start)?;
    InvalidInput::unless_positive("norm(start)", norm(start))
}
