//! One file a result. A new result adds its file and one line here.

use crate::Claim;

mod one_rate_for_two_curvatures;
mod parabola_regimes;
mod smooth_convex_one_over_k;
mod worst_function;

/// All results, in the order of the slides.
pub static RESULTS: &[&Claim] = &[
    &parabola_regimes::CLAIM,
    &one_rate_for_two_curvatures::CLAIM,
    &smooth_convex_one_over_k::CLAIM,
    &worst_function::CLAIM,
];
