//! A handful of points that say everything.

use thalweg_problem::InvalidInput;

use super::DataSet;

/// (1, 0) and (0, 1) of class 1, (−1, 0) of class 0: the three points of Brady, Raghavan and Slawny (slides 12–14).
///
/// Source: M. Brady, R. Raghavan and J. Slawny, IEEE Transactions on Circuits and Systems 36 (1989) 665–674.
#[must_use]
pub fn three_points() -> DataSet {
    DataSet { dim: 2, classes: 2, features: vec![1.0, 0.0, 0.0, 1.0, -1.0, 0.0], labels: vec![1, 1, 0] }
}

/// The [`three_points`] and the spoiler (0, −t) of class 1, which comes last (slides 15–20).
///
/// They are linearly separable for every t, with the margin 1/√5 where the bias is a weight like the others.
///
/// # Errors
/// If t is not finite and above 0.
///
/// ```
/// use thalweg_networks::data::spoiled_points;
///
/// assert_eq!(spoiled_points(5.0)?.row(3), [0.0, -5.0]);
/// assert!(spoiled_points(f64::INFINITY).is_err());
/// # Ok::<(), thalweg_networks::problem::InvalidInput>(())
/// ```
pub fn spoiled_points(t: f64) -> Result<DataSet, InvalidInput> {
    three_points().with(&[0.0, -InvalidInput::unless_positive("t", t)?], 1)
}

/// The corners of the unit square, of class 1 where exactly one coordinate is 1: no line separates the classes.
#[must_use]
pub fn xor() -> DataSet {
    let features = vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
    DataSet { dim: 2, classes: 2, features, labels: vec![0, 1, 1, 0] }
}
