//! Elementary functions and reductions with the same bits on every machine.
//!
//! `std`'s `exp`, `ln`, `sin` and their kin may give another last bit on another platform, another CPU or
//! another optimization level, and one bit is enough to send two long runs apart.
//! The functions here are portable code in a fixed order: no fused multiply-add, no reassociation, nothing that
//! depends on what the CPU can do.
//! Addition, multiplication, division and `sqrt` are exact roundings in IEEE 754 and need no replacement.
//!
//! ```
//! use thalweg_numerics::{dot, norm, tanh};
//!
//! assert_eq!(tanh(0.5), 0.46211715726000973);
//! assert_eq!(dot(&[1.0, 2.0], &[3.0, 4.0]), 11.0);
//! assert_eq!(norm(&[f64::MAX, 0.0]), f64::MAX);
//! ```
//!
//! # The order of a sum
//!
//! Floating-point addition is not associative, so another order is another result.
//! The order of [`sum`], [`dot`] and [`norm`] is part of the contract, and depends on the length alone:
//!
//! 1. The elements are taken in blocks of 16. Lane l, of 16, starts at 0 and adds up the l-th elements of the blocks,
//!    first block first.
//! 2. The lanes are folded in halves: lane l takes lane l + 8, then l + 4, then l + 2, then l + 1.
//! 3. The last n mod 16 elements are added up from left to right, starting at 0, and come on top of that.
//!
//! So fewer than 16 elements are added up from left to right, and a long sum keeps four or more additions under way at once.
//!
//! # Several ways through the same code
//!
//! On x86-64 the loops are compiled for SSE2 and for AVX2, products of matrices and exponentials for AVX-512, too, and the choice is
//! made at run time: the operations and their order are the same, so the bits are. Without the feature `std` the crate is `no_std` and
//! takes the first way.
//! [`widest`] makes that choice for loops of other crates.
//!
//! A NaN is a NaN: its sign and payload are not part of the contract, because IEEE 754 leaves them open.
//!
//! # Features
//!
//! `libm`, on by default, brings the logarithms, `pow`, `expm1`, `sin`, `cos`, `atan` and `softplus`, and the crate of that name;
//! what sums, multiplies, takes roots or exponentials needs no other crate. `matrices`, on by default, brings products of matrices,
//! which take as long to compile as all the rest. `random` adds numbers from a stated seed, `Draws`.

#![no_std]

#[cfg(any(feature = "std", test))]
extern crate std;

mod dispatch;
#[cfg(feature = "libm")]
mod elementary;
mod exponential;
#[cfg(feature = "matrices")]
mod matrix_product;
#[cfg(feature = "matrices")]
mod panels;
mod powers;
mod products;
#[cfg(feature = "random")]
mod random;
mod reductions;
mod scale;
#[cfg(feature = "matrices")]
mod strip;
#[cfg(feature = "matrices")]
mod tile;

pub use dispatch::widest;
#[cfg(feature = "libm")]
pub use elementary::{atan, cos, expm1, ln, log1p, log10, pow, sin, softplus, softplus_each};
pub use exponential::{exp, exp_each, exp_few, logistic, logistic_each, tanh, tanh_each};
#[cfg(feature = "matrices")]
pub use matrix_product::matrix_matrix;
#[cfg(feature = "matrices")]
pub use panels::Panels;
pub use powers::{powi, sqrt};
pub use products::{matrix_transposed_vector, matrix_vector};
#[cfg(feature = "random")]
pub use random::{Draws, normal_pair};
pub use reductions::{axpy, axpy_dot, dot, norm, sum};
pub use scale::power_of_two_below;
