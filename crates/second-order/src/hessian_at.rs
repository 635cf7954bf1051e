//! The Hessian at a point, asked for and looked at.

use nalgebra::DMatrix;
use thalweg_hessian::TwiceDifferentiable;
use thalweg_numerics::{dot, norm};
use thalweg_problem::{Allowance, Stuck};

/// Writes H(x), n × n, into `out`: one evaluation, asked of `allow`.
pub(crate) fn hessian_at<P: TwiceDifferentiable + ?Sized>(
    problem: &P,
    x: &[f64],
    out: &mut DMatrix<f64>,
    allow: &mut Allowance,
) -> Result<(), Stuck> {
    allow.spend()?;
    // An element that the problem forgets to write is found below.
    out.fill(f64::NAN);
    problem.hessian(x, out);
    match out.iter().position(|h| !h.is_finite()) {
        None => Ok(()),
        Some(at) => {
            let (i, j) = (at % x.len(), at / x.len());
            Err(Stuck::Because(
                format!("the Hessian cannot be used: its element ({i}, {j}) is {}", out[at]).into(),
            ))
        }
    }
}

/// vᵀH v/vᵀv, from the lower triangle of `h`; NaN for v = 0.
pub(crate) fn curvature_along(h: &[f64], v: &[f64]) -> f64 {
    let (n, length) = (v.len(), norm(v));
    (0..n).fold(0.0, |total, j| {
        // Column j of the lower triangle, and the same numbers as row j of the upper one.
        let beside = dot(&h[n * j + j + 1..n * (j + 1)], &v[j + 1..]) / length;
        let u = v[j] / length;
        total + u * (h[n * j + j] * u + 2.0 * beside)
    })
}
