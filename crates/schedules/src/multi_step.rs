//! A rate that is multiplied by the same factor at every milestone.
//!
//! ```text
//! ηₖ = η₀ αⁱ,  i the number of milestones that are at most k
//! ```
//!
//! | symbol | here |
//! | --- | --- |
//! | η₀ | `rate` |
//! | α | `factor` |
//! | the milestones | `milestones`, steps in ascending order |
//!
//! After the last milestone the rate is constant, so Σηₖ = Σηₖ² = ∞.
//!
//! It is what is left of [`ReduceOnPlateau`](crate::ReduceOnPlateau) once one knows where the plateaus are.
//!
//! Sources: K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition", CVPR 2016, section 4.2 (0.1,
//! divided by 10 at 32 000 and 48 000 steps); CMU 11-785 (Fall 2020), Optimization Part 1, slide 99.

use alloc::format;
use alloc::vec::Vec;

use thalweg_numerics::powi;
use thalweg_problem::InvalidInput;

use crate::{RobbinsMonro, Schedule};

/// ηₖ = η₀ αⁱ with i milestones at or before k.
///
/// ```
/// use thalweg_schedules::{MultiStep, Schedule};
///
/// let schedule = MultiStep { rate: 1.0, factor: 0.5, milestones: vec![10, 20] };
/// assert_eq!([0, 9, 10, 19, 20, 1000].map(|k| schedule.rate(k)), [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MultiStep {
    /// η₀, finite and above 0. Default 1.
    pub rate: f64,
    /// α, finite and above 0. Default 0.1.
    pub factor: f64,
    /// The steps from which on the next factor counts, each after the one before. Default none.
    pub milestones: Vec<u64>,
}

impl Default for MultiStep {
    fn default() -> Self {
        Self { rate: 1.0, factor: 0.1, milestones: Vec::new() }
    }
}

impl Schedule for MultiStep {
    fn rate(&self, step: u64) -> f64 {
        let passed = self.milestones.partition_point(|&milestone| milestone <= step);
        self.rate * powi(self.factor, passed as u64)
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("rate", self.rate)?;
        InvalidInput::unless_positive("factor", self.factor)?;
        if !self.rate(u64::MAX).is_finite() {
            let allowed = "so small that the rate after the last milestone is finite";
            return Err(InvalidInput::new("factor", format_args!("{:?}", self.factor), allowed));
        }
        match self.milestones.windows(2).position(|pair| pair[0] >= pair[1]) {
            None => Ok(()),
            Some(i) => {
                let allowed = format!("more than milestones[{i}], {}", self.milestones[i]);
                Err(InvalidInput::new(format!("milestones[{}]", i + 1), self.milestones[i + 1], allowed))
            }
        }
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        RobbinsMonro::DIVERGES
    }
}
