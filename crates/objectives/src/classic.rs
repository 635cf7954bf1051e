//! The classic test functions, with their standard starts and their known minima.
//!
//! All are sums of squares, f(x) = Σ fᵢ(x)², as Moré, Garbow and Hillstrom collected them, and are written down as such:
//! a file holds fᵢ with its first and second derivatives, and [`Objective`](thalweg_problem::Objective),
//! [`Differentiable`](thalweg_problem::Differentiable), [`Curved`] and [`LeastSquares`] follow.
//!
//! The sources have no ½ before the sum, [`LeastSquares`] has one: f is the source's f, and the residuals are √2 fᵢ, which
//! changes neither a Gauss–Newton step nor a minimum.
//!
//! ```
//! use thalweg_objectives::classic::{Beale, TestFunction};
//! use thalweg_objectives::problem::Objective;
//!
//! assert_eq!(Beale.value(&Beale.start()), 14.203125);
//! for minimum in Beale.minima() {
//!     println!("f = {} at {:?}", minimum.value, minimum.x);
//!     assert_eq!(Beale.value(&minimum.x), minimum.value);
//! }
//! ```
//!
//! Source: J. J. Moré, B. S. Garbow, K. E. Hillstrom, ACM Transactions on Mathematical Software 7 (1981) 17–41.

mod beale;
mod himmelblau;
mod powell_singular;
mod rosenbrock;
mod sum_of_squares;

pub use beale::Beale;
pub use himmelblau::Himmelblau;
pub use powell_singular::PowellSingular;
pub use rosenbrock::{Coupling, Rosenbrock};

use thalweg_problem::{Curved, LeastSquares};

/// A function on which methods are compared.
pub trait TestFunction: Curved + LeastSquares {
    /// What it is called, with its form where it has several.
    fn name(&self) -> &'static str;

    /// The standard start, length n.
    fn start(&self) -> Vec<f64>;

    /// Every minimum that is known, the global ones first.
    fn minima(&self) -> Vec<Minimum>;
}

/// A minimum of a test function.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Minimum {
    /// Where it is, length n: exact, or rounded to the nearest doubles.
    pub x: Vec<f64>,
    /// f there, before `x` was rounded.
    pub value: f64,
    /// Whether f is nowhere lower.
    pub is_global: bool,
}

impl Minimum {
    /// A global minimum of value 0, which is where a sum of squares cannot be lower.
    fn zero(x: impl Into<Vec<f64>>) -> Self {
        Self { x: x.into(), value: 0.0, is_global: true }
    }
}
