//! The same rate at every step.

use thalweg_problem::InvalidInput;

use crate::{RobbinsMonro, Schedule};

/// ηₖ = η.
///
/// The settings are checked when a method starts: a rate of 0, below 0 or not finite is an error there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    /// η, finite and above 0.
    pub rate: f64,
}

impl Schedule for Constant {
    fn rate(&self, _step: u64) -> f64 {
        self.rate
    }

    fn check(&self) -> Result<(), InvalidInput> {
        InvalidInput::unless_positive("rate", self.rate).map(drop)
    }

    fn robbins_monro(&self) -> RobbinsMonro {
        RobbinsMonro::DIVERGES
    }
}
