//! Whether a hyperplane separates two classes: a proof either way, and the maximal margin.
//!
//! With zᵢ = yᵢ(xᵢ, 1), exactly one of these is true (Gordan 1873):
//!
//! ```text
//! there are (w, b)   with (w, b)·zᵢ > 0 for all i
//! there are λᵢ ≥ 0   with Σ λᵢ zᵢ = 0 and Σ λᵢ > 0
//! ```
//!
//! Either is found by a linear program in floating point, and proved in exact arithmetic: every `f64` is an integer times a power
//! of two, so the sign of (w, b)·zᵢ can be computed without rounding; the λᵢ that the program finds satisfy their equations only
//! nearly, so those equations are solved anew over the rationals, on the points where λᵢ is not 0.
//! What could not be proved is called undecided, never guessed.
//!
//! ```
//! use thalweg_networks::data::{spoiled_points, xor};
//! use thalweg_networks::separability::{Separability, maximal_margin, separability};
//!
//! let points = spoiled_points(50.0)?;
//! let Separability::Separable(separator) = separability(&points)? else { panic!() };
//! assert!(separator.is_proof_for(&points));
//! // Two points of each class, and the sums of the two are the same: no line can tell them apart.
//! let Separability::Inseparable(obstacle) = separability(&xor())? else { panic!() };
//! assert!(obstacle.is_proof_for(&xor()));
//! assert_eq!(obstacle.to_string(), "1·(point 0) + 1·(point 3) of class 0 = 1·(point 1) + 1·(point 2) of class 1");
//!
//! // Novikoff's bound on the updates of the perceptron, 5(1 + t²).
//! let margin = maximal_margin(&points)?.expect("they are separable");
//! assert!((margin.mistake_bound() / (5.0 * 2501.0) - 1.0).abs() < 1e-12);
//! # Ok::<(), thalweg_networks::problem::InvalidInput>(())
//! ```
//!
//! Sources: P. Gordan, Mathematische Annalen 6 (1873) 23–28; O. L. Mangasarian, Operations Research 13 (1965) 444–452, for
//! the linear program; P. Wolfe, Mathematical Programming 11 (1976) 128–149, for the margin. Slides 12–15.

mod exact;
mod margin;
mod programs;

use std::fmt;

use num_bigint::BigInt;
use thalweg_problem::InvalidInput;

use crate::DataSet;

pub use margin::{Margin, maximal_margin};
use programs::Scaling;

/// Whether a hyperplane separates the classes, with a proof.
#[derive(Clone, Debug, PartialEq)]
pub enum Separability {
    /// This one does.
    Separable(Separator),
    /// None does.
    Inseparable(Obstacle),
    /// Neither could be proved: the data are separable by a margin near the rounding of a linear program, or not quite.
    Undecided,
}

/// A hyperplane with every point strictly on its side.
#[derive(Clone, Debug, PartialEq)]
pub struct Separator {
    weights: Vec<f64>,
}

/// Multiples of points that add up to the same in both classes, in coordinates and in number: no hyperplane separates them.
#[derive(Clone, Debug, PartialEq)]
pub struct Obstacle {
    /// λᵢ > 0 as integers without a common factor, for the points that have one.
    multiples: Vec<(usize, BigInt)>,
    signs: Vec<f64>,
}

/// Decides whether a hyperplane separates the two classes.
///
/// # Errors
/// If there are more than two classes.
pub fn separability(data: &DataSet) -> Result<Separability, InvalidInput> {
    data.unless_two_classes()?;
    for scaling in Scaling::BOTH {
        let weights = programs::separating_weights(data, scaling);
        let separator = weights.map(|weights| Separator { weights });
        if let Some(separator) = separator.filter(|separator| separator.is_proof_for(data)) {
            return Ok(Separability::Separable(separator));
        }
    }
    for scaling in Scaling::BOTH {
        let lambda = programs::multipliers(data, scaling);
        let Some(multiples) = lambda.and_then(|lambda| exact::repair(data, &lambda)) else { continue };
        let signs = multiples.iter().map(|&(i, _)| data.sign(i)).collect();
        let obstacle = Obstacle { multiples, signs };
        if obstacle.is_proof_for(data) {
            return Ok(Separability::Inseparable(obstacle));
        }
    }
    Ok(Separability::Undecided)
}

impl Separator {
    /// w and then b, length d + 1.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Whether yᵢ(w·xᵢ + b) > 0 for every point of `data`, in exact arithmetic.
    #[must_use]
    pub fn is_proof_for(&self, data: &DataSet) -> bool {
        self.weights.len() == data.dim() + 1
            && self.weights.iter().all(|w| w.is_finite())
            && (0..data.len()).all(|i| exact::margin_is_positive(&self.weights, data, i))
    }
}

impl Obstacle {
    /// The points that have a λᵢ above 0, with λᵢ as the decimal digits of an integer. At most d + 2 of them.
    pub fn multiples(&self) -> impl Iterator<Item = (usize, String)> {
        self.multiples.iter().map(|(i, multiple)| (*i, multiple.to_string()))
    }

    /// Whether λᵢ > 0 and Σ λᵢ yᵢ(xᵢ, 1) = 0 for the points of `data`, in exact arithmetic.
    #[must_use]
    pub fn is_proof_for(&self, data: &DataSet) -> bool {
        data.classes() == 2
            && self.multiples.iter().all(|&(i, _)| i < data.len())
            && exact::is_obstacle(data, &self.multiples)
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |sign: f64| {
            let of_class = self.multiples.iter().zip(&self.signs).filter(move |(_, s)| **s == sign);
            of_class
                .map(|((i, multiple), _)| format!("{multiple}·(point {i})"))
                .collect::<Vec<_>>()
                .join(" + ")
        };
        write!(f, "{} of class 0 = {} of class 1", side(-1.0), side(1.0))
    }
}
