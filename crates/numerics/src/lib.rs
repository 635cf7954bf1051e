//! Elementary functions and reductions with the same bits on every machine.
//!
//! `std`'s `exp`, `ln`, `sin` and their kin may give another last bit on another platform, another CPU or
//! another optimization level, and one bit is enough to send two long runs apart.
//! The functions here are portable code in a fixed order: no fused multiply-add, no reassociation, no dispatch
//! on what the CPU can do.
//! Addition, multiplication, division and `sqrt` are exact roundings in IEEE 754 and need no replacement.
//!
//! ```
//! use thalweg_numerics::{dot, norm, tanh};
//!
//! assert_eq!(tanh(0.5), 0.46211715726000973);
//! assert_eq!(dot(&[1.0, 2.0], &[3.0, 4.0]), 11.0);
//! assert_eq!(norm(&[f64::MAX, 0.0]), f64::MAX);
//! ```

mod elementary;
mod reductions;

pub use elementary::{cos, exp, expm1, ln, log1p, log10, logistic, pow, powi, sin, softplus, tanh};
pub use reductions::{axpy, dot, matrix_vector, norm, sum};
