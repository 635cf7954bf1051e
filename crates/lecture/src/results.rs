//! One file a result. A new result adds its file and one line here.

use crate::{Claim, Parameter};

mod annealing;
mod bad_minimum;
mod best_rates;
mod budgets;
mod census_with_a_test;
mod certified_minima;
mod concentration;
mod condition_number;
mod cones_and_bowls;
mod convergence_ratio;
mod curvature_in_training;
mod curvature_yields;
mod damped_newton;
mod depth_and_data;
mod depth_by_training;
mod encoder_benchmark;
mod error_count;
mod fixed_rate_misses;
mod flat_directions;
mod flat_wells;
mod flow_fails;
mod good_minimum;
mod hard_targets;
mod heavy_ball;
mod hessian_products;
mod index_and_loss;
mod jitter;
mod large_hessian;
mod league_table;
mod leaps_lose_the_spoiler;
mod levenberg_marquardt;
mod limits_of_methods;
mod linear_ladder;
mod many_minima;
mod momentum_is_a_geometric_sum;
mod nesterov_accelerated;
mod network_spoilers;
mod newton_diverges;
mod no_minimum;
mod normalization;
mod one_rate_for_two_curvatures;
mod other_losses;
mod outvoted_spoiler;
mod parabola_regimes;
mod perceptron_updates;
mod plateaus;
mod powers_fall_faster;
mod quadratic_convergence;
mod quasi_newton;
mod quickprop_secant;
mod random_saddles;
mod resampled_boundaries;
mod rprop_and_rotation;
mod rprop_pseudo_code;
mod rprop_repaired;
mod rprop_trace;
mod rule_without_the_gradient;
mod saddle_escape;
mod saddle_slices;
mod saddles_attract;
mod settling;
mod slices_and_axes;
mod small_networks;
mod smooth_convex_one_over_k;
mod spoiler_gradient;
mod stability_edge;
mod stationary_points;
mod strong_convexity;
mod ten_points;
mod three_points;
mod tuning_atlas;
mod unique_bad_minimum;
mod worst_function;

/// All results, in the order of the slides.
pub static RESULTS: &[&Claim] = &[
    &error_count::CLAIM,
    &three_points::CLAIM,
    &hard_targets::CLAIM,
    &many_minima::CLAIM,
    &spoiler_gradient::CLAIM,
    &perceptron_updates::CLAIM,
    &bad_minimum::CLAIM,
    &good_minimum::CLAIM,
    &flow_fails::CLAIM,
    &fixed_rate_misses::CLAIM,
    &leaps_lose_the_spoiler::CLAIM,
    &certified_minima::CLAIM,
    &unique_bad_minimum::CLAIM,
    &other_losses::CLAIM,
    &outvoted_spoiler::CLAIM,
    &resampled_boundaries::CLAIM,
    &network_spoilers::CLAIM,
    &depth_and_data::CLAIM,
    &depth_by_training::CLAIM,
    &small_networks::CLAIM,
    &random_saddles::CLAIM,
    &index_and_loss::CLAIM,
    &saddle_escape::CLAIM,
    &saddle_slices::CLAIM,
    &linear_ladder::CLAIM,
    &ten_points::CLAIM,
    &concentration::CLAIM,
    &census_with_a_test::CLAIM,
    &large_hessian::CLAIM,
    &curvature_in_training::CLAIM,
    &curvature_yields::CLAIM,
    &limits_of_methods::CLAIM,
    &jitter::CLAIM,
    &convergence_ratio::CLAIM,
    &parabola_regimes::CLAIM,
    &slices_and_axes::CLAIM,
    &one_rate_for_two_curvatures::CLAIM,
    &stability_edge::CLAIM,
    &condition_number::CLAIM,
    &flat_directions::CLAIM,
    &strong_convexity::CLAIM,
    &cones_and_bowls::CLAIM,
    &powers_fall_faster::CLAIM,
    &no_minimum::CLAIM,
    &smooth_convex_one_over_k::CLAIM,
    &worst_function::CLAIM,
    &normalization::CLAIM,
    &rule_without_the_gradient::CLAIM,
    &damped_newton::CLAIM,
    &quadratic_convergence::CLAIM,
    &newton_diverges::CLAIM,
    &hessian_products::CLAIM,
    &stationary_points::CLAIM,
    &saddles_attract::CLAIM,
    &quasi_newton::CLAIM,
    &levenberg_marquardt::CLAIM,
    &flat_wells::CLAIM,
    &annealing::CLAIM,
    &budgets::CLAIM,
    &settling::CLAIM,
    &plateaus::CLAIM,
    &best_rates::CLAIM,
    &rprop_trace::CLAIM,
    &rprop_and_rotation::CLAIM,
    &rprop_pseudo_code::CLAIM,
    &rprop_repaired::CLAIM,
    &league_table::CLAIM,
    &encoder_benchmark::CLAIM,
    &quickprop_secant::CLAIM,
    &momentum_is_a_geometric_sum::CLAIM,
    &heavy_ball::CLAIM,
    &tuning_atlas::CLAIM,
    &nesterov_accelerated::CLAIM,
];

/// The numbers that a reader may change, by result: `cargo xtask reproduce --set R23.start=5`.
pub static ADJUSTABLE: &[(&Claim, &[&Parameter])] = &[
    (&hard_targets::CLAIM, &[&hard_targets::RATE]),
    (&parabola_regimes::CLAIM, &[&parabola_regimes::A, &parabola_regimes::START, &parabola_regimes::STEPS]),
    (&flat_wells::CLAIM, &[&flat_wells::SEED]),
    (&annealing::CLAIM, &[&annealing::SEED]),
    (&plateaus::CLAIM, &[&plateaus::SEED, &plateaus::CHAINS, &plateaus::START]),
    (&momentum_is_a_geometric_sum::CLAIM, &[&momentum_is_a_geometric_sum::RATE]),
    (&nesterov_accelerated::CLAIM, &[&nesterov_accelerated::ETA, &nesterov_accelerated::BETA]),
];

/// Results that take more than half a second in a release build, or ten seconds on an emulated CPU: what runs everything more than
/// once, or there, leaves them out.
///
/// A list and not a measured time, so that what is compared does not depend on how busy a machine is. Every method and kernel
/// needs a result that is not here, be it a little slower.
pub const SLOW: &[&str] = &[
    "a-league-of-methods",
    "a-linear-network-has-saddles-and-no-bad-minimum",
    "a-network-trains-at-the-limit-of-its-method",
    "a-small-gradient-is-no-stationary-point",
    "another-loss-separates",
    "backprop-varies-less-with-the-sample",
    "depth-and-data-lower-the-variance",
    "depth-lowers-the-variance-of-any-training",
    "eigenvalues-of-a-hessian-that-is-never-written",
    "every-drop-of-the-rate-lowers-the-floor",
    "final-losses-concentrate-with-width",
    "fixed-rates-miss-the-sharp-minimum",
    "gradient-flow-fails-at-most-half-the-time",
    "long-steps-leap-over-the-spoiler",
    "many-points-and-small-weights-outvote-a-spoiler",
    "minima-are-exponentially-rare-among-random-points",
    "most-pictures-of-a-saddle-show-a-bowl",
    "negative-curvature-stays-while-a-network-learns",
    "noise-settles-only-under-rates-that-fall",
    "refreshing-the-sign-is-what-repairs-rprop",
    "rprop-and-quickprop-take-fewer-epochs",
    "rprop-ignores-curvature-along-the-coordinates-only",
    "slow-annealing-finds-the-lowest-well",
    "spoilers-do-not-change-a-network",
    "ten-points-have-a-bad-minimum",
    "the-curvature-yields-to-the-rate",
    "the-index-of-a-stationary-point-grows-with-its-loss",
    "the-minimum-that-does-not-separate-needs-a-far-spoiler",
    "the-only-minimum-need-not-separate",
    "two-roots-map-every-rate-and-momentum",
];
