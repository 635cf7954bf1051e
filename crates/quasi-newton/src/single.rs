//! L-BFGS on `f32`: points, gradients and pairs in half the memory, inner products in `f64`.
//!
//! The rule, the symbols and the sources are those of `lbfgs.rs`. It stands alone, as an update rule does: a function that
//! writes a gradient is all it needs, and whoever calls decides when it is enough.

use thalweg_line_search::{Failed, OneDimensional, Probe, Sample, search_along};
use thalweg_problem::{Allowance, InvalidInput, Step, Stuck};

use crate::attempt::{may_try_again, stuck};
use crate::{Element, Lbfgs, Pairs, ScaledIdentity};

/// A point of `f32` with its value and its gradient.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SinglePoint {
    /// x, length n.
    pub x: Vec<f32>,
    /// f(x).
    pub value: f64,
    /// ∇f(x), length n.
    pub gradient: Vec<f32>,
}

impl SinglePoint {
    fn unevaluated(n: usize) -> Self {
        Self { x: vec![f32::NAN; n], value: f64::NAN, gradient: vec![f32::NAN; n] }
    }

    fn evaluate(&mut self, f: &mut impl FnMut(&[f32], &mut [f32]) -> f64) {
        self.value = f(&self.x, &mut self.gradient);
    }
}

/// The state of L-BFGS on `f32`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SingleState {
    /// The current iterate with its value and gradient.
    pub point: SinglePoint,
    pairs: Pairs<f32>,
    length: f64,
    direction: Vec<f32>,
    /// Room for the trial and for the best one so far.
    trial: SinglePoint,
    landing: SinglePoint,
}

struct AlongRay<'a, F> {
    f: &'a mut F,
    start: &'a SinglePoint,
    direction: &'a [f32],
    slope: f64,
    trial: &'a mut SinglePoint,
    landing: &'a mut SinglePoint,
}

impl<F: FnMut(&[f32], &mut [f32]) -> f64> Probe for AlongRay<'_, F> {
    fn start(&self) -> Sample {
        Sample { value: self.start.value, slope: self.slope }
    }

    fn resolution(&self) -> f64 {
        f64::from(f32::EPSILON)
    }

    fn sample(&mut self, alpha: f64) -> Sample {
        let (mut is_elsewhere, mut is_finite) = (false, true);
        for ((out, &x), &p) in self.trial.x.iter_mut().zip(&self.start.x).zip(self.direction) {
            *out = (f64::from(x) + alpha * f64::from(p)) as f32;
            is_elsewhere |= *out != x;
            is_finite &= out.is_finite();
        }
        if !is_finite {
            return Sample::NAN;
        }
        if !is_elsewhere {
            self.trial.clone_from(self.start);
            return self.start();
        }
        self.trial.evaluate(self.f);
        Sample { value: self.trial.value, slope: f32::dot(&self.trial.gradient, self.direction) }
    }

    fn keep(&mut self) {
        std::mem::swap(self.trial, self.landing);
    }
}

/// With numbers of type `f32`. What counts as rounding in a search and in a pair is coarser there: see
/// [`single`](Lbfgs::single).
impl<L: OneDimensional> Lbfgs<L, ScaledIdentity> {
    /// Checks the settings and evaluates `f`, which writes ∇f(x) and returns f(x), at `x0`, length n ≥ 1.
    ///
    /// ```
    /// use thalweg_quasi_newton::Lbfgs;
    /// use thalweg_quasi_newton::problem::Allowance;
    ///
    /// let mut bowl = |x: &[f32], gradient: &mut [f32]| {
    ///     let mut value = 0.0;
    ///     for (i, (x, g)) in x.iter().zip(gradient).enumerate() {
    ///         let curvature = 1.0 + i as f32;
    ///         *g = curvature * (x - 1.0);
    ///         value += 0.5 * f64::from(curvature * (x - 1.0) * (x - 1.0));
    ///     }
    ///     value
    /// };
    /// let method = Lbfgs::single();
    /// let mut state = method.init_single(&mut bowl, &[0.0; 5])?;
    /// let mut allow = Allowance::evaluations(100);
    /// while state.point.gradient.iter().any(|g| g.abs() > 1e-5) {
    ///     method.step_single(&mut bowl, &mut state, &mut allow)?;
    /// }
    /// println!("{:?} with {} evaluations left", state.point.x, allow.left());
    /// assert!(state.point.x.iter().all(|x| (x - 1.0).abs() < 1e-5) && allow.left() > 80);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If a setting, n or a number of `x0` cannot be used.
    pub fn init_single(
        &self,
        f: &mut impl FnMut(&[f32], &mut [f32]) -> f64,
        x0: &[f32],
    ) -> Result<SingleState, InvalidInput> {
        let n = x0.len();
        if let Some(i) = x0.iter().position(|x| !x.is_finite()) {
            return Err(InvalidInput::new(format!("x0[{i}]"), x0[i], "a finite number"));
        }
        self.search.check()?;
        self.check_numbers()?;
        let pairs = Pairs::new(n, self.memory)?;
        let mut point = SinglePoint { x: x0.to_vec(), ..SinglePoint::unevaluated(n) };
        point.evaluate(f);
        let (trial, landing) = (SinglePoint::unevaluated(n), SinglePoint::unevaluated(n));
        let norm = |x: &[f32]| f32::dot(x, x).sqrt();
        let length = self.first_length.at(norm(x0), point.value, norm(&point.gradient));
        let direction = vec![0.0; n];
        Ok(SingleState { point, pairs, length, direction, trial, landing })
    }

    /// Takes a step. Asks `allow` before every evaluation.
    ///
    /// # Errors
    /// If there is no lower point along −H∇f or along −∇f, or nothing may be evaluated any more.
    pub fn step_single(
        &self,
        f: &mut impl FnMut(&[f32], &mut [f32]) -> f64,
        state: &mut SingleState,
        allow: &mut Allowance,
    ) -> Result<Step, Stuck> {
        let SingleState { point, pairs, length, direction, trial, landing } = state;
        let alpha = loop {
            for (p, g) in direction.iter_mut().zip(&point.gradient) {
                *p = -g;
            }
            let scale = |gamma: f64, q: &mut [f32]| match self.initial {
                ScaledIdentity::Latest => q.iter_mut().for_each(|q| *q = (f64::from(*q) * gamma) as f32),
                ScaledIdentity::Unscaled => {}
            };
            pairs.multiply(direction, scale);
            let slope = f32::dot(direction, &point.gradient);
            let first = if pairs.is_empty() {
                let alpha = *length / f32::dot(direction, direction).sqrt();
                if alpha.is_finite() { alpha } else { 1.0 }
            } else {
                1.0
            };
            let mut probe = AlongRay {
                f: &mut *f,
                start: point,
                direction,
                slope,
                trial: &mut *trial,
                landing: &mut *landing,
            };
            match search_along(&self.search, &mut probe, first, allow) {
                Ok(accepted) => break accepted.alpha,
                // What is lower is never lost.
                Err(Failed { alpha, .. }) if alpha > 0.0 => break alpha,
                Err(Failed { reason, .. }) if may_try_again(&reason) && !pairs.is_empty() => {
                    *length = pairs.newest_length();
                    pairs.clear();
                }
                Err(Failed { reason, .. }) => return Err(stuck(reason)),
            }
        };
        let least_cosine = self.least_cosine.max(f32::EPSILON.into());
        pairs.push_points([&point.x, &point.gradient], [&landing.x, &landing.gradient], least_cosine);
        std::mem::swap(point, landing);
        Ok(Step::at_rate(alpha))
    }
}
