//! BFGS: steps along −H∇f, with an inverse Hessian H that learns the curvature along every step.
//!
//! ```text
//! p = −H ∇f(x),   x⁺ = x + α p,   s = x⁺ − x,   y = ∇f(x⁺) − ∇f(x),   ρ = 1/yᵀs
//! H⁺ = (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ
//!    = H + w sᵀ + s wᵀ     with u = H y,  w = ½ρ(1 + ρ yᵀu) s − ρ u
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | H | of the state, n² numbers; symmetric to the last bit, since w sᵀ + s wᵀ is |
//! | α | by `search`, which tries 1 first |
//! | H₀ | `initial` |
//! | what becomes of a small sᵀy | `low_curvature` |
//!
//! On a quadratic with an exact search the directions are conjugate, the n-th step arrives, and Hₙ = A⁻¹. Elsewhere it
//! converges superlinearly: if and only if ‖(H⁻¹ₖ − ∇²f)sₖ‖/‖sₖ‖ → 0 (Dennis & Moré).
//!
//! Needs: a gradient. A step costs the evaluations of one search, mostly 1, and 8n² flops in two passes over H; nothing is
//! allocated after `init`.
//!
//! It ends as L-BFGS does: only where neither −H∇f nor, with H forgotten, −∇f leads to a lower point.
//!
//! Where the literature disagrees:
//! - H₀. I is the theory's; Shanno & Phua multiply it by γ = sᵀy/yᵀy before the first update, and so does this by default.
//! - A small sᵀy, which a search without Wolfe's conditions may leave: skip the pair, or damp it as Powell does, which mixes
//!   y with H⁻¹s until sᵀy = 0.2 sᵀH⁻¹s. H⁻¹s = −α∇f is known without H⁻¹.
//! - Factored forms keep H positive definite whatever rounding does. Here an H that has lost that shows as a direction that
//!   does not lead down, and is forgotten.
//!
//! Sources: C. G. Broyden, J. Inst. Math. Appl. 6 (1970) 76–90; R. Fletcher, Computer J. 13 (1970) 317–322; D. Goldfarb,
//! Math. Comp. 24 (1970) 23–26; D. F. Shanno, Math. Comp. 24 (1970) 647–656; D. F. Shanno and K. H. Phua, Math. Programming
//! 14 (1978) 149–160; M. J. D. Powell, Lecture Notes in Mathematics 630 (1978) 144–157; J. E. Dennis and J. J. Moré, SIAM
//! Review 19 (1977) 46–89. Slide 95.

use thalweg_line_search::{Landing, LineSearch, MoreThuente, Ray};
use thalweg_numerics::{dot, matrix_vector, norm, widest};
use thalweg_problem::{
    Allowance, Differentiable, InvalidInput, Method, Point, State, Step, Stuck, check_start,
};

use crate::FirstLength;
use crate::attempt::{attempt, check_cosine, may_try_again, stretch, stuck};

/// The share of sᵀH⁻¹s that Powell's damping leaves at least.
const DAMPED: f64 = 0.2;

/// The settings of BFGS.
///
/// ```
/// use thalweg_driver::{Stop, minimize, silent};
/// use thalweg_objectives::classic::Rosenbrock;
/// use thalweg_quasi_newton::Bfgs;
///
/// let run = minimize(&Rosenbrock::default(), &Bfgs::default(), &[-1.2, 1.0], Stop::default(), silent)?;
/// println!("{:?} after {} evaluations: {}", run.best.x, run.counts.total(), run.reason);
/// assert!(run.reason.is_converged() && run.best.value < 1e-12);
/// # Ok::<(), thalweg_quasi_newton::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bfgs<L = MoreThuente> {
    /// The line search. Default: Moré and Thuente's, with its own defaults.
    pub search: L,
    /// H₀. Default: γI from the first step on.
    pub initial: InitialScale,
    /// What becomes of a pair that shows no positive curvature. Default: it is skipped.
    pub low_curvature: LowCurvature,
    /// c: what is small is sᵀy ≤ c ‖s‖ ‖y‖; from 0 to below 1. Default 2⁻⁵², what rounding alone could make.
    pub least_cosine: f64,
    /// The length of the first trial step. Default: 0.41 ‖x₀‖, or what [`FirstLength`] says where x₀ = 0.
    pub first_length: FirstLength,
}

/// H₀ of [`Bfgs`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InitialScale {
    /// γI with γ = sᵀy/yᵀy of the first step, before its update.
    #[default]
    FirstStep,
    /// I.
    Unscaled,
}

/// What becomes of a pair with too small an sᵀy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LowCurvature {
    /// H stays as it is.
    #[default]
    Skip,
    /// y gives way until sᵀy is a fifth of sᵀH⁻¹s (Powell), for every pair in which it is less.
    Damp,
}

impl Default for Bfgs {
    fn default() -> Self {
        Self::with(MoreThuente::default())
    }
}

impl<L> Bfgs<L> {
    /// The default settings around another line search.
    pub fn with(search: L) -> Self {
        let (initial, low_curvature) = (InitialScale::FirstStep, LowCurvature::Skip);
        let first_length = FirstLength::default();
        Self { search, initial, low_curvature, least_cosine: f64::EPSILON, first_length }
    }
}

/// The state of [`Bfgs`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct BfgsState {
    /// The current iterate with its value and gradient.
    pub point: Point,
    /// H, row after row; empty of meaning as long as it is I.
    inverse: Vec<f64>,
    has_learned: bool,
    /// The length of the first trial while H is I.
    length: f64,
    /// p and later w; s; y; u = H y.
    direction: Vec<f64>,
    s: Vec<f64>,
    y: Vec<f64>,
    u: Vec<f64>,
    landing: Landing,
}

impl State for BfgsState {
    fn x(&self) -> &[f64] {
        &self.point.x
    }

    fn value(&self) -> Option<f64> {
        Some(self.point.value)
    }

    fn gradient(&self) -> Option<&[f64]> {
        Some(&self.point.gradient)
    }
}

impl BfgsState {
    /// H, the approximation of the inverse Hessian, n² numbers, rows and columns alike. `None` before it has learned
    /// anything.
    #[must_use]
    pub fn inverse_hessian(&self) -> Option<&[f64]> {
        self.has_learned.then_some(&*self.inverse)
    }

    /// p ← −H∇f, and its slope.
    fn aim(&mut self) -> f64 {
        if self.has_learned {
            matrix_vector(&self.inverse, &self.point.gradient, &mut self.direction);
        } else {
            self.direction.copy_from_slice(&self.point.gradient);
        }
        self.direction.iter_mut().for_each(|p| *p = -*p);
        if !self.has_learned {
            stretch(&mut self.direction, self.length);
        }
        dot(&self.direction, &self.point.gradient)
    }

    /// H ← `scale` I.
    fn set_scaled_identity(&mut self, scale: f64) {
        let n = self.point.x.len();
        self.inverse.fill(0.0);
        self.inverse.iter_mut().step_by(n + 1).for_each(|diagonal| *diagonal = scale);
    }
}

impl<L> Bfgs<L> {
    /// H⁺ from the step of length α to the point of the landing.
    fn learn(&self, state: &mut BfgsState, alpha: f64) {
        let to = &state.landing.point;
        for i in 0..to.x.len() {
            state.s[i] = to.x[i] - state.point.x[i];
            state.y[i] = to.gradient[i] - state.point.gradient[i];
        }
        if self.low_curvature == LowCurvature::Damp {
            damp(state, alpha);
        }
        // Norms, because the squares of small gradients vanish.
        let (s_y, s_norm, y_norm) = (dot(&state.s, &state.y), norm(&state.s), norm(&state.y));
        let rho = 1.0 / s_y;
        // Also false where a number is not finite.
        let is_curved = s_y > self.least_cosine * s_norm * y_norm;
        if !(is_curved && rho.is_finite()) {
            return;
        }
        if !state.has_learned {
            let gamma = s_y / y_norm / y_norm;
            let is_usable = self.initial == InitialScale::FirstStep && gamma > 0.0 && gamma.is_finite();
            state.set_scaled_identity(if is_usable { gamma } else { 1.0 });
            state.has_learned = true;
        }
        let BfgsState { inverse, direction: w, s, y, u, .. } = state;
        matrix_vector(inverse, y, u);
        let along_s = 0.5 * rho * (1.0 + rho * dot(y, u));
        for ((w, s), u) in w.iter_mut().zip(&*s).zip(&*u) {
            *w = along_s * s - rho * u;
        }
        widest(
            #[inline(always)]
            || add_symmetric(inverse, w, s),
        );
    }
}

/// Powell's damping: y ← θy + (1 − θ)H⁻¹s with the θ that makes sᵀy = 0.2 sᵀH⁻¹s, where it is less.
fn damp(state: &mut BfgsState, alpha: f64) {
    let BfgsState { point, s, y, .. } = state;
    // H⁻¹s = αH⁻¹p = −α∇f.
    let s_b_s = -alpha * dot(s, &point.gradient);
    let s_y = dot(s, y);
    if s_b_s > 0.0 && s_y < DAMPED * s_b_s {
        let theta = (1.0 - DAMPED) * s_b_s / (s_b_s - s_y);
        for (y, g) in y.iter_mut().zip(&point.gradient) {
            *y = theta * *y - (1.0 - theta) * alpha * g;
        }
    }
}

/// H ← H + w sᵀ + s wᵀ. Both products of an element are those of its mirror image, so H stays symmetric to the last bit.
#[inline(always)]
fn add_symmetric(matrix: &mut [f64], w: &[f64], s: &[f64]) {
    for ((row, wi), si) in matrix.chunks_exact_mut(s.len()).zip(w).zip(s) {
        for ((element, wj), sj) in row.iter_mut().zip(w).zip(s) {
            *element += wi * sj + si * wj;
        }
    }
}

impl<P, L> Method<P> for Bfgs<L>
where
    P: Differentiable + ?Sized,
    L: LineSearch<P>,
{
    type State = BfgsState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<BfgsState, InvalidInput> {
        check_start(problem, x0)?;
        self.search.check()?;
        self.first_length.check()?;
        check_cosine(self.least_cosine)?;
        let n = x0.len();
        let zeros = || vec![0.0; n];
        let point = Point::new(problem, x0);
        Ok(BfgsState {
            inverse: vec![0.0; n * n],
            has_learned: false,
            length: self.first_length.at(norm(x0), point.value, norm(&point.gradient)),
            point,
            direction: zeros(),
            s: zeros(),
            y: zeros(),
            u: zeros(),
            landing: Landing::new(n),
        })
    }

    fn step(&self, problem: &P, state: &mut BfgsState, allow: &mut Allowance) -> Result<Step, Stuck> {
        let alpha = loop {
            let slope = state.aim();
            let BfgsState { point, direction, landing, .. } = &mut *state;
            let ray = Ray::with_slope(point, direction, slope)?;
            match attempt(problem, &self.search, ray, 1.0, allow, landing) {
                Ok(alpha) => break alpha,
                // What H says leads nowhere; what the gradient says alone may.
                Err(failure) if may_try_again(&failure) && state.has_learned => {
                    (state.has_learned, state.length) = (false, norm(&state.s));
                }
                Err(failure) => return Err(stuck(failure)),
            }
        };
        self.learn(state, alpha);
        std::mem::swap(&mut state.point, &mut state.landing.point);
        Ok(Step::at_rate(alpha))
    }
}
