//! One file a result. A new result adds its file and one line here.

use crate::Claim;

mod cones_and_bowls;
mod flat_directions;
mod no_minimum;
mod one_rate_for_two_curvatures;
mod parabola_regimes;
mod powers_fall_faster;
mod smooth_convex_one_over_k;
mod strong_convexity;

/// All results, in the order of the slides.
pub static RESULTS: &[&Claim] = &[
    &parabola_regimes::CLAIM,
    &one_rate_for_two_curvatures::CLAIM,
    &flat_directions::CLAIM,
    &strong_convexity::CLAIM,
    &cones_and_bowls::CLAIM,
    &powers_fall_faster::CLAIM,
    &no_minimum::CLAIM,
    &smooth_convex_one_over_k::CLAIM,
];
