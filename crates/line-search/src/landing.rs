//! Where a search lands: room for two points, made once.

use thalweg_problem::Point;

/// The point that a search accepted, and room for the trial that may replace it.
///
/// A search writes every trial into the spare point and swaps it in when it is the best so far, so that a point is
/// neither copied nor evaluated twice. After an accepted step, and after a failure too, [`point`](Self::point) is the
/// point that the search returned: swap it with the current one, or read the differences for an update first.
///
/// Between two searches a landing holds leftovers. That is why two landings for the same n are equal, and why serde writes n
/// alone.
#[derive(Clone, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "usize", from = "usize")
)]
pub struct Landing {
    /// Where the last search has landed.
    pub point: Point,
    pub(crate) trial: Point,
}

impl Landing {
    /// Room for points of length n; 4n numbers.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let empty = || Point { x: vec![f64::NAN; n], value: f64::NAN, gradient: vec![f64::NAN; n] };
        Self { point: empty(), trial: empty() }
    }

    /// Makes the trial the point.
    pub(crate) fn keep(&mut self) {
        std::mem::swap(&mut self.point, &mut self.trial);
    }

    /// Makes a copy of `start` the point.
    pub(crate) fn return_to(&mut self, start: &Point) {
        self.point.x.copy_from_slice(&start.x);
        self.point.value = start.value;
        self.point.gradient.copy_from_slice(&start.gradient);
    }

    /// Sees to it that there is room for points of length n; allocates only if n has changed.
    pub(crate) fn fit(&mut self, n: usize) {
        let fits = |point: &Point| point.x.len() == n && point.gradient.len() == n;
        if !(fits(&self.point) && fits(&self.trial)) {
            *self = Self::new(n);
        }
    }
}

impl PartialEq for Landing {
    fn eq(&self, other: &Self) -> bool {
        self.point.x.len() == other.point.x.len()
    }
}

impl From<usize> for Landing {
    fn from(n: usize) -> Self {
        Self::new(n)
    }
}

impl From<Landing> for usize {
    fn from(landing: Landing) -> Self {
        landing.point.x.len()
    }
}
