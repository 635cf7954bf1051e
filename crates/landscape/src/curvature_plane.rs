//! The plane in which a surface curves most: that of the two top eigenvectors of the Hessian.
//!
//! ```text
//! H u = λ₁u,   H v = λ₂v,   λ₁ ≥ λ₂ ≥ …;   f(x + s u + t v) ≈ f + s gᵀu + t gᵀv + ½(λ₁s² + λ₂t²)
//! ```
//!
//! Gradient descent bounces in it before it diverges, and what a random slice averages away is seen in it.
//! The eigenvectors come from Lanczos' iteration with restarts: products with the Hessian, and `max_basis` + 4 vectors of length n.
//!
//! Where λ₁ and λ₂ are equal to the tolerance, u and v are some pair of their space.
//!
//! Source: see [`extreme_eigenpairs`](thalweg_krylov::extreme_eigenpairs).

use thalweg_krylov::{Ending, ExtremeEigenpairs, FoundEigenpairs, HessianAt};
use thalweg_problem::{Allowance, Curved, InvalidInput, Stuck, check_start};

use crate::Plane;

/// The plane of the two top eigenvectors, and how well they are known.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CurvaturePlane {
    /// Through x, spanned by unit vectors u and v.
    pub plane: Plane,
    /// λ₁ and λ₂.
    pub curvatures: [f64; 2],
    /// Within so much of each of them H has an eigenvalue.
    pub bounds: [f64; 2],
}

/// Finds the plane at `x`, length n ≥ 2, by `search`, of which `lowest` and `highest` are set here.
///
/// ```
/// use thalweg_krylov::ExtremeEigenpairs;
/// use thalweg_landscape::curvature_plane;
/// use thalweg_landscape::problem::{Allowance, Stuck};
/// use thalweg_objectives::DiagonalQuadratic;
///
/// let bowl = DiagonalQuadratic::centered([1.0, 7.0, -20.0, 3.0])?;
/// let mut allow = Allowance::evaluations(100);
/// let found = curvature_plane(&bowl, &[0.0; 4], ExtremeEigenpairs::default(), &mut allow)?;
/// println!("{:.3?} ± {:.0e}", found.curvatures, found.bounds[0]);
/// assert!((found.curvatures[0] - 7.0).abs() < 1e-9 && (found.curvatures[1] - 3.0).abs() < 1e-9);
/// let slice = found.plane.slice(&bowl, &[2.0], &[0.0], &mut allow)?;
/// assert!((slice.values[0] - 14.0).abs() < 1e-9);
/// # Ok::<(), Stuck>(())
/// ```
///
/// # Errors
/// [`Stuck::Invalid`] if `x` or a setting cannot be used, or n is 1; what `allow` answers when it is used up; in words, if the
/// search ended in another way without two pairs that converged.
pub fn curvature_plane<P: Curved + ?Sized>(
    problem: &P,
    x: &[f64],
    search: ExtremeEigenpairs,
    allow: &mut Allowance,
) -> Result<CurvaturePlane, Stuck> {
    check_start(problem, x)?;
    if x.len() < 2 {
        return Err(InvalidInput::new("x", "length 1", "length 2 or more").into());
    }
    let search = ExtremeEigenpairs { lowest: 0, highest: 2, ..search };
    let FoundEigenpairs { ending, highest, .. } = search.find(&HessianAt { problem, x }, allow)?;
    match (ending, &highest[..]) {
        (Ending::OutOfEvaluations, _) => Err(Stuck::OutOfEvaluations),
        (Ending::Cancelled, _) => Err(Stuck::Cancelled),
        (ending, [first, second]) if ending.is_converged() => Ok(CurvaturePlane {
            plane: Plane::new(x, first.vector.as_slice(), second.vector.as_slice())?,
            curvatures: [first.value, second.value],
            bounds: [first.bound, second.bound],
        }),
        (ending, _) => Err(Stuck::Because(ending.to_string().into())),
    }
}
