//! A convex function of several variables that is one of one variable in others.

use thalweg_numerics::{exp, expm1, matrix_vector};
use thalweg_problem::{Curved, Differentiable, Objective};

use crate::logarithmic::log_spaced;
use crate::spectrum::Tilted;

/// E(w) = Σ φ(uᵢ) with u = Mw and φ(u) = eᵘ − u, in N variables: convex, with the minimum N at 0 and the Hessian M² there.
pub(crate) struct Mixed<const N: usize>(Tilted);

impl<const N: usize> Mixed<N> {
    /// κ of the Hessian at the minimum, whose least eigenvalue is 1.
    pub(crate) fn new(kappa: f64) -> Self {
        Self(Tilted::new(log_spaced(1.0, kappa.sqrt(), N as u32)))
    }

    /// u = Mw.
    pub(crate) fn mix(&self, w: &[f64]) -> [f64; N] {
        let mut u = [0.0; N];
        matrix_vector(&self.0.matrix, w, &mut u);
        u
    }

    /// w = M⁻¹u.
    pub(crate) fn start(&self, u: &[f64; N]) -> Vec<f64> {
        let components = self.0.components(u);
        self.0.point(&components.iter().zip(&self.0.eigenvalues).map(|(c, m)| c / m).collect::<Vec<_>>())
    }
}

impl<const N: usize> Objective for Mixed<N> {
    fn dim(&self) -> usize {
        N
    }

    fn value(&self, w: &[f64]) -> f64 {
        self.mix(w).iter().fold(0.0, |e, u| e + (exp(*u) - u))
    }
}

impl<const N: usize> Differentiable for Mixed<N> {
    fn value_gradient(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let u = self.mix(w);
        gradient.copy_from_slice(&self.mix(&u.map(expm1)));
        u.iter().fold(0.0, |e, u| e + (exp(*u) - u))
    }
}

impl<const N: usize> Curved for Mixed<N> {
    fn hessian_vector(&self, w: &[f64], v: &[f64], out: &mut [f64]) {
        let (u, mut v) = (self.mix(w), self.mix(v));
        v.iter_mut().zip(u).for_each(|(v, u)| *v *= exp(u));
        out.copy_from_slice(&self.mix(&v));
    }
}
