//! What is asked of a matrix before anything is done with it.

use std::fmt;

use nalgebra::DMatrix;
use thalweg_problem::InvalidInput;

/// |aᵢⱼ − aⱼᵢ| may be this share of the largest element: rounding in sums of thousands of terms, and no more.
const ASYMMETRY: f64 = 1e-12;

/// Nothing if `a` is square, at least 1 × 1, finite, and symmetric to 1e-12 of its largest element.
///
/// What is less symmetric than that is no Hessian but a mistake, or the difference of gradients: then
/// [`symmetrize`] says how far it is off.
///
/// # Errors
/// Otherwise, naming `argument` and the first element that cannot be used.
pub(crate) fn check_symmetric(argument: &'static str, a: &DMatrix<f64>) -> Result<(), InvalidInput> {
    check_square(argument, a)?;
    let allowed = ASYMMETRY * a.amax();
    for (i, j) in below_the_diagonal(a.nrows()) {
        let (below, above) = (a[(i, j)], a[(j, i)]);
        // Halves, because the difference of two large numbers may overflow.
        if (0.5 * below - 0.5 * above).abs() > 0.5 * allowed {
            return Err(InvalidInput::new(
                format!("{argument}[({i}, {j})]"),
                format_args!("{below:?}"),
                format!("{above:?}, the element ({j}, {i}), give or take {allowed:.1e}"),
            ));
        }
    }
    Ok(())
}

/// Nothing if `a` is square, at least 1 × 1, and finite.
pub(crate) fn check_square(argument: &'static str, a: &DMatrix<f64>) -> Result<(), InvalidInput> {
    let (rows, columns) = a.shape();
    if rows == 0 || rows != columns {
        let shape = format_args!("{rows} × {columns}");
        return Err(InvalidInput::new(argument, shape, "a square matrix, 1 × 1 or larger"));
    }
    match a.iter().position(|element| !element.is_finite()) {
        None => Ok(()),
        Some(at) => {
            let (i, j) = (at % rows, at / rows);
            Err(InvalidInput::new(format!("{argument}[({i}, {j})]"), a[(i, j)], "a finite number"))
        }
    }
}

/// Makes `a` symmetric to the last bit, a ← (a + aᵀ)/2, and says how far it was from that.
///
/// ```
/// use thalweg_hessian::nalgebra::DMatrix;
/// use thalweg_hessian::symmetrize;
///
/// let mut a = DMatrix::from_row_slice(2, 2, &[2.0, 1.5, 0.5, 3.0]);
/// assert_eq!(symmetrize(&mut a)?.difference(), 1.0);
/// assert_eq!(a, DMatrix::from_row_slice(2, 2, &[2.0, 1.0, 1.0, 3.0]));
/// # Ok::<(), thalweg_hessian::problem::InvalidInput>(())
/// ```
///
/// # Errors
/// If `a` is not square, has no element, or one that is not finite.
pub fn symmetrize(a: &mut DMatrix<f64>) -> Result<Asymmetry, InvalidInput> {
    check_square("a", a)?;
    Ok(symmetrize_square(a))
}

/// The same for a matrix that is known to be square; where it is not finite, neither is the outcome.
pub(crate) fn symmetrize_square(a: &mut DMatrix<f64>) -> Asymmetry {
    let mut largest = Asymmetry::default();
    for (row, column) in below_the_diagonal(a.nrows()) {
        let (below, above) = (a[(row, column)], a[(column, row)]);
        let here = Asymmetry { row, column, below, above };
        // In the total order a NaN is the largest of all, so none is passed over.
        if here.difference().total_cmp(&largest.difference()).is_gt() {
            largest = here;
        }
        // Halves, because the sum may overflow; they are exact but for subnormal numbers.
        let mean = 0.5 * below + 0.5 * above;
        (a[(row, column)], a[(column, row)]) = (mean, mean);
    }
    largest
}

/// Two elements that should be equal: the pair that is farthest apart, or one of those that are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Asymmetry {
    /// i, the row of the element below the diagonal.
    pub row: usize,
    /// j, its column; 0, as i is, for a matrix of one element.
    pub column: usize,
    /// The element (i, j).
    pub below: f64,
    /// The element (j, i).
    pub above: f64,
}

impl Asymmetry {
    /// |Aᵢⱼ − Aⱼᵢ|: 0 if the matrix is symmetric to the last bit, NaN if there is a NaN off its diagonal.
    #[must_use]
    pub fn difference(&self) -> f64 {
        (self.below - self.above).abs()
    }
}

impl fmt::Display for Asymmetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, column, below, above } = self;
        write!(f, "element ({row}, {column}) is {below:?}, element ({column}, {row}) is {above:?}")
    }
}

/// Copies what lies above the diagonal to where it belongs below.
pub(crate) fn mirror_to_below(a: &mut DMatrix<f64>) {
    for (i, j) in below_the_diagonal(a.nrows()) {
        a[(i, j)] = a[(j, i)];
    }
}

/// Of a square matrix.
pub(crate) fn transpose_in_place(a: &mut DMatrix<f64>) {
    for (i, j) in below_the_diagonal(a.nrows()) {
        a.swap((i, j), (j, i));
    }
}

/// The side of a tile: two of them are 64 KiB, which stays near while their elements meet those across the diagonal.
const TILE: usize = 64;

/// (i, j) with j < i < n, tile after tile: whoever also looks at (j, i) goes along rows, and in a large matrix every element of
/// a row is far from the next.
fn below_the_diagonal(n: usize) -> impl Iterator<Item = (usize, usize)> {
    let tiles =
        (0..n).step_by(TILE).flat_map(move |left| (left..n).step_by(TILE).map(move |top| (top, left)));
    tiles.flat_map(move |(top, left)| {
        let columns = left..n.min(left + TILE);
        columns.flat_map(move |j| (top.max(j + 1)..n.min(top + TILE)).map(move |i| (i, j)))
    })
}
