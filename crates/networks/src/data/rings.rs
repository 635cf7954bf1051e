//! Two rings, one within the other: no line separates them, a circle does.

use std::f64::consts::TAU;

use thalweg_numerics::{Draws, cos, sin};
use thalweg_problem::InvalidInput;

use super::DataSet;

/// Points on two circles around 0, class 0 on the inner and class 1 on the outer one: uniform in angle, normal in radius.
///
/// ```
/// use thalweg_networks::data::Rings;
///
/// let data = Rings { per_ring: 50, ..Rings::default() }.draw()?;
/// let radius = |i| thalweg_numerics::norm(data.row(i));
/// assert!(radius(0) < 1.5 && radius(50) > 1.5);
/// # Ok::<(), thalweg_networks::problem::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rings {
    /// Points on each ring; 1 or more. Default 100.
    pub per_ring: usize,
    /// The radii, finite and 0 or more. Default 1 and 2.
    pub radii: [f64; 2],
    /// The standard deviation of the radius, 0 or more. Default 0.1.
    pub deviation: f64,
    /// Where the random numbers begin. Default 0.
    pub seed: u64,
}

impl Default for Rings {
    fn default() -> Self {
        Self { per_ring: 100, radii: [1.0, 2.0], deviation: 0.1, seed: 0 }
    }
}

impl Rings {
    /// Draws them, the inner ring first.
    ///
    /// # Errors
    /// If `per_ring` is 0, or a radius or the deviation is negative or not finite.
    pub fn draw(&self) -> Result<DataSet, InvalidInput> {
        if self.per_ring == 0 {
            return Err(InvalidInput::new("per_ring", 0, "1 or more"));
        }
        InvalidInput::unless_non_negative("deviation", self.deviation)?;
        let mut draws = Draws::new(self.seed, 0);
        let mut features = Vec::with_capacity(4 * self.per_ring);
        let mut labels = Vec::with_capacity(2 * self.per_ring);
        for (label, radius) in self.radii.into_iter().enumerate() {
            InvalidInput::unless_non_negative("radii", radius)?;
            for _ in 0..self.per_ring {
                let (angle, r) = (TAU * draws.unit(), radius + self.deviation * draws.normal());
                features.extend([r * cos(angle), r * sin(angle)]);
                labels.push(label);
            }
        }
        DataSet::new(2, features, labels, 2)
    }
}
