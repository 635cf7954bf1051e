//! Shapes in the plane that a network is to learn, and points drawn from them (slide 31).

use thalweg_numerics::Draws;
use thalweg_problem::InvalidInput;

use super::DataSet;

/// A region in the plane, bounded by polygons: a point is inside if a ray from it crosses their edges an odd number of times,
/// so that a polygon within another one is a hole.
///
/// ```
/// use thalweg_networks::data::Shape;
///
/// let shape = Shape::hexagon_with_diamond_hole();
/// assert!(shape.contains([0.6, 0.0]) && !shape.contains([0.0, 0.0]) && !shape.contains([0.9, 0.0]));
/// let data = shape.draw(1000, 5)?;
/// let inside = data.labels().iter().filter(|&&label| label == 1).count();
/// // The area is 1.435, of 4.
/// assert!(inside.abs_diff(359) < 76);
/// # Ok::<(), thalweg_networks::problem::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    polygons: Vec<Vec<[f64; 2]>>,
}

impl Shape {
    /// From polygons, each a list of at least three corners in order; the last is joined to the first.
    ///
    /// # Errors
    /// If there is no polygon, one has fewer than three corners, or a coordinate is not finite.
    pub fn new(polygons: impl Into<Vec<Vec<[f64; 2]>>>) -> Result<Self, InvalidInput> {
        let polygons = polygons.into();
        if polygons.is_empty() {
            return Err(InvalidInput::new("polygons", "none", "1 or more"));
        }
        for (i, polygon) in polygons.iter().enumerate() {
            if polygon.len() < 3 {
                let value = format!("{} corners", polygon.len());
                return Err(InvalidInput::new(format!("polygons[{i}]"), value, "3 corners or more"));
            }
            InvalidInput::unless_all_finite("polygons", polygon.as_flattened())?;
        }
        Ok(Self { polygons })
    }

    /// A hexagon of radius 0.8, all but regular, with a diamond of radius 0.35 cut out of its middle.
    #[must_use]
    pub fn hexagon_with_diamond_hole() -> Self {
        let hexagon = vec![[0.8, 0.0], [0.4, 0.7], [-0.4, 0.7], [-0.8, 0.0], [-0.4, -0.7], [0.4, -0.7]];
        let diamond = vec![[0.35, 0.0], [0.0, 0.35], [-0.35, 0.0], [0.0, -0.35]];
        Self { polygons: vec![hexagon, diamond] }
    }

    /// A bear that walks to the right, of 31 straight strokes.
    #[must_use]
    pub fn bear() -> Self {
        let outline = vec![
            // Rump, back, ear, snout.
            [-0.8, 0.05],
            [-0.7, 0.3],
            [-0.4, 0.42],
            [0.0, 0.36],
            [0.25, 0.44],
            [0.38, 0.5],
            [0.42, 0.6],
            [0.5, 0.6],
            [0.54, 0.5],
            [0.68, 0.4],
            [0.88, 0.24],
            [0.86, 0.14],
            [0.62, 0.1],
            [0.48, -0.08],
            // The legs, from front to back.
            [0.6, -0.56],
            [0.66, -0.64],
            [0.42, -0.64],
            [0.28, -0.2],
            [0.16, -0.2],
            [0.14, -0.64],
            [-0.06, -0.64],
            [-0.06, -0.2],
            [-0.3, -0.2],
            [-0.22, -0.56],
            [-0.16, -0.64],
            [-0.42, -0.64],
            [-0.52, -0.24],
            [-0.6, -0.24],
            [-0.66, -0.64],
            [-0.88, -0.64],
            [-0.82, -0.2],
        ];
        Self { polygons: vec![outline] }
    }

    /// The polygons, each as the list of its corners.
    #[must_use]
    pub fn polygons(&self) -> &[Vec<[f64; 2]>] {
        &self.polygons
    }

    /// Whether a point is inside. Of a point exactly on an edge the answer is one of the two.
    #[must_use]
    pub fn contains(&self, [x, y]: [f64; 2]) -> bool {
        let mut inside = false;
        for polygon in &self.polygons {
            let mut last = polygon[polygon.len() - 1];
            for &corner in polygon {
                // A ray to the right crosses the edges of which one end is above it and the other is not.
                let crosses = (corner[1] > y) != (last[1] > y);
                if crosses {
                    let share = (y - corner[1]) / (last[1] - corner[1]);
                    inside ^= x < corner[0] + share * (last[0] - corner[0]);
                }
                last = corner;
            }
        }
        inside
    }

    /// `count` points, uniform in [−1, 1)², of class 1 inside and of class 0 outside.
    ///
    /// # Errors
    /// If `count` is 0.
    pub fn draw(&self, count: usize, seed: u64) -> Result<DataSet, InvalidInput> {
        let mut draws = Draws::new(seed, 0);
        let points: Vec<_> = (0..count).map(|_| [draws.signed_unit(), draws.signed_unit()]).collect();
        let labels: Vec<_> = points.iter().map(|&point| usize::from(self.contains(point))).collect();
        DataSet::new(2, points.as_flattened(), labels, 2)
    }
}
