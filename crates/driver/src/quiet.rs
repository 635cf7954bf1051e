//! The noise floor: where rounding hides what is left to gain.

use thalweg_problem::InvalidInput;

use crate::Row;

/// A step is still if f changes by no more than this share of |f|.
const STILL: f64 = 1e-9;
/// Four roundings of f: what may change without any reason at all.
const ROUNDING: f64 = 4.0 * f64::EPSILON;
/// The gradient explains a change of f if it could have caused more than this share of it.
const EXPLAINS: f64 = 0.1;

/// What happened since f became still: f, ∇f and how far x went, over a window of steps.
///
/// f is at its noise floor when over a whole window
/// - f changes by no more than its noise, which is the larger of its spread and a few roundings;
/// - ‖∇f‖ times the farthest that x went, a bound on what a smooth f can have changed, explains less than a tenth of it;
/// - ‖∇f‖ no longer falls: its least value in the second half is not below that in the first.
///
/// A cycle is no noise floor: x goes far there. It could hide only by closing within one window exactly.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Quiet {
    /// Steps since the anchor; 0 while f still moves.
    steps: u64,
    /// x where f became still.
    anchor: Vec<f64>,
    lowest: f64,
    highest: f64,
    farthest: f64,
    largest_norm: f64,
    /// Least ‖∇f‖ in the first half of the window, and in the second.
    least_norms: [f64; 2],
    /// f at the last step.
    last: f64,
}

/// The evidence for a noise floor.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Noise {
    /// Steps over which f was watched.
    pub steps: u64,
    /// The estimate: f cannot be told apart from itself by less than this.
    pub estimate: f64,
    /// The most that f can have changed by its gradient: the largest ‖∇f‖ times the farthest that x went.
    pub explained: f64,
    /// The least ‖∇f‖ seen.
    pub gradient_norm: f64,
}

impl Quiet {
    /// For points of length n; allocates here and never again.
    pub(crate) fn new(n: usize) -> Self {
        Self { anchor: vec![f64::NAN; n], last: f64::NAN, ..Self::default() }
    }

    pub(crate) fn unless_length(&self, n: usize) -> Result<(), InvalidInput> {
        InvalidInput::unless_length("checkpoint.anchor", &self.anchor, n)
    }

    /// Takes note of a step: one pass over x where f is still, none elsewhere.
    pub(crate) fn observe(&mut self, row: &Row, x: &[f64], window: u64) {
        let (Some(value), Some(norm)) = (row.value, row.gradient_norm) else { return };
        let last = std::mem::replace(&mut self.last, value);
        if self.steps == 0 || self.steps >= window || !is_still(value, self.lowest) {
            self.begin(value, norm, x, is_still(value, last));
            return;
        }
        self.steps += 1;
        self.lowest = self.lowest.min(value);
        self.highest = self.highest.max(value);
        self.largest_norm = self.largest_norm.max(norm);
        let half = usize::from(2 * self.steps > window);
        self.least_norms[half] = self.least_norms[half].min(norm);
        self.farthest = self.farthest.max(distance(x, &self.anchor));
    }

    fn begin(&mut self, value: f64, norm: f64, x: &[f64], still: bool) {
        self.steps = u64::from(still);
        if still {
            self.anchor.copy_from_slice(x);
            (self.lowest, self.highest) = (value, value);
            (self.farthest, self.largest_norm) = (0.0, norm);
            self.least_norms = [norm, f64::INFINITY];
        }
    }

    /// The noise floor, if a whole window says so.
    pub(crate) fn floor(&self, window: u64) -> Option<Noise> {
        let spread = self.highest - self.lowest;
        let estimate = spread.max(ROUNDING * self.highest.abs());
        let explained = self.largest_norm * self.farthest;
        let [before, after] = self.least_norms;
        let is_floor = self.steps > 0
            && self.steps >= window
            && explained <= EXPLAINS * estimate
            && after >= before
            && window > 0;
        is_floor.then_some(Noise { steps: self.steps, estimate, explained, gradient_norm: before })
    }
}

fn is_still(value: f64, reference: f64) -> bool {
    (value - reference).abs() <= STILL * reference.abs()
}

/// ‖x − y‖. Overflow makes it ∞, which explains any change.
fn distance(x: &[f64], y: &[f64]) -> f64 {
    let squares = x.iter().zip(y).fold(0.0, |total, (x, y)| total + (x - y) * (x - y));
    f64::sqrt(squares)
}
