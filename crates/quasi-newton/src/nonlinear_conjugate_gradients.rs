//! Nonlinear conjugate gradients: every direction is the gradient's, bent by the one before.
//!
//! ```text
//! pₖ₊₁ = −M⁻¹gₖ₊₁ + βₖ pₖ,   xₖ₊₁ = xₖ + αₖpₖ,   yₖ = gₖ₊₁ − gₖ
//! Polak–Ribière⁺   βₖ = max(0, gₖ₊₁ᵀM⁻¹yₖ / gₖᵀM⁻¹gₖ)
//! Hager–Zhang      βₖ = max(βᴺ, ηₖ),   βᴺ = (yₖᵀM⁻¹gₖ₊₁ − 2 yₖᵀM⁻¹yₖ pₖᵀgₖ₊₁/pₖᵀyₖ)/pₖᵀyₖ,
//!                  ηₖ = −1/(‖pₖ‖ min(η, ‖gₖ‖))
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | β | by `beta` |
//! | η | 0.01 |
//! | M⁻¹ | `preconditioner` |
//! | α | by `search` |
//!
//! On a quadratic with an exact search both are linear conjugate gradients.
//!
//! Needs: a gradient. A step costs the evaluations of one search, one or two with α carried over from the step before, and
//! 14n flops besides; the state holds 10n numbers, and nothing is allocated after `init`.
//!
//! It ends by itself only where not even −M⁻¹g leads to a lower point.
//!
//! Where the literature disagrees:
//! - β. Fletcher and Reeves' can go on for long with tiny steps, Polak and Ribière's need not converge unless its negative
//!   values are cut off (Gilbert & Nocedal 1992); Hager and Zhang's leads down whatever the search does.
//! - ηₖ with several scales of f: as printed in the paper of 2005, it is not the same for f and 2f. It matters only where
//!   βᴺ is negative and large.
//! - Restarts. After n steps (Fletcher & Reeves), or when |gₖ₊₁ᵀM⁻¹gₖ| ≥ 0.2 gₖ₊₁ᵀM⁻¹gₖ₊₁, which says that conjugacy is lost
//!   (Powell 1977): both are settings, and the second is the default with Polak–Ribière⁺. A direction that does not lead
//!   down restarts always.
//! - The first trial: α of the step before times the ratio of the slopes (Nocedal & Wright, (3.60)).
//!
//! Sources: E. Polak and G. Ribière, Rev. Française Informat. Recherche Opérationnelle 3 (1969) 35–43; J. C. Gilbert and
//! J. Nocedal, SIAM J. Optim. 2 (1992) 21–42; W. W. Hager and H. Zhang, SIAM J. Optim. 16 (2005) 170–192; M. J. D. Powell,
//! Math. Programming 12 (1977) 241–254.

use thalweg_line_search::{Landing, LineSearch, Ray, StrongWolfe};
use thalweg_numerics::{dot, norm};
use thalweg_problem::{
    Allowance, Differentiable, Identity, InvalidInput, Method, Point, Preconditioner, State, Step, Stuck,
    check_start,
};

use crate::FirstLength;
use crate::attempt::{attempt, may_try_again, stuck};

/// η of Hager and Zhang.
const ETA: f64 = 0.01;

/// The share of gᵀM⁻¹g from which on successive gradients count as not conjugate any more (Powell).
const CONJUGACY_LOST: f64 = 0.2;

/// The settings of nonlinear conjugate gradients.
///
/// ```
/// use thalweg_driver::{Stop, minimize, silent};
/// use thalweg_objectives::classic::Rosenbrock;
/// use thalweg_quasi_newton::NonlinearConjugateGradients;
///
/// let method = NonlinearConjugateGradients::default();
/// let run = minimize(&Rosenbrock::default(), &method, &[-1.2, 1.0], Stop::default(), silent)?;
/// println!("{:?} after {} evaluations: {}", run.best.x, run.counts.total(), run.reason);
/// assert!(run.reason.is_converged() && run.best.value < 1e-12);
/// # Ok::<(), thalweg_quasi_newton::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NonlinearConjugateGradients<L = StrongWolfe, M = Identity> {
    /// How much of the last direction stays. Default Polak–Ribière⁺.
    pub beta: Beta,
    /// The line search. Default: strong Wolfe with c₂ = 0.1, for conjugacy wants a good α.
    pub search: L,
    /// M⁻¹. Default: none.
    pub preconditioner: M,
    /// Begins anew after so many steps, 1 or more. Default `None`: never by count.
    pub restart_every: Option<u64>,
    /// Begins anew when successive gradients are far from conjugate. Default true.
    pub restart_when_conjugacy_is_lost: bool,
    /// The length of the first trial step. Default: 0.41 ‖x₀‖, or what [`FirstLength`] says where x₀ = 0.
    pub first_length: FirstLength,
}

/// Which β.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Beta {
    /// Polak's and Ribière's, at least 0.
    #[default]
    PolakRibierePlus,
    /// Hager's and Zhang's.
    HagerZhang,
}

impl Default for NonlinearConjugateGradients {
    fn default() -> Self {
        Self::with(StrongWolfe { c2: 0.1, ..StrongWolfe::default() })
    }
}

impl<L> NonlinearConjugateGradients<L> {
    /// The default settings around another line search.
    pub fn with(search: L) -> Self {
        Self {
            beta: Beta::PolakRibierePlus,
            search,
            preconditioner: Identity,
            restart_every: None,
            restart_when_conjugacy_is_lost: true,
            first_length: FirstLength::default(),
        }
    }
}

/// The state of [`NonlinearConjugateGradients`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct NonlinearConjugateGradientsState {
    /// The current iterate with its value and gradient.
    pub point: Point,
    /// c p and its slope, with the c that gives the first trial its length at α = 1: so no slope overflows where ‖g‖² would.
    direction: Vec<f64>,
    slope: f64,
    scale: f64,
    /// M⁻¹g and gᵀM⁻¹g.
    preconditioned: Vec<f64>,
    size: f64,
    /// M⁻¹g of the next point; then it changes places with the one above.
    next: Vec<f64>,
    /// α of the first trial of the next search.
    first: f64,
    since_restart: u64,
    landing: Landing,
}

impl State for NonlinearConjugateGradientsState {
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

impl NonlinearConjugateGradientsState {
    /// p ← −M⁻¹g.
    fn restart(&mut self) {
        for (p, z) in self.direction.iter_mut().zip(&self.preconditioned) {
            *p = -(self.scale * z);
        }
        (self.slope, self.since_restart) = (dot(&self.direction, &self.point.gradient), 0);
    }
}

impl<L, M: Preconditioner> NonlinearConjugateGradients<L, M> {
    /// β, for the direction that is kept, for the step from the state's point to that of its landing, whose M⁻¹g lies in `next`; 0 to begin anew.
    fn beta(&self, state: &NonlinearConjugateGradientsState, next_size: f64) -> f64 {
        let NonlinearConjugateGradientsState { point, direction, slope, preconditioned, size, next, .. } =
            state;
        let to = &state.landing.point;
        // gₖ₊₁ᵀM⁻¹gₖ, which is gₖᵀM⁻¹gₖ₊₁.
        let mixed = dot(&to.gradient, preconditioned);
        let is_lost = self.restart_when_conjugacy_is_lost && mixed.abs() >= CONJUGACY_LOST * next_size;
        if is_lost || self.restart_every.is_some_and(|steps| state.since_restart + 1 >= steps) {
            return 0.0;
        }
        match self.beta {
            Beta::PolakRibierePlus => ((next_size - mixed) / size).max(0.0),
            Beta::HagerZhang => {
                let next_slope = dot(&to.gradient, direction);
                // pᵀy, yᵀM⁻¹gₖ₊₁ and yᵀM⁻¹y from what is known of g.
                let (p_y, y_next) = (next_slope - slope, next_size - mixed);
                let y_y = y_next + (dot(&point.gradient, preconditioned) - dot(&point.gradient, next));
                let newton = (y_next - 2.0 * y_y * next_slope / p_y) / p_y;
                let bound = -1.0 / (norm(direction) * ETA.min(norm(&point.gradient)));
                // For the direction that is kept; with p itself both would be c times as large.
                state.scale * newton.max(bound)
            }
        }
    }

    /// pₖ₊₁, for a state whose landing is where it goes.
    fn turn(&self, state: &mut NonlinearConjugateGradientsState, alpha: f64) {
        self.preconditioner.apply(&state.landing.point.gradient, &mut state.next);
        let next_size = dot(&state.landing.point.gradient, &state.next);
        let beta = self.beta(state, next_size);
        let last_slope = state.slope;
        std::mem::swap(&mut state.point, &mut state.landing.point);
        std::mem::swap(&mut state.preconditioned, &mut state.next);
        state.size = next_size;
        // Not for a β that is 0/0.
        if beta != 0.0 && !beta.is_nan() {
            for (p, z) in state.direction.iter_mut().zip(&state.preconditioned) {
                *p = beta * *p - state.scale * z;
            }
            state.slope = dot(&state.direction, &state.point.gradient);
            state.since_restart += 1;
        } else {
            state.restart();
        }
        let carried_over = alpha * (last_slope / state.slope);
        if carried_over > 0.0 && carried_over.is_finite() {
            state.first = carried_over;
        }
    }
}

impl<P, L, M> Method<P> for NonlinearConjugateGradients<L, M>
where
    P: Differentiable + ?Sized,
    L: LineSearch<P>,
    M: Preconditioner,
{
    type State = NonlinearConjugateGradientsState;

    fn init(&self, problem: &P, x0: &[f64]) -> Result<Self::State, InvalidInput> {
        check_start(problem, x0)?;
        self.search.check()?;
        self.first_length.check()?;
        if self.restart_every == Some(0) {
            return Err(InvalidInput::new("restart_every", 0, "1 or more, or None"));
        }
        let n = x0.len();
        let zeros = || vec![0.0; n];
        let mut state = NonlinearConjugateGradientsState {
            point: Point::new(problem, x0),
            direction: zeros(),
            slope: 0.0,
            scale: 1.0,
            preconditioned: zeros(),
            size: 0.0,
            next: zeros(),
            first: 1.0,
            since_restart: 0,
            landing: Landing::new(n),
        };
        self.preconditioner.apply(&state.point.gradient, &mut state.preconditioned);
        state.size = dot(&state.point.gradient, &state.preconditioned);
        let length = self.first_length.at(norm(x0), state.point.value, norm(&state.point.gradient));
        let scale = length / norm(&state.preconditioned);
        state.scale = if scale.is_finite() { scale } else { 1.0 };
        state.restart();
        Ok(state)
    }

    fn step(&self, problem: &P, state: &mut Self::State, allow: &mut Allowance) -> Result<Step, Stuck> {
        let alpha = loop {
            let NonlinearConjugateGradientsState { point, direction, slope, first, landing, .. } =
                &mut *state;
            let ray = Ray::with_slope(point, direction, *slope)?;
            match attempt(problem, &self.search, ray, *first, allow, landing) {
                Ok(alpha) => break alpha,
                // The bent direction leads nowhere; the gradient's own may.
                Err(failure) if may_try_again(&failure) && state.since_restart > 0 => state.restart(),
                Err(failure) => return Err(stuck(failure)),
            }
        };
        self.turn(state, alpha);
        Ok(Step::at_rate(alpha))
    }
}
