//! The smooth convex function that is worst for every method that goes where gradients point.

use thalweg_problem::{Curved, Differentiable, InvalidInput, Objective};

/// f(x) = (L/4) (½ xᵀT x − x₁), T = tridiag(−1, 2, −1): a chain of springs whose first link is pulled.
///
/// Convex and Lipschitz smooth with the constant L: the eigenvalues of its Hessian, L sin²(jπ/(2n + 2)) for j = 1, …, n,
/// lie below L. The minimum, at xᵢ = 1 − i/(n + 1), is −(L/8) n/(n + 1).
///
/// A gradient tells the next variable about the pull, and only the next one: from 0, after k steps along the gradients
/// seen so far, all variables behind the k-th are still 0. With n = 2k + 1 no such method is nearer to the minimum
/// than L/(16 (k + 1)), which is more than 3 L ‖x*‖²/(32 (k + 1)²).
///
/// Sources: Yu. Nesterov, Introductory Lectures on Convex Optimization (Kluwer 2004), section 2.1.2, theorem 2.1.7.
///
/// ```
/// use thalweg_objectives::NesterovWorst;
/// use thalweg_objectives::problem::Differentiable;
///
/// let chain = NesterovWorst::new(3, 8.0)?;
/// let mut gradient = [0.0; 3];
/// assert_eq!(chain.value_gradient(&[0.0; 3], &mut gradient), 0.0);
/// assert_eq!(gradient, [-2.0, 0.0, 0.0]);
/// assert_eq!(chain.value_gradient(&chain.minimizer(), &mut gradient), chain.minimum());
/// assert_eq!((chain.minimizer(), chain.minimum(), gradient), (vec![0.75, 0.5, 0.25], -0.75, [0.0; 3]));
/// # Ok::<(), thalweg_objectives::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NesterovWorst {
    n: usize,
    lipschitz: f64,
}

impl NesterovWorst {
    /// In n ≥ 1 variables, with the Lipschitz constant L of the gradient, finite and above 0.
    ///
    /// # Errors
    /// If n is 0, or L is not above 0 or not finite.
    pub fn new(n: usize, lipschitz: f64) -> Result<Self, InvalidInput> {
        if n == 0 {
            return Err(InvalidInput::new("n", n, "1 or more"));
        }
        let lipschitz = InvalidInput::unless_positive("lipschitz", lipschitz)?;
        Ok(Self { n, lipschitz })
    }

    /// x*, length n: xᵢ = 1 − i/(n + 1).
    #[must_use]
    pub fn minimizer(&self) -> Vec<f64> {
        let links = (self.n + 1) as f64;
        (1..=self.n).rev().map(|from_the_end| from_the_end as f64 / links).collect()
    }

    /// f(x*) = −(L/8) n/(n + 1).
    #[must_use]
    pub fn minimum(&self) -> f64 {
        -0.125 * self.lipschitz * self.n as f64 / (self.n + 1) as f64
    }

    /// ‖x*‖² = n (2n + 1)/(6 (n + 1)), the squared distance from 0 to the minimizer.
    #[must_use]
    pub fn distance_squared(&self) -> f64 {
        let n = self.n as f64;
        n * (2.0 * n + 1.0) / (6.0 * (n + 1.0))
    }

    /// Writes (L/4) (T v − pull · e₁) into `out`.
    fn pulled(&self, v: &[f64], pull: f64, out: &mut [f64]) {
        let quarter = 0.25 * self.lipschitz;
        let mut before = pull;
        for (i, out) in out.iter_mut().enumerate() {
            let after = v.get(i + 1).copied().unwrap_or(0.0);
            *out = quarter * ((v[i] - before) + (v[i] - after));
            before = v[i];
        }
    }
}

impl Objective for NesterovWorst {
    fn dim(&self) -> usize {
        self.n
    }

    /// From xᵀT x = x₁² + Σ (xᵢ − xᵢ₊₁)² + xₙ², a sum of squares.
    fn value(&self, x: &[f64]) -> f64 {
        let [first, .., last] = x else { return self.lipschitz * 0.25 * (x[0] * x[0] - x[0]) };
        let links = x.windows(2).fold(first * first, |sum, pair| {
            let stretch = pair[0] - pair[1];
            sum + stretch * stretch
        });
        0.25 * self.lipschitz * (0.5 * (links + last * last) - first)
    }
}

impl Differentiable for NesterovWorst {
    fn value_gradient(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        // 2x₁ − x₂ − 1: the pull is a neighbor that stays at 1.
        self.pulled(x, 1.0, gradient);
        self.value(x)
    }
}

impl Curved for NesterovWorst {
    fn hessian_vector(&self, _x: &[f64], v: &[f64], out: &mut [f64]) {
        self.pulled(v, 0.0, out);
    }
}
