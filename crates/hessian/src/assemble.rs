//! A matrix from its products with vectors.
//!
//! ```text
//! A eⱼ is column j:   n products for n columns,   then (A + Aᵀ)/2
//! ```
//!
//! Where most elements are known to be 0, far fewer products will do: columns that share no row can be told apart in one
//! product. Finding such groups is a coloring of a graph, and is not done here; see A. R. Curtis, M. J. D. Powell and
//! J. K. Reid, IMA Journal of Applied Mathematics 13 (1974) 117–119, where it begins; T. F. Coleman and J. J. Moré, SIAM J.
//! Numer. Anal. 20 (1983) 187–209; and A. H. Gebremedhin, F. Manne and A. Pothen, SIAM Review 47 (2005) 629–705, who survey it
//! with symmetry. Whoever knows the groups can multiply with sums of unit vectors.

use nalgebra::DMatrix;
use thalweg_krylov::LinearOperator;
use thalweg_problem::{Allowance, InvalidInput, Stuck};

use crate::Asymmetry;
use crate::symmetric::symmetrize_square;

/// Writes the matrix of `operator`, n × n, into `out`, symmetrized, and returns how far it was from symmetric.
///
/// n products, each asked for at `allow`, and memory for one vector of length n. The Hessian of a
/// [`Curved`](thalweg_problem::Curved) problem at x is the operator [`HessianAt`](thalweg_krylov::HessianAt).
/// The mean of both triangles is what is written: the symmetric matrix that is nearest to all that the products said.
///
/// ```
/// use nalgebra::DMatrix;
/// use thalweg_hessian::assemble;
/// use thalweg_hessian::krylov::operator;
/// use thalweg_hessian::problem::Allowance;
///
/// // One element of four is wrong: 3 where it should be 1.
/// let slip = operator(2, |v, out| (out[0], out[1]) = (4.0 * v[0] + 3.0 * v[1], v[0] + 2.0 * v[1]));
/// let (mut matrix, mut allow) = (DMatrix::zeros(2, 2), Allowance::evaluations(100));
/// let asymmetry = assemble(&slip, &mut matrix, &mut allow)?;
/// assert_eq!(matrix, DMatrix::from_row_slice(2, 2, &[4.0, 2.0, 2.0, 2.0]));
/// assert_eq!(asymmetry.to_string(), "element (1, 0) is 1.0, element (0, 1) is 3.0");
/// assert_eq!((asymmetry.difference(), allow.left()), (2.0, 98));
/// # Ok::<(), thalweg_hessian::problem::Stuck>(())
/// ```
///
/// # Errors
/// [`Stuck::Invalid`] if n is 0 or `out` is not n × n; whatever `allow` answers when it is used up or cancelled, and then
/// `out` holds some columns only.
pub fn assemble<A: LinearOperator + ?Sized>(
    operator: &A,
    out: &mut DMatrix<f64>,
    allow: &mut Allowance,
) -> Result<Asymmetry, Stuck> {
    let n = operator.dim();
    if n == 0 {
        return Err(InvalidInput::new("operator.dim()", 0, "1 or more").into());
    }
    if out.shape() != (n, n) {
        let (rows, columns) = out.shape();
        return Err(InvalidInput::new("out", format!("{rows} × {columns}"), format!("{n} × {n}")).into());
    }
    let mut unit = vec![0.0; n];
    for (j, column) in out.as_mut_slice().chunks_exact_mut(n).enumerate() {
        allow.spend()?;
        unit[j] = 1.0;
        operator.apply(&unit, column);
        unit[j] = 0.0;
    }
    Ok(symmetrize_square(out))
}
