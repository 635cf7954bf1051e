//! What a loss surface looks like: slices, critical points of any index, and the signs of their curvatures with bounds.
//!
//! | wanted | here | needs |
//! | --- | --- | --- |
//! | values along a line, between two solutions, in a plane | [`Line`], [`Plane`] | values |
//! | directions that do not depend on the scale of units | [`normalize_filters`], [`random_direction`] | the layout |
//! | the plane in which f curves most | [`curvature_plane`](curvature_plane()) | products with the Hessian |
//! | a point where ∇f = 0, of any index | [`CriticalPointSearch`] | products with the Hessian |
//! | one step of it, as a method | [`NewtonMr`] | products with the Hessian |
//! | ½‖∇f‖², for any other method | [`GradientNorm`] | products with the Hessian |
//! | how many curvatures are negative | [`CriticalPoint::spectrum`] | 2n products, a matrix |
//!
//! An index can be read off a [`CriticalPoint`] only, and a `CriticalPoint` has passed a test of stationarity with a stated scale:
//! a search that ends where ∇f is merely small says so, and offers none.
//!
//! ```
//! use thalweg_landscape::problem::{Allowance, Stuck, from_value};
//! use thalweg_landscape::{CriticalPointSearch, Outcome};
//! use thalweg_objectives::classic::Himmelblau;
//!
//! let search = CriticalPointSearch::default();
//! let mut indices = [0; 3];
//! for i in 0..8 {
//!     for j in 0..8 {
//!         let start = [-3.5 + f64::from(i), -3.5 + f64::from(j)];
//!         let mut allow = Allowance::evaluations(2000);
//!         if let Outcome::Stationary(point) = search.find(&Himmelblau, &start, &mut allow)? {
//!             indices[point.spectrum(&mut allow)?.index()] += 1;
//!         }
//!     }
//! }
//! println!("minima, saddles, maxima: {indices:?}");
//! assert!(indices.iter().all(|&count| count > 0));
//! # Ok::<(), Stuck>(())
//! ```
//!
//! Nothing here makes a picture: what comes back are coordinates and numbers, which the feature `serde` can write down, for
//! whoever draws; it does so for the state of [`NewtonMr`], too.

mod critical_point;
pub mod curvature_plane;
pub mod filter_normalization;
pub mod gradient_norm;
pub mod newton_mr;
pub mod search;
mod signed_spectrum;
pub mod slices;

pub use critical_point::{CriticalPoint, NotVerified, Stationarity};
#[doc(inline)]
pub use curvature_plane::{CurvaturePlane, curvature_plane};
#[doc(inline)]
pub use filter_normalization::{normalize_filters, random_direction};
#[doc(inline)]
pub use gradient_norm::GradientNorm;
#[doc(inline)]
pub use newton_mr::{NewtonMr, NewtonMrState};
#[doc(inline)]
pub use search::{CriticalPointSearch, Halt, Outcome};
pub use signed_spectrum::SignedSpectrum;
#[doc(inline)]
pub use slices::{Line, LineSlice, Plane, PlaneSlice};
pub use thalweg_hessian as hessian;
pub use thalweg_krylov as krylov;
pub use thalweg_problem as problem;
