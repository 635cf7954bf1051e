//! One file a result. A new result adds its file and one line here.

use crate::Claim;

mod condition_number;
mod convergence_ratio;
mod jitter;
mod one_rate_for_two_curvatures;
mod parabola_regimes;
mod slices_and_axes;
mod smooth_convex_one_over_k;
mod stability_edge;

/// All results, in the order of the slides.
pub static RESULTS: &[&Claim] = &[
    &jitter::CLAIM,
    &convergence_ratio::CLAIM,
    &parabola_regimes::CLAIM,
    &slices_and_axes::CLAIM,
    &stability_edge::CLAIM,
    &one_rate_for_two_curvatures::CLAIM,
    &condition_number::CLAIM,
    &smooth_convex_one_over_k::CLAIM,
];
