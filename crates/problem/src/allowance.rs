//! How much a step may still spend, and the flag that stops it from outside.

use alloc::sync::Arc;
#[cfg(not(feature = "std"))]
use core::cell::OnceCell as OnceLock;
use core::error::Error;
use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};
#[cfg(feature = "std")]
use std::sync::OnceLock;

use crate::Stuck;

/// Why a [`CancelFlag`] was raised, if whoever raised it said so.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// A flag that asks a run to stop. Clones share it, across threads too; once raised it stays up.
///
/// Without the feature `std` there is no cell that threads may share, and clones belong to one thread.
///
/// ```
/// use thalweg_problem::CancelFlag;
///
/// let flag = CancelFlag::default();
/// let elsewhere = flag.clone();
/// std::thread::spawn(move || elsewhere.raise()).join().unwrap();
/// assert!(flag.is_raised());
/// ```
#[derive(Clone, Default)]
pub struct CancelFlag {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    raised: AtomicBool,
    cause: OnceLock<Cause>,
}

impl CancelFlag {
    /// Asks the run to stop.
    pub fn raise(&self) {
        self.shared.raised.store(true, Ordering::Release);
    }

    /// Asks the run to stop and says why. The first cause stays.
    pub fn raise_because(&self, cause: Cause) {
        // A second cause is dropped on purpose: what came first is what stopped the run.
        let _ = self.shared.cause.set(cause);
        self.raise();
    }

    /// Whether anyone has asked.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.shared.raised.load(Ordering::Acquire)
    }

    /// The first cause given, if any.
    #[must_use]
    pub fn cause(&self) -> Option<&Cause> {
        self.shared.cause.get()
    }
}

impl fmt::Debug for CancelFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelFlag").field("raised", &self.is_raised()).field("cause", &self.cause()).finish()
    }
}

/// What a step may still spend. Every loop inside a step asks it before each evaluation, so that no
/// configuration hangs: when it is used up or cancelled, the step ends with [`Stuck`].
///
/// ```
/// use thalweg_problem::{Allowance, Stuck};
///
/// let mut allow = Allowance::evaluations(1);
/// assert!(allow.spend().is_ok());
/// assert!(matches!(allow.spend(), Err(Stuck::OutOfEvaluations)));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Allowance {
    left: u64,
    flags: [Option<CancelFlag>; 2],
}

impl Allowance {
    /// So many evaluations, and no flag.
    #[must_use]
    pub fn evaluations(left: u64) -> Self {
        Self { left, flags: [None, None] }
    }

    /// The same, watching up to two flags: the one of whoever started the run and the objective's own.
    #[must_use]
    pub fn watching(self, flags: [Option<CancelFlag>; 2]) -> Self {
        Self { flags, ..self }
    }

    /// Takes one evaluation from what is left. Ask before evaluating, not after.
    ///
    /// # Errors
    /// [`Stuck::Cancelled`] if a flag is up, else [`Stuck::OutOfEvaluations`] if none is left.
    pub fn spend(&mut self) -> Result<(), Stuck> {
        if self.raised().is_some() {
            return Err(Stuck::Cancelled);
        }
        self.left = self.left.checked_sub(1).ok_or(Stuck::OutOfEvaluations)?;
        Ok(())
    }

    /// Evaluations left.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Sets what is left; the driver does so between steps, from what was really evaluated.
    pub fn set_left(&mut self, evaluations: u64) {
        self.left = evaluations;
    }

    /// A flag that is up; one that says why, if both are.
    #[must_use]
    pub fn raised(&self) -> Option<&CancelFlag> {
        let raised = || self.flags.iter().flatten().filter(|flag| flag.is_raised());
        raised().find(|flag| flag.cause().is_some()).or_else(|| raised().next())
    }
}
