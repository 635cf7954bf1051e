//! Gaussian clusters, and the three of the lecture with spoilers.

use thalweg_numerics::Draws;
use thalweg_problem::InvalidInput;

use super::DataSet;

/// Normally distributed points around a center, all of one class.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The mean, of finite numbers.
    pub center: Vec<f64>,
    /// The standard deviation along every axis, 0 or more.
    pub deviation: f64,
    /// How many points.
    pub count: usize,
    /// Their class.
    pub label: usize,
}

impl Cluster {
    /// The points of several clusters, one cluster after another, drawn from `seed`.
    ///
    /// ```
    /// use thalweg_networks::data::Cluster;
    ///
    /// let left = Cluster { center: vec![-1.5, 0.0], deviation: 0.5, count: 20, label: 0 };
    /// let right = Cluster { center: vec![1.5, 0.0], label: 1, ..left.clone() };
    /// let data = Cluster::draw(&[left, right], 2, 7)?;
    /// assert_eq!((data.len(), data.labels()[19], data.labels()[20]), (40, 0, 1));
    /// # Ok::<(), thalweg_networks::problem::InvalidInput>(())
    /// ```
    ///
    /// # Errors
    /// If there is no point at all, centers have different lengths, or a number or a label cannot be used.
    pub fn draw(clusters: &[Self], classes: usize, seed: u64) -> Result<DataSet, InvalidInput> {
        let dim = clusters.first().map_or(0, |first| first.center.len());
        let mut draws = Draws::new(seed, 0);
        let (mut features, mut labels) = (Vec::new(), Vec::new());
        for cluster in clusters {
            InvalidInput::unless_length("center", &cluster.center, dim)?;
            InvalidInput::unless_all_finite("center", &cluster.center)?;
            InvalidInput::unless_non_negative("deviation", cluster.deviation)?;
            for _ in 0..cluster.count {
                features
                    .extend(cluster.center.iter().map(|center| center + cluster.deviation * draws.normal()));
            }
            labels.extend(std::iter::repeat_n(cluster.label, cluster.count));
        }
        DataSet::new(dim, features, labels, classes)
    }
}

/// Three clusters, around (1, 0) and (0, 1) of class 1 and around (−1, 0) of class 0, with a few spoilers of class 1 beyond
/// the line that separates them (slides 21–26).
///
/// The first spoiler lies at (−0.66, −0.47), where the slide draws it, the others around it like the points of a cluster.
/// The spoilers come last. How many there are changes no other point.
///
/// ```
/// use thalweg_networks::data::SpoiledClusters;
///
/// let clusters = SpoiledClusters { spoilers: 1, ..SpoiledClusters::default() };
/// let data = clusters.draw()?;
/// assert_eq!((data.len(), data.row(24), data.sign(24)), (25, &[-0.66, -0.47][..], 1.0));
/// # Ok::<(), thalweg_networks::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpoiledClusters {
    /// Points in each cluster; 1 or more. Default 8, as drawn.
    pub per_cluster: usize,
    /// The standard deviation of a cluster along each axis, 0 or more. Default 0.08.
    pub deviation: f64,
    /// How many spoilers. Default 0.
    pub spoilers: usize,
    /// Where the random numbers begin. Default 0.
    pub seed: u64,
}

impl Default for SpoiledClusters {
    fn default() -> Self {
        Self { per_cluster: 8, deviation: 0.08, spoilers: 0, seed: 0 }
    }
}

impl SpoiledClusters {
    /// Where the first spoiler lies.
    pub const SPOILER: [f64; 2] = [-0.66, -0.47];

    /// Draws them.
    ///
    /// # Errors
    /// If `per_cluster` is 0 or `deviation` is negative or not finite.
    pub fn draw(&self) -> Result<DataSet, InvalidInput> {
        if self.per_cluster == 0 {
            return Err(InvalidInput::new("per_cluster", 0, "1 or more"));
        }
        let cluster = |center: [f64; 2], count, label| Cluster {
            center: center.to_vec(),
            deviation: self.deviation,
            count,
            label,
        };
        let n = self.per_cluster;
        let mut clusters =
            vec![cluster([1.0, 0.0], n, 1), cluster([0.0, 1.0], n, 1), cluster([-1.0, 0.0], n, 0)];
        if let Some(more) = self.spoilers.checked_sub(1) {
            clusters.push(Cluster { deviation: 0.0, ..cluster(Self::SPOILER, 1, 1) });
            clusters.push(cluster(Self::SPOILER, more, 1));
        }
        Cluster::draw(&clusters, 2, self.seed)
    }
}
