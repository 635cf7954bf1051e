//! Networks as objectives: labeled data, the perceptron and its rule, a single neuron, the multilayer perceptron.
//!
//! ```
//! use thalweg_networks::data;
//!
//! let points = data::spoiled_points(50.0)?;
//! assert_eq!((points.row(3), points.sign(3)), (&[0.0, -50.0][..], 1.0));
//! # Ok::<(), thalweg_networks::problem::InvalidInput>(())
//! ```

pub mod data;
mod draws;

pub use data::DataSet;
pub use thalweg_problem as problem;
