//! Labeled data: points, each of one of a few classes.

mod clusters;
mod points;
mod rings;
mod shape;
mod stored;

use thalweg_problem::InvalidInput;

pub use clusters::{Cluster, SpoiledClusters};
pub use points::{spoiled_points, three_points, xor};
pub use rings::Rings;
pub use shape::Shape;
pub use stored::{breast_cancer, digits};

/// n points with d features each, and the class of every point: a number below `classes`.
///
/// Of two classes, 1 is the positive one: see [`sign`](Self::sign).
///
/// ```
/// use thalweg_networks::DataSet;
///
/// let data = DataSet::new(2, [1.0, 0.0, 0.0, 1.0, -1.0, 0.0], [1, 1, 0], 2)?;
/// assert_eq!((data.len(), data.row(1), data.sign(2)), (3, &[0.0, 1.0][..], -1.0));
///
/// let error = DataSet::new(2, [1.0, f64::NAN], [0], 2).unwrap_err();
/// assert_eq!(error.to_string(), "invalid `features[1]`: NaN (allowed: a finite number)");
/// # Ok::<(), thalweg_networks::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Unchecked", into = "Unchecked")
)]
pub struct DataSet {
    dim: usize,
    classes: usize,
    features: Vec<f64>,
    labels: Vec<usize>,
}

impl DataSet {
    /// From the features, n × d numbers row after row, and n labels, each below `classes`.
    ///
    /// # Errors
    /// If there is no point, `dim` = d is 0, there are fewer than two classes, the lengths do not fit, a feature is not
    /// finite or a label is not below `classes`.
    pub fn new(
        dim: usize,
        features: impl Into<Vec<f64>>,
        labels: impl Into<Vec<usize>>,
        classes: usize,
    ) -> Result<Self, InvalidInput> {
        let (features, labels) = (features.into(), labels.into());
        if dim == 0 {
            return Err(InvalidInput::new("dim", 0, "1 or more"));
        }
        if classes < 2 {
            return Err(InvalidInput::new("classes", classes, "2 or more"));
        }
        if labels.is_empty() {
            return Err(InvalidInput::new("labels", "length 0", "length 1 or more"));
        }
        if labels.len().checked_mul(dim) != Some(features.len()) {
            let allowed = format!("length {} × {dim}, a row for every label", labels.len());
            return Err(InvalidInput::new("features", format_args!("length {}", features.len()), allowed));
        }
        InvalidInput::unless_all_finite("features", &features)?;
        match labels.iter().position(|&label| label >= classes) {
            Some(i) => {
                let allowed = format!("a class from 0 to {}", classes - 1);
                Err(InvalidInput::new(format!("labels[{i}]"), labels[i], allowed))
            }
            None => Ok(Self { dim, classes, features, labels }),
        }
    }

    /// n, the number of points: 1 or more.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "there is always a point")]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// d, the number of features of a point.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// How many classes there are, whether or not each has a point.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// All features, n × d, row after row.
    #[must_use]
    pub fn features(&self) -> &[f64] {
        &self.features
    }

    /// All labels, length n.
    #[must_use]
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// The features of point i < n, length d.
    ///
    /// # Panics
    /// If there is no such point.
    #[must_use]
    pub fn row(&self, i: usize) -> &[f64] {
        &self.features[i * self.dim..][..self.dim]
    }

    /// The rows, one after another.
    #[must_use]
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.features.chunks_exact(self.dim)
    }

    /// 1 for a point of class 1, −1 for one of any other class: what a classifier of two classes wants to hear.
    ///
    /// # Panics
    /// If there is no point i.
    #[must_use]
    pub fn sign(&self, i: usize) -> f64 {
        if self.labels[i] == 1 { 1.0 } else { -1.0 }
    }

    /// The signs of all points, in order.
    #[must_use]
    pub fn signs(&self) -> impl ExactSizeIterator<Item = f64> {
        (0..self.len()).map(|i| self.sign(i))
    }

    /// These points and one more.
    ///
    /// # Errors
    /// If `point` is not d finite numbers or `label` is not below `classes`.
    pub fn with(&self, point: &[f64], label: usize) -> Result<Self, InvalidInput> {
        InvalidInput::unless_length("point", point, self.dim)?;
        InvalidInput::unless_all_finite("point", point)?;
        if label >= self.classes {
            return Err(InvalidInput::new("label", label, format!("a class from 0 to {}", self.classes - 1)));
        }
        let mut more = self.clone();
        more.features.extend_from_slice(point);
        more.labels.push(label);
        Ok(more)
    }

    /// The points with these indices, in their order; one that is named twice comes twice.
    ///
    /// # Errors
    /// If there is none, or an index is not below n.
    pub fn subset(&self, indices: &[usize]) -> Result<Self, InvalidInput> {
        if indices.is_empty() {
            return Err(InvalidInput::new("indices", "length 0", "length 1 or more"));
        }
        if let Some(at) = indices.iter().position(|&i| i >= self.len()) {
            let allowed = format!("the index of a point, below {}", self.len());
            return Err(InvalidInput::new(format!("indices[{at}]"), indices[at], allowed));
        }
        Ok(Self {
            dim: self.dim,
            classes: self.classes,
            features: indices.iter().flat_map(|&i| self.row(i)).copied().collect(),
            labels: indices.iter().map(|&i| self.labels[i]).collect(),
        })
    }

    /// The same points with every feature shifted to mean 0 and scaled to standard deviation 1 (the root of the mean square);
    /// a feature that is the same everywhere becomes 0.
    ///
    /// # Errors
    /// If a mean or a deviation overflows.
    pub fn standardized(&self) -> Result<Self, InvalidInput> {
        let count = self.len() as f64;
        let mut features = self.features.clone();
        for j in 0..self.dim {
            let column = || features.iter().skip(j).step_by(self.dim);
            let mean = column().fold(0.0, |sum, x| sum + x) / count;
            let variance = column().fold(0.0, |sum, x| sum + (x - mean) * (x - mean)) / count;
            let deviation = variance.sqrt();
            if !deviation.is_finite() {
                let allowed = "a mean and a deviation that do not overflow";
                return Err(InvalidInput::new(
                    format!("feature {j}"),
                    format_args!("{deviation:?}"),
                    allowed,
                ));
            }
            for x in features.iter_mut().skip(j).step_by(self.dim) {
                *x = if deviation == 0.0 { 0.0 } else { (*x - mean) / deviation };
            }
        }
        Ok(Self { features, ..self.clone() })
    }

    /// Nothing if there are two classes.
    ///
    /// # Errors
    /// Otherwise: what asks for signs cannot use more.
    pub(crate) fn unless_two_classes(&self) -> Result<(), InvalidInput> {
        if self.classes == 2 {
            Ok(())
        } else {
            Err(InvalidInput::new("data.classes()", self.classes, "2, of which 1 is the positive class"))
        }
    }
}

/// What is read before it is checked.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Unchecked {
    dim: usize,
    classes: usize,
    features: Vec<f64>,
    labels: Vec<usize>,
}

#[cfg(feature = "serde")]
impl TryFrom<Unchecked> for DataSet {
    type Error = InvalidInput;

    fn try_from(read: Unchecked) -> Result<Self, InvalidInput> {
        Self::new(read.dim, read.features, read.labels, read.classes)
    }
}

#[cfg(feature = "serde")]
impl From<DataSet> for Unchecked {
    fn from(data: DataSet) -> Self {
        let DataSet { dim, classes, features, labels } = data;
        Self { dim, classes, features, labels }
    }
}
