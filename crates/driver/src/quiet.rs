//! The noise floor: where rounding hides what is left to gain.

use thalweg_problem::{InvalidInput, State};

use crate::Row;

/// A step is still if f changes by no more than this share of |f|.
const STILL: f64 = 1e-9;
/// Four roundings of f: what may change without any reason at all.
const ROUNDING: f64 = 4.0 * f64::EPSILON;
/// The gradient explains a change of f if it could have caused more than this share of it.
const EXPLAINS: f64 = 0.1;
/// x is on its way if it went farther in the second half by more than this factor; a steady walk gives 2.
const ON_ITS_WAY: f64 = 1.5;

/// What happened since f became still: f, ∇f and how far x went, over a window of steps.
///
/// f is at its noise floor when over a whole window
/// - f changes by no more than its noise, which is the larger of its spread and a few roundings;
/// - ‖∇f‖ times the farthest that x went, a bound on what a smooth f can have changed, explains less than a tenth of it;
/// - ‖∇f‖ no longer falls: its least value in the second half is not below that in the first;
/// - x is on its way nowhere: a slow escape from a saddle, an oscillation that passes its lowest point, a descent too flat
///   for f to show it are steady walks, and go twice as far in the whole window as in its first half. A walk is overlooked
///   if all it explains is to the noise as that is to f;
/// - the run so far promises no gain above the noise: where f fell by R while ‖∇f‖ fell from G to g, a quadratic has about
///   (g / G)² R left. A schedule that stops x in the middle of a slope is told from a floor by that.
///
/// A run that has not descended has to move, or it shows nothing. A cycle is no floor either: x goes far there.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Quiet {
    /// Steps to a decision; 0 for none.
    window: u64,
    /// f at the last step that had a value and a gradient.
    last: Option<f64>,
    /// The whole run.
    run: Span,
    /// Steps since f became still, the first of them at the anchor; 0 while f still moves.
    steps: u64,
    /// x where f became still.
    anchor: Vec<f64>,
    /// What f changes by, to first order, when every element of the anchor is rounded: ε Σ |xᵢ ∂f/∂xᵢ|.
    resolution: f64,
    /// The steps since then.
    still: Span,
    /// The same steps, in the first half of the window and in the second.
    halves: [Half; 2],
}

/// f and ‖∇f‖ over some steps. All numbers here are finite, so that a checkpoint survives formats without others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Span {
    lowest: f64,
    highest: f64,
    largest_norm: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Half {
    least_norm: f64,
    /// The farthest that x was from the anchor.
    farthest: f64,
}

/// The evidence for a noise floor.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Noise {
    /// Steps over which f was watched.
    pub steps: u64,
    /// The estimate: f cannot be told apart from itself by less than this. The largest of the spread of f in these steps, four
    /// roundings of f, and the change of f when x is rounded. Too low only where f is a small difference of large terms and x
    /// stands still: nothing then shows how those terms are rounded.
    pub estimate: f64,
    /// The most that f can have changed by its gradient: the largest ‖∇f‖ times the farthest that x went.
    pub explained: f64,
    /// The least ‖∇f‖ seen.
    pub gradient_norm: f64,
}

impl Span {
    fn at(value: f64, norm: f64) -> Self {
        Self { lowest: value, highest: value, largest_norm: norm }
    }

    fn take(&mut self, value: f64, norm: f64) {
        self.lowest = self.lowest.min(value);
        self.highest = self.highest.max(value);
        self.largest_norm = self.largest_norm.max(norm);
    }

    fn range(&self) -> f64 {
        self.highest - self.lowest
    }
}

impl Quiet {
    /// At the start, for points of length n; allocates here and never again.
    pub(crate) fn new(window: u64, n: usize, first: &Row) -> Self {
        let mut quiet = Self {
            window,
            last: None,
            run: Span::default(),
            steps: 0,
            anchor: vec![0.0; n],
            resolution: 0.0,
            still: Span::default(),
            halves: [Half::default(); 2],
        };
        if let Some((value, norm)) = finite(first) {
            quiet.run = Span::at(value, norm);
            quiet.last = Some(value);
        }
        quiet
    }

    /// Goes on with this window. The halves of another one say nothing about this one's.
    pub(crate) fn resume(&mut self, window: u64) {
        if self.window != window {
            self.window = window;
            self.steps = 0;
        }
    }

    pub(crate) fn unless_length(&self, n: usize) -> Result<(), InvalidInput> {
        InvalidInput::unless_length("checkpoint.anchor", &self.anchor, n)
    }

    /// Takes note of a step after the start: one pass over x where f is still, none elsewhere.
    pub(crate) fn observe(&mut self, row: &Row, state: &impl State) {
        let Some((value, norm)) = finite(row) else { return };
        let Some(last) = self.last.replace(value) else {
            self.run = Span::at(value, norm);
            return;
        };
        self.run.take(value, norm);
        if self.window == 0 {
            return;
        }
        if self.steps == 0 || self.steps >= self.window || !is_still(value, self.still.lowest) {
            self.steps = 0;
            if is_still(value, last) {
                self.begin(value, norm, state);
            }
            return;
        }
        self.steps += 1;
        self.still.take(value, norm);
        let half = &mut self.halves[usize::from(self.steps > self.window / 2)];
        half.least_norm = half.least_norm.min(norm);
        half.farthest = half.farthest.max(distance(state.x(), &self.anchor));
    }

    fn begin(&mut self, value: f64, norm: f64, state: &impl State) {
        self.steps = 1;
        self.anchor.copy_from_slice(state.x());
        let products = state.x().iter().zip(state.gradient().into_iter().flatten());
        self.resolution = f64::EPSILON * products.fold(0.0, |total, (x, g)| total + (x * g).abs());
        self.still = Span::at(value, norm);
        self.halves =
            [Half { least_norm: norm, farthest: 0.0 }, Half { least_norm: f64::MAX, farthest: 0.0 }];
    }

    /// The noise floor, if a whole window says so.
    pub(crate) fn floor(&self) -> Option<Noise> {
        if self.steps == 0 || self.steps < self.window {
            return None;
        }
        let [first, second] = self.halves;
        let noise = self.still.range().max(ROUNDING * self.still.highest.abs());
        let estimate = noise.max(self.resolution);
        let farthest = first.farthest.max(second.farthest);
        let explained = self.still.largest_norm * farthest;
        let (fell, share) = (self.run.range(), first.least_norm / self.run.largest_norm);
        let is_settled = second.farthest <= ON_ITS_WAY * first.farthest;
        let shows_it = if fell > estimate {
            share * share * fell <= estimate && (is_settled || explained <= f64::EPSILON * noise)
        } else {
            is_settled && farthest > 0.0
        };
        let is_floor = explained <= EXPLAINS * noise && second.least_norm >= first.least_norm && shows_it;
        is_floor.then_some(Noise { steps: self.steps, estimate, explained, gradient_norm: first.least_norm })
    }
}

/// f and ‖∇f‖, if both are known and finite.
fn finite(row: &Row) -> Option<(f64, f64)> {
    row.value.zip(row.gradient_norm).filter(|(value, norm)| value.is_finite() && norm.is_finite())
}

fn is_still(value: f64, reference: f64) -> bool {
    (value - reference).abs() <= STILL * reference.abs()
}

/// ‖x − y‖; where squares overflow or underflow, √n times the largest difference, which is no less.
fn distance(x: &[f64], y: &[f64]) -> f64 {
    const SAFE: std::ops::Range<f64> = 1e-280..1e300;
    let (squares, largest) = x.iter().zip(y).fold((0.0, 0.0_f64), |(squares, largest), (x, y)| {
        let difference = (x - y).abs();
        (squares + difference * difference, largest.max(difference))
    });
    if SAFE.contains(&squares) { f64::sqrt(squares) } else { f64::sqrt(x.len() as f64) * largest }
}
