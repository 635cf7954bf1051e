//! Numerical derivatives along a line, with a bound on their error.
//!
//! ```text
//! φ(t) = f(x + t v),   D(h) = (φ(h) − φ(−h)) / 2h = φ′(0) + c₂h² + c₄h⁴ + …
//! ```
//!
//! D is evaluated on a ladder of steps, each 3.7 times smaller than the one before. Any three neighbors, a window, are
//! extrapolated to h = 0, which leaves an error of order h⁶ (L. F. Richardson, Phil. Trans. Roy. Soc. A 210 (1911)
//! 307–357). The ladder grows downwards while truncation dominates and upwards while noise does, and the window with the
//! smallest bound is the answer, as in C. J. F. Ridders, Advances in Engineering Software 4 (1982) 75–76.
//! Ridders takes the smallest change between two extrapolations for the error, and two can agree by chance.
//! The bound here is the largest of:
//!
//! - truncation: the change from the next coarser window to this one, and 8 times the change to the next finer one;
//! - noise, observed: 8 times the changes between finer windows, carried over to this one as h⁻¹. Truncation makes them
//!   shrink with h, noise makes them grow; to tell the two apart by differences is the idea of R. W. Hamming,
//!   Introduction to Applied Numerical Analysis (1971), chapter 6, and of J. J. Moré and S. M. Wild, SIAM J. Sci.
//!   Comput. 33 (2011) 1292–1314;
//! - noise, expected: 32 roundings of the largest |φ| in the window, over the smallest step;
//! - noise, coarse: where small steps change nothing at all, 4 times the smallest change that any step makes, over the
//!   smallest step, for then φ comes in quanta (single precision inside, say);
//! - a kink: half the difference of the two one-sided slopes, if that does not shrink with h as it must for a φ″;
//! - rivals: the distance to every window whose bound is at most 16 times larger;
//! - contradiction: what is missing for the bounds of finer windows to overlap with this one.
//!
//! The factors 8, 32, 4 and 16 are margins, chosen so that none of 4 million random correct gradients was called wrong
//! (10 000 of their kind are a test).
//!
//! A bound is an estimate, not a proof: a function with structure that no step of the ladder meets stays unseen.

use alloc::collections::VecDeque;
use alloc::vec;
use alloc::vec::Vec;

use thalweg_numerics::sqrt;

/// u, the largest relative error of one rounding.
const UNIT_ROUNDOFF: f64 = f64::EPSILON / 2.0;

/// The first step over the reach: below 1, so that x keeps its sign.
const FIRST: f64 = 0.7;

/// From one step to the next. Not a power of two: steps with the same bits would all be rounded in the same way, and an
/// error that is the same at every step looks like none.
const RATIO: f64 = 3.7;

/// Steps below the first: 3.7²⁶ ≈ 6e14, about all the digits that x has.
const DOWN: usize = 26;

/// Steps above the first: 3.7¹⁵ ≈ 3e8, for functions that vary on a much longer scale than |x|.
const UP: usize = 15;

/// A window is no better than its rivals, those with a bound up to so many times larger: it may be so by chance.
const LUCK: f64 = 16.0;

/// Windows that must be coarser than the best before it is believed to be the best.
const COARSER: usize = 4;

/// A derivative by differences and how far it may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Derivative {
    /// φ′(0), NaN if φ is not finite on both sides of 0 at any step.
    pub value: f64,
    /// A bound on its error; ∞ if the value is NaN.
    pub bound: f64,
    /// How large φ′ is around: the mean slope over the largest step that was used, or |φ″| times the reach.
    pub slope: f64,
    /// Whether φ changed at no step at all.
    pub is_constant: bool,
}

/// Derivatives along a line by differences, with a bound on their error that comes from the same values.
///
/// Steps of many sizes are taken, so none has to be chosen; the bound covers what is left of the truncation, the noise of
/// φ, however large, and kinks. It is an estimate, not a proof: structure that no step meets stays unseen.
///
/// ```
/// use thalweg_problem::Differences;
///
/// // φ(t) = 1/(2 + t) and √(2 + t)
/// let phi = |t: f64| [1.0 / (2.0 + t), (2.0 + t).sqrt()];
/// let mut evaluations = 0;
/// let found = Differences { reach: 2.0, ..Differences::default() }.derivative(&phi(0.0), |t, out| {
///     evaluations += 1;
///     out.copy_from_slice(&phi(t));
///     t
/// });
/// for (derivative, exact) in found.iter().zip([-0.25, 0.5 / f64::sqrt(2.0)]) {
///     println!("{} ± {:.0e}", derivative.value, derivative.bound);
///     assert!((derivative.value - exact).abs() <= derivative.bound && derivative.bound < 1e-9);
/// }
/// assert_eq!(evaluations, 16);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Differences {
    /// How far t can go until what is varied has changed by its own size, |xᵢ| along a coordinate. The first step is 0.7
    /// of it; smaller and larger ones follow where they help. 0 says nothing and stands for 1. Default 1.
    pub reach: f64,
    /// Steps are added until every bound is below this times the derivative, or none can improve it. Default 1e-9.
    pub tolerance: f64,
}

impl Default for Differences {
    fn default() -> Self {
        Self { reach: 1.0, tolerance: 1e-9 }
    }
}

impl Differences {
    /// Differentiates every component of φ: ℝ → ℝᵐ at 0.
    ///
    /// `at(t, out)` writes φ(t), length m, into `out`, NaN where it has no value, and returns the t that was really taken,
    /// after x + t was rounded; `center` is φ(0), length m. All components share the evaluations: about 14 if φ is smooth
    /// and has no more noise than its roundings, at most 84.
    pub fn derivative(&self, center: &[f64], mut at: impl FnMut(f64, &mut [f64]) -> f64) -> Vec<Derivative> {
        let Self { reach, tolerance } = *self;
        let mut level = |h: f64| {
            let mut side = |t: f64| {
                let mut values = vec![f64::NAN; center.len()];
                let taken = at(t, &mut values);
                Side { step: taken.abs(), values }
            };
            Level { ahead: side(h), behind: side(-h) }
        };
        let first = FIRST * if reach.is_normal() { reach } else { 1.0 };
        let mut ladder = Ladder { center, reach, tolerance, levels: VecDeque::new() };
        let mut h = first;
        for _ in 0..=DOWN {
            ladder.levels.push_back(level(h));
            if ladder.is_at_its_end() || ladder.all(|needs| !matches!(needs, Needs::Finer)) {
                break;
            }
            h /= RATIO;
        }
        h = first;
        for _ in 0..UP {
            if ladder.all(|needs| !matches!(needs, Needs::Coarser)) {
                break;
            }
            h *= RATIO;
            ladder.levels.push_front(level(h));
        }
        (0..center.len()).map(|i| ladder.estimate(i).0).collect()
    }
}

/// One rung of the ladder: φ at ±h, as far as x ± h could be represented, for every component of φ.
struct Level {
    ahead: Side,
    behind: Side,
}

struct Side {
    /// The step that was really taken, positive on both sides.
    step: f64,
    values: Vec<f64>,
}

struct Ladder<'c> {
    center: &'c [f64],
    reach: f64,
    tolerance: f64,
    levels: VecDeque<Level>,
}

/// What would improve an estimate.
enum Needs {
    Nothing,
    Finer,
    Coarser,
}

/// Three neighboring levels, extrapolated.
struct Window {
    value: f64,
    /// The smallest step.
    step: f64,
    /// The larger mean slope, and |φ″|, over the largest step.
    slope: f64,
    curvature: f64,
    /// Noise from the roundings of φ alone: no finer window can have less.
    rounding: f64,
    /// The part of the bound that is known without a finer window.
    floor: f64,
    /// That and the changes at finer windows.
    bound: f64,
}

impl Ladder<'_> {
    /// Whether the finest step is lost in the last bit of x.
    fn is_at_its_end(&self) -> bool {
        self.levels.back().is_some_and(|level| level.ahead.step == 0.0 || level.behind.step == 0.0)
    }

    fn all(&self, test: impl Fn(Needs) -> bool) -> bool {
        (0..self.center.len()).all(|i| test(self.estimate(i).1))
    }

    fn estimate(&self, i: usize) -> (Derivative, Needs) {
        let change = |side: &Side| (side.values[i] - self.center[i]).abs();
        let changes = || self.levels.iter().map(|level| change(&level.ahead).max(change(&level.behind)));
        let is_constant = changes().all(|change| change == 0.0);
        let is_flat_near_x = changes().any(|change| change == 0.0);
        let smallest_change = changes().filter(|change| *change > 0.0).reduce(f64::min);
        let quantum = if is_flat_near_x { smallest_change.unwrap_or(0.0) } else { 0.0 };

        let windows = self.windows(i, quantum);
        // The last one has nothing finer to compare with.
        let known = windows.len().saturating_sub(1);
        let smallest = (0..known).min_by(|&a, &b| windows[a].bound.total_cmp(&windows[b].bound));
        let Some(best) = smallest else {
            let nothing = Derivative { value: f64::NAN, bound: f64::INFINITY, slope: 0.0, is_constant };
            return (nothing, Needs::Finer);
        };
        let Window { value, slope, curvature, bound, .. } = windows[best];
        let finer = windows[best + 1..].iter().map(|w| (w.value - value).abs() - w.bound);
        let rivals = windows.iter().filter(|w| w.bound <= LUCK * bound).map(|w| (w.value - value).abs());
        let bound = finer.chain(rivals).fold(bound, f64::max);
        let slope = slope.max((curvature - bound / windows[best].step) * self.reach);

        let is_confirmed = best + 1 < known;
        let needs = if is_confirmed && bound <= self.tolerance * value.abs() {
            Needs::Nothing
        } else if windows[known].rounding < RATIO * bound {
            Needs::Finer
        } else if best < COARSER
            && self.levels.front().is_some_and(|top| top.rung(i, self.center[i]).is_finite())
        {
            Needs::Coarser
        } else {
            Needs::Nothing
        };
        (Derivative { value, bound, slope, is_constant }, needs)
    }

    /// The windows of component i in which φ is finite, from coarse to fine.
    fn windows(&self, i: usize, quantum: f64) -> Vec<Window> {
        let rungs: Vec<Rung> = self.levels.iter().map(|level| level.rung(i, self.center[i])).collect();
        let finite = rungs.windows(3).filter(|three| three.iter().all(Rung::is_finite));
        let mut windows: Vec<Window> = finite.map(|three| Window::extrapolate(three, quantum)).collect();
        // From fine to coarse: the largest change · step so far is the noise, if it is not truncation.
        let mut noise = 0.0_f64;
        for k in (0..windows.len()).rev() {
            if let Some(finer) = windows.get(k + 1) {
                noise = noise.max((windows[k].value - finer.value).abs() * windows[k].step);
            }
            let from_coarser =
                if k == 0 { f64::INFINITY } else { (windows[k - 1].value - windows[k].value).abs() };
            windows[k].bound = windows[k].floor.max(8.0 * noise / windows[k].step).max(from_coarser);
        }
        windows
    }
}

/// What one level says about one component.
#[derive(Clone, Copy)]
struct Rung {
    /// h, the geometric mean of both steps.
    step: f64,
    derivative: f64,
    /// The mean slope on each side of x.
    slopes: [f64; 2],
    /// The largest |φ|.
    size: f64,
}

impl Level {
    fn rung(&self, i: usize, center: f64) -> Rung {
        let (ahead, behind) = (self.ahead.step, self.behind.step);
        let slopes = [(self.ahead.values[i] - center) / ahead, (center - self.behind.values[i]) / behind];
        // The steps may differ in the last bit of x. With these weights the result is exact for parabolas nevertheless.
        let derivative = (behind * slopes[0] + ahead * slopes[1]) / (ahead + behind);
        let size = center.abs().max(self.ahead.values[i].abs()).max(self.behind.values[i].abs());
        Rung { step: sqrt(ahead) * sqrt(behind), derivative, slopes, size }
    }
}

impl Rung {
    fn is_finite(&self) -> bool {
        self.derivative.is_finite() && self.slopes[0].is_finite() && self.slopes[1].is_finite()
    }

    fn half_jump(&self) -> f64 {
        0.5 * (self.slopes[0] - self.slopes[1]).abs()
    }
}

impl Window {
    /// Neville's scheme in h², at 0, for three levels from coarse to fine.
    fn extrapolate(three: &[Rung], quantum: f64) -> Self {
        let [coarse, middle, fine] = [three[0], three[1], three[2]];
        let at_zero = |far: f64, near: f64, steps: f64| near + (near - far) / (steps * steps - 1.0);
        let first = at_zero(coarse.derivative, middle.derivative, coarse.step / middle.step);
        let second = at_zero(middle.derivative, fine.derivative, middle.step / fine.step);
        let value = at_zero(first, second, coarse.step / fine.step);
        let size = coarse.size.max(middle.size).max(fine.size);
        let rounding = 32.0 * UNIT_ROUNDOFF * size / fine.step;
        // φ″h/2 is a fourteenth on the fine level, a kink's half-jump is the same on both.
        let is_kink = fine.half_jump() > 0.25 * coarse.half_jump();
        let kink = if is_kink { fine.half_jump() } else { 0.0 };
        let slope = coarse.slopes[0].abs().max(coarse.slopes[1].abs());
        let floor = rounding.max(4.0 * quantum / fine.step).max(kink);
        let curvature = 2.0 * coarse.half_jump() / coarse.step;
        Self { value, step: fine.step, slope, curvature, rounding, floor, bound: floor }
    }
}
