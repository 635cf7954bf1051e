//! Symmetric factorizations in place, over column-major slices: what every step of a second-order method is made of.
//!
//! nalgebra's factorizations own their matrix and ask for memory; these overwrite a slice that a state keeps. Only the lower
//! triangle is read and written. The operations and their order are the same on every machine.

pub(crate) mod cholesky;
pub(crate) mod indefinite;
