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
/// Returns the largest absolute value.
///
/// # Errors
/// Otherwise, naming `argument` and the first element that cannot be used.
pub(crate) fn check_symmetric(argument: &'static str, a: &DMatrix<f64>) -> Result<f64, InvalidInput> {
    check_square(argument, a)?;
    let largest = largest_magnitude(a.as_slice());
    let allowed = ASYMMETRY * largest;
    // If the difference overflows, it is too large.
    let differ = |below: f64, above: f64| (below - above).abs() > allowed;
    let (n, elements) = (a.nrows(), a.as_slice());
    let mut is_symmetric = true;
    for_each_pair(n, |below, above| is_symmetric &= !differ(elements[below], elements[above]));
    if is_symmetric {
        return Ok(largest);
    }
    let mut pairs = (0..n).flat_map(|j| (j + 1..n).map(move |i| (i, j)));
    let (i, j) = pairs.find(|&(i, j)| differ(a[(i, j)], a[(j, i)])).expect("there was one");
    Err(InvalidInput::new(
        format!("{argument}[({i}, {j})]"),
        format_args!("{:?}", a[(i, j)]),
        format!("{:?}, the element ({j}, {i}), give or take {allowed:.1e}", a[(j, i)]),
    ))
}

/// Nothing if `a` is square, at least 1 × 1, and finite.
pub(crate) fn check_square(argument: &'static str, a: &DMatrix<f64>) -> Result<(), InvalidInput> {
    let (rows, columns) = a.shape();
    if rows == 0 || rows != columns {
        let shape = format_args!("{rows} × {columns}");
        return Err(InvalidInput::new(argument, shape, "a square matrix, 1 × 1 or larger"));
    }
    if are_finite(a.as_slice()) {
        return Ok(());
    }
    let at = a.iter().position(|element| !element.is_finite()).expect("there was one");
    let (i, j) = (at % rows, at / rows);
    Err(InvalidInput::new(format!("{argument}[({i}, {j})]"), a[(i, j)], "a finite number"))
}

/// Without a way out before the end, so that several go at a time.
pub(crate) fn are_finite(x: &[f64]) -> bool {
    x.iter().fold(true, |so_far, x| so_far & x.is_finite())
}

/// max |xᵢ|, 0 if there is none. Eight maxima side by side, because each takes a while.
pub(crate) fn largest_magnitude(x: &[f64]) -> f64 {
    let mut lanes = [0.0_f64; 8];
    let eights = x.chunks_exact(8);
    let rest = eights.remainder();
    for eight in eights {
        for (lane, x) in lanes.iter_mut().zip(eight) {
            *lane = lane.max(x.abs());
        }
    }
    rest.iter().chain(&lanes).fold(0.0, |largest, x| largest.max(x.abs()))
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
    let (n, elements) = (a.nrows(), a.as_mut_slice());
    for_each_pair(n, |i, j| {
        let (below, above) = (elements[i], elements[j]);
        // In the total order a NaN is the largest of all, so none is passed over.
        if (below - above).abs().total_cmp(&largest.difference()).is_gt() {
            largest = Asymmetry { row: i % n, column: i / n, below, above };
        }
        // Halves, because the sum may overflow; they are exact but for subnormal numbers.
        let mean = 0.5 * below + 0.5 * above;
        (elements[i], elements[j]) = (mean, mean);
    });
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
    let (n, elements) = (a.nrows(), a.as_mut_slice());
    for_each_pair(n, |below, above| elements[below] = elements[above]);
}

/// Of a square matrix.
pub(crate) fn transpose_in_place(a: &mut DMatrix<f64>) {
    let (n, elements) = (a.nrows(), a.as_mut_slice());
    for_each_pair(n, |below, above| elements.swap(below, above));
}

/// The side of a tile: its rows and columns are a few cache lines, whatever n is.
const TILE: usize = 16;

/// Where the elements (i, j) and (j, i) of an n × n matrix lie, for all j < i, tile after tile: along a whole row every
/// element would be far from the next.
#[inline(always)]
fn for_each_pair(n: usize, mut visit: impl FnMut(usize, usize)) {
    for left in (0..n).step_by(TILE) {
        for top in (left..n).step_by(TILE) {
            for j in left..n.min(left + TILE) {
                for i in top.max(j + 1)..n.min(top + TILE) {
                    visit(i + j * n, j + i * n);
                }
            }
        }
    }
}
