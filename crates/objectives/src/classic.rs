//! The classic test functions, with their standard starts and their known minima.
//!
//! All are sums of squares, f(x) = Σ fᵢ(x)², as Moré, Garbow and Hillstrom collected them, and are written down as such:
//! a file holds fᵢ with its first and second derivatives, and [`Objective`](thalweg_problem::Objective),
//! [`Differentiable`](thalweg_problem::Differentiable), [`Curved`] and [`LeastSquares`] follow. None allocates when it is evaluated.
//!
//! The sources have no ½ before the sum, [`LeastSquares`] has one: f is the source's f, and the residuals are √2 fᵢ, which
//! changes neither a Gauss–Newton step nor a minimum.
//!
//! [`more_garbow_hillstrom`] is the whole collection as a list, in the sizes in which methods are compared here.
//!
//! ```
//! use thalweg_objectives::classic::{Beale, TestFunction};
//! use thalweg_objectives::problem::Objective;
//!
//! assert_eq!(Beale.value(&Beale.start()), 14.203125);
//! for minimum in Beale.minima() {
//!     println!("f = {} at {:?}", minimum.value, minimum.x);
//!     assert_eq!(Beale.value(&minimum.x.expect("it is known")), minimum.value);
//! }
//! ```
//!
//! Source: J. J. Moré, B. S. Garbow, K. E. Hillstrom, ACM Transactions on Mathematical Software 7 (1981) 17–41. What the minima are was
//! computed anew, with 60 digits.

mod badly_scaled;
mod bard;
mod beale;
mod biggs;
mod box_three_dimensional;
mod brown_almost_linear;
mod brown_dennis;
mod broyden;
mod chebyquad;
mod collection;
mod discrete;
mod freudenstein_roth;
mod gaussian;
mod gulf;
mod helical_valley;
mod himmelblau;
mod jennrich_sampson;
mod kowalik_osborne;
mod linear;
mod meyer;
mod osborne;
mod penalty;
mod powell_singular;
mod rosenbrock;
mod sum_of_squares;
mod trigonometric;
mod variable_dimension;
mod watson;
mod wood;

pub use badly_scaled::{BrownBadlyScaled, PowellBadlyScaled};
pub use bard::Bard;
pub use beale::Beale;
pub use biggs::BiggsExp6;
pub use box_three_dimensional::BoxThreeDimensional;
pub use brown_almost_linear::BrownAlmostLinear;
pub use brown_dennis::BrownDennis;
pub use broyden::{BroydenBanded, BroydenTridiagonal};
pub use chebyquad::Chebyquad;
pub use collection::more_garbow_hillstrom;
pub use discrete::{DiscreteBoundaryValue, DiscreteIntegralEquation};
pub use freudenstein_roth::FreudensteinRoth;
pub use gaussian::Gaussian;
pub use gulf::Gulf;
pub use helical_valley::HelicalValley;
pub use himmelblau::Himmelblau;
pub use jennrich_sampson::JennrichSampson;
pub use kowalik_osborne::KowalikOsborne;
pub use linear::{LinearFullRank, LinearRank1, LinearRank1WithZeros};
pub use meyer::Meyer;
pub use osborne::{Osborne1, Osborne2};
pub use penalty::{Penalty1, Penalty2};
pub use powell_singular::PowellSingular;
pub use rosenbrock::{Coupling, Rosenbrock};
pub use trigonometric::Trigonometric;
pub use variable_dimension::VariableDimension;
pub use watson::Watson;
pub use wood::Wood;

use thalweg_problem::{Curved, InvalidInput, LeastSquares};

/// A function on which methods are compared.
pub trait TestFunction: Curved + LeastSquares + Send + Sync {
    /// What it is called, with its form where it has several.
    fn name(&self) -> &'static str;

    /// The standard start x₀, length n.
    fn start(&self) -> Vec<f64>;

    /// Every minimum that is known, the global ones first. Of a function that comes in any size, those of some sizes are.
    fn minima(&self) -> Vec<Minimum>;

    /// x₀, 10 x₀ and 100 x₀, as methods are commonly compared from; x₀ alone where that is 0.
    fn starts(&self) -> Vec<Vec<f64>> {
        let start = self.start();
        let factors: &[f64] = if start.iter().all(|x| *x == 0.0) { &[1.0] } else { &[1.0, 10.0, 100.0] };
        factors.iter().map(|factor| start.iter().map(|x| factor * x).collect()).collect()
    }
}

/// A minimum of a test function.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Minimum {
    /// Where it is, length n: exact, or rounded to the nearest doubles. `None` where no more than the value is known.
    ///
    /// Of a minimum that is a line or a plane this is one point. A variable may be ±∞: then there is no minimum, but f comes down to
    /// `value` as that variable runs off.
    pub x: Option<Vec<f64>>,
    /// f there, before `x` was rounded.
    pub value: f64,
    /// Whether f is nowhere lower.
    pub is_global: bool,
}

impl Minimum {
    fn global(x: &[f64], value: f64) -> Self {
        Self { x: Some(x.to_vec()), value, is_global: true }
    }

    fn local(x: &[f64], value: f64) -> Self {
        Self { x: Some(x.to_vec()), value, is_global: false }
    }

    /// 0, which is where a sum of squares cannot be lower, at a place that is not listed.
    fn zero_somewhere() -> Self {
        Self { x: None, value: 0.0, is_global: true }
    }

    /// Where it is, if that is known and not at infinity.
    #[must_use]
    pub fn place(&self) -> Option<&[f64]> {
        self.x.as_deref().filter(|x| x.iter().all(|x| x.is_finite()))
    }
}

/// `size`, if it is `least` or more.
fn at_least(argument: &'static str, size: usize, least: usize) -> Result<usize, InvalidInput> {
    if size < least {
        return Err(InvalidInput::new(argument, size, format!("{least} or more")));
    }
    Ok(size)
}
