//! Variables and values in units of their own typical size.
//!
//! ```text
//! φ(z) = f(D z) / F     x = D z, D = diag(d)
//! ∇φ = D ∇f / F         ∇²φ = D ∇²f D / F
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | d | `typical_x`, length n |
//! | F | `typical_f` |
//!
//! Source: J. E. Dennis and R. B. Schnabel, Numerical Methods for Unconstrained Optimization and Nonlinear Equations
//! (1983), section 7.1.

use alloc::format;
use alloc::vec::Vec;

use thalweg_numerics::sqrt;

use crate::scratch::Scratch;
use crate::{CancelFlag, Curved, Differentiable, FiniteSum, InvalidInput, LeastSquares, Objective};

/// An objective in z = x/d with values f/F: what a method sees is of ordinary size whatever the units of the user are.
///
/// Every trait of the wrapped objective is there. Gradient descent in z is gradient descent in x preconditioned by
/// D²; methods that do not depend on the scale of x, such as Newton's, go the same way with and without.
/// After the first call nothing is allocated.
///
/// ```
/// use thalweg_problem::{Differentiable, Scaled, from_fn};
///
/// // A length near 1e-6 and a mass near 1e3, an energy near 1e-3.
/// let energy = from_fn(2, |x, g| {
///     (g[0], g[1]) = (1e9 * x[0], 1e-9 * x[1]);
///     0.5 * (1e9 * x[0] * x[0] + 1e-9 * x[1] * x[1])
/// });
/// let scaled = Scaled::new(&energy, [1e-6, 1e3], 1e-3)?;
/// let (mut z, mut g) = ([0.0; 2], [0.0; 2]);
/// scaled.to_scaled(&[2e-6, 3e3], &mut z)?;
/// let value = scaled.value_gradient(&z, &mut g);
/// println!("φ{z:?} = {value}, ∇φ = {g:?}");
/// for (number, expected) in [(value, 6.5), (g[0], 2.0), (g[1], 3.0), (z[0], 2.0)] {
///     assert!((number - expected).abs() < 1e-14, "{number}");
/// }
/// # Ok::<(), thalweg_problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scaled<P> {
    problem: P,
    typical_x: Vec<f64>,
    typical_f: f64,
    /// x, and one more vector of length n.
    scratch: Scratch,
}

impl<P: Objective> Scaled<P> {
    /// Wraps `problem`, by value or by reference, with d = `typical_x`, length n, and F = `typical_f`, all finite and
    /// above 0. Powers of two scale without rounding.
    ///
    /// # Errors
    /// If a length or a number is not as above.
    pub fn new(problem: P, typical_x: impl Into<Vec<f64>>, typical_f: f64) -> Result<Self, InvalidInput> {
        let typical_x = typical_x.into();
        InvalidInput::unless_length("typical_x", &typical_x, problem.dim())?;
        if let Some(i) = typical_x.iter().position(|d| !(*d > 0.0 && d.is_finite())) {
            let (argument, value) = (format!("typical_x[{i}]"), format!("{:?}", typical_x[i]));
            return Err(InvalidInput::new(argument, value, "a finite number above 0"));
        }
        InvalidInput::unless_positive("typical_f", typical_f)?;
        let scratch = Scratch::new(2 * typical_x.len());
        Ok(Self { problem, typical_x, typical_f, scratch })
    }
}

impl<P> Scaled<P> {
    /// The objective that is wrapped.
    #[must_use]
    pub fn inner(&self) -> &P {
        &self.problem
    }

    /// d, length n.
    #[must_use]
    pub fn typical_x(&self) -> &[f64] {
        &self.typical_x
    }

    /// F.
    #[must_use]
    pub fn typical_f(&self) -> f64 {
        self.typical_f
    }

    /// Writes z = x/d; both of length n.
    ///
    /// # Errors
    /// If a length is another one.
    pub fn to_scaled(&self, x: &[f64], z: &mut [f64]) -> Result<(), InvalidInput> {
        self.check_lengths([("x", x), ("z", z)])?;
        for ((z, x), d) in z.iter_mut().zip(x).zip(&self.typical_x) {
            *z = x / d;
        }
        Ok(())
    }

    /// Writes x = d z; both of length n. The way back from where a run in z has ended.
    ///
    /// # Errors
    /// If a length is another one.
    pub fn to_original(&self, z: &[f64], x: &mut [f64]) -> Result<(), InvalidInput> {
        self.check_lengths([("z", z), ("x", x)])?;
        self.stretch(z, x);
        Ok(())
    }

    fn check_lengths(&self, vectors: [(&'static str, &[f64]); 2]) -> Result<(), InvalidInput> {
        let n = self.typical_x.len();
        vectors.into_iter().try_for_each(|(name, vector)| InvalidInput::unless_length(name, vector, n))
    }

    /// x ← d z.
    fn stretch(&self, z: &[f64], x: &mut [f64]) {
        for ((x, z), d) in x.iter_mut().zip(z).zip(&self.typical_x) {
            *x = d * z;
        }
    }

    /// Runs `work` on the wrapped objective, x = d z and a second vector of length n, whose numbers are arbitrary: for traits that
    /// are written elsewhere.
    pub fn at<R>(&self, z: &[f64], work: impl FnOnce(&P, &[f64], &mut [f64]) -> R) -> R {
        self.scratch.with(|scratch| {
            let (x, other) = scratch.split_at_mut(self.typical_x.len());
            self.stretch(z, x);
            work(&self.problem, x, other)
        })
    }

    /// ∇φ = D ∇f / F, in place; H v likewise.
    fn scale_gradient(&self, gradient: &mut [f64]) {
        for (g, d) in gradient.iter_mut().zip(&self.typical_x) {
            *g = *g * d / self.typical_f;
        }
    }
}

impl<P: Objective> Objective for Scaled<P> {
    fn dim(&self) -> usize {
        self.problem.dim()
    }

    fn value(&self, z: &[f64]) -> f64 {
        self.at(z, |problem, x, _| problem.value(x)) / self.typical_f
    }

    fn cancel_flag(&self) -> Option<&CancelFlag> {
        self.problem.cancel_flag()
    }
}

impl<P: Differentiable> Differentiable for Scaled<P> {
    fn value_gradient(&self, z: &[f64], gradient: &mut [f64]) -> f64 {
        let value = self.at(z, |problem, x, _| problem.value_gradient(x, gradient));
        self.scale_gradient(gradient);
        value / self.typical_f
    }
}

impl<P: Curved> Curved for Scaled<P> {
    fn hessian_vector(&self, z: &[f64], v: &[f64], out: &mut [f64]) {
        self.at(z, |problem, x, dv| {
            self.stretch(v, dv);
            problem.hessian_vector(x, dv, out);
        });
        self.scale_gradient(out);
    }
}

impl<P: FiniteSum> FiniteSum for Scaled<P> {
    fn terms(&self) -> usize {
        self.problem.terms()
    }

    fn batch_value_gradient(&self, z: &[f64], batch: &[usize], gradient: &mut [f64]) -> f64 {
        let value = self.at(z, |problem, x, _| problem.batch_value_gradient(x, batch, gradient));
        self.scale_gradient(gradient);
        value / self.typical_f
    }
}

/// The residuals are r/√F, so that ½‖r/√F‖² = f/F.
impl<P: LeastSquares> LeastSquares for Scaled<P> {
    fn residual_count(&self) -> usize {
        self.problem.residual_count()
    }

    fn residuals(&self, z: &[f64], residuals: &mut [f64]) {
        self.at(z, |problem, x, _| problem.residuals(x, residuals));
        let root = sqrt(self.typical_f);
        residuals.iter_mut().for_each(|r| *r /= root);
    }

    fn residuals_jacobian(&self, z: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        self.at(z, |problem, x, _| problem.residuals_jacobian(x, residuals, jacobian));
        let root = sqrt(self.typical_f);
        residuals.iter_mut().for_each(|r| *r /= root);
        let m = residuals.len();
        for (j, d) in self.typical_x.iter().enumerate() {
            jacobian[m * j..m * (j + 1)].iter_mut().for_each(|element| *element = *element * d / root);
        }
    }
}
