//! Stochastic Lanczos quadrature: traces tr f(A), and with them the density of the spectrum, from products alone.
//!
//! ```text
//! tr f(A)/n = E[zᵀf(A)z]/n                      z of independent elements ±1                      (Hutchinson)
//! zᵀf(A)z/n ≈ Σᵢ wᵢ f(θᵢ),   wᵢ = s₁ᵢ²          T = S Θ Sᵀ of m Lanczos steps from z              (Gauss)
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | z | probe p of `probes`, drawn from ChaCha8: key the seed, stream p |
//! | m | `steps` |
//! | θᵢ, wᵢ | `values`, `weights` of a [`Rule`] |
//!
//! There are two errors, and both are stated.
//! *Sampling*: the mean over N probes has the standard error s/√N, s the standard deviation of the single ones; the
//! half-width of an [`Estimate`] is that times the Student factor for N − 1 degrees of freedom and the `confidence` that the
//! settings give beforehand. It is exact for normally distributed zᵀf(A)z, which they nearly are where no few eigenvectors
//! outweigh all others.
//! *Quadrature*: exact for polynomials of degree 2m − 1, and so for moments; for the logarithm Gauss is an upper bound and Radau,
//! with a node at a lower bound of the spectrum, a lower one. The smoothed density has no bound of that error: it is small where
//! the kernel is wider than the distance of the nodes.
//!
//! Needs: N m products. Memory: m + 4 vectors of length n with `Full`, 4 with `None`, whatever N is. `None` is enough for
//! quadrature in practice, since copies of Ritz values share the weight of one; the statements about errors are then no theorems.
//!
//! It ends with one of [`Ending`]; the probes that are finished count, whatever it is.
//!
//! Sources: M. F. Hutchinson, Comm. Statist. Simulation Comput. 19 (1990) 433–450; G. H. Golub and G. Meurant, Matrices, Moments and
//! Quadrature with Applications (Princeton 2010), chapters 6, 7 and 11; L. Lin, Y. Saad and C. Yang, SIAM Review 58 (2016) 34–65;
//! S. Ubaru, J. Chen and Y. Saad, SIAM J. Matrix Anal. Appl. 38 (2017) 1075–1099.

mod log_determinant;
mod sample;
mod student;

use thalweg_numerics::Draws;
use thalweg_problem::{Allowance, InvalidInput};

pub use log_determinant::LogDeterminant;
pub use sample::{Estimate, Rule, SpectralSample};
pub use student::student_factor;

use crate::{Ending, Lanczos, LanczosState, LinearOperator, Reorthogonalization};

/// The settings of stochastic Lanczos quadrature.
///
/// ```
/// use thalweg_krylov::problem::Allowance;
/// use thalweg_krylov::{StochasticQuadrature, operator};
///
/// // Second differences with 3 on the diagonal.
/// let n = 1000;
/// let a = operator(n, |v, out| {
///     for i in 0..n {
///         let (before, after) = (if i > 0 { v[i - 1] } else { 0.0 }, if i + 1 < n { v[i + 1] } else { 0.0 });
///         out[i] = 3.0 * v[i] - before - after;
///     }
/// });
/// let quadrature = StochasticQuadrature { probes: 20, steps: 30, ..StochasticQuadrature::default() };
/// let sample = quadrature.run(&a, &mut Allowance::evaluations(600))?;
/// let second = sample.moment(2)?;
/// println!("tr A²/n = {} ± {}", second.value, second.half_width);
/// // Nine and one for each neighbor.
/// assert!((second.value - (11.0 - 2.0 / n as f64)).abs() <= second.half_width);
/// // The eigenvalues are above 1. A determinant of this kind grows by the factor (3 + √5)/2 a row.
/// let log_determinant = sample.log_determinant(Some(1.0))??;
/// let (low, high) = log_determinant.interval();
/// let exact = (n + 1) as f64 * thalweg_numerics::ln((3.0 + 5.0_f64.sqrt()) / 2.0) - 0.5 * thalweg_numerics::ln(5.0);
/// assert!(low <= exact && exact <= high && high - low < 0.05 * exact);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StochasticQuadrature {
    /// N, 2 or more, so that there is a standard error. Default 30.
    pub probes: u64,
    /// m, 1 or more. Default 50.
    pub steps: usize,
    /// What the probes are drawn from. Default 0.
    pub seed: u64,
    /// How often an interval shall contain what it is for, between 0 and 1. Default 0.99.
    pub confidence: f64,
    /// Default: `Full`. `Partial` is as good for quadrature.
    pub reorthogonalization: Reorthogonalization,
    /// As in [`Lanczos::product_error`]. Default `None`.
    pub product_error: Option<f64>,
}

impl Default for StochasticQuadrature {
    fn default() -> Self {
        Self {
            probes: 30,
            steps: 50,
            seed: 0,
            confidence: 0.99,
            reorthogonalization: Reorthogonalization::Full,
            product_error: None,
        }
    }
}

impl StochasticQuadrature {
    /// Takes the steps from every probe. What the trace is to be taken of is for the [`SpectralSample`] to be asked.
    ///
    /// # Errors
    /// If a setting cannot be used or n is 0. Nothing has run then.
    pub fn run<A: LinearOperator + ?Sized>(
        &self,
        a: &A,
        allow: &mut Allowance,
    ) -> Result<SpectralSample, InvalidInput> {
        let n = a.dim();
        if n == 0 {
            return Err(InvalidInput::new("a.dim()", 0, "1 or more"));
        }
        if self.probes < 2 {
            return Err(InvalidInput::new("probes", self.probes, "2 or more"));
        }
        if self.steps == 0 {
            return Err(InvalidInput::new("steps", 0, "1 or more"));
        }
        student::check_confidence(self.confidence)?;
        let lanczos = Lanczos {
            reorthogonalization: self.reorthogonalization,
            max_iterations: self.steps,
            keep_basis: self.reorthogonalization != Reorthogonalization::None,
            product_error: self.product_error,
        };
        let mut probe = vec![0.0; n];
        rademacher(self.seed, 0, &mut probe);
        let mut state = lanczos.start(&probe)?;
        let mut sample = SpectralSample {
            ending: Ending::IterationLimit { limit: self.probes.saturating_mul(self.steps as u64) },
            n,
            steps: self.steps,
            confidence: self.confidence,
            rules: Vec::new(),
        };
        for p in 0..self.probes {
            rademacher(self.seed, p, &mut probe);
            lanczos.restart(&mut state, &probe)?;
            match lanczos.run(a, &mut state, allow)? {
                Ending::IterationLimit { .. } | Ending::InvariantSubspace { .. } => {}
                ending => {
                    sample.ending = ending;
                    break;
                }
            }
            match Rule::new(&state) {
                Ok(rule) => sample.rules.push(rule),
                Err(error) => {
                    sample.ending = error.into();
                    break;
                }
            }
        }
        Ok(sample)
    }
}

impl Rule {
    fn new(state: &LanczosState) -> Result<Self, crate::TridiagonalError> {
        let ends = state.tridiagonal().end_components()?;
        Ok(Self {
            values: ends.values,
            weights: ends.first.iter().map(|s| s * s).collect(),
            alpha: state.alpha().to_vec(),
            beta: state.beta().to_vec(),
            is_exact: state.is_invariant(),
            rounding: state.rounding(),
            norm: state.norm_bound(),
        })
    }
}

/// Writes ±1 into every element of `out`, as `seed` and `probe` decide and nothing else: every machine and every version gives the
/// same ones.
///
/// They are the bits of ChaCha8 from the lowest up, 64 at a time, a 1 for −1. The key is the seed in eight bytes, lowest first,
/// and 24 bytes of 0; the stream is the number of the probe.
///
/// ```
/// let mut probe = [0.0; 6];
/// thalweg_krylov::rademacher(0, 0, &mut probe);
/// assert!(probe.iter().all(|z| z * z == 1.0));
/// ```
pub fn rademacher(seed: u64, probe: u64, out: &mut [f64]) {
    let mut draws = Draws::new(seed, probe);
    for chunk in out.chunks_mut(64) {
        let mut bits = draws.bits();
        for z in chunk {
            *z = if bits & 1 == 1 { -1.0 } else { 1.0 };
            bits >>= 1;
        }
    }
}
