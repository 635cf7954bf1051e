//! Line searches: how far to go along a direction.
//!
//! With φ(α) = f(x + αp) a search looks for an α > 0 that lowers φ enough, by value and slope at a few trials.
//!
//! | search | ends with | good for |
//! | --- | --- | --- |
//! | [`MoreThuente`] | strong Wolfe | quasi-Newton methods, conjugate gradients |
//! | [`StrongWolfe`] | strong Wolfe | the same; the textbook's bracketing and zoom |
//! | [`HagerZhang`] | Wolfe or approximate Wolfe | conjugate gradients, tight tolerances |
//! | [`Backtracking`] | Armijo | damped Newton |
//! | [`Exact`] | φ′(α) = 0 | quadratics |
//! | [`Fixed`] | nothing | pure Newton |
//!
//! A search owns its loop, asks the [`Allowance`](problem::Allowance) before every evaluation, tries no α twice, and returns
//! the whole accepted point in a [`Landing`], together with the [`Condition`] that it claims and that anybody can check again.
//! A failure returns the lowest finite point that was seen.
//!
//! ```
//! use thalweg_line_search::problem::{Allowance, Point, from_fn};
//! use thalweg_line_search::{Landing, LineSearch, Ray, StrongWolfe};
//!
//! // x − ln x, and NaN for x < 0: a full step from 4 leads there.
//! let barrier = from_fn(1, |x, g| {
//!     g[0] = 1.0 - 1.0 / x[0];
//!     x[0] - thalweg_numerics::ln(x[0])
//! });
//! let start = Point::new(&barrier, &[4.0]);
//! let (mut landing, mut allow) = (Landing::new(1), Allowance::evaluations(10));
//! let search = StrongWolfe { c2: 0.1, ..StrongWolfe::default() };
//! let step = search.search(&barrier, Ray::new(&start, &[-10.0])?, 1.0, &mut allow, &mut landing)?;
//! println!("α = {}, x = {:?} after {} evaluations", step.alpha, landing.point.x, step.evaluations);
//! assert!((landing.point.x[0] - 1.0).abs() < 0.1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! All but [`Exact`] are machines that know nothing of vectors ([`OneDimensional`]): [`search_ray`] runs one on an objective,
//! [`search_curve`] on a function of α, [`search_along`] on anything that can be probed, in single precision for instance.

pub mod backtracking;
pub mod exact;
pub mod fixed;
pub mod hager_zhang;
pub mod more_thuente;
pub mod strong_wolfe;

mod condition;
mod interpolation;
mod landing;
mod line_search;
mod one_dimensional;
mod outcome;
mod ray;
mod reading;
mod sample;
mod settings;

#[doc(inline)]
pub use backtracking::{Backtracking, Interpolation};
pub use condition::Condition;
#[doc(inline)]
pub use exact::Exact;
#[doc(inline)]
pub use fixed::Fixed;
#[doc(inline)]
pub use hager_zhang::HagerZhang;
pub use landing::Landing;
pub use line_search::LineSearch;
#[doc(inline)]
pub use more_thuente::MoreThuente;
pub use one_dimensional::{Line, Next, OneDimensional, Probe, search_along, search_curve};
pub use outcome::{Accepted, Failed, Failure};
pub use ray::{Ray, search_ray};
pub use sample::Sample;
#[doc(inline)]
pub use strong_wolfe::StrongWolfe;
pub use thalweg_problem as problem;
