//! The first trial step of quasi-Newton methods and of conjugate gradients in the results.

use thalweg_quasi_newton::FirstLength;

/// As Liu and Nocedal have it. It is said here because a result says what it was measured with, and does not move with a default.
pub(crate) const UNIT: FirstLength = FirstLength::Absolute(1.0);
